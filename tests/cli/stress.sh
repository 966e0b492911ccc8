#!/usr/bin/env bash
# stress: user story 4, scenario files, options, both languages.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=/dev/null
. tests/cli/tap.bash
p=tests/data/backup

# stress OPTIONS...: as JSON into $work/s.json
stress() {
	run stress "$p" --json "$@"
	printf '%s' "$out" >"$work/s.json"
}

run stress "$p" --list
check "scenarios are listed" [ "$rc" = 0 ]
check "the list names both" has "$out" half-compute
run stress data/ai-chain --list
check "weeks of stages add up" grep -qE 'ga-ge-stop +2 +26–117 ' <<<"$out"
run stress data/ai-chain --list --csv
english=$out
run stress data/ai-chain --list --csv --lang zh
same "CSV of the list has heads for machines" scenario,exercise,items_hit,weeks_low,weeks_high,cuts,title_en,title_zh \
	"$(head -1 <<<"$out")"
same "and the same bytes in both languages" "$english" "$out"
check "with weeks of stages that add up, marked as an exercise" grep -qE '^ga-ge-stop,yes,2,26,117,' <<<"$out"
run stress data/ai-chain --list --json
printf '%s' "$out" >"$work/s.json"
same "JSON has them too" '[26,117]' \
	"$(json "$work/s.json" "(SELECT value->>'$.weeks' FROM json_each(j,'$.scenarios') WHERE value->>'$.scenario'='ga-ge-stop')")"
run stress "$p" --scenario half-compute
check "what is cut is short before what needs it" has "$out" "First to run short: Rented accelerators"

stress --scenario s1
check "a scenario runs" [ "$rc" = 0 ]
same "it is marked as an exercise" 1 "$(json "$work/s.json" "j->>'$.exercise'")"
same "stock 40, use 10 a week: TTS 4.0 weeks" 4.0 \
	"$(json "$work/s.json" "(SELECT round(value->>'$.tts_weeks.central', 9) FROM json_each(j,'$.items') WHERE value->>'$.item'='part')")"
same "an outage of 12 weeks costs 8 weeks of output" 8.0 "$(json "$work/s.json" "round(j->>'$.loss_weeks.central', 9)")"
same "the best response can do no better here" 8.0 "$(json "$work/s.json" "round(j->>'$.best_response.coordinated', 9)")"
for cut in country:KR country:US; do
	run stress data/ai-chain --home US --cut "$cut" --json
	printf '%s' "$out" >"$work/s.json"
	same "what everybody does alone can be agreed upon: $cut" 1 \
		"$(json "$work/s.json" "(j->>'$.best_response.coordinated') <= (j->>'$.best_response.alone')")"
done
run stress data/ai-chain --home US --cut country:KR
check "it says that nothing better was found" has "$out" "no use of stocks and alternates in one hand was found"
run stress data/ai-chain --home KR --cut country:NL --items euv-scanner --mode grow --no-best --json
printf '%s' "$out" >"$work/s.json"
same "a long way to go helps: the best case survives longer than the worst" 1 "$(json "$work/s.json" \
	"(SELECT (value->>'$.tts_weeks.low') > (value->>'$.tts_weeks.high') FROM json_each(j,'$.items') WHERE value->>'$.item'='euv-scanner')")"
run stress "$p" --scenario s1 --form linear
check "the best response of another form is not computed" has "$out" "not computed (only for --form half)"
stress --scenario s1
same "mass is balanced" 1 "$(json "$work/s.json" "(j->>'$.mass_balance_error') < 1e-9")"

stress --scenario half-compute --weeks 60
same "half of the accelerators: training takes twice as long" 2.0 \
	"$(json "$work/s.json" "(SELECT round(value->>'$.training_multiplier.central', 9) FROM json_each(j,'$.items') WHERE value->>'$.item'='gpu-rental')")"

stress --cut country:JP --items part --fraction 0 --runs 20
same "no shock, no loss" 0.0 "$(json "$work/s.json" "round(j->>'$.loss_weeks.high', 12)")"
last=-1 grows=yes
for fraction in 0.2 0.4 0.6 0.8 1; do
	stress --cut country:JP --items part --fraction "$fraction" --for-weeks 30
	now=$(json "$work/s.json" "j->>'$.loss_weeks.central'")
	awk -v a="$last" -v b="$now" 'BEGIN { exit !(b >= a) }' || grows="no: $now after $last"
	last=$now
done
same "a larger cut never loses less" yes "$grows"

run stress "$p" --cut country:JP --runs 200 --seed 7
one=$out
run stress "$p" --cut country:JP --runs 200 --seed 7 --threads 1
same "the same seed gives the same bytes on any number of threads" "$one" "$out"
check "text is marked as an exercise" has "$one" EXERCISE
run stress "$p" --cut country:JP --lang zh
check "Chinese is marked too" has "$out" 演练
check "Chinese speaks Chinese" chinese "$out"
run stress "$p" --scenario s1,half-compute --csv
same "CSV of two scenarios has one head" 1 "$(grep -c '^scenario,' <<<"$out")"
check "and rows of both" has "$out" half-compute

run stress "$p" --cut country:JP --items part --fraction 0.5-1 --for-weeks 12
check "a cut by options has a next step too" has "$out" \
	"next: secondsource plan PATH --cut country:JP --items part --fraction 0.5-1 --for-weeks 12 --home DE --budget 100"
run plan "$p" --cut country:JP --items part --fraction 0.5-1 --for-weeks 12 --home DE --budget 100 --no-best
check "which works as it stands" [ "$rc" = 0 ]
run stress "$p"
check "without a scenario: exit 2 and how to name one" [ "$rc" = 2 ]
check "it says so" has "$err" --scenario
run stress "$p" --scenario s2
check "an unknown scenario: exit 2" [ "$rc" = 2 ]
check "and the closest one" has "$err" s1
run stress "$p" --cut country:JP --fraction 1.5
check "a fraction above 1: exit 2" [ "$rc" = 2 ]
check "and what was expected" has "$err" 0–1
run stress "$p" --cut item:prat
check "an unknown item: exit 2 and a suggestion" has "$err" part
run stress "$p" --scenario s1 --fraction 0.5
check "--fraction without --cut: exit 2" [ "$rc" = 2 ]
for form in leontief strong half weak linear; do
	run stress data/ai-chain --home CN --scenario eda-term-stop --form "$form" --no-best
	check "form $form runs on the starter package" [ "$rc" = 0 ]
done
for ration in proportional priority largest; do
	run stress data/ai-chain --home KR --scenario hbm-cut --ration "$ration" --no-best
	[[ $rc == 2 ]] && run stress data/ai-chain --home KR --scenario earthquake-tw --ration "$ration" --no-best
	check "rationing $ration runs" [ "$rc" = 0 ]
done
finish
