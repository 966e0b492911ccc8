#!/usr/bin/env bash
# The conventions of the command line: exit status, streams, formats, languages, help, completion, determinism.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

chain=data/ai-chain odd=tests/data/names bad=tests/broken/share-140
run import "$chain" --out "$work/chain.study"
cp -r tests/broken/base "$work/bad" && cp "$bad"/* "$work/bad/"

# ---- exit status and streams ---------------------------------------------------------------------------------------

# status NAME WANTED STREAMS ARGUMENTS...: STREAMS is "out", "err", "both" or "none": what is not empty.
status() {
	local what=$1 want=$2 streams=$3 got=none
	shift 3
	run "$@"
	[[ -z $out ]] || got=out
	[[ -z $err ]] || { [[ $got == out ]] && got=both || got=err; }
	if [[ $rc == "$want" && $got == "$streams" ]]; then
		pass "exit $want, $streams: $what"
	else
		fail "exit $want, $streams: $what" "exit $rc, $got" "stdout: ${out:0:300}" "stderr: ${err:0:300}"
	fi
}
status "check" 0 out check "$chain"
status "check --strict" 0 out check "$chain" --strict
status "rank" 0 out rank "$chain"
status "explain" 0 out explain "$chain" eda
status "map" 0 out map "$chain"
status "criticality" 0 out criticality tests/data/criticality.csv
status "schema" 0 out schema
status "history" 0 out history "$work/chain.study"
status "init" 0 err init "$work/made" --home EU
status "what init made is clean" 0 out check "$work/made" --strict
status "init --quiet" 0 none init "$work/made-quietly" --home EU --quiet
status "import" 0 err import "$chain" --out "$work/second.study"
status "import --quiet" 0 none import "$chain" --out "$work/third.study" --quiet
status "import --dry-run" 0 none import "$chain" --dry-run
status "export" 0 err export "$work/chain.study" --out "$work/exported"
check "export says how much and where" has "$err" "$work/exported: $(find "$work/exported" -type f | wc -l) files written"
status "export --quiet" 0 none export "$work/chain.study" --out "$work/exported-quietly" --quiet
status "rank --fail-on, reached" 1 out rank "$chain" --fail-on 1
status "rank --fail-on, not shown" 0 out rank "$chain" --tier no-such-tier-would-be-usage --help
status "rank --fail-on 4 among nothing" 0 out rank tests/broken/base --fail-on 4
status "no package" 2 err rank
status "too many arguments" 2 err rank "$chain" extra
status "many too many arguments" 2 err rank 1 2 3 4 5 6 7 8 9
status "unknown command" 2 err frobnicate
status "unknown option" 2 err rank "$chain" --frobnicate
status "option of another command" 2 err check "$chain" --top 3
status "short option" 2 err rank "$chain" -j
status "option without its value" 2 err rank "$chain" --home
status "option with an empty value" 2 err rank "$chain" --home=
status "flag with a value" 2 err rank "$chain" --json=yes
status "value that is not possible" 2 err rank "$chain" --basis moon
status "language that is not there" 2 err rank "$chain" --lang fr
status "number that is none" 2 err rank "$chain" --top many
status "negative number" 2 err rank "$chain" --top -1
status "fraction" 2 err rank "$chain" --threads 1.5
status "wait that is none" 2 err import "$chain" --out "$work/x.study" --wait soon
status "date that is none" 2 err rank "$chain" --as-of 2026-02-30
status "month as a date" 2 err rank "$chain" --as-of 2026-02
status "unknown home" 2 err rank "$chain" --home ZZ
status "unknown tier" 2 err rank "$chain" --tier nowhere
status "unknown item" 2 err explain "$chain" no-such-item
status "unknown focus" 2 err map "$chain" --focus no-such-item
status "import without --out" 2 err import "$chain"
status "export without --out" 2 err export "$work/chain.study"
status "known-at of a folder" 2 err rank "$chain" --known-at 2026-01-01
status "init with an unknown home" 2 err init "$work/zz" --home ZZ
status "init without a home" 2 err init "$work/zz"
check "and says why, with examples" has "$err" "a package has one home: say whose with --home CN, --home EU, --home JP,KR"
status "export of a folder" 3 err export "$chain" --out "$work/yy"
status "export of a broken folder" 3 err export "$work/bad" --out "$work/yy"
check "and nothing is written" [ ! -e "$work/yy" ]
status "import into a folder" 3 err import "$chain" --out "$work/exported"
check "and says what --out names" has "$err" "--out names a study file"
status "import into a new folder" 3 err import "$chain" --out "$work/new/"
# Nothing is accepted and ignored.
for of in countries parties; do
	for option in "--fail-on 1" "--by loss" "--min-level 2" "--tier chips"; do
		# shellcheck disable=SC2086 # words are meant
		status "rank --of $of $option" 2 err rank "$chain" --of $of $option
	done
done
status "rank --of items --by loss" 0 out rank "$chain" --of items --by loss
status "rank --least without --by loss" 2 err rank "$chain" --least 5
status "rank --least of countries" 2 err rank "$chain" --of countries --least 5
status "rank --least and no number" 2 err rank "$chain" --by loss --least many

# ---- rank by loss: alone and at best ------------------------------------------------------------------------------------

# Laws of the columns, over all rows that have them: 0 <= least <= alone, the gap is what lies between, and only what is
# asked for is computed.
run rank "$chain" --home CN --by loss --least 12 --csv
printf '%s\n' "$out" >"$work/least.csv"
laws=$(sqlite3 -batch :memory: ".import --csv $work/least.csv t" "SELECT
	sum(least_state = 'computed') BETWEEN 10 AND 12, sum(least_state = 'failed'), sum(rowid > 12 AND least_state <> 'beyond'),
	sum(least_state = 'computed' AND NOT (0 <= least_loss + 0 AND least_loss + 0 <= alone_loss + 0)),
	sum(least_state = 'computed' AND abs(alone_loss - least_loss - least_gap) > 1e-6),
	sum(least_state = 'computed' AND alone_loss + 0 < loss_weeks - 1e-6),
	sum(least_state <> 'computed' AND least_loss <> ''), count(DISTINCT least_unit) FROM t")
same "alone and least: laws of every row" "1|0|0|0|0|0|0|1" "$laws"
check "somewhere agreeing is worth something" [ "$(sqlite3 -batch :memory: ".import --csv $work/least.csv t" \
	"SELECT sum(least_gap > 1) > 0 AND sum(least_loss > 1) > 0 FROM t")" = 1 ]
run rank "$chain" --home CN --by loss --least 0 --csv
same "without them nothing else changes" "$(sqlite3 -batch :memory: ".import --csv $work/least.csv t" \
	"SELECT item FROM t" | tr -d '\r')" "$(printf '%s\n' "$out" | sqlite3 -batch :memory: ".import --csv /dev/stdin t" "SELECT item FROM t" |
	tr -d '\r')"
header=${out%%$'\n'*}
check "and there are no columns" [ "${header#*least}" = "$header" ]
run rank "$chain" --home CN --by loss --least 12 --json
printf '%s' "$out" >"$work/out.json"
same "JSON: the same figures" "$(sqlite3 -batch :memory: ".import --csv $work/least.csv t" \
	"SELECT printf('%.6g %.6g', alone_loss, least_loss) FROM t LIMIT 1")" \
	"$(json "$work/out.json" "printf('%.6g %.6g', json_extract(j, '\$.items[0].coordinated.alone_loss'),
	json_extract(j, '\$.items[0].coordinated.least_loss'))")"
one=$(OMP_NUM_THREADS=1 "$SECONDSOURCE" rank "$chain" --home CN --by loss --csv --threads 1)
two=$("$SECONDSOURCE" rank "$chain" --home CN --by loss --csv --threads 2)
same "the same bytes for any number of threads" "$one" "$two"
run rank "$chain" --home CN --by loss --width 170
check "the columns, English" has "$out" "ALONE  LEAST"
check "and what they mean" has "$out" "if one hand decides"
run rank "$chain" --home CN --by loss --width 170 --lang zh
check "the columns, Chinese" has "$out" "最少损失"
for formats in "rank --csv --json" "check --json --csv" "map --dot --graphml" "map --csv --dot" "criticality --csv --json"; do
	read -r command options <<<"$formats"
	for lang in en zh; do
		# shellcheck disable=SC2086 # words are meant
		status "$formats, $lang" 2 err "$command" "$chain" $options --lang $lang
	done
	check "$formats: in Chinese" has "$err" "只能选一个"
done
for options in "--csv --view tiers" "--csv --view needs" "--json --view needs" "--dot --view country" "--direct" "--direct --json" "--bom" \
	"--view tiers --focus eda"; do
	# shellcheck disable=SC2086 # words are meant
	status "map $options" 2 err map "$chain" $options
done
status "map --csv --view country --direct" 0 out map "$chain" --csv --view country --direct
status "rank --bom without --csv" 2 err rank "$chain" --bom
status "rank --width with --csv" 2 err rank "$chain" --width 100 --csv
status "check of broken data" 3 out check "$work/bad"
status "rank of broken data" 3 err rank "$work/bad"
status "import of broken data" 3 err import "$work/bad" --out "$work/bad.study"
status "check --strict with a warning" 3 out check "$work/bad" --strict
status "a path that is not there" 6 err rank "$work/nowhere"
status "- as a path" 6 err rank -
status "nothing but --" 2 err rank --
status "-- before the path" 0 out rank -- "$chain"
status "history of a package" 3 err history "$chain"
status "completion of an unknown shell" 2 err completion tcsh
status "help on an unknown command" 2 err help frobnicate
run rank "$chain" --home=JP
first=$out
run rank "$chain" --home JP
same "--home=JP is --home JP" "$first" "$out"
run rank --home JP "$chain"
same "options may stand first" "$first" "$out"
run rank "$chain" --home CN --home JP
same "the last of two counts" "$first" "$out"
mkdir "$work/empty"
(cd "$work/empty" && "$SECONDSOURCE" rank "$OLDPWD/$chain" >/dev/null && "$SECONDSOURCE" map "$OLDPWD/$chain" >/dev/null && "$SECONDSOURCE" history "$work/chain.study" >/dev/null)
same "reading writes nothing" "" "$(ls -A "$work/empty")"

# ---- suggestions -----------------------------------------------------------------------------------------------------

suggests() { # NAME WANTED ARGUMENTS...
	local what=$1 want=$2
	shift 2
	run "$@" --lang en
	check "did you mean: $what" has "$err" "$want"
	run "$@" --lang zh
	check "did you mean, Chinese: $what" chinese "$err"
}
suggests command "secondsource rank" rnak "$chain"
suggests option --home rank "$chain" --hone CN
suggests choice "site, hq, parent, origin" rank "$chain" --basis sites
suggests item gallium explain "$chain" galium
suggests party asml explain "$chain" party:asmll
suggests "home in small letters" "CN" rank "$chain" --home cn
suggests "home UK" "GB" rank "$chain" --home UK
suggests "a member of a home" "KR" rank "$chain" --home JP,kr
suggests "home of init" "GB" init "$work/zz" --home EU,uk
run rank "$chain" --home cn
check "did you mean: CN" has "$err" "    did you mean: CN"
run rank "$chain" --home asmll
check "did you mean: a party" has "$err" "    did you mean: asml"
if [[ -w /dev/full ]]; then
	"$SECONDSOURCE" rank "$chain" >/dev/full 2>"$work/stderr" && rc=0 || rc=$?
	check "stdout is full: no word of changes" [ "$rc" = 6 -a -z "$(grep -i "changed" "$work/stderr")" ]
fi
for user in "-u USER" USER=; do
	rm -f "$work/actor.study"
	# shellcheck disable=SC2086 # words are meant
	env $user "$SECONDSOURCE" import "$chain" --out "$work/actor.study" --quiet
	if name=$(id -un 2>/dev/null); then
		check "the audit log names who, $user" has "$("$SECONDSOURCE" history "$work/actor.study")" " $name "
	fi
done
run map "$chain" --focus galium
check "did you mean: item of map" has "$err" gallium
run rank
check "missing arguments are named" has "$err" PATH
check "and where to read on" has "$err" "secondsource rank --help"

# ---- JSON and CSV ----------------------------------------------------------------------------------------------------

# cases of every format: NAME|ARGUMENTS
formats=("check|check PATH" "check with notes|check PATH --missing" "rank|rank PATH" "rank by loss|rank PATH --by loss --top 3"
	"rank parties|rank PATH --of parties" "rank countries|rank PATH --of countries" "map|map PATH")
for case in "${formats[@]}"; do
	for path in "$chain" "$odd" "$work/chain.study" "$work/bad"; do
		[[ $path != "$work/bad" || $case == check* ]] || continue
		IFS=' ' read -r -a words <<<"${case#*|}"
		words=("${words[@]/#PATH/$path}")
		run "${words[@]}" --json
		printf '%s' "$out" >"$work/out.json"
		got=$(json "$work/out.json" "json_valid(j) || ' ' || json_extract(j, '\$.schema')")
		check "valid JSON: ${case%%|*}, ${path##*/}" has "$got" "1 secondsource/${words[0]}"
		run "${words[@]}" --csv
		printf '%s\n' "$out" >"$work/out.csv"
		complaints=$(sqlite3 -batch :memory: ".import --csv $work/out.csv t" 2>&1)
		if [[ $case == rank*PATH* && $path == "$odd" ]]; then
			check "whole CSV: ${case%%|*}, ${path##*/}" [ -z "$complaints" ]
		else
			check "whole CSV: ${case%%|*}, ${path##*/}" [ -z "$complaints" ]
		fi
	done
