/** Where files come in: chosen, a folder, dropped anywhere on the page, pasted, or a sample. */

import { html, nothing, type TemplateResult } from "lit";
import { createRef, ref } from "lit/directives/ref.js";
import { isSingleFile } from "../shell/packed.js";
import { loadSample, type SampleName, SAMPLES } from "../session/samples.js";
import { gatheredFrom, gatheredFromDrop } from "../session/sources.js";
import type { Notice } from "../session/session.js";
import { count, fill, filled, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { SessionView } from "./view.js";

export class DropArea extends SessionView {
  static override properties = { ...SessionView.properties, over: { state: true } };
  declare over: boolean;
  /** Numbers what was asked for, so that a sample that arrives late does not replace a later choice. */
  #choice = 0;
  readonly #pasted = createRef<HTMLTextAreaElement>();
  readonly #listeners = new AbortController();

  constructor() {
    super();
    this.over = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.#listeners;
    document.addEventListener("dragover", (event) => this.#drag(event), { signal });
    document.addEventListener("dragleave", (event) => (this.over &&= event.relatedTarget !== null), { signal });
    document.addEventListener("drop", (event) => void this.#drop(event), { signal });
    document.addEventListener("paste", (event) => this.#paste(event), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listeners.abort();
  }

  protected override render(): TemplateResult {
    const { drop } = words();
    const { notice } = this.session;
    return html`<section aria-labelledby="export-title">
      <h2 id="export-title">${drop.title}</h2>
      <div id="drop" class="drop ${this.over ? "over" : ""}">
        <input id="file" type="file" multiple aria-describedby="file-help" @change=${this.#chosen}>
        <label for="file" class="button primary">${drop.choose}</label>
        <p id="file-help" class="help">${fill(drop.help, { ndjson: html`<code>.ndjson</code>`, gz: html`<code>.ndjson.gz</code>` })}</p>
        <div class="folder">
          <input id="folder" type="file" webkitdirectory @change=${this.#chosen}>
          <label for="folder" class="button quiet">${drop.chooseFolder}</label>
        </div>
      </div>
      ${notice === undefined ? nothing : html`<p id="file-note" class=${notice.kind === "trust-taken" ? "taken" : "error"}>${noticeView(notice)}</p>`}
      <details class="paste">
        <summary>${drop.paste}</summary>
        <label for="pasted">${drop.pasteLabel}</label>
        <textarea id="pasted" rows="4" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no" ${ref(this.#pasted)}></textarea>
        <button type="button" id="use-pasted" @click=${this.#usePasted}>${drop.pasteUse}</button>
      </details>
      ${isSingleFile ? nothing : html`<p id="samples-label" class="samples-label">${drop.samples}</p>
        <ul id="samples" class="samples" aria-labelledby="samples-label">
          ${SAMPLES.map((name) => html`<li><button type="button" data-sample=${name} @click=${() => this.#sample(name)}>${drop.sample[name]}</button></li>`)}
        </ul>`}
    </section>`;
  }

  readonly #chosen = (event: Event): void => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.files === null) return;
    this.#choice += 1;
    this.session.take(gatheredFrom(input.files));
    // The same file can then be chosen again.
    input.value = "";
  };

  readonly #usePasted = (): void => {
    const field = this.#pasted.value;
    if (field === undefined) return;
    this.#choice += 1;
    this.session.takeText(field.value, words().drop.pastedName);
    field.value = "";
  };

  #drag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // Without this the browser would leave the page and open the file.
    event.preventDefault();
    this.over = true;
  }

  async #drop(event: DragEvent): Promise<void> {
    this.over = false;
    const { dataTransfer: transfer, target } = event;
    if (!transfer?.types.includes("Files")) return;
    event.preventDefault();
    this.#choice += 1;
    const isTrust = target instanceof Element && target.closest("trust-fields") !== null;
    const gathered = await gatheredFromDrop(transfer);
    const only = gathered.sources.length === 1 ? gathered.sources[0] : undefined;
    if (isTrust && only !== undefined) return this.session.takeTrustFile(only);
    this.session.take(gathered);
  }

  #paste(event: ClipboardEvent): void {
    const { clipboardData: data, target } = event;
    if (data === null || (target instanceof HTMLElement && target.matches("input, textarea, select"))) return;
    event.preventDefault();
    this.#choice += 1;
    if (data.files.length > 0) return this.session.take(gatheredFrom(data.files));
    this.session.takeText(data.getData("text/plain"), words().drop.pastedName);
  }

  async #sample(name: SampleName): Promise<void> {
    this.#choice += 1;
    const mine = this.#choice;
    try {
      const { source, policy } = await loadSample(name);
      if (mine === this.#choice) this.session.takeSample(source, policy);
    } catch {
      this.session.say({ kind: "sample-failed" });
    }
  }
}

function noticeView(notice: Notice): unknown {
  const { drop, trust } = words();
  switch (notice.kind) {
    case "too-many":
      return filled(drop.tooMany, { n: count(notice.found), some: count(notice.taken) });
    case "empty":
      return drop.emptyFolder;
    case "sample-failed":
      return drop.sampleFailed;
    case "paste-empty":
      return drop.pasteEmpty;
    case "trust-too-long":
      return trust.fileTooLong;
    case "offer-unusable":
      return notice.file === undefined ? trust.linkUnusable : fill(trust.offeredUnusable, { name: dataText(notice.file) });
    case "trust-taken":
      return fill(drop.trustTaken, { name: dataText(notice.name) });
  }
}

customElements.define("drop-area", DropArea);
