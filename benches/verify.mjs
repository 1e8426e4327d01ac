// How fast the wasm module verifies under Node, against what one would write in JavaScript, in one run.
//
//   WRITE=/tmp/large.ndjson cargo bench --bench verify
//   npm ci --prefix benches && node benches/verify.mjs /tmp/large.ndjson
//
// The JavaScript does less: hashes and links of entries only. Medians of rounds in which the competitors take turns, in processor time,
// which a busy machine changes less than the clock on the wall.
import { readFileSync } from "node:fs";
import * as crypto from "node:crypto";
import canonicalize from "canonicalize";
import { verify } from "call-stream-verify";

const bytes = readFileSync(process.argv[2]);
// Both begin with the bytes of the file in memory.
const linesOf = (bytes) => new TextDecoder().decode(bytes).split("\n").filter((line) => line.startsWith('{"type":"entry"'));
const entries = linesOf(bytes);
const rounds = 7;

const sha256 = crypto.hash
  ? (data) => crypto.hash("sha256", data)
  : (data) => crypto.createHash("sha256").update(data).digest("hex");

function straightforward() {
  let previous;
  for (const line of linesOf(bytes)) {
    const { entry, entry_hash } = JSON.parse(line);
    const hash = sha256(canonicalize(entry));
    if (hash !== entry_hash || (previous && entry.prev_hash !== previous)) throw new Error("the bundle is not whole");
    previous = hash;
  }
}

async function module() {
  const report = await verify(bytes, { minLevel: "L2", chainOnly: true });
  if (report.verdict !== "verified") throw new Error(report.verdict);
}

function hashes() {
  for (const line of entries) sha256(line);
}

const competitors = [
  ["JSON.parse + canonicalize 5.1.0 + node:crypto, hashes and links only", straightforward],
  ["whole verification by the wasm module", module],
  ["node:crypto SHA-256 of the same lines, nothing else", hashes],
];
const times = competitors.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [place, [, run]] of competitors.entries()) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    times[place].push(((user + system) * 1e3) / entries.length);
  }
}
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const medians = times.map(median);
console.log(`${entries.length} entries, ${(bytes.length / 1e6).toFixed(0)} MB, Node ${process.version}`);
for (const [place, [name]] of competitors.entries()) {
  const ratio = (medians[0] / medians[place]).toFixed(2);
  console.log(`${medians[place].toFixed(0).padStart(8)} ns an entry  ${ratio.padStart(6)} x the first  ${name}`);
}
