/// <reference lib="esnext.disposable" preserve="true" />

import { Hasher as RawHasher } from "./core.js";
import { Held } from "./held.js";
import { bytesOf } from "./input.js";
import { guarded } from "./module.js";
import type { Digest } from "./report.js";

/** SHA-256 of a file or a recording as it arrives, in any pieces and without holding it. */
export class Hasher {
  readonly #held = new Held(() => new RawHasher(), "Hasher");

  push(chunk: string | Uint8Array): void {
    const raw = this.#held.open();
    const bytes = bytesOf(chunk);
    guarded(() => raw.push(bytes));
  }

  /** The digest of what was pushed. Nothing can be pushed afterwards. */
  finish(): Digest {
    const raw = this.#held.take();
    return guarded(() => raw.finish());
  }

  /** Gives the memory back without a digest. */
  free(): void {
    this.#held.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}
