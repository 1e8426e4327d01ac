// What the engine tells of a file, against what Node reads of it; files that are none; canceling; a million entries.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { reportText, verifyReceipt } from "call-stream-verify";
import { bundle, bundleLines, canonical, event, sha256 } from "./bundles.mjs";
import { enginePage } from "./engine-page.mjs";
import { launch, SITE } from "./looking.mjs";

const SAMPLES = new URL("../../www/public/samples/", import.meta.url);
const SHARED = new URL("../../../shared/vectors/bundles/", import.meta.url);
const CANCEL_MS = 200;
const MOST_BYTES_AN_ENTRY = 60;

let folder;
let browser;
let site;
let page;
let complaints;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-files-"));
  site = await enginePage(SITE);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(site.address);
  await page.evaluate(() => engine.ready());
});
afterEach(async () => {
  await page.close();
  assert.deepEqual(complaints, []);
});

/** Puts a file into the page's field. */
async function given(name, bytes) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  await page.setInputFiles("#file", path);
}

/** All that the contents of the file in the field tell. */
async function told(name, bytes, exactly = []) {
  await given(name, bytes);
  return page.evaluate(async (exactly) => {
    const run = await opened();
    const { contents } = run;
    const { rows, entries, calls, range } = contents;
    const all = { sha256: run.sha256, rows, entries, calls, range, timeline: [], callRows: [], hashes: [], exact: [] };
    for (let at = 0; at < rows; at += 5000) all.timeline.push(...(await contents.timeline(at, at + 5000)));
    for (let at = 0; at < calls; at += 5000) all.callRows.push(...(await contents.callRows(at, at + 5000)));
    for (let at = 0; at < entries; at += 5000) all.hashes.push(...(await contents.hashes(at, at + 5000)));
    for (const line of exactly) all.exact.push(await contents.exact(line));
    all.found = await Promise.all(all.callRows.slice(0, 50).map(({ callId }) => contents.findCall(callId)));
    const names = [...new Set(all.timeline.map(({ entityId }) => entityId))].filter((name) => name !== undefined).slice(0, 50);
    all.rowsOf = await Promise.all(names.map(async (name) => [name, await contents.rowsOf(name)]));
    const seqs = all.timeline.map(({ seq }) => seq).filter((seq) => seq !== undefined).slice(-50);
    all.rowsOfSeqs = await Promise.all(seqs.map(async (seq) => [seq, await contents.rowOfSeq(seq)]));
    all.rowsOfLines = await Promise.all(Array.from({ length: 20 }, (_, line) => contents.rowOfLine(line + 1)));
    all.nowhere = [await contents.rowOfSeq(range.end), await contents.findCall("nobody"), (await contents.rowsOf("nobody of this name at all")).length];
    run.close();
    return all;
  }, exactly);
}

