#!/usr/bin/env bash
# The study file: what goes in comes out, old states stay, two processes at once, tampering shows, views can be read.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

chain=data/ai-chain study=$work/chain.study
at() { export SOURCE_DATE_EPOCH=$1; }
sql() { sqlite3 -batch "$@"; }

# ---- round trip ----------------------------------------------------------------------------------------------------------

# A package with everything that is easily lost.
odd=$work/odd
cp -r tests/broken/base "$odd"
{ printf '\xEF\xBB\xBF' && cat tests/broken/base/items.csv; } >"$odd/items.csv"
sed 's/$/\r/' tests/broken/base/shares.csv >"$odd/shares.csv"
sed '1s/$/,our_rating,Eigene Spalte/; 2s/$/,"a, ""b""",ü/; 3s/$/,,/' tests/broken/base/parties.csv >"$odd/parties.csv"
printf 'party,kind,name_en,name_zh,site,hq,parent,lei,same_as\n' >"$odd/names.csv"
printf 'party,name,language,strength,note\nacme,Acme,en,strong," leading blank, and trailing "\nacme,"two\nlines",en,weak,\nacme,"""quoted""",en,weak,\n' >"$odd/names.csv"
mkdir "$odd/scenarios"
printf 'scenario: stop\ntitle: {en: Stop, zh: 停供}\ncuts:\n  - item: wafer # a comment\n' >"$odd/scenarios/stop.yaml"
printf '# Notes\n\nFree text, with a tab\there and no line end' >"$odd/README.md"
printf 'event,date,kind,title_en,source,evidence\n' >"$odd/events.csv" # a header and no row
for path in tests/broken/base tests/data/names "$odd" "$chain"; do
	name=${path##*/}
	run import "$path" --out "$work/trip-$name"
	check "import of $name" [ "$rc" = 0 ]
	run export "$work/trip-$name" --out "$work/out-$name"
	check "export of $name" [ "$rc" = 0 ]
	same "the same bytes: $name" "" "$(diff -r "$path" "$work/out-$name" 2>&1 | head -20)"
	for command in "rank PATH --csv" "check PATH --json" "map PATH --json"; do
		[[ $path != "$odd" || $command != check* ]] || continue # a study says nothing of columns it does not know
		IFS=' ' read -r -a words <<<"$command"
		run "${words[@]/#PATH/$path}"
		first=$out
		run "${words[@]/#PATH/$work/trip-$name}"
		if [[ $command == check* ]]; then # a study keeps the lines, not the columns
			first=$(grep -v '"column"' <<<"$first") out=$(grep -v '"column"' <<<"$out")
		fi
		same "$command of the study is that of the package: $name" "$first" "$out"
	done
done
run export "$work/trip-odd" --out "$work/out-odd"
check "a second export to the same place is refused" [ "$rc" = 3 ]
same "and changes nothing" "" "$(diff -r "$odd" "$work/out-odd" 2>&1)"

# ---- history and known-at --------------------------------------------------------------------------------------------------

old=$work/old new=$work/new
cp -r tests/broken/base "$old" && cp -r tests/broken/base "$new"
sed -i 's/^gallium,acme,hq,,output,60,60/gallium,acme,hq,,output,70,70/; s/30,40/25,30/' "$new/shares.csv"
sed -i '/^borealis/d' "$new/parties.csv" && sed -i '/borealis/d' "$new/shares.csv"
printf 'cobalt,firm,Cobalt,钴业,,KR,,,\n' >>"$new/parties.csv"
at 1767225600 # 2026-01-01
run import "$old" --out "$study"
check "first import" [ "$rc" = 0 ]
check "it counts" grep -qE ': 14 rows added, 0 kept, 0 ended, 1 documents$' <<<"$err"
at 1769904000 # 2026-02-01
run import "$old" --out "$study"
check "the same again: nothing new" grep -qE ': 0 rows added, 14 kept, 0 ended, ' <<<"$err"
at 1772323200 # 2026-03-01
run import "$new" --out "$study"
check "second import: added, kept, ended" grep -qE ': 2 rows added, 11 kept, 3 ended, ' <<<"$err"
run import "$new" --out "$study" --lang zh
check "counts in Chinese" chinese "$err"
export_at() { # TIME FOLDER: what the study knew, against a package
	rm -rf "$work/then"
	run export "$study" --out "$work/then" --known-at "$1"
	diff -r "$2" "$work/then" 2>&1 | head -5
}
same "known at 2026-01-15" "" "$(export_at 2026-01-15 "$old")"
same "known at 2026-01" "" "$(export_at 2026-01 "$old")"
same "known at 2026-02-28T23:59:59Z" "" "$(export_at 2026-02-28T23:59:59Z "$old")"
same "known at 2026-03-01" "" "$(export_at 2026-03-01 "$new")"
same "known at 2030" "" "$(export_at 2030 "$new")"
run rank "$study" --known-at 2026-01-15
first=$out
run rank "$old"
same "rank of the old state" "$out" "$first"
run rank "$study"
first=$out
run rank "$new"
same "rank of the new state" "$out" "$first"
run explain "$study" gallium --known-at 2026-01-15
check "explain of the old state" has "$out" "Acme Metals 60.0 %"
run explain "$study" gallium
check "explain of the new state" has "$out" "Acme Metals 70.0 %"
run rank "$study" --known-at 2025-12-31
check "before the first import: an error" [ "$rc" -ge 2 ]
check "that says when it was" has "$err" 2026-01-01
run rank "$study" --known-at never
check "a time that is none: exit 2" [ "$rc" = 2 ]
run history "$study"
check "history is whole" has "$out" "the log is whole"
same "history has every import" 4 "$(grep -c ' import ' <<<"$out")"
run history "$study" --json
printf '%s' "$out" >"$work/history.json"
same "history in JSON" "4 1 0" "$(json "$work/history.json" "json_array_length(j, '\$.entries') || ' ' || json_extract(j, '\$.whole') || ' ' || json_extract(j, '\$.broken_seq')")"
same "times never go back" "2026-01-01T00:00:00Z" "$(json "$work/history.json" "json_extract(j, '\$.entries[0].at')")"
at 1700000000 # the clock goes back
run import "$old" --out "$study"
check "import with a clock that went back" [ "$rc" = 0 ]
run history "$study"
check "is whole too" has "$out" "the log is whole"
check "and not before the last" has "$(tail -2 <<<"$out")" "2026-03-01"
at 1772323200

# ---- two processes -----------------------------------------------------------------------------------------------------------

cp "$study" "$work/locked"
run rank "$work/locked"
first=$out
mkfifo "$work/pipe"
sqlite3 -batch "$work/locked" <"$work/pipe" >"$work/sqlite.out" 2>&1 &
holder=$!
exec 9>"$work/pipe"
printf 'BEGIN IMMEDIATE;\nCREATE TABLE held(x);\nSELECT 1;\n' >&9
for ((i = 0; i < 50; i++)); do
	[[ ! -s $work/sqlite.out ]] || break
	sleep 0.1
done
same "another process holds the lock" 1 "$(<"$work/sqlite.out")"
run rank "$work/locked"
check "a reader goes on" [ "$rc" = 0 ]
same "and sees the state before" "$first" "$out"
run history "$work/locked"
check "history goes on" [ "$rc" = 0 ]
run export "$work/locked" --out "$work/from-locked"
check "export goes on" [ "$rc" = 0 ]
before=${EPOCHREALTIME/[.,]/}
run import "$new" --out "$work/locked" --wait 1
took=$(((${EPOCHREALTIME/[.,]/} - before) / 1000))
check "a second writer is told: exit 6" [ "$rc" = 6 ]
check "by name" has "$err" "locked is being written by another process"
check "with a fix" has "$err" "--wait"
check "after a second" [ "$took" -ge 900 -a "$took" -lt 5000 ]
run import "$new" --out "$work/locked" --wait 0 --lang zh
check "at once with --wait 0" [ "$rc" = 6 ]
check "in Chinese" chinese "$err"
(sleep 0.7 && printf 'ROLLBACK;\n.quit\n' >&9) &
run import "$new" --out "$work/locked" --wait 10
check "a writer that waits gets its turn" [ "$rc" = 0 ]
exec 9>&-
wait "$holder"
run history "$work/locked"
check "the study is whole after that" [ "$rc" = 0 ]
run export "$work/locked" --out "$work/after-lock"
same "and holds the last import" "" "$(diff -r "$new" "$work/after-lock" 2>&1)"

# Four writers and readers at once.
pids=() codes=
for i in 1 2 3 4; do
	cp -r "$old" "$work/p$i" && printf 'm%d,firm,Maker number %d,,,US,,,\n' "$i" "$i" >>"$work/p$i/parties.csv"
	"$SECONDSOURCE" import "$work/p$i" --out "$work/locked" --wait 30 >/dev/null 2>&1 &
	pids+=($!)
	"$SECONDSOURCE" rank "$work/locked" >/dev/null 2>&1 &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid"
	codes+=$?
done
same "four writers, four readers: all succeed" 00000000 "$codes"
run history "$work/locked" --json
printf '%s' "$out" >"$work/history.json"
same "four entries more, all whole" "10 1" "$(json "$work/history.json" "json_array_length(j, '\$.entries') || ' ' || json_extract(j, '\$.whole')")"
# Two at once make one new study.
pids=() codes=
for i in 1 2 3; do
	"$SECONDSOURCE" import "$work/p$i" --out "$work/fresh" --wait 30 >/dev/null 2>"$work/fresh.$i" &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid"
	codes+=$?
done
same "three processes make one new study" 000 "$codes"
run history "$work/fresh" --json
printf '%s' "$out" >"$work/history.json"
same "with three imports" "3 1" "$(json "$work/history.json" "json_array_length(j, '\$.entries') || ' ' || json_extract(j, '\$.whole')")"
same "and nothing left beside it" "" "$(find "$work" -name 'fresh*partial*' -o -name 'fresh-journal')"

# A writer that is killed.
cp -r "$old" "$work/large"
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "n%d,material,good,Part %d,,gallium,1,2,3,4,,register,assumed,,,\n", i, i }' >>"$work/large/items.csv"
cp "$study" "$work/killed"
states=
for pause in 0.01 0.03 0.06 0.1 0.15 0.2; do
	"$SECONDSOURCE" import "$work/large" --out "$work/killed" >/dev/null 2>&1 &
	victim=$!
	sleep $pause
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
	run history "$work/killed"
	states+=$rc
	run rank "$work/killed" --top 1
	states+=$rc
