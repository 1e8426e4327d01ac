/** What the chain of an export says of a call: its entries, and the latest version among them. */

import type { Contents, TimelineRow } from "../engine/contract.js";
import { parsed } from "./members.js";

/** Longer entries are not taken apart on the page; version records have some thousand characters. */
const LONGEST_TAKEN_APART = 1 << 20;

export interface SealedVersion {
  seq: number;
  line: number;
  version: number;
  payloadHash: string | undefined;
  /** `metadata`, `transcript`, `recording`. */
  components: Readonly<Record<string, string>>;
  /** By member, of salted calls. */
  commitments: Readonly<Record<string, string>> | undefined;
}

export interface History {
  rows: readonly TimelineRow[];
  latest: SealedVersion | undefined;
}

/** Entries read at once. */
const AT_ONCE = 50;

export async function historyOf(callId: string, contents: Contents): Promise<History> {
  const positions = await contents.rowsOf(callId);
  const rows: TimelineRow[] = [];
  let latest: SealedVersion | undefined;
  for (let start = 0; start < positions.length; start += AT_ONCE) {
    const some = await Promise.all(positions.slice(start, start + AT_ONCE).map((row) => contents.timeline(row, row + 1)));
    for (const row of some.flat()) {
      rows.push(row);
      if (row.eventType !== "version.created") continue;
      const sealed = await sealedBy(row, contents);
      if (sealed !== undefined && sealed.version > (latest?.version ?? 0)) latest = sealed;
    }
  }
  return { rows, latest };
}

async function sealedBy({ line, seq }: TimelineRow, contents: Contents): Promise<SealedVersion | undefined> {
  const { entry } = await contents.exact(line);
  if (entry === undefined || entry.hashed.length > LONGEST_TAKEN_APART) return undefined;
  const payload = memberOf(parsed(entry.hashed), "payload");
  const version = memberOf(payload, "version");
  if (typeof version !== "number") return undefined;
  const hash = memberOf(payload, "canonical_payload_hash");
  return {
    seq: seq ?? entry.seq,
    line,
    version,
    payloadHash: typeof hash === "string" ? hash : undefined,
    components: textsOf(memberOf(payload, "component_hashes")) ?? {},
    commitments: textsOf(memberOf(payload, "field_commitments")),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function textsOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}