/** The same, read by Node line by line. */
function plainly(bytes, exactly = []) {
  const texts = bytes.toString().split("\n");
  if (texts.at(-1) === "") texts.pop();
  const lines = texts.map((text, index) => ({ line: index + 1, text, value: attempted(text) }));
  const rowLines = lines.filter(({ value }) => !["manifest", "call", "redacted", "consistency", "inclusion", "end"].includes(value?.type));
  const entries = rowLines.filter(({ value }) => value?.type === "entry");
  let before;
  const timeline = rowLines.map(({ line, value }, row) => {
    if (value?.type === "checkpoint") {
      const [, size, , , ...signatures] = value.note.split("\n");
      return { row, line, kind: "checkpoint", size: Number(size), cosignatures: signatures.filter((text) => text.startsWith("— ")).length - 1 };
    }
    if (value?.type !== "entry") return { row, line, kind: value?.type === "anchor" ? "anchor" : "other" };
    const { seq, entry } = value;
    const gap = before !== undefined && seq > before + 1 ? { gap: seq - before - 1 } : {};
    before = seq;
    return { row, line, kind: "entry", seq, entityId: entry.entity_id, eventType: entry.event_type, timestamp: entry.timestamp, ...gap };
  });
  const rowsOf = new Map();
  for (const row of timeline.filter(({ kind }) => kind === "entry")) rowsOf.set(row.entityId, [...(rowsOf.get(row.entityId) ?? []), row]);
  const presented = lines.filter(({ value }) => value?.type === "call" || value?.type === "redacted");
  const presentedIds = new Set(presented.map(({ value }) => value.call.call_id));
  const missing = [...rowsOf].filter(([id, rows]) => !presentedIds.has(id) && rows.some(({ eventType }) => eventType === "version.created")).map(([id]) => id);
  const countOf = (id) => rowsOf.get(id)?.length ?? 0;
  const callRows = [
    ...presented.map(({ line, value }) => ({ callId: value.call.call_id, line, redacted: value.type === "redacted", rows: countOf(value.call.call_id) })),
    ...missing.sort().map((callId) => ({ callId, line: undefined, redacted: false, rows: countOf(callId) })),
  ];
  const seqs = entries.map(({ value }) => value.seq);
  return {
    sha256: sha256(bytes),
    rows: rowLines.length,
    entries: entries.length,
    calls: callRows.length,
    range: seqs.length === 0 ? { start: 0, end: 0 } : { start: seqs.reduce((a, b) => Math.min(a, b)), end: seqs.reduce((a, b) => Math.max(a, b)) + 1 },
    timeline,
    callRows,
    hashes: entries.map(({ value }) => value.entry_hash),
    exact: exactly.map((line) => texts[line - 1]),
    found: callRows.slice(0, 50).map(({ callId }) => callRows.findIndex((row) => row.callId === callId)),
    rowsOf: [...rowsOf].slice(0, 50).map(([name, rows]) => [name, rows.map(({ row }) => row)]),
    rowsOfSeqs: seqs.slice(-50).map((seq) => [seq, timeline.findIndex((row) => row.seq === seq)]),
    rowsOfLines: Array.from({ length: 20 }, (_, line) => rowLines.findIndex((row) => row.line >= line + 1)),
    nowhere: [-1, -1, 0],
  };
}

