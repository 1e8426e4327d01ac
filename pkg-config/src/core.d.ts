// The glue that wasm-bindgen writes to dist/core.js, as far as this package uses it.

export function initSync(source: { module: BufferSource | WebAssembly.Module }): unknown;

/** Starts a fresh instance of the module that was loaded; objects of the old instance refuse to work from then on. */
export function __wbg_reset_state(): void;

export class Verifier {
  constructor(options: string);
  static resume(state: string, options: string | undefined): Verifier;
  save(): string;
  push(chunk: Uint8Array): number;
  append(segment: Uint8Array, bytes: number): void;
  progress(): { bytes: number; lines: number; entries: number; calls: number };
  finish(): string;
  free(): void;
}

export class Hasher {
  constructor();
  push(chunk: Uint8Array): void;
  finish(): string;
  free(): void;
}

export function fold(lines: Uint8Array, options: string): Uint8Array<ArrayBuffer>;
export function makeKey(name: string, seed: Uint8Array): string;
export function vkeyOf(key: string): string;
export function attest(report: string, key: string): string;
export function verifyReceipt(receipt: Uint8Array, options: string, record: Uint8Array | undefined, later: Uint8Array | undefined): string;
export function canonicalizeCall(record: Uint8Array): Uint8Array<ArrayBuffer>;
export function hashCall(record: Uint8Array): string;
export function cidOf(record: Uint8Array): string;
export function parsePolicy(text: string): string;
export function sealCall(record: Uint8Array, options: string): string;
export function recordVerification(record: Uint8Array, options: string): string;
export function revokeVersion(callId: string, options: string): string;
export function chainId(header: string): string;
export function appendEvent(payload: Uint8Array, options: string): string;
export function checkpointText(options: string): string;
export function signCheckpoint(text: string, key: string): string;
export function attachSignature(text: string, vkey: string, signature: Uint8Array): string;
