// Witnessing against PyPI's witness-log 0.6.1, which is a C2SP witness and a log that asks witnesses.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Desk, call, origin } from "./support.mjs";

const NAME = "witness.example/theirs";
const SEED = "20".repeat(32);

/** A process that answers a line by a line. */
class Speaker {
  constructor(program, args, options = {}) {
    this.child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], ...options });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async next() {
    const { value, done } = await this.lines.next();
    assert.ok(!done, "it ended");
    return value;
  }

  async ask(question) {
    this.child.stdin.write(`${JSON.stringify(question)}\n`);
    return JSON.parse(await this.next());
  }

  stop() {
    this.child.kill("SIGKILL");
  }
}

let theirs;
before(() => {
  theirs = new Speaker("python3", [fileURLToPath(new URL("witness_peer.py", import.meta.url))]);
});
after(() => theirs.stop());

/** Our witness over HTTP, in the desk; gives what it answers: status, type, body. */
async function ourWitness(t, desk, ...options) {
  const args = ["witness", "--key", "witness.key", "--state", "state", "--begin", "--listen", "127.0.0.1:0", ...options];
  const server = new Speaker(process.env.CALL_VERIFY, args, { cwd: desk.folder, stdio: ["pipe", "pipe", "ignore"] });
  t.after(() => server.stop());
  const address = (await server.next()).replace("listening on ", "");
  return async (body) => {
    const response = await fetch(`${address}add-checkpoint`, { method: "POST", body });
    return [response.status, await response.text(), response.headers.get("content-type")];
  };
}

/** A chain that grows to each of these sizes, signed at each. */
function notesOf(desk, sizes, first) {
  const notes = new Map();
  let vkey;
  let size = 0;
  for (const next of sizes) {
    const calls = Array.from({ length: next - size }, (_, n) => call(first + size + n));
    if (size === 0) {
      vkey = desk.seal(calls);
    } else {
      desk.write("more.ndjson", calls.map((record) => `${JSON.stringify(record)}\n`).join(""));
      desk.run("seal", "more.ndjson", "--chain", "chain.ndjson");
      desk.run("checkpoint", "chain.ndjson", "--key", "log.key", "-o", "note");
    }
    notes.set(next, desk.read("note").toString());
    size = next;
  }
  return { notes, vkey };
}

const request = (desk, notes, old, size) => {
  const proof = old === 0 || old > size ? "" : desk.run("prove", "consistency", "chain.ndjson", String(old), String(size));
  return `old ${old}\n${proof}\n${notes.get(size)}`;
};

test("witness-log cosigns our checkpoints, and its cosignatures make our export reach L4", async (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const { notes, vkey } = notesOf(desk, [1, 2, 3, 8, 21], 0);
  const witness = await theirs.ask({ witness: NAME, seed: SEED });
  assert.equal(await theirs.ask({ trust: [origin, vkey] }), true);
  let old = 0;
  let cosigned;
  for (const size of notes.keys()) {
    const [status, body] = await theirs.ask({ body: request(desk, notes, old, size) });
    assert.equal(status, 200, body);
    cosigned = notes.get(size) + body;
    old = size;
  }
  desk.write("cosigned", cosigned);
  desk.run("checkpoint", "chain.ndjson", "--add", "cosigned");
  desk.run("export", "chain.ndjson", "-o", "bundle.ndjson");
  desk.write("policy", `log ${vkey}\nwitness w ${witness}\nquorum w\n`);
  const report = JSON.parse(desk.run("verify", "bundle.ndjson", "--policy", "policy", "--chain-only", "--json"));
  assert.deepEqual([report.verdict, report.level], ["verified", "L4"]);
  console.log(`witness-log 0.6.1 (witness) | it cosigns ours, we verify | ${notes.size} checkpoints`);
});

