// Copies a package and gives its rows names that want to be more than names.
//   node hostile.mjs FROM TO
import { cpSync, readFileSync, writeFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);
cpSync(from, to, { recursive: true });

const names = [
  "<script>window.hostile=1</script>",
  "\"><img src=x onerror=window.hostile=2>",
  "' onmouseover='window.hostile=3' x='",
  "</title></style></script><script>window.hostile=4</script>",
  "turned \u202Eright to left\u202C and \u2066isolated\u2069 \u200F",
  "&lt;script&gt;window.hostile=5&lt;/script&gt; &#60;b&#62; {0} {1} %s %n",
  "]]><!-- --><svg onload=window.hostile=6>",
];
// Of 10 kB, the first of each file only: the page stays small enough to be looked through in seconds.
const long = ["W".repeat(10240), "many words ".repeat(930).trim(), "字".repeat(3413)];
const name = (i) => i % 17 === 3 && i < 52 ? long[(i - 3) / 17] : names[i % names.length];

function parse(text) {
  const rows = [[]];
  let cell = "", quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== "\"") cell += c;
      else if (text[i + 1] === "\"") cell += text[++i];
      else quoted = false;
    } else if (c === "\"") quoted = true;
    else if (c === ",") { rows.at(-1).push(cell); cell = ""; }
    else if (c === "\n") { rows.at(-1).push(cell); rows.push([]); cell = ""; }
    else if (c !== "\r") cell += c;
  }
  rows.pop();
  return rows;
}

const quote = (cell) => /[",\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell;

function spoil(file, columns) {
  const path = join(to, file), rows = parse(readFileSync(path, "utf8"));
  const at = columns.map((name) => rows[0].indexOf(name)).filter((i) => i >= 0);
  rows.slice(1).forEach((row, i) => at.forEach((column, k) => { row[column] = name(i + 3 * k); }));
  writeFileSync(path, rows.map((row) => `${row.map(quote).join(",")}\n`).join(""));
}

spoil("items.csv", ["name_en", "name_zh"]);
spoil("parties.csv", ["name_en", "name_zh"]);
spoil("tiers.csv", ["name_en", "name_zh"]);
spoil("sources.csv", ["title", "publisher"]);
spoil("events.csv", ["title_en", "title_zh", "note"]);
spoil("options.csv", ["name_en", "name_zh", "note"]);
spoil("alternates.csv", ["note"]);

// Addresses that would run if somebody followed them.
const sources = join(to, "sources.csv"), rows = parse(readFileSync(sources, "utf8")), url = rows[0].indexOf("url");
rows.slice(1).forEach((row, i) => { if (i % 5 === 0) row[url] = "javascript:window.hostile=7"; });
writeFileSync(sources, rows.map((row) => `${row.map(quote).join(",")}\n`).join(""));

// Titles of scenarios, in the quotes of YAML.
readdirSync(join(to, "scenarios")).forEach((file, i) => {
  const path = join(to, "scenarios", file);
  const title = name(i).replaceAll("'", "''");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^(title\w*|name\w*):.*$/gm, (_, key) => `${key}: '${title}'`));
});
