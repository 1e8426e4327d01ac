// Pictures of the page in its nine states, light and dark, on a desk and on a phone, to be looked at.
//
//   SITE=http://127.0.0.1:4780/ CHROMIUM=/usr/bin/chromium node tests/browser/shots.mjs target/shots

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { LANGUAGES, loadSamples, STATES } from "./states.mjs";

const { CHROMIUM, SITE } = process.env;
const folder = process.argv[2];
if (!CHROMIUM || !SITE || folder === undefined) throw new Error("CHROMIUM, SITE and a folder are wanted");

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const PICTURES = [
  ...["light", "dark"].map((scheme) => ({ scheme, language: "en", size: DESK, suffix: scheme })),
  { scheme: "light", language: "en", size: PHONE, suffix: "phone" },
  ...LANGUAGES.slice(1).map((language) => ({ scheme: "light", language, size: DESK, suffix: language })),
];

await mkdir(folder, { recursive: true });
const samples = await loadSamples(SITE);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"] });
for (const { scheme, language, size, suffix } of PICTURES) {
  for (const [state, reach] of Object.entries(STATES)) {
    const page = await browser.newPage({ viewport: size, colorScheme: scheme, reducedMotion: "reduce" });
    await page.goto(`${SITE}#lang=${language}`);
    await reach(page, samples);
    const name = `${state.replace(" ", "-")}-${suffix}.png`;
    await page.screenshot({ path: join(folder, name), fullPage: state !== "reading" });
    await page.close();
    console.log(name);
  }
}
await browser.close();
