#!/usr/bin/env bash
# alternates: the substitution card, what blocks a route, the grade after a swap, exclusions, languages and formats.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

chain=data/ai-chain

# edit PACKAGE FILE SQL...: changes a table of a package; it is called t.
edit() {
	local file=$work/$1/$2
	shift 2
	sqlite3 -batch :memory: ".import --csv $file t" "$@" ".mode csv" ".headers on" ".once $file" "SELECT * FROM t"
}
# card ARGUMENTS...: into card.json
card() {
	run alternates "$@" --json
	printf '%s' "$out" >"$work/card.json"
}
top() { json "$work/card.json" "json_extract(j, '\$.$1')"; }
# of ALTERNATE PATH: in the candidate's object
of() { sqlite3 -batch :memory: "SELECT json_extract(value, '\$.$2') FROM json_each(CAST(readfile('$work/card.json') AS TEXT), '\$.candidates') WHERE json_extract(value, '\$.alternate') = '$1'"; }
# standing PACKAGE ITEM HOME: level, grade, loss, growth loss by rank
standing() {
	run rank "$1" --home "$3" --json
	printf '%s' "$out" >"$work/rank.json"
	sqlite3 -batch :memory: "SELECT coalesce(json_extract(value, '\$.level'), '?') || ' ' || json_extract(value, '\$.grade') || ' ' || coalesce(json_extract(value, '\$.facts.loss_weeks.central'), '?') FROM json_each(CAST(readfile('$work/rank.json') AS TEXT), '\$.items') WHERE json_extract(value, '\$.item') = '$2'"
}

# ---- a package by hand -------------------------------------------------------------------------------------------------

# Resist: 80 % from Tokyo, back after 40 weeks, 3 weeks of stock at its users, 1 week of phones.
cp -r tests/data/levers "$work/p"
cat >"$work/p/alternates.csv" <<'END'
item,alternate,for_item,market,performance_gap_low,performance_gap_high,ecosystem_gap_low,ecosystem_gap_high,integration_gap_low,integration_gap_high,state,weeks_low,weeks_high,share_low,share_high,source,evidence
resist,busan,,,0,0,0.1,0.2,0.3,0.4,qualified,20,20,5,5,guess,assumed
resist,taipei,,,0,0.5,,,,,sampling,26,52,40,40,register;guess,estimated
resist,osaka,,,0,0,0,0,0,0,in_use,4,4,10,10,register,observed
resist,austin,,US,0,0,0,0,0,0,qualified,4,4,10,10,register,observed
resist,gas,phone,,0.2,0.2,0.2,0.2,0.2,0.2,qualified,4,4,10,10,guess,assumed
END
printf 'taipei,firm,Taipei Resist,台北光刻胶,TW\nosaka,firm,Osaka Resist,大阪光刻胶,JP\naustin,firm,Austin Resist,奥斯汀光刻胶,US\n' >>"$work/p/parties.csv"
cat >"$work/p/options.csv" <<'END'
option,kind,item,name_en,name_zh,provider,fixed_cost_low,fixed_cost_high,lead_weeks_low,lead_weeks_high,capacity,success_low,success_high,source,evidence
q-taipei,qualify,resist,Qualify Taipei,认证台北,taipei,12,15,26,52,40,0.8,0.9,guess,assumed
stock,stockpile,resist,Stock,储备,taipei,1,1,2,2,,,,guess,assumed
other,redesign,resist,Other process,其他工艺,,30,30,52,52,,,,guess,assumed
END
cat >"$work/p/events.csv" <<'END'
event,date,kind,title_en,title_zh,item,country,target,direction,source,evidence,valid_from
kr-rule,2026-02-01,control,Korean rule on resist,韩国光刻胶管制,resist,KR,CN,tighten,register,observed,2026-02-01
END
run check "$work/p"
check "the package is sound" [ "$rc" = 0 ]

