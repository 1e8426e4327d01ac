// Checkpoints of a ledger: what is signed was verified first, entry by entry.

import { CallVerifyError, init, type Uuid, verify, vkeyOf } from "call-stream-verify";
import * as core from "../core.js";
import { StoreError } from "../edge/store.js";
import { OptionError } from "../errors.js";
import { guarded } from "../module.js";
import { textOf } from "../options.js";
import type { Database } from "./database.js";
import { bundleOf } from "./export.js";
import { inTransaction, WRITING } from "./transactions.js";

const INSERT = `insert into public.audit_log_checkpoints (tenant_id, size, note_hash, note)
  values ($1::text::uuid, $2::text::bigint, encode(sha256(convert_to($3::text, 'UTF8')), 'hex'), $3::text) on conflict do nothing`;

/** The log's secret key, as `call-verify keygen` writes it, or a service that holds it. */
export type Signer =
  | { key: string }
  | {
      vkey: string;
      /** The Ed25519 signature, of 64 bytes, over these bytes as they are. */
      sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>;
    };

export type CheckpointOptions = {
  tenant: Uuid;
  /** The last checkpoint that was kept elsewhere: no chain is signed that does not continue it. */
  after?: string | undefined;
  signal?: AbortSignal | undefined;
} & Signer;

/**
 * Signs the chain as it stands, keeps the checkpoint for exports, and resolves to it. The same chain gives the same checkpoint. Rejects, and
 * signs nothing, if anything in the chain does not hold, or the newest checkpoint that is kept, or `after`, is none of this chain.
 *
 * Keep what it resolves to elsewhere, and pass it the next time: it shows what whoever rules this database may change later.
 */
export async function checkpoint(database: Database, options: CheckpointOptions): Promise<string> {
  const { tenant, after, signal } = options;
  if (!isSigner(options)) throw new OptionError("Expected the log's key, or vkey and a function sign.", "key");
  await init();
  const policy = "key" in options ? vkeyOf(options.key) : options.vkey;
  if (after !== undefined && !isSigned(after, policy)) throw new OptionError("It is no checkpoint by this key.", "after");
  // What the key did not sign is nobody's word, and must not keep it from signing ever after.
  const isShown = (note: string): boolean => isSigned(note, policy);
  const { stated, stream } = await bundleOf(database, { tenant, signal, withCalls: false, after, isShown });
  const report = await verify(stream, { chainOnly: true, expect: `${stated.size}:${stated.head}`, tenant, policy });
  if (report.verdict !== "verified") {
    const [found] = report.findings.filter(({ severity }) => severity !== "warning");
    const where = found === undefined ? "" : ` (${found.code}, entry ${found.seq ?? "unknown"})`;
    throw new StoreError("unavailable", `The chain does not hold or is empty, and was not signed${where}.`);
  }
  const text = guarded(() => core.checkpointText(textOf({ origin: stated.origin, size: stated.size, rootHash: report.as_of.root_hash })));
  const note = await signed(text, options);
  await inTransaction(database, WRITING, tenant, "sealer", (query) => query(INSERT, [tenant, String(stated.size), note]), signal);
  return note;
}

function isSigner(options: { key?: unknown; vkey?: unknown; sign?: unknown }): boolean {
  return typeof options.key === "string" || (typeof options.vkey === "string" && typeof options.sign === "function");
}

async function signed(text: string, signer: Signer): Promise<string> {
  if ("key" in signer) return guarded(() => core.signCheckpoint(text, signer.key));
  const signature = await signer.sign(new TextEncoder().encode(text));
  return guarded(() => core.attachSignature(text, signer.vkey, signature));
}

// A checkpoint by another key would be read and not be compared.
function isSigned(note: string, vkey: string): boolean {
  const end = note.indexOf("\n\n") + 1;
  const isGood = ([, signature = ""]: string[]): boolean => {
    try {
      // Behind the key's hash, of 4 bytes.
      guarded(() => core.attachSignature(note.slice(0, end), vkey, Uint8Array.from(atob(signature), (letter) => letter.charCodeAt(0)).subarray(4)));
      return true;
    } catch (thrown) {
      if (thrown instanceof CallVerifyError || thrown instanceof DOMException) return false;
      throw thrown;
    }
  };
  return [...note.slice(end).matchAll(/^\u2014 \S+ (\S+)$/gm)].some(isGood);
}
