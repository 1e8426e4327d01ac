/** What stands packed in the single file. */

export function packedPart(name: string): string | null {
  return document.querySelector(`script[type="application/gzip"][data-part="${name}"]`)?.textContent ?? null;
}

export function unpacked(base64: string): Promise<ArrayBuffer> {
  const text = atob(base64);
  // A loop is ten times as fast as Uint8Array.from.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** Whether this page is the single file, which has no other beside it. */
export const isSingleFile = packedPart("module") !== null;
