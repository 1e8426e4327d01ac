import { guarded } from "./module.js";
import { ownOf, textOf } from "./options.js";
import type { Timestamp } from "./report.js";
import type { NewEntry } from "./seal.js";

/** Asks the core, and names the fixed members of the entry it gives beside its text. */
export function ask<T extends { entry: NewEntry | null }>(options: { at?: Timestamp | Date | undefined }, call: (text: string) => string): T {
  // The one clock of this package: the core reads none.
  const text = textOf(ownOf(options).at === undefined ? { ...options, at: new Date() } : options);
  const result: T = JSON.parse(guarded(() => call(text)));
  if (result.entry !== null) {
    const { entity_id, event_type, prev_hash, timestamp }: NewEntry = JSON.parse(result.entry.text);
    Object.assign(result.entry, { entity_id, event_type, prev_hash, timestamp });
  }
  return result;
}
