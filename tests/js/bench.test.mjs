// The benchmark runs, over a bundle that is too small to measure anything.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test("the benchmark compares whole verifications with plain JavaScript", () => {
  const printed = execFileSync("node", [path("benches/npm.mjs"), path("www/public/samples/honest.ndjson"), "--rounds", "1"], { encoding: "utf8" });
  const rows = printed.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.slice(2, -2).split(" | "));
  const names = rows.map(([name]) => name);
  for (const name of ["node:crypto", "@noble/hashes", "hash-wasm"]) assert.ok(names.includes(`JSON.parse + canonicalize + ${name}`), printed);
  for (const name of ["call-stream-verify", "call-stream-verify/worker, jobs 2", "import and init", "of this bundle"]) assert.ok(names.includes(name), printed);
  for (const row of rows) assert.ok(row.length > 1 && !row.some((cell) => /NaN|Infinity|undefined/.test(cell)), row.join());
});
