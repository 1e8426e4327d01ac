/** Commands ready to copy. */

import { html, nothing, type TemplateResult } from "lit";
import { fill, filled, words } from "../words/index.js";
import type { Shell, Why } from "./by-hand.js";

export interface Step {
  id: string;
  name: string;
  command: string;
}

export function stepsView(steps: readonly Step[], shell: Shell, why: Why | undefined, say: (text: string) => void): TemplateResult | typeof nothing {
  if (steps.length === 0) return nothing;
  const { detail } = words().inside;
  const code = (text: string): TemplateResult => html`<code translate="no">${text}</code>`;
  return html`<h5>${detail.byHand}</h5>
    <p class="help">${fill(detail.byHandHelp, { sha: code("sha256sum"), shasum: code("shasum -a 256") })}
      ${shell.isOwnName ? nothing : fill(detail.byHandName, { name: code(shell.file) })}
      ${why === "differs" ? fill(detail.byHandSed, { jq: code("jq") }) : why === "long" ? detail.byHandBig : nothing}</p>
    <ul class="steps">
      ${steps.map(
        ({ id, name, command }) => html`<li data-step=${id}>
          <p>${name}</p>
          <div class="command"><code translate="no" tabindex="0" role="group" aria-label=${name}>${command}</code>
            <button type="button" class="quiet" aria-label=${filled(detail.copyNamed, { name })} @click=${() => void copy(command, say)}>${detail.copy}</button></div>
        </li>`,
      )}
    </ul>`;
}

async function copy(text: string, say: (text: string) => void): Promise<void> {
  const { detail } = words().inside;
  try {
    await navigator.clipboard.writeText(text);
    say(detail.copied);
  } catch {
    say(detail.notCopied);
  }
}
