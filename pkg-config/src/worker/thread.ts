// The script of a thread where workers are those of the Web: browsers and Deno.

import { folding } from "./folding.js";
import type { Order } from "./orders.js";

const orders = folding((answer, moved) => postMessage(answer, { transfer: moved }));

addEventListener("message", (event: MessageEvent<Order>) => void orders(event.data));
