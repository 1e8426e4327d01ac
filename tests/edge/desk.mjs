// A folder with the packed package and the templates in it, as a user has them, and programs that run there.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("../../pkg-config/", import.meta.url));

export const folder = mkdtempSync(join(tmpdir(), "call-stream-verify-edge-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The programs of this folder's packages. */
export const tool = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));

/** Packs the package, installs the tarball, and copies the templates out of it. */
export function install() {
  const npm = (...args) => execFileSync("npm", args, { cwd: folder, encoding: "utf8" });
  const [{ filename }] = Object.values(JSON.parse(npm("pack", packageFolder, "--json", "--ignore-scripts")));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  npm("install", `./${filename}`, "--offline", "--no-audit", "--no-fund");
  const installed = join(folder, "node_modules", "call-stream-verify");
  cpSync(join(installed, "templates"), join(folder, "templates"), { recursive: true });
  // The same, but that each handler says what becomes of its requests.
  cpSync(join(installed, "templates"), join(folder, "talking"), { recursive: true });
  for (const name of readdirSync(join(folder, "talking"), { recursive: true }).filter((each) => /\.(ts|js|mjs)$/.test(each) && !each.endsWith("checkpoint.mjs"))) {
    const path = join(folder, "talking", name);
    const text = readFileSync(path, "utf8");
    assert.equal(text.split("createHandler({").length, 2, name);
    writeFileSync(path, text.replace("createHandler({", "createHandler({ log: (event) => console.log(JSON.stringify(event)),"));
  }
  return JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server of its own process; resolves when it answers `health`. */
export async function serve(program, args, env, address, health) {
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => { said += text; });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  process.on("exit", () => child.kill("SIGKILL"));
  for (let tries = 0; tries < 300; tries += 1) {
    assert.ok(child.exitCode === null && child.signalCode === null, said);
    const response = await fetch(`${address}${health}`).catch(() => undefined);
    if (response?.ok) return { stop, said: () => said };
    await sleep(50);
  }
  await stop();
  assert.fail(`no answer: ${said}`);
}
