// A platform that keeps its calls in a table of its own: everything but 004_calls.sql, and a view over that table.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkpoint, exportBundle, fromPg, openChain, sealFinalCall, verifyCall } from "call-stream-verify/postgres";
import { actor, bytesOf, call, judged, key, MIGRATIONS, migration, origin, other, poolOf, tenant } from "./support/ledger.mjs";
import { Server } from "./support/server.mjs";

const TABLE = `create table conversations (
    id uuid primary key, organisation uuid not null, started_at timestamptz not null, seconds int not null, said text not null, ended boolean not null
  );
  alter table conversations enable row level security;
  create policy read on conversations for select to call_verify_sealer, call_verify_verifier, call_verify_auditor using (organisation = (select call_verify.tenant()));
  grant select on conversations to call_verify_sealer, call_verify_verifier, call_verify_auditor;
  create view call_verify.current_calls with (security_invoker = true) as
    select organisation as tenant_id, id as call_id, json_build_object(
      'call_id', id, 'tenant_id', organisation, 'timestamp', to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'caller', 'anonymous', 'direction', 'inbound', 'duration', seconds, 'disposition', 'completed', 'answered', true, 'transferred', false,
      'abandoned', false, 'ai_agent', 'CSAI', 'sentiment', 'neutral', 'purpose', 'reservation', 'transcript', said
    )::text as record, ended as finalized from conversations;
  grant select on call_verify.current_calls to call_verify_sealer, call_verify_verifier, call_verify_auditor;`;

const readme = readFileSync(new URL("../../pkg-config/README.md", import.meta.url), "utf8");
const [, unsealed] = /^```sql\n([^]*?)^```$/m.exec(readme);

test("calls of another shape are sealed, verified and exported through the view", async () => {
  const server = await Server.start();
  const pool = poolOf(server);
  const database = fromPg(pool);
  try {
    for (const name of MIGRATIONS) await pool.query(name === "004_calls.sql" ? TABLE : migration(name));
    for (const of of [tenant, other]) await openChain(database, { tenant: of, origin });
    const insert = "insert into conversations values ($1, $2, $3, $4, $5, $6)";
    const [id, later, foreign] = [1, 2, 3].map((number) => call(number).call_id);
    await pool.query(insert, [id, tenant, "2026-10-01T08:00:00.000001Z", 60, "a table for two", true]);
    await pool.query(insert, [later, tenant, "2026-10-01T09:00:00Z", 1, "", false]);
    await pool.query(insert, [foreign, other, "2026-10-01T09:00:00Z", 1, "", true]);
    assert.equal((await sealFinalCall(database, id, { tenant })).status, "sealed");
    assert.equal(await sealFinalCall(database, later, { tenant }), null);
    assert.equal(await sealFinalCall(database, foreign, { tenant }), null);
    assert.equal((await verifyCall(database, id, { tenant, actor })).result, "verified");
    await checkpoint(database, { tenant, key });
    const bundle = await bytesOf(await exportBundle(database, { tenant }));
    const report = judged(bundle);
    assert.deepEqual([report.verdict, report.calls.verified, report.attempts], ["verified", 1, 1]);
    assert.match(bundle.toString(), /"timestamp":"2026-10-01T08:00:00\.000001Z"/);
    assert.deepEqual((await pool.query("select result from call_verify.recomputed_calls")).rows, [{ result: "verified" }]);
  } finally {
    await pool.end();
    await server.stop();
  }
});

test("the README's query finds what is final and not sealed, of one tenant", async () => {
  const server = await Server.start();
  const pool = poolOf(server, "postgres", 1);
  try {
    for (const name of MIGRATIONS) await pool.query(migration(name));
    const columns = "tenant_id, call_id, timestamp, caller, direction, duration, disposition, answered, transferred, abandoned, ai_agent, sentiment, purpose, transcript, finalized";
    const rest = "now(), 'anonymous', 'inbound', 1, 'completed', true, false, false, 'CSAI', 'neutral', 'x', ''";
    const calls = [[tenant, 1, true], [tenant, 2, true], [tenant, 3, false], [other, 4, true]];
    for (const [of, number, final] of calls) await pool.query(`insert into calls (${columns}) values ($1, $2, ${rest}, $3)`, [of, call(number).call_id, final]);
    await openChain(fromPg(pool), { tenant, origin });
    await sealFinalCall(fromPg(pool), call(1).call_id, { tenant });
    for (const role of ["postgres", "call_verify_sealer"]) {
      await pool.query(`set role ${role}`);
      await pool.query(`set call_verify.tenant = '${tenant}'`);
      assert.deepEqual((await pool.query(unsealed)).rows, [{ call_id: call(2).call_id }], role);
    }
  } finally {
    await pool.end();
    await server.stop();
  }
});
