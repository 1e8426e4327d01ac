/** Findings: what, where, both values, and what to do. */

import type { CallResult, ComponentResult, Finding, Report } from "call-stream-verify";
import { explain } from "call-stream-verify/explain";
import { html, nothing, type TemplateResult } from "lit";
import { ofVerifier } from "../session/sentence.js";
import { count, counted, fill, words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { icon } from "./icon.js";
import { titleOf } from "./verdict.js";
import { View } from "./view.js";

/** As many as a person reads before looking for a pattern; the others come by a button. */
const FIRST_SHOWN = 20;

export class FindingsList extends View {
  static override properties = { report: { attribute: false }, shown: { state: true } };
  declare report: Report;
  declare shown: "first" | "all";
  /** Paper has no button. */
  readonly #showAll = (): void => {
    this.shown = "all";
    this.performUpdate();
  };

  constructor() {
    super();
    this.shown = "first";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("beforeprint", this.#showAll);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeprint", this.#showAll);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("report")) this.shown = "first";
  }

  protected override render(): TemplateResult {
    const decisive = this.report.findings.filter((finding) => finding.severity !== "warning");
    const warnings = this.report.findings.filter((finding) => finding.severity === "warning");
    const { findings } = words();
    return html`${decisive.length === 0 ? nothing : this.#list("findings", counted(decisive.length, findings.count), decisive)}
    ${warnings.length === 0 ? nothing : this.#list("warnings", findings.warnings, warnings)}`;
  }

  #list(id: string, title: string, findings: Finding[]): TemplateResult {
    const calls = new Map(this.report.results.map((result) => [result.call_id as string, result]));
    const shown = this.shown === "all" ? findings : findings.slice(0, FIRST_SHOWN);
    const others = findings.length - shown.length;
    const isIncomplete = id === "findings" && this.report.more_findings;
    return html`<section aria-labelledby="${id}-title">
      <h3 id="${id}-title">${title}</h3>
      <ol class="findings" data-list=${id}>
        ${shown.map((finding) => findingView(finding, finding.call_id === null ? undefined : calls.get(finding.call_id)))}
      </ol>
      ${others === 0 ? nothing : html`<button type="button" class="show-others" @click=${() => this.#showOthers(id)}>${counted(others, words().findings.showOthers)}</button>`}
      ${isIncomplete ? html`<p class="help">${words().findings.more}</p>` : nothing}
    </section>`;
  }

  async #showOthers(id: string): Promise<void> {
    this.shown = "all";
    await this.updateComplete;
    // The button had the focus; reading goes on where it stood.
    const item = this.querySelectorAll<HTMLElement>(`[data-list="${id}"] > li`)[FIRST_SHOWN];
    item?.setAttribute("tabindex", "-1");
    item?.focus();
  }
}

function findingView(finding: Finding, result: CallResult | undefined): TemplateResult {
  const { severity, code, expected, computed } = finding;
  const { findings, verdict, warning } = words();
  const title = titleOf(finding);
  const explanation = explain(code)?.explanation;
  const advice = explanation === undefined ? undefined : ofVerifier(explanation);
  const components = severity === "mismatch" && result !== undefined ? result.components : [];
  return html`<li data-verdict=${severity} data-code=${code}>
    <p class="kind">${icon(severity)}${severity === "warning" ? warning : verdict[severity]} <code translate="no">${code}</code></p>
    <p class="message" lang=${title.isEnglish ? "en" : nothing}>${dataText(title.text)}</p>
    ${placeView(finding)}
    ${
      expected === null && computed === null
        ? nothing
        : html`<dl class="values">
            ${expected === null ? nothing : html`<div data-value="expected"><dt>${findings.expected}</dt><dd>${dataText(expected)}</dd></div>`}
            ${computed === null ? nothing : html`<div data-value="computed"><dt>${findings.found}</dt><dd>${dataText(computed)}</dd></div>`}
          </dl>`
    }
    ${components.length === 0 ? nothing : partsView(components)}
    ${severity === "mismatch" && result !== undefined && isBareHash(result) ? html`<p class="bare-hash">${findings.bareHash}</p>` : nothing}
    ${advice === undefined ? nothing : html`<p class="advice"><strong>${findings.advice}</strong> <span lang=${advice.isEnglish ? "en" : nothing}>${advice.text}</span></p>`}
  </li>`;
}

/** Whether a call differs of which nothing but the payload's hash was sealed, or all else agrees. */
function isBareHash({ result, components }: CallResult): boolean {
  return result === "mismatch" && !components.some((component) => component.result === "mismatch");
}

function placeView({ line, seq, call_id: call, member }: Finding): TemplateResult | typeof nothing {
  const { findings } = words();
  const places: unknown[] = [];
  const add = (name: string, template: string, value: string): void => {
    if (places.length > 0) places.push(" · ");
    places.push(html`<span data-place=${name}>${fill(template, { value: dataText(value) })}</span>`);
  };
  if (line !== null) add("line", findings.line, count(line));
  if (seq !== null) add("seq", findings.seq, count(seq));
  if (call !== null) add("call", findings.call, call);
  if (member !== null) add("member", findings.member, member);
  return places.length === 0 ? nothing : html`<p class="place">${places}</p>`;
}

function partsView(components: ComponentResult[]): TemplateResult {
  const { parts, part, expected, found } = words().findings;
  return html`<ul class="parts" aria-label=${parts}>
    ${components.map(
      ({ name, result, expected: sealed, computed }) =>
        html`<li data-part=${result}><span class="part-name">${dataText(name)} ${part[result]}</span>${
          result === "mismatch"
            ? html`<dl class="values">
                ${sealed === null ? nothing : html`<div><dt>${expected}</dt><dd>${dataText(sealed)}</dd></div>`}
                ${computed === null ? nothing : html`<div><dt>${found}</dt><dd>${dataText(computed)}</dd></div>`}
              </dl>`
            : nothing
        }</li>`,
    )}
  </ul>`;
}

customElements.define("findings-list", FindingsList);
