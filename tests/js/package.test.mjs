// The npm package as its users meet it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import * as api from "call-stream-verify";
import * as edge from "call-stream-verify/edge";
import * as ledger from "call-stream-verify/postgres";
// The same file that the package loads, and so the same instance of the module.
import * as core from "../../pkg-config/dist/core.js";

const { CallVerifyError, canonicalizeCall, Hasher, init, OptionError, parsePolicy, reportText, Verifier, verify } = api;
const text = '{"type":"manifest"}\nnot a bundle, but long enough to come in pieces\n';
const bytes = new TextEncoder().encode(text);

const vkey = readFileSync(new URL("../keys/test-only-log.vkey", import.meta.url), "utf8").trim();
// C2SP tlog-cosignature's type 0x04 over another key.
const witness = "w1.example+248e57a4+BH3rR0HCkNjJk5yWwCreGYCISMbqbu7qwVrj3VZ4KiNI";

const isBadOption = (name) => (error) => {
  assert.ok(error instanceof OptionError && error instanceof TypeError, String(error));
  assert.deepEqual([error.name, error.code, error.member], ["OptionError", "bad-option", name]);
  return true;
};

const refused = (code, member) => (error) => {
  assert.ok(error instanceof CallVerifyError, String(error));
  assert.equal(error.name, "CallVerifyError");
  assert.equal(error.code, code);
  assert.equal(error.member, member);
  return true;
};

test("the package exports what it promises and nothing else", () => {
  assert.deepEqual(Object.keys(api).sort(), [
    "CallVerifyError",
    "Hasher",
    "OptionError",
    "Verifier",
    "WASM_SHA256",
    "attestReport",
    "canonicalizeCall",
    "chainId",
    "cidOf",
    "hashCall",
    "init",
    "makeKey",
    "parsePolicy",
    "recordVerification",
    "reportText",
    "revokeVersion",
    "sealCall",
    "verify",
    "verifyReceipt",
    "vkeyOf",
  ]);
});

test("the ledger and the handler export what they promise and nothing else", () => {
  assert.deepEqual(Object.keys(ledger).sort(), [
    "appendEvent",
    "checkpoint",
    "createStore",
    "createWebhook",
    "exportBundle",
    "fromPg",
    "fromPglite",
    "fromPostgres",
    "openChain",
    "revokeVersion",
    "sealCall",
    "sealFinalCall",
    "verifyCall",
  ]);
  assert.deepEqual(Object.keys(edge).sort(), ["StoreError", "createHandler"]);
});

