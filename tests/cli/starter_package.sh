#!/usr/bin/env bash
# The starter package data/ai-chain: large enough, sourced, sound, two-lingual, useful for five homes, and unchanged by
# a round trip through a study. Run from anywhere; SECONDSOURCE names the program. Prints TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${SECONDSOURCE:-build/secondsource}
package=data/ai-chain
day=2026-11-24 # nothing depends on the day of the test
export LC_ALL=C.UTF-8
unset LC_MESSAGES LANG
work=$(mktemp -d "${TMPDIR:-/tmp}/starter.XXXXXX")
trap 'rm -rf "$work"' EXIT

count=0 failures=0

# ok NAME STATUS [DETAIL]
ok() {
	count=$((count + 1))
	if [[ $2 == 0 ]]; then
		echo "ok $count - $1"
		return
	fi
	failures=$((failures + 1))
	echo "not ok $count - $1"
	[[ -z ${3-} ]] || head -20 <<<"$3" | sed 's/^/# /'
}

# none NAME TEXT: passes if the text is empty; shows it otherwise.
none() {
	local rc=0
	[[ -z $2 ]] || rc=1
	ok "$1" $rc "$2"
}

# at_least NAME MINIMUM GOT
at_least() {
	local rc=0
	(($3 >= $2)) || rc=1
	ok "$1: at least $2" $rc "got $3"
}

# Every table of the package as text in one database: cells with commas and quotes are no trouble.
tables=(items needs shares alternates options events sources tiers parties item_codes attributes observations ownership series accepted names)
for table in "${tables[@]}"; do
	printf '.import --csv %s/%s.csv %s\n' "$package" "$table" "$table"
done >"$work/import.sql"
if ! sqlite3 -batch "$work/package.db" <"$work/import.sql" 2>"$work/import.err"; then
	ok "tables can be read" 1 "$(<"$work/import.err")"
	echo "1..$count"
	exit 1
fi
sql() { sqlite3 -batch "$work/package.db" "$1"; }

# ---- size -------------------------------------------------------------------------------------------------------

