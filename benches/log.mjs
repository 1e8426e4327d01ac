// What a log costs those who rely on it: receipts verified, checkpoints cosigned over HTTP, tiles written and verified. One run.
//
//   cargo xtask bench log
//
// Receipts: the package and the native library against programs one would write in JavaScript, over @noble or node:crypto, which check less:
// the call's hash, the entry's, its path, and the log's signature. All verify the same receipts, one after the other, and take turns in
// each round; medians. A witness brings each new checkpoint to its disk before it answers, so its figures are those of the disk.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as crypto from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 as noble } from "@noble/hashes/sha2.js";
import { init, verifyReceipt } from "call-stream-verify";
import canonicalize from "canonicalize";

const { values } = parseArgs({
  options: {
    program: { type: "string" },
    profile: { type: "string", default: "bench" },
    calls: { type: "string", default: "50000" },
    receipts: { type: "string", default: "200" },
    requests: { type: "string", default: "400" },
    rounds: { type: "string", default: "9" },
  },
});
const [calls, receipts, requests, rounds] = ["calls", "receipts", "requests", "rounds"].map((name) => Number(values[name]));
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "call-verify-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const run = (...args) => execFileSync(values.program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1e9 });

const TENANT = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const ORIGIN = "callstream.example/audit/bench";
const idOf = (n) => `0d9c2b1e-6f3a-4c55-9b0e-${n.toString(16).padStart(12, "0")}`;
const record = (n) => ({
  call_id: idOf(n), tenant_id: TENANT, timestamp: "2026-10-01T10:00:00Z", caller: "anonymous", direction: "inbound", duration: 60 + n,
  disposition: "completed", answered: true, transferred: false, abandoned: false, ai_agent: "CSAI", sentiment: "neutral",
  purpose: "reservation", transcript: "AI: good evening, how may I help you?\nCaller: a table for two, please.\n".repeat(4) + n,
});

/** A signed chain of so many calls under this name; gives the log's vkey. */
function seal(name, count) {
  writeFileSync(join(folder, `${name}.calls`), Array.from({ length: count }, (_, n) => `${JSON.stringify(record(n))}\n`).join(""));
  const vkey = run("keygen", ORIGIN, "-o", `${name}.key`).trim();
  run("seal", `${name}.calls`, "--chain", name, "--tenant", TENANT, "--origin", ORIGIN);
  run("checkpoint", name, "--key", `${name}.key`);
  return vkey;
}

const median = (list) => list.toSorted((one, other) => one - other)[list.length >> 1];
const now = () => Number(process.hrtime.bigint());

function print(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"), "\n");
}

const concat = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** The straightforward verifier of receipts. */
function straightforward(sha256, verifySignature) {
  return (text, vkey) => {
    const { call, entry, entry_hash, proof } = JSON.parse(text);
    const hex = (bytes) => Buffer.from(bytes).toString("hex");
    assert.equal(hex(sha256(Buffer.from(JSON.stringify(call)))), entry.payload.canonical_payload_hash);
    const hash = sha256(Buffer.from(canonicalize(entry)));
    assert.equal(hex(hash), entry_hash);
    const [head, ...rest] = proof.split("\n\n");
    const [, position, ...path] = head.split("\n");
    const [body, lines] = [`${rest[0]}\n`, rest[1]];
    const [origin, size, root] = body.split("\n");
    let node = sha256(concat([0], hash));
    let [index, last] = [Number(position.split(" ")[1]), Number(size) - 1];
    for (const sibling of path.map((line) => Buffer.from(line, "base64"))) {
      if (index % 2 === 1 || index === last) {
        node = sha256(concat([1], sibling, node));
        while (index % 2 === 0 && index !== 0) [index, last] = [index >> 1, last >> 1];
      } else {
        node = sha256(concat([1], node, sibling));
      }
      [index, last] = [index >> 1, last >> 1];
    }
    assert.equal(Buffer.from(node).toString("base64"), root);
    const [name, id, key] = vkey.split("+", 2).concat(vkey.split("+").slice(2).join("+"));
    const signature = lines.split("\n").map((line) => line.split(" ")).find(([, signer]) => signer === name)[2];
    const bytes = Buffer.from(signature, "base64");
    assert.deepEqual([origin, hex(bytes.subarray(0, 4))], [name, id]);
    assert.ok(verifySignature(bytes.subarray(4), Buffer.from(body), Buffer.from(key, "base64").subarray(1)));
  };
}

