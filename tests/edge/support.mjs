// What the tests of this folder share: samples, requests, and what a refusal must look like.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { reportText, verify } from "call-stream-verify";

const samples = new URL("../../www/public/samples/", import.meta.url);

export const BUNDLES = ["honest", "tampered", "revoked", "redacted", "cut-off"];
export const policy = readFileSync(new URL("policy.txt", samples), "utf8");
export const bundle = (name) => readFileSync(new URL(`${name}.ndjson`, samples));
export const records = readFileSync(new URL("calls.ndjson", samples), "utf8").trimEnd().split("\n");
export const reportOf = async (bytes, options) => reportText(await verify(bytes, { policy, ...options }));

export function request(path, { method = "POST", body, headers = {}, signal } = {}) {
  return new Request(`https://service.example${path}`, { method, headers, body, signal, duplex: "half" });
}

/** A body in these pieces, which then ends as told. */
export function streamOf(pieces, end = (controller) => controller.close()) {
  const rest = [...pieces];
  return new ReadableStream({
    async pull(controller) {
      const piece = rest.shift();
      if (piece === undefined) await end(controller);
      else controller.enqueue(piece);
    },
  });
}

/** Asserts that `response` is the problem `code`, in every respect that all problems share, and returns it. */
export async function assertProblem(response, status, code, member) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const problem = JSON.parse(text);
  assert.equal(problem.code, code, text);
  assert.equal(problem.status, status);
  assert.equal(problem.type, `urn:call-stream-verify:problem:${code}`);
  assert.equal(problem.member, member, text);
  assert.ok(problem.title.length > 0 && problem.detail.endsWith("."), text);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.has("retry-after"), status === 429 || status === 503);
  assert.equal(response.headers.has("www-authenticate"), status === 401);
  assert.equal(response.headers.has("allow"), status === 405);
  return problem;
}
