#!/usr/bin/env bash
# What users come for, end to end: chokepoints, explanations, trust in the data, dependence by country.
# Packages with answers that can be worked out by hand: tests/data/{concentration,levers,bases}.
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

# copy NAME TO: a package of tests/data or a broken one (its base and what differs).
copy() {
	rm -rf "${work:?}/$2"
	if [[ -d tests/data/$1 ]]; then
		cp -r "tests/data/$1" "$work/$2"
	else
		cp -r tests/broken/base "$work/$2" && cp -r "tests/broken/$1/." "$work/$2/"
	fi
}

# rank_of PACKAGE ITEM EXPRESSION [OPTION...]: of the item's object in rank --json; i is the object.
rank_of() {
	local path=$1 item=$2 expression=$3
	shift 3
	run rank "$path" --json "$@"
	printf '%s' "$out" >"$work/rank.json"
	sqlite3 -batch :memory: "SELECT $expression FROM (SELECT value AS i FROM json_each(CAST(readfile('$work/rank.json') AS TEXT), '\$.items')) WHERE json_extract(i, '\$.item') = '$item'"
}
hhi="CAST(round(10000 * json_extract(i, '\$.facts.hhi.low')) AS INTEGER) || '-' || CAST(round(10000 * json_extract(i, '\$.facts.hhi.high')) AS INTEGER)"
level="json_extract(i, '\$.level')"

# ---- US1: find chokepoints ---------------------------------------------------------------------------------------------

