/** Asks a worker, and the page itself where no worker can be had: an old host, another origin, a policy against it. */

import { answered, type Answer, type Question } from "./question.js";

export async function asked(question: Question, signal: AbortSignal): Promise<Answer> {
  const answer = await byWorker(question, signal);
  return answer ?? answered(question, signal);
}

/** Undefined if no worker answers. */
function byWorker(question: Question, signal: AbortSignal): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    let worker: Worker;
    try {
      // Written in the one form that bundlers recognize.
      worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    } catch {
      return resolve(undefined);
    }
    const end = (answer: Answer | undefined): void => {
      worker.terminate();
      resolve(answer);
    };
    signal.addEventListener("abort", () => end(undefined));
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => end(data));
    worker.addEventListener("messageerror", () => end(undefined));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      end(undefined);
    });
    worker.postMessage(question);
  });
}