describe("verify", () => {
  async function* pieces() {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  const inputs = {
    "a string": () => text,
    "a Uint8Array": () => bytes,
    "a Buffer": () => Buffer.from(text),
    "a view into a larger buffer": () => new Uint8Array([1, 2, ...bytes, 3]).subarray(2, 2 + bytes.length),
    "a shared buffer": () => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      return shared;
    },
    "a Blob": () => new Blob([text]),
    "a Response": () => new Response(text),
    "a ReadableStream": () => new Blob([text]).stream(),
    "a stream that is not iterable": () => {
      const stream = new Blob([text]).stream();
      return { getReader: () => stream.getReader() };
    },
    "an async iterable": pieces,
  };
  for (const [name, input] of Object.entries(inputs)) {
    test(`takes ${name}`, async () => {
      const report = await verify(input());
      assert.equal(report.verdict, "not_proven");
      assert.equal(reportText(report), reportText(await verify(text)));
    });
  }

  test("refuses what is no input", async () => {
    for (const input of [undefined, null, 1, {}, [], [1, 2], new ArrayBuffer(4), new Uint16Array(2), new Response(null)]) {
      await assert.rejects(verify(input), TypeError);
    }
  });

  test("reports progress after every piece", async () => {
    const seen = [];
    await verify(pieces(), { onProgress: (progress) => seen.push(progress.bytes) });
    assert.deepEqual(seen, Array.from(bytes, (_, index) => index + 1));
  });

  test("stops when it is told to", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = () => controller.abort(reason);
    await assert.rejects(verify(pieces(), { signal: controller.signal, onProgress }), reason);
    await assert.rejects(verify(text, { signal: controller.signal }), reason);
  });

  test("keeps nothing of what it has read", async () => {
    const held = () => process.memoryUsage().arrayBuffers;
    let most = 0;
    async function* source() {
      for (let count = 0; count < 4000; count++) {
        yield new Uint8Array(65_536).fill(0x20);
        if (count % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
        most = Math.max(most, held());
      }
    }
    const before = held();
    await verify(source(), { signal: new AbortController().signal });
    console.log(`${(most - before) >> 20} MiB of 250 were held at most`);
    assert.ok(most - before < 100 << 20);
  });

  test("refuses an input that shrinks or is given away while it is read", async () => {
    const large = new Uint8Array(new ArrayBuffer(300_000, { maxByteLength: 300_000 })).fill(0x20);
    await assert.rejects(verify(large, { onProgress: () => large.buffer.resize(100_000) }), TypeError);
    const given = new Uint8Array(300_000).fill(0x20);
    await assert.rejects(verify(given, { onProgress: () => given.buffer.byteLength > 0 && structuredClone(given.buffer, { transfer: [given.buffer] }) }), TypeError);
  });

  test("tells a source that gives no bytes that it is left", async () => {
    let left = false;
    const numbers = new ReadableStream({ pull: (controller) => controller.enqueue(7), cancel: () => void (left = true) });
    await assert.rejects(verify(numbers), TypeError);
    assert.ok(left);
  });

  test("an error of the source reaches the caller", async () => {
    const broken = new Error("the disk is gone");
    const source = (async function* () {
      yield bytes;
      throw broken;
    })();
    await assert.rejects(verify(source), broken);
  });

  test("misuse is an error, not a verdict", async () => {
    await assert.rejects(verify(text, { policy: "no policy" }), refused("bad-policy"));
    await assert.rejects(verify(text, { policy: "./log.vkey" }), (error) => /looks like a name/.test(error.message) && refused("bad-policy")(error));
    await assert.rejects(verify(text, { minLevel: "L9" }), isBadOption("minLevel"));
    await assert.rejects(verify(text, { chainOnly: "yes" }), isBadOption("chainOnly"));
  });

  test("an option that does not exist is refused, so that a slip of the pen cannot lower what is asked", async () => {
    await assert.rejects(verify(text, { minlevel: "L4" }), isBadOption("minlevel"));
    assert.throws(() => new Verifier({ jobs: 2 }), isBadOption("jobs"));
  });

  test("a signal and a listener are what they should be", async () => {
    for (const signal of [new AbortController(), true, {}]) await assert.rejects(verify(text, { signal }), isBadOption("signal"));
    for (const onProgress of [true, {}]) await assert.rejects(verify(text, { onProgress }), isBadOption("onProgress"));
  });

  test("what JSON has no word for is a value of no option", async () => {
    for (const value of [() => "L4", Symbol("L4"), 4n, Number.NaN, null]) {
      await assert.rejects(verify(text, { minLevel: value }), isBadOption("minLevel"));
      await assert.rejects(verify(text, { minlevel: value }), isBadOption("minlevel"));
    }
    await assert.rejects(verify(text, { minLevel: "L4", toJSON: () => ({}) }), isBadOption("toJSON"));
    class Strict {
      get minLevel() {
        return "L4";
      }
    }
    for (const options of [Object.create({ minLevel: "L4" }), new Strict(), new Map([["minLevel", "L4"]]), new Proxy(new Strict(), {})]) {
      await assert.rejects(verify(text, options), isBadOption("options"));
      assert.throws(() => new Verifier(options), isBadOption("options"));
    }
    const computed = Object.defineProperty({}, "minLevel", { enumerable: true, get: () => "L4" });
    const hidden = Object.defineProperty({}, "minLevel", { value: "L4" });
    for (const options of [computed, hidden]) await assert.rejects(verify(text, options), isBadOption("minLevel"));
    for (const value of [{ toJSON: () => undefined }, Buffer.from("L4"), new String("L4")]) {
      await assert.rejects(verify(text, { minLevel: value }), OptionError);
    }
    for (const value of [null, 1, "L4", [], () => {}]) assert.throws(() => new Verifier(value), isBadOption("options"));
  });

  test("an option left undefined is an option left out", async () => {
    const report = await verify(text, { policy: undefined, minLevel: undefined, signal: undefined, onProgress: undefined });
    assert.equal(reportText(report), reportText(await verify(text)));
  });
});

describe("Verifier", () => {
  test("is used up by finish and by free", () => {
    for (const end of ["finish", "free"]) {
      const verifier = new Verifier();
      verifier.push(bytes);
      assert.equal(verifier.progress().bytes, bytes.length);
      verifier[end]();
      for (const call of [() => verifier.push(bytes), () => verifier.progress(), () => verifier.finish()]) {
        assert.throws(call, refused("already-finished"));
      }
      verifier.free();
      verifier[Symbol.dispose]();
    }
  });

  test("takes only bytes and texts", () => {
    const verifier = new Verifier();
    for (const chunk of [undefined, null, 1, [1], {}, new Uint16Array(1), new ArrayBuffer(1)]) {
      assert.throws(() => verifier.push(chunk), TypeError);
    }
    assert.equal(verifier.progress().bytes, 0);
  });

  test("report texts belong to reports", () => {
    assert.throws(() => reportText({}), TypeError);
  });
});

