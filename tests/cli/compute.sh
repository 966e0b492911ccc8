#!/usr/bin/env bash
# compute: training time, cuts, chip supply and splits; files, languages, formats and what is wrong.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

number() { # FIGURE END [NAME]: of the CSV in $out; END is low, central or high
	printf '%s\n' "$out" | sqlite3 -batch :memory: ".import --csv /dev/stdin t" "SELECT $2 FROM t WHERE figure = '$1' AND name = '${3:-}'"
}
near() { # NAME WANTED GOT TOLERANCE
	if awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { exit !(b != "" && a - b <= t && b - a <= t) }'; then pass "$1"; else fail "$1" "wanted: $2 ± $4" "got:    $3"; fi
}

# ---- training time -------------------------------------------------------------------------------------------------

exact=(--mfu 0.40 --availability 1)
run compute --params 405e9 --tokens 15.6e12 --chips h100=16384 "${exact[@]}" --csv
near "Llama 3.1: 67.7 days at 0.40" 67.7 "$(number training_days central)" 0.05
run compute --flop 1e24 --chips x=1000@1e15 --mfu 50% --availability 80% --csv
near "1e24 on 1,000 of 1e15: 2.5e6 seconds" 28.9352 "$(number training_days central)" 0.0001
near "chip-hours" 694444.44 "$(number chip_hours central)" 0.01
run compute --flop 3e24 --chips h800=1000 --cut 50% --csv
same "1,000 GPUs cut to 500: twice the time" "2 2 2" "$(number multiplier low) $(number multiplier central) $(number multiplier high)"
run compute --flop 3e24 --chips h800=1000 --chips-after h800=500 --csv
same "the same as a number of chips" "2 2 2" "$(number multiplier low) $(number multiplier central) $(number multiplier high)"
run compute --flop 3e24 --chips h800=1000 --cloud-lost 50% --csv
same "the same as half of it in the cloud" 2 "$(number multiplier central)"
run compute --flop 3e24 --chips h800=1000 --cut 50% --cloud-lost 50% --csv
same "both: a quarter is left" 4 "$(number multiplier central)"
run compute --flop 3e24 --chips h800=1000 --cut 75% --scaling 0.5 --csv
same "a quarter of the fleet at square-root scaling: half the speed" 2 "$(number multiplier central)"
# 864e3 × 1e17 × 0.5 is 100 days of work: half from week 2 to week 6 costs 14 days.
work_of_100_days=(--flop 4.32e23 --chips x=100@1e15 --mfu 0.5 --availability 1)
run compute "${work_of_100_days[@]}" --cut 50% --from-week 2 --for-weeks 4 --csv
near "half of the fleet for four weeks" 114 "$(number training_days_with_cut central)" 1e-9
run compute "${work_of_100_days[@]}" --cut 100% --from-week 2 --csv
same "no fleet for ever: never" "inf inf" "$(number training_days_with_cut central) $(number multiplier central)"
run compute "${work_of_100_days[@]}" --cut 100% --from-week 2 --json
printf '%s' "$out" >"$work/out.json"
same "JSON: never is null" 1 "$(json "$work/out.json" "json_extract(j, '\$.run.training_days_with_cut.central') IS NULL")"
near "JSON: the base is there" 100 "$(json "$work/out.json" "json_extract(j, '\$.run.training_days.central')")" 1e-9
run compute "${work_of_100_days[@]}" --cut 100%
check "text: never is said" has "$out" "never done"
run compute --params 175e9 --tokens 300e9 --recompute --chips a100=1024 --mfu 44.87% --availability 100% --csv
near "8 N D with recomputation: 34 days" 34 "$(number training_days central)" 0.15

# Laws: order of the mix, more chips.
run compute --flop 1e24 --chips h100=100,a100=300,ascend-910c=200 --cut 30-50% --csv
first=$out
run compute --flop 1e24 --chips ascend-910c=200,h100=100,a100=300 --cut 30-50% --csv
same "the order of the mix changes nothing" "$first" "$out"
before=1e99 falls=yes
for n in 100 200 400 1000; do
	run compute --flop 1e24 --chips h100=$n,a100=50 --csv
	awk -v a="$(number training_days high)" -v b="$before" 'BEGIN { exit !(a < b) }' || falls=no
	before=$(number training_days high)
done
same "more chips are faster" yes $falls
run compute --flop 1e24 --chips ascend-910b=1000 --csv
low=$(number training_days low) high=$(number training_days high)
check "an interval of peaks widens the result" awk -v l="$low" -v h="$high" 'BEGIN { exit !(h / l > 0.4 / 0.35 * 0.95 / 0.85 * 1.4) }'

