/** A recording compared with the hash that the chain of the export seals for its call. */

import type { Verdict } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { Contents } from "../engine/contract.js";
import type { Source } from "../engine/contract.js";
import { sealedRecording, type SealedRecording } from "../session/sealed-recording.js";
import { bytes, counted, filled, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { icon } from "./icon.js";
import { SessionView } from "./view.js";

const UNSEALED = { "no-call": "noCall", "no-version": "noVersion", "no-hash": "noHash" } as const;

type Outcome =
  | { kind: "hashing"; source: Source; read: number }
  | { kind: "unreadable"; source: Source }
  | { kind: "compared"; source: Source; callId: string; computed: string; sealed: SealedRecording };

export class RecordingCheck extends SessionView {
  static override properties = { ...SessionView.properties, contents: { attribute: false }, verdict: {}, callId: { state: true }, outcome: { state: true } };
  declare contents: Contents | undefined;
  /** The answer about the export that seals the hash. */
  declare verdict: Verdict;
  declare callId: string;
  declare outcome: Outcome | undefined;
  #hashing = new AbortController();

  constructor() {
    super();
    this.callId = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#hashing.abort();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("contents")) return;
    this.#hashing.abort();
    this.outcome = undefined;
  }

  protected override render(): TemplateResult {
    const { recording } = words();
    const waiting = this.session.recordings;
    return html`<section class="recording" aria-labelledby="recording-title">
      <h3 id="recording-title">${recording.title}</h3>
      <p class="help">${recording.help}</p>
      <label for="recording-call">${recording.call}</label>
      <input id="recording-call" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no"
        .value=${this.callId} @input=${this.#named}>
      ${waiting.length === 0 ? nothing : html`<p class="help">${counted(waiting.length, recording.waiting)}</p>
        <ul class="samples">${waiting.map((source) => html`<li><button type="button" ?disabled=${this.callId.trim() === ""} @click=${() => this.#check(source)}>${dataText(source.name)}</button></li>`)}</ul>`}
      <div class="recording-file">
        <input id="recording-file" type="file" ?disabled=${this.callId.trim() === ""} @change=${this.#chosen}>
        <label for="recording-file" class="button">${recording.choose}</label>
      </div>
      <div role="status">${this.outcome === undefined ? nothing : this.#outcomeView(this.outcome)}</div>
    </section>`;
  }

  #outcomeView(outcome: Outcome): TemplateResult {
    const { recording, verdict } = words();
    const total = bytes(outcome.source.file.size);
    if (outcome.kind === "hashing") return html`<p>${filled(recording.hashing, { read: bytes(outcome.read), total })}</p>`;
    if (outcome.kind === "unreadable") return html`<p class="error">${recording.unreadable}</p>`;
    const { sealed, computed, source, callId } = outcome;
    const isSame = sealed.kind === "sealed" && sealed.digest === computed;
    const said = sealed.kind === "sealed" ? filled(isSame ? recording.same : recording.differs, { version: sealed.version }) : recording[UNSEALED[sealed.kind]];
    // The hash is as good as the export that seals it.
    const isVouchedFor = this.verdict === "verified" || this.verdict === "revoked";
    const mark = sealed.kind !== "sealed" || (isSame && !isVouchedFor) ? "not_checked" : isSame ? "proven" : "failed";
    return html`<div class="compared" data-recording=${sealed.kind !== "sealed" ? sealed.kind : isSame ? "same" : "differs"}>
      <p class="message">${icon(mark)} ${said}</p>
      <dl class="values">
        <div><dt>${recording.file}</dt><dd>${dataText(source.name)}</dd></div>
        <div><dt>${recording.call}</dt><dd>${dataText(callId)}</dd></div>
        <div data-value="computed"><dt>${recording.computed}</dt><dd>${dataText(computed)}</dd></div>
        ${sealed.kind === "sealed" ? html`<div data-value="sealed"><dt>${recording.sealed}</dt><dd>${dataText(sealed.digest)}</dd></div>` : nothing}
      </dl>
      ${sealed.kind === "sealed" && sealed.isRevoked ? html`<p class="error">${recording.revoked}</p>` : nothing}
      <p class="help">${filled(recording.restsOn, { word: verdict[this.verdict] })}</p>
    </div>`;
  }

  /** What was compared was another call's. */
  readonly #named = (event: Event): void => {
    this.callId = (event.target as HTMLInputElement).value;
    this.#hashing.abort();
    this.outcome = undefined;
  };

  readonly #chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) void this.#check({ name: file.name, file });
    input.value = "";
  };

  async #check(source: Source): Promise<void> {
    this.#hashing.abort();
    this.#hashing = new AbortController();
    const { signal } = this.#hashing;
    const { contents } = this;
    const callId = this.callId.trim();
    if (contents === undefined) return;
    this.outcome = { kind: "hashing", source, read: 0 };
    try {
      const onProgress = (read: number): void => {
        if (!signal.aborted) this.outcome = { kind: "hashing", source, read };
      };
      const computed = await this.session.engine.hash(source.file, { signal, onProgress });
      const sealed = await sealedRecording(contents, callId);
      if (!signal.aborted) this.outcome = { kind: "compared", source, callId, computed, sealed };
    } catch {
      if (!signal.aborted) this.outcome = { kind: "unreadable", source };
    }
  }
}

customElements.define("recording-check", RecordingCheck);
