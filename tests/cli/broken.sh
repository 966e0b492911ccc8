#!/usr/bin/env bash
# Broken packages: every problem is named once, at its place, in both languages, with a fix; nothing is ever changed.
# tests/broken/NAME holds what differs from tests/broken/base (REMOVE lists files to leave out); what cannot be kept as a
# file is made by make_NAME below. tests/broken/expected.tsv: name, exit status, code, place; one line per finding.
# A code or place of * stands for any.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tests/cli/tap.bash

declare -A text_en text_zh fix_en
while IFS= read -r line; do
	[[ $line =~ ^M\(([A-Z0-9_]+),\ \"(([^\"\\]|\\.)*)\",\ \"(([^\"\\]|\\.)*)\",\ \"(([^\"\\]|\\.)*)\", ]] || continue
	code=${BASH_REMATCH[1]}
	text_en[$code]=${BASH_REMATCH[2]//\\\"/\"} fix_en[$code]=${BASH_REMATCH[4]} text_zh[$code]=${BASH_REMATCH[6]//\\\"/\"}
done < <(cat include/secondsource/catalogue/errors.def include/secondsource/catalogue/findings.def)

# fits TEXT TEMPLATE: the text is the template with its {N} filled in.
fits() {
	local pattern=${2//[\[\]\\\*\?]/\?}
	pattern=${pattern//\{[0-9]\}/*}
	# shellcheck disable=SC2053 # a pattern is meant
	[[ $1 == *$pattern* ]]
}

# ---- packages that are made here --------------------------------------------------------------------------------

# edit FILE SED-EXPRESSION: bytes, not characters.
edit() { LC_ALL=C sed -i -e "$2" "$p/$1"; }
utf16() { iconv -f UTF-8 -t "$1" "$p/items.csv" >"$p/new" && mv "$p/new" "$p/items.csv"; }
# random N: N bytes that look random, always the same.
random() { LC_ALL=C awk -v n="$1" 'BEGIN { x = 42; for (i = 0; i < n; i++) { x = (x * 16807) % 2147483647; printf "%c", int(x / 7) % 256 } }'; }

make_latin-1() { edit items.csv 's/Wafer/Plaqu\xE9/'; }
make_mac-roman() { edit items.csv 's/Wafer/Plaqu\x8E/'; }
make_utf-8-cut() { edit items.csv 's/\xE9\x95\x93/\xE9\x95/'; }
make_utf-8-overlong() { edit items.csv 's/Wafer/Wafer\xC0\x80/'; }
make_utf-8-surrogate() { edit items.csv 's/Wafer/Wafer\xED\xA0\x80/'; }
make_utf-8-header() { edit items.csv '1s/note/not\xE9/'; }
make_utf-8-many() { for ((i = 0; i < 80; i++)); do printf 'i%d,material,good,Na\xEFve,,,1,2,3,4,,register,assumed,,,\n' "$i"; done >>"$p/items.csv"; }
make_utf-16-le() { utf16 UTF-16LE && { printf '\xFF\xFE' && cat "$p/items.csv"; } >"$p/new" && mv "$p/new" "$p/items.csv"; }
make_utf-16-be() { utf16 UTF-16BE && { printf '\xFE\xFF' && cat "$p/items.csv"; } >"$p/new" && mv "$p/new" "$p/items.csv"; }
make_utf-16-bare() { utf16 UTF-16LE; }
make_nul-byte() { edit needs.csv 's/phone,wafer/phone,waf\x00er/'; }
make_random-items() { random 1000000 >"$p/items.csv"; }
make_random-rows() { random 300000 | tr '\0' '\1' >>"$p/shares.csv"; }
make_random-package() { random 300000 >"$p/package.yaml"; }
make_random-policy() { random 300000 >"$p/policy.yaml"; }
make_yaml-latin-1() { edit package.yaml 's/A small/Une cha\xEEne/'; }
make_yaml-nul() { edit package.yaml 's/USD/U\x00SD/'; }
make_yaml-tab() { printf 'name: base\ntitle:\n\ten: A\nlicence: CC0-1.0\nhome: CN\n' >"$p/package.yaml"; }
make_yaml-large() { { cat tests/broken/base/package.yaml && head -c 1100000 /dev/zero | tr '\0' '#'; } >"$p/package.yaml"; }
make_cell-large() { edit items.csv "s/Wafer/$(head -c 70000 /dev/zero | tr '\0' w)/"; }
make_line-large() { { head -c 1100000 /dev/zero | tr '\0' x && echo; } >>"$p/shares.csv"; }
# Two gigabytes in one line: a hole in the file, and the same behind a quote.
make_line-2g() { truncate -s 2G "$p/items.csv"; }
make_line-2g-quoted() { printf '"' >"$p/items.csv" && truncate -s 2G "$p/items.csv"; }
make_link-loop() { rm "$p/items.csv" && ln -s items.csv "$p/items.csv"; }
make_folder-as-file() { rm "$p/items.csv" && mkdir "$p/items.csv"; }
make_pipe-as-file() { rm "$p/items.csv" && mkfifo "$p/items.csv"; }
make_device-as-file() { ln -sf /dev/zero "$p/items.csv"; }
make_pipe-as-yaml() { rm "$p/package.yaml" && mkfifo "$p/package.yaml"; }
make_file-as-scenarios() { : >"$p/scenarios"; }
make_unreadable() { chmod 000 "$p/items.csv"; }

# make NAME: the package $p
make() {
	rm -rf "$p"
	cp -r tests/broken/base "$p"
	[[ ! -d tests/broken/$1 ]] || cp -r "tests/broken/$1/." "$p/"
	if [[ -f $p/REMOVE ]]; then
		local gone
		while read -r gone; do rm "$p/$gone"; done <"$p/REMOVE"
		rm "$p/REMOVE"
	fi
	if declare -F "make_$1" >/dev/null; then
		"make_$1"
	elif [[ ! -d tests/broken/$1 ]]; then
		return 1
	fi
}

# ---- one package ---------------------------------------------------------------------------------------------------

# The findings of `check` in $1 as "CODE PLACE" lines in $found, those without a text or fix of language $2 in $wrong.
read_findings() {
	local line next severity place message code fix
	found='' wrong=''
	while IFS= read -r line; do
		[[ $line =~ ^([^\ ]+):\ (error|warning|错误|警告):\ (.*)\ \[([A-Z0-9_]+)\]$ ]] || continue
		place=${BASH_REMATCH[1]} severity=${BASH_REMATCH[2]} message=${BASH_REMATCH[3]} code=${BASH_REMATCH[4]}
		found+="$code $place"$'\n'
		fix=fix
		if [[ $2 == zh ]]; then
			fix=修正
			fits "$message" "${text_zh[$code]}" && chinese "$message" && [[ $severity == [错警]* ]] || wrong+="$line"$'\n'
		else
			fits "$message" "${text_en[$code]}" && [[ $severity == [ew]* ]] || wrong+="$line"$'\n'
		fi
		[[ -n ${fix_en[$code]} ]] || continue
		IFS= read -r next || next=
		[[ $next == "    $fix: "?* ]] || wrong+="no fix: $line"$'\n'
		[[ $2 == en ]] || chinese "$next" || wrong+="fix is not Chinese: $next"$'\n'
	done <<<"$1"
	found=$(sort <<<"${found%$'\n'}")
}

matches() { # WANTED FOUND: line by line, * stands for anything; a lone "* PLACE" fits one line or more
	local -a patterns lines
	local line i
	mapfile -t patterns <<<"$1"
	mapfile -t lines <<<"$2"
	if [[ $1 == "* "* && ${#patterns[@]} == 1 ]]; then
		for line in "${lines[@]}"; do
			# shellcheck disable=SC2053
			[[ $line == $1 ]] || return 1
		done
		return 0
	fi
	((${#patterns[@]} == ${#lines[@]})) || return 1
	for i in "${!patterns[@]}"; do
		# shellcheck disable=SC2053
		[[ ${lines[i]} == ${patterns[i]} ]] || return 1
	done
}

# A command under 700 MB of memory and 20 seconds. With sanitizers the program does not start in that: then time only.
memory=700000
{ (ulimit -v $memory && exec "$SECONDSOURCE" --version) >/dev/null || memory=unlimited; } 2>/dev/null
limited() { (ulimit -v $memory && exec timeout 20 "$@"); }

# An error of the environment: one message in each language with its fix, the same place in both.
environment() { # LANG CODE PLACE TEXT
	local first=${4%%$'\n'*} template=${text_en[$2]} fix=fix
	[[ $1 == en ]] || template=${text_zh[$2]} fix=修正
	fits "$first" "$template" && has "$first" "$3" && has "$4" $'\n'"    $fix: " || return 1
	[[ $1 == en ]] || chinese "$first"
}

one_package() { # NAME EXIT WANTED
	local case_name=$1 want=$2 wanted=$3 problem='' code place before after rc_zh out_zh err_zh rc_strict rc_import err_import
	p=$work/p
	make "$case_name" || {
		fail "$case_name" "there is neither a folder nor a function of this name"
		return
	}
	out=$(limited "$SECONDSOURCE" check "$p" --lang en 2>"$work/stderr") && rc=0 || rc=$?
	err=$(<"$work/stderr")
	out_zh=$(limited "$SECONDSOURCE" check "$p" --lang zh 2>"$work/stderr") && rc_zh=0 || rc_zh=$?
	err_zh=$(<"$work/stderr")
	[[ $rc == "$want" && $rc_zh == "$want" ]] || problem+="exit $rc (en), $rc_zh (zh), wanted $want"$'\n'
	if ((want == 6)); then
		read -r code place <<<"$wanted"
		environment en "$code" "$place" "$err" || problem+="message: $err"$'\n'
		environment zh "$code" "$place" "$err_zh" || problem+="message: $err_zh"$'\n'
		[[ -z $out$out_zh ]] || problem+="something on stdout: $out"$'\n'
	else
		read_findings "$out" en
		matches "$wanted" "$found" || problem+="findings:"$'\n'"$found"$'\n'"wanted:"$'\n'"$wanted"$'\n'
		[[ -z $wrong ]] || problem+="text: $wrong"
		read_findings "$out_zh" zh
		matches "$wanted" "$found" || problem+="findings in Chinese:"$'\n'"$found"$'\n'
		[[ -z $wrong ]] || problem+="text: $wrong"
		[[ -z $err$err_zh ]] || problem+="something on stderr: $err"$'\n'
		limited "$SECONDSOURCE" check "$p" --strict >/dev/null 2>&1 && rc_strict=0 || rc_strict=$?
		((rc_strict == 3)) || problem+="exit $rc_strict with --strict, wanted 3"$'\n'
	fi
	if ((want != 0)); then
		before=$(sha256sum <"$work/study")
		err_import=$(limited "$SECONDSOURCE" import "$p" --out "$work/study" --lang en 2>&1 >/dev/null) && rc_import=0 || rc_import=$?
		after=$(sha256sum <"$work/study")
		((rc_import == want)) || problem+="exit $rc_import of import, wanted $want"$'\n'
		[[ $before == "$after" ]] || problem+="the study was changed"$'\n'
		[[ -n $err_import && $err_import != *:0:0* ]] || problem+="import says: $err_import"$'\n'
		limited "$SECONDSOURCE" import "$p" --out "$work/new-study" >/dev/null 2>&1
		[[ ! -e $work/new-study && ! -e $work/new-study.partial ]] || problem+="a study was made"$'\n'
	fi
	chmod -R u+rwX "$p" 2>/dev/null
	if [[ -z $problem ]]; then pass "$case_name"; else fail "$case_name" "$problem"; fi
}

run check tests/broken/base --strict
check "the base is clean" [ "$rc" = 0 ]
run import tests/broken/base --out "$work/study"
check "the base can be imported" [ "$rc" = 0 ]

names=() && declare -A wants wanteds
while IFS=$'\t' read -r name want code place; do
	[[ $name != \#* && -n $name ]] || continue
	[[ -n ${wants[$name]+set} ]] || names+=("$name")
	wants[$name]=$want
	wanteds[$name]+="${wanteds[$name]+$'\n'}$code $place"
done <tests/broken/expected.tsv
for name in "${names[@]}"; do
	if [[ $name == unreadable && $(id -u) == 0 ]]; then
		skip "$name" "root reads everything"
		continue
	fi
	one_package "$name" "${wants[$name]}" "$(sort <<<"${wanteds[$name]}")"
done
for folder in tests/broken/*/; do
	folder=$(basename "$folder")
	[[ $folder == base || -n ${wants[$folder]+set} ]] || fail "$folder has no line in expected.tsv"
done
same "packages tried" yes "$( ((${#names[@]} >= 45)) && echo yes || echo "${#names[@]}")"

# ---- time and memory of the line that never ends -------------------------------------------------------------------

p=$work/p
for name in line-2g line-2g-quoted; do
	make "$name"
	before=${EPOCHREALTIME/[.,]/}
	{ (ulimit -v 60000 && exec "$SECONDSOURCE" check "$p") >/dev/null && rc=0 || rc=$?; } 2>/dev/null
	took=$(((${EPOCHREALTIME/[.,]/} - before) / 1000))
	if [[ $rc == 3 && $took -lt 2000 ]]; then
		pass "$name ends at once in 60 MB"
	elif [[ $memory == unlimited ]]; then
		skip "$name ends at once in 60 MB" "the program does not start in that (sanitizers)"
	else
		fail "$name ends at once in 60 MB" "exit $rc after $took ms"
	fi
done

# ---- other places of the environment -------------------------------------------------------------------------------

# gone NAME CODE PART ARGUMENTS...: exit 6 (or 3 for EXISTS), message in both languages.
gone() {
	local what=$1 code=$2 part=$3 want=6 err_en
	shift 3
	[[ $code != PATH_EXISTS && $code != NOT_PACKAGE && $code != STUDY_CORRUPT ]] || want=3
	run "$@" --lang en
	err_en=$err
	if [[ $rc != "$want" ]] || ! environment en "$code" "$part" "$err"; then
		fail "$what" "exit $rc, wanted $want" "$err"
		return
	fi
	run "$@" --lang zh
	if [[ $rc == "$want" && $err != "$err_en" ]] && environment zh "$code" "$part" "$err"; then pass "$what"; else fail "$what" "$err"; fi
}

cp tests/broken/base/package.yaml "$work/plain"
cp -r tests/broken/base "$work/whole"
before=$(cat "$work"/whole/* | sha256sum)
gone "a path that is not there" PATH_MISSING nowhere check "$work/nowhere"
gone "a path through a file" OPEN_READ plain check "$work/plain/package"
gone "a file that is no study" NOT_PACKAGE plain rank "$work/plain"
gone "a path that is too long" OPEN_READ aaaa check "$work/$(head -c 300 /dev/zero | tr '\0' a)"
gone "export over a package" PATH_EXISTS whole export "$work/study" --out "$work/whole"
gone "init over a package" PATH_EXISTS whole init "$work/whole"
gone "export below a file" OPEN_WRITE plain export "$work/study" --out "$work/plain/x"
gone "export into a folder that is not there" OPEN_WRITE nowhere export "$work/study" --out "$work/nowhere/x"
same "nothing was written over" "$before" "$(cat "$work"/whole/* | sha256sum)"
mkdir "$work/half" && echo mine >"$work/half/items.csv"
gone "export over one file" PATH_EXISTS items.csv export "$work/study" --out "$work/half"
same "that file is as it was" "mine 1" "$(cat "$work/half/items.csv") $(find "$work/half" -type f | wc -l)"
run import tests/broken/base --out "$work/plain"
check "import over another file fails" [ "$rc" -ge 3 ]
same "and leaves it alone" "$(<tests/broken/base/package.yaml)" "$(<"$work/plain")"
check "and names it" has "$err" plain
run import tests/broken/base --out "$work/whole"
check "import over a folder fails" [ "$rc" -ge 3 ]
if ((EUID)); then
	mkdir "$work/closed" && chmod 500 "$work/closed"
	gone "export into a closed folder" OPEN_WRITE closed export "$work/study" --out "$work/closed/x"
	chmod 000 "$work/closed"
	gone "a closed folder" OPEN_READ closed check "$work/closed/x"
	chmod 700 "$work/closed"
else
	skip "export into a closed folder" "root may write everywhere"
	skip "a closed folder" "root may read everywhere"
fi

# ---- a disk that is full -------------------------------------------------------------------------------------------

# full NAME ARGUMENTS...: with 4 KiB per file (the limit stands in for a full disk).
full() {
	local what=$1
	shift
	out=$( (trap '' XFSZ && ulimit -f 4 && exec "$SECONDSOURCE" "$@") 2>"$work/stderr") && rc=0 || rc=$?
	err=$(<"$work/stderr")
	check "$what: exit 6" [ "$rc" = 6 ]
	check "$what: says so" [ -n "$err" ]
}
cp -r tests/broken/base "$work/long"
for ((i = 0; i < 300; i++)); do echo "part-$i,material,good,Part $i,,gallium,4,6,26,52,,register,estimated,,,"; done >>"$work/long/items.csv"
run import "$work/long" --out "$work/long-study"
check "the long package can be imported" [ "$rc" = 0 ]
before=$(sha256sum <"$work/study")
full "import of a new study, disk full" import "$work/long" --out "$work/full-study"
check "no study is left" [ ! -e "$work/full-study" ]
full "second import, disk full" import "$work/long" --out "$work/study"
run export "$work/study" --out "$work/after-full"
check "the study can still be read" [ "$rc" = 0 ]
same "and holds what it held" "" "$(diff -r tests/broken/base "$work/after-full" 2>&1)"
run history "$work/study"
check "and is whole" [ "$rc" = 0 ]
full "export, disk full" export "$work/long-study" --out "$work/full-export"
check "no half package is left" [ ! -e "$work/full-export" ]
if [[ -w /dev/full ]]; then
	"$SECONDSOURCE" rank tests/broken/base >/dev/full 2>"$work/stderr" && rc=0 || rc=$?
	err=$(<"$work/stderr")
	check "stdout is full: exit 6" [ "$rc" = 6 ]
	check "stdout is full: says so" has "$err" stdout
else
	skip "stdout is full" "no /dev/full"
	skip "stdout is full: says so" "no /dev/full"
fi
if mkdir "$work/tiny" && mount -t tmpfs -o size=20k tmpfs "$work/tiny" 2>/dev/null; then
	run export "$work/long-study" --out "$work/tiny/x"
	first=$rc
	run import "$work/long" --out "$work/tiny/study"
	same "a file system of 20 KiB" "6 6 0" "$first $rc $(find "$work/tiny" -type f | wc -l)"
	umount "$work/tiny"
else
	skip "a file system of 20 KiB" "mount is not allowed"
fi

# ---- what is no study ----------------------------------------------------------------------------------------------

for size in 16 100 5000 60000; do
	{ printf 'SQLite format 3\0' && random $size; } >"$work/fake"
	run rank "$work/fake"
	check "random bytes of length $size as a study: exit 3 or 6" [ "$rc" = 3 -o "$rc" = 6 ]
	check "random bytes of length $size as a study: a message" [ -n "$err" ]
	{ head -c 8192 "$work/long-study" && random $size; } >"$work/fake"
	run rank "$work/fake"
	check "a study with $size random bytes: exit 3 or 6" [ "$rc" = 3 -o "$rc" = 6 ]
done
for part in 2 3 5; do
	head -c $(($(stat -c %s "$work/long-study") * part / 7)) "$work/long-study" >"$work/fake"
	run rank "$work/fake"
	check "$part sevenths of a study: exit 3 or 6" [ "$rc" = 3 -o "$rc" = 6 ]
done
sqlite3 "$work/other.db" "CREATE TABLE t(x)"
run rank "$work/other.db"
check "another SQLite file: exit 3 or 6" [ "$rc" = 3 -o "$rc" = 6 ]
run import tests/broken/base --out "$work/other.db"
check "import into another SQLite file: exit 3 or 6" [ "$rc" = 3 -o "$rc" = 6 ]
same "it is as it was" t "$(sqlite3 "$work/other.db" .tables)"

finish
