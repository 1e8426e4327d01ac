// The answer signed by the reader as a validator: with a key made on the page, kept only if that is asked for.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { attestReport, verify, vkeyOf } from "call-stream-verify";
import { atThePage } from "./portal.mjs";

const at = atThePage();
const kept = () => at.page.evaluate(() => localStorage.length);

async function saved(out) {
  const [download] = await Promise.all([at.page.waitForEvent("download"), at.page.click(`[data-out="${out}"]`)]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

async function makeKey() {
  await at.page.fill("#validator-name", "validator.example/alice");
  await at.page.click("#make-key");
  return at.page.locator("[data-vkey] .data").innerText();
}

test("a key made on the page signs the answer as the package does, and nothing is kept", async () => {
  await at.trustIn(at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  const vkey = await makeKey();
  assert.match(vkey, /^validator\.example\/alice\+[0-9a-f]{8}\+/);
  const secret = (await saved("secret-key")).text;
  assert.equal(vkeyOf(secret), vkey);
  const { name, text } = await saved("signed");
  assert.equal(name, "mine.ndjson.report.signed.json");
  assert.equal(text, attestReport(await verify(at.samples.get("honest"), { policy: at.policy }), secret.trim()));
  assert.equal(await kept(), 0);
  await at.page.reload();
  await at.give("mine.ndjson", at.samples.get("honest"));
  await at.page.locator("#validator-name").waitFor();
});

test("the key is kept in the browser only if asked to, and forgotten on a word", async () => {
  await at.page.click('[data-sample="revoked"]');
  await at.word("revoked.ndjson");
  const vkey = await makeKey();
  await at.page.check("#keep-key");
  assert.equal(await kept(), 1);
  await at.page.reload();
  await at.page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  assert.equal(await at.page.locator("[data-vkey] .data").innerText(), vkey);
  await at.page.click("#forget-key");
  await at.page.locator("#validator-name").waitFor();
  assert.equal(await kept(), 0);
});

test("a name that no key can have is refused with a sentence, and what is about nothing is not signed", async () => {
  await at.give("mine.ndjson", at.samples.get("honest"));
  await at.page.fill("#validator-name", "two words");
  await at.page.click("#make-key");
  await at.page.locator(".signing .error", { hasText: /\S/ }).waitFor();
  assert.equal(await at.page.locator("[data-vkey]").count(), 0);
  await at.give("nothing.ndjson", Buffer.from("nothing"));
  assert.equal(await at.page.locator("signing-form").count(), 0);
});
