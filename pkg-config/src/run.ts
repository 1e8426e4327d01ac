import { Pace } from "./pace.js";
import { type Progress, Verifier, type VerifyOptions } from "./verifier.js";

/** What `verify` takes beside what the verifier trusts and asks for. */
export interface RunOptions extends VerifyOptions {
  /** Ends the run at once: `verify` rejects with the signal's reason, and what it held is given back. */
  signal?: AbortSignal | undefined;
  /** Called as the input is read. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Plain bytes that are read between two looks at the signal: some 90 lines, each with a signature that takes its time. */
const PIECE = 64 << 10;
/** The same for gzip, which can hold a thousand times as many. */
const GZIP_PIECE = 16 << 10;
/** The byte that a gzip file begins with, and no bundle. */
export const GZIP_FIRST = 0x1f;

/** A verifier that gives way to others, hears of an abort and tells how far it is. */
export class Run {
  readonly verifier: Verifier;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: RunOptions["onProgress"];
  readonly #total: number | undefined;
  readonly #pace = new Pace();
  #work = 0;
  #first: number | undefined;

  constructor(options: RunOptions, total: number | undefined) {
    const { signal, onProgress, ...trust } = options;
    this.verifier = new Verifier(trust);
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#total = total;
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#first ??= chunk[0];
    const size = this.#first === GZIP_FIRST ? GZIP_PIECE : PIECE;
    const { length } = chunk;
    for (let start = 0; start < length; start += size) {
      this.#work = this.verifier.push(chunk.subarray(start, start + size));
      await this.#turn();
      checkLength(chunk, length);
    }
  }

  /** Takes lines that were folded elsewhere; they begin where what was taken before ended. */
  async append(segment: Uint8Array, bytes: number): Promise<void> {
    this.verifier.append(segment, bytes);
    this.#work += bytes;
    await this.#turn();
  }

  async #turn(): Promise<void> {
    const total = this.#total;
    this.#onProgress?.(total === undefined ? this.verifier.progress() : { ...this.verifier.progress(), total });
    await this.#pace.keep(this.#work);
    this.#signal?.throwIfAborted();
  }
}

/** Refuses bytes that were shrunk or given away meanwhile: they would be judged as if they had ended there. */
export function checkLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new TypeError("the input was changed while it was read");
}
