/** The page: the question on one side, the answer on the other. */

import type { PolicyDescription, Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { Progress, Refusal } from "../engine/contract.js";
import type { Item, ItemState } from "../session/session.js";
import { bytes, counted, fill, filled, LANGUAGES, locale, setLocale, words, type Locale } from "../words/index.js";
import { plainText } from "../words/text.js";
import "../inside/inside.js";
import { claimsView } from "./claims.js";
import { countsView } from "./counts.js";
import { dataText } from "./data-text.js";
import { basisView, chainView } from "./details.js";
import "./drop.js";
import "./findings.js";
import { icon } from "./icon.js";
import { levelsView } from "./levels.js";
import { type RequestCount, requestsView } from "./network.js";
import { outView } from "./out.js";
import "./recording.js";
import { runsView } from "./runs.js";
import { refusalText } from "./trust.js";
import "./trust.js";
import { sentenceOf, verdictView } from "./verdict.js";
import { SessionView } from "./view.js";

const VERDICTS = ["verified", "mismatch", "revoked", "not_proven"] as const;

export class VerifyPage extends SessionView {
  static override properties = { ...SessionView.properties, network: { attribute: false }, described: { state: true } };
  /** Where the page counts its requests. */
  declare network: RequestCount | undefined;
  /** Whom the policies in use trust, by their text. */
  declare described: ReadonlyMap<string, PolicyDescription>;
  readonly #asked = new Set<string>();
  readonly #given = (): void => void this.#bringIntoView();

  constructor() {
    super();
    this.described = new Map();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session.addEventListener("given", this.#given);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.removeEventListener("given", this.#given);
  }

  protected override sources(): EventTarget[] {
    return this.network === undefined ? super.sources() : [...super.sources(), this.network];
  }

  protected override render(): TemplateResult {
    const { page, title } = words();
    const { session } = this;
    const item = session.chosen;
    const state = item === undefined ? undefined : session.stateOf(item);
    return html`<a class="skip" href="#answer">${page.skip}</a>
      <header class="top">
        <div class="bar">
          <p class="name">${title}</p>
          <p class="language"><label for="language">${page.language}</label>
            <select id="language" @change=${(event: Event) => setLocale((event.target as HTMLSelectElement).value as Locale)}>
              ${LANGUAGES.map((known) => html`<option value=${known.locale} lang=${known.locale} ?selected=${known.locale === locale()}>${known.name}</option>`)}
              ${locale() === "pseudo" ? html`<option value="pseudo" selected>Pseudo</option>` : nothing}
            </select></p>
        </div>
        <h1>${page.heading}</h1>
        <p class="lead">${page.lead}</p>
        ${this.network === undefined ? nothing : requestsView(this.network)}
      </header>
      <main class="layout">
        <div class="question">
          <drop-area .session=${session}></drop-area>
          <trust-fields .session=${session}></trust-fields>
        </div>
        <div class="answers">
          ${runsView(session)}
          <section id="answer" class="answer" tabindex="-1" aria-label=${page.answer} aria-busy=${state?.phase === "reading" ? "true" : "false"}
            data-verdict=${state?.phase === "judged" ? state.report.verdict : nothing}>
            ${item === undefined || state === undefined ? this.#beginning() : this.#itemView(item, state)}
          </section>
        </div>
      </main>
      <footer class="bottom">
        <p>${fill(page.tool, { version: dataText(session.engine.version), wasm: dataText(session.engine.wasmSha256) })}</p>
      </footer>
      <p id="status" class="visually-hidden" role="status">${this.#statusText(item, state)}</p>`;
  }

  protected override updated(): void {
    const { session } = this;
    const item = session.chosen;
    const state = item === undefined ? undefined : session.stateOf(item);
    const { title, verdict } = words();
    document.title = state?.phase === "judged" ? `${verdict[state.report.verdict]} · ${title}` : title;
    const policy = item === undefined ? undefined : session.trustFor(item).policy;
    if (policy !== undefined && state?.phase === "judged") void this.#describe(policy);
  }

  #beginning(): TemplateResult {
    return this.session.broken ? this.#stoppedView(undefined, words().stopped.noAnswer, words().stopped.notLoaded, false) : guideView();
  }

  #itemView(item: Item, state: ItemState): TemplateResult {
    const { stopped } = words();
    switch (state.phase) {
      case "waiting":
        if (this.session.broken) return this.#stoppedView(item, stopped.noAnswer, stopped.notLoaded, true);
        if (item.sample === undefined && this.session.trustRefusal !== undefined) return this.#stoppedView(item, stopped.noAnswerYet, stopped.badTrust, false);
        return this.#readingView(item, { read: 0, total: item.source.file.size, milliseconds: 0, entries: 0, calls: 0 });
      case "reading":
        return this.#readingView(item, state.progress);
      case "canceled":
        return this.#stoppedView(item, stopped.canceled, stopped.nothing, true);
      case "refused":
        return this.#stoppedView(item, stopped.noAnswer, this.#refusedText(item, state.refusal), true);
      case "judged":
        return this.#reportView(item, state.report, state.text);
    }
  }

  #refusedText({ run }: Item, refusal: Refusal): string {
    const { stopped } = words();
    if (refusal.code === "not-a-bundle" && run?.kind === "record") return stopped.record;
    if (refusal.code === "unreadable") return `${stopped.unreadable} ${stopped.nothing}`;
    return `${refusalText(refusal)} ${stopped.nothing}`;
  }

  #readingView(item: Item, progress: Progress): TemplateResult {
    const { reading } = words();
    return html`<div id="reading" class="reading">
      <h2>${reading.title}</h2>
      <p id="reading-name" class="file-name">${dataText(item.source.name)}</p>
      <progress id="progress" aria-label=${reading.progress} max=${Math.max(progress.total, 1)} .value=${progress.read}></progress>
      <p id="reading-amount" class="amount">${amountText(progress)}</p>
      <button type="button" id="cancel" @click=${() => this.#cancel(item)}>${reading.cancel}</button>
    </div>`;
  }

  #stoppedView(item: Item | undefined, title: string, text: string, canRetry: boolean): TemplateResult {
    return html`<div id="stopped" class="stopped">
      <h2>${title}</h2>
      ${item === undefined ? nothing : html`<p class="file-name">${dataText(item.source.name)}</p>`}
      <p>${text}</p>
      ${item === undefined || !canRetry ? nothing : html`<button type="button" id="again" @click=${() => this.session.again(item)}>${words().stopped.again}</button>`}
    </div>`;
  }

  #reportView(item: Item, report: Report, text: string): TemplateResult {
    const { session } = this;
    // What it was judged by, which is not what the fields hold while the reader edits them.
    const trust = item.run?.trust ?? session.trustFor(item);
    const { policy } = trust;
    const description = policy === undefined ? undefined : this.described.get(policy);
    const isDescribed = policy === undefined || description !== undefined;
    // Of what is no bundle there is nothing to tell but that.
    const isBundle = !report.findings.some(({ code }) => code === "not-a-bundle");
    return html`<div id="report" class="report">
      ${verdictView(item, report, session.isTrustGiven, description)}
      ${isBundle ? countsView(report) : nothing}
      ${outView({ item, report, text, trust, policy: description }, session, isDescribed)}
      ${report.findings.length === 0 ? nothing : html`<findings-list .report=${report}></findings-list>`}
      ${isBundle ? html`${claimsView(report)}${levelsView(report, item.run?.kind)}${chainView(report)}` : nothing}
      ${basisView(item, session.engine, trust, description)}
      ${isBundle ? html`<inside-view .session=${session} .item=${item}></inside-view>` : nothing}
      ${isBundle && item.run?.contents !== undefined ? html`<recording-check .session=${session} .contents=${item.run.contents} .verdict=${report.verdict}></recording-check>` : nothing}
    </div>`;
  }

  /** What a screen reader is told. Progress is not: the bar says it to who asks. */
  #statusText(item: Item | undefined, state: ItemState | undefined): string {
    const { session } = this;
    const { answer, reading, stopped, verdict } = words();
    if (session.trustRefusal !== undefined) return plainText(refusalText(session.trustRefusal));
    if (item === undefined || state === undefined) return session.broken ? stopped.notLoaded : "";
    switch (state.phase) {
      case "waiting":
      case "reading":
        return filled(reading.status, { name: plainText(item.source.name) });
      case "canceled":
        return `${stopped.canceled}. ${stopped.nothing}`;
      case "refused":
        return `${stopped.noAnswer}. ${this.#refusedText(item, state.refusal)}`;
      case "judged":
        return filled(answer.announced, { word: verdict[state.report.verdict], sentence: plainText(sentenceOf(state.report, item.run?.kind).text) });
    }
  }

  async #cancel(item: Item): Promise<void> {
    this.session.cancel(item);
    await this.updateComplete;
    this.querySelector<HTMLElement>("#again")?.focus();
  }

  async #describe(policy: string): Promise<void> {
    if (this.#asked.has(policy)) return;
    this.#asked.add(policy);
    try {
      const description = await this.session.engine.describePolicy(policy);
      this.described = new Map(this.described).set(policy, description);
    } catch {
      this.#asked.delete(policy);
    }
  }

  /** On a phone the answer lies below the fields. */
  async #bringIntoView(): Promise<void> {
    await this.updateComplete;
    const answer = this.querySelector("#answer");
    const top = answer?.getBoundingClientRect().top ?? 0;
    if (top < 0 || top > innerHeight / 2) answer?.scrollIntoView({ block: "start" });
  }
}

function guideView(): TemplateResult {
  const { guide, verdict } = words();
  return html`<div id="guide" class="guide">
    <h2>${guide.title}</h2>
    <dl class="words">
      ${VERDICTS.map((name) => html`<div data-verdict=${name}><dt>${icon(name)}${verdict[name]}</dt><dd>${guide[name]}</dd></div>`)}
    </dl>
    <p>${guide.limits}</p>
  </div>`;
}

function amountText({ read, total, milliseconds }: Progress): string {
  const { reading } = words();
  if (read >= total && total > 0) return filled(reading.judging, { total: bytes(total) });
  const parts = [filled(reading.amount, { read: bytes(read), total: bytes(total) })];
  if (milliseconds > 0 && read > 0) {
    const rate = (read / milliseconds) * 1000;
    parts.push(filled(reading.rate, { rate: bytes(rate) }), filled(reading.left, { time: durationText((total - read) / rate) }));
  }
  return parts.join(", ");
}

function durationText(seconds: number): string {
  const { reading } = words();
  return seconds < 90 ? counted(Math.max(1, Math.round(seconds)), reading.seconds) : counted(Math.round(seconds / 60), reading.minutes);
}

customElements.define("verify-page", VerifyPage);
