// A browser on the page, for the tests of what can be looked into.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const SITE = process.env.SITE ?? process.env.SITE_URL;
const { CHROMIUM } = process.env;
assert.ok(CHROMIUM && SITE, "CHROMIUM and SITE are set by `cargo xtask test browser`");
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

export async function fetched(address) {
  const response = await fetch(new URL(address, SITE));
  assert.equal(response.status, 200, address);
  return Buffer.from(await response.arrayBuffer());
}

/** A page that must not complain; `end` says whether it did. */
export async function open(browser, address = SITE) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  const end = async () => {
    await page.close();
    assert.deepEqual(complaints, []);
  };
  return { page, end };
}

export async function give(page, name, buffer) {
  await page.setInputFiles("#file", typeof buffer === "string" ? buffer : { name, mimeType: "application/octet-stream", buffer });
  await page.locator("#report .file-name", { hasText: name }).first().waitFor();
  await firstRow(page);
}

export async function sample(page, name) {
  await page.click(`[data-sample="${name}"]`);
  await page.locator("#report .file-name", { hasText: `${name}.ndjson` }).first().waitFor();
  await firstRow(page);
}

function firstRow(page) {
  return page.locator("inside-view .grid-row[data-index] .data, inside-view .grid-row[data-index] .event").first().waitFor({ state: "attached" });
}

/** The rows drawn that have come, by index: the text of each cell. */
export function rowsDrawn(page, list) {
  return page.evaluate((list) => {
    const rows = document.querySelectorAll(`[data-list="${list}"] .grid-row[data-index]:not([aria-busy])`);
    return Array.from(rows, (row) => [Number(row.dataset.index), Object.fromEntries(Array.from(row.querySelectorAll("[data-cell]"), (cell) => [cell.dataset.cell, cell.textContent.trim()]))]);
  }, list);
}

/** Every row of a list, gathered by paging through it. */
export async function allRows(page, list) {
  const grid = page.locator(`[data-list="${list}"]`);
  const count = Number(await grid.getAttribute("aria-rowcount")) - 1;
  const rows = new Map();
  await grid.focus();
  await page.keyboard.press("Home");
  for (let pages = 0; rows.size < count && pages <= count; pages += 1) {
    await page.waitForFunction((list) => document.querySelector(`[data-list="${list}"] [aria-busy]`) === null, list);
    for (const [index, cells] of await rowsDrawn(page, list)) rows.set(index, cells);
    await page.keyboard.press("PageDown");
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.equal(rows.size, count);
  return Array.from({ length: count }, (_, index) => rows.get(index));
}

/** What axe finds wrong in the part of the page that `selector` names. */
export async function axeComplaints(page, selector) {
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async (selector) => {
    const { violations } = await globalThis.axe.run(selector, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, selector);
}
