/** A worker that has one file judged under one trust. It decides nothing. */

import { CallVerifyError, Hasher, OptionError, reportText, verify, verifyReceipt } from "call-stream-verify/slim";
import type { Digest, Report } from "call-stream-verify";
import type { Refusal, Trust } from "./contract.js";
import type { News } from "./orders.js";
import { paced, piecesOf, Unreadable } from "./reading.js";

/** Longer than any receipt and any record; that one is too long, the verifier sees by so much of it. */
const LONGEST_LINE = (16 << 20) + 2;

export interface Question {
  file: Blob;
  trust: Trust;
  kind: "bundle" | "receipt";
  record: Blob | undefined;
}

export async function judged({ file, trust, kind, record }: Question, tell: (news: News) => void): Promise<void> {
  try {
    const hasher = new Hasher();
    const presented = kind === "receipt" && record !== undefined ? await lineOf(record) : undefined;
    const report = kind === "bundle" ? await bundleReport(file, trust, hasher, tell) : await receiptReport(file, trust, hasher, presented);
    tell({ kind: "judged", report, text: reportText(report), sha256: hasher.finish(), recordSha256: presented === undefined ? undefined : sha256(presented) });
  } catch (error) {
    tell({ kind: "refused", refusal: refusalOf(error) });
  }
}

/**
 * `hasher` takes the very pieces that are judged: a second reading could be of other bytes. It takes them last, and so drops the
 * view of the module's memory as it was before judging let it grow, which browsers count as if both were there.
 */
async function bundleReport(file: Blob, trust: Trust, hasher: Hasher, tell: (news: News) => void): Promise<Report> {
  let read = 0;
  let entries = 0;
  let calls = 0;
  const tellProgress = paced(() => tell({ kind: "progress", read, entries, calls }));
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of piecesOf(file)) {
      yield piece;
      hasher.push(piece);
      read += piece.length;
      tellProgress();
    }
    tell({ kind: "progress", read, entries, calls });
  }
  return verify(counted(), { ...trust, onProgress: (progress) => ({ entries, calls } = progress) });
}

async function receiptReport(file: Blob, trust: Trust, hasher: Hasher, record: Uint8Array | undefined): Promise<Report> {
  const bytes = await lineOf(file);
  hasher.push(bytes);
  return verifyReceipt(bytes, { ...trust, record });
}

/** The bytes of a file that is one line. */
async function lineOf(file: Blob): Promise<Uint8Array> {
  const bytes = await file.slice(0, LONGEST_LINE).arrayBuffer().catch((cause: unknown) => {
    throw new Unreadable("The file cannot be read.", { cause });
  });
  return new Uint8Array(bytes);
}

function sha256(bytes: Uint8Array): Digest {
  const hasher = new Hasher();
  hasher.push(bytes);
  return hasher.finish();
}

/** The call that a record says it is of: it tells to which receipt the record goes, and the verifier holds it against that. */
export async function callOf(record: Blob): Promise<string | undefined> {
  if (record.size > LONGEST_LINE) return undefined;
  try {
    const { call_id: callId } = JSON.parse(await record.text()) as { call_id?: unknown };
    return typeof callId === "string" ? callId : undefined;
  } catch {
    return undefined;
  }
}

/** What was thrown, as data. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof CallVerifyError) return { code: error.code, message: error.message, member: error.member, line: error.line };
  if (error instanceof OptionError) return { code: error.code, message: error.message, member: error.member };
  if (error instanceof Unreadable) return { code: "unreadable", message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : "The verifier failed inside." };
}
