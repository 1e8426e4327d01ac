/** The files given, each with its answer, one of them shown. */

import { html, nothing, type TemplateResult } from "lit";
import type { Item, Session } from "../session/session.js";
import { filled, words } from "../words/index.js";
import { plainText } from "../words/text.js";
import { dataText } from "./data-text.js";
import { icon } from "./icon.js";

export function runsView(session: Session): TemplateResult | typeof nothing {
  if (session.items.length < 2) return nothing;
  return html`<section class="runs" aria-labelledby="runs-title">
    <h2 id="runs-title">${words().runs.title}</h2>
    <ul>${session.items.map((item) => rowView(session, item))}</ul>
  </section>`;
}

function rowView(session: Session, item: Item): TemplateResult {
  const { runs, verdict } = words();
  const state = session.stateOf(item);
  const judged = state.phase === "judged" ? state.report.verdict : undefined;
  const word = state.phase === "judged" ? verdict[state.report.verdict] : runs[state.phase];
  return html`<li data-verdict=${judged ?? nothing} data-phase=${state.phase}>
    <button type="button" class="run" aria-pressed=${item === session.chosen ? "true" : "false"} @click=${() => session.choose(item)}>
      ${judged === undefined ? nothing : icon(judged)}<span class="run-name">${dataText(item.source.name)}${item.sample === undefined ? nothing : html` <span class="soft">${runs.sample}</span>`}</span>
      <span class="run-word">${word}</span>
    </button>
    <button type="button" class="quiet remove" aria-label=${filled(runs.removeNamed, { name: plainText(item.source.name) })} @click=${() => session.remove(item)}>${runs.remove}</button>
  </li>`;
}
