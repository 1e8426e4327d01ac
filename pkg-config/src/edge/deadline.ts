// How long a request is worked on: until its time is over, or nobody waits for the answer any more.

import { Problem } from "./problem.js";

export class Deadline {
  readonly #controller = new AbortController();
  readonly #client: AbortSignal;
  readonly #left = (): void => this.#end(new Problem("client-closed", "The client has closed the request."));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over: Problem | undefined;
  #until = 0;
  #interrupt: ((reason: Problem) => void) | undefined;

  constructor(client: AbortSignal, milliseconds: number) {
    this.#client = client;
    this.restart(milliseconds);
    if (client.aborted) this.#left();
    else client.addEventListener("abort", this.#left);
  }

  /** Aborted as soon as the work is in vain. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it is over, if it is. */
  get over(): Problem | undefined {
    return this.#over;
  }

  restart(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#until = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.#late(), milliseconds);
  }

  throwIfOver(): void {
    // Timers don't fire while chunks come one on the heels of the other.
    if (performance.now() > this.#until) this.#late();
    if (this.#over !== undefined) throw this.#over;
  }

  /** Waits for `work`, but not longer than anybody waits for this. One wait at a time. */
  async wait<T>(work: Promise<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        work.then(resolve, reject);
        this.#interrupt = reject;
        if (this.#over !== undefined) reject(this.#over);
      });
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** Nothing is waited for any more. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#until = Infinity;
    this.#client.removeEventListener("abort", this.#left);
  }

  #late(): void {
    this.#end(new Problem("too-slow", "The request was not answered within the time limit of this service."));
  }

  #end(reason: Problem): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    this.#interrupt?.(reason);
    this.#controller.abort(reason);
  }
}
