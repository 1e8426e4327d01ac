/** Two exports by the hashes that their entries state: a look, and no verdict. */

import type { Contents } from "../engine/contract.js";
import { memberText } from "./members.js";

/** Hashes read at once of each. */
const BLOCK = 4096;

export type Relation = "same" | "extends" | "contains" | "overlaps" | "fork" | "different-chains" | "apart";

export interface Fork {
  seq: number;
  hashes: [string, string];
}

export interface Comparison {
  relation: Relation;
  /** Which of the two holds more: of `extends` and `contains`. */
  longer: 0 | 1;
  headers: [string | undefined, string | undefined];
  /** Entries that both have. */
  inCommon: number;
  differing: number;
  fork: Fork | undefined;
}

export interface Terms {
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

export async function compared(one: Contents, other: Contents, { signal, onProgress }: Terms): Promise<Comparison> {
  const headers: Comparison["headers"] = [await headerOf(one), await headerOf(other)];
  const start = Math.max(one.range.start, other.range.start);
  const end = Math.min(one.range.end, other.range.end);
  const inCommon = Math.max(0, end - start);
  const none = { longer: 0 as const, headers, inCommon: 0, differing: 0, fork: undefined };
  if (headers[0] === undefined || headers[0] !== headers[1]) return { ...none, relation: "different-chains" };
  if (inCommon === 0) return { ...none, relation: "apart" };

  let differing = 0;
  let fork: Fork | undefined;
  for (let from = start; from < end; from += BLOCK) {
    signal.throwIfAborted();
    onProgress(from - start, inCommon);
    const to = Math.min(end, from + BLOCK);
    const [ones, others] = await Promise.all([one, other].map((contents) => contents.hashes(from - contents.range.start, to - contents.range.start)));
    for (let at = 0; at < to - from; at += 1) {
      const hashes: Fork["hashes"] = [ones?.[at] ?? "", others?.[at] ?? ""];
      // A hash that cannot be read agrees with none.
      if (hashes[0] === hashes[1] && hashes[0] !== "") continue;
      differing += 1;
      fork ??= { seq: from + at, hashes };
    }
  }
  const longer = one.range.end - one.range.start >= other.range.end - other.range.start ? 0 : 1;
  return { relation: fork === undefined ? relationOf(one, other) : "fork", longer, headers, inCommon, differing, fork };
}

function relationOf({ range: one }: Contents, { range: other }: Contents): Relation {
  if (one.start === other.start) return one.end === other.end ? "same" : "extends";
  const isOneInside = one.start >= other.start && one.end <= other.end;
  const isOtherInside = other.start >= one.start && other.end <= one.end;
  return isOneInside || isOtherInside ? "contains" : "overlaps";
}

async function headerOf(contents: Contents): Promise<string | undefined> {
  const { text } = await contents.exact(1);
  return memberText(text, "chain");
}
