/** The reader's own key as a validator: in memory, and in the browser only if that is asked for. */

import type { ValidatorKey } from "call-stream-verify";
import { drop, keep, kept } from "./kept.js";

const KEPT = "call-stream-verify/validator-key";

/** The secret key kept in this browser. */
export function keptKey(): string | undefined {
  return kept(KEPT);
}

/** Whether the browser keeps it. */
export function keepKey({ key }: ValidatorKey): boolean {
  return keep(KEPT, key);
}

export function forgetKey(): void {
  drop(KEPT);
}
