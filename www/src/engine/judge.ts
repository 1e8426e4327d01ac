/** A worker that has one file judged under one trust. It decides nothing. */

import { CallVerifyError, OptionError, reportText, verify } from "call-stream-verify/slim";
import type { Refusal, Trust } from "./contract.js";
import type { News } from "./orders.js";
import { paced, piecesOf, Unreadable } from "./reading.js";

export async function judged(file: Blob, trust: Trust, tell: (news: News) => void): Promise<void> {
  let read = 0;
  let entries = 0;
  let calls = 0;
  const tellProgress = paced(() => tell({ kind: "progress", read, entries, calls }));
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of piecesOf(file)) {
      yield piece;
      read += piece.length;
      tellProgress();
    }
    tell({ kind: "progress", read, entries, calls });
  }
  try {
    const report = await verify(counted(), { ...trust, onProgress: (progress) => ({ entries, calls } = progress) });
    tell({ kind: "judged", report, text: reportText(report) });
  } catch (error) {
    tell({ kind: "refused", refusal: refusalOf(error) });
  }
}

/** What was thrown, as data. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof CallVerifyError) return { code: error.code, message: error.message, member: error.member, line: error.line };
  if (error instanceof OptionError) return { code: error.code, message: error.message, member: error.member };
  if (error instanceof Unreadable) return { code: "unreadable", message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : "The verifier failed inside." };
}
