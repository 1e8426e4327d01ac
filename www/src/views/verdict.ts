/** The answer in one word and one sentence, and what it is as of. */

import type { Finding, PolicyDescription, Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { Item } from "../session/session.js";
import { bytes, counted, dateTime, fill, filled, locale, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { icon } from "./icon.js";

/** A sentence, and whether it is the verifier's own English under another language of the page. */
export interface Sentence {
  text: string;
  isEnglish: boolean;
}

export function verdictView(item: Item, report: Report, isTrustGiven: boolean, policy: PolicyDescription | undefined): TemplateResult {
  const { verdict } = report;
  const isUntrusted = !isTrustGiven && item.sample === undefined && report.findings.some(({ code }) => code === "no-trusted-checkpoint");
  const sentence = sentenceOf(report);
  return html`<div class="verdict">
    <p class="file-name">${dataText(item.source.name)}, ${bytes(item.source.file.size)}</p>
    <h2 class="word">${icon(verdict)}<span>${words().verdict[verdict]}</span></h2>
    <p class="sentence" lang=${sentence.isEnglish ? "en" : nothing}>${sentence.text}</p>
    ${asOfView(report)}
    <p class="consequence">${words().consequence[verdict]}</p>
    ${item.sample === undefined ? nothing : html`<p class="note sample-key">${words().answer.sampleKey} ${(policy?.logs ?? []).map((vkey) => dataText(vkey))}</p>`}
    ${isUntrusted ? untrustedView() : nothing}
  </div>`;
}

export function levelName(level: NonNullable<Report["level"]>): string {
  const name = words().levels.level[level].name;
  return `${level}, ${locale() === "de" ? name : name.toLowerCase()}`;
}

/** A time as the data spell it, and in the reader's way beside it. */
export function timeView(timestamp: string): unknown {
  const local = dateTime(timestamp);
  return local === undefined ? dataText(timestamp) : fill(words().dated, { timestamp: dataText(timestamp), local: html`<span class="local">${local}</span>` });
}

export function timeText(timestamp: string): string {
  const local = dateTime(timestamp);
  return local === undefined ? timestamp : filled(words().dated, { timestamp, local });
}

function asOfView({ as_of: { size, head, time }, chain, claims, level }: Report): TemplateResult | typeof nothing {
  if (size === null) return nothing;
  const { answer } = words();
  // Whose chain it says it is counts only where a trusted key says so.
  const origin = chain !== null && claims.checkpoint_signed.state === "proven" ? fill(answer.inOrigin, { origin: dataText(chain.origin) }) : undefined;
  const dated = time === null ? undefined : fill(answer.dated, { time: timeView(time) });
  return html`<p class="as-of">${fill(answer.asOf, {
    entries: html`<strong>${counted(size, answer.entries)}</strong>`,
    origin,
    dated,
    head: html`<code class="digest" translate="no">${head}</code>`,
    level: html`<strong>${level === null ? answer.noLevel : levelName(level)}</strong>`,
  })}</p>`;
}

function untrustedView(): TemplateResult {
  const { answer } = words();
  return html`<p class="note untrusted">${fill(answer.untrusted, { link: html`<a href="#policy">${answer.giveKey}</a>` })}</p>`;
}

/** The answer in one sentence. */
export function sentenceOf(report: Report): Sentence {
  const { calls } = report;
  const { answer } = words();
  const own = (text: string): Sentence => ({ text, isEnglish: false });
  const total = counted(calls.total, answer.calls);
  switch (report.verdict) {
    case "verified": {
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

/** What the finding that says most says: one about the run as a whole before one about a single call. */
function first({ findings }: Report, severity: Finding["severity"]): Sentence | undefined {
  const grave = findings.filter((finding) => finding.severity === severity);
  const found = grave.find((finding) => finding.call_id === null) ?? grave[0];
  return found === undefined ? undefined : titleOf(found);
}

/** The page's own title of a finding where it has one in the reader's language, or the verifier's message. */
export function titleOf({ code, message }: Finding): Sentence {
  const title = words().findings.titles[code]?.title;
  return title === undefined ? { text: message, isEnglish: locale() !== "en" } : { text: title, isEnglish: false };
}
