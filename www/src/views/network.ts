/** How many requests left the page since the file was opened, for who does not take the page's word for it. */

import { html, nothing, type TemplateResult } from "lit";
import { counted, words } from "../words/index.js";

/** Counts what the browser itself reports. Dispatches `change`. */
export interface RequestCount extends EventTarget {
  /** Since a file was first given; undefined before. */
  readonly sinceOpened: number | undefined;
  /** What a policy of the page did not let through. */
  readonly blocked: number;
}

export function requestsView({ sinceOpened, blocked }: RequestCount): TemplateResult {
  const { page } = words();
  return html`<p class="requests" data-requests=${sinceOpened ?? nothing}>
    ${sinceOpened === undefined ? page.requestsBefore : counted(sinceOpened, page.requests)} ${page.unplug}
    ${blocked === 0 ? nothing : html`<strong data-blocked=${blocked}>${counted(blocked, page.blocked)}</strong>`}
  </p>`;
}
