/** The report as one HTML file: no script, nothing loaded, all text escaped. In the present language; beyond that, the same facts give the same bytes. */

import type { Finding } from "call-stream-verify";
import { explain } from "call-stream-verify/explain";
import { integrity } from "../shell/integrity.js";
import { claimName } from "../views/claims.js";
import { bytes, count, counted, filled, languageTag, words } from "../words/index.js";
import { plainText } from "../words/text.js";
import { notChecked, type ReportFacts } from "./report-json.js";
import { asOfForm, consequenceOf, levelName, ofVerifier, type Sentence, sentenceOf, timeText, titleOf } from "./sentence.js";

const STYLE = `:root{color-scheme:light dark;--ink:#1c2024;--soft:#5a6169;--line:#dedbd4;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e9e7e2;--soft:#a4abb3;--line:#343a40;--paper:#15181b}}
body{max-width:46rem;margin:2.5rem auto;padding:0 1.25rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
h1{font-size:1rem;font-weight:600;color:var(--soft)}h2{margin-top:2.25rem;font-size:1.125rem}
.word{margin:0;font-size:2.75rem;font-weight:650;line-height:1.1;letter-spacing:-.02em}.sentence{font-size:1.25rem}
dl{display:grid;grid-template-columns:minmax(9rem,14rem) minmax(0,1fr);gap:.375rem 1.25rem;margin:0}dt,.soft{color:var(--soft)}dd{margin:0}
code,bdi{overflow-wrap:anywhere}code{white-space:pre-wrap;font:.8125rem/1.5 ui-monospace,monospace}
ul,ol{padding:0;list-style:none}li{padding:.75rem 0;border-top:1px solid var(--line);break-inside:avoid}li p{margin:.25rem 0}
@media print{body{margin:0;max-width:none}}`;

/** Where the style may come from; the hash is of its exact text. */
export const REPORT_STYLE = STYLE;

export function reportHtml(facts: ReportFacts, styleSha256: string): string {
  const { report } = facts;
  const { title, verdict, report: names, claims } = words();
  const sentence = sentenceOf(report, facts.kind);
  const policy = `default-src 'none'; style-src '${integrity(styleSha256)}'`;
  const word = verdict[report.verdict];
  return `<!doctype html>
<html lang="${escaped(languageTag())}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${word} · ${names.title} · ${title}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(names.title)} · ${escaped(title)}</h1>
<p class="word">${escaped(word)}</p>
<p class="sentence"${foreign(sentence.isEnglish)}>${escaped(sentence.text)}</p>
${asOf(facts)}<p>${escaped(consequenceOf(report, facts.kind))}</p>
${section(names.file, list([
    [names.kind, escaped(names.kinds[facts.kind])],
    [names.name, bdi(facts.file.name)],
    [names.size, `${escaped(bytes(facts.file.size))} (${facts.file.size})`],
    [names.sha256, code(facts.file.sha256)],
  ]))}${facts.record === undefined ? "" : section(names.record, list([
    [names.name, bdi(facts.record.name)],
    [names.size, `${escaped(bytes(facts.record.size))} (${facts.record.size})`],
    [names.sha256, code(facts.record.sha256)],
  ]))}
${section(names.trust, trust(facts))}
${section(words().counts.title, counts(facts))}
${section(names.findings, findings(facts))}
${section(claims.failed, claimRows(facts, "failed"))}${section(claims.proven, claimRows(facts, "proven"))}${section(names.notChecked, claimRows(facts, "not_checked"))}
${section(names.tool, list([
    [names.version, code(facts.tool.version)],
    [names.wasm, code(facts.tool.wasmSha256)],
  ]))}
</main>
</body>
</html>
`;
}

function asOf({ report: { as_of: asOf, level }, kind }: ReportFacts): string {
  if (asOf.size === null) return "";
  const { answer } = words();
  const { form, dated: datedForm } = asOfForm(kind);
  const dated = asOf.time === null ? "" : filled(datedForm, { time: timeText(asOf.time) });
  const places = { seq: String(asOf.size - 1), entries: counted(asOf.size, answer.entries), origin: "", dated, head: asOf.head, level: level === null ? answer.noLevel : levelName(level) };
  return `<p>${escaped(filled(form, places))}</p>\n`;
}

