// The ledger's functions through every client: what they append, an export shows, and the command line verifies.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { canonicalizeCall, CallVerifyError } from "call-stream-verify";
import { createHandler, StoreError } from "call-stream-verify/edge";
import { appendEvent, checkpoint, createStore, exportBundle, openChain, revokeVersion, sealCall, verifyCall } from "call-stream-verify/postgres";
import { actor, bytesOf, call, engines, FINAL, judged, key, origin, other, put, tenant, vkey } from "./support/ledger.mjs";

const at = "2026-10-08T12:00:00Z";
const seal = (database, record, options) => sealCall(database, JSON.stringify(record), { tenant, statement: FINAL, at, ...options });
const refused = (code) => (error) => error instanceof CallVerifyError && error.code === code;
const failed = (code) => (error) => error instanceof StoreError && error.code === code;

for (const [name, start] of Object.entries(engines)) {
  describe(name, () => {
    let database;
    let run;
    let stop;
    before(async () => ({ database, run, stop } = await start()));
    after(() => stop?.());

    const sizeOf = async () => Number((await run("select size::text from public.chain_heads where tenant_id = $1", [tenant]))[0].size);

    test("a tenant without a chain can append and export nothing", async () => {
      await assert.rejects(seal(database, call(1)), failed("no-such-chain"));
      await assert.rejects(exportBundle(database, { tenant }), failed("no-such-chain"));
    });

    test("a chain is begun once", async () => {
      const first = await openChain(database, { tenant, origin });
      assert.match(first, /^[0-9a-f]{64}$/);
      assert.equal(await openChain(database, { tenant, origin }), first);
      await assert.rejects(openChain(database, { tenant, origin: "another.example/log" }), /another origin/);
      for (const odd of ["", "https://log.example", "a b", "a+b", "é.example", "x".repeat(257)]) {
        await assert.rejects(openChain(database, { tenant: other, origin: odd }), (error) => !(error instanceof StoreError), odd);
      }
      await assert.rejects(checkpoint(database, { tenant, key }), failed("unavailable"));
    });

    test("sealing, verifying and revoking append what they find, and twice the same changes nothing", async () => {
      const record = call(1);
      await put(run, { ...record, finalized: true });
      const sealed = await seal(database, record);
      assert.deepEqual([sealed.status, sealed.version, sealed.seq], ["sealed", 1, 0]);
      const again = await seal(database, record);
      assert.deepEqual([again.status, again.version, again.entry], ["existing", 1, null]);
      assert.equal(await sizeOf(), 1);

      assert.equal((await verifyCall(database, record.call_id, { tenant, actor, at })).result, "verified");
      await put(run, { ...record, duration: 7 });
      const attempt = await verifyCall(database, record.call_id, { tenant, actor, at, method: "nightly" });
      assert.deepEqual([attempt.result, attempt.expected_hash], ["mismatch", sealed.canonical_payload_hash]);
      const second = await seal(database, { ...record, duration: 7 });
      assert.deepEqual([second.version, second.seq], [2, 3]);
      await assert.rejects(seal(database, record), refused("already-sealed"));

      const withdrawal = { tenant, actor, at, reason: "consent-withdrawn", policy: "retention/2", version: 1 };
      assert.equal((await revokeVersion(database, record.call_id, withdrawal)).status, "revoked");
      assert.equal((await revokeVersion(database, record.call_id, withdrawal)).status, "existing");
      assert.equal(await sizeOf(), 5);
      assert.equal((await verifyCall(database, record.call_id, { tenant, actor, at })).result, "verified");

      const events = await run("select event_type, version::int, result, method, reason, actor_id from public.call_verify_events order by seq");
      assert.deepEqual(events.map((row) => Object.values(row)), [
        ["verification.recorded", 1, "verified", "recompute", null, "u-17"],
        ["verification.recorded", 1, "mismatch", "nightly", null, "u-17"],
        ["version.revoked", 1, null, null, "consent-withdrawn", "u-17"],
        ["verification.recorded", 2, "verified", "recompute", null, "u-17"],
      ]);
    });

    test("what cannot be sealed or verified changes nothing", async () => {
      const size = await sizeOf();
      await assert.rejects(seal(database, call(2), { statement: { ...FINAL, metadataLocked: false } }), refused("not-finalized"));
      await assert.rejects(seal(database, call(2, { of: other })), refused("foreign-tenant"));
      await assert.rejects(verifyCall(database, call(2).call_id, { tenant, actor }), refused("no-such-version"));
      await assert.rejects(revokeVersion(database, call(2).call_id, { tenant, actor, reason: "r", policy: "p" }), refused("no-such-version"));
      await assert.rejects(appendEvent(database, "{}", { tenant, entityId: "x", eventType: "version.created" }), refused("bad-event"));
      await assert.rejects(appendEvent(database, '{"a":1,"a":2}', { tenant, entityId: "x", eventType: "x" }), refused("json-duplicate-member"));
      await assert.rejects(seal(database, call(2), { tenant: tenant.toUpperCase() }), TypeError);
      // No failure of the database, which would be tried again.
      for (const id of ["", "1", `{${call(1).call_id}}`, "ABCDEF00-0000-4000-8000-000000000001", `${call(1).call_id}' or true --`]) {
        await assert.rejects(verifyCall(database, id, { tenant, actor }), { code: "bad-option", member: "callId" });
        await assert.rejects(revokeVersion(database, id, { tenant, actor, reason: "r", policy: "p" }), { code: "bad-option", member: "callId" });
      }
      assert.equal(await sizeOf(), size);
    });

    test("a transaction in which anything failed is no success, even if nobody minded", async () => {
      const size = await sizeOf();
      const careless = {
        transaction: (mode, work) =>
          database.transaction(mode, async (query) => {
            const value = await work(query);
            await query("select 1 / 0", []).catch(() => {});
            return value;
          }),
      };
      await assert.rejects(seal(careless, call(2)), failed("unavailable"));
      assert.equal(await sizeOf(), size);
    });

    test("salts, recordings, signatures and events of any kind stand in the chain", async () => {
      const salt = "ab".repeat(32);
      await put(run, { ...call(3), salt, finalized: true });
      assert.equal((await seal(database, { ...call(3), salt }, { key })).version, 1);
      await put(run, call(4));
      assert.equal((await seal(database, call(4), { recording: "cd".repeat(32) })).version, 1);
      const entry = await appendEvent(database, '{"z":1e3,"a":"\\u00e9","n":[0.1,{}]}', { tenant, entityId: 'a "key"\n', eventType: "note.taken", at });
      assert.ok(entry.text.includes('"payload":{"a":"é","n":[0.1,{}],"z":1000}'));
      const odd = { "\u{1F37D}": -0.5, "\uFB01": [1e21, 1e-7, 123456789012345.6, 5e-324, true, null, "\u007f\b\u001f/"], "": { é: "\"\\" }, no: "\\u0000" };
      await appendEvent(database, JSON.stringify(odd), { tenant, entityId: "é", eventType: "note.taken", at });
    });

    test("an export with a checkpoint is verified, and what follows the checkpoint is not proven", async () => {
      const note = await checkpoint(database, { tenant, key });
      assert.equal(await checkpoint(database, { tenant, key }), note);
      const exported = await bytesOf(await exportBundle(database, { tenant }));
      const report = judged(exported);
      assert.deepEqual([report.verdict, report.level, report.findings, report.attempts], ["verified", "L3", [], 3]);
      assert.deepEqual([report.calls.verified, report.calls.not_presented], [3, 0]);
      const lines = exported.toString().trimEnd().split("\n");
      assert.equal(lines.filter((line) => line.startsWith('{"type":"checkpoint"')).length, 1);
      await seal(database, call(5));
      assert.equal(judged(await bytesOf(await exportBundle(database, { tenant }))).verdict, "not_proven");
    });

    test("a key in a service elsewhere signs as well, and no other one", async () => {
      const asked = [];
      const sign = (text) => {
        asked.push(Buffer.from(text).toString());
        return new Uint8Array(64);
      };
      await assert.rejects(checkpoint(database, { tenant, vkey, sign }), refused("bad-key"));
      assert.equal(asked[0].split("\n")[0], origin);
      assert.equal(asked[0].split("\n")[1], String(await sizeOf()));
    });

    test("SQL alone finds nothing wrong, and the same hashes", async () => {
      assert.deepEqual(await run("select * from call_verify.chain_findings"), []);
      const rows = await run("select call_id::text, result from call_verify.recomputed_calls order by call_id");
      assert.deepEqual(rows.map(({ result }) => result), ["verified", "verified", "verified", "not_proven"]);
      const [{ payload }] = await run("select call_verify.canonical_payload(record) as payload from call_verify.current_calls where call_id = $1", [call(3).call_id]);
      assert.equal(payload, Buffer.from(canonicalizeCall(JSON.stringify({ ...call(3), salt: "ab".repeat(32) }))).toString());
    });

    test("the edge handler works on it, in the role of each grant", async () => {
      const authorize = (asking) => ({ tenant, role: asking.headers.get("authorization"), actor });
      const handler = createHandler({ policy: vkey, store: createStore(database), authorize });
      const ask = (role, path, body) =>
        handler(new Request(`https://service.example${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { authorization: role, "content-type": "application/json" },
          body,
        }));
      const gate = "transcript_complete=true&metadata_locked=true&ai_outputs_stable=true";
      await put(run, call(6));
      assert.equal((await ask("sealer", `/seal?${gate}`, JSON.stringify(call(6)))).status, 201);
      assert.equal((await ask("sealer", `/seal?${gate}`, JSON.stringify(call(6)))).status, 200);
      const recorded = await ask("verifier", "/record", JSON.stringify({ call_id: call(6).call_id }));
      assert.equal((await recorded.json()).result, "verified");
      const missing = await ask("verifier", "/record", JSON.stringify({ call_id: call(99).call_id }));
      assert.equal((await missing.json()).code, "no-such-call");
      const command = JSON.stringify({ call_id: call(6).call_id, reason: "r", policy: "p" });
      assert.equal((await ask("revoker", "/revoke", command)).status, 201);
      await checkpoint(database, { tenant, key });
      const exported = Buffer.from(await (await ask("auditor", "/export")).arrayBuffer());
      assert.equal(judged(exported).verdict, "revoked");
    });
  });
}
