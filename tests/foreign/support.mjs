// A folder of its own, the command line in it, and a small chain.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const tenant = "7e57d004-2b97-4e7a-b45f-5387367791cd";
export const origin = "callstream.example/audit/foreign";

export const call = (n, more = {}) => ({
  call_id: `0d9c2b1e-6f3a-4c55-9b0e-${n.toString(16).padStart(12, "0")}`,
  tenant_id: tenant,
  timestamp: "2026-10-01T10:00:00+02:00",
  caller: "+1 (305) 555-0123",
  direction: "inbound",
  duration: 60 + n,
  disposition: "completed",
  answered: true,
  transferred: false,
  abandoned: false,
  ai_agent: "CSAI",
  sentiment: "neutral",
  purpose: "reservation",
  transcript: `Caller: hello, number ${n} “é”\nAI: good evening`,
  ...more,
});

export class Desk {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "call-verify-"));
  }

  run(...args) {
    return execFileSync(process.env.CALL_VERIFY, args, { cwd: this.folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** What the program exits with, and what it prints. */
  status(...args) {
    try {
      return { code: 0, stdout: this.run(...args) };
    } catch (error) {
      return { code: error.status, stdout: error.stdout };
    }
  }

  path(name) {
    return join(this.folder, name);
  }

  read(name) {
    return readFileSync(this.path(name));
  }

  write(name, bytes) {
    writeFileSync(this.path(name), bytes);
  }

  /** Seals calls into `chain.ndjson` and signs it; gives the log's vkey. */
  seal(calls, ...options) {
    this.write("calls.ndjson", calls.map((record) => `${JSON.stringify(record)}\n`).join(""));
    const vkey = this.run("keygen", origin, "-o", "log.key").trim();
    this.run("seal", "calls.ndjson", "--chain", "chain.ndjson", "--tenant", tenant, "--origin", origin, ...options);
    this.run("checkpoint", "chain.ndjson", "--key", "log.key", "-o", "note");
    return vkey;
  }

  [Symbol.dispose]() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