p=tests/data/concentration
run check $p --strict
check "US1: the package is clean" [ "$rc" = 0 ]
same "US1: one maker: HHI 10,000" 10000-10000 "$(rank_of $p scanner "$hhi")"
same "US1: and level 3, grade A" "3 A" "$(rank_of $p scanner "$level || ' ' || json_extract(i, '\$.grade')")"
same "US1: three hold 90: HHI 2,700 to 8,100" 2700-8100 "$(rank_of $p design-joint "$hhi")"
same "US1: three hold at least 90: HHI 2,700 to 10,000" 2700-10000 "$(rank_of $p design-atleast "$hhi")"
same "US1: various 100: HHI unknown" unknown "$(rank_of $p screws "coalesce($hhi, 'unknown')")"
same "US1: and no chokepoint" none "$(rank_of $p screws "CASE WHEN coalesce($level, 0) = 0 THEN 'none' ELSE $level END")"
check "US1: but shown as fragmented" has "$(rank_of $p screws "json_extract(i, '\$.why_en')")$(rank_of $p screws i)" "many small makers"
run rank $p
check "US1: the text has them too" grep -qE 'scanner .* 10000 .*' <<<"$out"
check "US1: the text has the interval" grep -qE 'design-joint .* 2700–8100 ' <<<"$out"
check "US1: the text has the open interval" grep -qE 'design-atleast .* 2700–10000 ' <<<"$out"
check "US1: an unknown is a question mark" grep -qE 'screws .* \? ' <<<"$out"
same "US1: the worst stands first" scanner "$(awk 'NR == 2 { print $3 }' <<<"$out")"
run rank $p --lang zh
check "US1: the same in Chinese" grep -qE 'design-joint .* 2700–8100 ' <<<"$out"
# Equal suppliers, one more each time.
before=10001
falls=yes series=
for n in 1 2 3 4 5 6 7; do
	copy concentration equal
	printf 'party,kind,name_en,name_zh,site,hq,parent\n' >"$work/equal/parties.csv"
	printf 'item,provider,basis,share_low,share_high,year,source,evidence\n' >"$work/equal/shares.csv"
	share=$(awk -v n=$n 'BEGIN { printf "%.10g", 100 / n }')
	for ((i = 1; i <= n; i++)); do
		printf 'maker-%d,firm,Maker number %d,,,US,\n' "$i" "$i" >>"$work/equal/parties.csv"
		printf 'scanner,maker-%d,hq,%s,%s,2025,register,observed\n' "$i" "$share" "$share" >>"$work/equal/shares.csv"
	done
	now=$(rank_of "$work/equal" scanner "$hhi")
	series+="$now "
	((${now#*-} <= before)) || falls=no
	before=${now#*-}
done
same "US1: one more equal supplier never raises HHI" yes $falls
same "US1: and HHI is 10,000 / n" "10000-10000 5000-5000 3333-3333 2500-2500 2000-2000 1667-1667 1429-1429 " "$series"
run rank "$chain" --top 12 --json
printf '%s' "$out" >"$work/rank.json"
mapfile -t items < <(json "$work/rank.json" "group_concat(value, char(10)) FROM (SELECT json_extract(value, '\$.item') AS value FROM (SELECT j AS text), json_each(text, '\$.items'))" 2>/dev/null || true)
((${#items[@]} > 1)) || mapfile -t items < <(sqlite3 -batch :memory: "SELECT json_extract(value, '\$.item') FROM json_each(CAST(readfile('$work/rank.json') AS TEXT), '\$.items')")
same "US1: twelve rows" 12 "${#items[@]}"

# ---- US3: why is this red? -----------------------------------------------------------------------------------------------

mkdir "$work/explained"
sums='' sources='' dates='' kinds='' cites=''
for item in "${items[@]}"; do
	file=$work/explained/$item.json
	"$SECONDSOURCE" explain "$chain" "$item" --json >"$file" || fail "explain $item"
	for part in loss growth_loss; do
		bad=$(json "$file" "abs(json_extract(j, '\$.$part.gross') + json_extract(j, '\$.$part.alternates') + json_extract(j, '\$.$part.stock') + json_extract(j, '\$.$part.downstream') - json_extract(j, '\$.$part.weeks')) > 1e-9")
		[[ $bad != 1 ]] || sums+="$item "
	done
	leaves="json_each(CAST(readfile('$file') AS TEXT), '\$.evidence')"
	sources+=$(sqlite3 -batch :memory: "SELECT '$item ' || json_extract(value, '\$.row') || char(10) FROM $leaves WHERE json_array_length(value, '\$.sources') = 0 OR json_extract(value, '\$.sources[0].title') = ''")
	kinds+=$(sqlite3 -batch :memory: "SELECT '$item ' || json_extract(value, '\$.row') || char(10) FROM $leaves WHERE coalesce(json_extract(value, '\$.kind'), '') NOT IN ('observed', 'estimated', 'assumed')")
	dates+=$(sqlite3 -batch :memory: ".import --csv $chain/sources.csv s" "SELECT '$item ' || s.source || char(10) FROM $leaves AS e, json_each(e.value, '\$.sources') AS q JOIN s ON s.source = json_extract(q.value, '\$.source') WHERE s.published <> coalesce(json_extract(q.value, '\$.published'), '')")
	[[ $(json "$file" "json_array_length(j, '\$.evidence')") -gt 0 ]] || cites+="$item "
done
same "US1: every row has a source" "" "$cites"
same "US3: contributions sum to the loss" "" "$sums"
same "US3: every leaf has a source with a title" "" "$sources"
same "US3: every leaf says observed, estimated or assumed" "" "$kinds"
same "US3: every date that is known is shown" "" "$dates"

p=tests/data/levers
run check $p --strict
check "US3: the package is clean" [ "$rc" = 0 ]
run explain $p resist --json
printf '%s' "$out" >"$work/why.json"
same "US3: lost 0.8 × 40 = 32 weeks, less 1 for the alternate, 3 of stock" "32.0 -1.0 -3.0 0.0 28.0" \
	"$(json "$work/why.json" "printf('%.1f %.1f %.1f %.1f %.1f', json_extract(j, '\$.loss.gross'), json_extract(j, '\$.loss.alternates'), json_extract(j, '\$.loss.stock'), json_extract(j, '\$.loss.downstream'), json_extract(j, '\$.loss.weeks'))")"
same "US3: four ways to lower it" 4 "$(json "$work/why.json" "json_array_length(j, '\$.lower_by')")"
now=$(rank_of $p resist "$level")
lever() { sqlite3 -batch :memory: "SELECT json_extract(value, '\$.$2') FROM json_each(CAST(readfile('$work/why.json') AS TEXT), '\$.lower_by') WHERE json_extract(value, '\$.change') = '$1'"; }
# try CHANGE FILE SQL FACTOR: the level with the change, $amount being FACTOR times the change away from what is.
try() {
	copy levers tried
	edit tried "$2" "$3"
	rank_of "$work/tried" resist "$level"
}
for change in add_stock_weeks add_qualified_cover top_share_falls_to recovery_within_weeks; do
	amount=$(lever $change amount) week=$(lever $change ready_by_week) after=$(lever $change level_after)
	levels=
	for factor in 1 0.99; do
		case $change in
		add_stock_weeks)
			x="$factor * $amount"
			levels+="$(try $change items.csv "UPDATE t SET stock_weeks_low = stock_weeks_low + $x, stock_weeks_high = stock_weeks_high + $x WHERE item = 'resist'") "
			;;
		add_qualified_cover)
			x="100 * $factor * $amount"
			levels+="$(try $change alternates.csv "INSERT INTO t VALUES ('resist', 'seoul', 0, 0, 'qualified', $week, $week, $x, $x, 'guess', 'assumed')") "
			;;
		top_share_falls_to)
			x="(80 - $factor * (80 - 100 * $amount))"
			levels+="$(try $change shares.csv "UPDATE t SET share_low = CASE provider WHEN 'tokyo' THEN $x ELSE 100 - $x END WHERE item = 'resist'; UPDATE t SET share_high = share_low WHERE item = 'resist'") "
			;;
		recovery_within_weeks)
			x="(40 - $factor * (40 - $amount))"
			levels+="$(try $change items.csv "UPDATE t SET recovery_weeks_low = $x, recovery_weeks_high = $x WHERE item = 'resist'") "
			;;
		esac
	done
	same "US3: $change $amount lowers the level, 1 % less does not" "$after $now " "$levels"
	check "US3: $change: it is lower" [ "$after" -lt "$now" ]
done
# The same on the starter package, where numbers are intervals: stock and recovery of the worst items.
tried=0 wrong=
for item in "${items[@]:0:6}"; do
	cp "$work/explained/$item.json" "$work/why.json"
	amount=$(lever add_stock_weeks amount) after=$(lever add_stock_weeks level_after) now=$(json "$work/why.json" "json_extract(j, '\$.level')")
	known_stock=$(sqlite3 -batch :memory: ".import --csv $chain/items.csv t" "SELECT stock_weeks_low <> '' FROM t WHERE item = '$item'")
	[[ -n $amount && $known_stock == 1 ]] || continue
	tried=$((tried + 1))
	levels=
	for factor in 1 0.99; do
		rm -rf "$work/real" && cp -r "$chain" "$work/real"
		edit real items.csv "UPDATE t SET stock_weeks_high = stock_weeks_low WHERE item = '$item' AND stock_weeks_high = ''" \
			"UPDATE t SET stock_weeks_low = stock_weeks_low + $factor * $amount, stock_weeks_high = stock_weeks_high + $factor * $amount WHERE item = '$item'"
		levels+="$(rank_of "$work/real" "$item" "$level") "
	done
	[[ $levels == "$after $now " ]] || wrong+="$item +$amount: $levels instead of $after $now; "
done
same "US3: the same on the starter package ($tried items)" "" "$wrong"

numbers() { grep -oE '[0-9]+(\.[0-9]+)?' <<<"$1" | sort -n; }
for what in resist gas party:tokyo country:JP; do
	run explain $p $what
	en=$out
	run explain $p $what --lang zh
	same "US3: the same numbers in both languages: $what" "$(numbers "$en")" "$(numbers "$out")"
	check "US3: Chinese: $what" chinese "$out"
done
run explain $p resist
check "US3: an assumed leaf is marked" grep -qF 'items resist · ASSUMED' <<<"$out"
check "US3: an observed leaf is not" grep -qF 'shares resist tokyo hq 2025 · observed' <<<"$out"
check "US3: source and date are shown" grep -qF 'register Register of the authors, 2026-01-15, grade A' <<<"$out"
run explain $p resist --lang zh
check "US3: an assumed leaf is marked in Chinese" grep -qF 'items resist · 假设' <<<"$out"

# ---- US8: how far can I trust this map? ------------------------------------------------------------------------------------

copy shares-sum-102 sum
run check "$work/sum"
check "US8: shares that sum to 102: a warning with its line" grep -q '^shares.csv:3:9: warning: .*102 %' <<<"$out"
check "US8: which is no error" [ "$rc" = 0 ]
run explain "$work/sum" gallium
check "US8: and nothing is scaled" grep -qF 'Borealis 42.0 %' <<<"$out"
check "US8: neither of the two" grep -qF 'Acme Metals 60.0 %' <<<"$out"
run check "$work/sum" --strict
check "US8: an error if warnings are" [ "$rc" = 3 ]
# caught CODE PLACE EXIT NAME: more of them in broken.sh
caught() {
	copy "$4" caught
	run check "$work/caught"
	if [[ $rc == "$3" && $out == *"$2: "*"[$1]"* ]]; then pass "US8: $4 is caught at $2"; else fail "US8: $4 is caught at $2" "exit $rc" "$out"; fi
}
caught CYCLE_CRITICAL needs.csv:4:1 3 cycle-critical
caught ITEM_ORPHAN items.csv:5:1 0 orphan
caught ID_TWICE items.csv:5:1 3 id-twice
caught COUNTRY_UNKNOWN parties.csv:2:28 3 country-unknown
caught NUMBER_RANGE shares.csv:2:28 3 share-140
caught DATES_REVERSED items.csv:3:72 3 dates-reversed
caught ORIGIN_PLAUSIBLE items.csv:3:1 0 origin
head -c 1000000 /dev/urandom >"$work/sum/items.csv"
run check "$work/sum"
check "US8: a megabyte of random bytes: exit 3" [ "$rc" = 3 ]

# One maker under two names.
copy concentration twins
cat >"$work/twins/parties.csv" <<'EOF'
party,kind,name_en,name_zh,hq,same_as
alpha,firm,Alpha Optics,阿尔法,NL,
alpha-bv,firm,Alpha Optics B.V.,,NL,
beta,firm,Beta,贝塔,US,
gamma,firm,Gamma,伽马,US,
delta,firm,Delta,德尔塔,US,
EOF
edit twins shares.csv "UPDATE t SET share_low = 60, share_high = 60 WHERE item = 'scanner'; INSERT INTO t VALUES ('scanner', 'alpha-bv', 'hq', 40, 40, 2025, 'register', 'observed')"
run check "$work/twins"
check "US8: twins are proposed" grep -q '^parties.csv:3:1: warning: alpha-bv and alpha .*PARTY_TWINS' <<<"$out"
edit twins parties.csv "UPDATE t SET name_en = 'Alfa', name_zh = '阿尔法光学股份有限公司' WHERE party = 'alpha-bv'; UPDATE t SET name_zh = '阿尔法光学' WHERE party = 'alpha'"
run check "$work/twins" --lang zh
check "US8: by their Chinese names too" grep -q '^parties.csv:3:1: 警告: .*PARTY_TWINS' <<<"$out"
same "US8: and not merged unasked" 5200-5200 "$(rank_of "$work/twins" scanner "$hhi")"
run rank "$work/twins"
before=$out
edit twins parties.csv "UPDATE t SET same_as = 'alpha' WHERE party = 'alpha-bv'"
run check "$work/twins"
check "US8: same_as silences it" [ "$out" = "${out//PARTY_TWINS/}" ]
check "US8: and merges" [ "$(rank_of "$work/twins" scanner "$hhi")" = 10000-10000 ]
run explain "$work/twins" party:alpha-bv
first=$out
run explain "$work/twins" party:alpha
same "US8: both ids mean the one party" "$out" "$first"
edit twins parties.csv "UPDATE t SET same_as = ''"
run rank "$work/twins"
same "US8: taking it away undoes the merge" "$before" "$out"

# ---- US10: dependence by country -------------------------------------------------------------------------------------------

p=tests/data/bases
run check $p --strict
check "US10: the package is clean" [ "$rc" = 0 ]
# dependence BASIS ITEM: "COUNTRY direct; ..." in order of the country
dependence() {
	run map $p --view country --basis "$1" --csv
	awk -F, -v item="$2" '$1 == item && $6 > 0 { print $3 " " $6 }' <<<"$out" | sort | paste -sd';' -
}
same "US10: a unit in the US of a German group, by site" "IN 30;US 60" "$(dependence site design)"
same "US10: by headquarters" "US 90" "$(dependence hq design)"
same "US10: by ultimate parent" "DE 60;US 30" "$(dependence parent design)"
for basis in site hq parent; do
	run map $p --view country --basis $basis
	check "US10: what nobody states has its own column ($basis)" grep -qE '^ITEM .* unknown$' <<<"$out"
	check "US10: 10 % of design are not stated ($basis)" grep -qE '^design .* 10$' <<<"$out"
	run explain $p party:design-unit --basis $basis
	check "US10: explain of the unit has all three ($basis)" has "$out" "by site US · by headquarters US · by ultimate parent DE"
done
run map $p --view country --csv
check "US10: unknown has a row or column in CSV too" grep -q unknown <<<"$out"
for path in $p tests/data/levers tests/data/concentration "$chain"; do
	for basis in site hq parent origin; do
		run map "$path" --view country --basis $basis --csv
		same "US10: looked through is never less than direct (${path##*/}, $basis)" "" \
			"$(awk -F, 'NR > 1 && ($8 < $5 - 1e-6 || $9 < $6 - 1e-6 || $10 < $7 - 1e-6)' <<<"$out" | head -3)"
	done
done
for home in US JP DE EU KR; do
	run map "$chain" --view country --home $home --csv
	same "US10: and for home $home" "" "$(awk -F, 'NR > 1 && ($8 < $5 - 1e-6 || $9 < $6 - 1e-6 || $10 < $7 - 1e-6)' <<<"$out" | head -3)"
done
run map $p --view country --csv
first=$out
run map $p --view country --direct --csv
same "US10: the CSV has both anyway" "$first" "$out"
run map $p --view country
first=$out
run map $p --view country --direct
check "US10: the text is one or the other" [ "$first" != "$out" ]

finish
