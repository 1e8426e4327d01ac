/**
 * What a line is, by its beginning: what an export's lines begin with is fixed, so most are told without being parsed. Others are parsed as
 * far as they can be; whether a line may be as it is, the verifier says.
 */

export const KIND = { other: 0, entry: 1, created: 2, revoked: 3, key: 4, checkpoint: 5, anchor: 6, call: 7, redacted: 8, rest: 9 } as const;

/** Whether lines of this kind are entries of the chain. */
export function isEntry(kind: number): boolean {
  return kind >= KIND.entry && kind <= KIND.key;
}

/** Whether lines of this kind are rows of the timeline. */
export function isRow(kind: number): boolean {
  return kind <= KIND.anchor;
}

/** Filled anew for each line, as there may be millions. */
export interface Shape {
  kind: number;
  /** Of an entry; -1 if it states none. */
  seq: number;
  /** Of an entry its entity, of a call its id, in UTF-8. */
  name: Uint8Array | undefined;
}

export function newShape(): Shape {
  return { kind: KIND.other, seq: -1, name: undefined };
}

/** No line that is longer is parsed when its beginning is not as it should be. */
export const LONGEST_PARSED = 1 << 20;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSING_BRACE = 0x7d;
const HASH_DIGITS = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ENTRY = encoder.encode('{"type":"entry","seq":');
const ENTRY_HASH = encoder.encode(',"entry_hash":"');
const ENTITY = encoder.encode('","entry":{"entity_id":"');
const EVENT_TYPE = encoder.encode('","event_type":"');
const CALL = encoder.encode('{"type":"call","call":{"call_id":"');
const REDACTED = encoder.encode('{"type":"redacted","call":{"call_id":"');
const EVENTS: ReadonlyArray<[Uint8Array, number]> = [
  [encoder.encode('version.created"'), KIND.created],
  [encoder.encode('version.revoked"'), KIND.revoked],
  [encoder.encode('key.added"'), KIND.key],
  [encoder.encode('key.retired"'), KIND.key],
];
const OTHERS: ReadonlyArray<[Uint8Array, number]> = [
  [encoder.encode('{"type":"checkpoint","note":"'), KIND.checkpoint],
  [encoder.encode('{"type":"anchor","kind":"'), KIND.anchor],
];

/** Makes `shape` that of the line; `isWhole` if `line` is all of it. */
export function shapeOf(line: Uint8Array, isWhole: boolean, shape: Shape): void {
  shape.kind = KIND.other;
  shape.seq = -1;
  shape.name = undefined;
  // One that was cut off is not what it begins as.
  const canBeTold = !isWhole || line[line.length - 1] === CLOSING_BRACE;
  if ((canBeTold && fillByBeginning(line, shape)) || !isWhole || line.length > LONGEST_PARSED) return;
  fillParsed(line, shape);
}

function fillByBeginning(line: Uint8Array, shape: Shape): boolean {
  if (startsWith(line, ENTRY, 0)) return fillEntry(line, shape);
  if (startsWith(line, CALL, 0)) return fillCall(line, CALL.length, KIND.call, shape);
  if (startsWith(line, REDACTED, 0)) return fillCall(line, REDACTED.length, KIND.redacted, shape);
  return OTHERS.some(([beginning, kind]) => startsWith(line, beginning, 0) && ((shape.kind = kind), true));
}

function fillEntry(line: Uint8Array, shape: Shape): boolean {
  let at = ENTRY.length;
  let seq = 0;
  for (let byte = line[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = line[at]) {
    seq = seq * 10 + (byte - 0x30);
    at += 1;
  }
  if (at === ENTRY.length || !Number.isSafeInteger(seq) || !startsWith(line, ENTRY_HASH, at)) return false;
  at += ENTRY_HASH.length + HASH_DIGITS;
  if (!startsWith(line, ENTITY, at)) return false;
  const start = at + ENTITY.length;
  const end = endOfPlain(line, start);
  if (end < 0 || !startsWith(line, EVENT_TYPE, end)) return false;
  const event = end + EVENT_TYPE.length;
  shape.seq = seq;
  shape.name = line.subarray(start, end);
  shape.kind = EVENTS.find(([name]) => startsWith(line, name, event))?.[1] ?? KIND.entry;
  return true;
}

function fillCall(line: Uint8Array, start: number, kind: number, shape: Shape): boolean {
  const end = endOfPlain(line, start);
  if (end < 0) return false;
  shape.kind = kind;
  shape.name = line.subarray(start, end);
  return true;
}

/** Where a string without escapes ends, or -1. */
function endOfPlain(line: Uint8Array, start: number): number {
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === QUOTE) return at;
    if (line[at] === BACKSLASH) return -1;
  }
  return -1;
}

function startsWith(line: Uint8Array, beginning: Uint8Array, from: number): boolean {
  for (let at = 0; at < beginning.length; at += 1) if (line[from + at] !== beginning[at]) return false;
  return true;
}

function fillParsed(line: Uint8Array, shape: Shape): void {
  const value = parsedLine(decoder.decode(line));
  if (value === undefined) return;
  const name = (holder: unknown, member: string): Uint8Array | undefined => {
    const text = memberOf(holder, member);
    return typeof text === "string" ? encoder.encode(text) : undefined;
  };
  switch (value["type"]) {
    case "entry": {
      const seq = value["seq"];
      const event = memberOf(value["entry"], "event_type");
      shape.kind = EVENTS.find(([known]) => `${String(event)}"` === decoder.decode(known))?.[1] ?? KIND.entry;
      shape.seq = typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 0 ? seq : -1;
      shape.name = name(value["entry"], "entity_id");
      return;
    }
    case "call":
    case "redacted":
      shape.kind = KIND[value["type"]];
      shape.name = name(value["call"], "call_id");
      return;
    case "checkpoint":
    case "anchor":
      shape.kind = KIND[value["type"]];
      return;
    case "manifest":
    case "consistency":
    case "inclusion":
    case "end":
      shape.kind = KIND.rest;
  }
}

/** The object on a line; undefined if there is none. */
export function parsedLine(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
