/**
 * @file Text that comes from data (an origin, a key name, a file name), shown so that it cannot deceive.
 *
 * What has no ink or changes the order of what stands around it is written as its code point: U+202E. Such text stands in a box of its own
 * direction and is cut at a length. It is always text, never markup.
 */

import { element } from "./dom.js";

/** Longer text is cut; what a reader must compare (digests, identifiers, heads) is shorter. */
const LONGEST = 400;

// Controls, format characters, halves of surrogate pairs, private and unassigned characters, every space but the plain one, fillers that
// look empty, and piles of combining marks that run over neighboring lines.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/u;
const HIDDEN_RUNS = new RegExp(`(?:${HIDDEN.source})+`, "gu");

/**
 * @typedef {object} Run
 * @property {string} text
 * @property {boolean} escaped
 */

/**
 * Splits text into what can be shown and what is shown by its code points.
 *
 * @param {string} text
 * @returns {Run[]}
 */
export function runs(text) {
  const shown = text.slice(0, cutOf(text));
  /** @type {Run[]} */
  const found = [];
  let end = 0;
  for (const match of shown.matchAll(HIDDEN_RUNS)) {
    if (match.index > end) found.push({ text: shown.slice(end, match.index), escaped: false });
    found.push({ text: Array.from(match[0], codePoint).join(" "), escaped: true });
    end = match.index + match[0].length;
  }
  if (end < shown.length) found.push({ text: shown.slice(end), escaped: false });
  if (shown.length < text.length) found.push({ text: `and ${text.length - shown.length} more characters`, escaped: true });
  return found;
}

/**
 * Where to cut, never between the halves of a surrogate pair.
 *
 * @param {string} text
 */
function cutOf(text) {
  return /[\uD800-\uDBFF]/.test(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
}

/** @param {string} character */
function codePoint(character) {
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Data text as an element.
 *
 * @param {string} text
 */
export function dataText(text) {
  const shown = runs(text).map((run) => (run.escaped ? element("span", { class: "escaped" }, run.text) : run.text));
  return element("bdi", { class: "data", translate: "no" }, ...shown);
}

/**
 * Data text as a string, for places that take no elements.
 *
 * @param {string} text
 */
export function plainText(text) {
  return runs(text)
    .map((run) => (run.escaped ? `[${run.text}]` : run.text))
    .join("");
}