done
for what in eda party:asml country:JP node:eda item:eda; do
	run explain "$chain" "$what" --json
	printf '%s' "$out" >"$work/out.json"
	same "valid JSON: explain $what" "1 secondsource/explain/1" "$(json "$work/out.json" "json_valid(j) || ' ' || json_extract(j, '\$.schema')")"
done
run explain "$odd" raw --json
printf '%s' "$out" >"$work/out.json"
same "valid JSON: explain, odd names" 'Report "A", part <1> & 2 \ end' "$(json "$work/out.json" "json_extract(j, '\$.evidence[0].sources[0].title')")"
run history "$work/chain.study" --json
printf '%s' "$out" >"$work/out.json"
same "valid JSON: history" "1 1" "$(json "$work/out.json" "json_valid(j) || ' ' || json_extract(j, '\$.whole')")"
run criticality tests/data/criticality.csv --json
printf '%s' "$out" >"$work/out.json"
same "valid JSON: criticality" 1 "$(json "$work/out.json" "json_valid(j)")"
run criticality tests/data/criticality.csv --csv
printf '%s\n' "$out" >"$work/out.csv"
same "whole CSV: criticality" "" "$(sqlite3 -batch :memory: ".import --csv $work/out.csv t" 2>&1)"
run rank "$chain" --csv
first=$out
run rank "$chain" --csv --bom
same "--bom puts the mark in front" $'\xEF\xBB\xBF'"$first" "$out"
run map "$chain" --graphml
printf '%s' "$out" >"$work/out.xml"
run map "$odd" --graphml
printf '%s' "$out" >"$work/odd.xml"
if command -v xmllint >/dev/null; then
	check "GraphML is XML" xmllint --noout "$work/out.xml" "$work/odd.xml"
