/** A worker that has one file judged under one trust. It decides nothing. */

import { CallVerifyError, OptionError, reportText, verify, verifyReceipt } from "call-stream-verify/slim";
import type { Report } from "call-stream-verify";
import type { Refusal, Trust } from "./contract.js";
import type { News } from "./orders.js";
import { paced, piecesOf, Unreadable } from "./reading.js";

/** Longer than any receipt; that one is too long, the verifier sees by so much of it. */
const LONGEST_RECEIPT = (16 << 20) + 2;

export async function judged({ file, trust, kind }: { file: Blob; trust: Trust; kind: "bundle" | "receipt" }, tell: (news: News) => void): Promise<void> {
  try {
    const report = kind === "bundle" ? await bundleReport(file, trust, tell) : await receiptReport(file, trust);
    tell({ kind: "judged", report, text: reportText(report) });
  } catch (error) {
    tell({ kind: "refused", refusal: refusalOf(error) });
  }
}

async function bundleReport(file: Blob, trust: Trust, tell: (news: News) => void): Promise<Report> {
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
  return verify(counted(), { ...trust, onProgress: (progress) => ({ entries, calls } = progress) });
}

async function receiptReport(file: Blob, trust: Trust): Promise<Report> {
  const bytes = await file.slice(0, LONGEST_RECEIPT).arrayBuffer().catch((cause: unknown) => {
    throw new Unreadable("The file cannot be read.", { cause });
  });
  return verifyReceipt(new Uint8Array(bytes), { ...trust });
}

/** What was thrown, as data. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof CallVerifyError) return { code: error.code, message: error.message, member: error.member, line: error.line };
  if (error instanceof OptionError) return { code: error.code, message: error.message, member: error.member };
  if (error instanceof Unreadable) return { code: "unreadable", message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : "The verifier failed inside." };
}
