// What a request says beside its record or bundle: a query, or a small JSON object.

import { Problem } from "./problem.js";

// As many times as a record has members that could be dropped.
const LISTS: readonly string[] = ["drop"];

/** Refuses a name that the route doesn't know: what it would have asked for must not be left out in silence. */
export function checkQuery(parameters: URLSearchParams, known: readonly string[]): void {
  for (const name of new Set(parameters.keys())) {
    if (!known.includes(name)) throw badParameter(name, "There is no such parameter here.");
    if (!LISTS.includes(name) && parameters.getAll(name).length > 1) throw badParameter(name, "It is given twice.");
  }
}

/** A yes or no of a query; absent is no. */
export function flag(parameters: URLSearchParams, name: string): boolean {
  const value = parameters.get(name) ?? "false";
  if (value !== "true" && value !== "false") throw badParameter(name, "Expected true or false.");
  return value === "true";
}

/** A parameter that may be given several times. */
export function list(parameters: URLSearchParams, name: string): string[] {
  const texts = parameters.getAll(name);
  if (texts.some((text) => text.includes("\0"))) throw badParameter(name, "It holds the character U+0000.");
  return texts;
}

/** The members of a command: a flat JSON object of strings and whole numbers. */
export function readCommand(bytes: Uint8Array, known: readonly string[]): Map<string, string | number> {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("json-syntax", "The body is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("bad-parameter", "The body is no JSON object.");
  }
  const members = new Map<string, string | number>();
  for (const [name, member] of Object.entries(value)) {
    if (!known.includes(name)) throw badParameter(name, "There is no such member here.");
    members.set(name, scalar(name, member));
  }
  // JSON.parse keeps the last of two; readers in front of this service may keep the first.
  const names = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined);
  if (names.length !== members.size) throw new Problem("json-duplicate-member", "The body names the same member twice.");
  return members;
}

function scalar(name: string, value: unknown): string | number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value !== "string") throw badParameter(name, "Expected a string or a whole number from 0 on.");
  if (!value.isWellFormed()) throw new Problem("json-surrogate", "A string holds half of a surrogate pair.", { member: name });
  if (value.includes("\0")) throw new Problem("json-nul", "A string holds the character U+0000.", { member: name });
  return value;
}

export function badParameter(member: string, detail: string): Problem {
  const longest = 64;
  return new Problem("bad-parameter", detail, { member: member.slice(0, longest) });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Problem("json-utf8", "The body is not UTF-8.");
  }
}
