// Anchors against PyPI's opentimestamps 0.4.5, the reference implementation, which runs as a process of its own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Desk } from "./support.mjs";

const PEER = fileURLToPath(new URL("anchor_peer.py", import.meta.url));
const spec = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8");
const block = (name) => spec.split(`\n\`\`\`${name}\n`)[1].split("\n```\n")[0];
const GENESIS =
  "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";

/** What the reference implementation answers, a request each. */
function peer(requests) {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const env = { ...process.env, PYTHONPATH: process.env.OPENTIMESTAMPS };
  const { status, stdout } = spawnSync("python3", [PEER], { input, env, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "inherit"] });
  assert.equal(status, 0);
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(answers.length, requests.length);
  return answers;
}

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const sorted = (attestations) => attestations.map(({ kind, height, uri }) => [kind, height ?? uri ?? null]).sort((a, b) => (String(a) < String(b) ? -1 : 1));
const asTheirs = (attestations) => [...attestations].sort((a, b) => (String(a) < String(b) ? -1 : 1));

/** What we say of proofs that lie in files: their bytes and attestations as we write them, or nothing if they are refused. */
function ours(desk, ...proofs) {
  proofs.forEach((proof, place) => desk.write(`${place}.ots`, Buffer.from(proof, "hex")));
  const { code, stdout } = desk.status("anchor", "upgrade", ...proofs.map((_, place) => `${place}.ots`), "--json");
  if (code !== 0) return undefined;
  const line = JSON.parse(stdout);
  return { ...line, proof: hex(Buffer.from(line.proof, "base64")) };
}

const digestOf = (n) => (n + 1).toString(16).padStart(64, "0");
const made = (from, count, digest = digestOf) => peer(Array.from({ length: count }, (_, n) => ({ make: from + n, digest: digest(from + n) })));

test("proofs that the reference implementation makes are read, and written back to its bytes", (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  let attestations = 0;
  const proofs = made(0, 300);
  proofs.forEach((theirs, n) => {
    const read = ours(desk, theirs.proof);
    assert.ok(read, theirs.proof);
    assert.equal(read.proof, theirs.proof);
    assert.equal(read.digest, digestOf(n));
    assert.deepEqual(sorted(read.attestations), asTheirs(theirs.attestations));
    attestations += read.attestations.length;
  });
  assert.ok(attestations > 1000, `${attestations}`);
  console.log(`opentimestamps 0.4.5 | we read theirs | ${proofs.length} proofs, ${attestations} attestations, the same bytes`);
});

test("proofs that we merge are those that it merges, and it reads them", (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const digest = () => digestOf(7);
  const [first, second] = [made(1000, 150, digest), made(2000, 150, digest)];
  const merged = peer(first.map(({ proof }, n) => ({ merge: [proof, second[n].proof] })));
  merged.forEach((theirs, n) => assert.equal(ours(desk, first[n].proof, second[n].proof).proof, theirs.proof));
  const answers = peer(merged.map(({ proof }) => ({ read: proof })));
  answers.forEach((answer, n) => assert.equal(answer.proof, merged[n].proof));
  console.log(`opentimestamps 0.4.5 | it reads ours | ${merged.length} merged proofs, the same bytes as its own`);
});

test("it finds the time that we find in the header of the specification, and in no other", (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const [answer] = peer([{ read: block("hex anchor"), headers: [block("hex block-header"), GENESIS] }]);
  desk.write("note", `${block("text checkpoint")}\n`);
  desk.write("note.ots", Buffer.from(block("hex anchor"), "hex"));
  desk.write("headers", block("hex block-header"));
  desk.write("genesis", GENESIS);
  const confirmed = JSON.parse(desk.run("anchor", "verify", "note.ots", "note", "--headers", "headers", "--json"));
  assert.deepEqual(answer.times, [Date.parse(confirmed.block.time) / 1000, null]);
  assert.equal(answer.digest, confirmed.computed);
  assert.equal(desk.status("anchor", "verify", "note.ots", "note", "--headers", "genesis").code, 3);
  console.log("opentimestamps 0.4.5 | it confirms ours | 1 proof by its header, none by another");
});

