// The page, as people use it: files, samples, trust, hostile names, canceling, reports, and no request beyond its own origin.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { atThePage, SITE } from "./portal.mjs";
import { giveLarge } from "./states.mjs";

const at = atThePage();

const EXPECTED = [
  { sample: "honest", word: "Verified", verdict: "verified", says: /^All 200 calls presented are what was sealed, and a key you trust/ },
  { sample: "tampered", word: "Mismatch", verdict: "mismatch", says: /^1 of 200 calls is not what was sealed\.$/ },
  { sample: "revoked", word: "Revoked", verdict: "revoked", says: /revoked by the issuer/ },
  { sample: "redacted", word: "Verified", verdict: "verified", says: /as far as shown/ },
  { sample: "cut-off", word: "Not proven", verdict: "not_proven", says: /ends before its end line/ },
];

for (const { sample, word: expected, verdict, says } of EXPECTED) {
  test(`the sample ${sample} is answered with ${expected}`, async () => {
    const { page } = at;
    await page.click(`[data-sample="${sample}"]`);
    assert.equal(await at.word(`${sample}.ndjson`), expected);
    assert.equal(await page.locator("#answer").getAttribute("data-verdict"), verdict);
    assert.equal(await page.locator(`.word svg[data-icon="${verdict}"]`).count(), 1);
    assert.match(await page.locator(".sentence").innerText(), says);
    assert.match(
      await page.locator(".as-of").innerText(),
      /^As of [\d,]+ entr(y|ies)( in callstream\.example\/audit\/samples)?, the last dated [-:TZ\d]+ \([^)]+, UTC\) by the issuer’s clock\. Head [0-9a-f]{64}, level (L\d, [a-z ]+|none)\.$/,
    );
    assert.match(await page.locator("#status").innerText(), new RegExp(`^Answer: ${expected}\\. `));
    assert.equal(await page.title(), `${expected} · Call Stream Verify`);
    // Whose key judged it is said.
    await page.locator(".sample-key .data").waitFor();
    assert.match(await page.locator(".sample-key").innerText(), /the key it brought: callstream\.example\/audit\/samples\+[0-9a-f]{8}\+/);
    // Every answer says what it does not prove.
    const open = page.locator('[data-state="not_checked"] [data-claim]');
    assert.ok((await open.count()) >= 3);
    assert.equal(await page.locator('[data-state="not_checked"] [data-claim="content_true"]').count(), 1);
  });
}

test("the page carries the policy that its headers send, for hosts that send none", async () => {
  const response = await fetch(SITE);
  const sent = response.headers.get("content-security-policy").split("; ").filter((part) => !part.startsWith("frame-ancestors"));
  const carried = await at.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  assert.deepEqual(carried.split("; ").sort(), sent.sort());
});

test("a mismatch names its place, both values, the part that differs and what to do", async () => {
  const { page } = at;
  await page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  const finding = page.locator('[data-list="findings"] > [data-verdict="mismatch"]').first();
  assert.match(await finding.locator(".place").innerText(), /line [\d,]+ · seq [\d,]+ · call [0-9a-f-]{36} · member transcript/);
  const [expected, found] = await finding.locator(":scope > .values .data").allInnerTexts();
  assert.ok(expected && found && expected !== found);
  assert.match(await finding.locator('[data-part="mismatch"]').innerText(), /transcript/);
  assert.ok((await finding.locator(".advice").innerText()).length > 40);
});

test("the revoked and the withheld are counted and named", async () => {
  const { page } = at;
  await page.click('[data-sample="revoked"]');
  await at.word("revoked.ndjson");
  assert.match(await page.locator('.counts [data-verdict="revoked"]').innerText(), /[1-9]/);
  assert.ok((await page.locator('[data-list="findings"] > [data-verdict="revoked"]').count()) >= 1);
  await page.click('[data-sample="redacted"]');
  await at.word("redacted.ndjson");
  assert.equal(await page.locator('[data-state="not_checked"] [data-claim="withheld_members"]').count(), 1);
});

test("without trust the answer is not proven, and the page says why and where to get a key", async () => {
  const { page } = at;
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Not proven");
  assert.match(await page.locator(".sentence").innerText(), /No checkpoint signed by a key you trust/);
  assert.match(await page.locator(".verdict .note").innerText(), /no key and no expected head/);
  assert.match(await page.locator("#no-trust").innerText(), /Ask the issuer.*for its key/s);
});

