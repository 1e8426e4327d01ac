// The README's way from an empty database to a verified export, as it stands.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { folder, install } from "../edge/desk.mjs";
import { judged } from "./support/ledger.mjs";
import { Server } from "./support/server.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const script = [...readme.matchAll(/^```sh ledger\n([^]*?)^```$/gm)].map(([, block]) => block).join("");
let server;

before(async () => {
  install();
  server = await Server.start();
});

after(() => server?.stop());

/** Runs it in the project; what it printed. */
function run(text) {
  const { CALL_VERIFY, POSTGRES_BIN, PATH } = process.env;
  const env = {
    ...process.env,
    PATH: [dirname(CALL_VERIFY), POSTGRES_BIN, PATH].join(delimiter),
    PGHOST: "127.0.0.1",
    PGPORT: String(server.port),
    PGUSER: "postgres",
    npm_config_prefer_offline: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
  };
  const ended = spawnSync("sh", ["-eu", "-c", text], { cwd: folder, env, encoding: "utf8" });
  assert.equal(ended.status, 0, ended.stderr);
  return ended.stdout;
}

const bundle = () => readFileSync(join(folder, "export.ndjson"));
const vkey = () => readFileSync(join(folder, "log.vkey"), "utf8").trim();

test("it takes 10 commands at most", () => {
  const commands = script.replace(/<<'END'\n[^]*?^END$/gm, "").trim().split("\n");
  assert.ok(commands.length > 3 && commands.length <= 10, commands.join("\n"));
  assert.match(commands.at(-1), /^call-verify verify /);
});

test("it ends with a verified export of the call", () => {
  assert.match(run(script), /Verified/);
  const report = judged(bundle(), ["--key", vkey()]);
  assert.deepEqual([report.verdict, report.level, report.calls.verified, report.findings], ["verified", "L3", 1, []]);
  // The microseconds that a Date would lose.
  assert.match(bundle().toString(), /"timestamp":"2026-10-01T08:00:00.123456Z"/);
});

test("what follows changes nothing, and a call that is changed afterwards is found", () => {
  const before = judged(bundle(), ["--key", vkey()]).as_of.head;
  run("node ledger.mjs");
  assert.equal(judged(bundle(), ["--key", vkey()]).as_of.head, before);
  run("psql calls --quiet -c 'update calls set duration = 15, finalized = false' && node ledger.mjs");
  const { verdict, findings } = judged(bundle(), ["--key", vkey()]);
  assert.deepEqual([verdict, findings[0].code], ["mismatch", "call-mismatch"]);
});