card "$work/p" resist --grade-after
same "exit" 0 "$rc"
same "verdicts" "blocked not_qualified in_cut other_market counts" "$(of busan verdict) $(of taipei verdict) $(of osaka verdict) $(of austin verdict) $(of gas verdict)"
same "offered" "0 1 0 0 1" "$(of busan offered) $(of taipei offered) $(of osaka offered) $(of austin offered) $(of gas offered)"
same "what blocks it: id and title" "kr-rule Korean rule on resist" "$(of busan 'blocked_by[0].event') $(of busan 'blocked_by[0].title_en')"
same "a blocked route has no standing after" "" "$(of busan after)"
same "a rule of another country may reach a foreign maker" kr-rule "$(of taipei 'may_be_reached_by[0].event')"
same "cost of the option that brings it" "q-taipei [12,15] [26,52]" "$(of taipei 'options[0].option') $(of taipei 'options[0].fixed_cost') $(of taipei 'options[0].lead_weeks')"
same "a stockpile is no substitute; another process has no candidate" "1 other" "$(json "$work/card.json" "json_array_length(j, '\$.other_options')") $(top 'other_options[0].option')"
same "gaps" "[0.1,0.2] [0.3,0.4]" "$(of busan ecosystem_gap) $(of busan integration_gap)"
same "unknown gaps are unknown" "[null,null]" "$(of taipei ecosystem_gap)"
same "cover once on line: share less gap" "0.2 0.3 0.4" "$(of taipei cover.low) $(of taipei cover.central) $(of taipei cover.high)"
same "bound to one user" phone "$(of gas for_item)"
same "evidence and sources" 'estimated ["register","guess"]' "$(of taipei evidence) $(of taipei sources)"
same "the cut is the largest foreign source" '["JP"]' "$(top cut)"
same "single and sole source are two flags" "1 0" "$(top single_source) $(top sole_source)"

# After a swap: a fresh rank of a package whose row is in use from week 0.
for alternate in taipei gas; do
	rm -rf "$work/swapped" && cp -r "$work/p" "$work/swapped"
	edit swapped alternates.csv "UPDATE t SET state = 'in_use', weeks_low = 0, weeks_high = 0 WHERE alternate = '$alternate'"
	same "after $alternate equals a fresh rank" "$(standing "$work/swapped" resist CN)" "$(of $alternate after.level) $(of $alternate after.grade) $(of $alternate after.loss_weeks.central)"
done
edit swapped alternates.csv "UPDATE t SET state = 'in_use', weeks_low = 0, weeks_high = 0 WHERE alternate = 'taipei'"
same "after all that are offered equals a fresh rank" "$(standing "$work/swapped" resist CN)" "$(top after_all.level) $(top after_all.grade) $(top after_all.loss_weeks.central)"
same "now equals rank" "$(standing "$work/p" resist CN)" "$(top now.level) $(top now.grade) $(top now.loss_weeks.central)"

# Exclusions and the user.
card "$work/p" resist --exclude TW,KR
same "excluded" "blocked excluded" "$(of busan verdict) $(of taipei verdict)"
same "excluded countries are cut too" '["JP","KR","TW"]' "$(top cut)"
check "and what is lost grows" awk -v a="$(top now.loss_weeks.central)" 'BEGIN { exit !(a > 30) }'
same "without --grade-after nothing is assessed anew" "" "$(of gas after)"
card "$work/p" resist --for gas
same "for another user" other_user "$(of gas verdict)"
card "$work/p" resist --for phone
same "for its user" counts "$(of gas verdict)"
card "$work/p" item:resist --home US
same "another home: open to it, and no rule against it" "counts counts" "$(of austin verdict) $(of busan verdict)"

# One direction: gas stands in for resist, resist not for gas.
card "$work/p" gas
same "A for B is not B for A" "0 resist" "$(json "$work/card.json" "json_array_length(j, '\$.candidates')") $(top 'stands_in_for[0]')"
run alternates "$work/p" gas
check "no substitute: it is said" has "$out" "No substitute is in the data."
check "and the nearest gap is shown" has "$out" "Resist (resist): of the same tier"
check "which is no claim" has "$out" "Nothing in the data says that these can stand in"
edit p alternates.csv "DELETE FROM t WHERE alternate = 'gas'"
run alternates "$work/p" resist
check "none that counts: it is said" has "$out" "No substitute counts for CN"
check "and what the nearest lacks" grep -qE 'Taipei Resist \(taipei\): sampling; missing: qualification, 26–52 weeks' <<<"$out"
check "a blocked route is shown" has "$out" "✗ Busan Resist (busan) · party, KR · qualified · blocked by a control"
check "with its rule" has "$out" "blocked by kr-rule: Korean rule on resist"
check "and is not among the nearest" [ -z "$(sed -n '/^Nearest/,/^$/p' <<<"$out" | grep busan || true)" ]
check "the note says what it does not say" has "$out" "no clearance"
card "$work/p" resist --as-of 2026-01-15
same "before the rule it was not blocked" counts "$(of busan verdict)"

