/** @file Claims: what failed, what is proven, and by name everything that is not. */

import { element, icon } from "./dom.js";
import { dataText } from "./text.js";
import { CLAIM_STATE, claimName } from "./words.js";

/**
 * @typedef {import("../pkg-config/src/report.ts").Report} Report
 * @typedef {import("../pkg-config/src/report.ts").Claim} Claim
 */

/** @type {readonly { state: Claim["state"], title: string }[]} */
const GROUPS = [
  { state: "failed", title: "Does not hold" },
  { state: "proven", title: "Proven" },
  { state: "not_checked", title: "Not proven by this answer" },
];

/**
 * @param {Report} report
 * @returns {HTMLElement[]}
 */
export function claimsView({ claims }) {
  const sections = [];
  for (const { state, title } of GROUPS) {
    const members = Object.entries(claims).filter(([, claim]) => claim.state === state);
    if (members.length === 0) continue;
    const rows = members.map(([name, { why }]) => {
      const title = element("p", { class: "title" }, element("strong", {}, dataText(claimName(name))), " ");
      title.append(element("span", { class: "state" }, CLAIM_STATE[state]));
      return element("li", { "data-claim": name }, icon(state), element("div", {}, title, element("p", {}, dataText(why))));
    });
    const heading = element("h3", { id: `claims-${state}` }, title);
    const list = element("ul", { class: "claims", "data-state": state }, ...rows);
    sections.push(element("section", { "aria-labelledby": `claims-${state}` }, heading, list));
  }
  return sections;
}
