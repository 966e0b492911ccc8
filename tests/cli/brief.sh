#!/usr/bin/env bash
# brief: one command from package to report; the same bytes, no name where none may be, nothing lost.
# shellcheck disable=SC2154 # work, out, err, rc come from tap.bash
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=/dev/null
. tests/cli/tap.bash
p=tests/data/backup

run brief "$p" --out "$work/one"
check "a brief" [ "$rc" = 0 ]
check "it says where it is" has "$out" "$work/one/index.html"
page=$(<"$work/one/index.html")
check "no address but of sources" [ "$(grep -oE '(src|action|srcset|poster)="[^"]*"' "$work/one/index.html" | wc -l)" = 0 ]
check "a policy that allows no script but its own" has "$page" "default-src 'none'; style-src 'sha256-"
check "marked as an exercise" has "$page" "EXERCISE"
check "both languages" has "$page" "要点"
check "no style and no handler in a tag" [ "$(grep -cE ' (style|on[a-z]+)="' "$work/one/index.html")" = 0 ]

same "policy: the hash of the style is right" "$(sed -n '/<style>/,/<\/style>/p' "$work/one/index.html" | sed '1s/.*<style>//;$s/<\/style>.*//' |
	perl -0pe 's/\n\z//' | openssl dgst -sha256 -binary | base64)" "$(grep -oE "style-src 'sha256-[^']+" "$work/one/index.html" | head -1 | sed "s/.*sha256-//")"

grep -oE 'href="#[^"]+"' "$work/one/index.html" | sed 's/href="#//;s/"$//' | sort -u >"$work/links"
grep -oE ' id="[^"]+"' "$work/one/index.html" | sed 's/ id="//;s/"$//' | sort >"$work/ids"
same "every link has its target" "" "$(comm -23 "$work/links" <(sort -u "$work/ids"))"
same "no id stands twice" "" "$(uniq -d "$work/ids")"
same "every file that is linked is there" "" "$(grep -oE 'href="(tables|figures|alerts)/[^"]+"' "$work/one/index.html" | sed 's/href="//;s/"$//' |
	while read -r file; do [[ -f $work/one/$file ]] || echo "$file"; done)"

same "hashes of all files" "" "$(json "$work/one/metadata.json" "(SELECT group_concat(value || '  ' || key, char(10)) FROM json_each(j,'$.files'))" |
	(cd "$work/one" && sha256sum -c --quiet 2>&1))"
same "the optimum of story 5 at its budget" 45.0 \
	"$(run brief "$p" --budget 45 --scenario s1 --out "$work/b45" && json "$work/b45/brief.json" "round(j->>'$.plan.cost', 3)")"
same "and nothing is lost" 0.0 "$(json "$work/b45/brief.json" "round(j->>'$.plan.worst_weeks', 3)")"
same "tables begin with a byte-order mark" "" "$(for f in "$work"/one/tables/*.csv; do [[ $(head -c 3 "$f" | od -An -tx1) == " ef bb bf" ]] || echo "$f"; done)"
same "a row in CSV for each item" "$(($(wc -l <"$p/items.csv") - 1))" "$(($(wc -l <"$work/one/tables/items.csv") - 1))"

run brief "$p" --out "$work/two" --threads 1
same "the same bytes with one thread" "" "$(diff -r "$work/one" "$work/two")"
run brief "$p" --out "$work/two" --langs zh
check "an earlier brief is replaced" [ "$rc" = 0 ]
check "one language: no English" [ "$(grep -c 'class="en"' "$work/two/index.html")" = 0 ]
check "its figures too" [ ! -e "$work/two/figures/chain-map.en.svg" ]
same "nothing else is left beside it" "" "$(cd "$work" && ls -d two.* 2>/dev/null)"
cp -r "$work/two" "$work/noted" && echo mine >"$work/noted/notes.txt"
run brief "$p" --out "$work/noted"
check "a brief with somebody's notes in it is left alone: exit 2" [ "$rc" = 2 ]
mkdir "$work/mine" && echo x >"$work/mine/letter.txt"
run brief "$p" --out "$work/mine"
check "a folder of something else is left alone: exit 2" [ "$rc" = 2 ]
check "with its content" [ "$(ls "$work/mine")" = letter.txt ]
chmod 500 "$work/mine"
run brief "$p" --out "$work/mine/inner"
if [[ $(id -u) == 0 ]]; then skip "no leave to write" "root may"; else check "no leave to write: exit 6" [ "$rc" = 6 ]; fi
chmod 700 "$work/mine"

# What moved.
cp -r "$p" "$work/later"
sed -i 's/^part,\(.*\),4,4,12,12,/part,\1,4,4,30,30,/' "$work/later/items.csv"
run brief "$work/later" --compare "$work/one" --out "$work/again"
check "a longer recovery: the item moved" has "$(<"$work/again/index.html")" "items moved:"
run brief "$p" --compare "$work/one" --out "$work/again"
check "nothing moved" has "$(<"$work/again/index.html")" "Nothing moved since the brief of"
run brief "$p" --compare "$work" --out "$work/again"
check "no brief there: exit 6" [ "$rc" = 6 ]
mkdir "$work/broken" && echo '{"schema": "else"}' >"$work/broken/brief.json"
run brief "$p" --compare "$work/broken" --out "$work/again"
check "not a brief: exit 3, and how to mend it" [ "$rc" = 3 ]
check "the brief that was there stays" [ -f "$work/again/index.html" ]

# Names.
run brief data/ai-chain --home CN --runs 20 --out "$work/open"
check "the starter package" [ "$rc" = 0 ]
run brief data/ai-chain --home CN --runs 20 --redact names --out "$work/closed"
check "without names" [ "$rc" = 0 ]
for name in "Taiwan Semiconductor" TSMC NVIDIA "SK hynix" 台积电 英伟达 Lasertec ASML Ajinomoto Cadence 华大九天; do
	same "no $name in any file" "" "$(grep -rliF -- "$name" "$work/closed" | head -3; find "$work/closed" -iname "*$name*")"
done
numbers() { grep -oE '"(level|central|low|high|cost|bound|loss_weeks)": [-0-9.e+]+' "$1/brief.json"; }
same "the same numbers" "$(numbers "$work/open" | sha256sum)" "$(numbers "$work/closed" | sha256sum)"
if command -v xmllint >/dev/null; then
	same "pictures, alerts and graph are well-formed" "" "$(xmllint --noout "$work"/open/figures/*.svg "$work"/open/alerts/*.xml "$work"/open/chain.graphml 2>&1)"
else
	skip "pictures, alerts and graph are well-formed" "no xmllint"
fi

# Names that would like to be markup.
cp -r "$p" "$work/hostile"
sed -i 's/^part,\([^,]*\),\([^,]*\),[^,]*,/part,\1,\2,"<script>alert(1)<\/script>""'"'"'\xE2\x80\xAE",/' "$work/hostile/items.csv"
run brief "$work/hostile" --out "$work/hostile-out"
check "a name that is a script: a brief all the same" [ "$rc" = 0 ]
check "and only text" [ "$(grep -c '<script>alert' "$work/hostile-out/index.html")" = 0 ]
check "which is there" has "$(<"$work/hostile-out/index.html")" "&lt;script&gt;alert(1)"
finish
