// Work in the name of a role, by statements of its own.

import { createHash } from "node:crypto";
import pg from "pg";

export const ROLES = ["call_verify_sealer", "call_verify_verifier", "call_verify_revoker", "call_verify_auditor"];

// As Supabase has it: the owner and service_role pass row-level security, and the latter is granted everything on whatever is made in public.
export const SUPABASE = `
  create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls; create role authenticator noinherit login;
  grant anon, authenticated, service_role to authenticator;
  create role owner login createrole bypassrls; grant service_role to owner; grant all on schema public to owner;
  alter default privileges for role owner in schema public grant all on tables to anon, authenticated, service_role;
  create role app login;
  do $$ begin execute format('grant create on database %I to owner', current_database()); end $$;`;

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

/** What would change the ledger, by name. */
export const BYPASSES = {
  "UPDATE of an entry": ["update audit_log_chain set entry = '{}'"],
  "UPDATE of no row": ["update audit_log_chain set entry = entry where false"],
  "UPDATE of a version": ["update call_verify_versions set version = version + 1"],
  "UPDATE of an event": ["update call_verify_events set result = 'verified'"],
  "UPDATE of the head": ["update chain_heads set size = 0, head = chain_id"],
  "UPDATE of the head by one": ["update chain_heads set size = size + 1, head = repeat('a', 64)"],
  DELETE: ["delete from audit_log_chain"],
  "DELETE of the head": ["delete from chain_heads"],
  TRUNCATE: ["truncate audit_log_chain cascade"],
  "TRUNCATE of events": ["truncate call_verify_events"],
  "ON CONFLICT DO UPDATE": [`insert into audit_log_chain select * from audit_log_chain on conflict (tenant_id, seq) do update set entry = '{}'`],
  MERGE: ["merge into audit_log_chain as old using audit_log_chain as new on old.seq = new.seq when matched then delete"],
  "a writable CTE": ["with gone as (delete from call_verify_records returning *) select count(*) from gone"],
  COPY: [`copy audit_log_chain ${COLUMNS} from program 'true'`],
  "a rule": ["create rule quiet as on update to audit_log_chain do instead nothing"],
  "a trigger that is disabled": ["alter table audit_log_chain disable trigger all", "delete from audit_log_chain"],
  "replication's way around triggers": ["set local session_replication_role = replica", "delete from audit_log_chain"],
  "row-level security that is switched off": ["set local row_security = off", "update audit_log_chain set entry = '{}'"],
  "a foreign key that cascades": ["alter table audit_log_chain add foreign key (tenant_id) references chain_heads on delete cascade"],
  "a temporary table in front": ["create temporary table chain_heads (like public.chain_heads)", "update public.chain_heads set size = size + 1"],
  "another tenant's setting in a function": ["select set_config('call_verify.tenant', '', true)", "update public.chain_heads set size = size + 1, head = head"],
};
