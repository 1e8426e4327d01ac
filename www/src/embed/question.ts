/** What the element asks the verifier, in a worker or where there is none, on the page. */

import { CallVerifyError, OptionError, type Report, verify } from "call-stream-verify";
import type { Trust } from "../engine/contract.js";

export interface Question {
  file: Blob;
  trust: Trust;
}

export type Answer = { kind: "judged"; report: Report } | { kind: "refused"; code: string; message: string };

export async function answered({ file, trust }: Question, signal?: AbortSignal): Promise<Answer> {
  try {
    const report = await verify(file, { ...trust, signal });
    return { kind: "judged", report };
  } catch (error) {
    if (error instanceof CallVerifyError || error instanceof OptionError) return { kind: "refused", code: error.code, message: error.message };
    return { kind: "refused", code: "unreadable", message: "The file or the verifier could not be read." };
  }
}