function attempted(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function compare(found, expected, name) {
  const { exact, ...rest } = found;
  const { exact: texts, ...plain } = expected;
  assert.deepEqual(rest, plain, name);
  assert.deepEqual(exact.map(({ text }) => text), texts, name);
}

for (const name of ["honest", "tampered", "revoked", "redacted", "cut-off"]) {
  test(`of the sample ${name} the engine tells what Node reads, packed or not`, async () => {
    const bytes = readFileSync(new URL(`${name}.ndjson`, SAMPLES));
    const lines = Array.from({ length: bytes.toString().trimEnd().split("\n").length }, (_, at) => at + 1);
    const found = await told("plain.ndjson", bytes, lines);
    compare(found, plainly(bytes, lines), name);
    for (const { line, text, entry, call } of found.exact) {
      const value = attempted(text);
      if (entry !== undefined) {
        assert.equal(entry.hashed, canonical(value.entry), `line ${line}`);
        assert.deepEqual({ stated: entry.stated, computed: entry.computed }, { stated: value.entry_hash, computed: sha256(entry.hashed) });
      }
      if (call !== undefined) {
        assert.equal(call.callId, value.call.call_id);
        if (value.type === "redacted") assert.ok(call.payload === undefined && call.withheld.length > 0 && call.withheld.every((member) => !(member in value.call)));
        else {
          assert.equal(call.payload, JSON.stringify(value.call));
          assert.deepEqual([call.computed, call.hashes.canonical_payload_hash], Array(2).fill(sha256(call.payload)));
        }
      }
      assert.equal(entry !== undefined, value?.type === "entry", `line ${line}`);
      assert.equal(call !== undefined, value?.type === "call" || value?.type === "redacted", `line ${line}`);
    }
    const packed = gzipSync(bytes);
    compare(await told("packed.ndjson.gz", packed, lines), { ...plainly(bytes, lines), sha256: sha256(packed) }, `${name}.gz`);
  });
}

test("the shared bundles are told as Node reads them", async () => {
  if (!existsSync(SHARED)) return console.log("skipped: shared bundles: they are not here");
  let read = 0;
  for (const name of readdirSync(SHARED).filter((name) => name.endsWith(".ndjson"))) {
    const bytes = readFileSync(new URL(name, SHARED));
    const expected = plainly(bytes);
    // Where a member comes twice or a line is no UTF-8, there is more than one way to read it.
    const isPlain = bytes.equals(Buffer.from(bytes.toString())) && !/duplicate|escape/.test(name) && expected.timeline.every(({ kind }) => kind !== "other");
    const found = await told(name, bytes).catch((error) => assert.fail(`${name}: ${error.message}`));
    if (isPlain) {
      compare(found, expected, name);
      read += 1;
    } else assert.equal(found.sha256, expected.sha256, name);
  }
  assert.ok(read > 40, `${read} bundles`);
});

test("50,000 entries with calls, gaps and positions out of order are told as Node reads them, packed or not", async () => {
  const call = (number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
  const events = Array.from({ length: 50_000 }, (_, number) => {
    if (number % 5 === 0) return event(number, { entity_id: call(number % 9000), event_type: "version.created", payload: { version: 1 } });
    if (number % 97 === 0) return event(number, { entity_id: "“zwölf” 🎧", event_type: "note.taken" });
    return event(number, number % 3 === 0 ? { entity_id: `a name that is longer than sixteen bytes ${number % 100}` } : {});
  });
  const calls = Array.from({ length: 900 }, (_, number) => `{"type":"call","call":{"call_id":"${call(number * 5)}","transcript":"${"x".repeat(number)}"}}`);
  let lines = [...bundleLines(events, { lines: calls })];
  lines = lines.filter((_, at) => at % 1009 !== 5);
  [lines[300], lines[40_000]] = [lines[40_000], lines[300]];
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  compare(await told("many.ndjson", bytes, [1, 2, 400, lines.length]), plainly(bytes, [1, 2, 400, lines.length]), "plain");
  const packed = gzipSync(bytes, { level: 1 });
  compare(await told("many.ndjson.gz", packed), { ...plainly(bytes), sha256: sha256(packed) }, "packed");
});

test("what is packed and longer than what is kept in memory is looked into all the same, and nothing stays behind", async () => {
  const [manifest, ...rest] = readFileSync(new URL("honest.ndjson", SAMPLES)).toString().trimEnd().split("\n");
  const entries = rest.filter((line) => line.startsWith('{"type":"entry"'));
  const repeats = Math.ceil((80 << 20) / entries.join("\n").length);
  const bytes = Buffer.from(`${manifest}\n${`${entries.join("\n")}\n`.repeat(repeats)}`);
  await given("long.ndjson.gz", gzipSync(bytes, { level: 1 }));
  const found = await page.evaluate(async () => {
    const run = await opened();
    const { contents } = run;
    const result = { closed: run.closed, rows: contents?.rows, last: await contents?.exact(contents.rows + 1), kept: [] };
    run.close();
    const folder = await navigator.storage.getDirectory();
    for (let wait = 0; wait < 100; wait += 1) {
      result.kept = await Array.fromAsync(folder.keys());
      if (result.kept.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return result;
  });
  assert.deepEqual({ closed: found.closed, rows: found.rows, kept: found.kept }, { closed: undefined, rows: entries.length * repeats, kept: [] });
  assert.equal(found.last.text, entries.at(-1));
});

test("files that are no exports, or broken ones, are told as far as they can be, and nothing is thrown", async () => {
  const good = bundle([event(0), event(1), event(2)]).toString();
  const [manifest, first, second] = good.split("\n");
  const spread = JSON.stringify(JSON.parse(first), null, 1).replaceAll("\n", " ");
  const cases = {
    empty: Buffer.from(""),
    newlines: Buffer.from("\n\n\n"),
    "not-text": Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 7919) % 251)),
    trailing: Buffer.from(`${good}more behind the end`),
    "missing-members": Buffer.from(`${manifest}\n{"type":"entry"}\n{"type":"entry","seq":-1,"entry":7}\n{"type":"call"}\n{"type":"checkpoint"}\n{"type":"checkpoint","note":5}\n{"type":"entry","seq":1e300,"entry":{"entity_id":[]}}\n`),
    "other-spelling": Buffer.from(`${manifest}\n${spread}\n${second}\r\n`),
    "not-utf8": Buffer.concat([Buffer.from(`${manifest}\n`), Buffer.from(first.replace("order-0", "order-\xff"), "latin1"), Buffer.from("\n")]),
    "long-line": Buffer.from(`${manifest}\n{"type":"call","call":{"call_id":"x","transcript":"${"y".repeat(17 << 20)}"}}\n${first}\n`),
    "long-and-strange": Buffer.from(`${manifest}\n{ "type":"call","call":{"transcript":"${"y".repeat(3 << 20)}"}}\n${first}\n`),
    "event-types": Buffer.from([...bundleLines(Array.from({ length: 100_000 }, (_, at) => event(at, { event_type: `e${at}` })))].join("\n")),
    "gzip-cut": gzipSync(good).subarray(0, 100),
    "gzip-and-more": Buffer.concat([gzipSync(good), Buffer.from("more")]),
    "gzip-of-nothing": Buffer.from([0x1f]),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    await given(name, bytes);
    const found = await page.evaluate(async () => {
      const run = await opened();
      const { contents, state, sha256 } = run;
      const rows = await contents.timeline(0, 100);
      const exact = [];
      for (let line = 0; line < 6; line += 1) exact.push((await contents.exact(line)).text.length);
      const rest = [await contents.callRows(-5, 100), await contents.hashes(0, 100), await contents.landmarks(), await contents.timeline(5, 1)];
      run.close();
      return { phase: state.phase, verdict: state.report?.verdict, sha256, rows, exact, rest };
    }).catch((error) => assert.fail(`${name}: ${error.message}`));
    assert.equal(found.sha256, sha256(bytes), name);
    assert.notEqual(found.verdict, "verified", name);
    if (name === "other-spelling") assert.deepEqual(found.rows.map(({ seq, entityId }) => [seq, entityId]), [[0, "order-0"], [1, "order-1"]]);
    if (name === "trailing") assert.deepEqual(found.rows.map(({ kind }) => kind), ["entry", "entry", "entry", "other"]);
    if (name === "long-line") assert.deepEqual([found.rows.length, found.exact[2]], [1, 16 << 20]);
  }
});

test("what a file is, is told by its beginning", async () => {
  const text = (string) => Buffer.from(string);
  const wave = Buffer.concat([text("RIFF"), Buffer.from([0x24, 0, 0, 0]), text("WAVEfmt ")]);
  const cases = [
    ["export.txt", readFileSync(new URL("honest.ndjson", SAMPLES)), "bundle"],
    ["export", gzipSync(readFileSync(new URL("honest.ndjson", SAMPLES))), "bundle"],
    ["policy.txt", readFileSync(new URL("policy.txt", SAMPLES)), "policy"],
    ["key", text(readFileSync(new URL("policy.txt", SAMPLES), "utf8").match(/^log (.+)$/m)[1]), "policy"],
    ["call.json", text('{ "call_id": "x" }'), "record"],
    ["receipt.json", text('{"type":"receipt","call":{}}'), "receipt"],
    ["noise.ndjson", wave, "recording"],
    ["picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47]), "bundle"],
  ];
  for (const [name, bytes, kind] of cases) {
    await given(name, bytes);
    const found = await page.evaluate(async () => {
      const [file] = document.querySelector("#file").files;
      const run = await engine.open({ name: file.name, file }, {});
      run.close();
      return run.kind;
    });
    assert.equal(found, kind, name);
  }
});

test("a receipt is judged as the package judges it, with the same bytes", async () => {
  const specification = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8");
  const block = (name) => specification.split(`\n\`\`\`${name}\n`)[1].split("\n```\n")[0];
  const receipt = `${block("json receipt")}\n`;
  const policy = block("text log-vkey");
  const changed = receipt.replace('"duration":', '"duration":1');
  for (const [text, verdict] of [[receipt, "verified"], [changed, "mismatch"]]) {
    await given("receipt.json", text);
    const found = await page.evaluate(async (policy) => {
      const [file] = document.querySelector("#file").files;
      const run = await engine.open({ name: file.name, file }, { policy });
      await settled(run, () => run.state.phase !== "reading" && run.sha256 !== undefined);
      return { kind: run.kind, text: run.state.text, verdict: run.state.report?.verdict, sha256: run.sha256 };
    }, policy);
    assert.deepEqual(found, { kind: "receipt", text: reportText(verifyReceipt(text, { policy })), verdict, sha256: sha256(text) });
  }
});

test("the hash of a file is that of its bytes", async () => {
  const bytes = Buffer.alloc(5_000_003, "recording");
  await given("recording.bin", bytes);
  const hash = await page.evaluate(() => engine.hash(document.querySelector("#file").files[0], { signal: new AbortController().signal, onProgress: () => {} }));
  assert.equal(hash, createHash("sha256").update(bytes).digest("hex"));
});

test("trust that cannot be used is refused with what is wrong with it", async () => {
  const found = await page.evaluate(async () => [await engine.checkTrust({ policy: "log nonsense\n" }), await engine.checkTrust({ expect: "5:x" }), await engine.checkTrust({})]);
  assert.deepEqual(found.map((refusal) => refusal?.code), ["bad-policy", "bad-option", undefined]);
});

test(`canceling ends both workers within ${CANCEL_MS} ms, whatever they are at`, async () => {
  const [manifest, entry] = readFileSync(new URL("honest.ndjson", SAMPLES)).toString().split("\n");
  for (const wait of [0, 300, 1500]) {
    const milliseconds = await page.evaluate(async ([manifest, entry, wait]) => {
      const part = new Blob([`${entry}\n`.repeat(10_000)]);
      const file = new Blob([`${manifest}\n`, ...Array(2000).fill(part)]);
      const run = await engine.open({ name: "endless.ndjson", file }, {});
      await new Promise((resolve) => setTimeout(resolve, wait));
      const began = performance.now();
      run.cancel();
      await settled(run, () => run.state.phase === "canceled");
      return performance.now() - began;
    }, [manifest, entry, wait]);
    const began = performance.now();
    // The one that is left answers questions about trust.
    while (page.workers().length > 1) {
      assert.ok(performance.now() - began < 5000, `${page.workers().length} workers run on`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const all = milliseconds + performance.now() - began;
    assert.ok(all <= CANCEL_MS, `after ${wait} ms it took ${all} ms`);
  }
});

test(`the index of a million entries takes no more than ${MOST_BYTES_AN_ENTRY} bytes for each`, async () => {
  const count = 1_000_000;
  const path = join(folder, "million.ndjson");
  let text = "";
  const parts = [];
  const hash = "0".repeat(64);
  for (let seq = 0; seq < count; seq += 1) {
    const id = `00000000-0000-4000-8000-${((seq * 7919) % 999_983).toString(16).padStart(12, "0")}`;
    text += `{"type":"entry","seq":${seq},"entry_hash":"${hash}","entry":{"entity_id":"${id}","event_type":"version.created","payload":{},"prev_hash":"${hash}","timestamp":"2026-01-01T00:00:00Z"}}\n`;
    if (text.length > 1 << 20) {
      parts.push(Buffer.from(text));
      text = "";
    }
  }
  await writeFile(path, Buffer.concat([...parts, Buffer.from(text)]));
  await page.setInputFiles("#file", path);
  const found = await page.evaluate(async () => {
    const [file] = document.querySelector("#file").files;
    const began = performance.now();
    const run = await engine.open({ name: "million", file }, {});
    await settled(run, () => run.contents !== undefined);
    const milliseconds = performance.now() - began;
    const { rows, calls, indexBytes } = run.contents;
    const looked = performance.now();
    const [row] = await run.contents.timeline(987_654, 987_655);
    const found = { rows, calls, indexBytes, milliseconds, row, lookMilliseconds: performance.now() - looked };
    run.close();
    return found;
  });
  console.log(`a million entries: index ${(found.indexBytes / 1e6).toFixed(1)} MB in ${Math.round(found.milliseconds)} ms; a row in ${found.lookMilliseconds.toFixed(1)} ms`);
  assert.deepEqual([found.rows, found.calls, found.row.seq], [count, 999_983, 987_654]);
  assert.ok(found.indexBytes <= MOST_BYTES_AN_ENTRY * count);
});
