// Sealing for whoever keeps the chain, such as a database: its end and one call in, the next entry out. Nothing is kept here.

import { ask } from "./ask.js";
import * as core from "./core.js";
import { bytesOf } from "./input.js";
import { guarded } from "./module.js";
import { stringOf, textOf } from "./options.js";
import type { Digest, Timestamp, Uuid } from "./report.js";

/** The end of a tenant's chain, and what it holds of one call: enough to add the next entry. */
export interface ChainEnd {
  tenantId: Uuid;
  /** How many entries there are: the next one's position. */
  size: number;
  /** Hash of the last entry; the `chainId` if there is none. */
  head: Digest;
  /**
   * All versions of the call in question, in the order of their numbers; none means that it was never sealed. One that is left out breaks
   * the chain for good: the entry that follows would contradict it.
   */
  versions: readonly SealedVersion[];
}

/** A version as the chain holds it. */
export interface SealedVersion {
  seq: number;
  /** The canonical text of its `version.created` entry. */
  entry: string;
  /** Whether a later entry revokes it. */
  revoked: boolean;
}

/** An entry to be appended as it stands. */
export interface NewEntry {
  /** Its position, from 0. */
  seq: number;
  /** SHA-256 of `text`: the chain's new head. */
  entry_hash: Digest;
  entity_id: string;
  event_type: string;
  prev_hash: Digest;
  timestamp: Timestamp;
  /** The canonical text that was hashed, with the five members of an entry. */
  text: string;
}

/** Who does something; a validator seals and revokes nothing. */
export interface Actor {
  type: "user" | "system" | "validator";
  /** 1 to 256 characters. */
  id: string;
}

export interface SealOptions {
  chain: ChainEnd;
  /** The finalization gate: what is not stated to be final is refused. */
  statement: { transcriptComplete: boolean; metadataLocked: boolean; aiOutputsStable: boolean };
  /** Time of the entry; now if left out. */
  at?: Timestamp | Date | undefined;
  /** Members to leave out that no hash covers. */
  drop?: readonly string[] | undefined;
  /** SHA-256 of the recording's bytes. */
  recording?: Digest | undefined;
  /** The sealer's secret key, as `call-verify keygen` writes it. */
  key?: string | undefined;
}

/** `existing`: the latest version holds these very data, revoked or not, and nothing is to be appended. */
export type Sealed = {
  call_id: Uuid;
  version: number;
  seq: number;
  canonical_payload_hash: Digest;
  /** CIDv1 of the canonical payload. */
  cid: string;
  revoked: boolean;
} & ({ status: "sealed"; entry: NewEntry } | { status: "existing"; entry: null });

/**
 * Seals a call record: the next entry of the chain, or a refusal. The caller appends the entry in the transaction in which it read the
 * chain's end.
 */
export function sealCall(record: string | Uint8Array, options: SealOptions): Sealed {
  const bytes = bytesOf(record);
  return ask(options, (text) => core.sealCall(bytes, text));
}

export interface RecordOptions {
  chain: ChainEnd;
  /** How the present record was come by; 1 to 256 characters. */
  method: string;
  actor: Actor;
  at?: Timestamp | Date | undefined;
}

/** An attempt, and the entry that records it. */
export interface Recorded {
  call_id: Uuid;
  result: "verified" | "mismatch" | "revoked";
  /** The latest version. */
  version: number;
  expected_hash: Digest;
  computed_hash: Digest;
  entry: NewEntry;
}

/** Verifies a call's present record against its latest version: take it, rebuild the payload, hash, compare. */
export function recordVerification(record: string | Uint8Array, options: RecordOptions): Recorded {
  const bytes = bytesOf(record);
  return ask(options, (text) => core.recordVerification(bytes, text));
}

export interface RevokeOptions {
  chain: ChainEnd;
  /** The latest if left out. */
  version?: number | undefined;
  /** A code for the reason, 1 to 256 characters. */
  reason: string;
  /** The rule it is done under, 1 to 256 characters. */
  policy: string;
  actor: Actor;
  at?: Timestamp | Date | undefined;
  /** The revoker's secret key. */
  key?: string | undefined;
}

/** `existing`: the version was revoked before; the first revocation counts. */
export type Revoked = { call_id: Uuid; version: number; canonical_payload_hash: Digest } & (
  | { status: "revoked"; entry: NewEntry }
  | { status: "existing"; entry: null }
);

/** Revokes a version of a call. */
export function revokeVersion(callId: Uuid, options: RevokeOptions): Revoked {
  const call = stringOf(callId, "callId");
  return ask(options, (text) => core.revokeVersion(call, text));
}

/** The `head` of a chain that has no entry yet: the digest of its header. */
export function chainId(header: { tenantId: Uuid; origin: string; createdAt: Timestamp | Date }): Digest {
  const text = textOf(header);
  return guarded(() => core.chainId(text));
}
