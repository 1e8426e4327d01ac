// The big list of naughty strings in whatever a file can hold of free text: members of calls, ids of events, the origin, file names. All of it
// is text: no script runs, nothing of it becomes an element, and what is invisible in it is written out. The strings are read in place; where
// they are absent the suite says so and is skipped.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { hashCall } from "call-stream-verify";
import { event } from "./bundles.mjs";
import { allRows } from "./looking.mjs";
import { atThePage } from "./portal.mjs";
import { callIdOf, recordOf, sealedBundle } from "./sealed.mjs";

const file = new URL("../../../shared/corpora/blns/blns.json", import.meta.url);
const absent = !existsSync(file);
if (absent) {
  assert.notEqual(process.env.CI, "true", "hostile: no list of strings beside the project");
  console.log("skipped: hostile: no list of strings beside the project");
}
const STRINGS = absent ? [] : JSON.parse(readFileSync(file, "utf8")).filter((text) => text !== "");

/** The members of a call that take any text. */
const FREE = ["caller", "ai_agent", "purpose", "transcript", "recording_ref"];
// The same characters as the page: controls, format, surrogates, private and unassigned, spaces but the plain one, fillers.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/** A record of whose members every one that takes any text is this text. */
function hostileRecord(text, index) {
  const short = Array.from(text).slice(0, 256).join("");
  const record = recordOf(index, { ...Object.fromEntries(FREE.map((member) => [member, short])), transcript: text });
  try {
    hashCall(JSON.stringify(record));
  } catch (error) {
    // What begins with a plus is a number or nothing.
    assert.equal(error.member, "caller", JSON.stringify(text));
    record.caller = `x${short}`.slice(0, 200);
  }
  return record;
}

function hostileBundle() {
  const calls = STRINGS.map((text, index) => ({ record: hostileRecord(text, index) }));
  const events = STRINGS.map((text, index) => event(index, { entity_id: Array.from(text).slice(0, 256).join("") }));
  return sealedBundle(calls, { events, origin: "<script>alert`1`</script><b>Verified</b>" });
}

