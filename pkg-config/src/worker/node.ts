import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { init } from "../node.js";
import { dividing } from "./divided.js";
import type { Start } from "./orders.js";

const start: Start = (answered, died) => {
  // The flags of the program, such as --eval, are not meant for this script.
  const worker = new Worker(new URL("./thread-node.js", import.meta.url), { execArgv: [] });
  worker.on("message", answered).on("messageerror", died).on("error", died).on("exit", died);
  return { tell: (order, moved) => worker.postMessage(order, moved), end: () => void worker.terminate() };
};

export const verify = dividing({ init, parallelism: availableParallelism, start });
