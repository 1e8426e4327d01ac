/** The answer to take away: printed, as HTML and as JSON. */

import type { PolicyDescription, Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import { reportHtml, REPORT_STYLE } from "../session/report-html.js";
import { reportJson, type ReportFacts } from "../session/report-json.js";
import type { Item, Session } from "../session/session.js";
import type { Engine, Trust } from "../engine/contract.js";
import { words } from "../words/index.js";
import { saveAs } from "./save.js";
import "./signing.js";

export interface Judged {
  item: Item;
  report: Report;
  text: string;
  /** What it was judged by. */
  trust: Trust;
  policy: PolicyDescription | undefined;
}

export function outView(judged: Judged, session: Session, isComplete: boolean): TemplateResult {
  const { engine } = session;
  const { out } = words();
  const name = `${judged.item.source.name.replace(/[^A-Za-z0-9._-]+/g, "_")}.report`;
  const facts = isComplete ? factsOf(judged, engine) : undefined;
  const save = (extension: string, type: string, text: string): void => saveAs(`${name}.${extension}`, new Blob([text], { type }));
  return html`<section class="out" aria-labelledby="out-title">
    <h3 id="out-title">${out.title}</h3>
    <p class="help">${facts === undefined ? out.wait : out.help}</p>
    <div class="buttons">
      <button type="button" data-out="print" ?disabled=${facts === undefined} @click=${() => print()}>${out.print}</button>
      <button type="button" data-out="html" ?disabled=${facts === undefined} @click=${async () => facts && save("html", "text/html", await htmlOf(facts, engine))}>${out.html}</button>
      <button type="button" data-out="json" ?disabled=${facts === undefined} @click=${() => facts && save("json", "application/json", reportJson(facts))}>${out.json}</button>
      <button type="button" class="quiet" data-out="verifier" @click=${() => save("verifier.json", "application/json", judged.text)}>${out.verifierJson}</button>
    </div>
    ${judged.report.as_of.size === null || judged.report.chain === null ? nothing : html`<signing-form .session=${session} .text=${judged.text} .fileName=${name}></signing-form>`}
  </section>`;
}

function factsOf({ item, report, text, policy, trust }: Judged, engine: Engine): ReportFacts | undefined {
  const { sha256, record, recordSha256, kind } = item.run ?? {};
  if (sha256 === undefined) return undefined;
  return {
    kind: kind === "receipt" ? kind : "bundle",
    file: { name: item.source.name, size: item.source.file.size, sha256 },
    record: record === undefined || recordSha256 === undefined ? undefined : { name: record.name, size: record.file.size, sha256: recordSha256 },
    report,
    text,
    trust: { policy, text: trust.policy, expect: trust.expect, isSample: item.sample !== undefined },
    tool: { version: engine.version, wasmSha256: engine.wasmSha256 },
  };
}

async function htmlOf(facts: ReportFacts, engine: Engine): Promise<string> {
  // Where a page comes from a file or over plain HTTP, the browser's own digests are not to be had.
  const sha256 = await engine.hash(new Blob([REPORT_STYLE]), { signal: new AbortController().signal, onProgress: () => {} });
  return reportHtml(facts, sha256);
}
