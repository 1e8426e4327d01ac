// The page, as people use it: files, samples, trust, keyboard, hostile text, canceling, and no request beyond its own origin.
//
// Any server that serves the staged site (target/site) under the portal's headers will do:
//   SITE=http://127.0.0.1:4780/ CHROMIUM=/usr/bin/chromium node --test tests/browser/page.test.mjs

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { plainText, runs } from "../../www/text.js";

const SITE = process.env.SITE ?? process.env.SITE_URL;
const { CHROMIUM } = process.env;
assert.ok(CHROMIUM && SITE, "CHROMIUM and SITE are set by `cargo xtask test browser`");
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"];
const ANSWER_MS = 20_000;

let browser;
let page;
let complaints;
let requests;
/** The samples' bytes, and the policy they are verified by. */
const samples = new Map();
let policy;

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  for (const name of ["honest", "tampered", "revoked", "redacted", "cut-off"]) {
    samples.set(name, Buffer.from(await (await get(`samples/${name}.ndjson`)).arrayBuffer()));
  }
  policy = await (await get("samples/policy.txt")).text();
});

after(() => browser?.close());

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  requests = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(SITE);
});

// Whatever a test looked at: the page ran into no error, no policy violation and no other origin.
afterEach(async () => {
  await page.close();
  assert.deepEqual(complaints, []);
  const origin = new URL(SITE).origin;
  const foreign = requests.filter((address) => !address.startsWith(`${origin}/`) && !address.startsWith(`blob:${origin}/`));
  assert.deepEqual(foreign, []);
});

async function get(address) {
  const response = await fetch(new URL(address, SITE));
  assert.equal(response.status, 200, address);
  return response;
}

/** Gives a file by the field and waits for the word of its answer. */
async function give(name, buffer) {
  await page.setInputFiles("#file", { name, mimeType: "application/octet-stream", buffer });
  return word(name);
}

/** The word of the answer about the file of that name. */
async function word(name) {
  await page.locator("#report .file-name", { hasText: name }).waitFor({ timeout: ANSWER_MS });
  return page.locator("#report .word").innerText();
}

async function trustIn(text) {
  await page.fill("#policy", text);
}

const EXPECTED = [
  { sample: "honest", word: "Verified", verdict: "verified", says: /are what was sealed, and a key you trust/ },
  { sample: "tampered", word: "Mismatch", verdict: "mismatch", says: /./ },
  { sample: "revoked", word: "Revoked", verdict: "revoked", says: /revoked by the issuer/ },
  { sample: "redacted", word: "Verified", verdict: "verified", says: /as far as shown/ },
  { sample: "cut-off", word: "Not proven", verdict: "not_proven", says: /ends before its end line/ },
];

for (const { sample, word: expected, verdict, says } of EXPECTED) {
  test(`the sample ${sample} is answered with ${expected}`, async () => {
    await page.click(`[data-sample="${sample}"]`);
    assert.equal(await word(`${sample}.ndjson`), expected);
    assert.equal(await page.locator("#answer").getAttribute("data-verdict"), verdict);
    assert.equal(await page.locator(`.word use[href="#icon-${verdict}"]`).count(), 1);
    assert.match(await page.locator(".sentence").innerText(), says);
    assert.match(await page.locator(".as-of").innerText(), /^As of [\d,]+ entr(y|ies)( in callstream\.example\/audit\/samples)?, the last dated [-:TZ\d]+ by the issuer’s clock\. Head [0-9a-f]{64}, level (L\d, [a-z ]+|none)\.$/);
    assert.match(await page.locator("#status").innerText(), new RegExp(`^Answer: ${expected}\\. `));
    assert.equal(await page.title(), `${expected} · Call Stream Verify`);
    // Every answer says what it does not prove.
    const open = page.locator('[data-state="not_checked"] [data-claim]');
    assert.ok((await open.count()) >= 3);
    assert.equal(await page.locator('[data-state="not_checked"] [data-claim="content_true"]').count(), 1);
  });
}

test("a mismatch names its place, both values and what to do", async () => {
  await page.click('[data-sample="tampered"]');
  await word("tampered.ndjson");
  const finding = page.locator('[data-list="findings"] > [data-verdict="mismatch"]').first();
  assert.match(await finding.locator(".place").innerText(), /line [\d,]+/);
  const [expected, found] = await finding.locator(".values .data").allInnerTexts();
  assert.ok(expected && found && expected !== found);
  assert.ok((await finding.locator(".advice").innerText()).length > 40);
});

