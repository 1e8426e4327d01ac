// Long runs: they stop when told to, go on elsewhere, and give back what they held.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { CallVerifyError, reportText, Verifier, verify } from "call-stream-verify";
// The same file that the package loads, and so the same instance of the module.
import * as core from "../../pkg-config/dist/core.js";

const sample = (name) => readFileSync(new URL(`../../www/public/samples/${name}`, import.meta.url));
const options = { policy: sample("policy.txt").toString() };
const samples = ["honest", "tampered", "revoked", "redacted", "cut-off"];

/** A bundle that goes on as long as anybody asks for more; it is never whole. */
function endless() {
  const lines = sample("honest.ndjson").toString().split("\n");
  const [manifest, ...rest] = lines;
  const entries = new TextEncoder().encode(`${rest.filter((line) => line.startsWith('{"type":"entry"')).join("\n")}\n`);
  return { manifest: new TextEncoder().encode(`${manifest}\n`), entries };
}

const isBadState = (error) => error instanceof CallVerifyError && error.code === "bad-state";

describe("a saved run", () => {
  for (const name of samples) {
    test(`goes on after any chunk and gives the same report: ${name}`, async () => {
      const plain = sample(`${name}.ndjson`);
      const expected = reportText(await verify(plain, options));
      for (const bytes of [plain, gzipSync(plain)]) {
        for (const size of [1000, 4097, 70_000]) {
          let verifier = new Verifier(options);
          for (let start = 0; start < bytes.length; start += size) {
            verifier.push(bytes.subarray(start, start + size));
            const state = verifier.save();
            verifier.free();
            verifier = Verifier.resume(start % 2 === 0 ? state : new TextEncoder().encode(state));
          }
          assert.equal(reportText(verifier.finish()), expected, `in chunks of ${size}`);
        }
      }
    });
  }

  test("is some 2 KiB beside what it says of calls, entries and an incomplete line", () => {
    const bytes = sample("honest.ndjson");
    const cuts = [0, 1, 500, bytes.lastIndexOf("\n", 100_000) + 1, bytes.length];
    for (const cut of cuts) {
      const verifier = new Verifier(options);
      verifier.push(bytes.subarray(0, cut));
      const { entries, calls } = verifier.progress();
      const line = bytes.subarray(0, cut).toString("latin1").split("\n").at(-1).length;
      const { length } = verifier.save();
      assert.ok(length <= 4096 + 300 * (entries + calls) + 1.4 * line, `${length} for ${entries} entries and ${calls} calls`);
      assert.ok(JSON.parse(JSON.stringify(verifier.save())) === verifier.save());
      verifier.free();
    }
  });

  test("can be asked for more or less, but not be given other keys", () => {
    const verifier = new Verifier(options);
    verifier.push(sample("honest.ndjson"));
    const state = verifier.save();
    assert.equal(Verifier.resume(state, { ...options, minLevel: "L5" }).finish().verdict, "not_proven");
    assert.equal(Verifier.resume(state, { ...options, all: true }).finish().results.length, verifier.finish().calls.total);
    for (const other of [{}, { ...options, expect: `1:${"0".repeat(64)}` }]) assert.throws(() => Verifier.resume(state, other), isBadState);
    assert.throws(() => Verifier.resume(state, { jobs: 1 }), TypeError);
  });

  test("that was damaged, cut or is of another kind is refused", () => {
    const verifier = new Verifier(options);
    verifier.push(gzipSync(sample("honest.ndjson")));
    const state = verifier.save();
    const flipped = (at) => state.slice(0, at) + (state[at] === "A" ? "B" : "A") + state.slice(at + 1);
    const body = state.lastIndexOf("\n", state.length - 2);
    for (let at = 0; at < state.length; at += at < body ? 1 : 997) assert.throws(() => Verifier.resume(flipped(at)), isBadState, `at ${at}`);
    for (const text of ["", "\n", "{}\n", state.slice(0, -1), state.slice(0, -9), `${state}\n`, state.replace("verifier/", "segment/")]) {
      assert.throws(() => Verifier.resume(text), isBadState);
    }
    assert.throws(() => Verifier.resume(7), TypeError);
    assert.equal(Verifier.resume(state).finish().verdict, "verified");
  });
});

describe("an abort", () => {
  const reason = new Error("enough");

  /** How long after the abort was due `verify` rejects, in milliseconds. */
  async function timeToStop(input) {
    const controller = new AbortController();
    const due = performance.now() + 100;
    setTimeout(() => controller.abort(reason), 100);
    await assert.rejects(verify(input, { ...options, signal: controller.signal }), reason);
    return performance.now() - due;
  }

  test("is heard while a source gives nothing, and the source is told", async () => {
    let cancelled = false;
    const silent = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    await timeToStop(silent);
    assert.ok(cancelled);
    let returned = false;
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          returned = true;
          return { done: true };
        },
      }),
    };
    await timeToStop(iterable);
    assert.ok(returned);
  });

  test("is heard in the middle of bytes that are all there", async () => {
    const { manifest, entries } = endless();
    const copies = Math.ceil((512 << 20) / entries.length);
    const bytes = new Uint8Array(manifest.length + copies * entries.length);
    bytes.set(manifest);
    for (let copy = 0; copy < copies; copy++) bytes.set(entries, manifest.length + copy * entries.length);
    const taken = await timeToStop(bytes);
    console.log(`aborted within ${taken.toFixed(1)} ms`);
  });

  test("is heard in the middle of a gzip bomb", async () => {
    const bomb = gzipSync(Buffer.concat([endless().manifest, Buffer.alloc(1 << 30, "\n")]), { level: 9 });
    const taken = await timeToStop(bomb);
    console.log(`aborted within ${taken.toFixed(1)} ms`);
  });
});

describe("memory", () => {
  const bytes = sample("honest.ndjson").subarray(0, 50_000);
  const size = () => core.initSync({ module: new Uint8Array() }).memory.buffer.byteLength;
  // Without keys, so that no time goes into signatures. A copy is what a chunk from a network is.
  const begin = () => {
    const verifier = new Verifier();
    verifier.push(bytes.slice());
    return verifier;
  };

  test("ten thousand finished runs need no more than a hundred", async () => {
    let hundred = 0;
    for (let count = 1; count <= 10_000; count++) {
      begin().finish();
      if (count === 100) hundred = size();
    }
    assert.equal(size(), hundred);
  });

  test("ten thousand runs that nobody ends are collected", async () => {
    const before = size();
    const held = Array.from({ length: 1000 }, begin);
    const each = (size() - before) / held.length;
    for (const verifier of held) verifier.free();
    for (let count = 1; count <= 10_000; count++) {
      begin();
      if (count % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    const whole = each * 10_000;
    console.log(`${size() >> 20} MiB where ${whole >> 20} MiB were begun`);
    assert.ok(each > 5000 && size() < whole / 2);
  });
});
