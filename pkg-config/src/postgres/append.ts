// Appending under the lock of the tenant's head.

import { type ChainEnd, hashCall, type NewEntry, type SealedVersion, type Uuid } from "call-stream-verify";
import { isUuid, type Role } from "../edge/access.js";
import { type Next, type Seen, StoreError } from "../edge/store.js";
import { OptionError } from "../errors.js";
import type { Database, Query } from "./database.js";
import { inTransaction, numberIn, refusable, textIn, WRITING } from "./transactions.js";

const HEAD = `select size::text as size, head as head from public.chain_heads where tenant_id = $1::text::uuid for no key update`;

// Statements of their own: each one sees what was committed before it began, and so before the lock was had.
const VERSIONS = `select version.seq::text as seq, entry.entry as entry, exists (
    select from public.call_verify_events as event
    where (event.tenant_id, event.call_id, event.version) = (version.tenant_id, version.call_id, version.version)
      and event.event_type = 'version.revoked'
  )::text as revoked
  from public.call_verify_versions as version
  join public.audit_log_chain as entry on (entry.tenant_id, entry.seq) = (version.tenant_id, version.seq)
  where version.tenant_id = $1::text::uuid and version.call_id = $2::text::uuid
  order by version.version`;

const RECORD = `select record as record, finalized::text as finalized from call_verify.current_calls where tenant_id = $1::text::uuid and call_id = $2::text::uuid`;

const INSERT = `insert into public.audit_log_chain (tenant_id, seq, entry_hash, prev_hash, entity_id, event_type, occurred_at, entry)
  values ($1::text::uuid, $2::text::bigint, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text)`;

export interface Appending {
  tenant: Uuid;
  role: Role;
  /** The call whose versions are shown; null for none. */
  callId: Uuid | null;
  withRecord: boolean;
  signal?: AbortSignal | undefined;
}

/** What is seen, with what the platform says of its record. */
export interface SeenCall extends Seen {
  finalized: boolean;
}

/** Shows `next` the chain's end and appends what it gives. See `Store.append`. */
export async function append<T>(database: Database, { tenant, role, callId, withRecord, signal }: Appending, next: (seen: SeenCall) => Next<T>): Promise<T> {
  if (callId !== null && !isUuid(callId)) throw new OptionError("Expected a UUID in lower case.", "callId");
  return inTransaction(
    database,
    WRITING,
    tenant,
    role,
    async (query) => {
      const [head] = await query(HEAD, [tenant]);
      if (head === undefined) throw new StoreError("no-such-chain", "The tenant has no chain.");
      const versions = callId === null ? [] : await versionsOf(query, tenant, callId);
      const [present, second] = withRecord && callId !== null ? await query(RECORD, [tenant, callId]) : [];
      const chain: ChainEnd = { tenantId: tenant, size: numberIn(head, "size"), head: textIn(head, "head"), versions };
      const { entry, value } = refusable(() => {
        signal?.throwIfAborted();
        if (present === undefined) return next({ chain, record: null, finalized: false });
        const record = textIn(present, "record");
        // A view of the platform's own may be wrong.
        if (second !== undefined || hashCall(record).call_id !== callId) throw new StoreError("unavailable", "The view of present calls gives no one record of the call.");
        return next({ chain, record, finalized: textIn(present, "finalized") === "true" });
      });
      if (entry !== null) await insert(query, tenant, entry);
      return value;
    },
    signal,
  );
}

async function versionsOf(query: Query, tenant: Uuid, callId: Uuid): Promise<SealedVersion[]> {
  const rows = await query(VERSIONS, [tenant, callId]);
  return rows.map((row) => ({ seq: numberIn(row, "seq"), entry: textIn(row, "entry"), revoked: textIn(row, "revoked") === "true" }));
}

async function insert(query: Query, tenant: Uuid, entry: NewEntry): Promise<void> {
  const { seq, entry_hash, prev_hash, entity_id, event_type, timestamp, text } = entry;
  await query(INSERT, [tenant, String(seq), entry_hash, prev_hash, entity_id, event_type, timestamp, text]);
}
