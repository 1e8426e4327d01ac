/**
 * Text that comes from data (an origin, a key name, a file name), shown so that it cannot deceive.
 *
 * What has no ink or changes the order of what stands around it is written as its code point: U+202E. Such text stands in a box of its own
 * direction and is cut at a length, which is said. It is always text, never markup.
 */

import { counted, words } from "./index.js";

/** Longer text is cut; what a reader must compare (digests, identifiers, heads) is shorter. */
export const LONGEST = 400;

// Controls, format characters, halves of surrogate pairs, private and unassigned characters, every space but the plain one, fillers that
// look empty, and piles of combining marks that run over neighboring lines.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/u;
const HIDDEN_RUNS = new RegExp(`(?:${HIDDEN.source})+`, "gu");

export interface Piece {
  text: string;
  escaped: boolean;
}

/** Splits text into what can be shown and what is shown by its code points. */
export function runs(text: string, longest: number = LONGEST): Piece[] {
  const shown = text.slice(0, cutOf(text, longest));
  const found: Piece[] = [];
  let end = 0;
  for (const match of shown.matchAll(HIDDEN_RUNS)) {
    if (match.index > end) found.push({ text: shown.slice(end, match.index), escaped: false });
    found.push({ text: Array.from(match[0], codePoint).join(" "), escaped: true });
    end = match.index + match[0].length;
  }
  if (end < shown.length) found.push({ text: shown.slice(end), escaped: false });
  if (shown.length < text.length) found.push({ text: counted(text.length - shown.length, words().moreCharacters), escaped: true });
  return found;
}

/** Data text as a string, for places that take no elements. */
export function plainText(text: string, longest: number = LONGEST): string {
  return runs(text, longest)
    .map((run) => (run.escaped ? `[${run.text}]` : run.text))
    .join("");
}

/** Where to cut, never between the halves of a surrogate pair. */
function cutOf(text: string, longest: number): number {
  return /[\uD800-\uDBFF]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
}

function codePoint(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, "0")}`;
}
