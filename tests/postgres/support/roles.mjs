// Work in the name of a role, by statements of its own.

import { createHash } from "node:crypto";
import pg from "pg";

export const ROLES = ["call_verify_sealer", "call_verify_verifier", "call_verify_revoker", "call_verify_auditor"];

/** Runs statements as a role in the name of a tenant, in a transaction that is kept if it succeeds; resolves to the last one's rows. */
export async function as(server, user, role, of, ...statements) {
  const client = new pg.Client({ connectionString: server.address(user) });
  await client.connect();
  try {
    await client.query("begin");
    if (role !== null) await client.query(`set local role ${role}`);
    if (of !== null) await client.query("select set_config('call_verify.tenant', $1, true)", [of]);
    let rows = [];
    for (const statement of statements) rows = (await client.query(...[statement].flat(1))).rows;
    await client.query("commit");
    return rows;
  } finally {
    await client.end();
  }
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const COLUMNS = "(tenant_id, seq, entry_hash, prev_hash, entity_id, event_type, occurred_at, entry)";

/**
 * The statement that inserts the next entry behind `{ size, head }` of the tenant's chain: of this type, with this payload, about this
 * entity, but for what is changed.
 */
export function inserting(of, { size, head }, { event = "note.taken", payload = "{}", entity = "x", time = "2026-10-08T12:00:00Z", more = "", ...changed } = {}) {
  const row = { tenant: of, seq: size, prev: head, ...changed };
  row.entry ??= `{"entity_id":${JSON.stringify(entity)},"event_type":"${event}","payload":${payload},"prev_hash":"${row.prev}","timestamp":"${time}"}`;
  row.hash ??= sha256(row.entry);
  const text = `insert into public.audit_log_chain ${COLUMNS} values ($1, $2, $3, $4, $5, $6, $7, $8) ${more}`;
  return [text, [row.tenant, row.seq, row.hash, row.prev, entity, event, time, row.entry]];
}
