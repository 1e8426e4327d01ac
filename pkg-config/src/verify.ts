import { OptionError } from "./errors.js";
import { chunksOf, type Input, totalOf } from "./input.js";
import { init } from "./module.js";
import { ownOf } from "./options.js";
import type { Report } from "./report.js";
import { Run, type RunOptions } from "./run.js";

export type { RunOptions };

/**
 * Verifies a bundle. What was judged is in the report, whatever the verdict; only misuse and unreadable input reject.
 *
 * @example
 * const report = await verify(await readFile("export.ndjson"), { policy: "example.com/log+0a1b2c3d+…" });
 * if (report.verdict !== "verified") console.error(report.findings);
 */
export async function verify(input: Input, options: RunOptions = {}): Promise<Report> {
  const own = { ...ownOf(options) };
  const { signal, onProgress } = own;
  if (signal !== undefined && !("throwIfAborted" in Object(signal))) throw new OptionError("Expected an AbortSignal.", "signal");
  if (onProgress !== undefined && typeof onProgress !== "function") throw new OptionError("Expected a function.", "onProgress");
  signal?.throwIfAborted();
  await init();
  const run = new Run(own, totalOf(input));
  try {
    for await (const chunk of chunksOf(input, signal)) await run.push(chunk);
    return run.verifier.finish();
  } finally {
    run.verifier.free();
  }
}
