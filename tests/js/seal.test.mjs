// Sealing through the npm package: what it writes, a bundle made by plain JavaScript holds, and the verifier judges.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  CallVerifyError,
  canonicalizeCall,
  chainId,
  hashCall,
  OptionError,
  recordVerification,
  revokeVersion,
  sealCall,
  verify,
} from "call-stream-verify";

const tenantId = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const origin = "callstream.example/audit/demo";
const createdAt = "2026-10-01T00:00:00Z";
const at = "2026-10-01T10:02:00Z";
const statement = { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true };
const actor = { type: "system", id: "edge" };
const key = readFileSync(new URL("../keys/test-only-log.key", import.meta.url), "utf8");
const vkey = readFileSync(new URL("../keys/test-only-log.vkey", import.meta.url), "utf8");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const callRecord = (changes = {}) => JSON.stringify({
  call_id: "0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b",
  tenant_id: tenantId,
  timestamp: "2026-10-01T10:00:00+02:00",
  caller: "+1 (305) 555-0123",
  direction: "inbound",
  duration: 105,
  disposition: "completed",
  answered: true,
  transferred: false,
  abandoned: false,
  ai_agent: "CSAI",
  sentiment: "neutral",
  purpose: "reservation",
  transcript: "Caller: hello\nAI: good evening",
  ...changes,
});
const callId = JSON.parse(callRecord()).call_id;

/** A chain in memory, of one call. */
class Chain {
  entries = [];
  versions = [];

  get end() {
    const head = this.entries.at(-1)?.entry_hash ?? chainId({ tenantId, origin, createdAt });
    return { tenantId, size: this.entries.length, head, versions: this.versions };
  }

  append(entry) {
    this.entries.push(entry);
    if (entry.event_type === "version.created") this.versions.push({ seq: entry.seq, entry: entry.text, revoked: false });
    if (entry.event_type === "version.revoked") this.versions[JSON.parse(entry.text).payload.version - 1].revoked = true;
  }

  seal(record, options = {}) {
    const sealed = sealCall(record, { chain: this.end, statement, at, ...options });
    if (sealed.entry !== null) this.append(sealed.entry);
    return sealed;
  }

