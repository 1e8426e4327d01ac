// A gigabyte through the module: what a run keeps does not grow with what it reads. Here the bundle is made by plain JavaScript, so
// that formats and hashes are those of another program.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

// The module's memory only ever grows: its size at the end is the most it ever took.
let memory;
const instantiate = WebAssembly.Instance;
WebAssembly.Instance = class extends instantiate {
  constructor(...args) {
    super(...args);
    memory = this.exports.memory;
  }
};
const { Verifier } = await import("call-stream-verify");

const CALLS = 520_000;
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const uuid = (number) => number.toString(16).padStart(32, "0").replace(/^(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-");
const transcript = "AI: how may I help? ".repeat(50);

/** The lines of a bundle in which every entry seals a call that is presented. */
function* lines() {
  const tenant = uuid(1);
  const time = "2026-10-01T08:00:00Z";
  const chain = `{"created_at":"${time}","format":"call-stream-verify/1","hash":"sha-256","origin":"callstream.example/audit/large","tenant_id":"${tenant}"}`;
  let head = sha256(chain);
  const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${chain},"range":{"start":0,"end":${CALLS}},"prev_hash":"${head}","exported_at":"${time}"}\n`;
  yield manifest;
  for (let seq = 0; seq < CALLS; seq++) {
    const id = uuid(seq + 2);
    const said = `Caller: hello ${seq} ${transcript}`;
    const metadata = `{"call_id":"${id}","tenant_id":"${tenant}","timestamp":"${time}","caller":"anonymous","direction":"inbound","duration":105,"disposition":"completed","answered":true,"transferred":false,"abandoned":false,"ai_agent":"CSAI","sentiment":"neutral","purpose":"reservation"`;
    const payload = `${metadata},"transcript":"${said}"}`;
    const record = `{"call_id":"${id}","canonical_payload_hash":"${sha256(payload)}","component_hashes":{"metadata":"${sha256(`${metadata}}`)}","transcript":"${sha256(said)}"},"finalized_at":"${time}","schema":"call/1","tenant_id":"${tenant}","verification_status":"verified","version":1}`;
    const entry = `{"entity_id":"${id}","event_type":"version.created","payload":${record},"prev_hash":"${head}","timestamp":"${time}"}`;
    head = sha256(entry);
    yield `{"type":"entry","seq":${seq},"entry_hash":"${head}","entry":${entry}}\n{"type":"call","call":${payload}}\n`;
  }
  yield `{"type":"end","entries":${CALLS},"calls":${CALLS},"head":"${head}","envelope":"${sha256(manifest)}"}\n`;
}

test("a gigabyte is verified within 64 MiB and 160 bytes a call", () => {
  const verifier = new Verifier({ minLevel: "L2" });
  let bytes = 0;
  let chunk = "";
  const push = () => {
    verifier.push(chunk);
    bytes += chunk.length;
    chunk = "";
  };
  for (const line of lines()) {
    chunk += line;
    if (chunk.length >= 1 << 20) push();
  }
  push();
  const report = verifier.finish();
  assert.equal(report.verdict, "verified", JSON.stringify(report.findings));
  assert.equal(report.calls.verified, CALLS);
  assert.ok(bytes > 1e9, `${bytes} bytes`);
  const allowed = 64 * 1024 * 1024 + 160 * CALLS;
  const taken = memory.buffer.byteLength;
  console.log(`${(bytes / 1e6).toFixed(0)} MB, ${CALLS} calls: ${(taken / 1e6).toFixed(0)} MB of memory, ${(allowed / 1e6).toFixed(0)} allowed`);
  assert.ok(taken <= allowed, `${taken} bytes, ${allowed} allowed`);
});
