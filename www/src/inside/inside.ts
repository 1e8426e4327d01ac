/** Looking into an export: the chain's timeline, its calls, and another export beside it. */

import { html, nothing, type TemplateResult } from "lit";
import type { Contents, Run } from "../engine/contract.js";
import type { Item } from "../session/session.js";
import { SessionView } from "../views/view.js";
import { words } from "../words/index.js";
import "./calls.js";
import "./compare.js";
import "./detail.js";
import type { Target } from "./detail.js";
import "./timeline.js";

const VIEWS = ["timeline", "calls", "compare"] as const;
type ViewName = (typeof VIEWS)[number];

export class InsideView extends SessionView {
  static override properties = { ...SessionView.properties, item: { attribute: false }, view: { state: true }, target: { state: true }, said: { state: true }, isDue: { state: true } };
  declare item: Item;
  declare view: ViewName;
  /** What stands in the detail. */
  declare target: Target | undefined;
  /** To screen readers; seen, too. */
  declare said: string;
  /** Whether it is this view's turn: the answer is drawn before it, in a task of its own. */
  declare isDue: boolean;
  /** Those that the target is of: a file read again under another trust is another one. */
  #contents: Contents | undefined;

  constructor() {
    super();
    this.view = "timeline";
    this.target = undefined;
    this.said = "";
    this.isDue = false;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const contents = this.item.run?.contents;
    if (!changed.has("item") && contents === this.#contents) return;
    this.#contents = contents;
    this.isDue = false;
    setTimeout(() => (this.isDue = true));
    this.target = undefined;
    this.said = "";
  }

  protected override render(): TemplateResult | typeof nothing {
    const { inside } = words();
    const { item, session, view } = this;
    const state = session.stateOf(item);
    const contents = item.run?.contents;
    if (state.phase !== "judged" || !this.isDue) return nothing;
    if (contents === undefined) return closedView(item.run?.closed);
    const { report } = state;
    return html`<section class="inside" aria-labelledby="inside-title">
      <h3 id="inside-title">${inside.title}</h3>
      <p class="help">${inside.help}</p>
      <div class="tabs" role="tablist" aria-label=${inside.views} @keydown=${this.#key}>
        ${VIEWS.map((name) => html`<button type="button" role="tab" id="tab-${name}" aria-selected=${name === view ? "true" : "false"} aria-controls="inside-panel" tabindex=${name === view ? 0 : -1} @click=${() => this.#choose(name)}>${inside.view[name]}</button>`)}
      </div>
      <div id="inside-panel" role="tabpanel" aria-labelledby="tab-${view}">
        ${view === "timeline" ? html`<chain-timeline .contents=${contents} .report=${report} @open=${this.#openLine} @say=${this.#hear}></chain-timeline>` : nothing}
        ${view === "calls" ? html`<calls-table .contents=${contents} .report=${report} @open=${this.#openCall} @say=${this.#hear}></calls-table>` : nothing}
        ${view === "compare" ? html`<compare-view .session=${session} .item=${item} @say=${this.#hear}></compare-view>` : nothing}
      </div>
      <p class=${view === "compare" ? "visually-hidden" : "inside-status"} role="status">${this.said}</p>
      ${this.target === undefined || view === "compare" ? nothing : html`<line-detail .contents=${contents} .report=${report} .source=${item.source} .target=${this.target}
        @open=${this.#openLine} @open-call=${this.#openCall} @say=${this.#hear} @close=${this.#close}></line-detail>`}
    </section>`;
  }

  #choose(view: ViewName): void {
    if (view === this.view) return;
    this.view = view;
    this.target = undefined;
    this.said = "";
  }

  readonly #hear = ({ detail }: CustomEvent<string>): void => void (this.said = detail);
  readonly #openLine = ({ detail }: CustomEvent<number>): void => void (this.target = { kind: "line", line: detail });
  readonly #openCall = ({ detail }: CustomEvent<string>): void => void (this.target = { kind: "call", callId: detail });

  readonly #close = (): void => {
    this.target = undefined;
    this.querySelector<HTMLElement>(".grid")?.focus();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const isRtl = getComputedStyle(this).direction === "rtl";
    const ways: Record<string, number> = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1, Home: -VIEWS.indexOf(this.view), End: VIEWS.length - 1 - VIEWS.indexOf(this.view) };
    const way = Object.hasOwn(ways, event.key) ? ways[event.key] : undefined;
    if (way === undefined) return;
    event.preventDefault();
    const next = VIEWS[(VIEWS.indexOf(this.view) + way + VIEWS.length) % VIEWS.length];
    if (next === undefined) return;
    this.#choose(next);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
  };
}

/** Why there is nothing to look into, though all of the file was read. */
function closedView(closed: Run["closed"]): TemplateResult | typeof nothing {
  const { inside } = words();
  return closed === undefined ? nothing : html`<section class="inside" aria-labelledby="inside-title"><h3 id="inside-title">${inside.title}</h3><p data-closed=${closed}>${inside.closed[closed]}</p></section>`;
}

customElements.define("inside-view", InsideView);