done
same "killed at six moments: always whole and readable" 000000000000 "$states"
run import "$work/large" --out "$work/killed"
check "and can be written afterwards" [ "$rc" = 0 ]

# ---- tampering -----------------------------------------------------------------------------------------------------------------

triggers=$(sql "$study" "SELECT group_concat('DROP TRIGGER \"' || name || '\";', '') FROM sqlite_master WHERE type = 'trigger'")
for change in "UPDATE audit SET actor = 'x'" "DELETE FROM audit" "INSERT OR REPLACE INTO audit SELECT seq, at, 'x', action, detail, prev_hash, hash FROM audit WHERE seq = 1"; do
	sql "$study" "$change" >/dev/null 2>"$work/stderr" && rc=0 || rc=$?
	check "the log is append-only: ${change%% audit*}" grep -q append-only "$work/stderr"
done
# tampered NAME SQL
tampered() {
	cp "$study" "$work/tampered"
	sql "$work/tampered" "$triggers $2" 2>"$work/stderr" || fail "tampering: $1" "$(<"$work/stderr")"
	run history "$work/tampered" --lang en
	if [[ $rc == 3 && $err == *tampered* ]]; then pass "tampering shows: $1"; else fail "tampering shows: $1" "exit $rc" "$out" "$err"; fi
	run history "$work/tampered" --lang zh
	if [[ $rc == 3 ]] && chinese "$err"; then pass "tampering shows in Chinese: $1"; else fail "tampering shows in Chinese: $1" "exit $rc" "$err"; fi
}
tampered "a name" "UPDATE fact_items SET name_en = 'Other' WHERE rowid = (SELECT min(rowid) FROM fact_items)"
tampered "a share" "UPDATE fact_shares SET share_high = '99' WHERE rowid = (SELECT min(rowid) FROM fact_shares)"
tampered "an old row is gone" "DELETE FROM fact_parties WHERE rowid = (SELECT max(rowid) FROM fact_parties WHERE ended_id IS NOT NULL)"
tampered "an entry of the log" "UPDATE audit SET actor = 'somebody' WHERE seq = 2"
tampered "an entry is gone" "DELETE FROM audit WHERE seq = 2"
tampered "the last entry is gone" "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"
tampered "when a row was recorded" "UPDATE fact_items SET import_id = import_id + 1 WHERE rowid = (SELECT min(rowid) FROM fact_items)"
tampered "a document" "UPDATE document SET content = replace(content, 'CN', 'US')"
run history "$work/tampered" --json
printf '%s' "$out" >"$work/history.json"
same "JSON says so too" 0 "$(json "$work/history.json" "json_extract(j, '\$.whole')")"
# A document of a study never leaves the folder it is exported to.
cp "$study" "$work/evil"
for place in ../escaped.yaml /tmp/../"${work#/}"/escaped.yaml scenarios/../../escaped.yaml; do
	cp "$study" "$work/evil"
	sql "$work/evil" "$triggers UPDATE document SET path = '$place'" 2>/dev/null
	rm -rf "$work/evil-out"
	run export "$work/evil" --out "$work/evil-out"
	check "a document called $place stays inside" [ ! -e "$work/escaped.yaml" ]
	check "and export of $place ends" [ "$rc" = 0 -o "$rc" = 3 ]
