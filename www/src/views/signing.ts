/** The answer signed by the reader as a validator, for those who compare it with others'. */

import type { ValidatorKey } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { canKeep } from "../session/kept.js";
import { ofVerifier } from "../session/sentence.js";
import { forgetKey, keepKey, keptKey } from "../session/validator-key.js";
import { fill, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { saveAs } from "./save.js";
import { SessionView } from "./view.js";

export class SigningForm extends SessionView {
  static override properties = { ...SessionView.properties, text: {}, fileName: {}, name: { state: true }, key: { state: true }, kept: { state: true }, refusal: { state: true } };
  /** The report's exact JSON text. */
  declare text: string;
  /** Beginning of the names of files that are saved. */
  declare fileName: string;
  declare name: string;
  declare key: ValidatorKey | undefined;
  declare kept: boolean;
  /** The verifier's sentence about what was refused. */
  declare refusal: string | undefined;

  constructor() {
    super();
    this.name = "";
    this.kept = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#takeKept();
  }

  protected override render(): TemplateResult {
    const { signing } = words();
    return html`<section class="signing" aria-labelledby="signing-title">
      <h3 id="signing-title">${signing.title}</h3>
      <p class="help">${signing.help}</p>
      ${this.key === undefined ? this.#makingView() : this.#keyView(this.key)}
      <p class="error" role="status">${this.refusal === undefined ? nothing : html`<span lang=${ofVerifier(this.refusal).isEnglish ? "en" : nothing}>${dataText(ofVerifier(this.refusal).text)}</span>`}</p>
    </section>`;
  }

  #makingView(): TemplateResult {
    const { signing } = words();
    return html`<label for="validator-name">${signing.name}</label>
      <p id="validator-help" class="help">${fill(signing.nameHelp, { form: html`<code>validator.example/alice</code>` })}</p>
      <input id="validator-name" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no" aria-describedby="validator-help"
        .value=${live(this.name)} @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}>
      <p class="buttons"><button type="button" id="make-key" ?disabled=${this.name.trim() === ""} @click=${() => this.#attempt(() => this.#make())}>${signing.make}</button></p>`;
  }

  #keyView(key: ValidatorKey): TemplateResult {
    const { signing } = words();
    const keeping = html`<div class="keep">
      <input type="checkbox" id="keep-key" .checked=${live(this.kept)} @change=${() => this.#toggle(key)}>
      <label for="keep-key">${signing.keep}</label>
    </div>`;
    return html`<dl class="values"><div><dt>${signing.vkey}</dt><dd data-vkey>${dataText(key.vkey)}</dd></div></dl>
      <p class="help">${signing.vkeyHelp} ${this.kept ? nothing : signing.notKept}</p>
      ${canKeep() ? keeping : nothing}
      <p class="buttons">
        <button type="button" data-out="signed" @click=${() => this.#attempt(() => this.#sign(key))}>${signing.sign}</button>
        <button type="button" class="quiet" data-out="secret-key" @click=${() => saveAs("validator.key", new Blob([`${key.key}\n`], { type: "text/plain" }))}>${signing.saveKey}</button>
        <button type="button" class="quiet" id="forget-key" @click=${this.#forget}>${signing.forget}</button>
      </p>`;
  }

  async #make(): Promise<void> {
    this.key = await this.session.engine.makeKey(this.name.trim());
  }

  async #sign({ key }: ValidatorKey): Promise<void> {
    const line = await this.session.engine.attest(this.text, key);
    saveAs(`${this.fileName}.signed.json`, new Blob([line], { type: "application/json" }));
  }

  async #takeKept(): Promise<void> {
    const key = keptKey();
    if (key === undefined || this.key !== undefined) return;
    // What does not read as a key is none.
    const vkey = await this.session.engine.vkeyOf(key).catch(() => undefined);
    if (vkey === undefined) return;
    this.key = { key, vkey };
    this.kept = true;
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    this.refusal = undefined;
    try {
      await step();
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : "";
    }
  }

  #toggle(key: ValidatorKey): void {
    if (this.kept) forgetKey();
    this.kept = !this.kept && keepKey(key);
  }

  readonly #forget = (): void => {
    forgetKey();
    this.key = undefined;
    this.kept = false;
  };
}

customElements.define("signing-form", SigningForm);
