/** What a reader may want to copy or print: the chain, the file, the trust used and the tool. */

import type { PolicyDescription, Report } from "call-stream-verify";
import { html, type TemplateResult } from "lit";
import type { Engine, Trust } from "../engine/contract.js";
import type { Item } from "../session/session.js";
import { bytes, count, fill, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { levelName, timeView } from "./verdict.js";

type Row = [name: string, value: unknown];

export function chainView({ verdict, chain, claims, as_of: asOf, minimum_level: minimum, attempts }: Report): TemplateResult {
  const { details } = words();
  const rows: Row[] = [[details.minimum, levelName(minimum)]];
  if (chain !== null) {
    // Only entry 0 binds the header: where that is not shown, nothing says that it is this chain's.
    const { start, end } = chain.range;
    rows.push([details.origin, dataText(chain.origin)], [details.tenant, dataText(chain.tenant_id)], [details.chainId, claims.chain_header.state === "proven" ? dataText(chain.chain_id) : html`${dataText(chain.chain_id)} ${details.unbound}`]);
    rows.push([details.entries, end > start ? fill(details.range, { first: count(start), last: count(end - 1) }) : details.none]);
  }
  if (asOf.time !== null) rows.push([details.time, fill(details.byIssuer, { time: timeView(asOf.time) })]);
  if (asOf.root_hash !== null) rows.push([details.rootHash, dataText(asOf.root_hash)]);
  rows.push([details.attempts, count(attempts)]);
  // A head that nobody vouched for must not become the one expected next time.
  if (asOf.size !== null && (verdict === "verified" || verdict === "revoked")) {
    rows.push([details.nextHead, html`<span data-next-head>${dataText(`${asOf.size}:${asOf.head}`)}</span>`]);
  }
  return listView("details-title", details.title, rows);
}

/** The file, whom the answer trusts, and what gave it. */
export function basisView(item: Item, engine: Engine, { expect, policy: given }: Trust, policy: PolicyDescription | undefined): TemplateResult {
  const { report, details } = words();
  const rows: Row[] = [
    [report.name, dataText(item.source.name)],
    [report.size, `${bytes(item.source.file.size)} (${item.source.file.size})`],
    [report.sha256, item.run?.sha256 === undefined ? details.hashing : html`<span data-file-sha256>${dataText(item.run.sha256)}</span>`],
  ];
  const { record, recordSha256 } = item.run ?? {};
  if (record !== undefined && recordSha256 !== undefined) {
    rows.push([report.record, dataText(record.name)], [report.size, `${bytes(record.file.size)} (${record.file.size})`], [report.sha256, html`<span data-record-sha256>${dataText(recordSha256)}</span>`]);
  }
  if (item.sample !== undefined) rows.push([report.trust, report.ofSample]);
  for (const vkey of policy?.logs ?? []) rows.push([report.logKey, dataText(vkey)]);
  for (const vkey of policy?.revokers ?? []) rows.push([report.revokerKey, dataText(vkey)]);
  for (const { vkey, counts } of policy?.witnesses ?? []) rows.push([counts ? report.witnessKey : report.witnessNotCounting, dataText(vkey)]);
  if (policy !== undefined) rows.push([report.quorum, policy.quorum ? report.yes : report.no]);
  if (expect !== undefined) rows.push([report.expectedHead, dataText(expect)]);
  if (given === undefined && expect === undefined) rows.push([report.trust, report.noTrust]);
  rows.push([report.version, dataText(engine.version)], [report.wasm, dataText(engine.wasmSha256)]);
  return listView("basis-title", report.basis, rows);
}

function listView(id: string, title: string, rows: Row[]): TemplateResult {
  return html`<section aria-labelledby=${id}>
    <h3 id=${id}>${title}</h3>
    <dl class="details">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
