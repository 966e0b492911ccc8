# Helpers of the scripts beside this file; read with `.`, not run. TAP: "ok N - name", "not ok N - name", "1..N".
# shellcheck shell=bash
# shellcheck disable=SC2034 # out, err and rc are for the callers
SECONDSOURCE=${SECONDSOURCE:-build/secondsource}
[[ $SECONDSOURCE == /* ]] || SECONDSOURCE=$PWD/$SECONDSOURCE
export SECONDSOURCE
work=$(mktemp -d "${TMPDIR:-/tmp}/cli.XXXXXX")
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
unset NO_COLOR SOURCE_DATE_EPOCH LC_MESSAGES LANG
export LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=1798761600 # 2027-01-01: nothing depends on the day of the test

tests=0 failures=0 name=

pass() {
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

# fail NAME [DIAGNOSTIC ...]
fail() {
	tests=$((tests + 1)) failures=$((failures + 1))
	echo "not ok $tests - $1"
	shift
	[[ $# == 0 ]] || printf '%s\n' "$@" | head -40 | sed 's/^/# /'
}

skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# check NAME CONDITION...: the condition is a command, such as [ a = b ].
check() {
	local what=$1
	shift
	if "$@"; then pass "$what"; else fail "$what" "false: $*" "exit $rc" "stdout: ${out:0:600}" "stderr: ${err:0:600}"; fi
}

# same NAME WANTED GOT
same() {
	if [[ $2 == "$3" ]]; then pass "$1"; else fail "$1" "wanted: $2" "got:    $3"; fi
}

# run ARGUMENTS...: the program; leaves out, err and rc.
run() {
	out=$("$SECONDSOURCE" "$@" 2>"$work/stderr" </dev/null) && rc=0 || rc=$?
	err=$(<"$work/stderr")
}

has() { [[ $1 == *"$2"* ]]; }
chinese() { grep -qP '\p{Han}' <<<"$1"; }

# json FILE EXPRESSION: what SQLite's JSON functions find in it; j is the text of the file.
json() {
	sqlite3 -batch :memory: "SELECT $2 FROM (SELECT CAST(readfile('$1') AS TEXT) AS j)"
}

finish() {
	echo "1..$tests"
	((failures == 0)) || exit 1
	exit 0
}
