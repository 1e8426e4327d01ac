// Threads that are workers of the Web.

import type { Answer, Start } from "./orders.js";

export const start: Start = (answered, died) => {
  // Written in the one form that bundlers recognize.
  const worker = new Worker(new URL("./thread.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => answered(data));
  worker.addEventListener("messageerror", died);
  worker.addEventListener("error", (event) => {
    // Deno would end the program.
    event.preventDefault();
    died();
  });
  return {
    tell: (order, moved) => worker.postMessage(order, moved),
    end: () => worker.terminate(),
  };
};

export const parallelism = (): number => globalThis.navigator?.hardwareConcurrency ?? 1;