test("the revoked and the withheld are counted and named", async () => {
  await page.click('[data-sample="revoked"]');
  await word("revoked.ndjson");
  assert.match(await page.locator('.counts [data-verdict="revoked"]').innerText(), /[1-9]/);
  assert.ok((await page.locator('[data-list="findings"] > [data-verdict="revoked"]').count()) >= 1);
  await page.click('[data-sample="redacted"]');
  await word("redacted.ndjson");
  assert.equal(await page.locator('[data-state="not_checked"] [data-claim="withheld_members"]').count(), 1);
});

test("without trust the answer is not proven, and the page says why and where to get a key", async () => {
  assert.equal(await give("mine.ndjson", samples.get("honest")), "Not proven");
  assert.match(await page.locator(".sentence").innerText(), /No checkpoint signed by a key you trust/);
  assert.match(await page.locator(".verdict .note").innerText(), /no key and no expected head/);
  assert.match(await page.locator("#no-trust").innerText(), /Ask the issuer.*for its key/s);
});

test("changed trust verifies the same file again", async () => {
  assert.equal(await give("mine.ndjson", samples.get("honest")), "Not proven");
  await trustIn(policy);
  await page.locator('#answer[data-verdict="verified"]').waitFor();
  assert.equal(await page.locator("#no-trust").isVisible(), false);
  const head = await page.locator(".details div", { hasText: "Expected head" }).locator(".data").innerText();
  // The head that was just vouched for is trust enough for the next time.
  await trustIn("");
  await page.locator('#answer[data-verdict="not_proven"]').waitFor();
  assert.equal(await page.locator(".details div", { hasText: "Expected head" }).count(), 0);
  await page.fill("#expect", head);
  await page.locator('#answer[data-verdict="verified"]').waitFor();
  assert.match(await page.locator(".sentence").innerText(), /the chain has the head you expect/);
  await page.fill("#expect", head.replace(/:.*/, `:${"ab".repeat(32)}`));
  await page.locator('#answer[data-verdict="mismatch"]').waitFor();
});

test("an answer is gone as soon as the trust it rests on is edited", async () => {
  await page.click('[data-sample="honest"]');
  await word("honest.ndjson");
  await page.locator("#policy").press("End");
  await page.keyboard.type("x");
  assert.equal(await page.locator("#report").isVisible(), false);
  assert.equal(await page.locator("#answer").getAttribute("data-verdict"), null);
});

test("a bad policy, key or expected head is an error at its field and no verdict", async () => {
  const isError = async (field, pattern) => {
    await page.locator(`#${field}-error`).waitFor();
    assert.match(await page.locator(`#${field}-error`).innerText(), pattern);
    assert.equal(await page.locator(`#${field}`).getAttribute("aria-invalid"), "true");
    assert.equal(await page.locator("#report").isVisible(), false);
    assert.equal(await page.locator("#answer").getAttribute("data-verdict"), null);
  };
  // Before there is any file, too.
  await trustIn("log nothing\n");
  await isError("policy", /^Line 1: .*not well-formed/);
  assert.equal(await page.locator("#guide").isVisible(), true);
  await page.setInputFiles("#file", { name: "mine.ndjson", mimeType: "", buffer: samples.get("honest") });
  await page.locator("#stopped", { hasText: "No answer yet" }).waitFor();
  await isError("policy", /not well-formed/);
  await trustIn("example.com/log+00000000+AAAA");
  await isError("policy", /not a usable key/);
  await trustIn("");
  await word("mine.ndjson");
  await page.fill("#expect", "12");
  await isError("expect", /SIZE:HEAD/);
  await page.fill("#expect", "");
  assert.equal(await word("mine.ndjson"), "Not proven");
  assert.equal(await page.locator("#expect-error").isVisible(), false);
});

test("a second file replaces the first answer", async () => {
  await trustIn(policy);
  assert.equal(await give("first.ndjson", samples.get("honest")), "Verified");
  assert.equal(await give("second.ndjson", samples.get("tampered")), "Mismatch");
  assert.equal(await page.locator("#report .word").count(), 1);
  assert.equal(await page.getByText("first.ndjson").count(), 0);
});

