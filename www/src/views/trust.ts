/** The fields for what the reader trusts, and what is wrong with them, said where it stands. */

import { explain } from "call-stream-verify/explain";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Refusal } from "../engine/contract.js";
import type { Offer } from "../session/session.js";
import { canKeep } from "../session/kept.js";
import { ofVerifier } from "../session/sentence.js";
import { forget, linkWith, remember, remembered } from "../session/trust.js";
import { count, fill, filled, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { SessionView } from "./view.js";

export class TrustFields extends SessionView {
  static override properties = { ...SessionView.properties, kept: { state: true } };
  declare kept: "no" | "yes" | "forgotten" | "refused";
  /** Keeps what was ticked to be kept as it changes. */
  readonly #keep = (): void => {
    const { session } = this;
    if (this.kept !== "yes" || (session.isTrustGiven && !session.isTrustUsable)) return;
    if (!remember(session.trust)) this.kept = "refused";
  };

  constructor() {
    super();
    this.kept = remembered() === undefined ? "no" : "yes";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session.addEventListener("change", this.#keep);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.removeEventListener("change", this.#keep);
  }

  protected override render(): TemplateResult {
    const { trust } = words();
    const { session } = this;
    const refusal = session.trustRefusal;
    const isExpectRefused = refusal?.code === "bad-option" && refusal.member === "expect";
    const isPolicyRefused = refusal !== undefined && !isExpectRefused;
    return html`<section aria-labelledby="trust-title">
      <h2 id="trust-title">${trust.title}</h2>
      ${session.offered === undefined ? nothing : this.#offeredView(session.offered)}
      ${session.chosen?.sample === undefined ? nothing : html`<p class="note of-sample">${trust.sampleKey}</p>`}
      <label for="policy">${trust.policy}</label>
      <p id="policy-help" class="help">${fill(trust.policyHelp, { form: html`<code>name+hash+base64</code>` })}</p>
      <textarea id="policy" rows="4" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no"
        aria-describedby="policy-help policy-error" aria-invalid=${isPolicyRefused ? "true" : nothing}
        .value=${live(session.policy)} @input=${(event: Event) => session.editTrust({ policy: valueOf(event) })}></textarea>
      <p id="policy-error" class="error" ?hidden=${!isPolicyRefused}>${isPolicyRefused ? refusalView(refusal) : nothing}</p>
      <div class="trust-file">
        <input id="policy-file" type="file" @change=${this.#fromFile}>
        <label for="policy-file" class="button quiet">${trust.fromFile}</label>
      </div>

      <label for="expect">${trust.expect}</label>
      <p id="expect-help" class="help">${fill(trust.expectHelp, { form: html`<code>SIZE:HEAD</code>` })}</p>
      <input id="expect" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" translate="no"
        aria-describedby="expect-help expect-error" aria-invalid=${isExpectRefused ? "true" : nothing}
        .value=${live(session.expect)} @input=${(event: Event) => session.editTrust({ expect: valueOf(event) })}>
      <p id="expect-error" class="error" ?hidden=${!isExpectRefused}>${isExpectRefused ? refusalView(refusal) : nothing}</p>

      ${session.isTrustUsable ? this.#givenView() : session.isTrustGiven ? nothing : nobodyView()}
      ${this.kept === "forgotten" ? html`<p class="help" id="forgotten">${trust.forgotten}</p>` : nothing}
    </section>`;
  }

  #givenView(): TemplateResult {
    const { trust } = words();
    const keeping = html`<div class="keep">
        <input type="checkbox" id="remember" .checked=${live(this.kept === "yes")} @change=${this.#toggle}>
        <label for="remember">${trust.remember}</label>
        ${this.kept === "yes" ? html`<button type="button" class="quiet" id="forget" @click=${this.#forget}>${trust.forget}</button>` : nothing}
      </div>`;
    return html`${canKeep() ? keeping : nothing}
      ${this.kept === "refused" ? html`<p class="error">${trust.notRemembered}</p>` : nothing}
      <p class="help"><a id="trust-link" href=${linkWith(location.href, this.session.trust)}>${trust.link}</a>. ${trust.linkHelp}</p>`;
  }

  #offeredView(offer: Offer): TemplateResult {
    const { trust, report } = words();
    const { trust: { policy, expect }, keys, file } = offer;
    return html`<div class="note offered" id="offered">
      <h3>${file === undefined ? trust.offered : fill(trust.offeredByFile, { name: dataText(file) })}</h3>
      <p>${file === undefined ? trust.offeredMeans : trust.offeredByFileMeans}</p>
      <dl class="values">
        ${(keys?.logs ?? []).map((vkey) => html`<div><dt>${report.logKey}</dt><dd>${dataText(vkey)}</dd></div>`)}
        ${(keys?.revokers ?? []).map((vkey) => html`<div><dt>${report.revokerKey}</dt><dd>${dataText(vkey)}</dd></div>`)}
        ${(keys?.witnesses ?? []).map(({ vkey, counts }) => html`<div><dt>${counts ? report.witnessKey : report.witnessNotCounting}</dt><dd>${dataText(vkey)}</dd></div>`)}
        ${policy === undefined ? nothing : html`<div><dt>${trust.offeredPolicy}</dt><dd>${dataText(policy.trim())}</dd></div>`}
        ${expect === undefined ? nothing : html`<div><dt>${trust.offeredExpect}</dt><dd>${dataText(expect)}</dd></div>`}
      </dl>
      <p class="buttons">
        <button type="button" id="accept-offered" @click=${() => this.#settleOffer(offer, true)}>${trust.accept}</button>
        <button type="button" id="ignore-offered" class="quiet" @click=${() => this.#settleOffer(offer, false)}>${trust.ignore}</button>
      </p>
    </div>`;
  }

  #settleOffer(offer: Offer, isAccepted: boolean): void {
    this.session.settleOffer(offer, isAccepted);
    this.querySelector<HTMLElement>("#policy")?.focus();
  }

  readonly #fromFile = (event: Event): void => {
    const input = event.target;
    const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
    if (file === undefined) return;
    void this.session.takeTrustFile({ name: file.name, file });
    (input as HTMLInputElement).value = "";
  };

  readonly #toggle = (event: Event): void => {
    if (!(event.target as HTMLInputElement).checked) return this.#forget();
    this.kept = remember(this.session.trust) ? "yes" : "refused";
  };

  readonly #forget = (): void => {
    forget();
    this.kept = "forgotten";
    this.querySelector<HTMLElement>("#remember")?.focus();
  };
}

function nobodyView(): TemplateResult {
  const { trust, verdict } = words();
  return html`<div id="no-trust" class="note">
    <p><strong>${trust.nobody}</strong> ${fill(trust.nobodyMeans, { notProven: html`<em>${verdict.not_proven}</em>` })}</p>
    <p>${trust.nobodyAsk}</p>
  </div>`;
}

/** What the verifier says about trust that cannot be used. */
export function refusalText({ code, message, line }: Refusal): string {
  const explanation = explain(code)?.explanation;
  const said = (code === "bad-option" || explanation === undefined ? [message] : [message, explanation]).map((english) => ofVerifier(english).text).join(" ");
  return line === undefined ? said : filled(words().trust.line, { n: count(line), message: said });
}

function refusalView(refusal: Refusal): TemplateResult {
  return html`<span lang=${ofVerifier(refusal.message).isEnglish ? "en" : nothing}>${dataText(refusalText(refusal), 2000)}</span>`;
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLTextAreaElement).value;
}

customElements.define("trust-fields", TrustFields);
