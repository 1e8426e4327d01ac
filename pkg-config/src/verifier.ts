/// <reference lib="esnext.disposable" preserve="true" />

import { Verifier as RawVerifier } from "./core.js";
import { Held } from "./held.js";
import { bytesOf } from "./input.js";
import { guarded } from "./module.js";
import { textOf } from "./options.js";
import type { Level, Report, Uuid } from "./report.js";

/** What the verifier trusts and asks for. No trust is ever taken from a bundle. */
export interface VerifyOptions {
  /** A C2SP tlog-policy, or a single vkey line. */
  policy?: string | undefined;
  /** `SIZE:HEAD`: a head that is known from elsewhere. */
  expect?: string | undefined;
  tenant?: Uuid | undefined;
  /**
   * Headers of Bitcoin blocks, which confirm anchors: 160 hex digits a line, in order; an empty line between those that do not follow each
   * other. They are trusted to stand in the best chain.
   */
  headers?: string | undefined;
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

/**
 * The report that the core wrote as `text`.
 *
 * @internal
 */
export function reported(text: string): Report {
  const report: Report = JSON.parse(text);
  texts.set(report, text);
  return report;
}

/** The JSON text of `report` as the core wrote it: the same bytes on every runtime. */
export function reportText(report: Report): string {
  const text = texts.get(report);
  if (text === undefined) throw new TypeError("expected a report of this package, as it was returned");
  return text;
}

/** Verifies a bundle as it arrives, in any pieces and with bounded memory. */
export class Verifier {
  #held: Held<RawVerifier>;

  constructor(options: VerifyOptions = {}) {
    const text = textOf(options);
    this.#held = new Held(() => new RawVerifier(text), "Verifier");
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
    verifier.#held = new Held(() => RawVerifier.resume(saved, text), "Verifier");
    return verifier;
  }

  /**
   * The run so far as text. It holds what is known of each call (some 200 bytes each), hashes of the first 262,144 entries (43 bytes each),
   * an incomplete last line, and for gzip up to 75 KiB; beside that less than 2 KiB. The verifier can go on.
   */
  save(): string {
    const raw = this.#held.open();
    return guarded(() => raw.save());
  }

  /**
   * Takes the next bytes. Returns how many bytes of plain text there were so far, to which the time spent is in proportion: compressed
   * input can be a thousand times as much.
   */
  push(chunk: string | Uint8Array): number {
    const raw = this.#held.open();
    const bytes = bytesOf(chunk);
    return guarded(() => raw.push(bytes));
  }

  /**
   * Takes lines that a thread has folded, with how many bytes they are.
   *
   * @internal
   */
  append(segment: Uint8Array, bytes: number): void {
    const raw = this.#held.open();
    guarded(() => raw.append(segment, bytes));
  }

  progress(): Progress {
    const raw = this.#held.open();
    return guarded(() => raw.progress());
  }

  /** Judges what was pushed. Nothing can be pushed afterwards. */
  finish(): Report {
    const raw = this.#held.take();
    return reported(guarded(() => raw.finish()));
  }

  /** Gives the memory back without a verdict. */
  free(): void {
    this.#held.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}
