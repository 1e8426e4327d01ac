/** One line of the file, or one call: the text that was hashed, its digests, how to follow them by hand, and the entries about it. */

import type { Finding, Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { Contents, ExactLine, Source, TimelineRow } from "../engine/contract.js";
import { dataText } from "../views/data-text.js";
import { icon } from "../views/icon.js";
import { titleOf, timeView } from "../views/verdict.js";
import { View } from "../views/view.js";
import { count, counted, fill, filled, words } from "../words/index.js";
import { entryCommand, isGzip, type Shell, shellFor, whyNotJq } from "./by-hand.js";
import { callView } from "./call.js";
import { digestsView } from "./digests.js";
import "./exact-text.js";
import { membersOf } from "./members.js";
import { type History, historyOf } from "./sealed.js";
import { stepsView } from "./steps.js";

export type Target = { kind: "line"; line: number } | { kind: "call"; callId: string };

const FIRST_ROWS = 20;
const LONGEST_VALUE = 400;

interface Read {
  shell: Shell;
  exact: ExactLine | undefined;
  /** Of what the line or the call is about. */
  entity: string | undefined;
  history: History | undefined;
}

/** Dispatches `open` with a line or `open-call` with a call ID, `say`, and `close`. */
export class LineDetail extends View {
  static override properties = { contents: { attribute: false }, report: { attribute: false }, source: { attribute: false }, target: { attribute: false }, read: { state: true }, shown: { state: true } };
  declare contents: Contents;
  declare report: Report;
  declare source: Source;
  declare target: Target;
  declare read: Read | "reading" | "unreadable";
  /** How many entries of the history. */
  declare shown: number;

  constructor() {
    super();
    this.read = "reading";
    this.shown = FIRST_ROWS;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("target") || changed.has("contents")) void this.#look();
  }

  async #look(): Promise<void> {
    const { target } = this;
    this.read = "reading";
    this.shown = FIRST_ROWS;
    try {
      const read = await this.#readTarget(target);
      if (target === this.target) this.read = read;
    } catch {
      if (target === this.target) this.read = "unreadable";
    }
    await this.updateComplete;
    if (target === this.target) this.querySelector<HTMLElement>("h4")?.focus();
  }

  async #readTarget(target: Target): Promise<Read> {
    const { contents, source } = this;
    const first = new Uint8Array(await source.file.slice(0, 2).arrayBuffer());
    const shell = shellFor(source.name, isGzip(first));
    if (target.kind === "line") {
      const exact = await contents.exact(target.line);
      const entity = exact.call?.callId ?? (exact.entry === undefined ? undefined : await this.#entityOf(target.line));
      return { shell, exact, entity, history: undefined };
    }
    const place = await contents.findCall(target.callId);
    const [row] = place < 0 ? [] : await contents.callRows(place, place + 1);
    const exact = row?.line === undefined ? undefined : await contents.exact(row.line);
    return { shell, exact, entity: target.callId, history: await historyOf(target.callId, contents) };
  }

  async #entityOf(line: number): Promise<string | undefined> {
    const row = await this.contents.rowOfLine(line);
    const [found] = row < 0 ? [] : await this.contents.timeline(row, row + 1);
    return found?.entityId;
  }

  protected override render(): TemplateResult {
    const { detail, unreadable } = words().inside;
    const { read } = this;
    return html`<section class="detail" aria-labelledby="detail-title" aria-busy=${read === "reading" ? "true" : "false"}>
      <div class="detail-head">
        <h4 id="detail-title" tabindex="-1">${this.#title(read)}</h4>
        <button type="button" class="quiet close" @click=${() => this.dispatchEvent(new Event("close"))}>${detail.close}</button>
      </div>
      ${read === "reading" ? html`<p class="help">${detail.loading}</p>` : read === "unreadable" ? html`<p class="error">${unreadable}</p>` : this.#body(read)}
    </section>`;
  }

  #title(read: LineDetail["read"]): unknown {
    const { detail } = words().inside;
    const { target } = this;
    if (target.kind === "call") return fill(detail.call, { id: dataText(target.callId) });
    const entry = typeof read === "object" ? read.exact?.entry : undefined;
    return entry === undefined ? filled(detail.line, { n: count(target.line) }) : filled(detail.entry, { seq: count(entry.seq) });
  }

  #body(read: Read): TemplateResult {
    const { target, report } = this;
    const say = (text: string): void => this.#say(text);
    const about = findingsAbout(report, target, read.exact?.line);
    return html`${about.length === 0 ? nothing : findingsView(about)}
      ${target.kind === "call" ? callView({ callId: target.callId, report, exact: read.exact, history: read.history, shell: read.shell, say }) : this.#lineView(read, say)}
      ${read.history === undefined ? nothing : this.#historyView(read.history)}`;
  }

  #lineView({ exact, shell, entity }: Read, say: (text: string) => void): TemplateResult {
    const { detail } = words().inside;
    if (exact === undefined) return html``;
    const { entry, line } = exact;
    if (entry === undefined) return html`<h5>${detail.wholeLine}</h5><exact-text .label=${detail.wholeLine} .text=${exact.text}></exact-text>`;
    const why = whyNotJq(entry.hashed);
    return html`<p class="help">${filled(detail.onLine, { n: count(line) })}
        ${entity === undefined ? nothing : html`<button type="button" class="quiet" id="open-call" @click=${() => this.dispatchEvent(new CustomEvent("open-call", { detail: entity }))}>${detail.openCall}</button>`}</p>
      <h5>${detail.hashedText}</h5>
      <exact-text .label=${detail.hashedText} .text=${entry.hashed}></exact-text>
      ${membersView(entry.hashed)}
      <h5>${detail.digests}</h5>
      ${digestsView([{ id: "entry", name: detail.digest.entry, origin: detail.stated, sealed: entry.stated, computed: entry.computed }])}
      ${stepsView([{ id: "entry", name: detail.step.entry, command: entryCommand(shell, line, why) }], shell, why, say)}`;
  }

  #historyView({ rows, latest }: History): TemplateResult {
    const { detail } = words().inside;
    const shown = rows.slice(0, this.shown);
    const left = rows.length - shown.length;
    return html`<h5>${detail.history}</h5>
      ${rows.length === 0 ? html`<p class="help">${detail.noHistory}</p>` : html`<ol class="history">${shown.map((row) => this.#rowView(row, latest?.line === row.line ? latest.version : undefined))}</ol>`}
      ${left === 0 ? nothing : html`<button type="button" class="quiet" @click=${() => (this.shown += FIRST_ROWS * 5)}>${counted(Math.min(left, FIRST_ROWS * 5), detail.moreHistory)}</button>`}`;
  }

  #rowView({ line, seq, eventType = "", timestamp }: TimelineRow, version: number | undefined): TemplateResult {
    const { detail, timeline } = words().inside;
    const name = Object.hasOwn(timeline.events, eventType) ? timeline.events[eventType] : undefined;
    const title = filled(detail.entry, { seq: count(seq ?? 0) });
    return html`<li data-verdict=${eventType === "version.revoked" ? "revoked" : nothing}>
      <span>${icon(eventType === "version.created" ? "sealed" : eventType === "version.revoked" ? "revoked" : "event")}${name === undefined ? dataText(eventType) : name}${version === undefined ? nothing : html`, ${filled(detail.version, { n: version })}`}</span>
      <span>${timestamp === undefined ? nothing : timeView(timestamp)}</span>
      <button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent("open", { detail: line }))}>${title}</button>
    </li>`;
  }

  #say(text: string): void {
    this.dispatchEvent(new CustomEvent("say", { detail: text }));
  }
}

function membersView(text: string): TemplateResult | typeof nothing {
  const members = membersOf(text);
  if (members === undefined) return nothing;
  const { detail } = words().inside;
  return html`<details class="members"><summary>${detail.members}</summary>
    <dl>${members.map(({ name, text: value }) => html`<div><dt>${dataText(name)}</dt><dd>${dataText(value, LONGEST_VALUE)}</dd></div>`)}</dl>
  </details>`;
}

function findingsAbout({ findings }: Report, target: Target, line: number | undefined): Finding[] {
  return findings.filter((finding) => (line !== undefined && finding.line === line) || (target.kind === "call" && finding.call_id === target.callId));
}

function findingsView(findings: readonly Finding[]): TemplateResult {
  const { detail } = words().inside;
  return html`<h5>${detail.findings}</h5>
    <ul class="about">${findings.map((finding) => {
      const title = titleOf(finding);
      const { severity, code, member } = finding;
      return html`<li data-verdict=${severity} data-code=${code}>${icon(severity)}<p><strong>${severity === "warning" ? words().warning : words().verdict[severity]}</strong> <code translate="no">${code}</code>
        <span lang=${title.isEnglish ? "en" : nothing}>${dataText(title.text)}</span>${member === null ? nothing : html` ${fill(words().findings.member, { value: dataText(member) })}`}</p></li>`;
    })}</ul>`;
}

customElements.define("line-detail", LineDetail);