else
	skip "GraphML is XML" "no xmllint"
fi
run map "$chain" --dot
printf '%s' "$out" >"$work/out.dot"
run map "$odd" --dot
printf '%s' "$out" >"$work/odd.dot"
if command -v dot >/dev/null; then
	dot -Tcanon "$work/odd.dot" >/dev/null 2>"$work/dot.err" && rc=0 || rc=$?
	check "DOT is DOT" [ "$rc" = 0 ]
	same "DOT has no complaints" "" "$(<"$work/dot.err")"
else
	skip "DOT is DOT" "no dot"
	skip "DOT has no complaints" "no dot"
fi
# Control characters of the data reach no terminal.
cp -r tests/broken/base "$work/escape"
sed -i $'s/Wafer/\e]0;x\aWafer/; s/,12,20,/,\e[2J,20,/' "$work/escape/items.csv"
run check "$work/escape"
check "check shows no control characters" [ "$out" = "${out//[$'\e\a']/}" ]
check "but the value" has "$out" "?[2J"
run rank "$work/escape"
check "nor does an error" [ "$err" = "${err//[$'\e\a']/}" ]
sed -i $'s/,\e\[2J,20,/,12,20,/' "$work/escape/items.csv"
run map "$work/escape"
check "nor does map" [ "$out" = "${out//[$'\e\a']/}" ]
run map "$work/escape" --color always
check "nor with colours" [ "$out" = "${out//[$'\a']/}" ]
# Only the program's own colour codes pass, and nothing turns the direction of text.
cp -r tests/broken/base "$work/turned"
sed -i $'s/Wafer/W\e[5mafer\u202e\u2066x/' "$work/turned/items.csv"
for colour in always never; do
	run map "$work/turned" --color $colour
	check "foreign colour codes and bidi controls, --color $colour" has "$out" 'W?[5mafer??x'
