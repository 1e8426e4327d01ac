// A recording against the hash that the chain seals for its call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "./bundles.mjs";
import { atThePage } from "./portal.mjs";
import { callIdOf, recordOf, sealedBundle } from "./sealed.mjs";

const at = atThePage();
const SOUND = Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVE"), Buffer.alloc(3_000_000, 7)]);
const { bytes, expect } = sealedBundle([
  { record: recordOf(0, { recording_ref: "calls/zero.wav" }), recording: sha256(SOUND) },
  { record: recordOf(1) },
]);

async function check(index, buffer) {
  const { page } = at;
  await page.fill("#recording-call", index === undefined ? "00000000-0000-4000-8000-00000000ffff" : callIdOf(index));
  await page.setInputFiles("#recording-file", { name: "zero.wav", mimeType: "audio/wav", buffer });
  await page.locator(".compared").waitFor();
  return page.locator(".compared").getAttribute("data-recording");
}

async function givenExport() {
  await at.page.fill("#expect", expect);
  assert.equal(await at.give("export.ndjson", bytes), "Verified");
  await at.page.locator("#recording-call").waitFor();
}

test("the recording that was sealed is told from one that was not, with both digests", async () => {
  const { page } = at;
  await givenExport();
  assert.equal(await check(0, SOUND), "same");
  assert.match(await page.locator(".compared").innerText(), /is the one that version 1 of the call sealed\.[\s\S]*the answer about the export: Verified\./);
  const value = (name) => page.locator(`.compared [data-value="${name}"] .data`).innerText();
  assert.equal(await value("computed"), sha256(SOUND));
  assert.equal(await value("sealed"), sha256(SOUND));
  const changed = Buffer.from(SOUND);
  changed[2_000_000] ^= 1;
  await page.setInputFiles("#recording-file", { name: "zero.wav", mimeType: "audio/wav", buffer: changed });
  await page.locator('[data-recording="differs"]').waitFor();
  assert.equal(await value("computed"), sha256(changed));
});

test("what was compared is gone when the call is another, and names its call", async () => {
  const { page } = at;
  await givenExport();
  assert.equal(await check(0, SOUND), "same");
  assert.ok((await page.locator(".compared").innerText()).includes(callIdOf(0)));
  assert.equal(await page.locator('.compared svg[data-icon="proven"]').count(), 1);
  await page.fill("#recording-call", callIdOf(1));
  await page.locator(".compared").waitFor({ state: "detached" });
  // Without trust in the export, its hash is nobody's word.
  await page.fill("#expect", "");
  await at.verdict("not_proven");
  await page.locator("#recording-call").waitFor();
  assert.equal(await check(0, SOUND), "same");
  assert.equal(await page.locator('.compared svg[data-icon="proven"]').count(), 0);
});

test("a call without a sealed recording, and one that the export does not hold, are said to be so", async () => {
  await givenExport();
  assert.equal(await check(1, SOUND), "no-hash");
  await at.page.reload();
  await givenExport();
  assert.equal(await check(undefined, SOUND), "no-call");
});

test("a recording given along with the export waits for its call", async () => {
  const { page } = at;
  await page.fill("#expect", expect);
  await page.setInputFiles("#file", [
    { name: "export.ndjson", mimeType: "", buffer: bytes },
    { name: "zero.wav", mimeType: "audio/wav", buffer: SOUND },
  ]);
  assert.equal(await at.word("export.ndjson"), "Verified");
  await page.locator(".recording .samples button", { hasText: "zero.wav" }).waitFor();
  await page.fill("#recording-call", callIdOf(0));
  await page.locator(".recording .samples button", { hasText: "zero.wav" }).click();
  await page.locator('[data-recording="same"]').waitFor();
});
