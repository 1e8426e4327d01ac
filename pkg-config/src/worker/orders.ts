// What is said between a run and its threads.

import type { CallVerifyError } from "../errors.js";
import type { OwnBytes } from "../input.js";
import type { CompiledModule } from "../module.js";

/** First the module and the options, then lines to fold, which are moved and not copied. */
export type Order = { module: CompiledModule; options: string } | { lines: OwnBytes };

/** One for each order, in their order. */
export type Answer =
  | { kind: "ready" }
  /** The lines come back, so that their memory can be used again. */
  | { kind: "folded"; segment: OwnBytes; lines: OwnBytes }
  /** As the core would have refused them here. */
  | { kind: "refused"; code: CallVerifyError["code"]; message: string }
  /** The thread is of no use. */
  | { kind: "unable" };

/** A thread as the run sees it. */
export interface Thread {
  tell(order: Order, moved: ArrayBuffer[]): void;
  /** Ends it, whatever it is doing. */
  end(): void;
}

/** Starts a thread, or throws. Both are called for as long as it has not been ended. */
export type Start = (answered: (answer: Answer) => void, died: () => void) => Thread;
