// A validator's key, and the signed result by which others see that it came to the same report.

import * as core from "./core.js";
import { guarded } from "./module.js";
import { stringOf } from "./options.js";
import type { Report } from "./report.js";
import { reportText } from "./verifier.js";

export interface ValidatorKey {
  /** The secret, as `call-verify keygen` writes it without its newline. */
  key: string;
  /** The public part, for those who are to trust it. */
  vkey: string;
}

/** Makes a key of this name (no spaces or plus signs, such as `validator.example/alice`) from the runtime's randomness. It is kept nowhere. */
export function makeKey(name: string): ValidatorKey {
  const named = stringOf(name, "name");
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const key = guarded(() => core.makeKey(named, seed));
  return { key, vkey: vkeyOf(key) };
}

/** The vkey of a secret key. */
export function vkeyOf(key: string): string {
  const text = stringOf(key, "key");
  return guarded(() => core.vkeyOf(text));
}

/**
 * Signs what a report came to: an in-toto statement in a DSSE envelope, one line, the same bytes as `call-verify verify --attest` writes. `call-verify
 * agree` compares those of several validators. A report that came from another thread is given as the text that `reportText` gave there. A report about no head is refused (`bad-attestation`), and one of `all` calls agrees with no other.
 */
export function attestReport(report: Report | string, key: string): string {
  const text = typeof report === "string" ? report : reportText(report);
  const secret = stringOf(key, "key");
  return guarded(() => core.attest(text, secret));
}
