// A receipt at the page, alone and with the reader's own record of its call.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { reportText, verifyReceipt } from "call-stream-verify";
import { sha256 } from "./bundles.mjs";
import { atThePage } from "./portal.mjs";

const at = atThePage();
const specification = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8");
const block = (name) => specification.split(`\n\`\`\`${name}\n`)[1].split("\n```\n")[0];
const RECEIPT = `${block("json receipt")}\n`;
const POLICY = block("text log-vkey");
const CALL = JSON.parse(RECEIPT).call;
const OWN = JSON.stringify(CALL, null, 2);
const CHANGED = JSON.stringify({ ...CALL, duration: CALL.duration + 1 });

const file = (name, text) => ({ name, mimeType: "", buffer: Buffer.from(text) });
const withRecord = () => at.page.locator(".verdict .with-record").waitFor();
const word = () => at.page.locator("#report .word").innerText();

async function verifierReport() {
  const [download] = await Promise.all([at.page.waitForEvent("download"), at.page.click('[data-out="verifier"]')]);
  return readFile(await download.path(), "utf8");
}

test("a record and the receipt of its call, in either order, give the verifier's answer about both", async () => {
  for (const order of [["receipt", "record"], ["record", "receipt"]]) {
    await at.close();
    await at.open();
    await at.trustIn(POLICY);
    const given = { receipt: file("call.receipt", RECEIPT), record: file("own.json", OWN) };
    await at.page.setInputFiles("#file", order.map((name) => given[name]));
    await withRecord();
    assert.equal(await word(), "Verified");
    assert.equal(await verifierReport(), reportText(verifyReceipt(RECEIPT, { policy: POLICY, record: OWN })));
  }
});

test("a receipt is told as what it proves: one entry, and nothing of later ones or of a chain", async () => {
  const { page } = at;
  await at.trustIn(POLICY);
  assert.equal(await at.give("call.receipt", Buffer.from(RECEIPT)), "Verified");
  assert.equal(await page.locator(".sentence").innerText(), "The call is what entry 3 of a log seals, and a key you trust signed that log.");
  assert.match(await page.locator(".consequence").innerText(), /replaced or revoked after that entry, even where the signed log already says so/);
  assert.match(await page.locator(".as-of").innerText(), /^Entry 3 in .+, dated .+\. Entry hash [0-9a-f]{64}, level L3/);
  assert.match(await page.locator('[data-level="L2"]').innerText(), /What lies before and behind it was not shown/);
  assert.match(await page.locator('[data-claim="later_revocations"]').innerText(), /not checked/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click('[data-out="html"]:enabled')]);
  const html = await readFile(await download.path(), "utf8");
  assert.match(html, /Receipt of one call/);
  assert.match(html, /The call is what entry 3 of a log seals/);
  assert.doesNotMatch(html, /head of the chain/);
});

test("a record that differs from what was sealed is a mismatch, though the receipt alone holds", async () => {
  const { page } = at;
  await at.trustIn(POLICY);
  assert.equal(await at.give("call.receipt", Buffer.from(RECEIPT)), "Verified");
  await page.setInputFiles("#file", [file("own.json", CHANGED)]);
  await withRecord();
  assert.equal(await word(), "Mismatch");
  assert.equal(await page.locator("[data-record-sha256]").innerText(), sha256(Buffer.from(CHANGED)));
  const [download] = await Promise.all([page.waitForEvent("download"), page.click('[data-out="json"]:enabled')]);
  const { record, verdict } = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.deepEqual([verdict, record], ["mismatch", { name: "own.json", size: Buffer.byteLength(CHANGED), sha256: sha256(Buffer.from(CHANGED)) }]);
});

test("a record stays with its receipt when the trust is another", async () => {
  await at.trustIn(POLICY);
  await at.page.setInputFiles("#file", [file("call.receipt", RECEIPT), file("own.json", OWN)]);
  await withRecord();
  await at.page.fill("#policy", "");
  await at.verdict("not_proven");
  await withRecord();
  assert.equal(await verifierReport(), reportText(verifyReceipt(RECEIPT, { record: OWN })));
});

test("a record without the receipt of its call proves nothing, and it is said what it needs", async () => {
  await at.trustIn(POLICY);
  const other = OWN.replace(CALL.call_id, "00000000-0000-4000-8000-00000000ffff");
  await at.page.setInputFiles("#file", [file("other.json", other), file("call.receipt", RECEIPT)]);
  await at.page.locator(".runs [data-phase=judged]").waitFor();
  const stopped = at.page.locator("#stopped");
  assert.match(await stopped.innerText(), /Give the receipt of the call as well/);
  assert.equal(await at.page.locator(".runs li").count(), 2);
  assert.equal(await at.page.locator(".with-record").count(), 0);
});
