/** Cuts bytes that arrive in pieces into lines. */

import { LONGEST_PARSED } from "./line-shape.js";

/** Called with a line without its newline, or with its beginning if it is longer than anybody looks at. */
export type OnLine = (line: Uint8Array, offset: number, isWhole: boolean) => void;

const NEWLINE = 0x0a;
const SHORT = 1 << 12;

export class Lines {
  /** Bytes seen so far. */
  bytes = 0;
  readonly #onLine: OnLine;
  /** The beginning of a line whose end has not come. */
  #held = new Uint8Array(SHORT);
  #heldLength = 0;
  #start = 0;

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const next = this.bytes + end + 1;
      if (this.#start === this.bytes + from) this.#tell(chunk.subarray(from, end), end - from);
      else {
        this.#hold(chunk.subarray(from, end));
        this.#tellHeld(next - 1 - this.#start);
      }
      this.#start = next;
      from = end + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
    this.bytes += chunk.length;
  }

  /** The last line, if it has no newline. Returns where the last line ends. */
  finish(): number {
    const isOpen = this.#start < this.bytes;
    if (isOpen) this.#tellHeld(this.bytes - this.#start);
    return isOpen ? this.bytes : Math.max(0, this.bytes - 1);
  }

  #tell(line: Uint8Array, length: number): void {
    this.#onLine(line, this.#start, line.length === length);
  }

  #tellHeld(length: number): void {
    this.#tell(this.#held.subarray(0, this.#heldLength), length);
    this.#heldLength = 0;
    if (this.#held.length > SHORT) this.#held = new Uint8Array(SHORT);
  }

  #hold(part: Uint8Array): void {
    const taken = part.subarray(0, Math.max(0, LONGEST_PARSED - this.#heldLength));
    const length = this.#heldLength + taken.length;
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.max(length, Math.min(LONGEST_PARSED, 2 * this.#held.length)));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(taken, this.#heldLength);
    this.#heldLength = length;
  }
}
