// The bundle, as the database has it: rows become lines, and what they are worth is for the verifier to say.

import { canonicalizeCall, type Digest, Hasher, init, type Uuid } from "call-stream-verify";
import { StoreError } from "../edge/store.js";
import { OptionError } from "../errors.js";
import type { Database, Query, Row } from "./database.js";
import { canonical } from "./ledger.js";
import { inTransaction, numberIn, READING, refusable, textIn } from "./transactions.js";

const HEAD = `select header as header, chain_id as id, origin as origin, size::text as size, head as head from public.chain_heads where tenant_id = $1::text::uuid`;

const MOST_ROWS = 1000;
// A page ends after so many rows or bytes, whichever comes first, but not in front of its first row. Whatever else makes a page shorter
// makes only one more page: the last one is empty.
const page = (columns: string, from: string, key: string) => `select * from (
    select ${columns}, sum(weight) over (order by ${key} rows unbounded preceding) - weight as before from (${from} order by ${key} limit $3::text::bigint) as rows
  ) as page where before < 4194304 order by before`;
const ENTRIES = page(
  "position::text as seq, hash as hash, entry as entry",
  `select seq as position, entry_hash as hash, entry, octet_length(entry) as weight from public.audit_log_chain
    where tenant_id = $1::text::uuid and ($2::text is null or seq > $2::text::bigint)`,
  "position",
);
// By what was sealed, so that a page has as many rows without a record as the platform has forgotten calls, and is not the last one.
const CALLS = page(
  "call_id::text as call, record as record",
  `select call_id, record, coalesce(octet_length(record), 0) + 1 as weight
    from (
      select call_id from public.call_verify_versions
      where tenant_id = $1::text::uuid and version = 1 and ($2::text is null or call_id > $2::text::uuid) order by call_id limit $3::text::bigint
    ) as sealed
    left join lateral (
      select record from call_verify.current_calls as call where (call.tenant_id, call.call_id) = ($1::text::uuid, sealed.call_id)
    ) as present on true`,
  "call_id",
);
const NOTES = `select size::text as size, note as note from public.audit_log_checkpoints where tenant_id = $1::text::uuid
  and size = (select max(size) from public.audit_log_checkpoints where tenant_id = $1::text::uuid) order by note`;

export interface ExportOptions {
  tenant: Uuid;
  signal?: AbortSignal | undefined;
}

/**
 * The chain's end, as an export states it.
 *
 * @internal
 */
export interface Stated {
  origin: string;
  size: number;
  head: Digest;
}

/**
 * The tenant's whole bundle, of one snapshot, with the newest checkpoint. The stream errors if a present record of a sealed call has no
 * canonical payload, or if the database does not give all entries that the head counts.
 */
export async function exportBundle(database: Database, { tenant, signal }: ExportOptions): Promise<ReadableStream<Uint8Array>> {
  return (await bundleOf(database, { tenant, signal, withCalls: true })).stream;
}

interface Asked extends ExportOptions {
  withCalls: boolean;
  /** A checkpoint that was kept elsewhere, to stand in the bundle beside those of the database. */
  after?: string | undefined;
  /** Which checkpoints of the database are shown: all, if left out. */
  isShown?: ((note: string) => boolean) | undefined;
}

/**
 * An export that has begun, with or without calls.
 *
 * @internal
 */
export async function bundleOf(database: Database, asked: Asked): Promise<{ stated: Stated; stream: ReadableStream<Uint8Array> }> {
  const { tenant, signal } = asked;
  await init();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // It is told by ready and write as well.
  writer.closed.catch(() => {});
  return new Promise((resolve, reject) => {
    const abort = (): void => void writer.abort(signal?.reason).catch(() => {});
    let begun = false;
    const done = inTransaction(
      database,
      READING,
      tenant,
      "auditor",
      async (query) => {
        const [head] = await query(HEAD, [tenant]);
        if (head === undefined) throw new StoreError("no-such-chain", "The tenant has no chain.");
        const stated = { origin: textIn(head, "origin"), size: numberIn(head, "size"), head: textIn(head, "head") };
        // What was read is gone: a replica, for one, ends long transactions as if they had collided.
        if (begun) throw new StoreError("unavailable", "The database broke the export off.");
        begun = true;
        resolve({ stated, stream: readable });
        signal?.addEventListener("abort", abort);
        const encoder = new TextEncoder();
        for await (const text of textsOf(query, head, asked)) {
          await writer.ready;
          await writer.write(encoder.encode(text));
        }
      },
      signal,
    );
    done
      .then(
        () => writer.close(),
        (error) => {
          reject(error);
          return writer.abort(error);
        },
      )
      // Whoever reads has gone.
      .catch(() => {})
      .finally(() => signal?.removeEventListener("abort", abort));
  });
}

