/** @file The answer: a report as elements, what matters first. */

import { claimsView } from "./claims-view.js";
import { element, icon } from "./dom.js";
import { findingsView } from "./findings-view.js";
import { levelsView } from "./levels-view.js";
import { bytes, count, counted } from "./numbers.js";
import { dataText } from "./text.js";
import { CONSEQUENCE, levelName, sentence, VERDICT } from "./words.js";

/** @typedef {import("../pkg-config/src/report.ts").Report} Report */

/**
 * What was verified, and by which trust.
 *
 * @typedef {object} Subject
 * @property {string} name
 * @property {number} size bytes
 * @property {boolean} trusted whether a key, policy or expected head was given
 * @property {string} reportUrl where the report's exact bytes can be had
 */

/**
 * @param {Report} report
 * @param {Map<string, string>} explanations what to do, by code
 * @param {Subject} subject
 * @returns {Node[]}
 */
export function reportView(report, explanations, subject) {
  const findings = report.findings.length > 0 ? findingsView(report, explanations) : [];
  // Of what is no bundle there is nothing to tell but that.
  if (report.findings.some((finding) => finding.code === "not-a-bundle")) return [verdictView(report, subject), ...findings];
  return [verdictView(report, subject), countsView(report), ...findings, ...claimsView(report), levelsView(report), detailsView(report)];
}

/**
 * @param {Report} report
 * @param {Subject} subject
 */
function verdictView(report, subject) {
  const parts = [
    element("p", { class: "file-name" }, dataText(subject.name), `, ${bytes(subject.size)}`),
    element("h2", { class: "word" }, icon(report.verdict), element("span", {}, VERDICT[report.verdict])),
    element("p", { class: "sentence" }, sentence(report)),
  ];
  if (report.as_of.size !== null) parts.push(asOfView(report, report.as_of));
  parts.push(element("p", { class: "consequence" }, CONSEQUENCE[report.verdict]));
  const untrusted = report.findings.some((finding) => finding.code === "no-trusted-checkpoint");
  if (untrusted && !subject.trusted) parts.push(untrustedView());
  const name = `${subject.name.replace(/[^A-Za-z0-9._-]+/g, "_")}.report.json`;
  const download = element("a", { class: "button quiet", href: subject.reportUrl, download: name }, "Download the report (JSON)");
  parts.push(element("p", { class: "download" }, download));
  return element("div", { class: "verdict" }, ...parts);
}

/**
 * @param {Report} report
 * @param {Extract<Report["as_of"], { size: number }>} asOf
 */
function asOfView({ chain, claims, level }, { size, head, time }) {
  // Whose chain it says it is counts only where a trusted key says so.
  const origin = chain !== null && claims.checkpoint_signed.state === "proven" ? [" in ", dataText(chain.origin)] : [];
  const dated = time === null ? [] : [", the last dated ", dataText(time), " by the issuer’s clock"];
  return element(
    "p",
    { class: "as-of" },
    "As of ",
    element("strong", {}, counted(size, "entry", "entries")),
    ...origin,
    ...dated,
    ". Head ",
    element("code", { class: "digest", translate: "no" }, head),
    ", level ",
    element("strong", {}, level === null ? "none" : levelName(level)),
    ".",
  );
}

function untrustedView() {
  return element(
    "p",
    { class: "note" },
    "You gave no key and no expected head, so there is nobody whose word the chain could rest on. ",
    element("a", { href: "#policy" }, "Give the issuer’s key"),
    " and the same file is verified again.",
  );
}

/** @param {Report} report */
function countsView({ calls, claims, verdict }) {
  // A call that is as sealed in a chain nobody vouches for is not verified: neither the word nor its color.
  const vouched = verdict === "verified" || verdict === "revoked";
  /** @type {[string, number, string][]} */
  const rows = [
    ["Calls presented", calls.total, ""],
    vouched ? ["Verified", calls.verified, "verified"] : ["As sealed", calls.verified, ""],
    ["Mismatch", calls.mismatch, "mismatch"],
    ["Revoked", calls.revoked, "revoked"],
    ["Not proven", calls.not_proven, "not_proven"],
  ];
  // Of an export that breaks off nobody knows which calls it would have presented.
  if (claims.export_complete.state !== "not_checked") rows.push(["Sealed, not presented", calls.not_presented, ""]);
  const tiles = rows.map(([name, value, verdict]) =>
    element(
      "div",
      value === 0 ? { class: "none" } : verdict === "" ? {} : { class: "some", "data-verdict": verdict },
      element("dt", {}, name),
      element("dd", {}, count(value)),
    ),
  );
  return element("section", { "aria-label": "Counts" }, element("dl", { class: "counts" }, ...tiles));
}

/** What a reader may want to copy. @param {Report} report */
function detailsView({ verdict, chain, as_of: asOf, minimum_level: minimum, attempts }) {
  /** @type {[string, (string | Node)[]][]} */
  const rows = [["Level asked for", [levelName(minimum)]]];
  if (chain !== null) {
    const { start, end } = chain.range;
    rows.push(["Origin", [dataText(chain.origin)]]);
    rows.push(["Tenant", [dataText(chain.tenant_id)]]);
    rows.push(["Chain ID", [dataText(chain.chain_id)]]);
    rows.push(["Entries in the export", [end > start ? `${count(start)} to ${count(end - 1)}` : "none"]]);
  }
  if (asOf.time !== null) rows.push(["Last entry dated", [dataText(asOf.time), " by the issuer’s clock"]]);
  if (asOf.root_hash !== null) rows.push(["Root hash", [dataText(asOf.root_hash)]]);
  rows.push(["Recorded attempts", [count(attempts)]]);
  // A head that nobody vouched for must not become the one expected next time.
  if (asOf.size !== null && (verdict === "verified" || verdict === "revoked")) {
    rows.push(["Expected head for a later export", [dataText(`${asOf.size}:${asOf.head}`)]]);
  }
  const list = rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, ...value)));
  const title = element("h3", { id: "details-title" }, "The chain");
  return element("section", { "aria-labelledby": "details-title" }, title, element("dl", { class: "details" }, ...list));
}
