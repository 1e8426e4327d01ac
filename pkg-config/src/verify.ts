import { chunksOf, type Input, totalOf } from "./input.js";
import { init } from "./module.js";
import { ownOf } from "./options.js";
import { Pace } from "./pace.js";
import type { Report } from "./report.js";
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
const GZIP_FIRST = 0x1f;

/**
 * Verifies a bundle. What was judged is in the report, whatever the verdict; only misuse and unreadable input reject.
 *
 * @example
 * const report = await verify(await readFile("export.ndjson"), { policy: "example.com/log+0a1b2c3d+…" });
 * if (report.verdict !== "verified") console.error(report.findings);
 */
export async function verify(input: Input, options: RunOptions = {}): Promise<Report> {
  const { signal, onProgress, ...trust } = ownOf(options);
  signal?.throwIfAborted();
  await init();
  const verifier = new Verifier(trust);
  const total = totalOf(input);
  const pace = new Pace();
  try {
    let first: number | undefined;
    for await (const chunk of chunksOf(input, signal)) {
      first ??= chunk[0];
      const size = first === GZIP_FIRST ? GZIP_PIECE : PIECE;
      for (let start = 0; start < chunk.length; start += size) {
        const work = verifier.push(chunk.subarray(start, start + size));
        onProgress?.(total === undefined ? verifier.progress() : { ...verifier.progress(), total });
        await pace.keep(work);
        signal?.throwIfAborted();
      }
    }
    return verifier.finish();
  } finally {
    verifier.free();
  }
}