test("the key of a sample does not judge the reader's own file", async () => {
  await page.click('[data-sample="honest"]');
  assert.equal(await word("honest.ndjson"), "Verified");
  assert.equal(await give("mine.ndjson", samples.get("honest")), "Not proven");
  assert.equal(await page.inputValue("#policy"), "");
  assert.match(await page.locator(".counts").innerText(), /As sealed/);
  assert.doesNotMatch(await page.locator(".counts").innerText(), /Verified/);
});

test("a key that the reader gave is there again after a look at a sample", async () => {
  await trustIn(policy);
  assert.equal(await give("mine.ndjson", samples.get("honest")), "Verified");
  await page.click('[data-sample="tampered"]');
  assert.equal(await word("tampered.ndjson"), "Mismatch");
  await page.click('[data-sample="revoked"]');
  assert.equal(await word("revoked.ndjson"), "Revoked");
  assert.equal(await give("mine.ndjson", samples.get("honest")), "Verified");
  assert.equal(await page.inputValue("#policy"), policy);
});

test("a compressed file and a dropped file are read like any other", async () => {
  await trustIn(policy);
  assert.equal(await give("packed.ndjson.gz", gzipSync(samples.get("honest"))), "Verified");
  await drop(["dropped.ndjson"]);
  assert.equal(await word("dropped.ndjson"), "Mismatch");
  await drop(["one.ndjson", "two.ndjson"]);
  assert.match(await page.locator("#file-error").innerText(), /one at a time/);
  assert.equal(await word("dropped.ndjson"), "Mismatch");
});