done

# ---- language ----------------------------------------------------------------------------------------------------------

run rank "$chain" --lang zh
zh=$out
check "--lang zh is Chinese" chinese "$out"
for setting in LC_ALL=zh_CN.UTF-8 "LC_ALL= LC_MESSAGES=zh_CN.UTF-8" "LC_ALL= LC_MESSAGES= LANG=zh_CN.UTF-8"; do
	# shellcheck disable=SC2086 # words are meant
	out=$(env $setting "$SECONDSOURCE" rank "$chain")
	same "$setting is Chinese" "$zh" "$out"
done
run rank "$chain"
en=$out
out=$(LC_ALL=zh_CN.UTF-8 "$SECONDSOURCE" rank "$chain" --lang en)
same "--lang wins over the environment" "$en" "$out"
out=$(LC_ALL=C LANG=zh_CN.UTF-8 "$SECONDSOURCE" rank "$chain")
same "LC_ALL wins over LANG" "$en" "$out"
run --lang zh rank "$chain"
same "--lang before the command" "$zh" "$out"
run --lang=zh rank "$chain"
same "--lang=zh before the command" "$zh" "$out"
numbers() { grep -oE '[0-9]+(\.[0-9]+)?' <<<"$1" | sort; }
run rank "$chain" --csv --lang zh
first=$out
run rank "$chain" --csv --lang en
same "CSV of rank does not depend on the language" "$out" "$first"
run rank "$chain" --json --lang zh
first=$out
run rank "$chain" --json --lang en
same "JSON of rank does not depend on the language" "$out" "$first"
run check "$work/bad" --json --lang zh
first=$out
run check "$work/bad" --json --lang en
same "JSON of check does not depend on the language" "$out" "$first"

