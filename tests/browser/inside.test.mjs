// Looking into an export: what is shown is what stands in the file, and what is hashed can be hashed by hand.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { verify } from "call-stream-verify";
import { bundle, canonical, event, read, sha256 } from "./bundles.mjs";
import { allRows, axeComplaints, fetched, give, launch, open, rowsDrawn, sample, SITE } from "./looking.mjs";

let browser;
let page;
let end;
let folder;
const samples = new Map();
let policy;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), "inside-"));
  for (const name of ["honest", "tampered", "revoked", "redacted"]) {
    samples.set(name, await fetched(`samples/${name}.ndjson`));
    await writeFile(join(folder, `${name}.ndjson`), samples.get(name));
  }
  policy = (await fetched("samples/policy.txt")).toString();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => ({ page, end } = await open(browser)));
afterEach(() => end());

/** Runs a command that the page shows, beside the files, and gives the digest it ends with. */
function byHand(command) {
  const output = execFileSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
  const digest = /[0-9a-f]{64}/.exec(output)?.[0];
  assert.ok(digest, `${command} gave no digest: ${output}`);
  return digest;
}

const command = (step) => page.locator(`line-detail [data-step="${step}"] .command code`).innerText();
const digest = (name, value) => page.locator(`line-detail [data-digest="${name}"] [data-value="${value}"] dd`).innerText();
const exactText = () => page.locator("line-detail .exact").first().textContent();

async function find(callId) {
  await page.click("#tab-calls");
  await page.fill("#calls-find", callId);
  await page.press("#calls-find", "Enter");
  await page.locator('[data-list="calls"] [aria-selected="true"]', { hasText: callId }).click();
  await page.locator("line-detail [aria-busy=false] .told").waitFor();
}

async function openEntry(seq) {
  await page.click("#tab-timeline");
  await page.fill("#go-to", String(seq));
  await page.press("#go-to", "Enter");
  await page.locator('[data-list="timeline"] [aria-selected="true"]:not([aria-busy])').click();
  await page.locator("line-detail [data-digest=entry]").waitFor();
}

for (const name of ["honest", "revoked", "redacted"]) {
  test(`the timeline of the sample ${name} has the rows that Node reads from the file`, async () => {
    await sample(page, name);
    const { rows } = read(samples.get(name));
    const shown = await allRows(page, "timeline");
    assert.equal(shown.length, rows.length);
    rows.forEach((row, index) => {
      const { seq, event: what, entity, time } = shown[index];
      if (row.type === "checkpoint") {
        assert.equal(seq, `line ${row.line.toLocaleString("en")}`);
        assert.match(what, new RegExp(`^Checkpoint over ${Number(row.note.split("\n")[1]).toLocaleString("en")} entries`));
        return;
      }
      assert.equal(seq, row.seq.toLocaleString("en"));
      assert.ok(what.includes(row.entry.event_type), what);
      assert.equal(entity, row.entry.entity_id);
      assert.ok(time.startsWith(row.entry.timestamp) && time.length > row.entry.timestamp.length, time);
    });
  });
}

test("a sequence number and a call ID are jumped to, again to the next entry about it", async () => {
  await sample(page, "revoked");
  const { rows } = read(samples.get("revoked"));
  const at = rows.findIndex(({ seq }) => seq === 120);
  await page.fill("#go-to", "120");
  await page.press("#go-to", "Enter");
  await page.locator(`[data-list="timeline"] [data-index="${at}"][aria-selected="true"]`).waitFor();
  const revocation = rows.find(({ entry }) => entry?.event_type === "version.revoked");
  const about = rows.flatMap(({ entry }, index) => (entry?.entity_id === revocation.entry.entity_id ? [index] : []));
  assert.ok(about.length > 1);
  await page.fill("#go-to", revocation.entry.entity_id);
  await page.locator('[data-list="timeline"]').focus();
  await page.keyboard.press("Home");
  for (const index of about) {
    await page.press("#go-to", "Enter");
    await page.locator(`[data-list="timeline"] [data-index="${index}"][aria-selected="true"]`).waitFor();
  }
  await page.fill("#go-to", "nobody");
  await page.press("#go-to", "Enter");
  await page.locator(".inside-status", { hasText: "Nothing here" }).waitFor();
});

