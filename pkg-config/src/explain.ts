// The texts stand here and not in the WebAssembly, which most users load without ever asking for them.

import { explanations } from "./explanations.js";
import type { Explanation } from "./report.js";

export type { Code } from "./codes.js";
export type { Explanation } from "./report.js";

const byCode: ReadonlyMap<string, Explanation> = /* @__PURE__ */ new Map(explanations.map((each) => [each.code, each]));

/** What a code means and what to do about it; undefined for a word that is no code. */
export function explain(code: string): Explanation | undefined {
  return byCode.get(code);
}
