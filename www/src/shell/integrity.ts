/** A SHA-256 of 64 hex digits as integrity attributes and content security policies spell it. */
export function integrity(sha256: string): string {
  return `sha256-${btoa(sha256.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))))}`;
}
