/** The reader's own key as a validator: in memory, and in the browser only if that is asked for. */

import type { ValidatorKey } from "call-stream-verify";
import { canRemember } from "./trust.js";

const KEPT = "call-stream-verify/validator-key";

/** The secret key kept in this browser. */
export function keptKey(): string | undefined {
  if (!canRemember()) return undefined;
  try {
    return localStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether the browser keeps it. */
export function keepKey({ key }: ValidatorKey): boolean {
  try {
    localStorage.setItem(KEPT, key);
    return true;
  } catch {
    return false;
  }
}

export function forgetKey(): void {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // A browser that lets nothing be removed has kept nothing.
  }
}