const byNode = (signature, message, key) =>
  crypto.verify(null, message, crypto.createPublicKey({ key: concat(SPKI, key), format: "der", type: "spki" }), signature);

/** Receipts a second, and how many times as many as the first. */
async function receiptRace() {
  const vkey = seal("small", Math.min(calls, 1000));
  run("export", "small", "--calls", "small.calls", "-o", "small.ndjson");
  const count = Math.min(receipts, Math.min(calls, 1000));
  const taken = Array.from({ length: count }, (_, n) => {
    run("receipt", "small.ndjson", idOf(n), "-o", "receipt");
    return readFileSync(join(folder, "receipt"));
  });
  const files = { RECEIPTS: join(folder, "receipts"), POLICY: join(folder, "vkey") };
  writeFileSync(files.RECEIPTS, Buffer.concat(taken));
  writeFileSync(files.POLICY, vkey);
  await init();
  const each = (verify) => async () => {
    const start = now();
    for (const receipt of taken) await verify(receipt);
    return (now() - start) / count;
  };
  const [overNoble, overNode] = [straightforward(noble, (...args) => ed25519.verify(...args)), straightforward((bytes) => crypto.createHash("sha256").update(bytes).digest(), byNode)];
  const native = ["bench", "--quiet", "--package", "call-stream-verify", "--bench", "receipts", "--profile", values.profile];
  const competitors = [
    ["JavaScript over @noble/curves and @noble/hashes", each((receipt) => overNoble(receipt.toString(), vkey))],
    ["JavaScript over node:crypto", each((receipt) => overNode(receipt.toString(), vkey))],
    ["call-stream-verify", each(async (receipt) => assert.equal((await verifyReceipt(receipt, { policy: vkey })).verdict, "verified"))],
    ["native", async () => Number(execFileSync("cargo", native, { cwd: root, env: { ...process.env, ...files }, encoding: "utf8" }).trim().split("\n").at(-1))],
  ];
  const times = new Map(competitors.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, competitor] of competitors) times.get(name).push(await competitor());
  }
  const first = median(times.get(competitors[0][0]));
  const rows = [...times].map(([name, list]) => [name, (median(list) / 1000).toFixed(1), (1e9 / median(list)).toFixed(0), `${(first / median(list)).toFixed(2)} x`]);
  print([`${count} receipts`, "µs a receipt", "receipts/s", "times as fast"], rows);
}

/** A log in memory, which asks a witness. */
class Log {
  constructor(origin) {
    this.origin = origin;
    this.leaves = [];
    const { publicKey, privateKey } = crypto.generateKeyPairSync("ed25519");
    this.privateKey = privateKey;
    const key = concat([1], publicKey.export({ format: "der", type: "spki" }).subarray(-32));
    this.id = crypto.createHash("sha256").update(concat(`${origin}\n`, key)).digest().subarray(0, 4);
    this.vkey = `${origin}+${this.id.toString("hex")}+${key.toString("base64")}`;
  }

  static hash = (...parts) => crypto.createHash("sha256").update(concat(...parts)).digest();

  /** RFC 6962: the root of some leaves, and the proof that the first of them are their beginning. */
  static root(leaves) {
    if (leaves.length < 2) return leaves[0] ?? Log.hash("");
    const at = Log.split(leaves.length);
    return Log.hash([1], Log.root(leaves.slice(0, at)), Log.root(leaves.slice(at)));
  }

  static split = (length) => 2 ** Math.floor(Math.log2(length - 1));

  static proof(leaves, old, isWhole = true) {
    if (old === leaves.length) return isWhole ? [] : [Log.root(leaves)];
    const at = Log.split(leaves.length);
    const [left, right] = [leaves.slice(0, at), leaves.slice(at)];
    return old <= at ? [...Log.proof(left, old, isWhole), Log.root(right)] : [...Log.proof(right, old - at, false), Log.root(left)];
  }

