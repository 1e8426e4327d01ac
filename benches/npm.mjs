// How fast the npm package verifies under Node, against what one would write in JavaScript, in one run.
//
//   cargo xtask bench npm
//
// runs this with a bundle of 100,000 entries. The JavaScript does less: hashes and links of entries only. All begin with the same bytes in
// memory; competitors take turns in each round; medians. Processor time counts all threads, and a busy machine changes it less than the
// clock on the wall; what two threads save shows on the wall only.

import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { sha256 as noble } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { sealCall, Verifier, verify } from "call-stream-verify";
import { verify as verifyDivided } from "call-stream-verify/worker";
import canonicalize from "canonicalize";
import { createSHA256 } from "hash-wasm";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { rounds: { type: "string", default: "9" } } });
const rounds = Number(values.rounds);
const bytes = readFileSync(positionals[0]);

const isEntry = (line) => line.startsWith('{"type":"entry"');
const linesOf = (bytes) => new TextDecoder().decode(bytes).split("\n").filter(isEntry);
const entries = linesOf(bytes);

const nodeCrypto = crypto.hash ? (text) => crypto.hash("sha256", text) : (text) => crypto.createHash("sha256").update(text).digest("hex");
const hasher = await createSHA256();
const hashWasm = (text) => hasher.init().update(text).digest("hex");

const straightforward = (sha256) => () => {
  let previous;
  for (const line of linesOf(bytes)) {
    const { entry, entry_hash } = JSON.parse(line);
    const hash = sha256(canonicalize(entry));
    if (hash !== entry_hash || (previous !== undefined && entry.prev_hash !== previous)) throw new Error("the bundle is not whole");
    previous = hash;
  }
};

const trust = { minLevel: "L2", chainOnly: true };
const whole = (run, options) => async () => {
  const { verdict } = await run(bytes, { ...trust, ...options });
  if (verdict !== "verified") throw new Error(verdict);
};

const median = (list) => list.toSorted((one, other) => one - other)[list.length >> 1];

/** Medians of the time each takes, in milliseconds. */
async function race(competitors) {
  const times = new Map(competitors.map(([name]) => [name, { processor: [], wall: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of competitors) {
      const cpu = process.cpuUsage();
      const start = performance.now();
      await run();
      const { wall, processor } = times.get(name);
      wall.push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      processor.push((user + system) / 1000);
    }
  }
  return [...times].map(([name, { processor, wall }]) => ({ name, processor: median(processor), wall: median(wall) }));
}

function print(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"), "\n");
}

const throughput = await race([
  ["JSON.parse + canonicalize + node:crypto", straightforward(nodeCrypto)],
  ["JSON.parse + canonicalize + @noble/hashes", straightforward((text) => bytesToHex(noble(utf8ToBytes(text))))],
  ["JSON.parse + canonicalize + hash-wasm", straightforward(hashWasm)],
  ["call-stream-verify", whole(verify)],
  ["call-stream-verify/worker, jobs 2", whole(verifyDivided, { jobs: 2 })],
  ["node:crypto over the lines, nothing else", () => entries.forEach(nodeCrypto)],
]);

/** A bundle of one call, sealed by the package itself. */
function oneCall() {
  const tenant_id = "7e57d004-2b97-4e7a-b45f-5387367791cd";
  const time = "2026-10-01T08:00:00Z";
  const header = canonicalize({ created_at: time, format: "call-stream-verify/1", hash: "sha-256", origin: "callstream.example/audit/one", tenant_id });
  const start = nodeCrypto(header);
  const call = `{"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","tenant_id":"${tenant_id}","timestamp":"${time}","caller":"anonymous","direction":"inbound","duration":105,"disposition":"completed","answered":true,"transferred":false,"abandoned":false,"ai_agent":"CSAI","sentiment":"neutral","purpose":"reservation","transcript":"AI: good evening"}`;
  const statement = { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true };
  const { entry } = sealCall(call, { chain: { tenantId: tenant_id, size: 0, head: start, versions: [] }, statement, at: time });
  const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${header},"range":{"start":0,"end":1},"prev_hash":"${start}","exported_at":"${time}"}\n`;
  return [
    manifest,
    `{"type":"entry","seq":0,"entry_hash":"${entry.entry_hash}","entry":${entry.text}}\n{"type":"call","call":${call}}\n`,
    `{"type":"end","entries":1,"calls":1,"head":"${entry.entry_hash}","envelope":"${nodeCrypto(manifest)}"}\n`,
  ].join("");
}

/** Milliseconds in fresh processes: until the package can be used, and until the first verdict of a bundle of one call. */
function firsts() {
  const script = `
    const bundle = process.env.BUNDLE;
    const start = performance.now();
    const { init, verify } = await import("call-stream-verify");
    await init();
    const ready = performance.now();
    const { verdict } = await verify(bundle, { minLevel: "L2" });
    if (verdict !== "verified") throw new Error(verdict);
    console.log(JSON.stringify([ready - start, performance.now() - start]));`;
  const cwd = new URL(".", import.meta.url);
  const options = { cwd, env: { ...process.env, BUNDLE: oneCall() } };
  const runs = Array.from({ length: rounds }, () => JSON.parse(execFileSync("node", ["--input-type=module", "--eval", script], options)));
  return [0, 1].map((place) => median(runs.map((times) => times[place])));
}

/** What it costs to stop a run here and to go on with it elsewhere. */
async function states(name, input) {
  const verifier = new Verifier(trust);
  verifier.push(input);
  const state = verifier.save();
  const times = await race([
    ["save", () => verifier.save()],
    ["resume", () => Verifier.resume(state).free()],
  ]);
  verifier.free();
  return [name, `${(state.length / 1024).toFixed(1)} KiB`, ...times.map(({ wall }) => `${wall.toFixed(2)} ms`)];
}

const [{ model }] = cpus();
console.log(`${entries.length} entries, ${(bytes.length / 1e6).toFixed(1)} MB, ${rounds} rounds; Node ${process.version}, ${cpus().length} x ${model}\n`);
const [first] = throughput;
const times = (one, other) => `${(one / other).toFixed(2)} x`;
print(
  ["verification", "processor, ns an entry", "wall, ns an entry", "entries/s", "MB/s", "processor, times as fast", "wall, times as fast"],
  throughput.map(({ name, processor, wall }) => [
    name,
    ((processor * 1e6) / entries.length).toFixed(0),
    ((wall * 1e6) / entries.length).toFixed(0),
    ((entries.length * 1000) / wall).toFixed(0),
    (bytes.length / 1000 / wall).toFixed(0),
    times(first.processor, processor),
    times(first.wall, wall),
  ]),
);
const [ready, verdict] = firsts();
print(["in a fresh process", "ms"], [["import and init", ready.toFixed(1)], ["import, init and the first verdict of one call", verdict.toFixed(1)]]);
print(["a state", "size", "save", "resume"], [await states("of one call", oneCall()), await states("of this bundle", bytes)]);
