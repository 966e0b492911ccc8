// A picture of the first page of a brief, for the README: from the top to the end of the answers.
//   node screenshot.mjs CHROMIUM PAGE PICTURE
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { flags } from "./flags.mjs";

const [program, path, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: program, args: [...flags, "--force-color-profile=srgb"] });
const context = await browser.newContext({
  viewport: { width: 1280, height: 900 }, colorScheme: "light", locale: "en-US", reducedMotion: "reduce",
});
const page = await context.newPage();
await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
const end = await page.evaluate(() => document.querySelector("#answers").getBoundingClientRect().bottom + window.scrollY);
await page.screenshot({ path: picture, clip: { x: 0, y: 0, width: 1280, height: Math.ceil(end) + 24 }, fullPage: true });
await browser.close();