async function* textsOf(query: Query, chain: Row, { tenant, withCalls, after, isShown = () => true }: Asked): AsyncGenerator<string, void, undefined> {
  const [header, id, size] = [textIn(chain, "header"), textIn(chain, "id"), numberIn(chain, "size")];
  const envelope = new Hasher();
  try {
    const exportedAt = canonical(new Date());
    const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${header},"range":{"start":0,"end":${size}},"prev_hash":"${id}","exported_at":"${exportedAt}"}\n`;
    envelope.push(manifest);
    yield manifest;

    const kept = (await query(NOTES, [tenant])).map((row) => ({ size: numberIn(row, "size"), note: textIn(row, "note") })).filter(({ note }) => isShown(note));
    const notes = linesOf(kept, textIn(chain, "origin"), after);
    for (const { line } of notes) envelope.push(line);

    let entries = 0;
    let missing: number | undefined;
    let head = id;
    for await (const rows of pagesOf(query, ENTRIES, tenant, "seq")) {
      let lines = "";
      for (const row of rows) {
        const seq = numberIn(row, "seq");
        // Directly behind the last entry that it covers, where a verifier can compare it as it reads.
        while (notes[0] !== undefined && seq >= notes[0].size) lines += notes.shift()?.line;
        if (seq !== entries) missing ??= entries;
        head = textIn(row, "hash");
        entries += 1;
        lines += `{"type":"entry","seq":${seq},"entry_hash":"${head}","entry":${textIn(row, "entry")}}\n`;
      }
      yield lines;
    }
    for (const { line } of notes) yield line;

    let calls = 0;
    if (withCalls) {
      const decoder = new TextDecoder();
      for await (const rows of pagesOf(query, CALLS, tenant, "call")) {
        const present = rows.filter(({ record }) => record !== null);
        calls += present.length;
        yield present.map((row) => `{"type":"call","call":${decoder.decode(canonicalizeCall(textIn(row, "record")))}}\n`).join("");
      }
    }
    if (entries !== size || missing !== undefined) {
      throw new StoreError("unavailable", `The head counts ${size} entries, and the database gave ${entries}; entry ${missing ?? entries} is not there.`);
    }
    if (head !== textIn(chain, "head")) throw new StoreError("unavailable", "The last entry is not the one that the head names.");
    yield `{"type":"end","entries":${entries},"calls":${calls},"head":"${head}","envelope":"${envelope.finish()}"}\n`;
  } finally {
    envelope.free();
  }
}

/** The lines of checkpoints, in the order of their sizes. */
function linesOf(kept: { size: number; note: string }[], origin: string, after?: string): { size: number; line: string }[] {
  const all = [...kept];
  if (after !== undefined) {
    const [named, size] = after.split("\n");
    refusable(() => {
      if (named !== origin) throw new OptionError("It is no checkpoint of this chain's log.", "after");
    });
    all.push({ size: Number(size), note: after });
  }
  all.sort((one, other) => one.size - other.size);
  return all.map(({ size, note }) => ({ size, line: `{"type":"checkpoint","note":${JSON.stringify(note)}}\n` }));
}

async function* pagesOf(query: Query, text: string, tenant: Uuid, key: string): AsyncGenerator<readonly Row[], void, undefined> {
  let last: string | null = null;
  let limit = MOST_ROWS;
  for (;;) {
    const rows: readonly Row[] = await query(text, [tenant, last, String(limit)]);
    if (rows.length === 0) return;
    yield rows;
    last = textIn(rows.at(-1), key);
    // Rows that the page has no room for are read for nothing.
    limit = Math.min(MOST_ROWS, 2 * rows.length);
  }
}
