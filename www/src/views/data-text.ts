/** Text of data as an element: isolated in its direction, with what is invisible written out. */

import { html, type TemplateResult } from "lit";
import { LONGEST, runs } from "../words/text.js";

export function dataText(text: string, longest: number = LONGEST): TemplateResult {
  const shown = runs(text, longest).map((run) => (run.escaped ? html`<span class="escaped">${run.text}</span>` : run.text));
  return html`<bdi class="data" translate="no">${shown}</bdi>`;
}
