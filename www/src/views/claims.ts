/** Claims: what failed, what is proven, and by name everything that is not. */

import type { Claim, Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import { ofVerifier } from "../session/sentence.js";
import { words } from "../words/index.js";
import { dataText } from "./data-text.js";
import { icon } from "./icon.js";

const GROUPS: readonly Claim["state"][] = ["failed", "proven", "not_checked"];

export function claimsView({ claims }: Report): TemplateResult[] {
  return GROUPS.flatMap((state) => {
    const members = Object.entries(claims).filter(([, claim]) => claim.state === state);
    return members.length === 0 ? [] : [groupView(state, members)];
  });
}

export function claimName(name: string): string {
  const names: Readonly<Record<string, string>> = words().claims.name;
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

function groupView(state: Claim["state"], members: [string, Claim][]): TemplateResult {
  const { claims } = words();
  return html`<section aria-labelledby="claims-${state}">
    <h3 id="claims-${state}">${claims[state]}</h3>
    <ul class="claims" data-state=${state}>
      ${members.map(
        ([name, claim]) => {
          const why = ofVerifier(claim.why);
          return html`<li data-claim=${name}>${icon(state)}<div>
            <p class="title"><strong>${dataText(claimName(name))}</strong> <span class="state">${claims.state[state]}</span></p>
            <p lang=${why.isEnglish ? "en" : nothing}>${dataText(why.text)}</p>
          </div></li>`;
        },
      )}
    </ul>
  </section>`;
}
