// A PostgreSQL server of a test file's own: in a temporary directory, on a free port, gone when the file ends.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

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

const packageOf = (version) => fileURLToPath(new URL(`../node_modules/postgresql-${version}/native`, import.meta.url));
/** The versions that npm has for this machine, beside Debian's. */
export const VERSIONS = ["16", "17", "18"].filter((version) => existsSync(packageOf(version)));
if (VERSIONS.length === 0) console.log("skipped: PostgreSQL 16 to 18: npm has no server for this machine");

const copies = new Map();

/** The programs of a version's server, where whoever runs it may read them. */
function programsOf(version) {
  if (!copies.has(version)) {
    const folder = mkdtempSync(join(tmpdir(), `call-stream-verify-postgresql-${version}-`));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    cpSync(packageOf(version), folder, { recursive: true });
    chmodSync(folder, 0o755);
    // A package holds no links.
    for (const { source, target } of JSON.parse(readFileSync(join(folder, "pg-symlinks.json"), "utf8"))) {
      const link = join(folder, "lib", basename(target));
      if (!existsSync(link)) symlinkSync(basename(source), link);
    }
    copies.set(version, join(folder, "bin"));
  }
  return copies.get(version);
}

export class Server {
  #user = unprivileged();
  #folder = mkdtempSync(join(tmpdir(), "call-stream-verify-postgres-"));
  #settings;
  #programs;
  #child;
  port;

  /** Debian's, if no version is named. */
  static async start(settings = {}, version = null) {
    const server = new Server();
    server.#programs = version === null ? POSTGRES_BIN : programsOf(version);
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
    const made = spawnSync(join(server.#programs, "initdb"), options, { cwd: "/", encoding: "utf8", ...server.#user });
    assert.equal(made.status, 0, made.stderr);
    server.port = await freePort();
    await server.run();
    return server;
  }

  /** Starts it, again after a crash; resolves when it answers. */
  async run() {
    const settings = Object.entries(this.#settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["-D", join(this.#folder, "data"), "-h", "127.0.0.1", "-p", String(this.port), "-k", this.#folder, ...settings];
    this.#child = spawn(join(this.#programs, "postgres"), args, { cwd: "/", stdio: ["ignore", "ignore", "pipe"], ...this.#user });
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