test("both witnesses give the same status to every request", async (t) => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8];
  const [desk, other] = [new Desk(), new Desk()];
  t.after(() => [desk, other].forEach((folder) => folder[Symbol.dispose]()));
  const { notes, vkey } = notesOf(desk, sizes, 0);
  // The same key signs another history.
  other.write("log.key", desk.read("log.key"));
  const run = other.run.bind(other);
  other.run = (...args) => (args[0] === "keygen" ? vkey : run(...args));
  const fork = notesOf(other, sizes, 100);
  const stranger = new Desk();
  t.after(() => stranger[Symbol.dispose]());
  const forged = notesOf(stranger, [8], 0);

  desk.run("keygen", "witness.example/ours", "--witness", "-o", "witness.key");
  const ours = await ourWitness(t, desk, "--log", vkey);
  await theirs.ask({ witness: NAME, seed: SEED });
  await theirs.ask({ trust: [origin, vkey] });
  const seen = new Map();
  const both = async (body, name) => {
    const [mine, its] = [await ours(body), await theirs.ask({ body })];
    assert.equal(mine[0], its[0], `${name}: ${mine[0]} ${mine[1]} and ${its[0]} ${its[1]}`);
    if (mine[0] === 409) assert.deepEqual([mine[1], mine[2]], [its[1], its[2]]);
    seen.set(mine[0], (seen.get(mine[0]) ?? 0) + 1);
    return mine[0];
  };
  for (const held of [0, ...sizes]) {
    if (held > 0) assert.equal(await both(request(desk, notes, held - 1, held), `grow to ${held}`), 200);
    for (const old of [0, ...sizes]) {
      for (const size of sizes) {
        const grows = old === held && size >= old;
        if (!grows) await both(request(desk, notes, old, size), `${held}: ${old} to ${size}`);
        if (!grows || held > 0) await both(request(other, fork.notes, old, size), `${held}: fork, ${old} to ${size}`);
      }
    }
    if (held > 0) assert.equal(await both(request(desk, notes, held, held), `${held} once more`), 200);
  }
  const good = request(desk, notes, 8, 8);
  for (const [name, body] of Object.entries({
    "signed by another": `old 8\n\n${forged.notes.get(8)}`,
    "another origin": good.replaceAll(origin, `${origin}/x`),
    "another size": good.replace("\n8\n", "\n9\n"),
    "empty": "",
    "no old line": good.replace("old 8\n", ""),
    "leading zero": good.replace("old 8", "old 08"),
    "no hash": good.replace("old 8\n", "old 8\nhello\n"),
    "no empty line": good.replace("old 8\n\n", "old 8\n"),
    "no signature": good.slice(0, good.lastIndexOf("\n\n") + 2),
    "64 hashes": good.replace("old 8\n", `old 8\n${`${"A".repeat(43)}=\n`.repeat(64)}`),
    "a hash too many": good.replace("old 8\n", `old 8\n${"A".repeat(43)}=\n`),
  })) {
    await both(body, name);
  }
  assert.deepEqual([...seen.keys()].sort(), [200, 400, 403, 404, 409, 422]);
  const cases = [...seen.values()].reduce((sum, count) => sum + count);
  console.log(`witness-log 0.6.1 (witness) | same status as ours | ${cases} requests: ${[...seen].map((pair) => pair.join(" × ")).join(", ")}`);
});

test("witness-log's own log is cosigned by our witness, and takes the cosignature", async (t) => {
  const desk = new Desk();
  t.after(() => desk[Symbol.dispose]());
  const vkey = desk.run("keygen", "witness.example/ours", "--witness", "-o", "witness.key").trim();
  const [, trusted] = await theirs.ask({ log: 0 });
  const ours = await ourWitness(t, desk, "--log", trusted);
  const key = Buffer.from(vkey.split("+").slice(2).join("+"), "base64").subarray(1).toString("hex");
  let old = 0;
  let rounds = 0;
  for (const more of [1, 1, 1, 4, 9, 48]) {
    const [, , size] = await theirs.ask({ log: more });
    const body = await theirs.ask({ request: old });
    const [status, answer] = await ours(body);
    assert.equal(status, 200, answer);
    assert.equal(await theirs.ask({ accept: [key, answer] }), 1);
    assert.equal((await ours(body))[0], 409, "the same growth is asked for once");
    old = size;
    rounds += 1;
  }
  console.log(`witness-log 0.6.1 (log) | we cosign its, it verifies | ${rounds} checkpoints`);
});
