// The reports to take away: the verifier's own bytes, the same bytes for the same input, and all that an answer rests on.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { reportText, verify, WASM_SHA256 } from "call-stream-verify";
import { atThePage, SITE } from "./portal.mjs";

const at = atThePage();
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function saved(out) {
  await at.page.locator(`[data-out="${out}"]:enabled`).waitFor();
  const [download] = await Promise.all([at.page.waitForEvent("download"), at.page.click(`[data-out="${out}"]`)]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

test("the verifier's report is saved with the bytes that the verifier wrote", async () => {
  await at.page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  const { name, text } = await saved("verifier");
  assert.equal(name, "tampered.ndjson.report.verifier.json");
  assert.equal(text, reportText(await verify(at.samples.get("tampered"), { policy: at.policy })));
});

test("the JSON report holds file, verdict, trust, tool and what was not checked around the verifier's exact text", async () => {
  await at.trustIn(at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("revoked")), "Revoked");
  const { name, text } = await saved("json");
  assert.equal(name, "mine.ndjson.report.json");
  const exact = reportText(await verify(at.samples.get("revoked"), { policy: at.policy }));
  assert.ok(text.endsWith(`,"report":${exact.trim()}}\n`));
  const { kind, file, verdict, level, as_of, trust, tool, not_checked, report } = JSON.parse(text);
  assert.equal(kind, "bundle");
  assert.deepEqual(file, { name: "mine.ndjson", size: at.samples.get("revoked").length, sha256: sha256(at.samples.get("revoked")) });
  assert.equal(verdict, "revoked");
  assert.equal(level, report.level);
  assert.deepEqual(as_of, report.as_of);
  assert.deepEqual(trust, { policy: at.policy, logs: [at.policy.match(/\S+\+[0-9a-f]{8}\+\S+/)[0]], revokers: [], witnesses: [], quorum: false, expected_head: null, key_of_sample: false });
  assert.equal(tool.wasm_sha256, WASM_SHA256);
  assert.deepEqual(not_checked.map(({ claim }) => claim), Object.keys(report.claims).filter((claim) => report.claims[claim].state === "not_checked"));
});

test("the same input gives the same bytes, in another visit and another time zone", async () => {
  const reports = [];
  for (const timezoneId of ["UTC", "Asia/Tokyo"]) {
    await at.close();
    await at.open({ timezoneId });
    await at.trustIn(at.policy);
    await at.give("mine.ndjson", at.samples.get("tampered"));
    reports.push({ json: (await saved("json")).text, html: (await saved("html")).text });
  }
  assert.deepEqual(reports[0], reports[1]);
});

test("the JSON report knows no language, and the HTML report is in the reader's", async () => {
  const reports = [];
  for (const language of ["en", "de"]) {
    await at.close();
    await at.open({}, `${SITE}#lang=${language}`);
    await at.trustIn(at.policy);
    await at.give("mine.ndjson", at.samples.get("tampered"));
    reports.push({ json: (await saved("json")).text, html: (await saved("html")).text });
  }
  assert.equal(reports[0].json, reports[1].json);
  assert.match(reports[0].html, /<html lang="en">[\s\S]*>Mismatch</);
  assert.match(reports[1].html, /<html lang="de">[\s\S]*>Abweichung</);
});

test("the HTML report says the same: file, hash, verdict, finding with both digests, trust, tool, what was not checked", async () => {
  await at.trustIn(at.policy);
  await at.give("mine.ndjson", at.samples.get("tampered"));
  const { text: html } = await saved("html");
  const { findings } = await verify(at.samples.get("tampered"), { policy: at.policy });
  const facts = ["mine.ndjson", sha256(at.samples.get("tampered")), "Mismatch", findings[0].expected, findings[0].computed, findings[0].call_id, at.policy.match(/\S+\+[0-9a-f]{8}\+\S+/)[0], WASM_SHA256, "What was not checked"];
  for (const fact of facts) assert.ok(html.includes(fact), fact);
  assert.doesNotMatch(html, /<script|src=|href=/);
});

test("on paper stand the answer, its findings, claims and what it rests on, and nothing of the question", async () => {
  const { page } = at;
  await page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  await page.locator("[data-file-sha256]").waitFor();
  await page.emulateMedia({ media: "print" });
  for (const shown of [".word", ".sentence", ".as-of", ".findings", ".claims", "[data-file-sha256]"]) assert.ok(await page.locator(shown).first().isVisible(), shown);
  for (const hidden of [".question", ".out", "#language", "button"]) assert.equal(await page.locator(`${hidden} >> visible=true`).count(), 0, hidden);
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
});
