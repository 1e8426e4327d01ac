import { Verifier as RawVerifier } from "./core.js";
import { CallVerifyError } from "./errors.js";
import { bytesOf, type Input, piecesOf } from "./input.js";
import { textOf } from "./options.js";
import { currentInstance, guarded, init } from "./module.js";
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

  /** Takes the next bytes. */
  push(chunk: string | Uint8Array): void {
    const raw = this.#open();
    const bytes = bytesOf(chunk);
    guarded(() => raw.push(bytes));
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
      throw new CallVerifyError("internal", "This Verifier was lost when an internal error stopped its instance.");
    }
    return this.#raw;
  }
}

/**
 * Verifies a bundle. What was judged is in the report, whatever the verdict; only misuse and unreadable input reject.
 *
 * @example
 * const report = await verify(await readFile("export.ndjson"), { policy: "example.com/log+0a1b2c3d+…" });
 * if (report.verdict !== "verified") console.error(report.findings);
 */
export async function verify(
  input: Input,
  options: VerifyOptions & { signal?: AbortSignal | undefined; onProgress?: ((progress: Progress) => void) | undefined } = {},
): Promise<Report> {
  const { signal, onProgress, ...trust } = options;
  signal?.throwIfAborted();
  await init();
  const verifier = new Verifier(trust);
  try {
    for await (const piece of piecesOf(input)) {
      signal?.throwIfAborted();
      verifier.push(piece);
      onProgress?.(verifier.progress());
    }
    return verifier.finish();
  } finally {
    verifier.free();
  }
}