test("the findings of the report are marked in the timeline and stepped through", async () => {
  await sample(page, "tampered");
  const report = await verify(samples.get("tampered"), { policy });
  const finding = report.findings.find(({ code }) => code === "call-mismatch");
  await page.click("#next-finding");
  const row = page.locator('[data-list="timeline"] [aria-selected="true"]');
  await row.locator(".mark", { hasText: "Mismatch" }).waitFor();
  assert.ok((await row.innerText()).includes(finding.call_id));
  assert.match(await page.locator(".inside-status").innerText(), /^Finding 1 of \d+: /);
  assert.match(await page.locator(".overview").getAttribute("aria-label"), /1 place with findings.*2 checkpoints/);
});

test("a gap in the sequence is marked where it stands", async () => {
  const lines = bundle(Array.from({ length: 20 }, (_, number) => event(number))).toString().split("\n");
  lines.splice(6, 3);
  await give(page, "gap.ndjson", Buffer.from(lines.join("\n")));
  const row = page.locator('[data-list="timeline"] .grid-row:has(.mark)', { hasText: "3 entries are missing in front" });
  assert.match(await row.innerText(), /^8\s/);
});

test("calls have the results that the report tells, and are filtered by them", async () => {
  await sample(page, "revoked");
  const report = await verify(samples.get("revoked"), { policy, all: true });
  const told = new Map(report.results.map(({ call_id, result }) => [call_id, result]));
  const WORDS = { verified: "Verified", mismatch: "Mismatch", revoked: "Revoked", not_proven: "Not proven" };
  await page.click("#tab-calls");
  await page.locator('[data-list="calls"] .result').first().waitFor();
  const { calls } = read(samples.get("revoked"));
  const shown = await allRows(page, "calls");
  assert.deepEqual(shown.map(({ call, result, where }) => [call, result, where]), calls.map(({ call, line }) => [call.call_id, WORDS[told.get(call.call_id)], `line ${line.toLocaleString("en")}`]));
  for (const [result, word] of Object.entries(WORDS)) {
    const expected = calls.map(({ call }) => call.call_id).filter((id) => told.get(id) === result);
    await page.selectOption("#calls-filter", result);
    await page.locator("#calls-amount", { hasText: new RegExp(`^${expected.length} calls?$`) }).waitFor();
    if (expected.length === 0) continue;
    const filtered = await allRows(page, "calls");
    assert.deepEqual(filtered.map(({ call }) => call), expected);
    assert.ok(filtered.every((row) => row.result === word));
  }
});

test("without trust no call is called verified", async () => {
  await give(page, "mine.ndjson", samples.get("honest"));
  await page.click("#tab-calls");
  await page.locator('[data-list="calls"] .result').first().waitFor();
  assert.ok((await allRows(page, "calls")).every(({ result }) => result === "As sealed"));
  await find(read(samples.get("honest")).calls[0].call.call_id);
  assert.equal(await page.locator("line-detail", { hasText: "Verified" }).count(), 0);
});

test("of a call behind the place where judging stopped nothing is said", async () => {
  const lines = samples.get("honest").toString().trimEnd().split("\n");
  const last = lines.findLastIndex((line) => line.startsWith('{"type":"call"'));
  const { call } = JSON.parse(lines[last]);
  lines.splice(last, 1, '{"type":"note"}', lines[last].replace(/"duration":\d+/, '"duration":9999'));
  await give(page, "mine.ndjson", Buffer.from(`${lines.join("\n")}\n`));
  await page.click("#tab-calls");
  await page.locator('[data-list="calls"] .result').first().waitFor();
  const shown = await allRows(page, "calls");
  assert.ok(shown.some(({ call: id }) => id === call.call_id));
  assert.ok(shown.every(({ result }) => result !== "As sealed" && result !== "Verified"), shown.at(-1).result);
});

test("a call's payload is shown as it was hashed, and the commands beside it give the digests shown", async () => {
  await sample(page, "honest");
  const { lines, calls } = read(samples.get("honest"));
  const call = calls.find(({ call }) => call.recording_ref !== undefined && /[^\u0000-\u007f]/.test(call.transcript));
  await find(call.call.call_id);
  const payload = JSON.stringify(call.call);
  assert.equal(await exactText(), payload);
  assert.deepEqual(await page.locator(".member-list dt").allInnerTexts(), Object.keys(call.call));
  const sealed = lines.findLast(({ entry }) => entry?.event_type === "version.created" && entry.entity_id === call.call.call_id).entry.payload;
  assert.equal(await digest("payload", "computed"), sha256(payload));
  for (const [step, expected] of [["payload", sealed.canonical_payload_hash], ["metadata", sealed.component_hashes.metadata], ["transcript", sealed.component_hashes.transcript]]) {
    assert.equal(await digest(step, "sealed"), expected);
    assert.equal(await digest(step, "computed"), expected);
    assert.equal(byHand(await command(step)), expected);
    assert.equal(await page.locator(`[data-digest="${step}"]`).getAttribute("data-same"), "same");
  }
});