# ---- colour ------------------------------------------------------------------------------------------------------------

esc=$'\e['
run rank "$chain"
check "no colours into a pipe" [ "$out" = "${out//"$esc"/}" ]
run rank "$chain" --color always
check "--color always" has "$out" "$esc"
run rank "$chain" --color never
check "--color never" [ "$out" = "${out//"$esc"/}" ]
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	terminal() { script -qec "$1" /dev/null 2>/dev/null </dev/null; }
	export TERM=xterm
	check "colours on a terminal" has "$(terminal "'$SECONDSOURCE' rank '$chain'")" "$esc"
	out=$(terminal "NO_COLOR=1 '$SECONDSOURCE' rank '$chain'")
	check "NO_COLOR" [ "$out" = "${out//"$esc"/}" ]
	check "an empty NO_COLOR does not count" has "$(terminal "NO_COLOR= '$SECONDSOURCE' rank '$chain'")" "$esc"
	out=$(terminal "TERM=dumb '$SECONDSOURCE' rank '$chain'")
	check "TERM=dumb" [ "$out" = "${out//"$esc"/}" ]
	out=$(terminal "'$SECONDSOURCE' rank '$chain' --color never")
	check "--color never on a terminal" [ "$out" = "${out//"$esc"/}" ]
	check "--color always wins over NO_COLOR" has "$(terminal "NO_COLOR=1 '$SECONDSOURCE' rank '$chain' --color always")" "$esc"
else
	for what in "colours on a terminal" NO_COLOR "an empty NO_COLOR does not count" TERM=dumb "--color never on a terminal" "--color always wins over NO_COLOR"; do
		skip "$what" "no script(1)"
	done
fi

# ---- help, man, completion ---------------------------------------------------------------------------------------------

