// The explanations, which are a table and need no WebAssembly.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explain } from "call-stream-verify/explain";

test("every code explains itself", () => {
  const source = readFileSync(new URL("../../pkg-config/src/codes.ts", import.meta.url), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "([a-z0-9-]+)"/gm)].map(([, code]) => code);
  assert.ok(codes.length > 50);
  for (const code of codes) {
    const explanation = explain(code);
    assert.equal(explanation.code, code);
    assert.ok(explanation.sentence.length > 0 && explanation.explanation.length > 0);
  }
  for (const word of ["", "Internal", "no-such-code", "__proto__"]) assert.equal(explain(word), undefined);
});
