/** A text of the file as it was hashed, its invisible characters in the open; long text comes in parts. */

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { dataText } from "../views/data-text.js";
import { View } from "../views/view.js";
import { counted, words } from "../words/index.js";

const FIRST = 2_000;
/** As much as is laid out without a pause that is felt. */
const MORE = 20_000;

export class ExactText extends View {
  static override properties = { text: { attribute: false }, label: {}, ends: { state: true } };
  declare text: string;
  declare label: string;
  /** Where the parts shown end. */
  declare ends: readonly number[];

  constructor() {
    super();
    this.text = "";
    this.label = "";
    this.ends = [];
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("text")) this.ends = [this.#endOf(FIRST)];
  }

  protected override render(): TemplateResult {
    const { detail } = words().inside;
    const shown = this.ends.at(-1) ?? 0;
    const left = this.text.length - shown;
    return html`<div class="exact" tabindex="0" role="group" aria-label=${this.label}>${this.ends.map((end, part) => guard([this.text, end], () => html`<div class="exact-part">${dataText(this.text.slice(this.ends[part - 1] ?? 0, end), end)}</div>`))}</div>
      ${left === 0 ? nothing : html`<button type="button" class="quiet show-more" @click=${this.#showMore}>${counted(Math.min(left, MORE), detail.showMore)}</button>`}`;
  }

  readonly #showMore = (): void => {
    this.ends = [...this.ends, this.#endOf((this.ends.at(-1) ?? 0) + MORE)];
  };

  /** Never between the halves of a surrogate pair. */
  #endOf(end: number): number {
    if (end >= this.text.length) return this.text.length;
    return /[\uD800-\uDBFF]/.test(this.text.charAt(end - 1)) ? end - 1 : end;
  }
}

customElements.define("exact-text", ExactText);
