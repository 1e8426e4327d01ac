// Bundles of calls sealed by the package, true to the last hash, for calls that no sample has.

import { sealCall } from "call-stream-verify";
import { canonical, sha256 } from "./bundles.mjs";

export const TENANT = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const STATEMENT = { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true };

export const callIdOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

/** A call record; `members` stand in place of the usual ones. */
export function recordOf(index, members = {}) {
  return {
    call_id: callIdOf(index), tenant_id: TENANT, timestamp: "2026-01-01T00:00:00Z", caller: "anonymous", direction: "inbound", duration: 1, disposition: "completed",
    answered: true, transferred: false, abandoned: false, ai_agent: "Front Desk", sentiment: "neutral", purpose: "reservation", transcript: "AI: Good day.", ...members,
  };
}

/**
 * The bundle's bytes, and the head that makes it one to rely on. `sealed` has for each call its record and perhaps the digest of its recording;
 * `events` are entries behind them, without their `prev_hash`.
 */
export function sealedBundle(sealed, { events = [], origin = "callstream.example/audit/tests" } = {}) {
  const chain = { created_at: "2026-01-01T00:00:00Z", format: "call-stream-verify/1", hash: "sha-256", origin, tenant_id: TENANT };
  const chainId = sha256(canonical(chain));
  const entries = [];
  let head = chainId;
  const append = (text) => {
    head = sha256(text);
    entries.push(`{"type":"entry","seq":${entries.length},"entry_hash":"${head}","entry":${text}}`);
  };
  for (const { record, recording } of sealed) {
    const end = { tenantId: TENANT, size: entries.length, head, versions: [] };
    append(sealCall(JSON.stringify(record), { chain: end, statement: STATEMENT, at: "2026-01-02T00:00:00Z", recording }).entry.text);
  }
  for (const given of events) append(canonical({ ...given, prev_hash: head }));
  const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${canonical(chain)},"range":{"start":0,"end":${entries.length}},"prev_hash":"${chainId}","exported_at":"2026-02-01T00:00:00Z"}`;
  const calls = sealed.map(({ record }) => `{"type":"call","call":${JSON.stringify(record)}}`);
  const end = `{"type":"end","entries":${entries.length},"calls":${calls.length},"head":"${head}","envelope":"${sha256(`${manifest}\n`)}"}`;
  return { bytes: Buffer.from(`${[manifest, ...entries, ...calls, end].join("\n")}\n`), expect: `${entries.length}:${head}` };
}