run --help
help=$out
check "--help lists the commands" has "$out" "  rank "
run
same "no argument: the help" "$help" "$out"
run help
same "help" "$help" "$out"
run -h
same "-h" "$help" "$out"
run --lang zh
check "--lang zh alone: the help in Chinese" has "$out" 用法
run --version
version=$out
check "--version" has "$version" "secondsource "
run rank --version
same "--version after a command" "$version" "$out"
mapfile -t commands < <(sed -n '/^commands$/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p' <<<"$help")
check "at least ten commands" [ "${#commands[@]}" -ge 10 ]
mkdir -p "$work/bin" "$work/scratch/tests"
ln -s "$SECONDSOURCE" "$work/bin/secondsource"
cp -r data "$work/scratch/data" && cp -r tests/data "$work/scratch/tests/data"
examples=0
for command in "${commands[@]}"; do
	run "$command" --help
	help=$out
	check "$command --help: exit 0, stderr empty" [ "$rc$err" = 0 ]
	check "$command --help: usage, options, examples" grep -qz 'usage: .*options.*examples' <<<"$help"
	check "$command --help: no Chinese" [ -z "$(grep -P '\p{Han}' <<<"${help//备源/}" || true)" ]
	run help "$command"
	same "help $command" "$help" "$out"
	run "$command" -h
	same "$command -h" "$help" "$out"
	run "$command" --help --lang zh
	check "$command --help --lang zh" grep -qzP '(?s)用法.*选项.*示例' <<<"$out"
	same "$command --help: as many options in Chinese" "$(grep -c '^  --' <<<"$help")" "$(grep -c '^  --' <<<"$out")"
	check "$command --help --lang zh: every option explained in Chinese" [ -z "$(grep '^  --' <<<"$out" | grep -vP '\p{Han}' || true)" ]
	# Examples run in order in one scratch folder, so that export finds what import made.
	while IFS= read -r line; do
		examples=$((examples + 1))
		out=$(cd "$work/scratch" && PATH=$work/bin:$PATH bash -c "$line" 2>&1) && rc=0 || rc=$?
		check "example: $line" [ "$rc" = 0 ]
	done < <(sed -n '/^examples$/,$s/^  //p' <<<"$help")
done
check "examples were found" [ "$examples" -ge "${#commands[@]}" ]
for command in "${commands[@]}"; do
	run "$command" --help
	missing=
	while IFS= read -r option; do
		grep -qF -- "\\-\\-${option//-/\\-}" <("$SECONDSOURCE" man) || missing+=" $option"
	done < <(sed -n 's/^  --\([a-z-]*\).*/\1/p' <<<"$out")
	same "man: options of $command" "" "$missing"
done
run man
printf '%s\n' "$out" >"$work/secondsource.1"
same "man page: no trailing blanks" "" "$(grep -n '[[:blank:]]$' "$work/secondsource.1" | head -5)"
for word in man completion schema; do
	check "man page: $word" grep -q "^\.SS secondsource $word" "$work/secondsource.1"
	check "--help lists $word" has " ${commands[*]} " " $word "
done
if command -v mandoc >/dev/null; then
	same "man page: nothing to complain of" "" "$(mandoc -Tlint -Werror "$work/secondsource.1" 2>&1 | head -5)"
else
	skip "man page: nothing to complain of" "no mandoc"
fi
for shell in bash zsh fish; do
	run completion $shell
	printf '%s\n' "$out" >"$work/completion.$shell"
	check "completion $shell" [ "$rc" = 0 -a -n "$out" ]
	for command in "${commands[@]}"; do
		has "$out" "$command" || fail "completion $shell knows $command"
	done
	if [[ $shell == bash ]] || command -v $shell >/dev/null; then
		check "completion $shell can be read" $shell -n "$work/completion.$shell"
	else
		skip "completion $shell can be read" "no $shell"
	fi
done
complete_with() { # WORDS...: the last one is being typed
	bash -c '. "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _secondsource; echo "${COMPREPLY[*]-}"' - "$work/completion.bash" secondsource "$@"
}
same "bash completes a command" rank "$(complete_with ra)"
same "bash completes options" "--home" "$(complete_with rank "$chain" --ho)"
same "bash completes choices" "site hq parent origin" "$(complete_with rank "$chain" --basis '')"
same "bash completes a choice" parent "$(complete_with rank "$chain" --basis p)"
same "bash: not an option of another command" "" "$(complete_with check "$chain" --to)"

# ---- pipes, time, threads, order -----------------------------------------------------------------------------------------

"$SECONDSOURCE" map "$chain" --graphml 2>"$work/stderr" | head -1 >/dev/null
same "a reader that goes away: quiet" "0 " "${PIPESTATUS[0]} $(<"$work/stderr")"
"$SECONDSOURCE" rank "$chain" 2>"$work/stderr" | :
same "a reader that never read: quiet" "0 " "${PIPESTATUS[0]} $(<"$work/stderr")"
"$SECONDSOURCE" rank "$chain" >&- 2>"$work/stderr" && rc=0 || rc=$?
same "stdout is closed: exit 6" 6 "$rc"

run rank "$chain" --as-of 2026-03-01 --json
first=$out
out=$(SOURCE_DATE_EPOCH=1772323200 "$SECONDSOURCE" rank "$chain" --json)
same "SOURCE_DATE_EPOCH is today" "$first" "$out"
check "the day is named" has "$out" '"as_of": "2026-03-01"'
for epoch in nonsense -5 1e300; do
	SOURCE_DATE_EPOCH=$epoch "$SECONDSOURCE" rank "$chain" >/dev/null 2>&1 && rc=0 || rc=$?
	same "SOURCE_DATE_EPOCH=$epoch does no harm" 0 "$rc"
done

outputs=("rank PATH" "rank PATH --csv" "rank PATH --json" "rank PATH --of parties --csv" "rank PATH --of countries --csv" "rank PATH --home US --csv"
	"map PATH" "map PATH --csv" "map PATH --json" "map PATH --dot" "map PATH --graphml" "map PATH --view country" "map PATH --view needs"
	"explain PATH eda" "explain PATH gallium" "explain PATH euv-scanner" "explain PATH country:JP" "explain PATH party:asml")
declare -A reference
for line in "${outputs[@]}"; do
	IFS=' ' read -r -a words <<<"$line"
	run "${words[@]/#PATH/$chain}" --home CN
	reference[$line]=$(printf '%s\n%s' "$rc" "$out" | sha256sum)
done
for threads in 1 2 7; do
	different=
	for line in "${outputs[@]}"; do
		IFS=' ' read -r -a words <<<"$line"
		run "${words[@]/#PATH/$chain}" --home CN --threads $threads
		[[ ${reference[$line]} == "$(printf '%s\n%s' "$rc" "$out" | sha256sum)" ]] || different+="$line; "
	done
	same "--threads $threads: the same bytes" "" "$different"
done
# Every table shuffled, twice, always in the same way.
for seed in 1 2; do
	rm -rf "$work/shuffled"
	cp -r "$chain" "$work/shuffled"
	for file in "$work"/shuffled/*.csv; do
		{ head -1 "$file" && tail -n +2 "$file" | shuf --random-source=<(yes "$seed"); } >"$work/new"
		[[ $file == */tiers.csv || $(wc -l <"$file") -lt 4 ]] || ! cmp -s "$work/new" "$file" || fail "$file was not shuffled"
		mv "$work/new" "$file"
	done
	different=
	for line in "${outputs[@]}"; do
		IFS=' ' read -r -a words <<<"$line"
		run "${words[@]/#PATH/$work/shuffled}" --home CN
		[[ ${reference[$line]} == "$(printf '%s\n%s' "$rc" "$out" | sha256sum)" ]] || different+="$line; "
	done
	same "rows shuffled ($seed): the same bytes" "" "$different"