/** Drops the tampered sample under these names. */
async function drop(names) {
  const text = samples.get("tampered").toString();
  const transfer = await page.evaluateHandle(
    ([text, names]) => {
      const transfer = new DataTransfer();
      for (const name of names) transfer.items.add(new File([text], name));
      return transfer;
    },
    [text, names],
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("what is no bundle proves nothing", async () => {
  assert.equal(await give("picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255])), "Not proven");
  assert.match(await page.locator(".sentence").innerText(), /not a bundle/);
  assert.equal(await give("empty.ndjson", Buffer.alloc(0)), "Not proven");
  assert.equal(await page.locator(".as-of").count(), 0);
});

test("the report is downloaded with the bytes that the verifier wrote", async () => {
  await page.click('[data-sample="tampered"]');
  await word("tampered.ndjson");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(".download a")]);
  assert.equal(download.suggestedFilename(), "tampered.ndjson.report.json");
  const text = await readFile(await download.path(), "utf8");
  const { verify, reportText } = await import("call-stream-verify");
  assert.equal(text, reportText(await verify(samples.get("tampered"), { policy })));
});

test("a file that is gone is an error and no verdict", async () => {
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  const path = join(folder, "gone.ndjson");
  await writeFile(path, samples.get("honest"));
  await page.setInputFiles("#file", path);
  assert.equal(await word("gone.ndjson"), "Not proven");
  await rm(folder, { recursive: true });
  await trustIn(policy);
  await page.locator("#stopped", { hasText: "The file cannot be read." }).waitFor();
  assert.equal(await page.locator("#answer").getAttribute("data-verdict"), null);
});

test("a verifier that does not load says so and gives no verdict", async () => {
  await page.route("**/call-stream-verify.wasm", (route) => route.abort());
  await page.reload();
  await page.locator("#stopped", { hasText: "could not be loaded" }).waitFor();
  await page.unroute("**/call-stream-verify.wasm");
  await page.click('[data-sample="honest"]');
  assert.equal(await word("honest.ndjson"), "Verified");
  // The browser's own word about the request that was cut.
  assert.ok(complaints.splice(0).every((complaint) => complaint.includes("net::ERR_FAILED")));
});

test("from file to answer nothing is requested", async () => {
  await trustIn(policy);
  await page.waitForLoadState("networkidle");
  requests.length = 0;
  assert.equal(await give("mine.ndjson", samples.get("honest")), "Verified");
  assert.deepEqual(requests, []);
});

test("hostile text is inert and its hidden characters are in the open", async () => {
  const name = "<img src=x onerror=alert(1)>\u202Enosjdn.\u200B\u0007Verified.ndjson";
  const origin = "<svg/onload=alert(1)><h2>Verified</h2>";
  const text = samples.get("honest").toString().replace(/"origin":"[^"]*"/, `"origin":"${origin}"`);
  await page.setInputFiles("#file", { name, mimeType: "", buffer: Buffer.from(text) });
  assert.equal(await word("img src=x"), "Mismatch");
  assert.equal(await page.locator("#answer img").count(), 0);
  assert.equal(await page.locator("#answer svg[onload]").count(), 0);
  assert.equal(await page.locator("#answer h2", { hasText: "Verified" }).count(), 0);
  const shown = await page.locator("#report .file-name").innerText();
  assert.match(shown, /<img src=x onerror=alert\(1\)>U\+202Enosjdn\.U\+200B U\+0007Verified\.ndjson/);
  assert.ok((await page.locator(".details").innerText()).includes(origin));
  const all = `${await page.locator("#report").innerText()}${await page.locator("#status").innerText()}${await page.title()}`;
  assert.doesNotMatch(all, /[\u202E\u200B\u0007]/u);
});

test("every character without ink is written as its code point", () => {
  const hidden = [
    ...[0x00, 0x07, 0x0a, 0x1b, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1680, 0x180e, 0x2000, 0x200b, 0x200d, 0x200e, 0x2028, 0x2029],
    ...[0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x2800, 0x3000, 0x3164, 0xd800, 0xe000, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0x1d173, 0xe0041, 0x10ffff],
  ];
  for (const number of hidden) {
    const code = `U+${number.toString(16).toUpperCase().padStart(4, "0")}`;
    assert.equal(plainText(`a${String.fromCodePoint(number)}b`), `a[${code}]b`);
  }
  for (const text of ["", "plain text", "Ünïcödé", "日本語", "שלום", "👋"]) assert.equal(plainText(text), text);
  assert.deepEqual(runs("e\u0301\u0301\u0301\u0301\u0301"), [
    { text: "e\u0301\u0301\u0301", escaped: false },
    { text: "U+0301 U+0301", escaped: true },
  ]);
  assert.deepEqual(runs("x".repeat(1000)), [
    { text: "x".repeat(400), escaped: false },
    { text: "and 600 more characters", escaped: true },
  ]);
});

test("the keyboard alone goes from the sample to the answer and the report", async () => {
  // Listening for it is what makes the browser hand the file dialog over; that takes a moment.
  const chooser = page.waitForEvent("filechooser");
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
  const steps = [];
  for (let step = 0; step < 10; step += 1) {
    await page.keyboard.press("Tab");
    steps.push(await focused());
  }
  assert.deepEqual(steps.slice(0, 9), ["Skip to the answer", "file", "Honest", "Tampered", "Revoked", "Redacted", "Cut off", "policy", "expect"]);
  await page.focus("#file");
  await page.keyboard.press("Enter");
  assert.equal((await chooser).isMultiple(), false);
  const ring = await page.evaluate(() => getComputedStyle(document.querySelector('label[for="file"]')).outlineStyle);
  assert.equal(ring, "solid");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await word("honest.ndjson"), "Verified");
  for (let step = 0; step < 12 && !/Download/.test(await focused()); step += 1) await page.keyboard.press("Tab");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.match(download.suggestedFilename(), /report\.json$/);
});

test("a large file shows its progress and can be canceled at once", async () => {
  await giveLarge();
  await page.waitForFunction(() => document.querySelector("#progress").value > 0);
  assert.match(await page.locator("#reading-amount").innerText(), /B of 40\.\d GB, [\d.]+ .B a second/);
  await page.click("#cancel");
  assert.ok(await page.locator("#stopped", { hasText: "Canceled" }).isVisible());
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Verify again");
  // The worker hears it as well: to read on to the end would take longer than this test waits.
  await trustIn(policy);
  assert.equal(await give("small.ndjson", samples.get("honest")), "Verified");
  assert.equal(await page.getByText("large.ndjson").count(), 0);
});

/** A file of 40 GB of which the page holds a few MB: the same part many times. */
async function giveLarge() {
  const [manifest, entry] = samples.get("honest").toString().split("\n");
  await page.evaluate(
    ([manifest, entry]) => {
      const part = new Blob([`${entry}\n`.repeat(10_000)]);
      const parts = Array(Math.ceil(40e9 / part.size)).fill(part);
      const transfer = new DataTransfer();
      transfer.items.add(new File([`${manifest}\n`, ...parts], "large.ndjson"));
      const input = document.querySelector("#file");
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [manifest, entry],
  );
}

test("on a phone nothing runs off the side, and the answer comes into view", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.click('[data-sample="tampered"]');
  await word("tampered.ndjson");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  const box = await page.locator("#report .word").boundingBox();
  assert.ok(box && box.y >= 0 && box.y < 422, `the word stands at ${box?.y}`);
});
