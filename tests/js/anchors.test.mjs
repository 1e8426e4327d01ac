// Anchors in the package: the specification's bundle and anchor, with the header that confirms it and without.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CallVerifyError, verify } from "call-stream-verify";

const spec = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8");
const block = (name) => spec.split(`\n\`\`\`${name}\n`)[1].split("\n```\n")[0];
const policy = `${block("text policy")}\n`;
const headers = `${block("hex block-header")}\n`;

/** The bundle with its anchor, and an end line that covers it. */
function anchored() {
  const proof = Buffer.from(block("hex anchor"), "hex").toString("base64");
  const lines = block("ndjson bundle").split("\n");
  const end = lines.pop();
  lines.push(`{"type":"anchor","kind":"opentimestamps","size":2,"proof":"${proof}"}`);
  const covered = lines.filter((line) => /^\{"type":"(?:manifest|checkpoint|anchor)"/.test(line)).map((line) => `${line}\n`);
  const envelope = createHash("sha256").update(covered.join("")).digest("hex");
  lines.push(end.replace(/"envelope":"[0-9a-f]{64}"/, `"envelope":"${envelope}"`));
  return `${lines.join("\n")}\n`;
}

test("an anchor raises the level with its header alone", async () => {
  const confirmed = await verify(anchored(), { policy, headers, minLevel: "L5" });
  assert.deepEqual([confirmed.verdict, confirmed.level, confirmed.claims.bounded_in_time.state], ["verified", "L5", "proven"]);
  assert.match(confirmed.claims.bounded_in_time.why, /time=2026-10-01T11:00:00Z, stated_height=3, difficulty=1, followed_by=0\.$/);
  const without = await verify(anchored(), { policy });
  assert.deepEqual([without.verdict, without.level, without.findings[0].code], ["verified", "L4", "anchor-not-checked"]);
  assert.equal((await verify(anchored(), { policy, minLevel: "L5" })).verdict, "not_proven");
});

test("what is no header is refused", async () => {
  for (const bad of ["", "00", headers.replace("2", "3"), headers + headers, "no headers"]) {
    const isBad = (error) => error instanceof CallVerifyError && error.code === "bad-headers";
    await assert.rejects(verify(anchored(), { policy, headers: bad }), isBad, bad);
  }
});
