/** The index of an export's lines: where each is and whom it is about. Nothing of what a line says is kept. */

import type { Landmark } from "./contract.js";
import { bytesColumn, firstWhere, offsetsColumn, wordsColumn } from "./columns.js";
import { type Key, keyOf, newKey, TAG } from "./keys.js";
import { isEntry, isRow, KIND, newShape, shapeOf } from "./line-shape.js";

/** Their index takes some 170 MB. */
const MOST_LINES = 1 << 22;
/** Stands for a position that is not stated or does not fit. */
const NO_SEQ = 0xffff_ffff;
const MOST_LANDMARKS = 10_000;
const KIND_BITS = 4;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** There are more lines than can be indexed. */
export class TooManyLines extends Error {}

export class LineIndex {
  readonly range = { start: 0, end: 0 };
  entries = 0;
  /** Where each line begins. */
  readonly #offsets = offsetsColumn();
  /** Kind, and above it the key's tag. */
  readonly #kinds = bytesColumn();
  readonly #seqs = wordsColumn();
  readonly #keys = [wordsColumn(), wordsColumn(), wordsColumn(), wordsColumn()] as const;
  /** Lines that are rows of the timeline, rows that are entries, lines that are calls. */
  readonly #rows = wordsColumn();
  readonly #entryRows = wordsColumn();
  readonly #presented = wordsColumn();
  #isAscending = true;
  #lastSeq = -1;
  #end = 0;
  /** Entry rows by key and place, call lines by key and place, entry rows by position if that is another order. */
  #byKey = new Uint32Array();
  #callsByKey = new Uint32Array();
  #bySeq: Uint32Array | undefined;
  /** Places in `#byKey` at which calls begin that are sealed and not presented. */
  #missing = new Uint32Array();

  readonly #shape = newShape();
  readonly #key = newKey();

