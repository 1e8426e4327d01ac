// A PostgreSQL server of a test file's own: in a temporary directory, on a free port, gone when the file ends.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const { POSTGRES_BIN } = process.env;
assert.ok(POSTGRES_BIN, "POSTGRES_BIN is set by `cargo xtask test postgres`");

// The server refuses to be run by root.
const unprivileged = () => {
  if (process.getuid() !== 0) return {};
  const numberOf = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: numberOf("-u"), gid: numberOf("-g") };
};

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Server {
  #user = unprivileged();
  #folder = mkdtempSync(join(tmpdir(), "call-stream-verify-postgres-"));
  #settings;
  #child;
  port;

  static async start(settings = {}) {
    const server = new Server();
    // What is tested is what a crash of the server leaves, not one of the machine.
    server.#settings = { fsync: "off", max_connections: "200", ...settings };
    if (server.#user.uid !== undefined) chownSync(server.#folder, server.#user.uid, server.#user.gid);
    chmodSync(server.#folder, 0o700);
    process.on("exit", () => {
      server.#child?.kill("SIGKILL");
      rmSync(server.#folder, { recursive: true, force: true });
    });
    const data = join(server.#folder, "data");
    const options = ["--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"];
    const made = spawnSync(join(POSTGRES_BIN, "initdb"), options, { cwd: "/", encoding: "utf8", ...server.#user });
    assert.equal(made.status, 0, made.stderr);
    server.port = await freePort();
    await server.run();
    return server;
  }

  /** Starts it, again after a crash; resolves when it answers. */
  async run() {
    const settings = Object.entries(this.#settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["-D", join(this.#folder, "data"), "-h", "127.0.0.1", "-p", String(this.port), "-k", this.#folder, ...settings];
    this.#child = spawn(join(POSTGRES_BIN, "postgres"), args, { cwd: "/", stdio: ["ignore", "ignore", "pipe"], ...this.#user });
    let said = "";
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      said = (said + text).slice(-4000);
    });
    for (let tries = 0; tries < 600; tries += 1) {
      assert.equal(this.#child.exitCode, null, said);
      if (this.program("pg_isready", ["-h", "127.0.0.1", "-p", String(this.port)]).status === 0) return;
      await sleep(50);
    }
    assert.fail(said);
  }

  /** One of PostgreSQL's own programs. */
  program(name, args, input = "", more = {}) {
    const env = { ...process.env, PGHOST: "127.0.0.1", PGPORT: String(this.port), PGUSER: "postgres", ...more };
    return spawnSync(join(POSTGRES_BIN, name), args, { cwd: "/", encoding: "utf8", env, input, maxBuffer: 1 << 28 });
  }

  address(user = "postgres", database = "postgres") {
    return `postgresql://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** Ends the server's process at once, as a crash does. */
  async kill() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    // Its children notice by themselves that it is gone, and must be gone before the next start.
    await sleep(300);
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGINT");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