# ---- chip supply ------------------------------------------------------------------------------------------------------

limits=(--limits "hbm=13e6/8,logic=2.9e6/2")
run compute "${limits[@]}" --csv
same "2.9 M dies at 2 and 13 M stacks at 8: the dies bind" "1450000 logic" "$(number chips central logic) $(sed -n 's/^chips,\([a-z]*\),.*/\1/p' <<<"$out")"
same "what the stacks would allow" 1625000 "$(number chips_allowed central hbm)"
same "stacks left over" 1400000 "$(number left_over central hbm)"
same "one die more gives half a chip" 0.5 "$(number one_more_gives central logic)"
same "one stack more gives nothing" 0 "$(number one_more_gives central hbm)"
run compute "${limits[@]}"
check "text: how far the next one is" has "$out" "central: logic binds at 1450000 chips; with 350000 more of it hbm binds, at 1625000"
run compute --limits "hbm=13e6/8,logic=2.9e6-4.9e6/2"
check "with what the fab adds, the case decides" grep -q '^logic .* low ' <<<"$out"
check "and the stacks bind in the others" grep -qF 'central+high' <<<"$out"

# ---- splits -------------------------------------------------------------------------------------------------------------

run compute --optimum 5.88e23 --json
printf '%s' "$out" >"$work/out.json"
near "published constants: 93 tokens per parameter" 93 "$(json "$work/out.json" "json_extract(j, '\$.split.published_constants.tokens_per_param')")" 0.5
near "corrected fit: 18.4" 18.4 "$(json "$work/out.json" "json_extract(j, '\$.split.corrected_fit.tokens_per_param')")" 0.05
run compute --optimum 5.88e23
check "the rule is called a rule" has "$out" "is a rule, not a consequence of the constants"

# ---- a file ----------------------------------------------------------------------------------------------------------------

cat >"$work/plan.csv" <<'END'
what,name,low,high,per_low,per_high,source,note
flop,,4.32e23,,,,,100 days
chip,x,100,,1e15,,lab,
chip-after,x,50,,,,,
mfu,,0.5,,,,,
availability,,100%,,,,,
from-week,,2,,,,,
for-weeks,,4,,,,,
limit,hbm,13e6,,8,,,
END
run compute "$work/plan.csv" --csv
near "a file gives the same as options" 114 "$(number training_days_with_cut central)" 1e-9
same "and limits" 1625000 "$(number chips central hbm)"
run compute "$work/plan.csv" --for-weeks 2 --csv
near "options win over the file" 107 "$(number training_days_with_cut central)" 1e-9
run compute "$work/plan.csv"
check "the source of a peak is shown" has "$out" "[lab]"

# ---- languages, formats ----------------------------------------------------------------------------------------------------

numbers() { grep -oE '[0-9]+(\.[0-9]+)?(e[0-9]+)?' <<<"$1" | sort; }
for options in "--params 405e9 --tokens 15.6e12 --chips h100=16384,ascend-910c=10-20 --cut 30-50% --from-week 3" \
	"--limits hbm=13e6/8,logic=2.9e6-3.4e6/2" "--optimum 5.88e23" "$work/plan.csv"; do
	# shellcheck disable=SC2086 # words are meant
	run compute $options
	en=$out
	# shellcheck disable=SC2086
	run compute $options --lang zh
	same "the same numbers in both languages: ${options##*/}" "$(numbers "$en")" "$(numbers "$out")"
	check "Chinese: ${options##*/}" chinese "$out"
	check "no Chinese in English: ${options##*/}" [ -z "$(grep -P '\p{Han}' <<<"$en" || true)" ]
	for format in csv json; do
		# shellcheck disable=SC2086
		run compute $options --$format --lang zh
		first=$out
		# shellcheck disable=SC2086
		run compute $options --$format
		same "$format does not depend on the language: ${options##*/}" "$first" "$out"
	done
	printf '%s' "$out" >"$work/out.json"
	same "JSON is valid: ${options##*/}" 1 "$(json "$work/out.json" "json_valid(j)")"
done

# ---- what is wrong -----------------------------------------------------------------------------------------------------------