# Single and sole source.
edit p shares.csv "UPDATE t SET share_low = CASE provider WHEN 'tokyo' THEN 97 ELSE 3 END WHERE item = 'resist'; UPDATE t SET share_high = share_low WHERE item = 'resist'"
card "$work/p" resist
same "97 %: sole, not single" "0 1" "$(top single_source) $(top sole_source)"
edit p shares.csv "UPDATE t SET share_low = CASE provider WHEN 'tokyo' THEN 85 ELSE 15 END WHERE item = 'resist'; UPDATE t SET share_high = share_low WHERE item = 'resist'"
card "$work/p" resist
same "85 % and nothing beside it: single, not sole" "1 0" "$(top single_source) $(top sole_source)"

# ---- the starter package ------------------------------------------------------------------------------------------------

# Every swap that is offered on some items: the same level, grade and loss as a fresh rank.
tried=0 wrong=
for pair in CN:photoresist-euv US:abf-film KR:photoresist-arf US:logic-le3 CN:eda JP:cuda-stack; do
	home=${pair%%:*} item=${pair#*:}
	card "$chain" "$item" --home "$home" --grade-after
	cp "$work/card.json" "$work/kept.json"
	while IFS='|' read -r alternate for_item want; do
		tried=$((tried + 1))
		rm -rf "$work/real" && cp -r "$chain" "$work/real"
		edit real alternates.csv "UPDATE t SET state = 'in_use', weeks_low = 0, weeks_high = 0 WHERE item = '$item' AND alternate = '$alternate' AND for_item = '$for_item' AND state = '$(cut -d' ' -f1 <<<"$want")'"
		got=$(standing "$work/real" "$item" "$home")
		[[ $got == "${want#* }" ]] || wrong+="$pair $alternate: $got instead of ${want#* }; "
	done < <(sqlite3 -batch :memory: "SELECT json_extract(value, '\$.alternate'), coalesce(json_extract(value, '\$.for_item'), ''), json_extract(value, '\$.state') || ' ' || coalesce(json_extract(value, '\$.after.level'), '?') || ' ' || json_extract(value, '\$.after.grade') || ' ' || coalesce(json_extract(value, '\$.after.loss_weeks.central'), '?') FROM json_each(CAST(readfile('$work/kept.json') AS TEXT), '\$.candidates') WHERE json_extract(value, '\$.offered') GROUP BY 1, 2 HAVING count(*) = 1")
done
same "after a swap equals a fresh rank ($tried swaps of the starter package)" "" "$wrong"
check "enough of them" [ "$tried" -ge 8 ]

# Every item of every tier for two homes: JSON is valid, blocked is never offered, reports agree.
bad=
items=$(sqlite3 -batch :memory: ".import --csv $chain/items.csv t" "SELECT item FROM t")
for item in $items; do
	run alternates "$chain" "$item" --home CN --json
	printf '%s' "$out" >"$work/card.json"
	[[ $rc == 0 && $(json "$work/card.json" "json_valid(j)") == 1 ]] || bad+="$item "
	[[ $(sqlite3 -batch :memory: "SELECT count(*) FROM json_each(CAST(readfile('$work/card.json') AS TEXT), '\$.candidates') WHERE json_array_length(value, '\$.blocked_by') AND (json_extract(value, '\$.offered') OR json_extract(value, '\$.counts'))") == 0 ]] || bad+="$item:offered "
done
same "every item has a card, and no blocked route is offered" "" "$bad"
run alternates "$chain" gpu-nvidia --home CN
check "a controlled accelerator is shown as blocked" grep -q '✗ AMD Instinct.* (gpu-amd) .* blocked by a control' <<<"$out"

numbers() { grep -oE '[0-9]+(\.[0-9]+)?' <<<"$1" | sort -n; }
for what in "eda --home CN --grade-after" "gpu-nvidia --home CN" "abf-film --home US --exclude JP,EU" "hybrid-bonder --home CN" "$work/p"; do
	read -r item options <<<"$what"
	path=$chain
	[[ $item != "$work/p" ]] || { path=$work/p item=resist; }
	# shellcheck disable=SC2086 # words are meant
	run alternates "$path" "$item" $options
	en=$out
	# shellcheck disable=SC2086
	run alternates "$path" "$item" $options --lang zh
	# Titles and names of options may hold numbers of their own.
	figures() { grep -vE '^ *(in force|blocked|cost|现行管制|受 |成本)|may reach|可能及于' <<<"$1" || true; }
	same "the same numbers in both languages: ${what##*/}" "$(numbers "$(figures "$en")")" "$(numbers "$(figures "$out")")"
	check "Chinese: ${what##*/}" chinese "$out"
	for format in csv json; do
		# shellcheck disable=SC2086
		run alternates "$path" "$item" $options --$format --lang zh
		first=$out
		# shellcheck disable=SC2086
		run alternates "$path" "$item" $options --$format
		same "$format does not depend on the language: ${what##*/}" "$first" "$out"
	done
done
run alternates "$work/p" resist --grade-after --csv
same "CSV: one row a candidate" 4 "$(($(wc -l <<<"$out") - 1))"
same "CSV: as many cells as heads" "" "$(printf '%s\n' "$out" | sqlite3 -batch :memory: ".import --csv /dev/stdin t" 2>&1)"
same "CSV: what blocks it" "kr-rule" "$(printf '%s\n' "$out" | sqlite3 -batch :memory: ".import --csv /dev/stdin t" "SELECT blocked_by FROM t WHERE alternate = 'busan'")"
same "CSV: the same level after" "$(card "$work/p" resist --grade-after && of taipei after.level)" "$(printf '%s\n' "$(run alternates "$work/p" resist --grade-after --csv && echo "$out")" | sqlite3 -batch :memory: ".import --csv /dev/stdin t" "SELECT level_after FROM t WHERE alternate = 'taipei'")"

# Shuffled rows give the same bytes.
rm -rf "$work/mixed" && cp -r "$chain" "$work/mixed"
for table in alternates items needs parties shares options events; do
	(head -1 "$chain/$table.csv" && tail -n +2 "$chain/$table.csv" | tac) >"$work/mixed/$table.csv"
done
for item in eda photoresist-euv hbm; do
	run alternates "$chain" $item --home CN --grade-after --json
	first=$out
	run alternates "$work/mixed" $item --home CN --grade-after --json
	same "the order of rows changes nothing: $item" "$first" "$out"
done

# ---- what is wrong ------------------------------------------------------------------------------------------------------------

wrong() { # EXIT PART ARGUMENTS...
	local want=$1 part=$2
	shift 2
	run alternates "$@"
	if [[ $rc == "$want" && -z $out ]] && has "$err" "$part"; then pass "exit $want: alternates ${*:2}"; else fail "exit $want: alternates $*" "exit $rc" "$out" "$err"; fi
	run alternates "$@" --lang zh
	check "in Chinese: alternates ${*:2}" chinese "$err"
}
wrong 2 "did you mean: eda" "$chain" edaa
wrong 2 "nothing is called" "$chain" party:asml
wrong 2 "did you mean: pytorch" "$chain" eda --for pytorh
wrong 2 "XX is not a country" "$chain" eda --exclude US,XX
wrong 2 "is not a country" "$chain" eda --exclude japan
wrong 2 "ZZ" "$chain" eda --home ZZ
wrong 2 "arguments are missing" "$chain"
wrong 6 "does not exist" "$work/nowhere" eda
wrong 2 "--bom has no effect" "$chain" eda --bom

finish
