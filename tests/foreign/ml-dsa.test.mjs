// Cosignatures by ML-DSA-44 against @noble/post-quantum: its keys and signatures in the formats of C2SP tlog-cosignature, written out here.

import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { verify } from "../../pkg-config/dist/node.js";
import { Desk, call, origin } from "./support.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const u64 = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};
const withLength = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

/** What a witness signs of the checkpoint in a note. */
function message(name, time, note) {
  const [of, size, root] = note.split("\n");
  return Buffer.concat([Buffer.from("subtree/v1\n\0"), withLength(name), u64(time), withLength(of), u64(0), u64(size), Buffer.from(root, "base64")]);
}

/** A witness of noble's. */
function witness(name, seed) {
  const { publicKey, secretKey } = ml_dsa44.keygen(new Uint8Array(32).fill(seed));
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n\x06`), publicKey])).subarray(0, 4);
  const line = (bytes) => `— ${name} ${Buffer.concat([id, bytes]).toString("base64")}\n`;
  return {
    name,
    publicKey,
    vkey: `${name}+${id.toString("hex")}+${Buffer.concat([Buffer.from([6]), publicKey]).toString("base64")}`,
    secret: (type) => `PRIVATE+KEY+${name}+${id.toString("hex")}+${Buffer.from([type, ...new Uint8Array(32).fill(seed)]).toString("base64")}\n`,
    /** The signature line; `options` are noble's. */
    cosign(note, time, options) {
      return line(Buffer.concat([u64(time), ml_dsa44.sign(message(name, time, note), secretKey, options)]));
    },
    line,
  };
}

const TIME = 1_790_000_000;
const DETERMINISTIC = { extraEntropy: false };

/** A chain in a desk, its note, and a judge that says what program and package make of the export with these lines. */
function judged(t) {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const vkey = desk.seal([call(0), call(1), call(2)]);
  const note = desk.read("note").toString();
  desk.run("export", "chain.ndjson", "--calls", "calls.ndjson", "-o", "bundle.ndjson");
  const bundle = desk.read("bundle.ndjson").toString();
  /** The envelope's digest is that of all checkpoint and manifest lines, so the end line is written anew. */
  const withNote = (cosigned) => {
    const lines = bundle.trimEnd().split("\n");
    const place = lines.findIndex((line) => line.startsWith('{"type":"checkpoint"'));
    lines[place] = `{"type":"checkpoint","note":${JSON.stringify(cosigned)}}`;
    const envelope = [lines[0], ...lines.filter((line) => line.startsWith('{"type":"checkpoint"'))].map((line) => `${line}\n`).join("");
    const end = JSON.parse(lines.at(-1));
    lines[lines.length - 1] = JSON.stringify({ ...end, envelope: sha256(envelope).toString("hex") });
    return `${lines.join("\n")}\n`;
  };
  return {
    desk,
    note,
    async judge(lines, witnesses, threshold) {
      const names = witnesses.map((_, n) => `w${n}`);
      const listed = witnesses.map((one, n) => `witness w${n} ${one.vkey}\n`).join("");
      const policy = `log ${vkey}\n${listed}group g ${threshold} ${names.join(" ")}\nquorum g\n`;
      desk.write("policy", policy);
      desk.write("cosigned.ndjson", withNote(note + lines.join("")));
      const { stdout } = desk.status("verify", "cosigned.ndjson", "--policy", "policy", "--json");
      const native = JSON.parse(stdout);
      const wasm = await verify(desk.read("cosigned.ndjson"), { policy });
      assert.deepEqual(JSON.parse(JSON.stringify(wasm)), native, "the program and the module say the same");
      return { verdict: native.verdict, level: native.level, codes: native.findings.map(({ code }) => code) };
    },
  };
}

test("noble's cosignatures are judged alike by the program and the module, whole and with any part changed", async (t) => {
  const { note, judge } = judged(t);
  const [a, b] = [witness("witness.example/a", 1), witness("witness.example/b", 2)];
  const verified = { verdict: "verified", level: "L4", codes: [] };
  let cases = 0;
  const expect = async (expected, ...question) => {
    assert.deepEqual(await judge(...question), expected);
    cases += 1;
  };
  // Deterministic and hedged signatures are as good as each other.
  for (const options of [DETERMINISTIC, {}]) {
    await expect(verified, [a.cosign(note, TIME, options)], [a], 1);
    await expect(verified, [a.cosign(note, TIME, options), b.cosign(note, TIME + 1, options)], [a, b], "all");
  }
  const few = { verdict: "not_proven", level: "L3", codes: ["quorum-not-met"] };
  await expect(few, [a.cosign(note, TIME, {})], [a, b], "all");
  await expect(few, [a.cosign(note, TIME, {}), a.cosign(note, TIME + 1, {})], [a, b], "all");
  await expect(few, [b.cosign(note, TIME, {})], [a], 1);
  await expect(few, [a.cosign(note, 0, {})], [a], 1);
  const good = Buffer.from(a.cosign(note, TIME, DETERMINISTIC).split(" ")[2], "base64").subarray(4);
  const bad = async (bytes) => {
    const { verdict, codes } = await judge([a.line(bytes)], [a], 1);
    assert.deepEqual([verdict, codes.includes("cosignature-bad")], ["mismatch", true]);
    cases += 1;
  };
  // Time, challenge, response and hints.
  for (const place of [0, 7, 8, 39, 40, 1000, 2343, 2344, 2420, 2427]) {
    const changed = Buffer.from(good);
    changed[place] ^= 1;
    await bad(changed);
  }
  await bad(good.subarray(0, -1));
  await bad(Buffer.concat([good, Buffer.from([0])]));
  const other = note.replace("\n3\n", "\n4\n");
  await bad(Buffer.from(a.cosign(other, TIME, {}).split(" ")[2], "base64").subarray(4));
  await bad(Buffer.from(b.cosign(note, TIME, {}).split(" ")[2], "base64").subarray(4));
  console.log(`@noble/post-quantum 0.7.1 | we judge its cosignatures, natively and as WebAssembly | ${cases} exports`);
});

test("noble verifies our cosignatures, and signs the same bytes with the same key", (t) => {
  const { desk, note } = judged(t);
  const vkey = desk.run("keygen", "witness.example/ours", "--witness", "--ml-dsa", "-o", "made.key").trim();
  const publicKey = Buffer.from(vkey.split("+").slice(2).join("+"), "base64").subarray(1);
  const log = desk.run("keygen", "--public", "log.key").trim();
  const cosign = (key, state) => {
    const cosigned = desk.run("cosign", "note", "--key", key, "--log", log, "--state", state, "--begin", "--at", "2026-09-21T14:13:20Z");
    assert.ok(cosigned.startsWith(note));
    return cosigned.slice(note.length);
  };
  const bytes = Buffer.from(cosign("made.key", "made.state").split(" ")[2], "base64");
  assert.equal(bytes.readBigUInt64BE(4), BigInt(TIME));
  assert.equal(ml_dsa44.verify(bytes.subarray(12), message("witness.example/ours", TIME, note), publicKey), true);
  let same = 0;
  for (const seed of [0, 1, 7, 128, 255]) {
    const one = witness(`witness.example/${seed}`, seed);
    desk.write(`${seed}.key`, one.secret(6));
    assert.equal(desk.run("keygen", "--public", `${seed}.key`).trim(), one.vkey);
    assert.equal(cosign(`${seed}.key`, `${seed}.state`), one.cosign(note, TIME, DETERMINISTIC));
    same += 1;
  }
  console.log(`@noble/post-quantum 0.7.1 | it verifies ours, and signs the same | 1 key of ours, ${same} keys of both`);
});