wrong() { # EXIT PART ARGUMENTS...
	local want=$1 part=$2
	shift 2
	run compute "$@"
	if [[ $rc == "$want" && -z $out ]] && has "$err" "$part" && has "$err" "fix: "; then pass "exit $want: compute $*"; else fail "exit $want: compute $*" "exit $rc" "$out" "$err"; fi
	run compute "$@" --lang zh
	check "in Chinese: compute $*" chinese "$err"
}
run=(--flop 1e23 --chips h100=10)
wrong 2 "nothing to compute"
wrong 2 "needs chips" --flop 1e23
wrong 2 "needs chips" --chips h100=10
wrong 2 "needs chips" --chips h100=10 --params 1e9
wrong 2 "needs chips" --limits a=1 --mfu 0.4
wrong 2 "given twice" "${run[@]}" --params 1e9 --tokens 1e9
wrong 2 "did you mean: h100" --flop 1e23 --chips h1o0=10
wrong 2 "known are: v100" --flop 1e23 --chips abacus=10
wrong 2 "no peak is known for the chip mi308x" --flop 1e23 --chips mi308x=10
wrong 2 "numbers of chips are 0 or more" --flop 1e23 --chips h100=-10
wrong 2 "no chip for certain" --flop 1e23 --chips h100=0-10
wrong 2 "cannot be read: h100=nan" --flop 1e23 --chips h100=nan
wrong 2 "cannot be read: h100" --flop 1e23 --chips h100
wrong 2 "cannot be read: =5" --flop 1e23 --chips =5
wrong 2 "cannot be read: a=5@" --flop 1e23 --chips a=5@
wrong 2 "stands twice" --flop 1e23 --chips h100=1,h100=2
wrong 2 "the peak of a chip" --flop 1e23 --chips a=5@-1
wrong 2 "not a number or a range: nan" "${run[@]}" --mfu nan
wrong 2 "not a number or a range: inf" "${run[@]}" --flop inf
wrong 2 "MFU and availability" "${run[@]}" --mfu 40
wrong 2 "MFU and availability" "${run[@]}" --availability 95-85%
wrong 2 "scaling is above 0" "${run[@]}" --scaling 0
wrong 2 "compute is a number above 0" --flop -1 --chips h100=10
wrong 2 "parameters and tokens" --params 0 --tokens 5 --chips h100=10
wrong 2 "between 0 and 100 %" "${run[@]}" --cut 150%
wrong 2 "between 0 and 100 %" "${run[@]}" --cut -5%
wrong 2 "starts at week 0" "${run[@]}" --cut 5% --from-week -1
wrong 2 "longer than 0 weeks" "${run[@]}" --cut 5% --for-weeks 0
wrong 2 "a range is not possible here" "${run[@]}" --cut 5% --for-weeks 1-2
wrong 2 "no effect without a cut" "${run[@]}" --for-weeks 5
wrong 2 "an input is 0 or more" --limits hbm=-1/8
wrong 2 "an input is 0 or more" --limits hbm=1/0
wrong 2 "above 0" --optimum -5
wrong 2 "too large or too small" --flop 1e300 --chips a=1@1e-300
printf 'name,low\nx,1\n' >"$work/bad.csv"
wrong 3 "column what is missing" "$work/bad.csv"
printf 'what,name,low\nflops,,1\nchip,,5\nmfu,,\nmfu,,x\nchip,h100,3\nchip,h100,3\n' >"$work/bad.csv"
wrong 3 "bad.csv:2:1: error: what cannot be flops" "$work/bad.csv"
run compute "$work/bad.csv"
same "every row is looked at" 5 "$(grep -c ': error: ' <<<"$err")"
printf 'what,name,low\nflop,,1e23\nchip,h100,3\nmfu,,-1\n' >"$work/bad.csv"
wrong 3 "MFU and availability" "$work/bad.csv"
: >"$work/bad.csv"
wrong 3 "column what is missing" "$work/bad.csv"
wrong 6 "does not exist" "$work/nowhere.csv"
run compute "$work"
same "a folder: exit 6" 6 "$rc"

# ---- the table of chips -------------------------------------------------------------------------------------------------------

table=data/compute/chips.csv
same "every peak has evidence and source" "" "$(sqlite3 -batch :memory: ".import --csv $table t" "SELECT chip FROM t WHERE peak_low <> '' AND (evidence NOT IN ('observed', 'estimated', 'assumed') OR source = '')")"
same "every source is described" "" "$(sqlite3 -batch :memory: ".import --csv $table t" "SELECT source FROM t" | tr ';' '\n' | sort -u | while read -r s; do grep -qF "| $s |" data/compute/README.md || [[ -z $s ]] || echo "$s"; done)"
same "low ends are not above high ends" "" "$(sqlite3 -batch :memory: ".import --csv $table t" "SELECT chip FROM t WHERE CAST(peak_low AS REAL) > CAST(peak_high AS REAL)")"
while IFS=, read -r chip; do
	run compute --flop 1e23 --chips "$chip=10"
	check "a peak is known: $chip" [ "$rc" = 0 ]
done < <(sqlite3 -batch :memory: ".import --csv $table t" "SELECT chip FROM t WHERE peak_low <> ''")

finish
