// A validator's key and signed result, against plain JavaScript and the command line's rules.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { attestReport, CallVerifyError, makeKey, reportText, verify, vkeyOf } from "call-stream-verify";

const samples = new URL("../../www/public/samples/", import.meta.url);
const policy = readFileSync(new URL("policy.txt", samples), "utf8");
const reportOf = (name) => verify(readFileSync(new URL(`${name}.ndjson`, samples)), { policy });

/** Node's key of a vkey. */
function publicKey(vkey) {
  const point = Buffer.from(vkey.split("+").slice(2).join("+"), "base64").subarray(1);
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") }, format: "jwk" });
}

test("a signed result is a DSSE envelope that plain JavaScript verifies, about the report's head and digest", async () => {
  const { key, vkey } = makeKey("validator.example/alice");
  assert.match(key, /^PRIVATE\+KEY\+validator\.example\/alice\+[0-9a-f]{8}\+/);
  assert.equal(vkeyOf(key), vkey);
  assert.equal(vkeyOf(`${key}\n`), vkey);
  for (const [name, result] of [["honest", "PASSED"], ["tampered", "FAILED"], ["revoked", "FAILED"], ["redacted", "PASSED"]]) {
    const report = await reportOf(name);
    const line = attestReport(report, key);
    assert.equal(attestReport(reportText(report), key), line);
    assert.ok(line.endsWith("}\n") && line.indexOf("\n") === line.length - 1);
    const { payload, payloadType, signatures: [{ keyid, sig }] } = JSON.parse(line);
    assert.equal(payloadType, "application/vnd.in-toto+json");
    assert.equal(keyid, vkey.split("+").slice(0, 2).join("+"));
    const statement = Buffer.from(payload, "base64");
    const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${statement.length} `), statement]);
    assert.ok(verifySignature(null, signed, publicKey(vkey), Buffer.from(sig, "base64")), name);
    const { _type, subject, predicate } = JSON.parse(statement);
    assert.equal(_type, "https://in-toto.io/Statement/v1");
    assert.deepEqual(subject, [{ digest: { sha256: report.as_of.head }, name: report.chain.origin }]);
    assert.deepEqual(predicate, {
      as_of: { head: report.as_of.head, size: report.as_of.size },
      level: report.level,
      minimum_level: report.minimum_level,
      report: { digest: { sha256: createHash("sha256").update(reportText(report)).digest("hex") }, format: "call-stream-verify/report/1" },
      resourceUri: report.chain.origin,
      verdict: report.verdict,
      verificationResult: result,
      verifier: { id: "validator.example/alice" },
    });
  }
});

test("two keys are never the same, and a result holds no time: signed again it is the same", async () => {
  const [one, other] = [makeKey("a"), makeKey("a")];
  assert.notEqual(one.vkey, other.vkey);
  const report = await reportOf("honest");
  assert.equal(attestReport(report, one.key), attestReport(report, one.key));
});

test("what cannot be signed is refused with a code", async () => {
  const refused = (code) => (error) => error instanceof CallVerifyError && error.code === code;
  const { key } = makeKey("a");
  const nothing = await verify("no bundle");
  assert.throws(() => attestReport(nothing, key), refused("bad-attestation"));
  assert.throws(() => attestReport("{}", key), refused("bad-attestation"));
  assert.throws(() => attestReport(reportText(nothing).replace("not_proven", "fine"), key), refused("bad-attestation"));
  const report = await reportOf("honest");
  assert.throws(() => attestReport({ ...report }, key), TypeError);
  assert.throws(() => attestReport(report, "key"), refused("bad-key-file"));
  assert.throws(() => makeKey("a b"), refused("bad-key"));
  assert.throws(() => makeKey(""), refused("bad-key"));
  assert.throws(() => makeKey(7), TypeError);
});
