/** What an export's lines say, read on demand from its text by the index of lines. */

import { canonicalizeCall, hashCall, Hasher, type CallHashes, type Digest } from "call-stream-verify/slim";
import type { CallRow, ExactLine, Landmark, TimelineRow } from "./contract.js";
import { keyOf, nameOf, newKey, type Key } from "./keys.js";
import type { LineIndex } from "./line-index.js";
import { isEntry, KIND, LONGEST_PARSED, memberOf, parsedLine } from "./line-shape.js";
import type { Text } from "./texts.js";

/** Of a longer line the middle is not read for a row: what a row shows stands at both ends. */
const WHOLE = 1 << 16;
const BEGINNING = 1 << 13;
const ENDING = 1 << 9;
/** Lines of up to this much together are read at once. */
const BATCH = 1 << 20;
/** The longest line that an export may have, and the most that is shown of one. */
const LONGEST_SHOWN = 16 << 20;

const ENTRY = /^\{"type":"entry","seq":(\d{1,16}),"entry_hash":"([0-9a-f]{64})","entry":(?=\{"entity_id":("(?:[^"\\]|\\.){0,4096}"),"event_type":("[^"\\]{0,4096}"),)/;
const CALL = /^\{"type":"(call|redacted)","call":(?=\{"call_id":("[^"\\]{0,4096}"))/;
const TIMESTAMP = ',"timestamp":';
const SALTS = ',"salts":{';
/** Members that every call has; which others were withheld, the chain says. */
const REQUIRED = ["call_id", "tenant_id", "timestamp", "caller", "direction", "duration", "disposition", "answered", "transferred", "abandoned", "ai_agent", "sentiment", "purpose", "transcript"];

export class InsideFile {
  readonly #text: Text;
  readonly #index: LineIndex;

  constructor(text: Text, index: LineIndex) {
    this.#text = text;
    this.#index = index;
  }

  async timeline(from: number, to: number): Promise<TimelineRow[]> {
    const { rows } = this.#index;
    const first = Math.max(0, from);
    const lines = Array.from({ length: Math.max(0, Math.min(to, rows) - first) }, (_, at) => this.#index.line(first + at));
    const texts = await this.#ends(lines);
    return lines.map((line, at) => this.#row(first + at, line, texts[at] ?? ["", ""]));
  }

  async callRows(from: number, to: number): Promise<CallRow[]> {
    const first = Math.max(0, from);
    const length = Math.max(0, Math.min(to, this.#index.calls) - first);
    return Promise.all(Array.from({ length }, (_, at) => this.#callRow(first + at)));
  }

  findCall(callId: string): number {
    return this.#index.findCall(keyOfText(callId));
  }

  rowsOf(entityId: string): Uint32Array {
    return this.#index.rowsOf(keyOfText(entityId));
  }

  rowOfSeq(seq: number): number {
    return this.#index.rowOfSeq(seq);
  }

  rowOfLine(line: number): number {
    return this.#index.rowOfLine(line - 1);
  }

  landmarks(): Landmark[] {
    return this.#index.landmarks();
  }

  async hashes(from: number, to: number): Promise<string[]> {
    const first = Math.max(0, from);
    const length = Math.max(0, Math.min(to, this.#index.entries) - first);
    const texts = await this.#ends(Array.from({ length }, (_, at) => this.#index.entryLine(first + at)));
    return texts.map(([beginning, ending]) => ENTRY.exec(beginning)?.[2] ?? digestIn(memberOf(beginning === ending ? parsedLine(beginning) : undefined, "entry_hash")));
  }

  async exact(line: number): Promise<ExactLine> {
    const at = line - 1;
    if (!Number.isSafeInteger(at) || at < 0 || at >= this.#index.lines) return { line, text: "" };
    const { start, end } = this.#index.span(at);
    const text = await this.#read(start, Math.min(end, start + LONGEST_SHOWN));
    if (end - start > LONGEST_SHOWN) return { line, text };
    const kind = this.#index.kind(at);
    if (isEntry(kind)) return { line, text, ...entryIn(text) };
    if (kind === KIND.call || kind === KIND.redacted) return { line, text, ...callIn(text) };
    return { line, text };
  }

  #row(row: number, line: number, [beginning, ending]: readonly [string, string]): TimelineRow {
    const kind = this.#index.kind(line);
    const place = { row, line: line + 1 };
    if (isEntry(kind)) {
      const gap = this.#index.gap(row);
      return { ...place, kind: "entry", ...entryFacts(beginning, ending), ...(gap > 0 ? { gap } : {}) };
    }
    if (kind === KIND.checkpoint) return { ...place, kind: "checkpoint", ...checkpointFacts(beginning) };
    return { ...place, kind: kind === KIND.anchor ? "anchor" : "other" };
  }

  async #callRow(call: number): Promise<CallRow> {
    const { line, isPresented } = this.#index.callLine(call);
    const key = this.#index.key(line);
    const callId = nameOf(key) ?? (await this.#nameOn(line));
    return { callId, line: isPresented ? line + 1 : undefined, redacted: isPresented && this.#index.kind(line) === KIND.redacted, rows: this.#index.countOf(key) };
  }

  async #nameOn(line: number): Promise<string> {
    const [[beginning, ending] = ["", ""]] = await this.#ends([line]);
    if (isEntry(this.#index.kind(line))) return entryFacts(beginning, ending).entityId ?? "";
    const literal = CALL.exec(beginning)?.[2];
    const name: unknown = literal === undefined ? memberOf(memberOf(parsedLine(beginning), "call"), "call_id") : stringIn(literal);
    return typeof name === "string" ? name : "";
  }

  /** Beginning and ending of each line: of most lines both are all of it. */
  async #ends(lines: readonly number[]): Promise<Array<readonly [string, string]>> {
    const texts: Array<readonly [string, string]> = [];
    for (let at = 0; at < lines.length; ) {
      const start = this.#index.span(lines[at] ?? 0).start;
      let next = at;
      while (next < lines.length && this.#index.span(lines[next] ?? 0).end - start <= BATCH) next += 1;
      if (next === at) {
        texts.push(await this.#bothEnds(lines[at] ?? 0));
        at += 1;
        continue;
      }
      const bytes = await this.#text.bytes(start, this.#index.span(lines[next - 1] ?? 0).end);
      for (; at < next; at += 1) {
        const span = this.#index.span(lines[at] ?? 0);
        texts.push(endsOf(bytes.subarray(span.start - start, span.end - start)));
      }
    }
    return texts;
  }

  async #bothEnds(line: number): Promise<readonly [string, string]> {
    const { start, end } = this.#index.span(line);
    return Promise.all([this.#read(start, Math.min(end, start + BEGINNING)), this.#read(Math.max(start, end - ENDING), end)]);
  }

  async #read(start: number, end: number): Promise<string> {
    return decoded(await this.#text.bytes(start, end));
  }
}

// A mark at a line's beginning would be left out of the text otherwise, and the text is all that is shown.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

function decoded(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function endsOf(bytes: Uint8Array): readonly [string, string] {
  if (bytes.length > WHOLE) return [decoded(bytes.subarray(0, BEGINNING)), decoded(bytes.subarray(-ENDING))];
  const text = decoded(bytes);
  return [text, text];
}

function keyOfText(name: string): Key {
  const key = newKey();
  keyOf(encoder.encode(name), key);
  return key;
}

function stringIn(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function digestIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

type EntryFacts = Pick<TimelineRow, "seq" | "timestamp" | "eventType" | "entityId">;

function entryFacts(beginning: string, ending: string): EntryFacts {
  const found = ENTRY.exec(beginning);
  const isWhole = beginning === ending;
  if (found === null) return isWhole ? looseFacts(parsedLine(beginning)) : {};
  const at = ending.lastIndexOf(TIMESTAMP);
  const timestamp = /^"(?:[^"\\]|\\.){0,256}"/.exec(at < 0 ? "" : ending.slice(at + TIMESTAMP.length))?.[0];
  return {
    seq: Number(found[1]),
    ...text("entityId", stringIn(found[3] ?? "")),
    ...text("eventType", stringIn(found[4] ?? "")),
    ...text("timestamp", timestamp === undefined ? undefined : stringIn(timestamp)),
  };
}

function looseFacts(line: Record<string, unknown> | undefined): EntryFacts {
  const seq = memberOf(line, "seq");
  const entry = memberOf(line, "entry");
  return {
    ...(typeof seq === "number" ? { seq } : {}),
    ...text("entityId", memberOf(entry, "entity_id")),
    ...text("eventType", memberOf(entry, "event_type")),
    ...text("timestamp", memberOf(entry, "timestamp")),
  };
}

function text<Name extends "timestamp" | "eventType" | "entityId">(name: Name, value: unknown): { [member in Name]?: string } {
  return typeof value === "string" ? ({ [name]: value } as { [member in Name]?: string }) : {};
}

function checkpointFacts(line: string): Pick<TimelineRow, "cosignatures" | "size"> {
  const note = memberOf(line.length > LONGEST_PARSED ? undefined : parsedLine(line), "note");
  if (typeof note !== "string") return {};
  const lines = note.split("\n");
  const signatures = lines.filter((line) => line.startsWith("— ")).length;
  const size = /^\d{1,16}$/.test(lines[1] ?? "") ? { size: Number(lines[1]) } : {};
  return { ...size, cosignatures: Math.max(0, signatures - 1) };
}

/** Only a line of the exact form has a part that is hashed as it stands. */
function entryIn(line: string): Pick<ExactLine, "entry"> {
  const found = ENTRY.exec(line);
  if (found === null || !line.endsWith("}}")) return {};
  const hashed = line.slice(found[0].length, -1);
  return { entry: { seq: Number(found[1]), hashed, stated: found[2] ?? "", computed: sha256(hashed) } };
}

function callIn(line: string): Pick<ExactLine, "call"> {
  const found = CALL.exec(line);
  const callId = found === null ? undefined : stringIn(found[2] ?? "");
  if (found === null || callId === undefined || !line.endsWith("}")) return {};
  const body = line.slice(found[0].length, -1);
  if (found[1] === "redacted") {
    const shown = parsedLine(body.slice(0, body.lastIndexOf(SALTS)));
    const withheld = shown === undefined ? [] : REQUIRED.filter((name) => !Object.hasOwn(shown, name));
    return { call: { callId, payload: undefined, computed: undefined, withheld, hashes: undefined } };
  }
  return { call: { callId, withheld: [], ...payloadOf(body) } };
}

/** What the core makes of a record; nothing, where it refuses it. */
function payloadOf(record: string): { payload: string | undefined; computed: Digest | undefined; hashes: CallHashes | undefined } {
  try {
    const payload = decoded(canonicalizeCall(record));
    const hashes = hashCall(payload);
    return { payload, computed: hashes.canonical_payload_hash, hashes };
  } catch {
    return { payload: undefined, computed: undefined, hashes: undefined };
  }
}

function sha256(text: string): Digest {
  const hasher = new Hasher();
  hasher.push(text);
  return hasher.finish();
}
