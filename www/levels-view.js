/** @file The ladder of levels: how far the proof reaches, and how far it was asked to. */

import { element, icon } from "./dom.js";
import { LEVELS } from "./words.js";

/** @typedef {import("../pkg-config/src/report.ts").Report} Report */

/** @param {Report} report */
export function levelsView({ level: reached, minimum_level: minimum }) {
  const rows = LEVELS.map(({ level, name, meaning }) => {
    const holds = reached !== null && level <= reached;
    const notes = [holds ? "reached" : "not reached"];
    if (level === minimum) notes.push("asked for");
    const title = element("p", { class: "title" }, element("strong", {}, `${level} ${name}`), " ");
    title.append(element("span", { class: "state" }, notes.join(", ")));
    const mark = icon(holds ? "proven" : "not_checked");
    return element("li", { class: holds ? "holds" : "open" }, mark, element("div", {}, title, element("p", {}, meaning)));
  });
  const heading = element("h3", { id: "levels-title" }, "How far the proof reaches");
  const help = element("p", { class: "help" }, "Each level holds the ones before it. The names are the report’s.");
  return element("section", { "aria-labelledby": "levels-title" }, heading, help, element("ol", { class: "levels" }, ...rows));
}
