/** Two exports side by side. */

import { html, nothing, type TemplateResult } from "lit";
import type { Contents, TimelineRow } from "../engine/contract.js";
import type { Item } from "../session/session.js";
import { dataText } from "../views/data-text.js";
import { icon } from "../views/icon.js";
import { timeView } from "../views/verdict.js";
import { SessionView } from "../views/view.js";
import { count, counted, fill, filled, words } from "../words/index.js";
import { plainText } from "../words/text.js";
import { compared, type Comparison } from "./comparison.js";
import { digestsView } from "./digests.js";

type State =
  | { kind: "idle" }
  | { kind: "comparing"; done: number; total: number }
  | { kind: "unreadable" }
  | { kind: "compared"; comparison: Comparison; items: [Item, Item]; entries: (TimelineRow | undefined)[] };

/** Dispatches `say` with a text for screen readers. */
export class CompareView extends SessionView {
  static override properties = { ...SessionView.properties, item: { attribute: false }, other: { state: true }, state: { state: true } };
  declare item: Item;
  declare other: Item | undefined;
  declare state: State;
  #comparing = new AbortController();

  constructor() {
    super();
    this.other = undefined;
    this.state = { kind: "idle" };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const others = this.#others();
    if (changed.has("item")) this.#stop();
    if (this.other === undefined || !others.includes(this.other)) {
      if (this.state.kind !== "idle") this.#stop();
      this.other = others[0];
    }
  }

  #others(): Item[] {
    return this.session.items.filter((item) => item !== this.item && item.run?.contents !== undefined);
  }

  #stop(): void {
    this.#comparing.abort();
    this.state = { kind: "idle" };
  }

  protected override render(): TemplateResult {
    const { compare } = words().inside;
    const others = this.#others();
    const { state } = this;
    if (others.length === 0) return html`<p class="help">${compare.help}</p><p class="note">${compare.needsTwo}</p>`;
    return html`<p class="help">${compare.help}</p>
      <div class="go-to">
        <label for="compare-other">${compare.other}</label>
        <div class="go-to-row">
          <select id="compare-other" @change=${this.#chosen}>
            ${others.map((item, index) => html`<option value=${index} ?selected=${item === this.other}>${plainText(item.source.name, 80)}</option>`)}
          </select>
          ${state.kind === "comparing"
            ? html`<button type="button" id="compare-stop" @click=${() => this.#stop()}>${compare.stop}</button>`
            : html`<button type="button" id="compare-start" @click=${() => void this.#start()}>${compare.start}</button>`}
        </div>
      </div>
      ${state.kind === "comparing" ? html`<p class="amount">${filled(compare.comparing, { done: count(state.done), total: count(state.total) })}</p>` : nothing}
      ${state.kind === "unreadable" ? html`<p class="error">${compare.unreadable}</p>` : nothing}
      ${state.kind === "compared" ? comparisonView(state) : nothing}`;
  }

  readonly #chosen = (event: Event): void => {
    this.#stop();
    this.other = this.#others()[Number((event.target as HTMLSelectElement).value)];
  };

  async #start(): Promise<void> {
    const { item, other } = this;
    const [one, two] = [item.run?.contents, other?.run?.contents];
    if (other === undefined || one === undefined || two === undefined) return;
    this.#comparing.abort();
    this.#comparing = new AbortController();
    const { signal } = this.#comparing;
    this.state = { kind: "comparing", done: 0, total: 0 };
    try {
      const onProgress = (done: number, total: number): void => {
        if (!signal.aborted) this.state = { kind: "comparing", done, total };
      };
      const comparison = await compared(one, two, { signal, onProgress });
      const { fork } = comparison;
      const entries = fork === undefined ? [] : await Promise.all([one, two].map((contents) => entryAt(contents, fork.seq)));
      if (signal.aborted) return;
      this.state = { kind: "compared", comparison, items: [item, other], entries };
      this.dispatchEvent(new CustomEvent("say", { detail: plainText(sentenceOf(comparison, [item, other])) }));
    } catch {
      if (!signal.aborted) this.state = { kind: "unreadable" };
    }
  }
}

async function entryAt(contents: Contents, seq: number): Promise<TimelineRow | undefined> {
  const row = await contents.rowOfSeq(seq);
  return row < 0 ? undefined : (await contents.timeline(row, row + 1))[0];
}

function sentenceOf({ relation, longer, fork }: Comparison, items: [Item, Item]): string {
  const { compare } = words().inside;
  const sentences = { same: compare.same, extends: compare.extends, contains: compare.contains, overlaps: compare.overlaps, fork: compare.fork, "different-chains": compare.differentChains, apart: compare.apart };
  const name = (index: 0 | 1): string => plainText(items[index].source.name, 80);
  return filled(sentences[relation], { longer: name(longer), shorter: name(longer === 0 ? 1 : 0), seq: count(fork?.seq ?? 0) });
}

function comparisonView({ comparison, items, entries }: Extract<State, { kind: "compared" }>): TemplateResult {
  const { compare } = words().inside;
  const { relation, inCommon, differing, fork, headers } = comparison;
  const mark = relation === "fork" ? "failed" : relation === "different-chains" || relation === "apart" ? "not_checked" : "proven";
  return html`<div class="comparison" data-relation=${relation}>
    <p class="relation">${icon(mark)}<span>${sentenceOf(comparison, items)}</span></p>
    ${inCommon === 0 ? nothing : html`<p class="help">${counted(inCommon, compare.inCommon)}, ${differing === 0 ? compare.noneDiffer : counted(differing, compare.differing)}.</p>`}
    ${fork === undefined ? nothing : digestsView([{ id: "fork", name: filled(compare.hash, { seq: count(fork.seq) }), origin: compare.first, sealed: fork.hashes[0], computed: fork.hashes[1], computedName: compare.second }])}
    <div class="sides">${items.map((item, side) => sideView(item, side === 0 ? compare.first : compare.second, relation === "different-chains" ? headers[side] : undefined, entries[side]))}</div>
    <p class="note">${compare.limits}</p>
  </div>`;
}

function sideView({ source, run }: Item, title: string, header: string | undefined, entry: TimelineRow | undefined): TemplateResult {
  const { compare } = words().inside;
  const { start, end } = run?.contents?.range ?? { start: 0, end: 0 };
  const verdict = run?.state.phase === "judged" ? run.state.report.verdict : undefined;
  return html`<section class="side">
    <h4>${title}</h4>
    <p class="file-name">${dataText(source.name)}</p>
    <dl class="side-facts">
      <div><dt>${compare.range}</dt><dd>${end > start ? fill(compare.rangeOf, { first: count(start), last: count(end - 1) }) : compare.noEntries}</dd></div>
      ${verdict === undefined ? nothing : html`<div data-verdict=${verdict}><dt>${compare.answer}</dt><dd class="side-answer">${icon(verdict)}${words().verdict[verdict]}</dd></div>`}
      ${header === undefined ? nothing : html`<div><dt>${compare.header}</dt><dd>${dataText(header, 1_000)}</dd></div>`}
      ${entry === undefined ? nothing : html`<div><dt>${compare.event}</dt><dd>${dataText(entry.eventType ?? "")} ${dataText(entry.entityId ?? "")}<br>${entry.timestamp === undefined ? nothing : timeView(entry.timestamp)}</dd></div>`}
    </dl>
  </section>`;
}

customElements.define("compare-view", CompareView);
