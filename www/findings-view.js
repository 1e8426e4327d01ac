/** @file Findings: what, where, both values, and what to do. */

import { element, icon } from "./dom.js";
import { count, counted } from "./numbers.js";
import { dataText } from "./text.js";
import { SEVERITY } from "./words.js";

/**
 * @typedef {import("../pkg-config/src/report.ts").Report} Report
 * @typedef {import("../pkg-config/src/report.ts").Finding} Finding
 * @typedef {import("../pkg-config/src/report.ts").CallResult} CallResult
 * @typedef {import("../pkg-config/src/report.ts").ComponentResult} ComponentResult
 */

/** As many as a person reads before looking for a pattern; the others come by a button. */
const FIRST_SHOWN = 20;

/** @type {Record<ComponentResult["result"], string>} */
const PART = { match: "as sealed", mismatch: "differs", withheld: "withheld", not_checked: "not checked" };

/**
 * @param {Report} report
 * @param {Map<string, string>} explanations
 * @returns {HTMLElement[]}
 */
export function findingsView(report, explanations) {
  const calls = new Map(report.results.map((result) => [result.call_id, result]));
  const view = (/** @type {Finding} */ finding) =>
    findingView(finding, explanations.get(finding.code) ?? "", finding.call_id === null ? undefined : calls.get(finding.call_id));
  const decisive = report.findings.filter((finding) => finding.severity !== "warning");
  const warnings = report.findings.filter((finding) => finding.severity === "warning");
  const sections = [];
  if (decisive.length > 0) {
    const section = listView("findings", counted(decisive.length, "finding"), decisive, view);
    if (report.more_findings) section.append(element("p", { class: "help" }, "There are more findings than a report lists."));
    sections.push(section);
  }
  if (warnings.length > 0) sections.push(listView("warnings", "Worth knowing", warnings, view));
  return sections;
}

/**
 * @param {string} id
 * @param {string} title
 * @param {Finding[]} findings
 * @param {(finding: Finding) => HTMLElement} view
 */
function listView(id, title, findings, view) {
  const list = element("ol", { class: "findings", "data-list": id }, ...findings.slice(0, FIRST_SHOWN).map(view));
  const heading = element("h3", { id: `${id}-title` }, title);
  const section = element("section", { "aria-labelledby": `${id}-title` }, heading, list);
  const others = findings.slice(FIRST_SHOWN);
  if (others.length > 0) {
    const button = element("button", { type: "button" }, `Show the other ${count(others.length)}`);
    button.addEventListener("click", () => {
      const items = others.map(view);
      list.append(...items);
      button.remove();
      // The button had the focus; reading goes on where it stood.
      items[0]?.setAttribute("tabindex", "-1");
      items[0]?.focus();
    });
    section.append(button);
  }
  return section;
}

/**
 * @param {Finding} finding
 * @param {string} explanation
 * @param {CallResult | undefined} result
 */
function findingView(finding, explanation, result) {
  const kind = element("p", { class: "kind" }, icon(finding.severity), SEVERITY[finding.severity], " ");
  kind.append(element("code", { translate: "no" }, finding.code));
  /** @type {HTMLElement[]} */
  const parts = [kind, element("p", { class: "message" }, dataText(finding.message))];
  const places = placeOf(finding);
  if (places.length > 0) parts.push(element("p", { class: "place" }, ...places));
  const values = [];
  if (finding.expected !== null) values.push(valueView("Expected", finding.expected));
  if (finding.computed !== null) values.push(valueView("Found", finding.computed));
  if (values.length > 0) parts.push(element("dl", { class: "values" }, ...values));
  if (finding.severity === "mismatch" && result !== undefined && result.components.length > 0) parts.push(partsView(result.components));
  if (explanation !== "") parts.push(element("p", { class: "advice" }, element("strong", {}, "What it means and what to do. "), explanation));
  return element("li", { "data-verdict": finding.severity }, ...parts);
}

/** @param {Finding} finding */
function placeOf({ line, seq, call_id: call, member }) {
  /** @type {(string | Node)[]} */
  const places = [];
  const add = (/** @type {string} */ name, /** @type {string} */ value) => {
    if (places.length > 0) places.push(" · ");
    places.push(`${name} `, dataText(value));
  };
  if (line !== null) add("line", count(line));
  if (seq !== null) add("seq", count(seq));
  if (call !== null) add("call", call);
  if (member !== null) add("member", member);
  return places;
}

/**
 * @param {string} name
 * @param {string} value
 */
function valueView(name, value) {
  return element("div", {}, element("dt", {}, name), element("dd", {}, dataText(value)));
}

/** @param {ComponentResult[]} components */
function partsView(components) {
  const rows = components.map(({ name, result }) =>
    element("li", { "data-part": result }, dataText(name), " ", element("span", {}, PART[result])),
  );
  return element("ul", { class: "parts", "aria-label": "Parts of the call" }, ...rows);
}
