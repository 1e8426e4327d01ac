/** Icons. Each stands beside a word that says the same. */

import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

const ICONS = {
  verified: svg`<circle cx="24" cy="24" r="21"/><path d="m14.5 24.5 6.5 6.5 13-14"/>`,
  mismatch: svg`<path d="M15.3 3h17.4L45 15.3v17.4L32.7 45H15.3L3 32.7V15.3z"/><path d="M14 20h20M14 28h20M29 14 19 34"/>`,
  revoked: svg`<circle cx="24" cy="24" r="21"/><path d="m9.5 38.5 29-29"/>`,
  not_proven: svg`<circle cx="24" cy="24" r="21" stroke-dasharray="8 5.2"/><path d="M18 18.5c.4-3.3 3-5 6-5 3.3 0 6 2 6 5 0 4.5-6 4.5-6 9.5"/><path d="M24 34.5v.01"/>`,
  warning: svg`<circle cx="24" cy="24" r="21"/><path d="M24 22v12M24 14.5v.01"/>`,
  proven: svg`<path d="m10 25 10 10 19-21"/>`,
  failed: svg`<path d="m12 12 24 24M36 12 12 36"/>`,
  not_checked: svg`<path d="M12 24h24"/>`,
  sealed: svg`<rect x="8" y="6" width="32" height="36" rx="4"/><path d="m16 25 6 6 11-12"/>`,
  event: svg`<circle cx="24" cy="24" r="8"/>`,
  key: svg`<circle cx="15" cy="24" r="9"/><path d="M24 24h20v8M36 24v6"/>`,
  checkpoint: svg`<path d="M11 44V5h26l-7 9 7 9H11"/>`,
  anchor: svg`<circle cx="24" cy="9" r="5"/><path d="M24 14v29M8 27c0 10 7 16 16 16s16-6 16-16M16 21h16"/>`,
  gap: svg`<path d="M24 4v10M24 34v10M12 19h24M12 29h24"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" data-icon=${name} viewBox="0 0 48 48" aria-hidden="true" focusable="false">${ICONS[name]}</svg>`;
}
