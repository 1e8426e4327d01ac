/** Counts what the page and its workers request, and what its policy forbids them. */

import { requestsIn } from "./requests.js";
import type { RequestCount } from "../views/network.js";

class Network extends EventTarget implements RequestCount {
  sinceOpened: number | undefined;
  blocked = 0;
  #opened = Infinity;

  constructor() {
    super();
    new PerformanceObserver((list) => this.#count(list.getEntries())).observe({ type: "resource" });
    document.addEventListener("securitypolicyviolation", () => this.add({ requests: 0, blocked: 1 }));
  }

  /** From here on: the first file is given. */
  begin(): void {
    if (this.sinceOpened !== undefined) return;
    this.sinceOpened = 0;
    this.#opened = performance.now();
    this.#tell();
  }

  /** What a thread of the page tells; before a file is given, only what was forbidden counts. */
  add({ requests, blocked }: { requests: number; blocked: number }): void {
    this.blocked += blocked;
    if (this.sinceOpened !== undefined) this.sinceOpened += requests;
    this.#tell();
  }

  #count(entries: PerformanceEntryList): void {
    // What lies in memory is no request. What was requested before may be told of later.
    const requests = requestsIn(entries, this.#opened);
    if (requests > 0) this.add({ requests, blocked: 0 });
  }

  #tell(): void {
    this.dispatchEvent(new Event("change"));
  }
}

export const network = new Network();
