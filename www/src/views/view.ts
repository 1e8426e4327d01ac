/** What every view of the page is: a Lit element in the light DOM that draws itself again when the language or the session changes. */

import { LitElement } from "lit";
import type { Session } from "../session/session.js";
import { locales } from "../words/index.js";

export class View extends LitElement {
  readonly #redraw = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const source of this.sources()) source.addEventListener("change", this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const source of this.sources()) source.removeEventListener("change", this.#redraw);
  }

  /** Whose `change` events draw the view again. */
  protected sources(): EventTarget[] {
    return [locales];
  }
}

/** A view of the session; the property is set before the element is connected, and once. */
export class SessionView extends View {
  static override properties = { session: { attribute: false } };
  declare session: Session;

  protected override sources(): EventTarget[] {
    return [...super.sources(), this.session];
  }
}
