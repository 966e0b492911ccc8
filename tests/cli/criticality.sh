#!/usr/bin/env bash
# criticality: both forms of the table, what is critical, long tables and names, and what is wrong with a table.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

crm=name,hhi_gs,hhi_eu,import_reliance,eol_rir,si_sr,supply
geo=material,role,country,quantity,value,instability
table() { printf '%s\n' "$@" >"$work/t.csv"; }
column() { # NAME: of the table, by the program
	run criticality "$work/t.csv" --csv
	printf '%s\n' "$out" | sqlite3 -batch -csv -header :memory: ".import --csv /dev/stdin t" "SELECT \"$1\" FROM t" | tail -n +2 | tr -d '"\r' | paste -sd' '
}

# ---- what is critical ----------------------------------------------------------------------------------------------

# SR of a GS row with EoL 0 and SI 1.00 is hhi_gs: 0.9 is 0.85–0.95 and less (SI 0.995–1.005).
table "$crm,ei" a,5.0,,,0,1.00,GS,2.8 b,5.0,,,0,1.00,GS,2.7 c,5.0,,,0,1.00,GS, d,0.8,,,0,1.00,GS,5 e,0.8,,,0,1.00,GS, f,1.0,,,0,1.00,GS,3 \
	g,1.0,,,0,1.00,GS,1 h,1.0,,,0,1.00,GS,
same "critical: both thresholds" "yes no SR only no no ? no ?" "$(column critical)"
same "supply risk reached" "yes yes yes no no ? ? ?" "$(column sr_reached)"
run criticality "$work/t.csv" --json
printf '%s' "$out" >"$work/out.json"
same "JSON: EI" "2.8 yes yes" "$(json "$work/out.json" "json_extract(j, '\$.materials[0].ei') || ' ' || json_extract(j, '\$.materials[0].ei_reached') || ' ' || json_extract(j, '\$.materials[0].critical')")"
same "JSON: no EI is null" 1 "$(json "$work/out.json" "json_extract(j, '\$.materials[2].ei') IS NULL AND json_extract(j, '\$.materials[2].ei_reached') IS NULL")"
same "columns" "name,sr_low,sr_high,sr_reached,ei,ei_reached,critical,sr_published,agrees" "$(run criticality "$work/t.csv" --csv && head -1 <<<"$out")"
table "$crm,sr" a,5.0,,,0,1.00,GS,5.0 b,5.0,,,0,1.00,GS,5.1 c,5.0,,,0,1.00,GS,5.10 d,5.0,,,0,1.00,GS,5
same "published value agrees within its digits" "yes yes no yes" "$(column agrees)"
table "$crm" 007,5.0,,,0,1.00,GS
run criticality "$work/t.csv" --json
check "JSON: a name of digits is a name" has "$out" '"name": "007"'

# ---- GeoPolRisk ----------------------------------------------------------------------------------------------------

run criticality tests/data/geopolrisk.csv --csv
same "GeoPolRisk: the worked example" "invented-ore,0.46,0.5,0.23,5,1.15" "$(sed -n 2p <<<"$out" | sed 's/1.1500000000000001/1.15/')"
same "GeoPolRisk: no value, no price" "invented-salt,0.5,0.6,0.3,," "$(sed -n 3p <<<"$out")"
{
	echo "$geo"
	for ((i = 0; i < 6000; i++)); do echo "m,production,,1,,"; done
	for ((i = 0; i < 5000; i++)); do echo "m,import,,2,4,0.25"; done
} >"$work/t.csv"
run criticality "$work/t.csv" --csv
check "thousands of rows" has "$out" ",0.25,"
same "and the price" "2" "$(cut -d, -f5 <<<"$out" | tail -1)"
long=$(printf 'é%.0s' {1..100})
table "$geo" "${long}1,production,,1,," "${long}1,import,,1,,0" "${long}2,production,,1,," "${long}2,import,,1,,1"
same "long names are whole and differ" "${long}1 ${long}2" "$(column material)"
table "$crm" "${long}1,5.0,,,0,1.00,GS"
same "long names of materials too" "${long}1" "$(column name)"
{
	printf 'x%.0s,' {1..60}
	printf '%s\na' "$crm"
	printf ',%.0s' {1..60}
} >"$work/t.csv"
sed -i "2s/.*/$(printf ',%.0s' {1..60})a,5.0,,,0,1.00,GS/" "$work/t.csv"
same "columns after many others" a "$(column name)"

# ---- languages -----------------------------------------------------------------------------------------------------

for file in criticality geopolrisk; do
	run criticality tests/data/$file.csv --lang zh
	check "$file: Chinese heads" chinese "$(head -1 <<<"$out")"
	check "$file: no English word" [ -z "$(sed 's/invented-[a-z-]*//; s/antimony//' <<<"$out" | grep -E '\b(yes|no|name|material|critical|SR only)\b')" ]
	for format in csv json; do
		run criticality tests/data/$file.csv --lang zh --$format
		first=$out
		run criticality tests/data/$file.csv --lang en --$format
		same "$file: $format does not depend on the language" "$out" "$first"
	done
done
for lang in en zh; do
	run criticality --help --lang $lang
	check "--help names both forms ($lang)" has "$out" "$crm"
	check "--help names GeoPolRisk's ($lang)" has "$out" "$geo"
done

# ---- what is wrong -------------------------------------------------------------------------------------------------

wrong() { # NAME EXIT FINDINGS PART
	run criticality "$work/t.csv"
	local fixes
	fixes=$(grep -c '^    fix: ' <<<"$err")
	if [[ $rc == "$2" && -z $out && $fixes == "$3" ]] && has "$err" "$4"; then pass "$1"; else fail "$1" "exit $rc, fixes $fixes" "$err"; fi
	run criticality "$work/t.csv" --lang zh
	check "$1, Chinese" [ "$(grep -cP '^    修正: .*\p{Han}' <<<"$err")" = "$3" ]
}
table name,hhi_gs,hhi_eu,import_reliance,si_sr,supply a,5.0,,,1.00,GS b,5.0,,,1.00,both
wrong "a missing column is one finding" 3 1 "column eol_rir is missing"
table material,country,quantity a,CL,1 b,CL,1
wrong "no role" 3 1 "column role is missing"
: >"$work/t.csv"
wrong "an empty file" 3 1 "column name is missing"
table "$crm" a,5.0,,,0,1.00,XX ",5.0,,,0,1.00,GS" b,x,,,0,1.00,GS c,5.0,,,140,1.00,GS d,-1,,,0,1.00,GS
wrong "cells" 3 5 "supply cannot be XX"
run criticality "$work/t.csv"
check "a percentage above 100: its place" has "$err" "t.csv:5:9: error: eol_rir is out of range: 140"
table "$geo" a,production,CL,-1,, a,import,CL,1,,2 a,smuggling,CL,1,, ",import,CL,1,,"
wrong "cells of GeoPolRisk" 3 4 "instability is out of range"
table "$geo" a,import,CL,1,,
wrong "a material without production" 3 1 "a has no production"
run criticality "$work/nowhere.csv"
same "a file that is not there: exit 6" 6 "$rc"
check "and it is named" has "$err" "nowhere.csv does not exist"
run criticality "$work/nowhere.csv" --lang zh
check "in Chinese" chinese "$err"
run criticality "$work"
same "a folder: exit 6" 6 "$rc"

finish
