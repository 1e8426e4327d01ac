/** What stands packed in the single file. */

export function packedPart(name: string): string | null {
  return document.querySelector(`script[type="application/gzip"][data-part="${name}"]`)?.textContent ?? null;
}

/** Whether this page is the single file, which has no other beside it. */
export function isSingleFile(): boolean {
  return packedPart("module") !== null;
}

export function unpacked(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
