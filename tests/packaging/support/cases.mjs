// The cases as data, and what the command line says of each. The shared vectors are read in place.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { optionsOf } from "../../js/vector-options.mjs";
import { put } from "./desk.mjs";

const vectors = new URL("../../../../shared/vectors/", import.meta.url);
const samples = new URL("../../../www/public/samples/", import.meta.url);

export const haveVectors = existsSync(vectors);

const read = (folder, name) => readFileSync(new URL(name, folder));
const list = (name) => JSON.parse(read(vectors, name)).cases;

/** Every case, by group: `{ name, input }` is a call record, `{ name, bundle, options }` a bundle as base64, `{ name, receipt, options }` a receipt. */
export function groups() {
  const found = { "our calls": ownCalls(), "our bundles": ownBundles(), "our receipts": ownReceipts() };
  if (haveVectors) {
    found["shared calls"] = list("calls.json").map(({ name, input }) => ({ name, input }));
    found["shared bundles"] = list("bundles/cases.json").map(sharedBundle);
  }
  for (const [group, cases] of Object.entries(found)) {
    assert.ok(cases.length > 0, `${group}: no case`);
    for (const [index, each] of cases.entries()) each.name = `${group} ${index}: ${each.name}`;
  }
  return found;
}

function ownCalls() {
  const lines = read(samples, "calls.ndjson").toString().trimEnd().split("\n");
  return lines.map((input, index) => ({ name: `calls.ndjson, line ${index + 1}`, input }));
}

function ownBundles() {
  const policy = read(samples, "policy.txt").toString();
  const files = readdirSync(samples).filter((name) => name.endsWith(".ndjson") && name !== "calls.ndjson");
  const ways = { "with its policy": { policy }, "without trust": {}, "listing all": { policy, all: true } };
  return files.flatMap((file) =>
    Object.entries(ways).map(([way, options]) => ({
      name: `${file} ${way}`,
      bundle: read(samples, file).toString("base64"),
      options,
    })),
  );
}

/** Receipts of calls from one end of the sample chain to the other, whole and changed, alone and with the record as somebody else has it. */
function ownReceipts() {
  const policy = read(samples, "policy.txt").toString();
  const records = read(samples, "calls.ndjson").toString().trimEnd().split("\n");
  const bundle = fileURLToPath(new URL("honest.ndjson", samples));
  return records.filter((_, index) => index % 33 === 0).flatMap((record) => {
    const { call_id: call, duration } = JSON.parse(record);
    const { status, stdout, stderr } = spoken(["receipt", bundle, call]);
    assert.equal(status, 0, stderr.toString());
    const receipt = stdout.toString();
    const edited = JSON.stringify({ ...JSON.parse(record), duration: duration + 1 });
    const { proof } = JSON.parse(receipt);
    const withProof = (changed) => receipt.replace(JSON.stringify(proof), () => JSON.stringify(changed));
    const lines = proof.split("\n");
    const variants = {
      "with its policy": [receipt, { policy }],
      "without trust": [receipt, {}],
      "at too high a level": [receipt, { policy, minLevel: "L4" }],
      "with its record": [receipt, { policy, record }],
      "with an edited record": [receipt, { policy, record: edited }],
      "with no record": [receipt, { policy, record: "{}" }],
      "without its end": [receipt.trimEnd(), { policy }],
      "cut off": [receipt.slice(0, -200), { policy }],
      ...Object.fromEntries(lines.slice(0, -1).flatMap((_, index) => [
        [`without line ${index + 1} of its proof`, [withProof(lines.filter((_, other) => other !== index).join("\n")), { policy }]],
        [`with line ${index + 1} of its proof doubled`, [withProof(lines.flatMap((line, other) => (other === index ? [line, line] : [line])).join("\n")), { policy }]],
      ])),
    };
    return Object.entries(variants).map(([way, [text, options]]) => ({ name: `call ${call} ${way}`, receipt: text, options }));
  });
}

function sharedBundle({ name, bundle, policy, args }) {
  const options = optionsOf(args);
  if (policy !== null) options.policy = read(vectors, `bundles/${policy}`).toString();
  return { name, bundle: read(vectors, `bundles/${bundle}`).toString("base64"), options };
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The digest of each text, by name. */
export const digests = (results) => new Map(results.map(({ name, text }) => [name, sha256(text)]));

function spoken(args, input) {
  const program = process.env.CALL_VERIFY;
  assert.ok(program, "CALL_VERIFY is set by `cargo xtask test packaging`");
  return spawnSync(program, args, { input, maxBuffer: 1 << 28 });
}

/** What the command line says of each case, in the runner's words. */
export function native(cases) {
  return cases.map(({ name, input, bundle, receipt, options }) => {
    if (receipt !== undefined) return { name, text: receiptText(receipt, options) };
    return { name, text: bundle === undefined ? callText(input) : bundleText(Buffer.from(bundle, "base64"), options) };
  });
}

function callText(input) {
  const hash = spoken(["hash", "--json", "-"], input);
  if (hash.status !== 0) {
    const { code, member = null } = JSON.parse(hash.stderr).error;
    return `refused: ${code} ${member}`;
  }
  const payload = spoken(["canonicalize", "-"], input);
  const cid = spoken(["cid", "-"], input);
  assert.deepEqual([payload.status, cid.status], [0, 0]);
  return `${payload.stdout}\n${JSON.stringify(JSON.parse(hash.stdout))}\n${cid.stdout.toString().trimEnd()}`;
}

function receiptText(receipt, { policy, minLevel, record }) {
  const args = ["verify-call", "--receipt", "-", "--format", "json"];
  if (policy !== undefined) args.push("--policy", put("native.policy", policy));
  if (minLevel !== undefined) args.push("--min-level", minLevel);
  if (record !== undefined) args.push(put("native.record", record));
  const { stdout, stderr } = spoken(args, receipt);
  assert.ok(stdout.length > 0, stderr.toString());
  const text = stdout.toString().trimEnd();
  const { error } = JSON.parse(text);
  return error === undefined ? text : `refused: ${error.code} ${error.member ?? null}`;
}

function bundleText(bytes, { policy, minLevel, expect, tenant, chainOnly, all }) {
  const args = ["verify", "-", "--format", "json"];
  if (policy !== undefined) args.push("--policy", put("native.policy", policy));
  if (minLevel !== undefined) args.push("--min-level", minLevel);
  if (expect !== undefined) args.push("--expect", expect);
  if (tenant !== undefined) args.push("--tenant", tenant);
  if (chainOnly) args.push("--chain-only");
  if (all) args.push("--all");
  const { stdout, stderr } = spoken(args, bytes);
  assert.ok(stdout.length > 0, stderr.toString());
  return stdout.toString().replace(/\n$/, "");
}
