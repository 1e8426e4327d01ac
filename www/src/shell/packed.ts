/** What stands packed in the single file. */

import { fromBase91 } from "./base91.js";

export function packedPart(name: string): string | null {
  return document.querySelector(`script[type="application/gzip"][data-part="${name}"]`)?.textContent ?? null;
}

export function unpacked(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([fromBase91(text)]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** Whether this page is the single file, which has no other beside it. */
export const isSingleFile = packedPart("module") !== null;