done

# ---- views ------------------------------------------------------------------------------------------------------------------------

run import "$odd" --out "$work/views"
views=$(sql "$work/views" "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
check "there are views" [ "$(wc -l <<<"$views")" -ge 20 ]
broken=
while IFS= read -r view; do
	sql "$work/views" "SELECT * FROM \"$view\"" >/dev/null 2>"$work/stderr" || broken+="$view: $(<"$work/stderr") "
done <<<"$views"
same "every view can be read" "" "$broken"
same "v_items" "gallium|Gallium|镓|26.0|52.0" "$(sql "$work/views" "SELECT item, name_en, name_zh, recovery_weeks_low + 0.0, recovery_weeks_high + 0.0 FROM v_items ORDER BY item LIMIT 1")"
same "v_shares: numbers are numbers" "90.0" "$(sql "$work/views" "SELECT sum(share_low) + 0.0 FROM v_shares WHERE item = 'gallium'")"
run import "$new" --out "$work/now"
run import "$old" --out "$work/now"
same "views show what holds now" "acme borealis" "$(sql "$work/now" "SELECT group_concat(party, ' ') FROM (SELECT party FROM v_parties ORDER BY party)")"
same "history views show what held" "2" "$(sql "$study" "SELECT count(DISTINCT share_low) FROM v_history_shares WHERE item = 'gallium' AND provider = 'acme'")"
same "v_audit and v_imports" "5 5" "$(sql "$study" "SELECT (SELECT count(*) FROM v_audit WHERE action = 'import') || ' ' || (SELECT count(*) FROM v_imports)")"

finish
