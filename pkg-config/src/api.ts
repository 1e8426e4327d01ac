import * as core from "./core.js";
import { bytesOf, type OwnBytes } from "./input.js";
import { guarded } from "./module.js";
import { stringOf } from "./options.js";
import type { CallHashes, Digest, PolicyDescription } from "./report.js";
import { sha256 } from "./sha256.js";

export { attestReport, makeKey, type ValidatorKey, vkeyOf } from "./attest.js";
export type { Code } from "./codes.js";
export { CallVerifyError, OptionError } from "./errors.js";
export { Hasher } from "./hasher.js";
export type { Input, OwnBytes } from "./input.js";
export { type CompiledModule, init, type ModuleSource } from "./module.js";
export { type ReceiptOptions, verifyReceipt } from "./receipt.js";
export type * from "./report.js";
export * from "./seal.js";
export { type Progress, reportText, Verifier, type VerifyOptions } from "./verifier.js";
export { type RunOptions, verify } from "./verify.js";

/** SHA-256 of `call-stream-verify.wasm`, of which everything here is a part. */
export const WASM_SHA256: Digest = sha256;

/** The canonical payload of a call record: the bytes that are hashed. */
export function canonicalizeCall(record: string | Uint8Array): OwnBytes {
  const bytes = bytesOf(record);
  return guarded(() => core.canonicalizeCall(bytes));
}

/** The digests of a call record. */
export function hashCall(record: string | Uint8Array): CallHashes {
  const bytes = bytesOf(record);
  const text = guarded(() => core.hashCall(bytes));
  const hashes: CallHashes = JSON.parse(text);
  return hashes;
}

/** The CIDv1 of a call record's canonical payload. */
export function cidOf(record: string | Uint8Array): string {
  const bytes = bytesOf(record);
  return guarded(() => core.cidOf(bytes));
}

/** What a policy, or a single vkey, trusts. */
export function parsePolicy(text: string): PolicyDescription {
  const policy = stringOf(text, "policy");
  const json = guarded(() => core.parsePolicy(policy));
  const description: PolicyDescription = JSON.parse(json);
  return description;
}
