// A store in memory that keeps every promise of the interface: transactions that see each other late, and are tried again.

import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { canonicalizeCall, chainId } from "call-stream-verify";
import { StoreError } from "call-stream-verify/edge";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

export class MemoryStore {
  /** The platform's records, by tenant and call. */
  platform = new Map();
  /** How often a transaction came too late and was tried again. */
  retries = 0;
  #chains = new Map();

  /** Begins the chain of a tenant. */
  open(tenantId, origin = "callstream.example/audit/memory", createdAt = "2026-10-01T00:00:00Z") {
    const header = JSON.stringify({ created_at: createdAt, format: "call-stream-verify/1", hash: "sha-256", origin, tenant_id: tenantId });
    this.#chains.set(tenantId, { header, first: chainId({ tenantId, origin, createdAt }), entries: [] });
    this.platform.set(tenantId, new Map());
    return this;
  }

  /** How the platform edits a call. */
  put(tenantId, record) {
    this.platform.get(tenantId).set(JSON.parse(record).call_id, record);
  }

  entries(tenantId) {
    return this.#chains.get(tenantId).entries;
  }

  head(tenantId) {
    const { entries, first } = this.#chains.get(tenantId);
    return `${entries.length}:${entries.at(-1)?.entry_hash ?? first}`;
  }

  async append(tenantId, callId, next, { withRecord, signal }) {
    const chain = this.#chains.get(tenantId);
    if (chain === undefined) throw new StoreError("no-such-chain", "there is no such chain");
    for (let tries = 0; tries < 200; tries += 1) {
      const size = chain.entries.length;
      const end = { tenantId, size, head: chain.entries.at(-1)?.entry_hash ?? chain.first, versions: versionsOf(chain.entries, callId) };
      const record = withRecord ? (this.platform.get(tenantId).get(callId) ?? null) : null;
      const { entry, value } = next({ chain: end, record });
      await setImmediate();
      signal.throwIfAborted();
      if (chain.entries.length === size) {
        if (entry !== null) commit(chain, entry, end);
        return value;
      }
      this.retries += 1;
    }
    throw new StoreError("conflict", "others were always faster");
  }

  async exportBundle(tenantId) {
    const chain = this.#chains.get(tenantId);
    if (chain === undefined) throw new StoreError("no-such-chain", "there is no such chain");
    const records = [...this.platform.get(tenantId)].filter(([callId]) => versionsOf(chain.entries, callId).length > 0);
    const lines = linesOf(chain, [...chain.entries], records.map(([, record]) => record));
    return ReadableStream.from(lines.map((line) => new TextEncoder().encode(line)));
  }
}

function versionsOf(entries, callId) {
  const ofCall = entries.filter(({ entity_id }) => entity_id === callId);
  const revoked = new Set(ofCall.filter(({ event_type }) => event_type === "version.revoked").map(({ text }) => JSON.parse(text).payload.version));
  const created = ofCall.filter(({ event_type }) => event_type === "version.created");
  return created.map(({ seq, text }) => ({ seq, entry: text, revoked: revoked.has(JSON.parse(text).payload.version) }));
}

function commit(chain, entry, end) {
  const fits = entry.seq === end.size && entry.prev_hash === end.head && entry.entry_hash === sha256(entry.text);
  if (!fits) throw new Error("the entry does not fit the chain");
  chain.entries.push(entry);
}

function linesOf({ header, first }, entries, records) {
  const manifest = `{"type":"manifest","format":"call-stream-verify/1","chain":${header},"range":{"start":0,"end":${entries.length}},"prev_hash":"${first}","exported_at":"2026-10-09T00:00:00Z"}\n`;
  const calls = records.map((record) => `{"type":"call","call":${new TextDecoder().decode(canonicalizeCall(record))}}\n`);
  const end = { type: "end", entries: entries.length, calls: calls.length, head: entries.at(-1)?.entry_hash ?? first, envelope: sha256(manifest) };
  const ofEntry = ({ seq, entry_hash, text }) => `{"type":"entry","seq":${seq},"entry_hash":"${entry_hash}","entry":${text}}\n`;
  return [manifest, ...entries.map(ofEntry), ...calls, `${JSON.stringify(end)}\n`];
}
