import * as core from "./core.js";
import { bytesOf } from "./input.js";
import { guarded } from "./module.js";
import { ownOf, textOf } from "./options.js";
import type { Report } from "./report.js";
import { reported, type VerifyOptions } from "./verifier.js";

/** What the verifier trusts and asks for, and the call as it has it. The one call of a receipt is listed in `results` in any case. */
export interface ReceiptOptions extends VerifyOptions {
  /** A record of the call, in any spelling, to be judged in place of the one in the receipt. */
  record?: string | Uint8Array | undefined;
  /** Entries behind the receipt's, as an export of the same chain that is verified by itself: whether one of them revokes the call. */
  later?: string | Uint8Array | undefined;
}

/**
 * Verifies a receipt: that the call is what an entry of a chain seals, and that the entry stands in a tree that a key you trust has signed. It
 * shows nothing of later entries, a revocation for instance, unless they are given along. What is no receipt, or no record, is refused; whatever can be read is judged.
 */
export function verifyReceipt(receipt: string | Uint8Array, options: ReceiptOptions = {}): Report {
  const { record, later, ...trust } = ownOf(options);
  const text = textOf(trust);
  const bytes = bytesOf(receipt);
  const presented = record === undefined ? undefined : bytesOf(record);
  const behind = later === undefined ? undefined : bytesOf(later);
  return reported(guarded(() => core.verifyReceipt(bytes, text, presented, behind)));
}
