/**
 * Bytes as text, 13 bits in two characters: an eleventh shorter than base64. The digits are printable ASCII without what could end a script
 * element, begin a reference or quote: `<`, `&` and `"`.
 */

const DIGITS = "!#$%'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
const PAIR_BITS = 13;

export function toBase91(bytes: Uint8Array): string {
  const pairs: string[] = [];
  const add = (pair: number): number => pairs.push(DIGITS.charAt(Math.floor(pair / 91)) + DIGITS.charAt(pair % 91));
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    if (bits < PAIR_BITS) continue;
    bits -= PAIR_BITS;
    add(held >> bits);
    held &= (1 << bits) - 1;
  }
  if (bits > 0) add(held << (PAIR_BITS - bits));
  // What fills the last pair up is left off by length.
  return `${bytes.length} ${pairs.join("")}`;
}

export function fromBase91(text: string): Uint8Array<ArrayBuffer> {
  const start = text.indexOf(" ") + 1;
  const values = new Uint8Array(128);
  for (let value = 0; value < DIGITS.length; value += 1) values[DIGITS.charCodeAt(value)] = value;
  const valueAt = (place: number): number => values[text.charCodeAt(place)] ?? 0;
  const bytes = new Uint8Array(Number(text.slice(0, start)));
  let held = 0;
  let bits = 0;
  for (let from = start, to = 0; to < bytes.length; from += 2) {
    held = (held << PAIR_BITS) | (valueAt(from) * 91 + valueAt(from + 1));
    for (bits += PAIR_BITS; bits >= 8; ) {
      bits -= 8;
      bytes[to] = held >> bits;
      to += 1;
      held &= (1 << bits) - 1;
    }
  }
  return bytes;
}
