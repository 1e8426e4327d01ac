/**
 * Names of entities as 16 bytes and a tag that says what they are: a UUID's own bytes, a short name as it stands, or the beginning of a
 * longer one's SHA-256, which nobody can make two names share.
 */

import { Hasher } from "call-stream-verify/slim";

export const TAG = { none: 0, uuid: 1, short: 2, digest: 3 } as const;

/** One key; it is filled anew for each name, as a million of them are made. */
export interface Key {
  tag: number;
  readonly words: Uint32Array;
}

const WIDTH = 16;
const UUID_LENGTH = 36;
const HYPHEN = 0x2d;

export function newKey(): Key {
  return { tag: TAG.none, words: new Uint32Array(WIDTH / 4) };
}

/** Makes `key` that of the name in UTF-8. */
export function keyOf(name: Uint8Array, key: Key): void {
  if (name.length === UUID_LENGTH && fillUuid(name, key.words)) {
    key.tag = TAG.uuid;
    return;
  }
  key.words.fill(0);
  if (name.length <= WIDTH && !name.includes(0)) {
    key.tag = TAG.short;
    for (let at = 0; at < name.length; at += 1) key.words[at >>> 2] = (key.words[at >>> 2] ?? 0) | ((name[at] ?? 0) << (8 * (at & 3)));
    return;
  }
  key.tag = TAG.digest;
  const hasher = new Hasher();
  hasher.push(name);
  const digest = hasher.finish();
  for (let at = 0; at < key.words.length; at += 1) key.words[at] = Number.parseInt(digest.slice(8 * at, 8 * at + 8), 16);
}

/** The name of a key, undefined where the key is a digest. */
export function nameOf({ tag, words }: Key): string | undefined {
  if (tag === TAG.uuid) {
    const hex = Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
  if (tag !== TAG.short) return undefined;
  const bytes: number[] = [];
  for (const word of words) bytes.push(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(Uint8Array.from(end < 0 ? bytes : bytes.slice(0, end)));
}

function fillUuid(name: Uint8Array, words: Uint32Array): boolean {
  let digits = 0;
  let word = 0;
  for (let at = 0; at < UUID_LENGTH; at += 1) {
    const byte = name[at] ?? 0;
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (byte !== HYPHEN) return false;
      continue;
    }
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
    if (digit < 0) return false;
    word = (word << 4) | digit;
    digits += 1;
    if (digits % 8 === 0) words[digits / 8 - 1] = word >>> 0;
  }
  return true;
}
