// Each state of the page, light and dark, in each language, by the rules of WCAG 2.0 to 2.2, A and AA, as axe reads them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { atThePage, SITE } from "./portal.mjs";
import { LANGUAGES, STATES } from "./states.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const at = atThePage();

for (const [state, reach] of Object.entries(STATES)) {
  for (const language of LANGUAGES) {
    test(`${state}, in ${language}: no violation, light or dark`, async () => {
      await at.close();
      await at.open({}, `${SITE}#lang=${language}`);
      const { page } = at;
      await reach(page, at.samples);
      assert.equal(await page.evaluate(() => document.documentElement.lang), language === "pseudo" ? "en-XA" : language);
      // By the protocol and not by a script element, which the page's policy would not let in.
      await page.evaluate(axe);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const { violations, passes } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`);
        assert.deepEqual(found, [], colorScheme);
        assert.ok(passes.length > 10);
      }
    });
  }
}

test("what stands on the page without the accents of the pseudo-locale is data, the verifier's own English or a name", async () => {
  await at.close();
  await at.open({}, `${SITE}#lang=pseudo`);
  const { page } = at;
  await STATES.mismatch(page, at.samples);
  const plain = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector("verify-page"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || element.closest('[translate="no"], [lang="en"], code, option, .data') !== null) continue;
      // Two letters of English in a row: accented text has none.
      if (/[A-Za-z]{2}/.test(node.data)) found.push(node.data.trim());
    }
    return found;
  });
  const isNamed = (text) => /^(L\d|[\d.,\s]+[kMGT]?B.*|\(.*UTC\)|.*\d{4}, .*)$/.test(text);
  assert.deepEqual(plain.filter((text) => !isNamed(text)), []);
});

test("the reader's language is the browser's, and another can be chosen", async () => {
  await at.close();
  await at.open({ locale: "de-AT" });
  const { page } = at;
  await page.click('[data-sample="honest"]');
  await at.word("honest.ndjson");
  assert.equal(await page.locator(".word").innerText(), "Verifiziert");
  assert.match(await page.locator(".sentence").innerText(), /^Alle 200 vorgelegten Anrufe sind/);
  assert.match(await page.locator('[data-claim="export_complete"]').innerText(), /Jede Zeile ist kanonisch/);
  assert.equal(await page.locator('.claims p[lang="en"]').count(), 0);
  await page.selectOption("#language", "es");
  assert.equal(await page.locator(".word").innerText(), "Verificado");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "es");
  await page.selectOption("#language", "en");
  assert.equal(await page.locator(".word").innerText(), "Verified");
  assert.equal(await page.locator('.claims p[lang="en"]').count(), 0);
});

test("in forced colors icons and edges keep their ink", async () => {
  const { page } = at;
  await page.emulateMedia({ forcedColors: "active" });
  await STATES.mismatch(page, at.samples);
  const { stroke, border } = await page.evaluate(() => ({
    stroke: getComputedStyle(document.querySelector(".word .icon")).stroke,
    border: getComputedStyle(document.querySelector(".verdict")).borderTopStyle,
  }));
  assert.notEqual(stroke, "none");
  assert.equal(border, "solid");
});

test("under a right-to-left root nothing runs off the side and data keep their direction", async () => {
  const { page } = at;
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await STATES.mismatch(page, at.samples);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
  }
  assert.equal(await page.locator("#report .verdict .file-name bdi").first().evaluate((data) => getComputedStyle(data).unicodeBidi), "isolate");
});

test("every control is 24 pixels high and wide, or a line of text", async () => {
  const { page } = at;
  await STATES.mismatch(page, at.samples);
  await page.click(".paste summary");
  const small = await page.evaluate(() =>
    Array.from(document.querySelectorAll("button, select, summary, input:not([type=file]), textarea, label.button"))
      .filter((control) => control.checkVisibility())
      .map((control) => ({ text: control.id || control.textContent.trim(), ...control.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width < 24 || height < 24)
      .map(({ text }) => text),
  );
  assert.deepEqual(small, []);
});
