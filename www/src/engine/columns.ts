/** Columns of numbers that grow without being copied, so that a long file costs no more than what is kept of it. */

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
const WITHIN = CHUNK - 1;

type Numbers = Uint8Array | Uint32Array | Float64Array;

export class Column<Chunk extends Numbers> {
  length = 0;
  readonly #make: (length: number) => Chunk;
  readonly #chunks: Chunk[] = [];

  constructor(make: (length: number) => Chunk) {
    this.#make = make;
  }

  push(value: number): void {
    const at = this.length;
    let chunk = this.#chunks[at >>> CHUNK_BITS];
    if (chunk === undefined) {
      chunk = this.#make(CHUNK);
      this.#chunks.push(chunk);
    }
    chunk[at & WITHIN] = value;
    this.length = at + 1;
  }

  /** The number at `at`, which must be one that was pushed. */
  at(at: number): number {
    return this.#chunks[at >>> CHUNK_BITS]?.[at & WITHIN] ?? 0;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }
}

export const bytesColumn = (): Column<Uint8Array> => new Column((length) => new Uint8Array(length));
export const wordsColumn = (): Column<Uint32Array> => new Column((length) => new Uint32Array(length));
export const offsetsColumn = (): Column<Float64Array> => new Column((length) => new Float64Array(length));

/** The first position in [0, length) for which `isAtOrBehind` holds, or `length`; it holds for all behind the first, too. */
export function firstWhere(length: number, isAtOrBehind: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtOrBehind(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
