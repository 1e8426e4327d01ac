// The script of a thread in Node and Bun.

import { parentPort } from "node:worker_threads";
import { folding } from "./folding.js";

const orders = folding((answer, moved) => parentPort?.postMessage(answer, moved));

parentPort?.on("message", (order) => void orders(order));
