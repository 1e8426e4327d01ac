/** The calls of an export, each with what the report says of it. */

import type { Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { CallRow, Contents } from "../engine/contract.js";
import { dataText } from "../views/data-text.js";
import { icon } from "../views/icon.js";
import { count, counted, filled, words } from "../words/index.js";
import { Blocks } from "./blocks.js";
import { type Column, LongList } from "./long-list.js";
import { type Result, Results, RESULTS, resultIcon, resultVerdict, resultWord } from "./results.js";

const LONGEST_SHOWN = 80;

/** Dispatches `open` with a call ID, and `say` with a text for screen readers. */
export class CallsTable extends LongList {
  static override properties = { ...LongList.properties, contents: { attribute: false }, report: { attribute: false }, filter: { state: true }, places: { state: true } };
  declare contents: Contents;
  declare report: Report;
  declare filter: Result | "all";
  /** Of the calls shown; undefined for all of them. */
  declare places: Uint32Array | undefined;
  protected readonly name = "calls";
  protected readonly rowEms = 3.25;
  #blocks: Blocks<CallRow> | undefined;
  #results: Results | undefined;
  #asked = 0;
  #isResolving = false;

  constructor() {
    super();
    this.filter = "all";
    this.places = undefined;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("report") || this.#results === undefined) this.#results = new Results(this.report);
    if (!changed.has("contents")) return;
    const { contents } = this;
    this.#blocks = new Blocks((from, to) => contents.callRows(from, Math.min(to, contents.calls)), () => this.requestUpdate());
    void this.#choose("all");
  }

  protected override render(): TemplateResult {
    const { calls } = words().inside;
    return html`<div class="go-to">
        <label for="calls-filter">${calls.filter}</label>
        <div class="go-to-row">
          <select id="calls-filter" @change=${(event: Event) => void this.#choose((event.target as HTMLSelectElement).value as Result | "all")}>
            <option value="all" ?selected=${this.filter === "all"}>${calls.all}</option>
            ${RESULTS.map((result) => html`<option value=${result} ?selected=${this.filter === result}>${resultWord(result, this.report)}</option>`)}
          </select>
          <p class="amount" id="calls-amount">${this.#isResolving ? calls.resolving : counted(this.rowCount(), calls.shown)}</p>
        </div>
        <form @submit=${this.#find}>
          <label for="calls-find">${calls.find}</label>
          <div class="go-to-row">
            <input id="calls-find" name="call" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no">
            <button type="submit">${calls.findButton}</button>
          </div>
        </form>
      </div>
      ${this.rowCount() === 0 && !this.#isResolving ? html`<p class="note">${calls.none}</p>` : nothing}
      <div ?hidden=${this.rowCount() === 0}>${this.gridView()}</div>`;
  }

  protected rowCount(): number {
    return this.places?.length ?? this.contents.calls;
  }

  protected label(): string {
    return words().inside.calls.label;
  }

  protected columns(): Column[] {
    const { columns } = words().inside.calls;
    return (["result", "call", "where", "rows"] as const).map((name) => ({ name, title: columns[name] }));
  }

  protected cells(index: number): { cells: TemplateResult[]; of: string | undefined } | undefined {
    const row = this.#blocks?.at(this.places?.[index] ?? index);
    const told = row === undefined ? undefined : this.#results?.told(row);
    if (row === undefined || told === undefined) return undefined;
    const { calls } = words().inside;
    const where = row.line === undefined ? calls.notPresented : filled(row.redacted ? calls.redacted : calls.presented, { n: count(row.line) });
    return {
      of: resultVerdict(told, this.report),
      cells: [
        html`<span class="result">${icon(resultIcon(told, this.report))}${resultWord(told, this.report)}</span>`,
        dataText(row.callId, LONGEST_SHOWN),
        html`${where}`,
        html`${count(row.rows)}`,
      ],
    };
  }

  protected open(index: number): void {
    const row = this.#blocks?.at(this.places?.[index] ?? index);
    if (row !== undefined) this.dispatchEvent(new CustomEvent("open", { detail: row.callId }));
  }

  #say(text: string): void {
    this.dispatchEvent(new CustomEvent("say", { detail: text }));
  }

  async #choose(filter: Result | "all"): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.filter = filter;
    this.#isResolving = filter !== "all";
    this.places = filter === "all" ? undefined : new Uint32Array();
    this.startOver();
    if (filter === "all") return;
    try {
      const places = await this.#results?.places(filter, this.contents);
      if (asked !== this.#asked) return;
      this.places = places;
    } catch {
      this.#say(words().inside.unreadable);
    }
    if (asked !== this.#asked) return;
    this.#isResolving = false;
    this.startOver();
    this.#say(this.rowCount() === 0 ? words().inside.calls.none : counted(this.rowCount(), words().inside.calls.shown));
  }

  readonly #find = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget as HTMLFormElement).get("call");
    const callId = typeof asked === "string" ? asked.trim().toLowerCase() : "";
    if (callId === "") return;
    const { calls, timeline, unreadable } = words().inside;
    try {
      const place = await this.contents.findCall(callId);
      const index = place < 0 ? -1 : (this.places?.indexOf(place) ?? place);
      if (index < 0) return this.#say(place < 0 ? calls.notFound : calls.notInFilter);
      await this.reveal(index);
      this.#say(filled(timeline.wentTo, { n: count(index + 1), total: count(this.rowCount()) }));
    } catch {
      this.#say(unreadable);
    }
  };
}

customElements.define("calls-table", CallsTable);