  add(line: Uint8Array, offset: number, isWhole: boolean): void {
    const at = this.#offsets.length;
    if (at === MOST_LINES) throw new TooManyLines();
    const shape = this.#shape;
    const key = this.#key;
    shapeOf(line, isWhole, shape);
    if (shape.name === undefined) {
      key.tag = TAG.none;
      key.words.fill(0);
    } else keyOf(shape.name, key);
    this.#offsets.push(offset);
    this.#kinds.push(shape.kind | (key.tag << KIND_BITS));
    for (let word = 0; word < this.#keys.length; word += 1) this.#keys[word]?.push(key.words[word] ?? 0);
    this.#seqs.push(shape.seq >= 0 && shape.seq < NO_SEQ ? shape.seq : NO_SEQ);
    if (isEntry(shape.kind)) this.#addEntry(shape.seq);
    if (isRow(shape.kind)) this.#rows.push(at);
    else if (shape.kind === KIND.call || shape.kind === KIND.redacted) this.#presented.push(at);
  }

  #addEntry(seq: number): void {
    this.#entryRows.push(this.#rows.length);
    this.entries += 1;
    if (seq < 0) {
      this.#isAscending = false;
      return;
    }
    if (this.#lastSeq < 0) Object.assign(this.range, { start: seq, end: seq + 1 });
    if (seq <= this.#lastSeq) this.#isAscending = false;
    this.range.start = Math.min(this.range.start, seq);
    this.range.end = Math.max(this.range.end, seq + 1);
    this.#lastSeq = seq;
  }

  /** Orders what is looked up; the last line ends at `end`. */
  finish(end: number): void {
    this.#end = end;
    this.#byKey = ordered(this.#entryRows.length, (at) => this.#entryRows.at(at), (one, other) => this.#compareKeys(this.line(one), this.line(other)) || one - other);
    this.#callsByKey = ordered(this.#presented.length, (at) => this.#presented.at(at), (one, other) => this.#compareKeys(one, other) || one - other);
    if (!this.#isAscending) this.#bySeq = ordered(this.#entryRows.length, (at) => this.#entryRows.at(at), (one, other) => this.#seqOfRow(one) - this.#seqOfRow(other) || one - other);
    this.#missing = this.#notPresented();
  }

  get bytes(): number {
    const columns = [this.#offsets, this.#kinds, this.#seqs, ...this.#keys, this.#rows, this.#entryRows, this.#presented];
    const orders = [this.#byKey, this.#callsByKey, this.#bySeq, this.#missing];
    return columns.reduce((sum, column) => sum + column.bytes, 0) + orders.reduce((sum, order) => sum + (order?.byteLength ?? 0), 0);
  }

  get lines(): number {
    return this.#offsets.length;
  }

  get rows(): number {
    return this.#rows.length;
  }

  get calls(): number {
    return this.#presented.length + this.#missing.length;
  }

  /** The line of a row; lines are counted from 0 here. */
  line(row: number): number {
    return this.#rows.at(row);
  }

  /** Where a line lies in the text, without its newline if it has one. */
  span(line: number): { start: number; end: number } {
    const start = this.#offsets.at(line);
    return { start, end: line + 1 < this.lines ? this.#offsets.at(line + 1) - 1 : this.#end };
  }

  kind(line: number): number {
    return this.#kinds.at(line) & KIND_MASK;
  }

  key(line: number): Key {
    return { tag: this.#kinds.at(line) >>> KIND_BITS, words: Uint32Array.from(this.#keys, (column) => column.at(line)) };
  }

  /** How many positions are missing in front of the entry on a row. */
  gap(row: number): number {
    const at = firstWhere(this.#entryRows.length, (entry) => this.#entryRows.at(entry) >= row);
    if (at === 0) return 0;
    const seq = this.#seqOfRow(row);
    const before = this.#seqOfRow(this.#entryRows.at(at - 1));
    return seq === NO_SEQ || before === NO_SEQ ? 0 : Math.max(0, seq - before - 1);
  }

  entryLine(entry: number): number {
    return this.line(this.#entryRows.at(entry));
  }

  rowOfLine(line: number): number {
    const row = firstWhere(this.rows, (at) => this.#rows.at(at) >= line);
    return row < this.rows ? row : -1;
  }

  rowOfSeq(seq: number): number {
    const order = this.#bySeq;
    const rowAt = order === undefined ? (at: number) => this.#entryRows.at(at) : (at: number) => order[at] ?? 0;
    const at = firstWhere(this.entries, (entry) => this.#seqOfRow(rowAt(entry)) >= seq);
    return at < this.entries && seq !== NO_SEQ && this.#seqOfRow(rowAt(at)) === seq ? rowAt(at) : -1;
  }

  rowsOf(key: Key): Uint32Array<ArrayBuffer> {
    const [start, end] = this.#group(key);
    return this.#byKey.slice(start, end);
  }

  countOf(key: Key): number {
    const [start, end] = this.#group(key);
    return end - start;
  }

  /** The line that presents a call, or the first line that seals it. */
  callLine(call: number): { line: number; isPresented: boolean } {
    if (call < this.#presented.length) return { line: this.#presented.at(call), isPresented: true };
    const place = this.#missing[call - this.#presented.length] ?? 0;
    return { line: this.line(this.#byKey[place] ?? 0), isPresented: false };
  }

  findCall(key: Key): number {
    const order = this.#callsByKey;
    const at = firstWhere(order.length, (call) => this.#compareToKey(order[call] ?? 0, key) >= 0);
    const line = order[at];
    if (line !== undefined && this.#compareToKey(line, key) === 0) return firstWhere(this.#presented.length, (call) => this.#presented.at(call) >= line);
    const [start, end] = this.#group(key);
    const missing = firstWhere(this.#missing.length, (call) => (this.#missing[call] ?? 0) >= start);
    return start < end && this.#missing[missing] === start ? this.#presented.length + missing : -1;
  }

  landmarks(): Landmark[] {
    const found: Landmark[] = [];
    let before = NO_SEQ;
    for (let row = 0; row < this.rows; row += 1) {
      const kind = this.kind(this.line(row));
      if (isEntry(kind)) {
        const seq = this.#seqOfRow(row);
        if (seq !== NO_SEQ && before !== NO_SEQ && seq > before + 1) found.push({ row, kind: "gap" });
        before = seq;
      }
      if (kind === KIND.revoked) found.push({ row, kind: "revocation" });
      else if (kind === KIND.key) found.push({ row, kind: "key" });
      else if (kind === KIND.checkpoint) found.push({ row, kind: "checkpoint" });
      else if (kind === KIND.anchor) found.push({ row, kind: "anchor" });
    }
    const step = Math.max(1, found.length / MOST_LANDMARKS);
    if (step === 1) return found;
    return Array.from({ length: MOST_LANDMARKS }, (_, at) => found[Math.floor(at * step)]).filter((landmark) => landmark !== undefined);
  }

  #seqOfRow(row: number): number {
    return this.#seqs.at(this.line(row));
  }

  #notPresented(): Uint32Array<ArrayBuffer> {
    const missing: number[] = [];
    const order = this.#byKey;
    for (let start = 0; start < order.length; ) {
      const first = this.line(order[start] ?? 0);
      let end = start;
      let isSealed = false;
      for (; end < order.length; end += 1) {
        const line = this.line(order[end] ?? 0);
        if (line !== first && this.#compareKeys(line, first) !== 0) break;
        isSealed ||= this.kind(line) === KIND.created;
      }
      if (isSealed && !this.#isPresented(this.key(first))) missing.push(start);
      start = end;
    }
    return Uint32Array.from(missing);
  }

  #isPresented(key: Key): boolean {
    const order = this.#callsByKey;
    const at = firstWhere(order.length, (call) => this.#compareToKey(order[call] ?? 0, key) >= 0);
    const line = order[at];
    return line !== undefined && this.#compareToKey(line, key) === 0;
  }

  #group(key: Key): [start: number, end: number] {
    const order = this.#byKey;
    const compared = (at: number): number => this.#compareToKey(this.line(order[at] ?? 0), key);
    return [firstWhere(order.length, (at) => compared(at) >= 0), firstWhere(order.length, (at) => compared(at) > 0)];
  }

  #compareKeys(one: number, other: number): number {
    for (const column of this.#keys) {
      const difference = column.at(one) - column.at(other);
      if (difference !== 0) return difference;
    }
    return (this.#kinds.at(one) >>> KIND_BITS) - (this.#kinds.at(other) >>> KIND_BITS);
  }

  #compareToKey(line: number, { tag, words }: Key): number {
    for (let word = 0; word < this.#keys.length; word += 1) {
      const difference = (this.#keys[word]?.at(line) ?? 0) - (words[word] ?? 0);
      if (difference !== 0) return difference;
    }
    return (this.#kinds.at(line) >>> KIND_BITS) - tag;
  }
}

function ordered(length: number, valueAt: (at: number) => number, compare: (one: number, other: number) => number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(length);
  for (let at = 0; at < length; at += 1) order[at] = valueAt(at);
  return order.sort(compare);
}
