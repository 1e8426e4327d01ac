/// <reference lib="esnext.disposable" preserve="true" />

import { Verifier as RawVerifier } from "./core.js";
import { CallVerifyError } from "./errors.js";
import { bytesOf } from "./input.js";
import { currentInstance, guarded } from "./module.js";
import { textOf } from "./options.js";
import type { Level, Report, Uuid } from "./report.js";

/** What the verifier trusts and asks for. No trust is ever taken from a bundle. */
export interface VerifyOptions {
  /** A C2SP tlog-policy, or a single vkey line. */
  policy?: string | undefined;
  /** `SIZE:HEAD`: a head that is known from elsewhere. */
  expect?: string | undefined;
  tenant?: Uuid | undefined;
  /** `L3` if left out: without a pinned key or an expected head, an exporter could have recomputed the whole chain. */
  minLevel?: Level | undefined;
  /** Judge a bundle that presents no call. */
  chainOnly?: boolean | undefined;
  /** List verified calls in `results`, too. */
  all?: boolean | undefined;
}

/** What was read so far. */
export interface Progress {
  bytes: number;
  /** How many bytes there are, if that is known before they are read. */
  total?: number;
  lines: number;
  entries: number;
  calls: number;
}

const texts: WeakMap<Report, string> = new WeakMap();

/** The JSON text of `report` as the core wrote it: the same bytes on every runtime. */
export function reportText(report: Report): string {
  const text = texts.get(report);
  if (text === undefined) throw new TypeError("expected a report that verify() or finish() returned");
  return text;
}

/** Verifies a bundle as it arrives, in any pieces and with bounded memory. */
export class Verifier {
  #raw: RawVerifier | undefined;
  readonly #instance: number;

  constructor(options: VerifyOptions = {}) {
    const text = textOf(options);
    this.#raw = guarded(() => new RawVerifier(text));
    this.#instance = currentInstance();
  }

  /**
   * Goes on from what `save()` gave, here or on another machine with the same version of this package.
   *
   * The state is the verifier's own and no data to be judged: whoever can change it can change the report, so one that leaves your hands wants
   * a signature of yours. Options that are given take the place of all saved ones; keys and expected head must be the same.
   */
  static resume(state: string | Uint8Array, options?: VerifyOptions): Verifier {
    const saved = typeof state === "string" ? state : new TextDecoder().decode(bytesOf(state));
    const text = options === undefined ? undefined : textOf(options);
    const verifier = new Verifier();
    verifier.free();
    verifier.#raw = guarded(() => RawVerifier.resume(saved, text));
    return verifier;
  }

  /**
   * The run so far as text. It holds what is known of each call (some 200 bytes each), hashes of the first 262,144 entries (43 bytes each),
   * an incomplete last line, and for gzip up to 75 KiB; beside that less than 2 KiB. The verifier can go on.
   */
  save(): string {
    const raw = this.#open();
    return guarded(() => raw.save());
  }

  /**
   * Takes the next bytes. Returns how many bytes of plain text there were so far, to which the time spent is in proportion: compressed
   * input can be a thousand times as much.
   */
  push(chunk: string | Uint8Array): number {
    const raw = this.#open();
    const bytes = bytesOf(chunk);
    return guarded(() => raw.push(bytes));
  }

  /**
   * Takes lines that a thread has folded, with how many bytes they are.
   *
   * @internal
   */
  append(segment: Uint8Array, bytes: number): void {
    const raw = this.#open();
    guarded(() => raw.append(segment, bytes));
  }

  progress(): Progress {
    const raw = this.#open();
    return guarded(() => raw.progress());
  }

  /** Judges what was pushed. Nothing can be pushed afterwards. */
  finish(): Report {
    const raw = this.#open();
    this.#raw = undefined;
    const text = guarded(() => raw.finish());
    const report: Report = JSON.parse(text);
    texts.set(report, text);
    return report;
  }

  /** Gives the memory back without a verdict. */
  free(): void {
    const raw = this.#raw;
    this.#raw = undefined;
    if (raw !== undefined && this.#instance === currentInstance()) guarded(() => raw.free());
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #open(): RawVerifier {
    if (this.#raw === undefined) throw new CallVerifyError("already-finished", "This Verifier has finished.");
    if (this.#instance !== currentInstance()) {
      throw new CallVerifyError("lost", "This Verifier was lost when an internal error stopped the module: begin again.");
    }
    return this.#raw;
  }
}