at_least "items" 100 "$(sql 'SELECT count(*) FROM items')"
at_least "needs" 250 "$(sql 'SELECT count(*) FROM needs')"
at_least "shares" 250 "$(sql 'SELECT count(*) FROM shares')"
at_least "alternates" 60 "$(sql 'SELECT count(*) FROM alternates')"
at_least "options" 60 "$(sql 'SELECT count(*) FROM options')"
at_least "sources" 100 "$(sql 'SELECT count(*) FROM sources')"
scenarios=("$package"/scenarios/*.yaml)
at_least "scenarios" 8 "${#scenarios[@]}"
at_least "tiers with items" 14 "$(sql 'SELECT count(DISTINCT tier) FROM items')"
none "no tier is empty" "$(sql 'SELECT tier FROM tiers WHERE tier NOT IN (SELECT tier FROM items)')"

# ---- numbers have a source and say what they are ------------------------------------------------------------------

# sourced TABLE KEY COLUMN...: rows with a number in one of the columns but no source or evidence.
sourced() {
	local table=$1 key=$2 where='' column
	shift 2
	for column; do where+="${where:+ OR }$column <> ''"; done
	none "$table: every number has source and evidence" \
		"$(sql "SELECT $key FROM $table WHERE ($where) AND (source = '' OR evidence NOT IN ('observed', 'estimated', 'assumed'))")"
}
sourced items item use_per_week stock_weeks_low stock_weeks_high recovery_weeks_low recovery_weeks_high value_per_week
sourced needs "item || ' ' || input" per_unit essential
sourced shares "item || ' ' || provider" share_low share_high
sourced alternates "item || ' ' || alternate" performance_gap_low ecosystem_gap_low integration_gap_low weeks_low share_low share_high
sourced options option fixed_cost_low unit_cost holding_cost lead_weeks_low capacity success_low shelf_weeks performance_gap
sourced attributes "item || ' ' || party || ' ' || attribute" value_low value_high
sourced observations "series || ' ' || date" value
sourced ownership "owner || ' ' || asset" percent_low percent_high
none "every source has title and grade" "$(sql "SELECT source FROM sources WHERE title = '' OR grade NOT IN ('A', 'B', 'C', 'D', 'E')")"
none "only judgement is called assumed by source and not by kind" \
	"$(sql "SELECT item || ' ' || provider FROM shares WHERE source = 'assumed' AND evidence <> 'assumed'")"

# ---- both languages ----------------------------------------------------------------------------------------------

none "every item has both names" "$(sql "SELECT item FROM items WHERE name_en = '' OR name_zh = ''")"
none "every option has both names" "$(sql "SELECT option FROM options WHERE name_en = '' OR name_zh = ''")"
none "every event has both titles" "$(sql "SELECT event FROM events WHERE title_en = '' OR title_zh = ''")"
none "every accepted finding has both reasons" "$(sql "SELECT about FROM accepted WHERE reason_en = '' OR reason_zh = ''")"
bad=
for file in "${scenarios[@]}"; do
	grep -qP '^title: \{en: ".+", zh: ".*\p{Han}.*"\}$' "$file" || bad+="$file"$'\n'
done
none "every scenario has both titles" "$bad"

# ---- share sets and controls -----------------------------------------------------------------------------------------

none "one set has one use" \
	"$(sql 'SELECT item, basis, market, metric, year FROM shares GROUP BY 1, 2, 3, 4, 5 HAVING count(DISTINCT use) > 1')"
none "an item with several sets for the world has a main one or all are context" "$(sql "
	SELECT item FROM (SELECT DISTINCT item, basis, metric, year, use FROM shares WHERE market = '')
	GROUP BY item HAVING count(*) > 1 AND sum(use = 'main') = 0 AND sum(use = '') > 1
	AND item NOT IN (SELECT item FROM shares WHERE market <> '' AND use = 'main')
	AND item NOT IN (SELECT item FROM (SELECT item, max(share_low <> '') AS known FROM shares GROUP BY item) WHERE known = 0)")"
none "the end of a suspension is not a control" \
	"$(sql "SELECT event FROM events WHERE event LIKE '%-sunset' AND (kind <> 'suspension' OR direction <> 'neutral')")"

# ---- files -----------------------------------------------------------------------------------------------------------

bad=
for file in "$package"/*.csv; do
	iconv -f UTF-8 -t UTF-8 "$file" >/dev/null 2>&1 || bad+="$file: not UTF-8"$'\n'
	! grep -q $'\r' "$file" || bad+="$file: CR"$'\n'
	[[ $(head -c 3 "$file") != $'\xEF\xBB\xBF' ]] || bad+="$file: byte-order mark"$'\n'
	[[ -z $(tail -c 1 "$file") ]] || bad+="$file: no line end at the end"$'\n'
done
none "CSV files are UTF-8 with LF" "$bad"
none "items stand in the order of the tiers" "$(sql '
	SELECT a.item FROM items a JOIN items b ON b.rowid = a.rowid + 1
	JOIN tiers ta ON ta.tier = a.tier JOIN tiers tb ON tb.tier = b.tier
	WHERE CAST(ta."order" AS INTEGER) > CAST(tb."order" AS INTEGER)')"
for table in needs shares alternates options; do
	none "$table stand in the order of the items" "$(sql "
		SELECT a.item || ' before ' || b.item FROM $table a JOIN $table b ON b.rowid = a.rowid + 1
		JOIN items ia ON ia.item = a.item JOIN items ib ON ib.item = b.item WHERE ia.rowid > ib.rowid")"
done
for readme in README.md README.zh.md; do
	lines=$(wc -l <"$package/$readme")
	rc=0
	((lines <= 120)) || rc=1
	ok "$readme has at most 120 lines" $rc "$lines"
	bad=
	while IFS=$'\t' read -r finding about; do
		grep -F -- "$about" "$package/$readme" | grep -qF -- "$finding" || bad+="$finding $about"$'\n'
	done < <(sqlite3 -batch -separator $'\t' "$work/package.db" 'SELECT finding, about FROM accepted')
	none "$readme lists every accepted finding" "$bad"
done

# ---- the program on it ----------------------------------------------------------------------------------------------

out=$("$program" check "$package" --strict --as-of $day 2>&1)
ok "check --strict finds nothing that is not accepted" $? "$out"

# level HOME ITEM: as rank gave it
level() { sqlite3 -batch "$work/package.db" "SELECT level FROM \"rank_$1\" WHERE item = '$2'"; }
for home in CN US EU JP KR; do
	"$program" rank "$package" --home "$home" --as-of $day --csv >"$work/$home.csv" 2>"$work/err"
	ok "rank works for $home" $? "$(<"$work/err")"
	printf '.import --csv %s rank_%s\n' "$work/$home.csv" "$home" | sqlite3 -batch "$work/package.db"
	at_least "$home: items at level 2 and above" 5 "$(sql "SELECT count(*) FROM rank_$home WHERE level <> '' AND CAST(level AS INTEGER) >= 2")"
done
for item in euv-scanner eda hbm adv-pack-25d logic-5-7; do
	got=$(level CN "$item")
	rc=0
	[[ $got == 4 ]] || rc=1
	ok "$item is level 4 for CN" $rc "$got"
done
for home in US EU JP KR; do
	bad=
	for item in gallium germanium rare-earth-dy-tb yttrium tungsten; do
		got=$(level $home $item)
		((${got:-0} >= 3)) || bad+="$item $got"$'\n'
	done
	none "materials under licence are at level 3 or above for $home" "$bad"
done
for item in gallium rare-earth-dy-tb tungsten; do
	got=$(level CN $item)
	rc=0
	[[ $got == 0 ]] || rc=1
	ok "$item is level 0 for its own largest source" $rc "$got"
done
for lang in en zh; do
	bad=
	for item in euv-scanner eda photoresist-arf abf-film t-glass ai-accelerator; do
		"$program" explain "$package" $item --home CN --as-of $day --lang $lang >"$work/explain" 2>&1 || bad+="$item"$'\n'
	done
	none "explain works in $lang" "$bad"
done
for of in countries parties; do
	"$program" rank "$package" --home CN --of $of --as-of $day >"$work/out" 2>&1
	ok "rank --of $of works" $? "$(<"$work/out")"
done

# ---- round trip --------------------------------------------------------------------------------------------------------

"$program" import "$package" --out "$work/chain.study" >"$work/out" 2>&1
ok "import into a study" $? "$(<"$work/out")"
"$program" export "$work/chain.study" --out "$work/back" >"$work/out" 2>&1
ok "export from the study" $? "$(<"$work/out")"
difference=$(diff -r "$package" "$work/back" 2>&1)
ok "what comes back is what went in, byte for byte" $? "$difference"

echo "1..$count"
((failures == 0))
