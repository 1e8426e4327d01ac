/** The ladder of levels: how far the proof reaches, and how far it was asked to. */

import type { Level, Report } from "call-stream-verify";
import { html, type TemplateResult } from "lit";
import type { Kind } from "../engine/contract.js";
import { levelMeaning } from "../session/sentence.js";
import { words } from "../words/index.js";
import { icon } from "./icon.js";

const LADDER: readonly Level[] = ["L0", "L1", "L2", "L3", "L4", "L5"];

export function levelsView(report: Report, kind: Kind | undefined): TemplateResult {
  const { level: reached, minimum_level: minimum } = report;
  const { levels } = words();
  const rows = LADDER.map((level) => {
    const holds = reached !== null && level <= reached;
    const state = [holds ? levels.reached : levels.notReached, ...(level === minimum ? [levels.askedFor] : [])].join(", ");
    return html`<li class=${holds ? "holds" : "open"} data-level=${level}>${icon(holds ? "proven" : "not_checked")}<div>
      <p class="title"><strong>${level} ${levels.level[level].name}</strong> <span class="state">${state}</span></p>
      <p>${levelMeaning(level, report, kind)}</p>
    </div></li>`;
  });
  return html`<section aria-labelledby="levels-title">
    <h3 id="levels-title">${levels.title}</h3>
    <p class="help">${levels.help}</p>
    <ol class="levels">${rows}</ol>
  </section>`;
}
