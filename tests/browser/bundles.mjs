// Bundles made entry by entry, for what no sample has: other histories, ranges, hostile names, a million entries.

import { createHash } from "node:crypto";

const HEADER = { created_at: "2026-01-01T00:00:00Z", format: "call-stream-verify/1", hash: "sha-256", origin: "callstream.example/audit/tests", tenant_id: "7e57d004-2b97-4e7a-b45f-5387367791cd" };

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** RFC 8785 for what has no more than ASCII names. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/** The lines of a bundle whose entries are `entries`, each of them an entry without its `prev_hash`; of a range from `start` on. */
export function* bundleLines(entries, { start = 0, count = entries.length, header = HEADER, lines = [] } = {}) {
  const chainId = sha256(canonical(header));
  let head = chainId;
  let seq = 0;
  const entryLines = function* () {
    for (const given of entries) {
      const text = canonical({ ...given, prev_hash: head });
      const prev = head;
      head = sha256(text);
      if (seq >= start) yield { prev, line: `{"type":"entry","seq":${seq},"entry_hash":"${head}","entry":${text}}` };
      seq += 1;
    }
  };
  let manifest;
  const manifestOf = (prev) =>
    `{"type":"manifest","format":"call-stream-verify/1","chain":${canonical(header)},"range":{"start":${start},"end":${count}},"prev_hash":"${prev}","exported_at":"2026-02-01T00:00:00Z"}`;
  for (const { prev, line } of entryLines()) {
    if (manifest === undefined) yield (manifest = manifestOf(prev));
    yield line;
  }
  if (manifest === undefined) yield (manifest = manifestOf(chainId));
  yield* lines;
  yield `{"type":"end","entries":${count - start},"calls":0,"head":"${head}","envelope":"${sha256(`${manifest}\n`)}"}`;
}

export function bundle(entries, options) {
  return Buffer.from(`${[...bundleLines(entries, options)].join("\n")}\n`);
}

export function event(number, more = {}) {
  const timestamp = new Date(Date.UTC(2026, 0, 2) + number * 1000).toISOString().replace(".000", "");
  return { entity_id: `order-${number}`, event_type: "order.noted", payload: {}, timestamp, ...more };
}

/** What Node reads of a bundle: what the page's timeline must show, and its calls. */
export function read(bytes) {
  const lines = bytes.toString().split("\n").slice(0, -1).map((text, index) => ({ text, line: index + 1, ...JSON.parse(text) }));
  const rows = lines.filter(({ type }) => ["entry", "checkpoint", "anchor"].includes(type));
  return { lines, rows, calls: lines.filter(({ type }) => type === "call" || type === "redacted") };
}