  /** The request for one leaf more. */
  grow() {
    const old = this.leaves.length;
    this.leaves.push(Log.hash([0], String(old), this.origin));
    return this.request(old);
  }

  request(old) {
    const proof = old === 0 ? [] : Log.proof(this.leaves, old);
    const body = `${this.origin}\n${this.leaves.length}\n${Log.root(this.leaves).toString("base64")}\n`;
    const signature = concat(this.id, crypto.sign(null, Buffer.from(body), this.privateKey)).toString("base64");
    return `old ${old}\n${proof.map((hash) => `${hash.toString("base64")}\n`).join("")}\n${body}\n— ${this.origin} ${signature}\n`;
  }
}

/** Requests a second that a witness answers. */
async function witnessing() {
  const LOGS = 16;
  const logs = Array.from({ length: LOGS }, (_, n) => new Log(`log.example/${n}`));
  const rows = [];
  for (const [kind, flags] of [["Ed25519", []], ["ML-DSA-44", ["--ml-dsa"]]]) {
    const key = `${kind}.key`;
    run("keygen", "witness.example/w", "--witness", ...flags, "-o", key);
    const args = ["witness", "--key", key, "--state", `${kind}.state`, "--begin", "--listen", "127.0.0.1:0", ...logs.flatMap(({ vkey }) => ["--log", vkey])];
    const server = spawn(values.program, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    const { value } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
    const url = `${value.replace("listening on ", "")}add-checkpoint`;
    const ask = async (body) => {
      const response = await fetch(url, { method: "POST", body });
      const text = await response.text();
      assert.equal(response.status, 200, text);
    };
    for (const log of logs) log.leaves = [];
    /** So many clients, each with logs of its own, until all requests are answered. */
    const measure = async (name, clients, make) => {
      const bodies = Array.from({ length: clients }, (_, client) => Array.from({ length: Math.ceil(requests / clients) }, () => make(logs[client])));
      const start = now();
      await Promise.all(bodies.map(async (list) => {
        for (const body of list) await ask(body);
      }));
      const seconds = (now() - start) / 1e9;
      const count = bodies.flat().length;
      rows.push([kind, name, clients, count, (count / seconds).toFixed(0), ((seconds * 1000 * clients) / count).toFixed(2)]);
    };
    await measure("a larger checkpoint each time", 1, (log) => log.grow());
    await measure("the same one again", 1, (log) => log.request(log.leaves.length));
    await measure("a larger checkpoint each time", LOGS, (log) => log.grow());
    await measure("the same one again", LOGS, (log) => log.request(log.leaves.length));
    server.kill();
  }
  print(["witness, key", "request", "clients, each a log", "requests", "requests/s", "ms a request"], rows);
}

/** Tiles written and verified. */
function tiles() {
  const vkey = seal("large", calls);
  const { size } = statSync(join(folder, "large"));
  const time = (work) => {
    const start = now();
    work();
    return (now() - start) / 1e9;
  };
  const writes = Array.from({ length: 3 }, (_, n) => time(() => run("export", "large", "--tiles", `tiles-${n}`)));
  const reads = Array.from({ length: 3 }, () => time(() => run("verify", "--tiles", "tiles-0", "--key", vkey)));
  const written = readdirSync(join(folder, "tiles-0"), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath ?? file.path, file.name)).size, 0);
  const row = (name, seconds, bytes) => [name, seconds.toFixed(2), (bytes / 1e6).toFixed(1), (bytes / 1e6 / seconds).toFixed(0), (calls / seconds).toFixed(0)];
  print(
    [`tiles of ${calls} entries`, "s", "MB", "MB/s", "entries/s"],
    [
      row("export, of the chain that is read and verified for it", median(writes), size),
      row("export, of what is written", median(writes), written),
      row("verify, of what is read", median(reads), written),
    ],
  );
}

console.log(`${rounds} rounds; Node ${process.version}, ${cpus().length} x ${cpus()[0].model}\n`);
await receiptRace();
await witnessing();
tiles();
