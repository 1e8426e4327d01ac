// The benchmarks run, over too little to measure anything.

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

test("the benchmark of a log verifies receipts in four ways, asks a witness and writes tiles", () => {
  const few = ["--calls", "40", "--receipts", "3", "--requests", "32", "--rounds", "1"];
  const printed = execFileSync("node", [path("benches/log.mjs"), "--program", process.env.CALL_VERIFY, "--profile", "dev", ...few], { encoding: "utf8" });
  const rows = printed.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.slice(2, -2).split(" | "));
  const names = rows.map(([name]) => name);
  for (const name of ["JavaScript over @noble/curves and @noble/hashes", "JavaScript over node:crypto", "call-stream-verify", "native"]) assert.ok(names.includes(name), printed);
  for (const name of ["Ed25519", "ML-DSA-44"]) assert.equal(names.filter((other) => other === name).length, 4, printed);
  assert.equal(names.filter((name) => /^(export|verify), of /.test(name)).length, 3, printed);
  for (const row of rows) assert.ok(row.length > 1 && !row.some((cell) => /NaN|Infinity|undefined/.test(cell)), row.join());
});
