/** What every view of the page is: a Lit element in the light DOM that draws itself again when the language changes. */

import { LitElement } from "lit";
import { locales } from "../words/index.js";

export class View extends LitElement {
  readonly #redraw = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    locales.addEventListener("change", this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    locales.removeEventListener("change", this.#redraw);
  }
}
