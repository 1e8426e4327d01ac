// dist/inlined.js, written when the package is built.

/** The contents of call-stream-verify.wasm. */
export function inlined(): Uint8Array<ArrayBuffer>;
