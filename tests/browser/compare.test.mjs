// Two exports side by side: what they have in common by the hashes they state, which is no verdict.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { bundle, event, read } from "./bundles.mjs";
import { give, launch, open, sample } from "./looking.mjs";

let browser;
let page;
let end;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());
beforeEach(async () => ({ page, end } = await open(browser)));
afterEach(() => end());

const events = (count) => Array.from({ length: count }, (_, number) => event(number));

/** Gives `other` first, then `one`, and compares. */
async function compare(one, other) {
  await give(page, "other.ndjson", other);
  await page.setInputFiles("#file", { name: "one.ndjson", mimeType: "application/octet-stream", buffer: one });
  await page.locator("#report .file-name", { hasText: "one.ndjson" }).first().waitFor();
  await page.locator(".run", { hasText: "one.ndjson" }).click();
  await page.locator("inside-view .grid-row[data-index] .event").first().waitFor();
  await page.click("#tab-compare");
  await page.click("#compare-start");
  const shown = page.locator(".comparison");
  await shown.waitFor();
  return { relation: await shown.getAttribute("data-relation"), sentence: await shown.locator(".relation").innerText(), text: await shown.innerText() };
}

test("with one export there is nothing to compare, and the page says what to do", async () => {
  await sample(page, "honest");
  await page.click("#tab-compare");
  assert.match(await page.locator("compare-view .note").innerText(), /second export/);
  assert.equal(await page.locator("#compare-start").count(), 0);
});

test("the same entries are the same, and it is said that this is no verdict", async () => {
  const { relation, text } = await compare(bundle(events(50)), bundle(events(50)));
  assert.equal(relation, "same");
  assert.match(text, /50 entries in both, none differs/);
  assert.match(text, /no verdict.*does not show/s);
  assert.ok(!text.includes("Verified"));
});

test("a continuation is told from what it continues", async () => {
  const { relation, sentence, text } = await compare(bundle(events(30)), bundle(events(45)));
  assert.equal(relation, "extends");
  assert.equal(sentence, "other.ndjson begins with all entries of one.ndjson and goes on.");
  assert.match(text, /30 entries in both/);
});

test("a fork is found at the first entry that differs, past the first block, with both hashes", async () => {
  const honest = events(9_000);
  const forked = honest.with(5_000, event(5_000, { payload: { forged: true } }));
  const [one, other] = [bundle(honest), bundle(forked)];
  const { relation, sentence, text } = await compare(one, other);
  assert.equal(relation, "fork");
  assert.match(sentence, /entry 5,000/);
  assert.match(text, /9,000 entries in both, 4,000 of them differ/);
  for (const [side, bytes] of [["sealed", one], ["computed", other]]) {
    assert.equal(await page.locator(`[data-digest="fork"] [data-value="${side}"] dd`).innerText(), read(bytes).rows[5_000].entry_hash);
  }
});

test("a range is found inside the whole", async () => {
  const whole = bundle(events(60));
  assert.equal((await compare(bundle(events(60), { start: 20 }), whole)).relation, "contains");
});

test("ranges without an entry in common are apart", async () => {
  assert.equal((await compare(bundle(events(60), { start: 40 }), bundle(events(30)))).relation, "apart");
});

test("exports of different chains are not compared entry by entry", async () => {
  const header = { created_at: "2026-01-01T00:00:00Z", format: "call-stream-verify/1", hash: "sha-256", origin: "elsewhere.example/audit", tenant_id: "7e57d004-2b97-4e7a-b45f-5387367791cd" };
  const { relation, text } = await compare(bundle(events(5)), bundle(events(5), { header }));
  assert.equal(relation, "different-chains");
  assert.ok(text.includes("elsewhere.example/audit"));
});
