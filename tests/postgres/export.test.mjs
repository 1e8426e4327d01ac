// Exports of more than a page: all of it, in order, whatever its pages are like.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { StoreError } from "call-stream-verify/edge";
import { appendEvent, checkpoint, exportBundle, fromPg, openChain, sealCall, sealFinalCall, verifyCall } from "call-stream-verify/postgres";
import { actor, bytesOf, call, FINAL, judged, key, migrated, origin, poolOf, put, tenant, vkey, whatCame } from "./support/ledger.mjs";

const CALLS = 1103;
const LARGE = [3, 700, 701, 702, 1102];
let server;
let pool;
let size;

before(async () => {
  server = await migrated();
  pool = poolOf(server);
  await openChain(fromPg(pool), { tenant, origin });
  const client = await pool.connect();
  // One commit for all of it.
  await client.query("begin");
  const run = async (text, values) => (await client.query(text, values)).rows;
  const within = { transaction: (_, work) => work(run) };
  const at = "2026-10-08T12:00:00Z";
  for (let number = 0; number < CALLS; number += 1) {
    await client.query("reset role");
    const record = call(number, LARGE.includes(number) ? { transcript: "é".repeat(700_000) } : {});
    await put(run, record);
    await sealCall(within, JSON.stringify(record), { tenant, statement: FINAL, at });
    const payload = JSON.stringify({ text: "x".repeat(LARGE.includes(number) ? 1_500_000 : number) });
    await appendEvent(within, payload, { tenant, entityId: "x", eventType: "note.taken", at });
  }
  await client.query("commit");
  client.release();
  size = 2 * CALLS;
  await checkpoint(fromPg(pool), { tenant, key });
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

test("a bundle of several pages has every entry and every call, and is verified", async () => {
  const bundle = await bytesOf(await exportBundle(fromPg(pool), { tenant }));
  const report = judged(bundle);
  assert.deepEqual([report.verdict, report.findings, report.as_of.size, report.calls.verified], ["verified", [], size, CALLS]);
});

const headOf = async () => (await pool.query("select size || ':' || head as head from chain_heads where tenant_id = $1", [tenant])).rows[0].head;

/** A database whose pages have no more than so many rows. */
const capped = (rows) => {
  const database = fromPg(pool);
  let most = 0;
  return {
    pages: () => most,
    transaction: (mode, work) =>
      database.transaction(mode, (query) =>
        work(async (text, parameters) => {
          const found = await query(text, parameters);
          if (/limit/.test(text)) most = Math.max(most, found.length);
          return found.slice(0, rows);
        }),
      ),
  };
};

test("a cap on rows, as some services have it, makes more pages and the same bundle", async () => {
  const whole = await bytesOf(await exportBundle(fromPg(pool), { tenant }));
  const database = capped(400);
  const same = await bytesOf(await exportBundle(database, { tenant }));
  const without = (bytes) => bytes.toString().replace(/"exported_at":"[^"]*"/, "").replace(/"envelope":"[^"]*"/, "");
  assert.ok(without(same) === without(whole));
  assert.ok(database.pages() > 400);
});

test("rows that are left out are missed", async () => {
  const database = fromPg(pool);
  for (const lost of [(rows) => rows.filter((_, index) => index !== 500), (rows) => rows.slice(1), (rows) => (rows.length === 0 ? rows : [])]) {
    const lossy = { transaction: (mode, work) => database.transaction(mode, (query) => work(async (text, parameters) => (/from public.audit_log_chain\s/.test(text) ? lost(await query(text, parameters)) : query(text, parameters)))) };
    const { bytes, error } = await whatCame(await exportBundle(lossy, { tenant }));
    assert.ok(error instanceof StoreError && error.code === "unavailable", String(error));
    assert.notEqual(judged(bytes).verdict, "verified");
  }
});

test("an export that the database breaks off is not begun anew in the same stream", async () => {
  const database = fromPg(pool);
  let left = 4;
  const breaking = {
    transaction: (mode, work) =>
      database.transaction(mode, (query) =>
        work(async (text, parameters) => {
          left -= 1;
          if (left === 0) throw Object.assign(new Error("canceling statement due to conflict with recovery"), { code: "40001" });
          return query(text, parameters);
        }),
      ),
  };
  const { bytes, error } = await whatCame(await exportBundle(breaking, { tenant }));
  assert.ok(error instanceof StoreError && error.code === "unavailable", String(error));
  assert.equal(bytes.toString().split('{"type":"manifest"').length, 2);
  // Before anything was read it is.
  left = 2;
  assert.equal(judged(await bytesOf(await exportBundle(breaking, { tenant }))).verdict, "verified");
});

test("what is sealed and changed while an export is read does not come into it", async () => {
  const reader = (await exportBundle(fromPg(pool), { tenant })).getReader();
  const chunks = [(await reader.read()).value];
  await sealCall(fromPg(pool), JSON.stringify(call(5000)), { tenant, statement: FINAL });
  await put((text, values) => pool.query(text, values), call(1102, { duration: 1, transcript: "" }));
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  const report = judged(Buffer.concat(chunks));
  assert.deepEqual([report.verdict, report.as_of.size], ["verified", size]);
});

test("calls that the platform has erased are sealed and not shown, also where a page has no other ones", async () => {
  await pool.query("delete from calls where tenant_id = $1 and call_id <> $2", [tenant, call(1102).call_id]);
  await put((text, values) => pool.query(text, values), call(1102, { transcript: "é".repeat(700_000) }));
  const report = judged(await bytesOf(await exportBundle(fromPg(pool), { tenant })), ["--key", vkey, "--expect", await headOf()]);
  assert.deepEqual([report.verdict, report.calls.verified, report.calls.not_presented], ["verified", 1, CALLS]);
});

test("a view that gives a call twice, or another one's record, is found out: nothing is sealed by it, and no call is left out", async () => {
  const definition = (await pool.query("select pg_get_viewdef('call_verify.current_calls'::regclass) as text")).rows[0].text.replace(/;$/, "");
  const replace = (text) => pool.query(`create or replace view call_verify.current_calls with (security_invoker = true) as ${text}`);
  const large = "é".repeat(2_200_000);
  await put((text, values) => pool.query(text, values), call(1102, { transcript: large }));
  try {
    await replace(`select * from (${definition}) as one union all select * from (${definition}) as two`);
    const twice = (await bytesOf(await exportBundle(fromPg(pool), { tenant }))).toString();
    assert.ok(twice.includes(large));
    const failed = { code: "unavailable", message: /no one record/ };
    await assert.rejects(sealFinalCall(fromPg(pool), call(1102).call_id, { tenant }), failed);
    await replace(`select tenant_id, call_id, replace(record, '${call(1102).call_id}', '${call(7).call_id}') as record, finalized from (${definition}) as one`);
    for (const act of [() => sealFinalCall(fromPg(pool), call(1102).call_id, { tenant }), () => verifyCall(fromPg(pool), call(1102).call_id, { tenant, actor })]) {
      await assert.rejects(act(), failed);
    }
  } finally {
    await replace(definition);
  }
});
