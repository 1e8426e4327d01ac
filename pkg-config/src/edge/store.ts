// What a handler needs of whatever keeps the chains. It fits a transaction that is retried.

import type { ChainEnd, NewEntry, Uuid } from "call-stream-verify";
import type { Role } from "./access.js";

/** What `append` shows, all of it as of one moment: the tenant's lock is held, or the transaction is serializable. */
export interface Seen {
  /** The end of the tenant's chain, with every version of the call in question. */
  chain: ChainEnd;
  /** The call's record as the platform has it now, if it was asked for; null if there is none. */
  record: string | Uint8Array | null;
}

/** What became of it: the entry to append, or null to append nothing, and what `append` resolves to. */
export interface Next<T> {
  entry: NewEntry | null;
  value: T;
}

export interface AppendOptions {
  /**
   * Whether `next` needs the call's record. It is read in the same transaction: an edit that is sealed in between would
   * otherwise be recorded as a mismatch.
   */
  withRecord: boolean;
  /** In which role the request works: a store that knows roles appends in this one. */
  role: Role;
  /** Aborted when nobody waits any more. What was not committed by then is rolled back. */
  signal: AbortSignal;
}

export interface Store {
  /**
   * Shows `next` the end of the tenant's chain and appends the entry that it gives, in one transaction.
   *
   * `next` is pure, and is called again on what is there then whenever the transaction is retried. If it throws, nothing is
   * written and `append` rejects with what it threw. An entry is appended as it is, `text` byte for byte, and only at
   * `seq` = `chain.size` behind `prev_hash` = `chain.head`. `append` resolves when the entry is durable.
   *
   * Rejects with a `StoreError` if it can't: `conflict` after its retries, `no-such-chain`, `unavailable`.
   */
  append<T>(tenant: Uuid, callId: Uuid, next: (seen: Seen) => Next<T>, options: AppendOptions): Promise<T>;

  /**
   * The tenant's whole bundle, of one snapshot. A stream that can't go on errors; it never just ends.
   *
   * Rejects with a `StoreError`.
   */
  exportBundle(tenant: Uuid, options: { signal: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
}

/** Why a store could not do what it was asked to. */
export class StoreError extends Error {
  override readonly name: "StoreError" = "StoreError";
  readonly code: "conflict" | "no-such-chain" | "unavailable";

  constructor(code: StoreError["code"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
