// What nobody but a superuser can do: change an entry, write for somebody else, or append what the chain would not hold.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import { fromPg, openChain, revokeVersion, sealCall, verifyCall } from "call-stream-verify/postgres";
import { sealCall as nextVersion } from "call-stream-verify";
import { actor, apply, call, FINAL, origin, other, poolOf, put, tenant } from "./support/ledger.mjs";
import { as as actAs, BYPASSES, inserting, ROLES, SUPABASE } from "./support/roles.mjs";
import { Server } from "./support/server.mjs";

let server;
let pool;
let size;

before(async () => {
  server = await Server.start();
  assert.equal(server.program("psql", ["-v", "ON_ERROR_STOP=1", "-q", "-c", SUPABASE]).status, 0);
  apply(server, "set role owner");
  assert.equal(server.program("psql", ["-q", "-c", `grant ${ROLES.join()} to app`]).status, 0);
  pool = poolOf(server);
  const database = fromPg(pool);
  for (const of of [tenant, other]) {
    await openChain(database, { tenant: of, origin });
    for (const number of [1, 2]) {
      await put((text, values) => pool.query(text, values), call(number, { of }));
      await sealCall(database, JSON.stringify(call(number, { of })), { tenant: of, statement: FINAL });
    }
    await verifyCall(database, call(1).call_id, { tenant: of, actor });
    await revokeVersion(database, call(2).call_id, { tenant: of, actor, reason: "r", policy: "p" });
  }
  size = await count();
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

const count = async () => (await pool.query("select tenant_id, count(*), max(seq), md5(string_agg(entry, '' order by seq)) from audit_log_chain group by 1 order by 1")).rows;

const as = (...asked) => actAs(server, ...asked);

describe("no statement changes the ledger", () => {
  const who = [...ROLES.map((role) => ["app", role]), ["postgres", "service_role"], ["postgres", "anon"], ["postgres", "authenticated"]];
  for (const [name, statements] of Object.entries(BYPASSES)) {
    test(name, async () => {
      for (const [user, role] of who) {
        await as(user, role, tenant, ...statements).then(
          // Row-level security hides what it does not let be touched.
          () => assert.equal(name, "another tenant's setting in a function", `${role}: it succeeded`),
          (error) => assert.match(String(error.code), /^(42501|42P01|55000|0A000|22023|40001|428C9|42704)$/, `${role}: ${error.message}`),
        );
      }
      assert.deepEqual(await count(), size);
    });
  }

  test("nor does the owner's application, with statements that are no DDL", async () => {
    for (const [name, statements] of Object.entries(BYPASSES)) {
      if (statements.some((text) => /^(create rule|alter table)/.test(text))) continue;
      await assert.rejects(as("owner", null, tenant, ...statements), undefined, name);
      assert.deepEqual(await count(), size, name);
    }
  });

  test("nor service_role, when somebody grants it everything again", async () => {
    await pool.query("grant all on all tables in schema public to service_role; grant all on schema call_verify to service_role; grant execute on all functions in schema call_verify to service_role");
    try {
      for (const [name, statements] of Object.entries(BYPASSES)) {
        if (statements.some((text) => /^(create rule|alter table)/.test(text))) continue;
        await assert.rejects(as("postgres", "service_role", tenant, ...statements), undefined, name);
        assert.deepEqual(await count(), size, name);
      }
      const insert = `insert into audit_log_chain select tenant_id, seq + 100, reverse(entry_hash), reverse(prev_hash), entity_id, event_type, occurred_at, entry from audit_log_chain limit 1`;
      await assert.rejects(as("postgres", "service_role", tenant, insert), { code: "40001" });
      await assert.rejects(as("postgres", "service_role", null, insert), { code: "42501" });
    } finally {
      await pool.query("revoke all on all tables in schema public from service_role");
    }
  });
});

describe("an entry is appended only if it is one", () => {
  const next = async (changed = {}, event = "note.taken", payload = "{}", entity = "x") => {
    const [chain] = (await pool.query("select size, head from chain_heads where tenant_id = $1", [tenant])).rows;
    return inserting(tenant, chain, { event, payload, entity, ...changed });
  };
  const refusedAs = async (role, statement, code, about) => {
    await assert.rejects(as("app", role, tenant, statement), (error) => assert.match(String(error.code), code, error.message) ?? true, about);
    assert.deepEqual(await count(), size);
  };

  // Other texts of the same data, or of none.
  const SPELLINGS = ['{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":-0}', '{"a":1E3}', '{"a":1e400}', '{"a":9007199254740993}', '{"a":"\\/"}', '{"a":"\\u0061"}', '{"a":[1, 2]}',
    '{"\uFB01":1,"\u{1F37D}":1}', `{"a":${"[".repeat(40)}${"]".repeat(40)}}`];

  test("of the tenant, behind its head, with its own hash, saying what its columns say", async () => {
    const wrong = {
      "another tenant": { tenant: other },
      "a gap": { seq: 5 },
      "a place that is taken": { seq: 0 },
      "a fork": { prev: "a".repeat(64) },
      "another hash": { hash: "a".repeat(64) },
      "another entity": { entry: '{"entity_id":"y","event_type":"note.taken","payload":{},"prev_hash":"","timestamp":""}' },
      "an upper-case type": { event: "Note" },
      "a time with an offset": { time: "2026-10-08T12:00:00+00:00" },
      "a time with trailing zeros": { time: "2026-10-08T12:00:00.10Z" },
      "no such day": { time: "2026-02-30T12:00:00Z" },
    };
    for (const changed of Object.values(wrong)) await refusedAs("call_verify_sealer", await next(changed), /^(42501|40001|23514)$/);
    for (const payload of ["[]", "1", '{"a":}', "{} ", '{}}', '{"a":"\\ud800"}', '{},"payload":{}', ...SPELLINGS]) {
      await refusedAs("call_verify_sealer", await next({}, "note.taken", payload), /^(23514|22P0[25]|22003|2201B)$/, payload);
    }
  });

  test("of a version, only as its canonical record of the next number", async () => {
    const [chain] = (await pool.query("select size::int, head from chain_heads where tenant_id = $1", [tenant])).rows;
    const at = "2026-10-08T12:00:00Z";
    const { entry } = nextVersion(JSON.stringify(call(9)), { chain: { tenantId: tenant, ...chain, versions: [] }, statement: FINAL, at });
    const { payload } = /"payload":(?<payload>\{.*\}),"prev_hash"/.exec(entry.text).groups;
    const id = call(9).call_id;
    const changes = [
      (text) => text.replace('"version":1', '"version":2'),
      (text) => text.replace('"version":1', '"supersedes":1,"version":2').replace('"supersedes":1,"tenant', '"tenant'),
      (text) => text.replace(tenant, other),
      (text) => text.replace(/"canonical_payload_hash":"./, '"canonical_payload_hash":"g'),
      (text) => text.replace('"schema":"call/1"', '"schema":"call/2"'),
      (text) => text.replace("{", '{ '),
      (text) => text.replace('"verified"', '"\\u0076erified"'),
      (text) => text.replace('"version":1', '"version":1,"zebra":1'),
      (text) => text.replace('"version":1', '"version":1,"version":1'),
      (text) => text.replace('"finalized_at":"2026', '"finalized_at":"2026-'),
    ];
    for (const change of changes) {
      assert.notEqual(change(payload), payload);
      await refusedAs("call_verify_sealer", await next({}, "version.created", change(payload), id), /^(23514|23503|22P02|23502)$/);
    }
    await refusedAs("call_verify_sealer", await next({}, "version.created", payload, call(8).call_id), /^23514$/);
    // Data that were sealed before.
    const [{ text }] = (await pool.query("select entry as text from audit_log_chain where tenant_id = $1 and seq = 0", [tenant])).rows;
    const sealed = /"payload":(?<payload>\{.*\}),"prev_hash"/.exec(text).groups.payload;
    await refusedAs("call_verify_sealer", await next({}, "version.created", sealed, call(1).call_id), /^23505$/);
  });

  test("by two hands: who seals cannot revoke, who revokes cannot seal, who reads can do neither", async () => {
    const [{ text }] = (await pool.query("select entry as text from audit_log_chain where tenant_id = $1 and seq = 0", [tenant])).rows;
    const hash = /"canonical_payload_hash":"(.{64})"/.exec(text)[1];
    const revocation = `{"actor":{"id":"u","type":"user"},"canonical_payload_hash":"${hash}","policy":"p","reason":"r","version":1}`;
    const id = call(1).call_id;
    for (const role of ["call_verify_sealer", "call_verify_verifier", "call_verify_auditor"]) {
      await refusedAs(role, await next({}, "version.revoked", revocation, id), /^42501$/);
    }
    for (const role of ["call_verify_verifier", "call_verify_revoker", "call_verify_auditor"]) await refusedAs(role, await next(), /^42501$/);
    // Of a version that there is not, and of one that is revoked.
    await refusedAs("call_verify_revoker", await next({}, "version.revoked", revocation.replace(/1\}$/, "2}"), id), /^23514$/);
    await refusedAs("call_verify_revoker", await next({}, "version.revoked", revocation.replace(hash, "a".repeat(64)), id), /^23514$/);
  });

  test("and rows that repeat an entry cannot be made up beside it", async () => {
    const rows = [
      ["call_verify_revoker", `insert into call_verify_events (tenant_id, seq, call_id, event_type, version, canonical_payload_hash, reason, policy, actor_type, actor_id, occurred_at)
        select tenant_id, 0, call_id, 'version.revoked', version, canonical_payload_hash, 'r', 'p', 'user', 'u', finalized_at from call_verify_versions where version = 1 limit 1`],
      ["call_verify_sealer", `insert into call_verify_versions select tenant_id, call_id, 2, 1, repeat('a', 64), finalized_at, 2 from call_verify_versions limit 1`],
      ["call_verify_sealer", `insert into call_verify_records select tenant_id, repeat('a', 64), call_id, 2, repeat('a', 64), repeat('a', 64) from call_verify_records limit 1`],
      ["call_verify_sealer", `insert into audit_log_checkpoints select tenant_id, 999, encode(sha256('x'), 'hex'), 'x' from chain_heads`],
    ];
    for (const [role, statement] of rows) await refusedAs(role, statement, /^(42501|23514)$/);
  });
});

test("of a JWT the tenant claim counts, and a setting that differs from it makes nobody of a session", async () => {
  const claims = (of) => JSON.stringify({ role: "call_verify_auditor", app_metadata: { tenant_id: of } });
  const set = (name, value) => ["select set_config($1, $2, true)", [name, value]];
  const seen = "select distinct tenant_id::text as of from public.audit_log_chain";
  const ask = (...statements) => as("app", "call_verify_auditor", null, ...statements, seen);
  assert.deepEqual(await ask(set("request.jwt.claims", claims(tenant))), [{ of: tenant }]);
  assert.deepEqual(await ask(set("request.jwt.claims", claims(tenant)), set("call_verify.tenant", other)), []);
  assert.deepEqual(await ask(set("request.jwt.claims", claims(tenant)), set("call_verify.tenant", tenant)), [{ of: tenant }]);
  assert.deepEqual(await ask(set("request.jwt.claims", "{}")), []);
  assert.deepEqual(await ask(), []);
  await assert.rejects(ask(set("call_verify.tenant", "' or true --")), { code: "22P02" });
});

const PROBES = 10_000;

test(`${PROBES} probes in the name of one tenant read and write no row of another`, async () => {
  const tables = ["chain_heads", "audit_log_chain", "call_verify_records", "call_verify_versions", "call_verify_events", "audit_log_checkpoints", "calls",
    "call_verify.current_calls", "call_verify.recomputed_calls", "call_verify.chain_findings"];
  const shapes = [
    (table) => `select * from ${table} where tenant_id = $1`,
    (table) => `select * from ${table} where tenant_id <> call_verify.tenant() and $1::uuid is not null`,
    (table) => `select a.* from ${table} a join ${table} b using (tenant_id) where tenant_id = $1`,
    (table) => `select * from ${table} where tenant_id = $1 or tenant_id::text like '%'`,
    (table) => `select (select row(t.*)::text from ${table} t where tenant_id = $1 limit 1) as leak where exists (select from ${table} where tenant_id = $1)`,
    (table) => `update ${table} set tenant_id = tenant_id where tenant_id = $1 returning *`,
    (table) => `delete from ${table} where tenant_id = $1 returning *`,
    (table) => `insert into ${table} (tenant_id) values ($1) returning *`,
    (table) => `select * from ${table} where tenant_id = $1 for update`,
  ];
  const before = await count();
  let made = 0;
  let answered = 0;
  await Promise.all(
    ROLES.map(async (role) => {
      const client = new pg.Client({ connectionString: server.address("app") });
      await client.connect();
      await client.query(`set role ${role}`);
      await client.query("select set_config('call_verify.tenant', $1, false)", [other]);
      while (made < PROBES) {
        made += 1;
        const table = tables[made % tables.length];
        const text = shapes[Math.floor(made / tables.length) % shapes.length](table);
        const rows = await client.query(text, [tenant]).then(({ rows }) => rows, () => []);
        for (const row of rows) {
          answered += 1;
          assert.ok(!JSON.stringify(row).includes(tenant), text);
        }
      }
      await client.end();
    }),
  );
  assert.ok(answered > 0, "some probes see their own tenant");
  assert.deepEqual(await count(), before);
});