describe("naughty strings", { skip: absent }, () => {
  const at = atThePage();

  /** Makes any dialog, any script of the strings and any element that they would become a failure. */
  async function watch() {
    const { page } = at;
    const dialogs = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.evaluate(() => {
      window.ran = [];
      for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => window.ran.push(name);
    });
    return async () => {
      const { ran, foreign, text } = await page.evaluate(() => ({
        ran: window.ran,
        // Elements and attributes that the page itself never makes.
        foreign: Array.from(document.querySelectorAll("body script, body style, body img, body iframe, body object, body embed, body form[action], body link, body meta, body video, body audio, body marquee, body b, body plaintext, body xmp")).map((element) => element.outerHTML.slice(0, 100)).concat(
          Array.from(document.querySelectorAll("body *")).flatMap((element) => element.getAttributeNames().filter((name) => name.startsWith("on") || name === "style")).filter((name) => name !== "style"),
        ),
        text: document.body.innerText,
      }));
      assert.deepEqual(ran, []);
      assert.deepEqual(dialogs, []);
      assert.deepEqual(foreign, []);
      // The page's own text has line ends, tabs between cells, and spaces that do not break in front of units.
      const hidden = text.replace(/[\n\t\u00a0\u202f]/g, "").match(HIDDEN);
      assert.equal(hidden, null, `U+${hidden?.[0].codePointAt(0).toString(16)} stands unescaped: ${JSON.stringify(text.slice(Math.max(0, (hidden?.index ?? 0) - 40)).slice(0, 80))}`);
    };
  }

  test("in every member of a call and in ids of events", { timeout: 400_000 }, async () => {
    const { page } = at;
    const check = await watch();
    const { bytes, expect } = hostileBundle();
    await page.fill("#expect", expect);
    assert.equal(await at.give("hostile.ndjson", bytes), "Verified");
    await check();
    const rows = await allRows(page, "timeline");
    assert.equal(rows.length, STRINGS.length * 2);
    await check();
    await page.click("#tab-calls");
    for (let index = 0; index < STRINGS.length; index += 1) {
      await page.fill("#calls-find", callIdOf(index));
      await page.press("#calls-find", "Enter");
      await page.locator('[data-list="calls"] [aria-selected="true"]', { hasText: callIdOf(index) }).click();
      await page.locator("line-detail [aria-busy=false] .told").waitFor();
      const shown = await page.locator("line-detail").innerText();
      for (const member of FREE) assert.ok(shown.includes(member), `${member} of call ${index}`);
      if (index % 20 === 0) await check();
    }
    await check();
  });

  test("in the names of files", { timeout: 200_000 }, async () => {
    const { page } = at;
    const check = await watch();
    for (let start = 0; start < STRINGS.length; start += 100) {
      await page.evaluate((names) => {
        const transfer = new DataTransfer();
        for (const name of names) transfer.items.add(new File(["x"], name));
        const input = document.querySelector("#file");
        input.files = transfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }, STRINGS.slice(start, start + 100));
      await page.waitForFunction(() => document.querySelectorAll(".runs li").length > 0 && document.querySelector('.runs li[data-phase="waiting"], .runs li[data-phase="reading"]') === null, undefined, { timeout: 60_000 });
      await check();
    }
  });

  test("in what is trusted", { timeout: 200_000 }, async () => {
    const { page } = at;
    const check = await watch();
    for (const text of STRINGS.filter((string) => /[<>"'`]/.test(string))) {
      await page.fill("#policy", `log ${text}`);
      await page.fill("#expect", text);
    }
    await page.locator("#policy-error:visible, #expect-error:visible").first().waitFor();
    await check();
    await page.goto("about:blank");
    await page.goto(`${process.env.SITE}#${new URLSearchParams({ policy: STRINGS.slice(0, 200).join("\n"), expect: STRINGS.at(-1) })}`);
    const again = await watch();
    await page.locator("#file-note").waitFor();
    assert.equal(await page.locator("#offered").count(), 0);
    await page.evaluate(() => (window.ran = []));
    await again();
    // Comments may say anything, and are shown with the key that they stand beside.
    const comments = STRINGS.filter((string) => /[<>"'`]/.test(string) && !/[\n\r]/.test(string)).map((string) => `# ${string}`);
    for (let start = 0; start < comments.length; start += 8) {
      await page.goto("about:blank");
      await page.goto(`${process.env.SITE}#${new URLSearchParams({ policy: `${comments.slice(start, start + 8).join("\n")}\n${at.policy}` })}`);
      const watching = await watch();
      await page.locator("#offered").waitFor();
      await watching();
    }
  });

  test("the HTML report of a hostile file is text without a script", async () => {
    const { page } = at;
    const { bytes, expect } = hostileBundle();
    await page.fill("#expect", `${expect.split(":")[0]}:${"0".repeat(64)}`);
    const name = `"><script>alert(1)</script>\u202E<img src=x onerror=alert(2)>.ndjson`;
    await page.setInputFiles("#file", { name, mimeType: "", buffer: bytes });
    await page.locator('[data-out="html"]:enabled').waitFor({ timeout: 20_000 });
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('[data-out="html"]')]);
    const html = readFileSync(await download.path(), "utf8");
    assert.doesNotMatch(html, /<script|<img|\u202E/i);
    assert.match(html, /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[A-Za-z0-9+/=]{44}&#39;">/);
    const report = await at.context.newPage();
    const said = [];
    report.on("console", (message) => said.push(message.text()));
    await report.setContent(html);
    assert.equal(await report.locator(".word").innerText(), "Mismatch");
    assert.ok((await report.locator("bdi").first().innerText()).startsWith('"><script>alert(1)</script>[U+202E]<img src=x'));
    assert.equal(await report.evaluate(() => getComputedStyle(document.querySelector(".word")).fontWeight), "650");
    assert.deepEqual(said, []);
    await report.close();
  });
});
