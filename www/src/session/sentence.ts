/** An answer in words, for every place that tells it. */

import type { Finding, Report } from "call-stream-verify";
import type { Kind } from "../engine/contract.js";
import { coreText } from "../words/core/index.js";
import { counted, dateTime, filled, locale, words } from "../words/index.js";

/** A sentence, and whether it is the verifier's own English under another language of the page. */
export interface Sentence {
  text: string;
  isEnglish: boolean;
}

export function levelName(level: NonNullable<Report["level"]>): string {
  const name = words().levels.level[level].name;
  return `${level}, ${locale() === "de" ? name : name.toLowerCase()}`;
}

export function timeText(timestamp: string): string {
  const local = dateTime(timestamp);
  return local === undefined ? timestamp : filled(words().dated, { timestamp, local });
}

/** The answer in one sentence. What a receipt proves of one entry, it is not to say of a chain. */
export function sentenceOf(report: Report, kind: Kind | undefined): Sentence {
  const { calls } = report;
  const { answer } = words();
  const own = (text: string): Sentence => ({ text, isEnglish: false });
  const total = counted(calls.total, answer.calls);
  switch (report.verdict) {
    case "verified": {
      if (kind === "receipt") return own(filled(answer.receipt, { seq: String(report.chain?.range.start ?? ""), reason: receiptReasonOf(report) }));
      const reason = reasonOf(report);
      if (calls.total === 0) return own(filled(answer.chainWhole, { reason }));
      const forms = report.claims.withheld_members === undefined ? answer.verified : answer.verifiedAsShown;
      return own(filled(counted(calls.total, forms), { reason }));
    }
    case "mismatch":
      if (calls.mismatch === 0) return first(report, "mismatch") ?? own(answer.somethingFails);
      return own(calls.total === 1 ? answer.onlyMismatch : filled(counted(calls.mismatch, answer.mismatch), { total }));
    case "revoked": {
      const text = calls.total === 1 ? answer.onlyRevoked : filled(counted(calls.revoked, answer.revoked), { total });
      return own(calls.verified === 0 ? text : `${text} ${counted(calls.verified, answer.others)}`);
    }
    case "not_proven":
      return first(report, "not_proven") ?? own(answer.notJudged);
  }
}

/** What the trust in a head rests on. */
function reasonOf({ claims }: Report): string {
  const { answer } = words();
  if (claims.witness_quorum.state === "proven") return answer.witnessed;
  if (claims.checkpoint_signed.state === "proven") return answer.signed;
  if (claims.expected_head.state === "proven") return answer.expected;
  return answer.unbroken;
}

function receiptReasonOf({ claims }: Report): string {
  const { answer } = words();
  if (claims.witness_quorum.state === "proven") return answer.receiptWitnessed;
  return claims.checkpoint_signed.state === "proven" ? answer.receiptSigned : answer.receiptExpected;
}

/** What does not follow from the answer, or what to do. */
export function consequenceOf({ verdict }: Report, kind: Kind | undefined): string {
  const { consequence, answer } = words();
  if (kind === "receipt" && verdict === "verified") return answer.receiptConsequence;
  return kind === "receipt" && verdict === "mismatch" ? answer.receiptMismatch : consequence[verdict];
}

/** As of what the answer is, to be filled with `entries` or `seq`, `origin`, `dated`, `head` and `level`. */
export function asOfForm(kind: Kind | undefined): { form: string; dated: string } {
  const { answer } = words();
  return kind === "receipt" ? { form: answer.asOfReceipt, dated: answer.datedReceipt } : { form: answer.asOf, dated: answer.dated };
}

/** What a level means of this file: a part of a chain shows less of it than a whole one. */
export function levelMeaning(level: NonNullable<Report["level"]>, { chain }: Report, kind: Kind | undefined): string {
  const { level: ofChain, ofReceipt, ofRange } = words().levels;
  if (kind === "receipt" && Object.hasOwn(ofReceipt, level)) return ofReceipt[level as keyof typeof ofReceipt];
  return level === "L2" && chain !== null && chain.range.start > 0 ? ofRange : ofChain[level].meaning;
}

/** What the finding that says most says: one about the run as a whole before one about a single call. */
function first({ findings }: Report, severity: Finding["severity"]): Sentence | undefined {
  const grave = findings.filter((finding) => finding.severity === severity);
  const found = grave.find((finding) => finding.call_id === null) ?? grave[0];
  return found === undefined ? undefined : titleOf(found);
}

/** What the verifier says of a finding. */
export function titleOf({ message }: Finding): Sentence {
  return ofVerifier(message);
}

/** A sentence of the verifier's, in the reader's language as far as it is translated. */
export function ofVerifier(english: string): Sentence {
  const { text, lang } = coreText(english, locale());
  return { text, isEnglish: lang === "en" && locale() !== "en" };
}
