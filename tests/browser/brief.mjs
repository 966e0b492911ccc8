// Opens a page of `secondsource brief` in Chromium and says what a reader would stumble over. Prints TAP without plan.
//   node brief.mjs CHROMIUM PAGE HOSTILE_PAGE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { flags } from "./flags.mjs";

const [program, pagePath, hostilePath] = process.argv.slice(2);
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let count = 0, failures = 0;
function check(name, problems) {
  count++;
  if (problems.length === 0) {
    console.log(`ok ${count} - ${name}`);
    return;
  }
  failures++;
  console.log(`not ok ${count} - ${name}`);
  for (const line of problems.slice(0, 12))
    console.log(`# ${String(line).replace(/\s+/g, " ").slice(0, 300)}`);
  if (problems.length > 12)
    console.log(`# and ${problems.length - 12} more`);
}

const browser = await chromium.launch({ executablePath: program, args: flags });

// A window on a page; `talk` gathers what goes to the console, errors and requests.
async function open(path, options = {}) {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.scheme ?? "light",
    locale: options.locale ?? "en-US",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const talk = { console: [], requests: [], dialogs: [] };
  page.on("console", (message) => talk.console.push(message.text()));
  page.on("pageerror", (error) => talk.console.push(error.message));
  page.on("dialog", (dialog) => { talk.dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => talk.requests.push(request.url()));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  const url = pathToFileURL(path).href;
  await page.goto(url, { waitUntil: "load" });
  return { page, talk, url, close: () => context.close() };
}

async function speak(page, lang) {
  await page.click(lang === "zh" ? "#to-zh" : "#to-en");
}

async function unfold(page) {
  await page.evaluate(() => { for (const folded of document.querySelectorAll("details")) folded.open = true; });
}

// ---- quiet, self-contained ------------------------------------------------------------------------------------------
{
  const { page, talk, url, close } = await open(pagePath);
  await speak(page, "zh");
  await unfold(page);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  check("nothing goes to the console", talk.console);
  check("the content policy is not violated", await page.evaluate(() => window.violations));
  check("nothing is requested but the file", talk.requests.filter((each) => each !== url));

  check("ids are unique and not empty", await page.evaluate(() => {
    const seen = new Set(), bad = [];
    for (const each of document.querySelectorAll("[id]")) {
      if (!each.id || seen.has(each.id)) bad.push(each.id || "(empty)");
      seen.add(each.id);
    }
    return bad;
  }));
  check("every link inside the page has its target", await page.evaluate(() =>
    [...document.querySelectorAll("a[href^='#']")].map((a) => a.getAttribute("href"))
      .filter((href) => !document.getElementById(decodeURIComponent(href.slice(1))))));
  check("links leave the page for the web or files of the brief only", await page.evaluate(() =>
    [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"))
      .filter((href) => !/^(#|https?:\/\/|tables\/|figures\/|alerts)/.test(href))));
  check("every figure has title, description, finding, how to read and command", await page.evaluate(() => {
    const bad = [];
    for (const figure of document.querySelectorAll("figure")) {
      const svg = figure.querySelector("svg"), name = svg?.id ?? figure.textContent.slice(0, 40);
      const text = (query) => figure.querySelector(query)?.textContent.trim();
      if (!svg) bad.push(`${name}: no picture`);
      else if (svg.getAttribute("role") !== "img") bad.push(`${name}: no role`);
      if (!text("svg > title")) bad.push(`${name}: no title`);
      if (!text("svg > desc")) bad.push(`${name}: no desc`);
      if (!text("figcaption strong")) bad.push(`${name}: no finding`);
      if (!text("figcaption .note")) bad.push(`${name}: no how-to-read`);
      if (!text(".cmd code")?.startsWith("secondsource ")) bad.push(`${name}: no command`);
    }
    return document.querySelectorAll("figure").length ? bad : ["no figure at all"];
  }));
  check("every table has a caption and heads", await page.evaluate(() =>
    [...document.querySelectorAll("table")]
      .filter((table) => !table.caption?.textContent.trim() || !table.querySelector("th[scope=col]"))
      .map((table) => table.outerHTML.slice(0, 120))));
  await close();
}

// ---- axe ------------------------------------------------------------------------------------------------------------
for (const lang of ["en", "zh"])
  for (const scheme of ["light", "dark"]) {
    const { page, close } = await open(pagePath, { scheme });
    await speak(page, lang);
    await unfold(page);
    // evaluate goes round the page's policy, which forbids scripts but its own.
    await page.evaluate(axeSource);
    const found = await page.evaluate(async () => (await axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    })).violations.flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id}: ${node.target.join(" ")}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message}`)));
    check(`axe finds nothing (${lang}, ${scheme})`, found);
    await close();
  }

// ---- language -------------------------------------------------------------------------------------------------------
{
  const { page, close } = await open(pagePath);
  const state = () => page.evaluate(() => ({
    lang: document.documentElement.lang,
    pressed: ["to-en", "to-zh"].map((id) => document.getElementById(id).getAttribute("aria-pressed")).join(),
    en: [...document.querySelectorAll(".en")].some((each) => each.getClientRects().length > 0),
    zh: [...document.querySelectorAll(".zh")].some((each) => each.getClientRects().length > 0),
  }));
  const wrong = [];
  const expect = async (when, wanted) => {
    const got = JSON.stringify(await state());
    if (got !== JSON.stringify(wanted)) wrong.push(`${when}: ${got}`);
  };
  const english = { lang: "en", pressed: "true,false", en: true, zh: false };
  const chinese = { lang: "zh-Hans", pressed: "false,true", en: false, zh: true };
  await expect("at first", english);
  await speak(page, "zh");
  await expect("after 中文", chinese);
  await speak(page, "en");
  await expect("and back", english);
  check("the switch shows one language and says which", wrong);

  // The button is far up when somebody reads further down: the script is called as the button would.
  const moved = [];
  for (const id of await page.evaluate(() => [...document.querySelectorAll("section")].map((s) => s.id)))
    for (const lang of ["zh", "en"]) {
      const shift = await page.evaluate(([id, lang]) => {
        const mark = document.getElementById(id);
        window.scrollTo({ top: mark.getBoundingClientRect().top + window.scrollY - 2, behavior: "instant" });
        const before = mark.getBoundingClientRect().top;
        document.getElementById(`to-${lang}`).click();
        return mark.getBoundingClientRect().top - before;
      }, [id, lang]);
      if (Math.abs(shift) > 4) moved.push(`${id} to ${lang}: ${shift} px`);
    }
  check("the switch keeps the place", moved);
  await close();

  const other = await open(pagePath, { locale: "zh-CN" });
  check("a Chinese browser begins in Chinese", await other.page.evaluate(() =>
    document.documentElement.lang === "zh-Hans" ? [] : [document.documentElement.lang]));
  await other.close();
}

// ---- keyboard -------------------------------------------------------------------------------------------------------
{
  const { page, close } = await open(pagePath, { width: 360 });
  await unfold(page);
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href],button,summary,[tabindex='0']")]
      .filter((each) => each.checkVisibility({ visibilityProperty: true }));
    all.forEach((each, i) => { each.dataset.stop = i; });
    window.reached = new Set();
    window.unseen = [];
    document.addEventListener("focusin", (event) => {
      const at = event.target, style = getComputedStyle(at), box = at.getBoundingClientRect();
      if (at.dataset.stop !== undefined) window.reached.add(at.dataset.stop);
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      if (!ring || box.width < 1 || box.right < 0) window.unseen.push(at.outerHTML.slice(0, 120));
    });
    return all.length;
  });
  for (let i = 0; i < wanted + 2; i++)
    await page.keyboard.press("Tab");
  check("the keyboard reaches every link, button, fold and scroll region", await page.evaluate(() =>
    [...document.querySelectorAll("[data-stop]")].filter((each) => !window.reached.has(each.dataset.stop))
      .map((each) => each.outerHTML.slice(0, 120))));
  check("focus is always seen", await page.evaluate(() => window.unseen));
  check("what scrolls can be reached", await page.evaluate(() =>
    [...document.querySelectorAll("main *")]
      .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowX) && each.tabIndex < 0)
      .map((each) => each.outerHTML.slice(0, 120))));
  const folds = await page.evaluate(() => {
    const first = document.querySelector("summary");
    if (first) first.parentElement.open = false;
    first?.focus();
    return Boolean(first);
  });
  if (folds) {
    await page.keyboard.press("Enter");
    check("Enter opens a fold", await page.evaluate(() =>
      document.querySelector("summary").parentElement.open ? [] : ["still closed"]));
  }
  await page.evaluate(() => document.getElementById("to-zh").focus());
  await page.keyboard.press("Space");
  check("Space switches the language", await page.evaluate(() =>
    document.documentElement.lang === "zh-Hans" ? [] : [document.documentElement.lang]));
  await close();
}

// ---- widths ---------------------------------------------------------------------------------------------------------
for (const width of [320, 360, 768, 1440])
  for (const lang of ["en", "zh"]) {
    const { page, close } = await open(pagePath, { width });
    await speak(page, lang);
    await unfold(page);
    const outside = () => page.evaluate(() => {
      const limit = document.documentElement.clientWidth, bad = [];
      if (document.documentElement.scrollWidth > limit)
        bad.push(`the page is ${document.documentElement.scrollWidth} px wide`);
      for (const each of document.querySelectorAll("body *:not(.hear):not(.skip)"))
        if (!each.closest(".scroll,svg,.hear,.skip") && each.getBoundingClientRect().right > limit + 1)
          bad.push(each.outerHTML.slice(0, 100));
      return bad;
    });
    check(`no sideways scroll of the page, ${width} px (${lang})`, await outside());
    await close();
  }

{
  const { page, close } = await open(pagePath, { width: 360 });
  check("targets are 24 px high or stand in text", await page.evaluate(() =>
    [...document.querySelectorAll("button,summary,nav a")]
      .filter((each) => (each.closest("li") ?? each).getBoundingClientRect().height < 24)
      .map((each) => each.outerHTML.slice(0, 100))));
  check("no text below 12 px", await page.evaluate(() => {
    const bad = new Set();
    for (const each of document.querySelectorAll("body *")) {
      const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (own && each.getClientRects().length > 0 && !["SCRIPT", "TITLE", "DESC"].includes(each.tagName.toUpperCase()) &&
          !each.closest(".hear") && parseFloat(getComputedStyle(each).fontSize) < 11.9)
        bad.add(`${each.tagName} ${each.className} ${getComputedStyle(each).fontSize} ${each.textContent.slice(0, 40)}`);
    }
    return [...bad];
  }));
  await close();
}

// ---- pictures: no label on another, none cut ------------------------------------------------------------------------
for (const lang of ["en", "zh"]) {
  const { page, close } = await open(pagePath);
  await speak(page, lang);
  const { over, cut } = await page.evaluate(() => {
    const over = [], cut = [];
    for (const svg of document.querySelectorAll("figure svg")) {
      const frame = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll("text")].filter((each) => each.getClientRects().length > 0 &&
        each.textContent.trim());
      // Discs of a scatter may touch, as the data do; words may not.
      const glyph = texts.map((each) => each.classList.contains("glyph"));
      const boxes = texts.map((each) => each.getBoundingClientRect());
      boxes.forEach((a, i) => {
        if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
          cut.push(`${svg.id || svg.getAttribute("aria-labelledby")}: ${texts[i].textContent}`);
        for (let k = i + 1; k < boxes.length; k++) {
          const b = boxes[k];
          if (glyph[i] && glyph[k]) continue;
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (wide > 2 && high > 4)
            over.push(`${svg.getAttribute("aria-labelledby")}: "${texts[i].textContent}" and "${texts[k].textContent}"`);
        }
      });
    }
    return { over, cut };
  });
  check(`no label of a figure lies on another (${lang})`, over);
  check(`no label of a figure is cut by its frame (${lang})`, cut);
  await close();
}

// ---- paper: A4 less margins is 182 mm = 688 px wide ------------------------------------------------------------------
for (const lang of ["en", "zh"]) {
  const { page, close } = await open(pagePath, { width: 688, scheme: "dark" });
  await speak(page, lang);
  await unfold(page);
  await page.emulateMedia({ media: "print" });
  check(`print cuts no table and no figure (${lang})`, await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    return [...document.querySelectorAll("table,svg,pre,code")]
      .filter((each) => each.getClientRects().length > 0 && each.getBoundingClientRect().right > limit + 1)
      .map((each) => `${Math.round(each.getBoundingClientRect().right)} px: ${each.textContent.slice(0, 60)}`);
  }));
  check(`print is dark on white (${lang})`, await page.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    return style.backgroundColor === "rgb(255, 255, 255)" ? [] : [style.backgroundColor];
  }));
  // Browsers leave backgrounds out on paper: a white letter would stand on nothing.
  check(`print keeps the colour of levels (${lang})`, await page.evaluate(() =>
    [...document.querySelectorAll(".level")].filter((each) => getComputedStyle(each).printColorAdjust !== "exact")
      .slice(0, 1).map((each) => each.outerHTML)));
  await close();
}

// ---- names that want to be more than names --------------------------------------------------------------------------
{
  const { page, talk, url, close } = await open(hostilePath, { width: 360 });
  await unfold(page);
  await page.evaluate(() => { for (const each of document.querySelectorAll("*")) each.dispatchEvent(new Event("mouseover")); });
  const ran = await page.evaluate(() => [window.hostile].filter(Boolean));
  check("hostile names run nothing", [...ran, ...talk.dialogs, ...talk.console,
    ...await page.evaluate(() => window.violations)]);
  check("hostile names request nothing", talk.requests.filter((each) => each !== url));
  check("hostile names make no elements and no handlers", await page.evaluate(() => {
    const bad = [...document.querySelectorAll("img,iframe,object,embed,form,base,link,svg script,body script:not(:last-of-type)")]
      .map((each) => each.outerHTML.slice(0, 100));
    for (const each of document.querySelectorAll("*"))
      for (const attribute of each.attributes)
        if (/^on/i.test(attribute.name) || /^\s*javascript:/i.test(attribute.value))
          bad.push(`${attribute.name}=${attribute.value.slice(0, 60)}`);
    if (document.querySelectorAll("script").length !== 1) bad.push("more than one script");
    return bad;
  }));
  check("hostile names stand there as text", await page.evaluate(() => {
    const text = document.body.textContent;
    return ["<script>window.hostile=1</script>", "\"><img src=x onerror=window.hostile=2>"].filter((each) => !text.includes(each));
  }));
  check("no character turns the direction of text", await page.evaluate(() =>
    [...new Set(document.documentElement.outerHTML.match(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g) ?? [])]
      .map((each) => `U+${each.charCodeAt(0).toString(16)}`)));
  for (const lang of ["en", "zh"]) {
    await speak(page, lang);
    check(`a name of 10 kB does not widen the page (${lang})`, await page.evaluate(() =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth
        ? [`${document.documentElement.scrollWidth} px`] : []));
  }
  await close();
}

await browser.close();
process.exit(failures ? 1 : 0);
