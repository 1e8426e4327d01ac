// Receipts through the npm package: the bytes that the command line gives, hashes that plain JavaScript gives, and misuse.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { CallVerifyError, OptionError, reportText, verifyReceipt } from "call-stream-verify";

const specification = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8");
const block = (name) => specification.split(`\n\`\`\`${name}\n`)[1].split("\n```\n")[0];
const receipt = `${block("json receipt")}\n`;
const policy = block("text log-vkey");
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

const refused = (code, member) => (error) => {
  assert.ok(error instanceof CallVerifyError, String(error));
  assert.deepEqual([error.code, error.member], [code, member]);
  return true;
};

test("the specification's receipt holds by plain JavaScript", () => {
  const { call, entry, entry_hash, proof } = JSON.parse(receipt);
  // Members of an entry stand in the order of their names, and JSON.stringify keeps it.
  assert.equal(sha256(JSON.stringify(entry)).toString("hex"), entry_hash);
  assert.equal(sha256(JSON.stringify(call)).toString("hex"), entry.payload.canonical_payload_hash);
  const [head, note] = [proof.slice(0, proof.indexOf("\n\n")), proof.slice(proof.indexOf("\n\n") + 2)];
  const [first, index, ...path] = head.split("\n");
  assert.equal(first, "c2sp.org/tlog-proof@v1");
  const [, size, root] = note.split("\n");
  let [place, last] = [Number(index.slice("index ".length)), Number(size) - 1];
  let node = sha256(Uint8Array.of(0), Buffer.from(entry_hash, "hex"));
  for (const hash of path.map((text) => Buffer.from(text, "base64"))) {
    if (place % 2 === 1 || place === last) {
      node = sha256(Uint8Array.of(1), hash, node);
      while (place % 2 === 0 && place !== 0) [place, last] = [place >> 1, last >> 1];
    } else {
      node = sha256(Uint8Array.of(1), node, hash);
    }
    [place, last] = [place >> 1, last >> 1];
  }
  assert.equal(last, 0);
  assert.equal(node.toString("base64"), root);
});

describe("verifyReceipt", () => {
  test("verifies under the log's key, as text and as bytes", () => {
    const report = verifyReceipt(receipt, { policy });
    assert.deepEqual([report.verdict, report.level, report.results.length], ["verified", "L3", 1]);
    // What the native program says, which another test compares with the document.
    assert.equal(reportText(report), block("json receipt-report"));
    const bytes = new TextEncoder().encode(receipt);
    assert.equal(reportText(verifyReceipt(bytes, { policy })), reportText(report));
    assert.equal(reportText(verifyReceipt(Buffer.from(receipt), { policy, record: undefined })), reportText(report));
  });

  test("the entries behind it show whether the call was revoked since", () => {
    const export_ = `${block("ndjson range-bundle")}\n`;
    const alone = verifyReceipt(receipt, { policy });
    for (const later of [export_, new TextEncoder().encode(export_)]) {
      const { verdict, claims } = verifyReceipt(receipt, { policy, later });
      assert.equal(claims.later_revocations.state, "proven", claims.later_revocations.why);
      assert.notEqual(verdict, undefined);
    }
    const cut = verifyReceipt(receipt, { policy, later: export_.slice(0, -10) });
    assert.deepEqual([alone.verdict, cut.verdict, cut.findings.map(({ code }) => code)], ["verified", "not_proven", ["later-not-proven"]]);
    assert.throws(() => verifyReceipt(receipt, { policy, later: 1 }), TypeError);
  });

  test("judges a record in place of the call", () => {
    const { call } = JSON.parse(receipt);
    const judged = (record) => verifyReceipt(receipt, { policy, record });
    assert.equal(judged(JSON.stringify(call, null, 2)).verdict, "verified");
    assert.equal(judged(new TextEncoder().encode(JSON.stringify(call))).verdict, "verified");
    assert.equal(judged(JSON.stringify({ ...call, duration: 106 })).verdict, "mismatch");
    const noted = judged(JSON.stringify({ ...call, agent_note: "in confidence" }));
    assert.equal(noted.verdict, "verified");
    assert.match(noted.claims.uncovered_members.why, /agent_note/);
    assert.doesNotMatch(reportText(noted), /confidence/);
    assert.throws(() => judged("{}"), refused("missing-member", "call_id"));
    assert.throws(() => judged("{"), refused("json-syntax", undefined));
  });

  test("proves nothing without a key, and finds what was changed", () => {
    assert.equal(verifyReceipt(receipt).verdict, "not_proven");
    assert.equal(verifyReceipt(receipt.replace('"duration":105', '"duration":106')).verdict, "mismatch");
    assert.equal(verifyReceipt(receipt.replace("index 3", "index 2"), { policy }).verdict, "mismatch");
    assert.equal(verifyReceipt(receipt, { policy, minLevel: "L4" }).verdict, "not_proven");
    const other = "7e57d004-2b97-4e7a-b45f-5387367791ce";
    assert.equal(verifyReceipt(receipt, { policy, tenant: other }).verdict, "mismatch");
  });

  test("refuses what is no receipt, with the member", () => {
    for (const text of ["", "{}\n", receipt.trim(), receipt + receipt]) {
      assert.throws(() => verifyReceipt(text, { policy }), (error) => error instanceof CallVerifyError && error.code === "bad-receipt");
    }
    assert.throws(() => verifyReceipt(receipt.replace("index 3", "index 03")), refused("bad-receipt", "proof"));
    assert.throws(() => verifyReceipt(`${block("ndjson range-bundle")}\n`), refused("bad-receipt", "type"));
  });

  test("misuse is an error, not a verdict", () => {
    const isBadOption = (member) => (error) => error instanceof OptionError && error.member === member;
    assert.throws(() => verifyReceipt(receipt, { policy, minlevel: "L4" }), isBadOption("minlevel"));
    assert.throws(() => verifyReceipt(receipt, { policy, Record: "" }), isBadOption("Record"));
    assert.throws(() => verifyReceipt(receipt, null), isBadOption("options"));
    assert.throws(() => verifyReceipt(receipt, { get policy() { return ""; } }), isBadOption("policy"));
    assert.throws(() => verifyReceipt(receipt, { policy: "./log.vkey" }), refused("bad-policy", undefined));
    for (const value of [undefined, null, 1, [], {}, new ArrayBuffer(2)]) {
      assert.throws(() => verifyReceipt(value, { policy }), TypeError);
      if (value !== undefined) assert.throws(() => verifyReceipt(receipt, { policy, record: value }), TypeError);
    }
  });
});
