/** What a translation of the verifier's sentences consists of. */

import type { Code } from "call-stream-verify/explain";
import type { claimsDe } from "./de/claims.js";
import type { detailsDe } from "./de/details.js";

/** Sentence and explanation of every code. */
export type CodeTexts = Readonly<Record<Code, readonly [sentence: string, explanation: string]>>;

/** The other sentences by their English; `{names}` stands for what a sentence names. German lists them, and no language may lack one. */
export type ClaimTexts = Readonly<Record<keyof typeof claimsDe, string>>;
export type DetailTexts = Readonly<Record<keyof typeof detailsDe, string>>;

export interface CoreTexts {
  codes: CodeTexts;
  claims: ClaimTexts;
  details: DetailTexts;
  /** Between the last two names of a list. */
  and: string;
  /** What follows the sentence where an option is refused, with `{names}` for the option. */
  option: string;
}
