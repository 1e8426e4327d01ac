// The keyboard alone: from choosing a file to the printed report.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { atThePage } from "./portal.mjs";

const at = atThePage();

const focused = () => at.page.evaluate(() => document.activeElement?.id || document.activeElement?.dataset.sample || document.activeElement?.dataset.out || document.activeElement?.textContent?.trim());

/** Presses Tab until what has the focus is of that name. */
async function tabTo(name) {
  for (let step = 0; step < 80; step += 1) {
    if ((await focused()) === name) return;
    await at.page.keyboard.press("Tab");
  }
  assert.fail(`no ${name} within 80 steps; the focus is on ${await focused()}`);
}

test("every control in front of the answer is reached in the order in which it stands", async () => {
  const steps = [];
  for (let step = 0; step < 14; step += 1) {
    await at.page.keyboard.press("Tab");
    steps.push(await focused());
  }
  assert.deepEqual(steps, [
    "Skip to the answer", "language", "file", "folder", "Paste text instead", "honest", "tampered", "revoked", "redacted", "cut-off", "policy", "policy-file", "expect", ...steps.slice(13),
  ]);
});

test("from choosing a file to the printed report", async () => {
  const { page } = at;
  await page.evaluate(() => (window.print = () => (document.body.dataset.printed = "yes")));
  await tabTo("policy");
  await page.keyboard.insertText(at.policy);
  await page.keyboard.press("Shift+Tab");
  for (let step = 0; step < 20 && (await focused()) !== "file"; step += 1) await page.keyboard.press("Shift+Tab");
  const ring = await page.evaluate(() => getComputedStyle(document.querySelector('label[for="file"]')).outlineStyle);
  assert.equal(ring, "solid");
  // Listening for it is what makes the browser hand the file dialog over; that takes a moment.
  const opened = page.waitForEvent("filechooser");
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  const chooser = await opened;
  assert.equal(chooser.isMultiple(), true);
  await chooser.setFiles({ name: "mine.ndjson", mimeType: "", buffer: at.samples.get("honest") });
  assert.equal(await at.word("mine.ndjson"), "Verified");
  await page.locator('[data-out="json"]:enabled').waitFor();
  await tabTo("print");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.body.dataset.printed), "yes");
  for (const out of ["html", "json"]) {
    await tabTo(out);
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), `mine.ndjson.report.${out}`);
    assert.ok((await readFile(await download.path())).length > 1000);
  }
});

test("the skip link leads to the answer", async () => {
  const { page } = at;
  await page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  await page.evaluate(() => document.activeElement?.blur());
  await page.focus(".skip");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "answer");
});

test("whatever has the focus shows it", async () => {
  const { page } = at;
  await page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  await page.focus(".skip");
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return { name: "", isShown: true };
      const ringed = element.matches('input[type="file"]') ? document.querySelector(`label[for="${element.id}"]`) : element;
      return { name: element.id || element.outerHTML.slice(0, 120), isShown: getComputedStyle(ringed).outlineStyle !== "none" };
    });
    assert.ok(shown.isShown, shown.name);
  }
});
