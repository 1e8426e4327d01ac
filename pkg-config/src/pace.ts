// Long runs give way: timers, aborts and other requests get their turn between two stretches of work.

/** Bytes of plain text between two turns: some ten milliseconds. */
const STRETCH = 4 << 20;

/** Gives way whenever another stretch of work is done. */
export class Pace {
  #next = STRETCH;

  /** `work`: bytes of plain text so far. */
  async keep(work: number): Promise<void> {
    if (work < this.#next) return;
    this.#next = work + STRETCH;
    await nextTask();
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
    } else if (typeof MessageChannel === "function") {
      // Browsers hold timers back by four milliseconds.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    } else {
      setTimeout(resolve);
    }
  });
}
