/** The answer in one word and one sentence, and what it is as of. */

import type { PolicyDescription, Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { Item } from "../session/session.js";
import type { Kind } from "../engine/contract.js";
import { asOfForm, consequenceOf, levelName, sentenceOf } from "../session/sentence.js";
import { bytes, counted, dateTime, fill, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { icon } from "./icon.js";

export { levelName, type Sentence, sentenceOf, timeText, titleOf } from "../session/sentence.js";

export function verdictView(item: Item, report: Report, isTrustGiven: boolean, policy: PolicyDescription | undefined): TemplateResult {
  const { verdict } = report;
  const isUntrusted = !isTrustGiven && item.sample === undefined && report.findings.some(({ code }) => code === "no-trusted-checkpoint");
  const kind = item.run?.kind;
  const sentence = sentenceOf(report, kind);
  return html`<div class="verdict">
    <p class="file-name">${dataText(item.source.name)}, ${bytes(item.source.file.size)}</p>
    ${item.record === undefined ? nothing : html`<p class="file-name with-record">${fill(words().answer.withRecord, { name: dataText(item.record.name) })}</p>`}
    <h2 class="word">${icon(verdict)}<span>${words().verdict[verdict]}</span></h2>
    <p class="sentence" lang=${sentence.isEnglish ? "en" : nothing}>${sentence.text}</p>
    ${asOfView(report, kind)}
    <p class="consequence">${consequenceOf(report, kind)}</p>
    ${item.sample === undefined ? nothing : html`<p class="note sample-key">${words().answer.sampleKey} ${(policy?.logs ?? []).map((vkey) => dataText(vkey))}</p>`}
    ${isUntrusted ? untrustedView() : nothing}
  </div>`;
}

/** A time as the data spell it, and in the reader's way beside it. */
export function timeView(timestamp: string): unknown {
  const local = dateTime(timestamp);
  return local === undefined ? dataText(timestamp) : fill(words().dated, { timestamp: html`<span class="timestamp">${dataText(timestamp)}</span>`, local: html`<span class="local">${local}</span>` });
}

function asOfView({ as_of: { size, head, time }, chain, claims, level }: Report, kind: Kind | undefined): TemplateResult | typeof nothing {
  if (size === null) return nothing;
  const { answer } = words();
  const { form, dated: datedForm } = asOfForm(kind);
  // Whose chain it says it is counts only where a trusted key says so.
  const origin = chain !== null && claims.checkpoint_signed.state === "proven" ? fill(answer.inOrigin, { origin: dataText(chain.origin) }) : undefined;
  const dated = time === null ? undefined : fill(datedForm, { time: timeView(time) });
  return html`<p class="as-of">${fill(form, {
    seq: html`<strong>${size - 1}</strong>`,
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
