import { fold } from "../core.js";
import { CallVerifyError } from "../errors.js";
import { guarded, init } from "../module.js";
import type { Answer, Order } from "./orders.js";

/** What a thread does with its orders. */
export function folding(answer: (answer: Answer, moved: ArrayBuffer[]) => void): (order: Order) => Promise<void> {
  let options = "";
  return async (order) => {
    if ("module" in order) {
      options = order.options;
      const loaded = init({ module: order.module });
      return loaded.then(
        () => answer({ kind: "ready" }, []),
        () => answer({ kind: "unable" }, []),
      );
    }
    const { lines } = order;
    try {
      const segment = guarded(() => fold(lines, options));
      answer({ kind: "folded", segment, lines }, [segment.buffer, lines.buffer]);
    } catch (error) {
      answer(error instanceof CallVerifyError ? { kind: "refused", code: error.code, message: error.message } : { kind: "unable" }, []);
    }
  };
}