function trust({ trust: { policy, text, expect, isSample }, report: { minimum_level: minimum } }: ReportFacts): string {
  const { report, details } = words();
  const rows: [string, string][] = [];
  for (const vkey of policy?.logs ?? []) rows.push([report.logKey, code(vkey)]);
  for (const vkey of policy?.revokers ?? []) rows.push([report.revokerKey, code(vkey)]);
  for (const { vkey, counts } of policy?.witnesses ?? []) rows.push([counts ? report.witnessKey : report.witnessNotCounting, code(vkey)]);
  if (policy !== undefined) rows.push([report.quorum, escaped(policy.quorum ? report.yes : report.no)]);
  if (text !== undefined) rows.push([report.policyText, code(text.trim())]);
  if (expect !== undefined) rows.push([report.expectedHead, code(expect)]);
  const given = rows.length;
  rows.push([details.minimum, escaped(levelName(minimum))]);
  const note = given === 0 ? report.noTrust : isSample ? report.ofSample : "";
  return `${list(rows)}${note === "" ? "" : `<p>${escaped(note)}</p>`}`;
}

function counts({ report: { calls, verdict, claims } }: ReportFacts): string {
  const { counts: names } = words();
  const isVouched = verdict === "verified" || verdict === "revoked";
  const rows: [string, number][] = [
    [names.total, calls.total],
    [isVouched ? names.verified : names.asSealed, calls.verified],
    [names.mismatch, calls.mismatch],
    [names.revoked, calls.revoked],
    [names.not_proven, calls.not_proven],
  ];
  if (claims.export_complete.state !== "not_checked") rows.push([names.not_presented, calls.not_presented]);
  return list(rows.map(([name, value]) => [name, escaped(count(value))]));
}

function findings({ report }: ReportFacts): string {
  const { findings: names, report: labels } = words();
  if (report.findings.length === 0) return `<p>${escaped(labels.noFindings)}</p>`;
  const more = report.more_findings ? `<p>${escaped(names.more)}</p>` : "";
  return `<ol>${report.findings.map(findingRow).join("\n")}</ol>${more}`;
}

function findingRow(finding: Finding): string {
  const { findings: names, verdict, warning } = words();
  const { code: name, severity, line, seq, call_id: call, member, expected, computed } = finding;
  const title = titleOf(finding);
  const explanation = explain(name)?.explanation;
  const advice = explanation === undefined ? undefined : ofVerifier(explanation);
  const places = [
    ...(line === null ? [] : [filled(names.line, { value: count(line) })]),
    ...(seq === null ? [] : [filled(names.seq, { value: count(seq) })]),
    ...(call === null ? [] : [filled(names.call, { value: call })]),
    ...(member === null ? [] : [filled(names.member, { value: member })]),
  ];
  const values: [string, string][] = [
    ...(expected === null ? [] : [[names.expected, code(expected)] as [string, string]]),
    ...(computed === null ? [] : [[names.found, code(computed)] as [string, string]]),
  ];
  return `<li><p><strong>${escaped(severity === "warning" ? warning : verdict[severity])}</strong> <code>${escaped(name)}</code></p>
<p${foreign(title.isEnglish)}>${escaped(title.text)}</p>
${places.length === 0 ? "" : `<p class="soft">${escaped(places.join(" · "))}</p>\n`}${values.length === 0 ? "" : `${list(values)}\n`}${
    advice === undefined ? "" : `<p${foreign(advice.isEnglish)}>${escaped(advice.text)}</p>`
  }</li>`;
}

function claimRows({ report }: ReportFacts, state: "failed" | "proven" | "not_checked"): string {
  const rows = state === "not_checked" ? notChecked(report) : Object.entries(report.claims).flatMap(([name, claim]): [string, string][] => (claim.state === state ? [[name, claim.why]] : []));
  if (rows.length === 0) return "";
  return `<ul>${rows.map(([name, why]) => claimRow(name, ofVerifier(why))).join("\n")}</ul>`;
}

function claimRow(name: string, why: Sentence): string {
  return `<li><p><strong>${escaped(claimName(name))}</strong></p><p${foreign(why.isEnglish)}>${escaped(why.text)}</p></li>`;
}

function section(title: string, content: string): string {
  return content === "" ? "" : `<section>\n<h2>${escaped(title)}</h2>\n${content}\n</section>\n`;
}

function list(rows: [name: string, html: string][]): string {
  return `<dl>${rows.map(([name, html]) => `<dt>${escaped(name)}</dt><dd>${html}</dd>`).join("\n")}</dl>`;
}

function code(text: string): string {
  return `<code><bdi>${escaped(text)}</bdi></code>`;
}

function bdi(text: string): string {
  return `<bdi>${escaped(text)}</bdi>`;
}

function foreign(isEnglish: boolean): string {
  return isEnglish ? ' lang="en"' : "";
}

/** Text as it may stand in an element or an attribute; what is invisible is written out. */
function escaped(text: string): string {
  return plainText(text, 4000).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
