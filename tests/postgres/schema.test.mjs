// The migrations themselves, on every version of PostgreSQL that is at hand.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fromPg, openChain, sealCall, verifyCall } from "call-stream-verify/postgres";
import { actor, apply, call, FINAL, origin, poolOf, put, tenant } from "./support/ledger.mjs";
import { as, BYPASSES, SUPABASE } from "./support/roles.mjs";
import { Server, VERSIONS } from "./support/server.mjs";

const TABLES = ["audit_log_chain", "audit_log_checkpoints", "call_verify_events", "call_verify_records", "call_verify_versions", "chain_heads"];

for (const version of [null, ...VERSIONS]) {
  describe(`PostgreSQL ${version ?? "of Debian"}`, () => {
    let server;
    let pool;
    const all = async (text, values) => (await pool.query(text, values)).rows;

    before(async () => {
      server = await Server.start({}, version);
      const made = server.program("psql", ["-v", "ON_ERROR_STOP=1", "-q", "-c", SUPABASE]);
      assert.equal(made.status, 0, made.stderr);
      apply(server, "set role owner");
      pool = poolOf(server);
      const database = fromPg(poolOf(server, "owner", 4));
      await openChain(database, { tenant, origin });
      await put((text, values) => pool.query(text, values), call(1));
      await sealCall(database, JSON.stringify(call(1)), { tenant, statement: FINAL });
      await verifyCall(database, call(1).call_id, { tenant, actor });
    });

    after(async () => {
      await pool?.end();
      await server?.stop();
    });

    test("its owner, who is no superuser, applies them again, and nothing changes", async () => {
      const state = `select (select json_agg(t order by t::text) from (select * from audit_log_chain) t)::text as rows,
        (select json_agg(p order by p.schemaname, p.tablename, p.policyname) from pg_policies p)::text as policies,
        (select json_agg((c.oid::regclass, c.relacl::text) order by c.relname) from pg_class c where relnamespace in ('public'::regnamespace, 'call_verify'::regnamespace))::text as grants,
        (select json_agg((t.tgrelid::regclass, t.tgname, t.tgenabled) order by t.tgrelid::regclass::text, t.tgname) from pg_trigger t where not t.tgisinternal)::text as triggers`;
      const before = await all(state);
      apply(server, "set role owner");
      assert.deepEqual(await all(state), before);
    });

    test("in a second database of the server an owner who may not grant the roles needs to be a member of them", async () => {
      await pool.query("create role second login createdb");
      await pool.query("create database second owner second");
      assert.throws(() => apply(server, "set role second", "second"), /permission denied|must have admin option/);
      await pool.query("grant call_verify_sealer, call_verify_verifier, call_verify_revoker, call_verify_auditor to second");
      apply(server, "set role second", "second");
      const there = poolOf({ address: () => server.address("second", "second") });
      await openChain(fromPg(there), { tenant, origin });
      assert.equal((await sealCall(fromPg(there), JSON.stringify(call(1)), { tenant, statement: FINAL })).status, "sealed");
      await there.end();
    });

    test("every table and column says what it is for", async () => {
      const bare = `select c.relname, a.attname from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)`;
      assert.deepEqual(await all(bare), []);
    });

    test("every key begins with tenant_id, which is never null", async () => {
      const keys = `select conrelid::regclass::text as of, contype, (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) as first
        from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f')`;
      const found = await all(keys);
      assert.ok(found.length > 15);
      assert.deepEqual(found.filter(({ first }) => first !== "tenant_id"), []);
      const indexes = `select indexrelid::regclass::text as index from pg_index join pg_class c on c.oid = indrelid
        where relnamespace = 'public'::regnamespace and (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0]) <> 'tenant_id'`;
      assert.deepEqual(await all(indexes), []);
      const nullable = "select attrelid::regclass from pg_attribute join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attname = 'tenant_id' and not attnotnull";
      assert.deepEqual(await all(nullable), []);
    });

    test("row-level security holds for owners, views work as who asks, and no function as somebody else", async () => {
      const forced = await all("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and relforcerowsecurity order by 1");
      assert.deepEqual(forced.map(({ relname }) => relname), TABLES);
      const views = await all("select relname, reloptions::text as options from pg_class where relnamespace = 'call_verify'::regnamespace and relkind = 'v'");
      assert.deepEqual(views.map(({ options }) => options), views.map(() => "{security_invoker=true}"));
      const functions = await all("select proname, prosecdef, proconfig::text as config from pg_proc where pronamespace = 'call_verify'::regnamespace");
      assert.ok(functions.length > 15 && views.length === 3);
      assert.deepEqual(functions.filter(({ prosecdef, config }) => prosecdef || !/search_path=pg_catalog, pg_temp/.test(config)), []);
    });

    test("nobody is granted what the ledger does not need", async () => {
      const granted = await all(`select table_name, string_agg(distinct privilege_type, ',' order by privilege_type) as privileges from information_schema.role_table_grants
        where table_schema = 'public' and table_name <> 'calls' and grantee not in ('owner', 'postgres') group by 1 order by 1`);
      assert.deepEqual(granted.map(({ table_name, privileges }) => `${table_name} ${privileges}`), [
        "audit_log_chain INSERT,SELECT",
        "audit_log_checkpoints INSERT,SELECT",
        "call_verify_events INSERT,SELECT",
        "call_verify_records INSERT,SELECT",
        "call_verify_versions INSERT,SELECT",
        "chain_heads SELECT",
      ]);
      const columns = await all(`select privilege_type, string_agg(distinct column_name, ',' order by column_name) as columns from information_schema.role_column_grants
        where table_name = 'chain_heads' and privilege_type <> 'SELECT' and grantee not in ('owner', 'postgres') group by 1 order by 1`);
      assert.deepEqual(columns.map(({ privilege_type, columns }) => `${privilege_type} ${columns}`), ["INSERT created_at,origin,tenant_id", "UPDATE head,size"]);
      assert.deepEqual(await all("select grantee from information_schema.role_table_grants where table_schema = 'public' and table_name <> 'calls' and grantee in ('PUBLIC', 'anon', 'authenticated', 'service_role')"), []);
    });

    test("no statement changes the ledger, whoever is granted everything", async () => {
      await pool.query(`grant all on all tables in schema public to service_role; grant all on schema call_verify to service_role;
        grant execute on all functions in schema call_verify to service_role`);
      const state = "select json_agg(t order by t::text)::text as rows from (select * from audit_log_chain) t";
      const before = await all(state);
      for (const [name, statements] of Object.entries(BYPASSES)) {
        for (const [user, role] of [["owner", "call_verify_sealer"], ["owner", null], ["postgres", "service_role"]]) {
          if (role === null && statements.some((text) => /^(create rule|alter table)/.test(text))) continue;
          // Row-level security hides from a role what it does not let be touched.
          await as(server, user, role, tenant, ...statements).catch((error) => assert.equal(error.code.length, 5, name));
          assert.deepEqual(await all(state), before, name);
        }
      }
    });
  });
}
