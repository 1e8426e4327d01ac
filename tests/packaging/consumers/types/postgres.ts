// The ledger as TypeScript reads it: databases of one's own, what its functions promise, and what is no option.

import { createHandler, type Store } from "call-stream-verify/edge";
import {
  appendEvent, checkpoint, createStore, createWebhook, type Database, exportBundle, fromPg, fromPglite, fromPostgres, openChain, type Query, type Recorded,
  revokeVersion, type Sealed, sealCall, sealFinalCall, verifyCall,
} from "call-stream-verify/postgres";

const database: Database = {
  transaction: async (mode, work) => {
    const query: Query = async (text, parameters) => (text === mode && parameters.length > 0 ? [{ size: "1" }] : []);
    return work(query);
  },
};

// As their own types have them, as far as is used.
interface Client { query(text: string, values?: unknown[]): Promise<{ command: string; rows: { [column: string]: string }[] }>; release(error?: Error | boolean): void; on(event: "error", listener: (error: Error) => void): this; off(event: "error", listener: (error: Error) => void): this }
interface Sql { begin<T>(options: string, work: (sql: { unsafe(query: string, parameters?: string[]): Promise<{ [column: string]: string }[]> }) => T | Promise<T>): Promise<T> }
interface Lite { transaction<T>(work: (transaction: { query<R>(text: string, parameters?: unknown[]): Promise<{ rows: R[] }> }) => Promise<T>): Promise<T> }
export const databases = (pool: { connect(): Promise<Client> }, sql: Sql, pglite: Lite): Database[] => [fromPg(pool), fromPostgres(sql), fromPglite(pglite)];

const tenant = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const statement = { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true };
const actor = { type: "user", id: "u-17" } as const;

export const store: Store = createStore(database);
export const handler = createHandler({ policy: "", store, authorize: () => ({ tenant, role: "sealer" }) });
export const webhook: (request: Request) => Promise<Response> = createWebhook({ database, secret: "0123456789abcdef", log: ({ status }) => console.log(status) });

export async function use(): Promise<void> {
  const id: string = await openChain(database, { tenant, origin: "log.example/calls", createdAt: new Date(0) });
  const sealed: Sealed = await sealCall(database, "{}", { tenant, statement, at: "2026-10-08T12:00:00Z" });
  const final: Sealed | null = await sealFinalCall(database, sealed.call_id, { tenant });
  const recorded: Recorded = await verifyCall(database, sealed.call_id, { tenant, actor, method: "nightly" });
  await revokeVersion(database, sealed.call_id, { tenant, actor, reason: "r", policy: "p", version: recorded.version });
  const { seq } = await appendEvent(database, "{}", { tenant, entityId: id, eventType: "note.taken" });
  const notes: string[] = [
    await checkpoint(database, { tenant, key: "PRIVATE+KEY+…", after: await checkpoint(database, { tenant, key: "PRIVATE+KEY+…" }) }),
    await checkpoint(database, { tenant, vkey: "log.example+…", sign: async (text) => new Uint8Array(text.length + seq) }),
  ];
  const stream: ReadableStream<Uint8Array> = await exportBundle(database, { tenant, signal: AbortSignal.timeout(1000) });
  console.log(final?.status, notes, stream.locked);
}

// @ts-expect-error A seal states that the call is final.
sealCall(database, "{}", { tenant });
// @ts-expect-error Nothing signs without a key.
checkpoint(database, { tenant });
// @ts-expect-error There is no such option.
exportBundle(database, { tenant, limit: 1000 });
