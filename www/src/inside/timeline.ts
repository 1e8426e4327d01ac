/** The chain from its first line to its last: when, what, about whom; with what the report found marked where it stands. */

import type { Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { Contents, Landmark, TimelineRow } from "../engine/contract.js";
import { dataText } from "../views/data-text.js";
import { icon, type IconName } from "../views/icon.js";
import { titleOf } from "../views/verdict.js";
import { count, counted, dateTime, filled, words } from "../words/index.js";
import { plainText } from "../words/text.js";
import { Blocks } from "./blocks.js";
import { type Column, LongList } from "./long-list.js";
import { gravest, markedFindings, type MarkedFinding } from "./marks.js";
import { overviewView } from "./overview.js";

/** As much of a name as a row has room for; the whole stands in the detail. */
const LONGEST_SHOWN = 80;

/** Dispatches `open` with a line, and `say` with a text for screen readers. */
export class ChainTimeline extends LongList {
  static override properties = { ...LongList.properties, contents: { attribute: false }, report: { attribute: false }, marked: { state: true }, landmarks: { state: true } };
  declare contents: Contents;
  declare report: Report;
  declare marked: readonly MarkedFinding[];
  declare landmarks: readonly Landmark[];
  protected readonly name = "timeline";
  protected readonly rowEms = 3.5;
  #blocks: Blocks<TimelineRow> | undefined;
  #byRow = new Map<number, MarkedFinding[]>();

  constructor() {
    super();
    this.marked = [];
    this.landmarks = [];
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("contents")) {
      const { contents } = this;
      this.#blocks = new Blocks((from, to) => contents.timeline(from, Math.min(to, contents.rows)), () => this.requestUpdate());
      this.landmarks = [];
      this.startOver();
    }
    if (changed.has("contents") || changed.has("report")) void this.#look();
    if (!changed.has("marked")) return;
    this.#byRow = new Map();
    for (const found of this.marked) this.#byRow.set(found.row, [...(this.#byRow.get(found.row) ?? []), found]);
  }

  async #look(): Promise<void> {
    const { contents, report } = this;
    this.marked = [];
    try {
      const [marked, landmarks] = await Promise.all([markedFindings(report, contents), contents.landmarks()]);
      if (contents !== this.contents || report !== this.report) return;
      this.marked = marked;
      this.landmarks = landmarks;
    } catch {
      this.#say(words().inside.unreadable);
    }
  }

  protected override render(): TemplateResult {
    const { timeline } = words().inside;
    const hasFindings = this.marked.length > 0;
    return html`<form class="go-to" @submit=${this.#go}>
        <label for="go-to">${timeline.goTo}</label>
        <div class="go-to-row">
          <input id="go-to" name="place" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no">
          <button type="submit">${timeline.go}</button>
        </div>
        <div class="go-to-row">
          <button type="button" id="previous-finding" ?disabled=${!hasFindings} @click=${() => void this.#step(-1)}>${timeline.previous}</button>
          <button type="button" id="next-finding" ?disabled=${!hasFindings} @click=${() => void this.#step(1)}>${timeline.next}</button>
        </div>
      </form>
      <div class="with-overview">${this.gridView()}${overviewView({
        rows: this.contents.rows,
        landmarks: this.landmarks,
        marked: this.marked,
        seen: this.seen(),
        go: (row) => void this.reveal(row),
      })}</div>`;
  }

  protected rowCount(): number {
    return this.contents.rows;
  }

  protected label(): string {
    return words().inside.timeline.label;
  }

  protected columns(): Column[] {
    const { columns } = words().inside.timeline;
    return (["seq", "event", "entity", "time"] as const).map((name) => ({ name, title: columns[name] }));
  }

  protected cells(index: number): { cells: TemplateResult[]; of: string | undefined } | undefined {
    const row = this.#blocks?.at(index);
    if (row === undefined) return undefined;
    const findings = (this.#byRow.get(index) ?? []).map(({ finding }) => finding);
    const worst = gravest(findings);
    const local = row.timestamp === undefined ? undefined : dateTime(row.timestamp);
    return {
      of: worst?.severity ?? (row.eventType === "version.revoked" ? "revoked" : undefined),
      cells: [
        html`${row.seq === undefined ? html`<span class="soft">${filled(words().inside.timeline.line, { n: count(row.line) })}</span>` : count(row.seq)}`,
        html`<span class="event">${icon(iconOf(row))}<span>${eventText(row)}</span></span>${row.gap === undefined ? nothing : html`<span class="mark" data-verdict="mismatch">${icon("gap")}${counted(row.gap, words().inside.timeline.gap)}</span>`}
          ${worst === undefined ? nothing : html`<span class="mark">${icon(worst.severity)}${worst.severity === "warning" ? words().warning : words().verdict[worst.severity]}, ${counted(findings.length, words().inside.timeline.findings)}</span>`}`,
        html`${row.entityId === undefined ? "" : dataText(row.entityId, LONGEST_SHOWN)}`,
        html`${row.timestamp === undefined ? "" : dataText(row.timestamp, LONGEST_SHOWN)}${local === undefined ? nothing : html`<span class="local">${local}</span>`}`,
      ],
    };
  }

  protected open(index: number): void {
    const row = this.#blocks?.at(index);
    if (row !== undefined) this.dispatchEvent(new CustomEvent("open", { detail: row.line }));
  }

  #say(text: string): void {
    this.dispatchEvent(new CustomEvent("say", { detail: text }));
  }

  readonly #go = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget as HTMLFormElement).get("place");
    const place = typeof asked === "string" ? asked.trim() : "";
    if (place === "") return;
    const { timeline, unreadable } = words().inside;
    try {
      const rows = await this.#rowsAt(place);
      // The same again goes on to the next one.
      const at = Math.max(0, rows.findIndex((row) => row > this.active));
      const row = rows[at];
      if (row === undefined) return this.#say(timeline.notFound);
      await this.reveal(row);
      const said = { n: count(row + 1), total: count(this.contents.rows) };
      this.#say(rows.length === 1 ? filled(timeline.wentTo, said) : filled(timeline.ofMany, { ...said, place: count(at + 1), found: count(rows.length) }));
    } catch {
      this.#say(unreadable);
    }
  };

  async #rowsAt(place: string): Promise<number[]> {
    const digits = place.replace(/[\s.,\u00a0\u202f\u2019']/g, "");
    if (/^\d{1,15}$/.test(digits)) {
      const row = await this.contents.rowOfSeq(Number(digits));
      if (row >= 0) return [row];
    }
    const rows = await this.contents.rowsOf(place);
    return rows.length > 0 ? rows : this.contents.rowsOf(place.toLowerCase());
  }

  async #step(way: 1 | -1): Promise<void> {
    const places = [...this.#byRow.keys()];
    const ahead = way === 1 ? places.findIndex((row) => row > this.active) : places.findLastIndex((row) => row < this.active);
    const at = ahead >= 0 ? ahead : way === 1 ? 0 : places.length - 1;
    const row = places[at];
    if (row === undefined) return;
    await this.reveal(row);
    const worst = gravest((this.#byRow.get(row) ?? []).map(({ finding }) => finding));
    if (worst === undefined) return;
    this.#say(filled(words().inside.timeline.findingAt, { place: count(at + 1), found: count(places.length), title: plainText(titleOf(worst).text) }));
  }
}

function iconOf({ kind, eventType }: TimelineRow): IconName {
  if (kind === "checkpoint" || kind === "anchor") return kind;
  if (kind === "other" || eventType === undefined) return "event";
  if (eventType === "version.created") return "sealed";
  if (eventType === "version.revoked") return "revoked";
  return eventType.startsWith("key.") ? "key" : "event";
}

function eventText({ kind, eventType, size, cosignatures = 0 }: TimelineRow): unknown {
  const { timeline } = words().inside;
  if (kind === "checkpoint") {
    const of = size === undefined ? "" : ` ${counted(size, timeline.checkpointOf)}`;
    return html`${timeline.checkpoint}${of}${cosignatures === 0 ? nothing : html`<span class="soft">, ${counted(cosignatures, timeline.witnesses)}</span>`}`;
  }
  if (kind === "anchor") return timeline.anchor;
  if (eventType === undefined) return timeline.other;
  const name = Object.hasOwn(timeline.events, eventType) ? timeline.events[eventType] : undefined;
  const type = html`<code class="soft">${dataText(eventType, LONGEST_SHOWN)}</code>`;
  return name === undefined ? type : html`${name} ${type}`;
}

customElements.define("chain-timeline", ChainTimeline);
