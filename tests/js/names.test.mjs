// Names that mean something to JavaScript are names like any other.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { CallVerifyError, canonicalizeCall, chainId, hashCall, OptionError, reportText, sealCall, Verifier, verify } from "call-stream-verify";

const NAMES = ["__proto__", "constructor", "toJSON", "hasOwnProperty", "then", "0", "length"];
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const tenantId = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const origin = "callstream.example/audit/names";
const at = "2026-10-01T10:02:00Z";
const plain =
  `{"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","tenant_id":"${tenantId}","timestamp":"2026-10-01T08:00:00Z",` +
  '"caller":"anonymous","direction":"inbound","duration":1,"disposition":"completed","answered":true,"transferred":false,' +
  '"abandoned":false,"ai_agent":"__proto__","sentiment":"neutral","purpose":"constructor","transcript":"toJSON"}';
const withMember = (name) => plain.replace("{", `{${JSON.stringify(name)}:{"x":1},`);
const chain = { tenantId, size: 0, head: chainId({ tenantId, origin, createdAt: at }), versions: [] };
const statement = { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true };

/** A bundle of one event whose payload has these members. */
function bundleOf(payload) {
  const header = `{"created_at":"${at}","format":"call-stream-verify/1","hash":"sha-256","origin":"${origin}","tenant_id":"${tenantId}"}`;
  const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${header},"range":{"start":0,"end":1},"prev_hash":"${sha256(header)}","exported_at":"${at}"}\n`;
  const entry = `{"entity_id":"desk","event_type":"note.added","payload":${payload},"prev_hash":"${sha256(header)}","timestamp":"${at}"}`;
  const head = sha256(entry);
  const line = `{"type":"entry","seq":0,"entry_hash":"${head}","entry":${entry}}\n`;
  return `${manifest}${line}{"type":"end","entries":1,"calls":0,"head":"${head}","envelope":"${sha256(manifest)}"}\n`;
}

describe("a member of a call record", () => {
  for (const name of NAMES) {
    test(`named ${name} is uncovered and said to be so`, () => {
      assert.deepEqual(hashCall(withMember(name)), { ...hashCall(plain), uncovered: [name] });
      assert.deepEqual(canonicalizeCall(withMember(name)), canonicalizeCall(plain));
      assert.throws(
        () => sealCall(withMember(name), { chain, statement, at }),
        (error) => error instanceof CallVerifyError && error.code === "uncovered-member" && error.member === name,
      );
      const dropped = sealCall(withMember(name), { chain, statement, at, drop: [name] });
      assert.deepEqual(dropped, sealCall(plain, { chain, statement, at }));
    });
  }
});

describe("a member of an event", () => {
  const members = NAMES.map((name) => [name, `{"${name}":null}`]).sort(([a], [b]) => (a < b ? -1 : 1));
  const payload = `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;

  test("is hashed as it stands", async () => {
    const options = { minLevel: "L2", chainOnly: true };
    const report = await verify(bundleOf(payload), options);
    assert.equal(report.verdict, "verified", JSON.stringify(report.findings));
    const verifier = new Verifier(options);
    verifier.push(bundleOf(payload));
    assert.equal(reportText(Verifier.resume(verifier.save()).finish()), reportText(report));
  });

  test("may not come twice", async () => {
    for (const [name, value] of members) {
      const twice = payload.replace(`"${name}":${value}`, `"${name}":${value},"${name}":${value}`);
      const report = await verify(bundleOf(twice), { minLevel: "L2", chainOnly: true });
      assert.equal(report.verdict, "not_proven", name);
    }
  });
});

test("an option of such a name is refused", async () => {
  for (const name of NAMES) {
    const options = JSON.parse(`{"minLevel":"L2",${JSON.stringify(name)}:true}`);
    const isRefusal = (error) => error instanceof OptionError && error.member === name;
    await assert.rejects(verify(plain, options), isRefusal);
    assert.throws(() => new Verifier(options), isRefusal);
    assert.throws(() => sealCall(plain, { chain, statement, at, ...JSON.parse(`{${JSON.stringify(name)}:true}`) }), isRefusal);
  }
});
