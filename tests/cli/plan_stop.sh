#!/usr/bin/env bash
# plan stopped while it searches: by Ctrl-C, by a solver that dies, by the time limit. What was found is kept, the reason
# is named, the study stays as it was.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=/dev/null
. tests/cli/tap.bash

# All scenarios three times over: seconds of search on any machine.
settings=(--home CN --budget 5000 --gap 1e-9 --as-of 2026-11-24 --no-best --replicates 3 --seed 3)
study=$work/ai.study
"$SECONDSOURCE" import data/ai-chain --out "$study" >/dev/null 2>&1
before=$(sha256sum <"$study")

# stop_after SECONDS int|kill: starts a plan, waits until its solver runs and that long, then sends Ctrl-C to the program
# or ends the solver; leaves out, err and rc. Background jobs of a script ignore Ctrl-C, hence `env`.
stop_after() {
	local solver=
	env --default-signal=INT "$SECONDSOURCE" plan "$study" "${settings[@]}" --time 120 >"$work/stdout" 2>"$work/stderr" \
		</dev/null &
	local program=$!
	while [[ -z $solver ]] && kill -0 $program 2>/dev/null; do
		sleep 0.05
		read -r solver _ 2>/dev/null <"/proc/$program/task/$program/children" || true
	done
	sleep "$1"
	if [[ $2 == int ]]; then kill -INT $program; else kill -KILL "$solver"; fi 2>/dev/null
	wait $program && rc=0 || rc=$?
	out=$(<"$work/stdout") err=$(<"$work/stderr")
}

# try_stop int|kill WORDS: stops later and later until there was something to keep. Too early nothing is lost but time; too
# late the plan is whole.
try_stop() {
	local wait wrong=no
	for wait in 2 4 6 8 10 12 15; do
		stop_after $wait "$1"
		[[ $rc == 5 && $out == *"Best found"* ]] && break
		case $rc in
		0) [[ $out == *"Proven optimal"* ]] || wrong="after $wait s: $out" ;;
		5) [[ $out == *"No plan was found"*"$2"* ]] || wrong="after $wait s: $out" ;;
		6) [[ $1 == kill && $err == *"before it had a plan"* ]] || wrong="after $wait s: $err" ;;
		*) wrong="after $wait s: exit $rc, $err" ;;
		esac
		((rc != 0)) || break
	done
	same "$1: every other end is told as it is" no "$wrong"
	if ((rc == 0)); then
		skip "$1: what was found is kept" "the search ended before it could be stopped"
		return
	fi
	check "$1: what was found is kept, exit 5" [ "$rc" = 5 ]
	check "$1: the plan is there" has "$out" "Best found: value"
	check "$1: the reason is named" has "$out" "stopped by: $2"
	check "$1: and no error" [ -z "$err" ]
	same "$1: the study is as it was" "$before" "$(sha256sum <"$study")"
}

try_stop int "request (Ctrl-C)"
try_stop kill "the solver, which ended unexpectedly"

run plan "$study" "${settings[@]}" --time 1
check "time: exit 5" [ "$rc" = 5 ]
check "time: the reason is named" has "$out" "stopped by: the time limit (--time)"
run plan "$study" "${settings[@]}" --time 1 --lang zh
check "time: in Chinese too" has "$out" "停止原因:时限"
same "time: the study is as it was" "$before" "$(sha256sum <"$study")"
finish