done
different=
for line in "${outputs[@]}"; do
	IFS=' ' read -r -a words <<<"$line"
	run "${words[@]/#PATH/$work/chain.study}" --home CN
	[[ ${reference[$line]} == "$(printf '%s\n%s' "$rc" "$out" | sha256sum)" ]] || different+="$line; "
done
same "the study: the same bytes as the package" "" "$different"

# A locale with a decimal comma; made here if the system has none.
german=
if locale -a 2>/dev/null | grep -qi '^de_DE.utf-\?8$'; then
	german=de_DE.UTF-8
elif command -v localedef >/dev/null && localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >/dev/null 2>&1; then
	german=de_DE.UTF-8
	export LOCPATH=$work
fi
if [[ -n $german ]]; then
	different=
	for line in "${outputs[@]}"; do
		IFS=' ' read -r -a words <<<"$line"
		out=$(LC_ALL=$german "$SECONDSOURCE" "${words[@]/#PATH/$chain}" --home CN 2>&1) && rc=0 || rc=$?
		[[ ${reference[$line]} == "$(printf '%s\n%s' "$rc" "$out" | sha256sum)" ]] || different+="$line; "
	done
	same "a locale with a decimal comma: the same bytes" "" "$different"
else
	skip "a locale with a decimal comma: the same bytes" "no de_DE.UTF-8"
fi

finish
