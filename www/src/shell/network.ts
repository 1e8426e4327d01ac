/** Counts what the page requests, and what its policy forbids it. */

import type { RequestCount } from "../views/network.js";

class Network extends EventTarget implements RequestCount {
  sinceOpened: number | undefined;
  blocked = 0;
  #opened = Infinity;

  constructor() {
    super();
    new PerformanceObserver((list) => this.#count(list.getEntries())).observe({ type: "resource" });
    document.addEventListener("securitypolicyviolation", () => {
      this.blocked += 1;
      this.#tell();
    });
  }

  /** From here on: the first file is given. */
  begin(): void {
    if (this.sinceOpened !== undefined) return;
    this.sinceOpened = 0;
    this.#opened = performance.now();
    this.#tell();
  }

  #count(entries: PerformanceEntryList): void {
    // What lies in memory is no request. What was requested before may be told of later.
    const requests = entries.filter(({ name, startTime }) => startTime >= this.#opened && !/^(?:blob|data):/.test(name)).length;
    if (requests === 0) return;
    this.sinceOpened = (this.sinceOpened ?? 0) + requests;
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new Event("change"));
  }
}

export const network = new Network();
