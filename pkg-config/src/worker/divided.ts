import { OptionError } from "../errors.js";
import { bytesOf, chunksOf, type Input, totalOf } from "../input.js";
import type { init } from "../module.js";
import { ownOf, textOf } from "../options.js";
import type { Report } from "../report.js";
import { checkLength, GZIP_FIRST, Run, type RunOptions } from "../run.js";
import { verify } from "../verify.js";
import { Crew } from "./crew.js";
import type { Start } from "./orders.js";
import { Gatherer, sharesOf } from "./shares.js";

/** What `verify` of `call-stream-verify/worker` takes beside what `verify` takes. */
export interface DividedOptions extends RunOptions {
  /** How many threads read, this one among them: from 1 to 64. As many as the machine runs at once if left out, but 8 at most. */
  jobs?: number | undefined;
}

/**
 * Verifies a bundle in several threads. The report has the same bytes as that of `verify`, for any number of threads; where none can be
 * started, or if they die, it is made in one.
 *
 * @example
 * const report = await verify(file, { policy, jobs: 4 });
 */
export type VerifyDivided = (input: Input, options?: DividedOptions) => Promise<Report>;

/**
 * What a runtime has for this.
 *
 * @internal
 */
export interface Means {
  init: typeof init;
  start?: Start;
  /** How many threads it runs at once. */
  parallelism?: () => number;
  /** Bytes of a share, of which threads get one after another. */
  share?: { least: number; most: number };
  /** Milliseconds that a thread may take for a share. */
  patience?: number;
}

const MOST_JOBS = 64;
const USUAL_JOBS = 8;
/** Starting threads takes as long as reading some MiB; and large shares keep what is said between threads small. */
const SHARE = { least: 1 << 20, most: 4 << 20 };
/** Shares for each thread, so that all end at about the same time. */
const SHARES_EACH = 4;
const PATIENCE = 30_000;

/**
 * The `verify` of a runtime with these means.
 *
 * @internal
 */
export function dividing({ init, start, parallelism = () => 1, share = SHARE, patience = PATIENCE }: Means): VerifyDivided {
  return async (input, options = {}) => {
    const { jobs = Math.min(parallelism(), USUAL_JOBS), ...rest } = ownOf(options);
    if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
      throw new OptionError(`Expected a whole number from 1 to ${MOST_JOBS} (option jobs).`, "jobs");
    }
    rest.signal?.throwIfAborted();
    await init();
    if (start === undefined || jobs === 1) return verify(input, rest);
    const { signal, onProgress: _, ...trust } = rest;
    const total = totalOf(input);
    const size = Math.min(share.most, Math.max(share.least, Math.ceil((total ?? Infinity) / (jobs * SHARES_EACH))));
    const run = new Run(rest, total);
    const crew = new Crew(run, { start, jobs, size, patience, options: textOf(trust), signal });
    try {
      await divide(input, signal, run, crew, size);
      return run.verifier.finish();
    } finally {
      crew.end();
      run.verifier.free();
    }
  };
}

async function divide(input: Input, signal: AbortSignal | undefined, run: Run, crew: Crew, size: number): Promise<void> {
  if (typeof input === "string" || ArrayBuffer.isView(input)) {
    const bytes = bytesOf(input);
    const { length } = bytes;
    if (bytes[0] === GZIP_FIRST || bytes.length <= size) return run.push(bytes);
    for (const share of sharesOf(bytes, size)) {
      await crew.take(share);
      checkLength(bytes, length);
    }
    return crew.settled();
  }
  const gatherer = new Gatherer(size);
  let isCompressed: boolean | undefined;
  for await (const chunk of chunksOf(input, signal)) {
    for (let start = 0; start < chunk.length; start += size) {
      const piece = chunk.subarray(start, start + size);
      isCompressed ??= piece[0] === GZIP_FIRST;
      if (isCompressed || gatherer.isOver) {
        await run.push(piece);
        continue;
      }
      for (const share of gatherer.add(piece)) await crew.take(share);
      if (gatherer.isOver) {
        // A line that is too long ends the judging: what follows is read only.
        await crew.settled();
        await run.push(gatherer.rest());
      }
    }
  }
  await crew.settled();
  if (!gatherer.isOver) await run.push(gatherer.rest());
}
