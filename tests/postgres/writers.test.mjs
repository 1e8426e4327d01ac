// Many writers at once, transactions that are rolled back, connections that are cut and a server that is killed: the chain has no gap, no
// fork, and everything that was said to be sealed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "call-stream-verify/edge";
import { checkpoint, exportBundle, fromPg, openChain, sealCall } from "call-stream-verify/postgres";
import { bytesOf, call, FINAL, judged, key, migrated, origin, poolOf, tenants, vkey } from "./support/ledger.mjs";

const WRITERS = 64;

let server;
let pool;

before(async () => {
  server = await migrated();
  pool = poolOf(server, "postgres", WRITERS + 6);
  for (const of of tenants) await openChain(fromPg(pool), { tenant: of, origin });
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

/** Small and seeded, so that a failure can be had again. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Asserts that every chain holds in itself and has each of these seals where it was said to be. */
async function assertKept(sealed) {
  const database = fromPg(pool);
  assert.deepEqual((await pool.query("select * from call_verify.chain_findings")).rows, []);
  for (const of of tenants) {
    const { rows } = await pool.query("select seq::int, entry_hash from audit_log_chain where tenant_id = $1 order by seq", [of]);
    assert.deepEqual(rows.map(({ seq }) => seq), rows.map((_, index) => index), "a gap");
    for (const { tenant, entry } of sealed.filter(({ tenant }) => tenant === of)) {
      assert.equal(rows[entry.seq]?.entry_hash, entry.entry_hash, `${tenant}: entry ${entry.seq} is lost`);
    }
    if (rows.length === 0) continue;
    await checkpoint(database, { tenant: of, key });
    const bundle = await bytesOf(await exportBundle(database, { tenant: of }));
    const report = judged(bundle, ["--key", vkey, "--chain-only"]);
    assert.deepEqual([report.verdict, report.as_of.size], ["verified", rows.length]);
  }
}

test(`${WRITERS} writers over ${tenants.length} tenants, with rollbacks and cut connections, leave no gap, no fork and lose no seal`, async () => {
  const random = dice(7);
  const database = fromPg(pool);
  // Some transactions are rolled back after they have appended, as if their program had stopped or been stopped.
  const failing = {
    transaction: (mode, work) =>
      database.transaction(mode, async (query) => {
        const value = await work(query);
        if (random() < 0.15) throw new Error("rolled back");
        // A failure that nobody minds, and a connection that is cut in front of COMMIT.
        if (random() < 0.05) await query("select 1 / 0", []).catch(() => {});
        if (random() < 0.05) await pool.query("select pg_terminate_backend($1)", [(await query("select pg_backend_pid() as pid", []))[0].pid]);
        return value;
      }),
  };
  const sealed = [];
  const refusals = { unavailable: 0, conflict: 0 };
  let number = 1000;
  // Backends that are ended from outside, in the middle of whatever they do.
  let busy = true;
  const killer = (async () => {
    while (busy) {
      await sleep(40);
      await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and state <> 'idle' and query like '%audit_log_chain%' order by random() limit 1").catch(() => {});
    }
  })();
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let round = 0; round < 12; round += 1) {
        const of = tenants[(writer + round) % tenants.length];
        number += 1;
        try {
          const value = await sealCall(failing, JSON.stringify(call(number, { of })), { tenant: of, statement: FINAL });
          sealed.push({ tenant: of, entry: value.entry });
        } catch (error) {
          assert.ok(error instanceof StoreError, error);
          refusals[error.code] += 1;
        }
      }
    }),
  );
  busy = false;
  await killer;
  console.log(`${sealed.length} sealed, ${refusals.unavailable} failed, ${refusals.conflict} gave up`);
  assert.ok(sealed.length > 400 && refusals.unavailable > 50);
  assert.equal(new Set(sealed.map(({ tenant, entry }) => `${tenant} ${entry.seq}`)).size, sealed.length, "a fork");
  await assertKept(sealed);
});

test("the same call sealed by many at once is sealed once", async () => {
  const [of] = tenants;
  const record = JSON.stringify(call(1, { of }));
  const values = await Promise.all(Array.from({ length: 32 }, () => sealCall(fromPg(pool), record, { tenant: of, statement: FINAL })));
  assert.equal(values.filter(({ status }) => status === "sealed").length, 1);
  assert.equal(new Set(values.map(({ seq }) => seq)).size, 1);
});

test("a server that is killed in the middle of sealing has, when it is back, every seal that was acknowledged, and no half one", async () => {
  const sealed = [];
  for (let times = 0; times < 3; times += 1) {
    const victim = poolOf(server, "postgres", 16);
    const writing = Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        const of = tenants[writer % tenants.length];
        for (let round = 0; ; round += 1) {
          const record = JSON.stringify(call(100_000 * (times + 1) + 1000 * writer + round, { of }));
          const value = await sealCall(fromPg(victim), record, { tenant: of, statement: FINAL }).catch((error) => error);
          if (value instanceof StoreError) return;
          assert.ok(!(value instanceof Error), value);
          sealed.push({ tenant: of, entry: value.entry });
        }
      }),
    );
    await sleep(500);
    await server.kill();
    await writing;
    await victim.end().catch(() => {});
    await server.run();
  }
  console.log(`${sealed.length} sealed around 3 crashes`);
  assert.ok(sealed.length > 50);
  await assertKept(sealed);
});