test("of a tampered call the digest that differs is named, and by hand it differs, too", async () => {
  await sample(page, "tampered");
  const report = await verify(samples.get("tampered"), { policy });
  const [result] = report.results.filter(({ result }) => result === "mismatch");
  await find(result.call_id);
  assert.equal(await page.locator(".told").getAttribute("data-told"), "mismatch");
  assert.deepEqual([await digest("payload", "sealed"), await digest("payload", "computed")], [result.expected, result.computed]);
  assert.equal(byHand(await command("payload")), result.computed);
  for (const { name, result: said } of result.components) {
    if (said !== "match" && said !== "mismatch") continue;
    const isSame = said === "match";
    assert.equal(await page.locator(`[data-digest="${name}"]`).getAttribute("data-same"), isSame ? "same" : "differs");
    assert.equal(await page.locator(`[data-digest="${name}"] .said`).innerText(), isSame ? "same" : "differs");
    assert.equal(byHand(await command(name)) === (await digest(name, "sealed")), isSame);
  }
});

test("an entry is shown as it was hashed, and by hand it has its hash; from there its call is reached", async () => {
  await sample(page, "honest");
  const row = read(samples.get("honest")).rows.find(({ seq }) => seq === 7);
  await openEntry(7);
  assert.equal(await exactText(), canonical(row.entry));
  assert.deepEqual([await digest("entry", "sealed"), await digest("entry", "computed")], [row.entry_hash, row.entry_hash]);
  assert.equal(byHand(await command("entry")), row.entry_hash);
  await page.click("#open-call");
  await page.locator("line-detail h4", { hasText: row.entry.entity_id }).waitFor();
  await page.locator(".history button", { hasText: "Entry 7" }).click();
  await page.locator("line-detail h4", { hasText: "Entry 7" }).waitFor();
});

test("text that jq spells in another way is cut out of the line, and has its hash all the same", async () => {
  const odd = event(0, { payload: { big: 1e21, small: 1.5e-7, text: "a\u007fb \u2028 \\\"" } });
  const bytes = bundle([odd]);
  const [{ entry_hash: expected }] = read(bytes).rows;
  for (const [name, given] of [["odd.ndjson", bytes], ["odd.ndjson.gz", gzipSync(bytes)]]) {
    await writeFile(join(folder, name), given);
    await give(page, name, given);
    await openEntry(0);
    assert.equal(await digest("entry", "computed"), expected);
    const shown = await command("entry");
    assert.ok(!shown.includes("jq"));
    assert.equal(byHand(shown), expected);
  }
});

test("what is withheld is said to be, and what is disclosed has its commitment by hand", async () => {
  await sample(page, "redacted");
  const { lines, calls } = read(samples.get("redacted"));
  const [redacted] = calls;
  const commitments = lines.find(({ entry }) => entry?.entity_id === redacted.call.call_id).entry.payload.field_commitments;
  await find(redacted.call.call_id);
  const withheld = Object.keys(commitments).filter((name) => !(name in redacted.call));
  assert.ok(withheld.length > 0);
  const shown = page.locator(".member-list > [data-withheld]");
  assert.deepEqual((await shown.locator("dt").allInnerTexts()).sort(), withheld.sort());
  assert.ok((await shown.allInnerTexts()).every((text) => text.includes("withheld")));
  for (const [name, commitment] of Object.entries(commitments)) {
    assert.ok((await page.locator(`[data-member="${name}"]`).innerText()).includes(commitment), name);
  }
  await page.locator(".steps-folded summary").click();
  for (const name of Object.keys(redacted.salts)) assert.equal(byHand(await command(`commitment-${name}`)), commitments[name], name);
});

test("hostile text is inert and in the open, and no command holds any of it", async () => {
  const hostile = "\u202egnp.exe\u200b<img src=x onerror=alert(1)>\u001b[31m";
  const bytes = bundle([event(0, { entity_id: hostile, payload: { "$(reboot)": "`reboot`" } })]);
  await give(page, "';reboot;'.ndjson", bytes);
  const [[, cells]] = await rowsDrawn(page, "timeline");
  assert.ok(cells.entity.startsWith("U+202Egnp.exeU+200B<img src=x"), cells.entity);
  await openEntry(0);
  assert.ok(!/[\u202e\u200b\u001b]/.test(await page.locator("inside-view").innerText()));
  assert.equal(await page.locator("inside-view img").count(), 0);
  const shown = await command("entry");
  assert.ok(!shown.includes("reboot"), shown);
  await writeFile(join(folder, "bundle.ndjson"), bytes);
  assert.equal(byHand(shown), await digest("entry", "computed"));
});