test("whatever is changed in a proof, we take nothing that it refuses, and read in it what it reads", (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const originals = [block("hex anchor"), ...made(3000, 9).map(({ proof }) => proof).filter((proof) => proof.length < 4000)];
  const changed = [];
  for (const original of originals) {
    const bytes = Buffer.from(original, "hex");
    // Every place once behind the digest, with a value that moves on.
    for (let place = 65; place < bytes.length && place < 260; place += 1) {
      const copy = Buffer.from(bytes);
      copy[place] = (copy[place] + 1 + ((place * 37) % 255)) & 255;
      changed.push(hex(copy));
      if (place % 8 === 0) changed.push(hex(bytes.subarray(0, place)), hex(Buffer.concat([bytes, bytes.subarray(place, place + 1)])));
    }
  }
  const answers = peer(changed.map((proof) => ({ read: proof })));
  const counts = { "both read": 0, "both refuse": 0, "we alone refuse": 0 };
  changed.forEach((proof, n) => {
    const [theirs, read] = [answers[n], ours(desk, proof)];
    if (read === undefined) {
      counts[theirs.refused === undefined ? "we alone refuse" : "both refuse"] += 1;
      return;
    }
    assert.equal(theirs.refused, undefined, proof);
    assert.equal(read.proof, theirs.proof);
    assert.deepEqual(sorted(read.attestations), asTheirs(theirs.attestations));
    counts["both read"] += 1;
  });
  assert.ok(counts["both read"] > 500 && counts["both refuse"] > 300, JSON.stringify(counts));
  console.log(`opentimestamps 0.4.5 | same proofs as ours | ${changed.length} changed: ${Object.entries(counts).map((pair) => pair.join(" ")).join(", ")}`);
});

const MAGIC = "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294";
const pending = (uri) => `0083dfe30d2ef90c8e${(uri.length + 1).toString(16).padStart(2, "0")}${uri.length.toString(16).padStart(2, "0")}${hex(uri)}`;
const A = pending("https://a.example");
const B = pending("https://b.example");
const BITCOIN = "000588960d73d71901";
const OTHER = "000102030405060708";
/** The length of something between 128 and 16,383 bytes, as a number of two bytes. */
const long = (length) => hex([(length & 0x7f) | 0x80, length >> 7]);

test("limits are where its limits are, and what we alone refuse is a second spelling or can prove nothing", (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const both = {
    "255 operations, one behind the other": "08".repeat(255) + A,
    "a message of 4,096 bytes": `f0${long(4064)}${"00".repeat(4064)}08${A}`,
    "an attestation of 8,192 bytes": `${OTHER}${long(8192)}${"00".repeat(8192)}`,
    "an address of 1,000 characters": `0083dfe30d2ef90c8e${long(1002)}${long(1000)}${"61".repeat(1000)}`,
    "branches in another order": `ff${B}${A}`,
  };
  const neither = {
    "256 operations, one behind the other": "08".repeat(256) + A,
    "a message of 4,097 bytes": `f0${long(4065)}${"00".repeat(4065)}08${A}`,
    "an attestation of 8,193 bytes": `${OTHER}${long(8193)}${"00".repeat(8193)}`,
    "an address of 1,001 characters": `0083dfe30d2ef90c8e${long(1003)}${long(1001)}${"61".repeat(1001)}`,
    "nothing to append": `f000${A}`,
    "an unknown operation": `f4${A}`,
    "an address with a space": pending("https://a example"),
    "an address with a query": pending("https://a.example/?a"),
    "bytes behind the end": `${A}00`,
    "a branch without another": `ff${A}`,
    "bytes behind a height": `${BITCOIN}020100`,
  };
  const oursAlone = {
    "an attestation twice": `ff${A}${A}`,
    "an operation twice": `ff08${A}08${A}`,
    "a length longer than it need be": `f0810001${A}`,
    "a height longer than it need be": `${BITCOIN}028100`,
    "a height beyond 2^53-1": `${BITCOIN}0a${"ff".repeat(9)}01`,
    "a Merkle root of 33 bytes": `f00100${BITCOIN}0101`,
  };
  const named = [both, neither, oursAlone].map((cases) => Object.entries(cases));
  for (const [cases, theyRead, weRead] of [[named[0], true, true], [named[1], false, false], [named[2], true, false]]) {
    const proofs = cases.map(([, tree]) => `${MAGIC}0108${digestOf(0)}${tree}`);
    const answers = peer(proofs.map((proof) => ({ read: proof })));
    cases.forEach(([name], n) => {
      assert.equal(answers[n].refused === undefined, theyRead, `${name}: ${JSON.stringify(answers[n])}`);
      assert.equal(ours(desk, proofs[n]) !== undefined, weRead, name);
    });
  }
  console.log(`opentimestamps 0.4.5 | same limits as ours | ${named[0].length} read and ${named[1].length} refused by both, ${named[2].length} refused by us alone`);
});