test("changed trust verifies the same file again", async () => {
  const { page } = at;
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Not proven");
  await at.trustIn(at.policy);
  await at.verdict("verified");
  assert.equal(await page.locator("#no-trust").count(), 0);
  const head = await page.locator("[data-next-head]").innerText();
  // The head that was just vouched for is trust enough for the next time.
  await at.trustIn("");
  await at.verdict("not_proven");
  assert.equal(await page.locator("[data-next-head]").count(), 0);
  await page.fill("#expect", head);
  await at.verdict("verified");
  assert.match(await page.locator(".sentence").innerText(), /the chain has the head you expect/);
  await page.fill("#expect", head.replace(/:.*/, `:${"ab".repeat(32)}`));
  await at.verdict("mismatch");
});

test("an answer is gone as soon as the trust it rests on is edited", async () => {
  const { page } = at;
  await at.trustIn(at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  await page.locator("#policy").press("End");
  await page.keyboard.type("x");
  assert.equal(await page.locator("#report").count(), 0);
  assert.equal(await page.locator("#answer").getAttribute("data-verdict"), null);
});

test("a bad policy, key or expected head is an error at its field and no verdict", async () => {
  const { page } = at;
  const isError = async (field, pattern) => {
    await page.locator(`#${field}-error:visible`).waitFor();
    assert.match(await page.locator(`#${field}-error`).innerText(), pattern);
    assert.equal(await page.locator(`#${field}`).getAttribute("aria-invalid"), "true");
    assert.equal(await page.locator("#report").count(), 0);
    assert.equal(await page.locator("#answer").getAttribute("data-verdict"), null);
  };
  // Before there is any file, too.
  await at.trustIn("log nothing\n");
  await isError("policy", /^Line 1: .*not well-formed/);
  assert.equal(await page.locator("#guide").isVisible(), true);
  await page.setInputFiles("#file", { name: "mine.ndjson", mimeType: "", buffer: at.samples.get("honest") });
  await page.locator("#stopped", { hasText: "No answer yet" }).waitFor();
  await isError("policy", /not well-formed/);
  await at.trustIn("example.com/log+00000000+AAAA");
  await isError("policy", /not a usable key/);
  await at.trustIn("");
  await at.word("mine.ndjson");
  await page.fill("#expect", "12");
  await isError("expect", /SIZE:HEAD/);
  await page.fill("#expect", "");
  assert.equal(await at.word("mine.ndjson"), "Not proven");
  assert.equal(await page.locator("#expect-error").isVisible(), false);
});

test("a second file's answer stands alone, and the first is a click away", async () => {
  const { page } = at;
  await at.trustIn(at.policy);
  assert.equal(await at.give("first.ndjson", at.samples.get("honest")), "Verified");
  assert.equal(await at.give("second.ndjson", at.samples.get("tampered")), "Mismatch");
  assert.equal(await page.locator("#report .word").count(), 1);
  assert.equal(await page.locator("#answer").getByText("first.ndjson").count(), 0);
  await page.locator(".run", { hasText: "first.ndjson" }).click();
  assert.equal(await at.word("first.ndjson"), "Verified");
  assert.equal(await page.locator('.run[aria-pressed="true"]').count(), 1);
});

test("several files at once are a list, each with its answer, and one can be removed", async () => {
  const { page } = at;
  await at.trustIn(at.policy);
  await page.setInputFiles("#file", [
    { name: "one.ndjson", mimeType: "", buffer: at.samples.get("honest") },
    { name: "two.ndjson", mimeType: "", buffer: at.samples.get("tampered") },
    { name: "three.ndjson", mimeType: "", buffer: at.samples.get("revoked") },
  ]);
  await page.locator('.runs li[data-verdict="revoked"]').waitFor();
  assert.deepEqual(await page.locator(".runs .run-word").allInnerTexts(), ["Verified", "Mismatch", "Revoked"]);
  assert.equal(await at.word("one.ndjson"), "Verified");
  await page.click('[aria-label="Remove one.ndjson"]');
  assert.equal(await at.word("two.ndjson"), "Mismatch");
  assert.equal(await page.locator(".runs .run").count(), 2);
});

test("the key of a sample does not judge the reader's own file", async () => {
  const { page } = at;
  await page.click('[data-sample="honest"]');
  assert.equal(await at.word("honest.ndjson"), "Verified");
  assert.match(await page.locator(".of-sample").innerText(), /Its key never judges a file of yours/);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Not proven");
  assert.equal(await page.inputValue("#policy"), "");
  assert.match(await page.locator(".counts").innerText(), /As sealed/);
  assert.doesNotMatch(await page.locator(".counts").innerText(), /Verified/);
});

test("a key that the reader gave stays through a look at a sample", async () => {
  const { page } = at;
  await at.trustIn(at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  await page.click('[data-sample="tampered"]');
  assert.equal(await at.word("tampered.ndjson"), "Mismatch");
  await page.click('[data-sample="revoked"]');
  assert.equal(await at.word("revoked.ndjson"), "Revoked");
  assert.equal(await at.give("mine-again.ndjson", at.samples.get("honest")), "Verified");
  assert.equal(await page.inputValue("#policy"), at.policy);
});

test("a compressed file and a dropped file are read like any other", async () => {
  await at.trustIn(at.policy);
  assert.equal(await at.give("packed.ndjson.gz", gzipSync(at.samples.get("honest"))), "Verified");
  await drop("body", { "dropped.ndjson": at.samples.get("tampered").toString() });
  assert.equal(await at.word("dropped.ndjson"), "Mismatch");
});

/** Drops files of these names and texts. */
async function drop(target, files) {
  const transfer = await at.page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await at.page.dispatchEvent(target, "drop", { dataTransfer: transfer });
}

test("a key given as a file or dropped on its field is trusted", async () => {
  const { page } = at;
  await page.setInputFiles("#policy-file", { name: "issuer.policy", mimeType: "", buffer: Buffer.from(at.policy) });
  await page.waitForFunction((policy) => document.querySelector("#policy").value === policy, at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  await at.trustIn("");
  await at.verdict("not_proven");
  await drop("#policy", { "issuer.policy": at.policy });
  await at.verdict("verified");
});

test("a policy that comes along with other files judges nothing before the reader takes it", async () => {
  const { page } = at;
  await drop("body", { "export.ndjson": at.samples.get("honest").toString(), "issuer.policy": at.policy });
  await page.locator("#offered").waitFor();
  assert.equal(await at.word("export.ndjson"), "Not proven");
  assert.equal(await page.inputValue("#policy"), "");
  await page.click("#accept-offered");
  await at.verdict("verified");
});

test("a key given where exports go, alone or not, never takes the place of the one that is trusted", async () => {
  const { page } = at;
  const other = "evil.example/log+8af443c0+ARcOJWvcSj514b7NrJR19fcW1niEezmPgDLGsisZAkD6";
  await at.trustIn(at.policy);
  assert.equal(await at.give("october.ndjson", at.samples.get("honest")), "Verified");
  await page.setInputFiles("#file", { name: "november.ndjson", mimeType: "", buffer: Buffer.from(at.policy.replace("quorum none", "# of somebody else\nquorum none")) });
  await page.locator("#offered").waitFor();
  assert.equal(await page.inputValue("#policy"), at.policy);
  assert.equal(await page.locator("#report .word").innerText(), "Verified");
  // What cannot be used is not offered at all: this key's hash is not of its name.
  await page.click("#ignore-offered");
  await page.setInputFiles("#file", { name: "december.ndjson", mimeType: "", buffer: Buffer.from(`log ${other}\n`) });
  await page.locator("#file-note", { hasText: "december.ndjson" }).waitFor();
  assert.equal(await page.locator("#offered").count(), 0);
  assert.equal(await page.inputValue("#policy"), at.policy);
});

test("an offer names the keys that count, and none takes its place under the reader's hand", async () => {
  const { page } = at;
  const [vkey] = at.policy.match(/\S+\+[0-9a-f]{8}\+\S+/);
  const hidden = `# log issuer.example/real+00000000+AAAA ${"-".repeat(500)}\n${at.policy}`;
  await page.goto("about:blank");
  await page.goto(`${SITE}#${new URLSearchParams({ policy: hidden })}`);
  assert.ok((await page.locator("#offered .values").innerText()).includes(vkey));
  await page.setInputFiles("#file", { name: "second.policy", mimeType: "", buffer: Buffer.from(at.policy) });
  assert.match(await page.locator("#offered").innerText(), /The link you followed/);
  await page.click("#ignore-offered");
  await page.locator("#offered", { hasText: "second.policy" }).waitFor();
  assert.equal(await page.inputValue("#policy"), "");
});

test("a small file of many empty lines is told from a policy at once", async () => {
  for (const text of [`#${"\n".repeat(200)}x`, "+00000000+A".repeat(1000), `${" ".repeat(10000)}\n`.repeat(3)]) {
    assert.equal(await at.give("lines.ndjson", Buffer.from(text)), "Not proven");
    await at.page.locator("#report .verdict .file-name").waitFor();
    await at.page.reload();
  }
});

test("what is pasted is told apart: a head, a key, a policy, an export", async () => {
  const { page } = at;
  const paste = (text) =>
    page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  const head = `204:${"ab".repeat(32)}`;
  await paste(head);
  await page.click("#accept-offered");
  assert.equal(await page.inputValue("#expect"), head);
  await page.fill("#expect", "");
  const vkey = at.policy.match(/\S+\+[0-9a-f]{8}\+\S+/)[0];
  await paste(vkey);
  await page.click("#accept-offered");
  assert.equal(await page.inputValue("#policy"), `${vkey}\n`);
  await paste(at.policy);
  await page.click("#accept-offered");
  assert.equal(await page.inputValue("#policy"), at.policy);
  await paste(at.samples.get("honest").toString());
  assert.equal(await at.word("Pasted text"), "Verified");
  // The same by the field, for who has no key for pasting.
  await page.click(".paste summary");
  await page.fill("#pasted", at.samples.get("tampered").toString());
  await page.click("#use-pasted");
  await at.verdict("mismatch");
});

test("trust in an address judges nothing before the reader takes it", async () => {
  const { page } = at;
  await page.goto("about:blank");
  await page.goto(`${SITE}#${new URLSearchParams({ policy: at.policy })}`);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Not proven");
  assert.equal(await page.inputValue("#policy"), "");
  assert.match(await page.locator("#offered").innerText(), /The link you followed brings its own trust/);
  assert.ok(at.requests.every((address) => !address.includes("policy=")));
  await page.click("#accept-offered");
  await at.verdict("verified");
  const link = await page.locator("#trust-link").getAttribute("href");
  assert.equal(new URLSearchParams(new URL(link).hash.slice(1)).get("policy"), at.policy);
  await page.reload();
  await page.click("#ignore-offered");
  assert.equal(await page.inputValue("#policy"), "");
});

test("what cannot be used as trust, such as a secret key, goes into no link and is not kept", async () => {
  const { page } = at;
  await at.trustIn(at.policy);
  await page.check("#remember");
  await at.trustIn("PRIVATE+KEY+callstream.example/audit+8af443c0+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  await page.locator("#policy-error:visible").waitFor();
  assert.equal(await page.locator("#trust-link").count(), 0);
  assert.ok((await page.evaluate(() => Object.values(localStorage))).every((kept) => !kept.includes("PRIVATE")));
});

test("trust is kept in the browser only if asked to, and forgotten on a word", async () => {
  const { page } = at;
  const kept = () => page.evaluate(() => localStorage.length);
  await at.trustIn(at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  assert.equal(await kept(), 0);
  await page.check("#remember");
  assert.equal(await kept(), 1);
  await page.reload();
  assert.equal(await page.inputValue("#policy"), at.policy);
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  await page.click("#forget");
  assert.equal(await kept(), 0);
  await page.reload();
  assert.equal(await page.inputValue("#policy"), "");
});

test("what is no bundle proves nothing", async () => {
  const { page } = at;
  assert.equal(await at.give("picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255])), "Not proven");
  assert.match(await page.locator(".sentence").innerText(), /not a bundle/);
  assert.equal(await at.give("empty.ndjson", Buffer.alloc(0)), "Not proven");
  assert.equal(await page.locator(".as-of").count(), 0);
});

test("a file that is gone is an error and no verdict", async () => {
  const { page } = at;
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  const path = join(folder, "gone.ndjson");
  await writeFile(path, at.samples.get("honest"));
  await page.setInputFiles("#file", path);
  assert.equal(await at.word("gone.ndjson"), "Not proven");
  await rm(folder, { recursive: true });
  await at.trustIn(at.policy);
  await page.locator("#stopped", { hasText: "The file cannot be read." }).waitFor();
  assert.equal(await page.locator("#answer").getAttribute("data-verdict"), null);
});

test("a verifier that does not load says so and gives no verdict", async () => {
  // What keeps the page for offline use would have the module already.
  await at.close();
  await at.open({ serviceWorkers: "block" });
  const { page } = at;
  await at.context.route("**/*.wasm", (route) => route.abort());
  await page.reload();
  await page.locator("#stopped", { hasText: "could not be loaded" }).waitFor();
  await at.context.unroute("**/*.wasm");
  await page.reload();
  await page.click('[data-sample="honest"]');
  assert.equal(await at.word("honest.ndjson"), "Verified");
  // The browser's own words about the request that was cut and the worker that was kept away.
  assert.deepEqual(at.complaints.splice(0).filter((complaint) => !/net::ERR_FAILED|Service Worker registration blocked/.test(complaint)), []);
});

test("from file to answer and report nothing is requested", async () => {
  const { page } = at;
  await at.trustIn(at.policy);
  await page.waitForLoadState("networkidle");
  at.requests.length = 0;
  assert.equal(await at.give("mine.ndjson", at.samples.get("honest")), "Verified");
  await page.locator('[data-out="html"]:enabled').waitFor();
  await Promise.all([page.waitForEvent("download"), page.click('[data-out="html"]')]);
  assert.deepEqual(at.requests.filter((address) => !address.startsWith("blob:")), []);
});

test("hostile text is inert and its hidden characters are in the open", async () => {
  const { page } = at;
  const name = "<img src=x onerror=alert(1)>\u202Enosjdn.\u200B\u0007Verified.ndjson";
  const origin = "<svg/onload=alert(1)><h2>Verified</h2>";
  const text = at.samples.get("honest").toString().replace(/"origin":"[^"]*"/, `"origin":"${origin}"`);
  await page.setInputFiles("#file", { name, mimeType: "", buffer: Buffer.from(text) });
  assert.equal(await at.word("img src=x"), "Mismatch");
  assert.equal(await page.locator("#answer img").count(), 0);
  assert.equal(await page.locator("#answer svg[onload]").count(), 0);
  assert.equal(await page.locator("#answer h2", { hasText: "Verified" }).count(), 0);
  const shown = await page.locator("#report .verdict .file-name").innerText();
  assert.match(shown, /<img src=x onerror=alert\(1\)>U\+202Enosjdn\.U\+200B U\+0007Verified\.ndjson/);
  assert.ok((await page.locator("#report").innerText()).includes(origin));
  const all = `${await page.locator("#report").innerText()}${await page.locator("#status").innerText()}${await page.title()}`;
  assert.doesNotMatch(all, /[\u202E\u200B\u0007]/u);
});

test("every character without ink is written as its code point, and long text is shortened with its length said", async () => {
  const { page } = at;
  const shownOf = async (name) => {
    await page.setInputFiles("#file", []);
    await page.evaluate((name) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x"], name));
      document.querySelector("#file").files = transfer.files;
      document.querySelector("#file").dispatchEvent(new Event("change", { bubbles: true }));
    }, name);
    await page.locator('#report [data-out="json"]:enabled').waitFor();
    const shown = await page.locator("#report .verdict .file-name .data").evaluate((data) => Array.from(data.childNodes).filter((node) => node.nodeType !== 8).map((node) => (node.nodeType === 1 ? `[${node.textContent}]` : node.nodeValue)).join(""));
    await page.evaluate(() => document.querySelector(".remove")?.click());
    return shown;
  };
  const hidden = [
    ...[0x00, 0x07, 0x0a, 0x1b, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1680, 0x180e, 0x2000, 0x200b, 0x200d, 0x200e, 0x2028, 0x2029],
    ...[0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x2800, 0x3000, 0x3164, 0xe000, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0x1d173, 0xe0041, 0x10ffff],
  ];
  const text = hidden.map((number) => `a${String.fromCodePoint(number)}b`).join("");
  const codes = hidden.map((number) => `a[U+${number.toString(16).toUpperCase().padStart(4, "0")}]b`).join("");
  assert.equal(await shownOf(text), codes);
  for (const plain of ["plain text", "Ünïcödé", "日本語", "שלום", "👋"]) assert.equal(await shownOf(plain), plain);
  assert.equal(await shownOf("e\u0301\u0301\u0301\u0301\u0301"), "e\u0301\u0301\u0301[U+0301 U+0301]");
  assert.equal(await shownOf("x".repeat(10_000_000)), `${"x".repeat(400)}[and 9,999,600 more characters]`);
});

test("a large file shows its progress and can be canceled at once", async () => {
  const { page } = at;
  await giveLarge(page, at.samples.get("honest"));
  await page.waitForFunction(() => document.querySelector("#progress")?.value > 0);
  assert.match(await page.locator("#reading-amount").innerText(), /B of 40\.\d\sGB, [\d.]+\s.B a second, about \d+ (second|minute)s? left/);
  await page.click("#cancel");
  assert.ok(await page.locator("#stopped", { hasText: "Canceled" }).isVisible());
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Verify again");
  // The worker hears it as well: to read on to the end would take longer than this test waits.
  await at.trustIn(at.policy);
  assert.equal(await at.give("small.ndjson", at.samples.get("honest")), "Verified");
  assert.equal(await page.locator("#answer").getByText("large.ndjson").count(), 0);
});

test("on a phone nothing runs off the side, and the answer comes into view", async () => {
  const { page } = at;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.click('[data-sample="tampered"]');
  await at.word("tampered.ndjson");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  const box = await page.locator("#report .word").boundingBox();
  assert.ok(box && box.y >= 0 && box.y < 422, `the word stands at ${box?.y}`);
});