test("a long text comes in parts that together are the text", async () => {
  const long = "word \u202e".repeat(6_000);
  await give(page, "long.ndjson", bundle([event(0, { payload: { long } })]));
  await openEntry(0);
  const expected = canonical(read(bundle([event(0, { payload: { long } })])).rows[0].entry);
  assert.ok((await exactText()).length < 20_000);
  for (let parts = 0; (await page.locator(".show-more").count()) > 0; parts += 1) {
    assert.ok(parts < 10);
    await page.click(".show-more");
  }
  assert.equal((await exactText()).replaceAll("U+202E", "\u202e"), expected);
});

test("a transcript of 10 MB is listed among its members, shortened, and has its digests by hand", async () => {
  const [manifest, ...rest] = samples.get("honest").toString().split("\n");
  const { calls } = read(samples.get("honest"));
  const [{ call, line }] = calls;
  const text = 'He said: \\"yes\\". '.repeat(500_000);
  rest[line - 2] = `{"type":"call","call":${JSON.stringify({ ...call, transcript: "" }).replace('"transcript":""', () => `"transcript":"${text}"`)}}`;
  await page.evaluate(() => {
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
  const path = join(folder, "large.ndjson");
  await writeFile(path, [manifest, ...rest].join("\n"));
  await give(page, "large.ndjson", path);
  await find(call.call_id);
  assert.deepEqual(await page.locator(".member-list dt").allInnerTexts(), Object.keys(call));
  const shown = await page.locator('[data-member="transcript"]').innerText();
  assert.ok(shown.length < 1_000 && shown.includes(`${(text.length + 2).toLocaleString("en")} characters`), shown);
  assert.equal(byHand(await command("transcript")), await digest("transcript", "computed"));
  assert.equal(byHand(await command("payload")), await digest("payload", "computed"));
  assert.equal(byHand(await command("metadata")), await digest("metadata", "computed"));
  assert.equal(await page.locator('[data-digest="metadata"]').getAttribute("data-same"), "same");
  console.log(`tasks over 50 ms: ${(await page.evaluate(() => globalThis.long)).map(Math.round).join(", ") || "none"}`);
});

test("changed trust closes what was opened under the old one, and takes no focus", async () => {
  await give(page, "mine.ndjson", samples.get("honest"));
  await openEntry(3);
  await page.fill("#policy", policy);
  await page.locator('#answer[data-verdict="verified"]').waitFor();
  await page.locator('[data-list="timeline"] .event').first().waitFor();
  assert.equal(await page.locator("line-detail").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), "policy");
});

test("by the keyboard alone a row is reached, opened and left", async () => {
  await sample(page, "honest");
  const grid = page.locator('[data-list="timeline"]');
  await grid.focus();
  for (const key of ["End", "Home", "ArrowDown", "ArrowDown", "ArrowUp", "PageDown"]) await page.keyboard.press(key);
  const active = await grid.getAttribute("aria-activedescendant");
  const index = Number(await page.locator(`#${active}`).getAttribute("data-index"));
  assert.ok(index > 1);
  await page.keyboard.press("Enter");
  await page.locator("line-detail [data-digest=entry]").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "detail-title");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("line-detail").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.dataset.list), "timeline");
  await page.locator("#tab-timeline").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-calls");
  await page.locator('[data-list="calls"]').waitFor();
});

for (const [language, scheme] of [["en", "light"], ["es", "dark"], ["de", "light"], ["pseudo", "dark"]]) {
  test(`axe finds nothing in the views in ${language}, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${SITE}#lang=${language}`);
    await page.reload();
    await sample(page, "revoked");
    await page.click("#next-finding");
    assert.deepEqual(await axeComplaints(page, "inside-view"), []);
    await openEntry(3);
    assert.deepEqual(await axeComplaints(page, "inside-view"), []);
    await find(read(samples.get("revoked")).calls[0].call.call_id);
    assert.deepEqual(await axeComplaints(page, "inside-view"), []);
    await sample(page, "redacted");
    await page.click("#tab-compare");
    await page.click("#compare-start");
    await page.locator(".comparison").waitFor();
    assert.deepEqual(await axeComplaints(page, "inside-view"), []);
  });
}
