import { length, packed } from "./packed.js";
import { unpacked } from "./unpacked.js";

/** The contents of call-stream-verify.wasm. */
export function inlined(): Uint8Array<ArrayBuffer> {
  const text = atob(packed);
  // A loop is ten times as fast as Uint8Array.from, and runs everywhere.
  const block = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) block[index] = text.charCodeAt(index);
  return unpacked(block, length);
}
