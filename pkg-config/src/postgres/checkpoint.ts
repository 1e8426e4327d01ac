// Checkpoints of a ledger: what is signed was verified first, entry by entry.

import { type Uuid, Verifier } from "call-stream-verify";
import * as core from "../core.js";
import { StoreError } from "../edge/store.js";
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

export type CheckpointOptions = { tenant: Uuid; signal?: AbortSignal | undefined } & Signer;

/**
 * Signs the chain as it stands, keeps the checkpoint for exports, and resolves to it. The same chain gives the same checkpoint. Rejects, and
 * signs nothing, if anything in the chain does not hold, or the newest checkpoint that is kept is none of this chain.
 *
 * Keep what it resolves to elsewhere: it shows what whoever rules this database may change later.
 */
export async function checkpoint(database: Database, options: CheckpointOptions): Promise<string> {
  const { tenant, signal } = options;
  const { stated, stream } = await bundleOf(database, tenant, false, signal);
  const expect = `${stated.size}:${stated.head}`;
  const verifier = new Verifier({ chainOnly: true, expect, tenant });
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) verifier.push(next.value);
  const report = verifier.finish();
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

async function signed(text: string, signer: Signer): Promise<string> {
  if ("key" in signer) return guarded(() => core.signCheckpoint(text, signer.key));
  const signature = await signer.sign(new TextEncoder().encode(text));
  return guarded(() => core.attachSignature(text, signer.vkey, signature));
}
