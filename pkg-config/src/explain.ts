// The texts stand here and not in the WebAssembly, which most users load without ever asking for them.

import { explanations } from "./explanations.js";
import type { Explanation } from "./report.js";

export type { Code } from "./codes.js";
export type { Explanation } from "./report.js";

/** What a code means and what to do about it; undefined for a word that is no code. */
export function explain(code: string): Explanation | undefined {
  const found = explanations.find(([name]) => name === code);
  if (found === undefined) return undefined;
  const [name, severity, sentence, explanation] = found;
  return { code: name, severity, sentence, explanation };
}
