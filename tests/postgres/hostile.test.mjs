// A role with SQL of its own: whatever it sets, makes or spells, what it gets into the chain a verifier takes, and the head follows.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chainId, sealCall as nextVersion } from "call-stream-verify";
import { exportBundle, fromPg, openChain, sealCall } from "call-stream-verify/postgres";
import { bytesOf, call, FINAL, judged, migrated, origin, poolOf, tenant } from "./support/ledger.mjs";
import { as, inserting, ROLES } from "./support/roles.mjs";

let server;
let pool;

before(async () => {
  server = await migrated();
  pool = poolOf(server);
  await pool.query(`create role app login; grant ${ROLES.join()} to app`);
  await openChain(fromPg(pool), { tenant, origin });
  await sealCall(fromPg(pool), JSON.stringify(call(1)), { tenant, statement: FINAL, at: "2026-10-08T11:00:00Z" });
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

const chain = async (client = pool) => (await client.query("select size::int, head from chain_heads where tenant_id = $1", [tenant])).rows[0];
const counted = async () => (await pool.query("select count(*)::int as entries from audit_log_chain")).rows[0].entries;

async function refused(role, statements, code) {
  await assert.rejects(as(server, "app", role, tenant, ...statements), (error) => assert.match(String(error.code), code, error.message) ?? true);
  assert.equal(await counted(), (await chain()).size);
}

// Names that a search path finds in pg_temp first, if it does not name it.
const TEMPORARY = {
  "a text that is cut off": ["create domain pg_temp.text as pg_catalog.name"],
  "a text without case and white space": [
    "create collation pg_temp.loose (provider = icu, locale = 'und-u-ks-level1-ka-shifted', deterministic = false)",
    "create domain pg_temp.text as pg_catalog.text collate pg_temp.loose",
  ],
  "a json, a uuid and tables": [
    "create domain pg_temp.json as pg_catalog.text",
    "create domain pg_temp.uuid as pg_catalog.text",
    "create temporary table chain_heads (like public.chain_heads)",
    "create temporary table audit_log_chain (like public.audit_log_chain)",
  ],
  "strings in which a backslash is something else": ["set local standard_conforming_strings = off", "set local backslash_quote = on"],
};

for (const [name, statements] of Object.entries(TEMPORARY)) {
  test(`${name}: the same is refused, and nothing else`, async () => {
    for (const payload of ['{ "B":1,"a" :1}', '{"b":1,"a":2}', '{"a":1E3}', '{"a":1.0}', '{"a":"\\/"}']) {
      await refused("call_verify_sealer", [...statements, inserting(tenant, await chain(), { payload })], /^23514$/);
    }
    const row = "select tenant_id, repeat('a', 64), call_id, 0, repeat('a', 64), repeat('a', 64) from public.call_verify_records";
    await refused("call_verify_sealer", [...statements, `insert into public.call_verify_records ${row}`], /^42501$/);
    const { size } = await chain();
    const good = inserting(tenant, await chain(), { payload: '{"a":[1000,"é\\\\"],"😀":0.5,"\uFB01":null}', entity: "a.b" });
    await as(server, "app", "call_verify_sealer", tenant, ...statements, good);
    assert.deepEqual([await counted(), (await chain()).size], [size + 1, size + 1]);
  });
}

test("an entry never stands behind a head that did not follow it", async () => {
  for (const more of ["returning set_config('call_verify.tenant', '', true)", "returning set_config('request.jwt.claims', '{\"app_metadata\":{\"tenant_id\":\"00000000-0000-4000-8000-000000000000\"}}', true)"]) {
    await refused("call_verify_sealer", [inserting(tenant, await chain(), { more })], /^42501$/);
  }
});

const texts = { long: "x".repeat(257), wide: "🍽".repeat(257), most: "🍽".repeat(256), odd: "\"\\\n\u007f\u2028", none: "" };

/** Payloads that are in canonical form, and yet may be none of their type. */
async function payloads() {
  const { size, head } = await chain();
  const sealed = (await pool.query("select call_id::text, canonical_payload_hash as hash from call_verify_versions")).rows[0];
  const spelled = (text) => JSON.stringify(text);
  const attempt = ({ id = "u", type = "user", method = "recompute", result = "verified", hash = sealed.hash } = {}) =>
    `{"actor":{"id":${spelled(id)},"type":"${type}"},"computed_hash":"${hash}","expected_hash":"${sealed.hash}","method":${spelled(method)},"result":"${result}","version":1}`;
  const revocation = ({ id = "u", type = "user", policy = "p", reason = "r", signatures = "" } = {}) =>
    `{"actor":{"id":${spelled(id)},"type":"${type}"},"canonical_payload_hash":"${sealed.hash}","policy":${spelled(policy)},"reason":${spelled(reason)}${signatures},"version":1}`;
  const made = (record) => {
    const { entry } = nextVersion(JSON.stringify(record), { chain: { tenantId: tenant, size, head, versions: [] }, statement: FINAL, at: "2026-10-08T12:00:00Z" });
    return /"payload":(?<payload>\{.*\}),"prev_hash"/.exec(entry.text).groups.payload;
  };
  const salted = made({ ...call(7), salt: "ab".repeat(32), recording_ref: "x" });
  const list = [];
  for (const text of Object.values(texts)) {
    for (const member of ["id", "method"]) list.push(["call_verify_verifier", "verification.recorded", attempt({ [member]: text })]);
    for (const member of ["id", "policy", "reason"]) list.push(["call_verify_revoker", "version.revoked", revocation({ [member]: text })]);
  }
  for (const type of ["user", "system", "validator", "other"]) {
    list.push(["call_verify_verifier", "verification.recorded", attempt({ type })], ["call_verify_revoker", "version.revoked", revocation({ type })]);
  }
  for (const result of ["verified", "mismatch", "revoked", "not_proven"]) list.push(["call_verify_verifier", "verification.recorded", attempt({ result, hash: "a".repeat(64) })]);
  const about = list.map(([role, event, payload]) => ({ role, event, payload, entity: sealed.call_id }));
  const changes = [
    (text) => text,
    (text) => text.replace(/"abandoned":"[0-9a-f]{64}",/, ""),
    (text) => text.replace(/"transferred":/, '"zebra":'),
    (text) => text.replace(/("abandoned":")../, "$1AA"),
    (text) => text.replace(/("abandoned":").{64}/, "$1"),
    (text) => text.replace(/"recording_ref":"[0-9a-f]{64}",/, ""),
    (text) => text.replace(/"field_commitments":\{.*?\}/, '"field_commitments":{}'),
  ];
  for (const change of changes) about.push({ role: "call_verify_sealer", event: "version.created", payload: change(salted), entity: call(7).call_id });
  for (const entity of Object.values(texts)) about.push({ role: "call_verify_sealer", event: "note.taken", payload: "{}", entity });
  const deep = (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  for (const levels of [30, 31, 32, 33]) about.push({ role: "call_verify_sealer", event: "note.taken", payload: deep(levels), entity: "x" });
  const wide = (members) => `{${Array.from({ length: members }, (_, index) => `"${String(index).padStart(3, "0")}":0`).join()}}`;
  for (const members of [256, 257]) about.push({ role: "call_verify_sealer", event: "note.taken", payload: wide(members), entity: "x" });
  for (const event of ["a", "a.b.c", "a..b", ".a", "a.", "x".repeat(64), "x".repeat(65), "a b", "é"]) about.push({ role: "call_verify_sealer", event, payload: "{}", entity: "x" });
  for (const bytes of [16_776_800, 16_777_216]) about.push({ role: "call_verify_sealer", event: "note.taken", payload: `{"a":"${"x".repeat(bytes - 170)}"}`, entity: "x" });
  return about;
}

test("what the database lets in, a verifier takes", async () => {
  const outcomes = { taken: 0, refused: 0 };
  const client = await pool.connect();
  try {
    for (const { role, ...changed } of await payloads()) {
      const about = `${role} ${changed.event} ${changed.payload.slice(0, 200)}`;
      await client.query("begin");
      const [text, values] = inserting(tenant, await chain(client), changed);
      await client.query("select set_config('role', $1, true), set_config('call_verify.tenant', $2, true)", [role, tenant]);
      const error = await client.query(text, values).then(() => null, (thrown) => thrown);
      if (error === null) {
        outcomes.taken += 1;
        await client.query("reset role");
        // In the same transaction: nothing of it stays.
        const query = async (asked, parameters) => (asked.includes("set_config") ? [] : (await client.query(asked, parameters)).rows);
        const bundle = await bytesOf(await exportBundle({ transaction: (_, work) => work(query) }, { tenant }));
        const { size, head } = await chain(client);
        const report = judged(bundle, ["--chain-only", "--expect", `${size}:${head}`]);
        assert.deepEqual([report.verdict, report.as_of.size], ["verified", size], `${about}: ${JSON.stringify(report.findings)}`);
      } else {
        outcomes.refused += 1;
        assert.match(error.code, /^(23514|22P02|22P05|23502|23505|42501)$/, `${about}: ${error.message}`);
      }
      await client.query("rollback");
    }
  } finally {
    client.release();
  }
  console.log(`${outcomes.taken} taken, ${outcomes.refused} refused`);
  assert.ok(outcomes.taken > 20 && outcomes.refused > 20);
});

test("no chain begins with a header that a verifier does not take", async () => {
  const of = "7e57d004-2b97-4e7a-b45f-0000000000ff";
  const begin = async (origin, createdAt) => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("select set_config('role', 'call_verify_sealer', true), set_config('call_verify.tenant', $1, true)", [of]);
      const { rows } = await client.query("insert into public.chain_heads (tenant_id, origin, created_at) values ($1, $2, $3) returning chain_id", [of, origin, createdAt]);
      return rows[0].chain_id;
    } catch (error) {
      assert.equal(error.code, "23514");
      return null;
    } finally {
      await client.query("rollback");
      client.release();
    }
  };
  const known = (createdAt) => (origin) => {
    try {
      return chainId({ tenantId: of, origin, createdAt });
    } catch {
      return null;
    }
  };
  const time = "2026-10-08T12:00:00Z";
  for (const origin of ["log.example/a", "!", 'a"b\\c', "a+b", "https://a", "a b", "", "é", "a\tb", "x".repeat(256), "x".repeat(257), "a://b", "a:/b", "~"]) {
    assert.equal(await begin(origin, time), known(time)(origin), origin);
  }
  for (const at of [time, "2026-10-08T12:00:00.5Z", "2026-10-08T12:00:00.50Z", "2026-10-08T12:00:00+00:00", "2026-02-30T00:00:00Z", "now"]) {
    const there = await begin("log.example/a", at);
    assert.ok(there === null || there === known(at)("log.example/a"), at);
  }
});
