/** The findings of a report by the rows of the timeline they belong to. */

import type { Finding, Report } from "call-stream-verify";
import type { Contents } from "../engine/contract.js";

/** Findings looked up at once. */
const AT_ONCE = 50;

const GRAVITY = ["mismatch", "not_proven", "revoked", "warning"] as const;

export interface MarkedFinding {
  row: number;
  finding: Finding;
}

/**
 * In the order of the timeline. A finding belongs to its line; one about a call, whose line is no part of the timeline, to the last entry about
 * that call. Findings about the run as a whole have no place.
 */
export async function markedFindings({ findings }: Report, contents: Contents): Promise<MarkedFinding[]> {
  const marked: MarkedFinding[] = [];
  for (let start = 0; start < findings.length; start += AT_ONCE) {
    const some = findings.slice(start, start + AT_ONCE);
    const rows = await Promise.all(some.map((finding) => rowOf(finding, contents)));
    some.forEach((finding, index) => {
      const row = rows[index] ?? -1;
      if (row >= 0) marked.push({ row, finding });
    });
  }
  return marked.sort((one, other) => one.row - other.row);
}

async function rowOf({ line, seq, call_id: callId }: Finding, contents: Contents): Promise<number> {
  if (line !== null) {
    const row = await contents.rowOfLine(line);
    if (row >= 0) {
      const [found] = await contents.timeline(row, row + 1);
      if (found?.line === line) return row;
    }
  }
  if (callId !== null) return (await contents.rowsOf(callId)).at(-1) ?? -1;
  return seq === null ? -1 : contents.rowOfSeq(seq);
}

/** The one to be named where there is room for one. */
export function gravest(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted((one, other) => GRAVITY.indexOf(one.severity) - GRAVITY.indexOf(other.severity))[0];
}
