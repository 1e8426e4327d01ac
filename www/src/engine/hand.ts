/** The page's end of one worker: its order, its news, and questions to it. */

import { network } from "../shell/network.js";
import type { Answers, Asked, News, Order, Question } from "./orders.js";

/** A worker ended before it answered. */
export class Gone extends Error {}

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };

export class Hand {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #isGone = false;

  constructor(worker: Worker, order: Order, hear: (news: News) => void) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<News>) => {
      if (this.#isGone) return;
      if (data.kind === "answer") this.#settle(data.number)?.resolve(data.value);
      else if (data.kind === "failed") this.#settle(data.number)?.reject(new Error(data.message));
      else if (data.kind === "network") network.add(data);
      else hear(data);
    });
    const fail = (event: Event): void => {
      event.preventDefault();
      if (this.#isGone) return;
      this.end();
      hear({ kind: "refused", refusal: { code: "internal", message: "The verifier stopped or could not be loaded. Load the page again." } });
    };
    worker.addEventListener("error", fail);
    worker.addEventListener("messageerror", fail);
    worker.postMessage(order);
  }

  async ask<Name extends keyof Answers>(name: Name, ...of: Parameters<Answers[Name]>): Promise<ReturnType<Answers[Name]>> {
    if (this.#isGone) throw new Gone("What was read of the file was given back.");
    this.#number += 1;
    const number = this.#number;
    const question = { name, of } as Question;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    this.#worker.postMessage({ number, question } satisfies Asked);
    return (await answer) as ReturnType<Answers[Name]>;
  }

  /** Stops the worker wherever it is. */
  end(): void {
    this.#isGone = true;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Gone("What was read of the file was given back."));
    this.#waiting.clear();
  }

  #settle(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }
}
