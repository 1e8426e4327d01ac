// dist/packed.js, written when the package is built.

/** The contents of call-stream-verify.wasm as a block of LZ4, in base64. */
export const packed: string;

/** How many bytes they are. */
export const length: number;
