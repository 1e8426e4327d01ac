// Where an input is divided: behind line feeds.

const LF = 0x0a;

/** The longest line that the core reads. */
export const LINE_BYTES = 16 << 20;

/** Shares of about `size` bytes of what is all there, as views. The last may end within a line. */
export function* sharesOf(bytes: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  let start = 0;
  while (bytes.length - start > size) {
    const near = bytes.lastIndexOf(LF, start + size - 1);
    const end = 1 + (near >= start ? near : bytes.indexOf(LF, start + size));
    if (end === 0) break;
    yield bytes.subarray(start, end);
    start = end;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** Gathers chunks into shares. It copies them: whoever made a chunk may write the next one over it. */
export class Gatherer {
  readonly #size: number;
  #held: Uint8Array;
  #length = 0;
  /** Behind the last line feed held. */
  #end = 0;

  constructor(size: number) {
    this.#size = size;
    this.#held = new Uint8Array(size);
  }

  /** The shares that `chunk` completes. */
  *add(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let start = 0;
    while (start < chunk.length) {
      const piece = chunk.subarray(start, start + this.#held.length - this.#length);
      this.#held.set(piece, this.#length);
      const last = piece.lastIndexOf(LF);
      if (last >= 0) this.#end = this.#length + last + 1;
      this.#length += piece.length;
      start += piece.length;
      if (this.#length < this.#held.length) return;
      if (this.#end > 0) {
        yield this.#take();
      } else {
        this.#hold(this.#held, 2 * this.#length);
      }
    }
  }

  /** Whether what is held is one line, and longer than any that is read. No more can be added. */
  get isOver(): boolean {
    return this.#end === 0 && this.#length > LINE_BYTES;
  }

  /** What no share was made of. */
  rest(): Uint8Array {
    return this.#held.subarray(0, this.#length);
  }

  #take(): Uint8Array {
    const share = this.#held.subarray(0, this.#end);
    const rest = this.#held.subarray(this.#end, this.#length);
    this.#hold(rest, Math.max(this.#size, 2 * rest.length));
    this.#end = 0;
    return share;
  }

  #hold(bytes: Uint8Array, room: number): void {
    this.#held = new Uint8Array(room);
    this.#held.set(bytes);
    this.#length = bytes.length;
  }
}
