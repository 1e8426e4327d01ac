// A folder of a test file's own, gone when it ends, with the packed package installed as its users install it.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL("../", import.meta.url));
const packageFolder = fileURLToPath(new URL("../../../pkg-config/", import.meta.url));

/** The programs of this folder's packages. */
export const tool = (name) => join(here, "node_modules", ".bin", name);

export const folder = mkdtempSync(join(tmpdir(), "call-stream-verify-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file below the folder and returns its path. */
export function put(name, contents) {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

/** A program's output; anything but exit status 0 rejects with what it said. */
export async function output(program, args, { cwd = folder, input = "", env } = {}) {
  const running = promisify(execFile)(program, args, { cwd, maxBuffer: 1 << 28, env: { ...process.env, ...env } });
  running.child.stdin.on("error", () => {}).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    assert.fail(`${program.split("/").at(-1)} ${args.join(" ")}: ${(error.stderr || error.stdout || error.message).slice(0, 3000)}`);
  }
}

/** Starts a program that runs until it is stopped; returns what it announces on the extra pipe, line by line. */
export function announced(program, args, stop) {
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "inherit", "inherit", "pipe"] });
  stop(() => child.kill());
  return child.stdio[3].setEncoding("utf8");
}

/** Packs the package and installs the tarball. */
export async function install() {
  const packed = await output("npm", ["pack", packageFolder, "--json", "--ignore-scripts"]);
  const [{ filename, unpackedSize, files }] = Object.values(JSON.parse(packed));
  put("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await output("npm", ["install", `./${filename}`, "--offline", "--no-audit", "--no-fund"]);
  cpSync(join(here, "consumers"), folder, { recursive: true });
  const installed = join(folder, "node_modules", "call-stream-verify");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  return { tarball: join(folder, filename), unpackedSize, files: files.map(({ path }) => path), installed, manifest };
}
