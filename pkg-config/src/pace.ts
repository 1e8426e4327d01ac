// Long runs give way: timers, aborts and other requests get their turn between two stretches of work.

/** Milliseconds between two turns. */
const STRETCH = 10;
/** Bytes of plain text between two turns, where the clock stands still between them: on workerd it does. */
const STRETCH_BYTES = 4 << 20;

/** Gives way whenever another stretch of work is done. */
export class Pace {
  #since = performance.now();
  #next = STRETCH_BYTES;

  /** `work`: bytes of plain text so far. */
  async keep(work: number): Promise<void> {
    if (work < this.#next && performance.now() - this.#since < STRETCH) return;
    await nextTask();
    this.#next = work + STRETCH_BYTES;
    this.#since = performance.now();
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers hold timers back by four milliseconds. Edge runtimes have setImmediate and refuse it.
    if (typeof MessageChannel !== "function") return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
