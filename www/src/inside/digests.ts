/** Two digests of the same thing, one above the other, and whether they are the same text. That is no verdict: the report gives those. */

import { html, type TemplateResult } from "lit";
import { dataText } from "../views/data-text.js";
import { icon } from "../views/icon.js";
import { words } from "../words/index.js";

export interface DigestPair {
  id: string;
  name: unknown;
  /** Where the sealed one comes from. */
  origin: string;
  sealed: string | undefined;
  computed: string | undefined;
  computedName?: string;
}

export function digestsView(pairs: readonly DigestPair[]): TemplateResult {
  return html`<ul class="digests">${pairs.map(pairView)}</ul>`;
}

function pairView({ id, name, origin, sealed, computed, computedName }: DigestPair): TemplateResult {
  const { detail } = words().inside;
  const isKnown = sealed !== undefined && computed !== undefined;
  const said = !isKnown ? undefined : sealed === computed ? "same" : "differs";
  return html`<li data-digest=${id} data-same=${said ?? "unknown"} data-verdict=${said === "differs" ? "mismatch" : ""}>
    <p class="digest-name"><strong>${name}</strong>${said === undefined ? "" : html`<span class="said">${icon(said === "same" ? "proven" : "failed")}${detail[said]}</span>`}</p>
    <dl>
      <div data-value="sealed"><dt>${origin}</dt><dd>${sealed === undefined ? html`<span class="soft">${detail.notSealed}</span>` : dataText(sealed)}</dd></div>
      <div data-value="computed"><dt>${computedName ?? detail.computed}</dt><dd>${computed === undefined ? html`<span class="soft">${detail.notComputed}</span>` : dataText(computed)}</dd></div>
    </dl>
  </li>`;
}
