// The ledger's own functions, each one transaction. Calling one twice with the same data appends once, but for attempts and events.

import {
  type Actor,
  type ChainEnd,
  chainId,
  type Digest,
  hashCall,
  init,
  recordVerification,
  type Recorded,
  revokeVersion as revoke,
  type Revoked,
  sealCall as seal,
  type Sealed,
  type SealOptions,
  type Timestamp,
  type Uuid,
} from "call-stream-verify";
import * as core from "../core.js";
import { ask } from "../ask.js";
import { CallVerifyError, OptionError } from "../errors.js";
import { bytesOf } from "../input.js";
import type { NewEntry } from "../seal.js";
import { append } from "./append.js";
import type { Database } from "./database.js";
import { inTransaction, refusable, textIn, WRITING } from "./transactions.js";

interface Common {
  tenant: Uuid;
  /** Time of the entry; now if left out. */
  at?: Timestamp | Date | undefined;
  signal?: AbortSignal | undefined;
}

const BEGIN = `insert into public.chain_heads (tenant_id, origin, created_at) values ($1::text::uuid, $2::text, $3::text)
  on conflict (tenant_id) do nothing`;
const CHAIN = `select chain_id as id, origin as origin from public.chain_heads where tenant_id = $1::text::uuid`;

export interface OpenChainOptions {
  tenant: Uuid;
  /** The name of the log, and of its signing key: a URL without its scheme. Each tenant's log has one of its own. */
  origin: string;
  /** When the chain begins; now if left out. */
  createdAt?: Date | undefined;
}

/** Begins the tenant's chain, or finds the one that there is; resolves to its id. */
export async function openChain(database: Database, { tenant, origin, createdAt = new Date() }: OpenChainOptions): Promise<Digest> {
  await init();
  const created = canonical(createdAt);
  // What no verifier takes for a header is the caller's mistake, and no failure of the database.
  chainId({ tenantId: tenant, origin, createdAt: created });
  return inTransaction(database, WRITING, tenant, "sealer", async (query) => {
    await query(BEGIN, [tenant, origin, created]);
    const [row] = await query(CHAIN, [tenant]);
    refusable(() => {
      if (textIn(row, "origin") !== origin) throw new OptionError("The tenant's chain has another origin.", "origin");
    });
    return textIn(row, "id");
  });
}

/**
 * A time in canonical form.
 *
 * @internal
 */
export function canonical(time: Date): Timestamp {
  return time.toISOString().replace(/\.?0*Z$/, "Z");
}

export type SealCallOptions = Common & Omit<SealOptions, "chain">;

/** Seals a call record: what is given becomes the call's next version, unless it is the latest one already. */
export async function sealCall(database: Database, record: string | Uint8Array, { tenant, signal, ...options }: SealCallOptions): Promise<Sealed> {
  await init();
  const callId = hashCall(record).call_id;
  return append(database, { tenant, role: "sealer", callId, withRecord: false, signal }, ({ chain }) => {
    const value = seal(record, { ...options, chain });
    return { entry: value.entry, value };
  });
}

export type SealFinalCallOptions = Omit<SealCallOptions, "statement">;

/**
 * Seals the record that the platform has of a call, if the platform says that it is final: `finalized` in its view is the statement that
 * transcript, metadata and outputs are. Null if it does not say so, or has no such call.
 */
export async function sealFinalCall(database: Database, callId: Uuid, { tenant, signal, ...options }: SealFinalCallOptions): Promise<Sealed | null> {
  await init();
  return append(database, { tenant, role: "sealer", callId, withRecord: true, signal }, ({ chain, record, finalized }) => {
    if (record === null || !finalized) return { entry: null, value: null };
    const value = seal(record, { ...options, chain, statement: { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true } });
    return { entry: value.entry, value };
  });
}

export interface VerifyCallOptions extends Common {
  actor: Actor;
  /** How the present record is come by: `recompute` if left out. */
  method?: string | undefined;
}

/**
 * Verifies a call: takes its latest version, rebuilds the payload from the record that the platform has now, computes and compares the
 * hashes, and appends the attempt to the chain. All of it is as of one moment.
 */
export async function verifyCall(database: Database, callId: Uuid, options: VerifyCallOptions): Promise<Recorded> {
  await init();
  const { tenant, signal, method = "recompute", ...rest } = options;
  return append(database, { tenant, role: "verifier", callId, withRecord: true, signal }, ({ chain, record }) => {
    if (record === null) throw new CallVerifyError("no-such-version", "There is no such call.", { member: "call_id" });
    const value = recordVerification(record, { ...rest, method, chain });
    return { entry: value.entry, value };
  });
}

export interface RevokeVersionOptions extends Common {
  /** The latest if left out. */
  version?: number | undefined;
  reason: string;
  policy: string;
  actor: Actor;
  key?: string | undefined;
}

/** Revokes a version of a call. */
export async function revokeVersion(database: Database, callId: Uuid, { tenant, signal, ...options }: RevokeVersionOptions): Promise<Revoked> {
  await init();
  return append(database, { tenant, role: "revoker", callId, withRecord: false, signal }, ({ chain }) => {
    const value = revoke(callId, { ...options, chain });
    return { entry: value.entry, value };
  });
}

export interface AppendEventOptions extends Common {
  /** What the event is about. */
  entityId: string;
  /** Lower-case words with dots between them. Those of calls have functions of their own. */
  eventType: string;
}

/** Appends an event with this payload, the text of a JSON object. */
export async function appendEvent(database: Database, payload: string | Uint8Array, options: AppendEventOptions): Promise<NewEntry> {
  await init();
  const { tenant, signal, ...rest } = options;
  const bytes = bytesOf(payload);
  return append(database, { tenant, role: "sealer", callId: null, withRecord: false, signal }, ({ chain }) => {
    const { entry } = ask<{ entry: NewEntry }>(given(rest, chain), (text) => core.appendEvent(bytes, text));
    return { entry, value: entry };
  });
}

function given<T extends object>(options: T, chain: ChainEnd): T & { chain: ChainEnd } {
  return { ...options, chain };
}