  /** A bundle by the words of the specification. */
  bundle(record) {
    const { size, head } = this.end;
    const header = `{"created_at":"${createdAt}","format":"call-stream-verify/1","hash":"sha-256","origin":"${origin}","tenant_id":"${tenantId}"}`;
    const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${header},"range":{"start":0,"end":${size}},"prev_hash":"${sha256(header)}","exported_at":"${at}"}\n`;
    const entries = this.entries.map(({ seq, entry_hash, text }) => `{"type":"entry","seq":${seq},"entry_hash":"${entry_hash}","entry":${text}}\n`);
    const call = `{"type":"call","call":${new TextDecoder().decode(canonicalizeCall(record))}}\n`;
    return `${manifest}${entries.join("")}${call}{"type":"end","entries":${size},"calls":1,"head":"${head}","envelope":"${sha256(manifest)}"}\n`;
  }

  async verdict(record) {
    const { size, head } = this.end;
    return (await verify(this.bundle(record), { expect: `${size}:${head}`, policy: vkey })).verdict;
  }
}

const refused = (code, member) => (error) => {
  assert.ok(error instanceof CallVerifyError, String(error));
  assert.deepEqual([error.code, error.member], [code, member]);
  return true;
};

describe("a call's life", () => {
  test("sealed, changed, recorded, revoked: the verifier says of each state what it is", async () => {
    const chain = new Chain();
    const sealed = chain.seal(callRecord(), { key });
    assert.deepEqual([sealed.status, sealed.version, sealed.seq, sealed.revoked, sealed.call_id], ["sealed", 1, 0, false, callId]);
    const { canonical_payload_hash, cid } = hashCall(callRecord());
    assert.deepEqual([sealed.canonical_payload_hash, sealed.cid], [canonical_payload_hash, cid]);
    assert.equal(sealed.entry.entry_hash, sha256(sealed.entry.text));
    const { payload, ...members } = JSON.parse(sealed.entry.text);
    assert.equal(payload.canonical_payload_hash, canonical_payload_hash);
    assert.deepEqual(members, { entity_id: callId, event_type: "version.created", prev_hash: new Chain().end.head, timestamp: at });
    for (const name of Object.keys(members)) assert.equal(sealed.entry[name], members[name]);
    assert.equal(await chain.verdict(callRecord()), "verified");
    assert.equal(await chain.verdict(callRecord({ duration: 15 })), "mismatch");

    const again = chain.seal(callRecord());
    assert.deepEqual([again.status, again.entry, again.version], ["existing", null, 1]);

    const second = chain.seal(callRecord({ purpose: "complaint" }));
    assert.deepEqual([second.version, second.seq], [2, 1]);
    assert.equal(await chain.verdict(callRecord({ purpose: "complaint" })), "verified");
    assert.throws(() => chain.seal(callRecord()), refused("already-sealed", "canonical_payload_hash"));

    const attempt = recordVerification(callRecord(), { chain: chain.end, method: "recompute", actor, at });
    assert.deepEqual([attempt.result, attempt.version, attempt.expected_hash], ["mismatch", 2, second.canonical_payload_hash]);
    assert.equal(attempt.computed_hash, canonical_payload_hash);
    chain.append(attempt.entry);
    assert.equal(await chain.verdict(callRecord({ purpose: "complaint" })), "verified");

    const options = { reason: "consent-withdrawn", policy: "retention/2", actor: { type: "user", id: "u-17" }, at, key };
    const revoked = revokeVersion(callId, { chain: chain.end, ...options });
    assert.deepEqual([revoked.status, revoked.version], ["revoked", 2]);
    chain.append(revoked.entry);
    assert.equal(await chain.verdict(callRecord({ purpose: "complaint" })), "revoked");
    assert.deepEqual(revokeVersion(callId, { chain: chain.end, ...options }).entry, null);
    assert.equal(chain.seal(callRecord({ purpose: "complaint" })).revoked, true);
    const after = recordVerification(callRecord({ purpose: "complaint" }), { chain: chain.end, method: "recompute", actor, at });
    assert.equal(after.result, "revoked");
  });

  test("the time is now if none is given", () => {
    const before = Date.now();
    const { entry } = sealCall(callRecord(), { chain: new Chain().end, statement });
    const time = Date.parse(entry.timestamp);
    assert.ok(before <= time && time <= Date.now());
    const dated = sealCall(callRecord(), { chain: new Chain().end, statement, at: new Date(at) });
    assert.equal(dated.entry.timestamp, at);
  });
});

describe("refusals", () => {
  const end = new Chain().end;
  const sealing = (changes, record = callRecord()) => () => sealCall(record, { chain: end, statement, at, ...changes });

  test("name the code and the place", () => {
    assert.throws(sealing({ statement: { ...statement, metadataLocked: false } }), refused("not-finalized", "metadata_locked"));
    assert.throws(sealing({}, callRecord({ disposition: "ringing" })), refused("not-finalized", "disposition"));
    assert.throws(sealing({}, callRecord({ note: "x" })), refused("uncovered-member", "note"));
    assert.equal(sealing({ drop: ["note"] }, callRecord({ note: "x" }))().status, "sealed");
    assert.throws(sealing({}, callRecord({ tenant_id: "00000000-0000-4000-8000-000000000000" })), refused("foreign-tenant", "tenant_id"));
    assert.throws(sealing({}, "{}"), refused("missing-member", "call_id"));
    assert.throws(sealing({}, "{"), (error) => error.code === "json-syntax");
    assert.throws(sealing({ key: "PRIVATE+KEY+x" }), (error) => error.code === "bad-key-file");
    assert.throws(() => recordVerification(callRecord(), { chain: end, method: "m", actor, at }), refused("no-such-version", "call_id"));
    const withdrawal = { chain: end, reason: "r", policy: "p", actor, at };
    assert.throws(() => revokeVersion(callId, withdrawal), refused("no-such-version", "version"));
  });

  test("an actor who may not revoke is refused, and nothing is lost", () => {
    const chain = new Chain();
    chain.seal(callRecord());
    const withdrawal = { chain: chain.end, reason: "r", policy: "p", actor: { type: "validator", id: "v" }, at };
    assert.throws(() => revokeVersion(callId, withdrawal), refused("bad-event", "actor"));
    assert.throws(() => revokeVersion(callId, { ...withdrawal, actor, reason: "" }), refused("bad-event", "reason"));
  });

  test("a chain end that contradicts itself is refused", () => {
    const chain = new Chain();
    const { entry } = chain.seal(callRecord());
    const damaged = (versions) => sealing({ chain: { ...chain.end, versions } }, callRecord({ duration: 1 }));
    assert.throws(damaged([{ seq: 1, entry: entry.text, revoked: false }]), refused("chain-damaged", "seq"));
    assert.throws(damaged([{ seq: 0, entry: `${entry.text} `, revoked: false }]), refused("chain-damaged", "entry"));
    assert.throws(damaged([{ seq: 0, entry: entry.text.replace('"version":1', '"version":2'), revoked: false }]), refused("chain-damaged", "version"));
    assert.throws(damaged([{ seq: 0, entry: entry.text.replace('"finalized_at":"2026-10-01T10:02:00Z"', '"finalized_at":"2026-10-01T10:02:01Z"'), revoked: false }]), refused("chain-damaged", "head"));
    const another = () => sealing({ chain: chain.end }, callRecord({ call_id: "3f1a6c58-90d2-4e0b-8a57-2c4d6e8fa013" }))();
    assert.throws(another, refused("chain-damaged", "versions"));
    const two = [0, 0].map((seq) => ({ seq, entry: entry.text, revoked: false }));
    assert.throws(damaged(two), (error) => error.code === "chain-damaged");
    const foreign = entry.text.replaceAll(tenantId, "00000000-0000-4000-8000-000000000000");
    assert.throws(damaged([{ seq: 0, entry: foreign, revoked: false }]), refused("chain-damaged", "tenant_id"));
  });

  test("an option that is missing, wrong or unknown is named", () => {
    const cases = [
      [{ chain: undefined }, "chain"],
      [{ chain: { ...end, size: -1 } }, "size"],
      [{ chain: { ...end, size: 0.5 } }, "size"],
      [{ chain: { ...end, head: "00" } }, "head"],
      [{ chain: { ...end, tenantId: "x" } }, "tenantId"],
      [{ chain: { ...end, more: 1 } }, "more"],
      [{ chain: { ...end, versions: undefined } }, "versions"],
      [{ chain: { ...end, size: 1, versions: [{ seq: 0, entry: "{}" }] } }, "revoked"],
      [{ chain: Object.create(end) }, "chain"],
      [{ statement: { ...statement, transcriptComplete: "yes" } }, "transcriptComplete"],
      [{ statement: { ...statement, final: true } }, "final"],
      [{ at: "yesterday" }, "at"],
      [{ drop: "note" }, "drop"],
      [{ drop: ["transcript"] }, "drop"],
      [{ recording: "00" }, "recording"],
      [{ key: 1 }, "key"],
      [{ Key: key }, "Key"],
    ];
    for (const [changes, member] of cases) {
      assert.throws(sealing(changes), (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.equal(error.member, member);
        return true;
      });
    }
    for (const value of [undefined, null, 7]) assert.throws(() => revokeVersion(value, { chain: end }), OptionError);
    assert.throws(() => sealCall(7, { chain: end, statement }), TypeError);
    assert.equal(sealing({})().status, "sealed");
  });
});
