/** What the chain of an export seals for the recording of a call. */

import type { Contents } from "../engine/contract.js";

export type SealedRecording =
  | { kind: "no-call" | "no-version" | "no-hash" }
  | { kind: "sealed"; digest: string; version: number; isRevoked: boolean };

/** Reads the versions of the call from the entries of the chain, the latest of which counts. */
export async function sealedRecording(contents: Contents, callId: string): Promise<SealedRecording> {
  const rows = await contents.rowsOf(callId);
  if (rows.length === 0) return { kind: (await contents.findCall(callId)) < 0 ? "no-call" : "no-version" };
  let latest: { version: number; digest: string | undefined; isRevoked: boolean } | undefined;
  for (const position of rows) {
    const [row] = await contents.timeline(position, position + 1);
    if (row === undefined || (row.eventType !== "version.created" && row.eventType !== "version.revoked")) continue;
    const { entry } = await contents.exact(row.line);
    const payload: unknown = entry === undefined ? undefined : memberOf(JSON.parse(entry.hashed), "payload");
    const version = memberOf(payload, "version");
    if (typeof version !== "number") continue;
    if (row.eventType === "version.revoked") {
      if (latest?.version === version) latest.isRevoked = true;
      continue;
    }
    const digest = memberOf(memberOf(payload, "component_hashes"), "recording");
    latest = { version, digest: typeof digest === "string" ? digest : undefined, isRevoked: false };
  }
  if (latest === undefined) return { kind: "no-version" };
  if (latest.digest === undefined) return { kind: "no-hash" };
  return { kind: "sealed", digest: latest.digest, version: latest.version, isRevoked: latest.isRevoked };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
