// The benchmark runs, over too little to measure anything.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the benchmark seals with 1, 8 and 32 writers, and exports", () => {
  const bench = fileURLToPath(new URL("../../benches/postgres.mjs", import.meta.url));
  const printed = execFileSync("node", [bench, "--seals", "64", "--calls", "40"], { encoding: "utf8" });
  const rows = printed.split("\n").filter((line) => /^\| [0-9]/.test(line)).map((line) => line.slice(2).trim().split("|").filter(Boolean).map(Number));
  assert.deepEqual(rows.map(([first, second]) => [first, second]).slice(0, 5), [[1, 1], [8, 8], [32, 8], [8, 1], [32, 1]], printed);
  assert.deepEqual(rows.slice(5).map((row) => [row[0], row.length]), [[40, 4], [40, 2]], printed);
  for (const row of rows) assert.ok(row.every((value) => Number.isFinite(value) && value >= 0), printed);
  for (const [, , rate, median, , slowest] of rows.slice(0, 5)) assert.ok(rate > 0 && median > 0 && median <= slowest, printed);
});