describe("Hasher", () => {
  const sha256 = (data) => createHash("sha256").update(data).digest("hex");

  test("gives the digest that other programs give, whatever the pieces", () => {
    const data = Uint8Array.from({ length: 600_001 }, (_, index) => (index * 7) % 251);
    for (const size of [1 << 20, 262_144, 65_537, 4093]) {
      const hasher = new Hasher();
      for (let start = 0; start < data.length; start += size) hasher.push(data.subarray(start, start + size));
      assert.equal(hasher.finish(), sha256(data));
    }
    assert.equal(new Hasher().finish(), sha256(""));
    const hasher = new Hasher();
    hasher.push(new Uint8Array());
    hasher.push("half of it ");
    hasher.push(Buffer.from("and the rest"));
    assert.equal(hasher.finish(), sha256("half of it and the rest"));
  });

  test("is used up by finish and by free", () => {
    for (const end of ["finish", "free"]) {
      const hasher = new Hasher();
      hasher.push(bytes);
      hasher[end]();
      for (const call of [() => hasher.push(bytes), () => hasher.finish()]) assert.throws(call, refused("already-finished"));
      hasher.free();
      hasher[Symbol.dispose]();
    }
  });

  test("takes only bytes and texts", () => {
    const hasher = new Hasher();
    for (const chunk of [undefined, null, 1, [1], {}, new Uint16Array(1), new ArrayBuffer(1)]) {
      assert.throws(() => hasher.push(chunk), TypeError);
    }
    assert.equal(hasher.finish(), sha256(""));
  });
});

test("half a surrogate pair is refused, not replaced", () => {
  assert.throws(() => canonicalizeCall('{"caller":"\ud800"}'), refused("json-surrogate"));
});

describe("parsePolicy", () => {
  test("says what a vkey trusts", () => {
    assert.deepEqual(parsePolicy(vkey), { logs: [vkey], revokers: [], witnesses: [], quorum: false, quorum_intersecting: true });
  });

  test("says what a policy trusts", () => {
    const text = `log ${vkey}\nwitness w1 ${witness}\nquorum w1\n`;
    const expected = { logs: [vkey], revokers: [], witnesses: [{ name: "w1", vkey: witness, counts: true }], quorum: true, quorum_intersecting: true };
    assert.deepEqual(parsePolicy(text), expected);
  });

  test("refuses what is neither", () => {
    assert.throws(() => parsePolicy("quorum none"), refused("bad-policy"));
    for (const value of [undefined, null, 1, {}]) assert.throws(() => parsePolicy(value), isBadOption("policy"));
  });
});

test("after the module has stopped, a fresh one takes over and objects of the old one refuse to work", async () => {
  await init();
  const before = reportText(await verify(text));
  const old = new Verifier();
  const oldHasher = new Hasher();
  for (const begun of [old, oldHasher]) begun.push(bytes);
  // No memory is left to grow into, which is what stops a module in practice.
  const { memory } = core.initSync({ module: new Uint8Array() });
  memory.grow(65_536 - memory.buffer.byteLength / 65_536);
  // What was freed before can be used again: more than one line is held until there is no more.
  const line = new Uint8Array(15 << 20);
  const hungry = Array.from({ length: 100 }, () => new Verifier());
  assert.throws(() => hungry.forEach((verifier) => verifier.push(line)), refused("internal"));
  assert.throws(() => oldHasher.finish(), refused("lost"));
  oldHasher.free();
  for (const lost of [old, ...hungry]) {
    for (const call of [() => lost.push(bytes), () => lost.progress()]) assert.throws(call, refused("lost"));
    lost.free();
  }
  const fresh = new Verifier();
  fresh.push(bytes);
  assert.equal(reportText(fresh.finish()), before);
  assert.equal(reportText(await verify(text)), before);
});

test("lock files name no registry", () => {
  for (const folder of ["../../pkg-config", "../../benches", "..", "../packaging", "../edge", "../foreign", "../postgres"]) {
    const lock = `${folder}/package-lock.json`;
    assert.doesNotMatch(readFileSync(new URL(lock, import.meta.url), "utf8"), /https?:/);
  }
});

test("a ledger's checkpoint without a key is refused before anything is read", async () => {
  for (const signer of [{}, { vkey: "a" }, { sign: () => {} }, { key: 1 }]) {
    await assert.rejects(ledger.checkpoint({}, { tenant: "7e57d004-2b97-4e7a-b45f-5387367791cd", ...signer }), (error) => error instanceof OptionError && error.member === "key");
  }
});
