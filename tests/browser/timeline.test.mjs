// A timeline of a million entries: every place is within reach, and the document holds no more rows than are seen.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bundleLines, event } from "./bundles.mjs";
import { launch, open, rowsDrawn } from "./looking.mjs";

const ENTRIES = 1_000_000;
const READING_MS = 240_000;
/** Rows in sight and those drawn ahead, in a window of any size. */
const MOST_ROWS = 60;

let browser;
let page;
let end;
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "timeline-"));
  const path = join(folder, "chain.ndjson");
  await writeMillion(path);
  browser = await launch();
  ({ page, end } = await open(browser));
  await page.setInputFiles("#file", path);
  await page.locator("inside-view .grid-row[data-index] .event").first().waitFor({ timeout: READING_MS });
}, { timeout: 2 * READING_MS });

after(async () => {
  await end?.();
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function writeMillion(path) {
  const file = createWriteStream(path);
  let part = "";
  const events = (function* () {
    for (let number = 0; number < ENTRIES; number += 1) yield event(number);
  })();
  for (const line of bundleLines(events, { count: ENTRIES })) {
    part += `${line}\n`;
    if (part.length < 1 << 20) continue;
    if (!file.write(part)) await once(file, "drain");
    part = "";
  }
  file.end(part);
  await once(file, "finish");
}

/** The rows in sight once all have come: each is what the entry of its index is. */
async function seen() {
  await page.waitForFunction(() => document.querySelector('[data-list="timeline"] [aria-busy]') === null);
  const rows = await rowsDrawn(page, "timeline");
  assert.ok(rows.length > 0 && rows.length <= MOST_ROWS, `${rows.length} rows are drawn`);
  for (const [index, { seq, entity, time }] of rows) {
    assert.equal(seq, index.toLocaleString("en"));
    assert.equal(entity, `order-${index}`);
    assert.ok(time.startsWith(event(index).timestamp));
  }
  const inSight = await page.evaluate(() => {
    const grid = document.querySelector('[data-list="timeline"]').getBoundingClientRect();
    const rows = Array.from(document.querySelectorAll('[data-list="timeline"] .grid-row[data-index]'));
    return rows.filter((row) => row.getBoundingClientRect().bottom > grid.top + 40 && row.getBoundingClientRect().top < grid.bottom - 8).map((row) => Number(row.dataset.index));
  });
  return { first: Math.min(...inSight), last: Math.max(...inSight), count: inSight.length };
}

function scrollTo(part) {
  return page.evaluate(async (part) => {
    const grid = document.querySelector('[data-list="timeline"]');
    grid.scrollTop = part * (grid.scrollHeight - grid.clientHeight);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }, part);
}

test("each place of the bar is that part of the chain, and both ends are reached", async () => {
  for (const part of [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]) {
    await scrollTo(part);
    const { first, last } = await seen();
    const middle = (first + last) / 2;
    assert.ok(Math.abs(middle - part * ENTRIES) < ENTRIES / 1000, `at ${part} stands row ${middle}`);
    if (part === 0) assert.equal(first, 0);
    if (part === 1) assert.equal(last, ENTRIES - 1);
  }
});

test("keys and the field reach single rows anywhere", async () => {
  const grid = page.locator('[data-list="timeline"]');
  await grid.focus();
  await page.keyboard.press("End");
  assert.equal((await seen()).last, ENTRIES - 1);
  await page.keyboard.press("ArrowUp");
  assert.equal(await grid.getAttribute("aria-activedescendant"), `timeline-row-${ENTRIES - 2}`);
  for (const seq of [777_777, 3, 500_000]) {
    await page.fill("#go-to", String(seq));
    await page.press("#go-to", "Enter");
    await page.locator(`[data-list="timeline"] [data-index="${seq}"][aria-selected="true"]`).waitFor();
    const { first, last } = await seen();
    assert.ok(first <= seq && seq <= last);
  }
});

test("the wheel moves rows by pixels wherever the bar stands", async () => {
  await scrollTo(0.5);
  const before = await seen();
  const height = await page.locator('[data-list="timeline"] .grid-row[data-index]').first().evaluate((row) => row.offsetHeight);
  await page.evaluate(() => {
    globalThis.long = [];
    globalThis.frames = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    let last = performance.now();
    const frame = (now) => {
      globalThis.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const box = await page.locator('[data-list="timeline"]').boundingBox();
  await page.mouse.move(box.x + 80, box.y + 120);
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, 2 * height);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await page.waitForTimeout(400);
  const after = await seen();
  assert.ok(Math.abs(after.first - before.first - 120) <= 2, `${after.first - before.first} rows for 120`);
  const { long, frames } = await page.evaluate(() => ({ long: globalThis.long, frames: globalThis.frames.toSorted((one, other) => one - other) }));
  console.log(`frames while scrolling: median ${frames[frames.length >> 1].toFixed(1)} ms, 99th of 100 ${frames[Math.floor(frames.length * 0.99)].toFixed(1)} ms; tasks over 50 ms: ${long.length}, longest ${Math.max(0, ...long).toFixed(0)} ms`);
});
