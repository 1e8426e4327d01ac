// The chain in partitions by tenant: the same functions, the same guards, also in front of a partition itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkpoint, exportBundle, fromPg, openChain, sealCall } from "call-stream-verify/postgres";
import { bytesOf, call, FINAL, judged, key, migrated, origin, poolOf, tenants, vkey } from "./support/ledger.mjs";

test("a chain in 4 partitions is sealed, guarded and exported like any other", async () => {
  const server = await migrated({}, "set call_verify.partitions = '4'");
  const pool = poolOf(server);
  try {
    const database = fromPg(pool);
    for (const of of tenants) {
      await openChain(database, { tenant: of, origin });
      await sealCall(database, JSON.stringify(call(1, { of })), { tenant: of, statement: FINAL });
      await checkpoint(database, { tenant: of, key });
      const report = judged(await bytesOf(await exportBundle(database, { tenant: of })), ["--key", vkey, "--chain-only"]);
      assert.equal(report.verdict, "verified");
    }
    const { rows } = await pool.query("select count(distinct tableoid)::int as used from audit_log_chain");
    assert.ok(rows[0].used > 1);
    for (const part of [0, 1, 2, 3]) {
      for (const statement of [`update audit_log_chain_${part} set seq = 1`, `delete from audit_log_chain_${part}`, `truncate audit_log_chain_${part} cascade`]) {
        await assert.rejects(pool.query(statement), { code: "42501" });
      }
    }
  } finally {
    await pool.end();
    await server.stop();
  }
});
