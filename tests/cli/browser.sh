#!/usr/bin/env bash
# The page of `brief` in Chromium: quiet, self-contained, without finding of axe, by keyboard, narrow, on paper, with
# hostile names. Skipped where node, its modules or Chromium are absent (and cannot be fetched with npm ci).
# Environment: CHROMIUM (chromium) the browser.
# shellcheck disable=SC2154 # work, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

leave() {
	echo "1..0 # SKIP $1"
	exit 0
}

chromium=$(command -v "${CHROMIUM:-chromium}") || leave "no Chromium (apt-get install chromium)"
node=$(command -v node) || leave "no node (apt-get install nodejs npm)"
(($("$node" -p 'process.versions.node.split(".")[0]') >= 20)) || leave "node is older than 20"
if [[ ! -d tests/browser/node_modules/playwright-core || ! -d tests/browser/node_modules/axe-core ]]; then
	command -v npm >/dev/null || leave "no npm, and no modules in tests/browser/node_modules"
	timeout 60 npm ci --prefix tests/browser --no-audit --no-fund --ignore-scripts >"$work/npm" 2>&1 ||
		leave "npm ci got no modules: $(grep -m1 -v '^$' "$work/npm" | head -c 200)"
fi

run brief data/ai-chain --home CN --as-of 2026-11-24 --out "$work/brief"
check "brief of the starter package" [ "$rc" = 0 ]
"$node" tests/browser/hostile.mjs data/ai-chain "$work/package"
run brief "$work/package" --home CN --as-of 2026-11-24 --out "$work/hostile"
check "brief of a package with hostile names" [ "$rc" = 0 ]

# The lines of the other program, numbered on.
while IFS= read -r line; do
	if [[ $line =~ ^(not )?ok\ [0-9]+\ -\ (.*)$ ]]; then
		tests=$((tests + 1))
		[[ -z ${BASH_REMATCH[1]} ]] || failures=$((failures + 1))
		echo "${BASH_REMATCH[1]}ok $tests - ${BASH_REMATCH[2]}"
	else
		echo "$line"
	fi
done < <("$node" tests/browser/brief.mjs "$chromium" "$work/brief/index.html" "$work/hostile/index.html" 2>&1
	echo "rc $?" >"$work/rc")
same "the tests ran to their end" "$((failures > 0))" "$(sed 's/^rc //' "$work/rc")"
finish
