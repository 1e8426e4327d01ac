// Transactions in the name of a tenant and a role, tried again where the database says that they collided.

import type { Uuid } from "call-stream-verify";
import { isUuid, type Role } from "../edge/access.js";
import { StoreError } from "../edge/store.js";
import { OptionError } from "../errors.js";
import type { Database, Query, Row } from "./database.js";

export const WRITING = "isolation level read committed";
/** One snapshot for as long as it is read. */
export const READING = "isolation level repeatable read read only";

const TRIES = 12;
// Serialization failure, deadlock.
const COLLISIONS: readonly unknown[] = ["40001", "40P01"];

/** What the work itself threw: the caller's affair, and no failure of the store. */
class Refusal {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    this.thrown = thrown;
  }
}

/** Runs what is not the database's work: what it throws is thrown as it is, after the transaction was rolled back. */
export function refusable<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new Refusal(thrown);
  }
}

/** Runs `work` as `role` of `tenant`. Rejects with a `StoreError`, or with what a `refusable` part threw. */
export async function inTransaction<T>(
  database: Database,
  mode: string,
  tenant: Uuid,
  role: Role,
  work: (query: Query) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (!isUuid(tenant)) throw new OptionError("Expected a UUID in lower case.", "tenant");
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    let refused: Refusal | undefined;
    try {
      return await database.transaction(mode, async (query) => {
        try {
          // For this transaction only. The row-level policies look at both.
          await query("select set_config('role', $1::text, true), set_config('call_verify.tenant', $2::text, true)", [`call_verify_${role}`, tenant]);
          const value = await work(query);
          if (signal?.aborted === true) throw new Refusal(signal.reason);
          return value;
        } catch (thrown) {
          // A client may wrap what it passes on.
          if (thrown instanceof Refusal) refused = thrown;
          throw thrown;
        }
      });
    } catch (thrown) {
      if (refused !== undefined) throw refused.thrown;
      if (thrown instanceof StoreError) throw thrown;
      if (!COLLISIONS.includes(codeOf(thrown))) throw new StoreError("unavailable", "The database failed.", { cause: thrown });
      if (tries === TRIES) throw new StoreError("conflict", "Others were always faster.", { cause: thrown });
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** tries));
  }
}

function codeOf(thrown: unknown): unknown {
  const { code }: { code?: unknown } = Object(thrown);
  return code;
}

/** A column's text. */
export function textIn(row: Row | undefined, name: string): string {
  const value = row?.[name];
  if (typeof value !== "string") throw new TypeError(`the database client gave no text for ${name}`);
  return value;
}

/** A column's whole number. The ledger has none that a number cannot hold. */
export function numberIn(row: Row | undefined, name: string): number {
  const text = textIn(row, name);
  const value = Number(text);
  if (!Number.isSafeInteger(value) || String(value) !== text) throw new TypeError(`the database client gave no whole number for ${name}`);
  return value;
}
