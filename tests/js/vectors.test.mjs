// The shared vectors through the npm package. They are read in place; where they are absent the suite says so and is skipped.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { canonicalizeCall, CallVerifyError, cidOf, hashCall, reportText, Verifier, verify } from "call-stream-verify";
import { optionsOf } from "./vector-options.mjs";

const folder = new URL("../../../shared/vectors/", import.meta.url);
const absent = !existsSync(folder);
if (absent) {
  assert.notEqual(process.env.CI, "true", "vectors: no vectors beside the project");
  console.log("skipped: vectors: no vectors beside the project");
}

const read = (name) => readFileSync(new URL(name, folder));
const cases = (name) => JSON.parse(read(name)).cases;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

describe("calls", { skip: absent }, () => {
  const ran = { accepted: 0, refused: 0 };
  const list = absent ? [] : cases("calls.json");
  for (const vector of list) {
    test(vector.name, () => {
      if (vector.refused !== undefined) {
        for (const call of [canonicalizeCall, hashCall, cidOf]) {
          assert.throws(() => call(vector.input), (error) => isRefusal(error, vector.refused));
        }
        ran.refused += 1;
        return;
      }
      const payload = canonicalizeCall(vector.input);
      assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(payload), vector.payload);
      assert.equal(sha256(payload), vector.canonical_payload_hash);
      assert.deepEqual(canonicalizeCall(payload), payload);
      assert.deepEqual(canonicalizeCall(new TextEncoder().encode(vector.input)), payload);
      const { call_id, uncovered, ...digests } = hashCall(vector.input);
      const { name, input, payload: _, uncovered: expectedUncovered = [], ...expected } = vector;
      assert.deepEqual(digests, expected);
      assert.deepEqual(uncovered, expectedUncovered);
      assert.equal(call_id, JSON.parse(vector.payload).call_id);
      assert.equal(cidOf(vector.input), vector.cid);
      ran.accepted += 1;
    });
  }
  test("every case ran", () => {
    assert.ok(ran.accepted > 0 && ran.refused > 0);
    assert.equal(ran.accepted + ran.refused, list.length);
  });
});

function isRefusal(error, { kind, member }) {
  assert.ok(error instanceof CallVerifyError, String(error));
  if (kind === "json") assert.match(error.code, /^json-/);
  else assert.equal(error.code, kind);
  assert.equal(error.member ?? null, member);
  return true;
}

describe("bundles", { skip: absent }, () => {
  let ran = 0;
  const list = absent ? [] : cases("bundles/cases.json");
  for (const vector of list) {
    test(vector.name, async () => {
      const bytes = read(`bundles/${vector.bundle}`);
      const options = optionsOf(vector.args);
      if (vector.policy !== null) options.policy = read(`bundles/${vector.policy}`).toString();
      const report = await verify(bytes, options);
      assert.equal(report.verdict, vector.verdict, `${vector.why}: ${JSON.stringify(report.findings)}`);
      if (vector.calls !== null) assert.deepEqual(report.calls, { ...report.calls, ...vector.calls });
      assert.deepEqual(JSON.parse(reportText(report)), report);
      for (const size of [1, 7, 4096]) {
        const verifier = new Verifier(options);
        for (let start = 0; start < bytes.length; start += size) verifier.push(bytes.subarray(start, start + size));
        assert.equal(reportText(verifier.finish()), reportText(report), `in chunks of ${size}`);
      }
      ran += 1;
    });
  }
  test("every case ran", () => {
    assert.ok(ran > 0);
    assert.equal(ran, list.length);
  });
});
