/** Rows read in blocks, of which the last used are kept: scrolling asks for what is at hand and is told when the rest has come. */

const BLOCK = 128;
/** More than two screens of any list, and little memory. */
const KEPT = 24;

export class Blocks<Row> {
  readonly #read: (from: number, to: number) => Promise<Row[]>;
  readonly #came: () => void;
  /** In the order of their last use; undefined while a block is on its way. */
  readonly #blocks = new Map<number, Row[] | undefined>();

  constructor(read: (from: number, to: number) => Promise<Row[]>, came: () => void) {
    this.#read = read;
    this.#came = came;
  }

  /** The row, if it is at hand; if not it is on its way. */
  at(index: number): Row | undefined {
    const number = Math.floor(index / BLOCK);
    const rows = this.#blocks.get(number);
    if (rows !== undefined) {
      this.#blocks.delete(number);
      this.#blocks.set(number, rows);
    } else if (!this.#blocks.has(number)) {
      void this.#fetch(number);
    }
    return rows?.[index % BLOCK];
  }

  async #fetch(number: number): Promise<void> {
    this.#blocks.set(number, undefined);
    try {
      this.#blocks.set(number, await this.#read(number * BLOCK, (number + 1) * BLOCK));
    } catch {
      // What could not be read is asked for again when it is looked at again.
      this.#blocks.delete(number);
      return;
    }
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break;
      this.#blocks.delete(oldest);
    }
    this.#came();
  }
}
