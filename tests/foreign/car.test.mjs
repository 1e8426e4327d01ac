// `export --car` and `cid` against @ipld/car and multiformats.

import { CarReader } from "@ipld/car";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { sha256 } from "multiformats/hashes/sha2";
import { Desk, call } from "./support.mjs";

test("@ipld/car reads every payload of a CAR file, and multiformats hashes it to the CID that names it", async (t) => {
  let blocks = 0;
  for (const [count, options] of [[1, []], [30, []], [300, ["--salt"]]]) {
    const desk = new Desk();
    t.after(() => desk[Symbol.dispose]());
    const calls = Array.from({ length: count }, (_, n) => call(n, n === 0 ? { transcript: "x".repeat(200_000) } : {}));
    desk.seal(calls, ...options);
    desk.run("export", "chain.ndjson", "--calls", "calls.ndjson", "--car", "calls.car");
    const reader = await CarReader.fromBytes(desk.read("calls.car"));
    assert.equal(reader.version, 1);
    const roots = await reader.getRoots();
    const sealed = desk
      .read("chain.ndjson")
      .toString()
      .split("\n")
      .filter((line) => line.includes('"version.created"'))
      .map((line) => JSON.parse(line).entry.payload.canonical_payload_hash);
    assert.equal(roots.length, count);
    let place = 0;
    for await (const { cid, bytes } of reader.blocks()) {
      assert.equal(cid.toString(), CID.createV1(raw.code, await sha256.digest(bytes)).toString());
      assert.equal(cid.toString(), roots[place].toString());
      assert.equal(Buffer.from(cid.multihash.digest).toString("hex"), sealed[place]);
      // The program names it so as well, by the payload it prints and by the digest.
      if (place < 3) {
        desk.write("payload", bytes);
        assert.equal(desk.run("cid", "payload").trim(), cid.toString());
        assert.equal(desk.run("cid", "--digest", sealed[place]).trim(), cid.toString());
      }
      assert.deepEqual(JSON.parse(Buffer.from(bytes).toString()).call_id, calls[place].call_id);
      place += 1;
    }
    assert.equal(place, count);
    blocks += place;
  }
  console.log(`@ipld/car 5.4.7, multiformats 14.0.5 | they read ours | ${blocks} blocks`);
});

test("a call that differs from what is sealed is left out", async (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  desk.seal([call(0), call(1)]);
  desk.write("calls.ndjson", `${JSON.stringify(call(0, { duration: 1 }))}\n${JSON.stringify(call(1))}\n`);
  desk.run("export", "chain.ndjson", "--calls", "calls.ndjson", "--car", "calls.car");
  const reader = await CarReader.fromBytes(desk.read("calls.car"));
  assert.equal((await reader.getRoots()).length, 1);
});
