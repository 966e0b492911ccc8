#!/usr/bin/env bash
# Formats for exchange on the command line: what is written, what comes back, what is refused and in which words.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

chain=data/ai-chain day=2026-11-24
bill=tests/data/exchange/bill.cdx.json

# ---- written, and back ------------------------------------------------------------------------------------------
run export $chain --home CN --as-of $day --cyclonedx --out "$work/one.json"
check "export --cyclonedx into a file" [ "$rc" = 0 ]
run export $chain --home CN --as-of $day --cyclonedx
same "on standard output it is the same" "$(<"$work/one.json")" "$out"
same "CycloneDX: format" "CycloneDX 1.6" "$(json "$work/one.json" "json_extract(j, '\$.bomFormat') || ' ' || json_extract(j, '\$.specVersion')")"
same "as many components as items" "$(($(wc -l <$chain/items.csv) - 1))" "$(json "$work/one.json" "json_array_length(j, '\$.components')")"
run import "$work/one.json" --from cyclonedx --as-of $day --out "$work/copy/"
check "import --from cyclonedx" [ "$rc" = 0 ]
run export "$work/copy" --home CN --as-of $day --cyclonedx --out "$work/two.json"
check "what comes back is written byte for byte" cmp -s "$work/one.json" "$work/two.json"
run rank $chain --home CN --as-of $day --csv
before=$out
run rank "$work/copy" --home CN --as-of $day --csv
same "and ranked the same" "$before" "$out"
run import "$work/one.json" --from cyclonedx --as-of $day --out "$work/copy.study"
check "import into a study" [ "$rc" = 0 ]
run export "$work/copy.study" --home CN --as-of $day --cyclonedx --out "$work/three.json"
check "a study too" cmp -s "$work/one.json" "$work/three.json"

"$SECONDSOURCE" map $chain --home CN --as-of $day --graphml >"$work/one.graphml"
run import "$work/one.graphml" --from graphml --as-of $day --out "$work/network/"
check "import --from graphml" [ "$rc" = 0 ]
"$SECONDSOURCE" map "$work/network" --home CN --as-of $day --graphml >"$work/two.graphml"
check "GraphML comes back byte for byte" cmp -s "$work/one.graphml" "$work/two.graphml"
run export "$work/network" --home CN --as-of $day --cyclonedx --out "$work/four.json"
check "and leads to the same bill of materials" cmp -s "$work/one.json" "$work/four.json"
if command -v xmllint >/dev/null; then
	check "another reader takes the GraphML" xmllint --noout "$work/one.graphml"
else
	skip "another reader takes the GraphML" "xmllint is not installed"
fi

run export $chain --home CN --as-of $day --stix --out "$work/bundle.json" --min-level 4 --tlp red
check "export --stix" [ "$rc" = 0 ]
same "STIX: a bundle" bundle "$(json "$work/bundle.json" "json_extract(j, '\$.type')")"
notes=$(grep -c '"type": "note"' "$work/bundle.json")
run export $chain --home CN --as-of $day --cap --out "$work/alerts" --min-level 4 --status exercise
check "export --cap" [ "$rc" = 0 ]
alerts=("$work"/alerts/*.cap.xml)
same "as many alerts as notes" "$notes" "${#alerts[@]}"
check "an exercise is called so" grep -q '<status>Exercise</status>' "$work/alerts/hbm.cap.xml"
run export $chain --home CN --as-of $day --cap --out "$work/again" --min-level 4 --status exercise --lang zh
check "the language of the terminal changes no alert" diff -r "$work/alerts" "$work/again"
check "and the answer is Chinese" chinese "$err"

# ---- files of others ----------------------------------------------------------------------------------------------
run import $bill --from cyclonedx --home EU --out "$work/bill/"
check "a bill of materials of others" [ "$rc" = 0 ]
check "says what it took for granted" has "$err$out" X_ASSUMED
run rank "$work/bill"
check "can be ranked" [ "$rc" = 0 ]

for lang in en zh; do
	sed 's/"board", "faces"/"board", "gone"/' $bill >"$work/broken.json"
	run import "$work/broken.json" --from cyclonedx --home EU --out "$work/none/" --lang $lang
	check "$lang: a dependency on nothing: exit 3" [ "$rc" = 3 ]
	check "$lang: with its place" has "$out$err" 'dependencies[0].dependsOn[1]'
	check "$lang: and the code" has "$out$err" X_REF_UNKNOWN
	check "$lang: nothing is written" [ ! -e "$work/none" ]
done
check "the last in Chinese" chinese "$out$err"
printf '<!DOCTYPE g [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n<graphml>&b;</graphml>\n' >"$work/bomb.graphml"
run import "$work/bomb.graphml" --from graphml --home EU --out "$work/none/"
check "entities: exit 3" [ "$rc" = 3 ]
check "entities: file and line" has "$out$err" "bomb.graphml:1:"
run import $bill --from cyclonedx --out "$work/none/"
check "no home: exit 3" [ "$rc" = 3 ]
check "and the way out" has "$out$err" "--home CN"
run import "$work/absent.json" --from cyclonedx --home EU --out "$work/none/"
check "no file: exit 6" [ "$rc" = 6 ]

# ---- wrong use -----------------------------------------------------------------------------------------------------
run export $chain --cap
check "--cap without --out" [ "$rc" = 2 ]
run export $chain --cyclonedx --stix
check "two formats" [ "$rc" = 2 ]
run export $chain --cyclonedx --tlp red
check "--tlp without --stix" [ "$rc" = 2 ]
run export $chain --home CN --out "$work/none"
check "--home without a format" [ "$rc" = 2 ]
run import $chain --home CN --out "$work/none.study"
check "import --home of a package" [ "$rc" = 2 ]
run import $bill --from cyclonedx --home Mars --out "$work/none/"
check "a home that is none" [ "$rc" = 2 ]

finish
