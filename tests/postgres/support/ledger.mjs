// What the tests of this folder share: a database with the ledger in it, tenants, calls, and who judges an export.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import postgres from "postgres";
import { fromPg, fromPglite, fromPostgres } from "call-stream-verify/postgres";
import { Server, VERSIONS } from "./server.mjs";

const folder = new URL("../../../sql/", import.meta.url);
export const MIGRATIONS = readdirSync(folder).filter((name) => name.endsWith(".sql")).sort();
export const migration = (name) => readFileSync(new URL(name, folder), "utf8");

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
export const key = read("../../keys/test-only-log.key").trim();
export const vkey = read("../../keys/test-only-log.vkey").trim();
/** The log's name: that of the key. */
export const origin = vkey.split("+")[0];

export const tenants = Array.from({ length: 8 }, (_, index) => `7e57d004-2b97-4e7a-b45f-00000000000${index}`);
export const [tenant, other] = tenants;
export const actor = { type: "user", id: "u-17" };
export const FINAL = { transcriptComplete: true, metadataLocked: true, aiOutputsStable: true };

/** The call of this number: a row of the platform's table, and a record. */
export function call(number, { of = tenant, ...changed } = {}) {
  return {
    call_id: `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`,
    tenant_id: of,
    timestamp: "2026-10-01T08:00:00.12Z",
    caller: `+1 (305) 555-${String(number % 10_000).padStart(4, "0")}`,
    direction: "inbound",
    duration: number,
    disposition: "completed",
    answered: true,
    transferred: false,
    abandoned: false,
    ai_agent: 'Front "Desk" \\ 2.3',
    sentiment: "neutral",
    purpose: "reservation — «mesa» 🍽",
    transcript: `AI: good evening\nCaller: a table for ${number}\u007f\u0001`,
    ...changed,
  };
}

/** How the platform writes a call. */
export async function put(run, record) {
  const columns = Object.keys(record);
  const values = columns.map((_, index) => `$${index + 1}`).join();
  const updates = columns.map((name) => `"${name}" = excluded."${name}"`).join();
  const names = columns.map((name) => `"${name}"`).join();
  await run(`insert into public.calls (${names}) values (${values}) on conflict (tenant_id, call_id) do update set ${updates}`, Object.values(record));
}

async function throughPg(version) {
  const server = await migrated({}, "", version);
  const pool = poolOf(server);
  return {
    database: fromPg(pool),
    run: async (text, values) => (await pool.query(text, values)).rows,
    stop: async () => {
      await pool.end();
      await server.stop();
    },
  };
}

/** Real clients of real servers, and PostgreSQL in WebAssembly: each a database, and a way to be its superuser. */
export const engines = {
  "pg, on a server": () => throughPg(null),
  ...Object.fromEntries(VERSIONS.map((version) => [`pg, on a server of version ${version}`, () => throughPg(version)])),

  async "postgres, on a server"() {
    const server = await migrated();
    const sql = postgres(server.address(), { max: 70, onnotice: () => {} });
    return {
      database: fromPostgres(sql),
      run: async (text, values) => [...(await sql.unsafe(text, values))],
      stop: async () => {
        await sql.end({ timeout: 1 });
        await server.stop();
      },
    };
  },

  async "PGlite"() {
    const pglite = new PGlite();
    for (const name of MIGRATIONS) await pglite.exec(migration(name));
    return { database: fromPglite(pglite), run: async (text, values) => (await pglite.query(text, values)).rows, stop: () => pglite.close() };
  },
};

/** Connections that may be ended by whoever stops the server. */
export function poolOf(server, user, max = 70) {
  const pool = new pg.Pool({ connectionString: server.address(user), max });
  pool.on("error", () => {}).on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** A server with the ledger in it. */
export async function migrated(settings, before = "", version = null) {
  const server = await Server.start(settings, version);
  apply(server, before);
  return server;
}

/** Applies the migrations as a user does. */
export function apply(server, before = "", database = "postgres") {
  const files = MIGRATIONS.flatMap((name) => ["-f", new URL(name, folder).pathname]);
  const options = ["-q", "-v", "ON_ERROR_STOP=1", "-d", database, ...(before === "" ? [] : ["-c", before])];
  const run = server.program("psql", [...options, ...files]);
  assert.equal(run.status, 0, run.stderr);
}

export async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** All that came before a stream ended or broke off. */
export async function whatCame(stream) {
  const chunks = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
  return { bytes: Buffer.concat(chunks), error: null };
}

/** The report of the command line. */
export function judged(bytes, args = ["--key", vkey]) {
  const { CALL_VERIFY } = process.env;
  assert.ok(CALL_VERIFY, "CALL_VERIFY is set by `cargo xtask test postgres`");
  const run = spawnSync(CALL_VERIFY, ["verify", "-", "--format", "json", ...args], { input: bytes, encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(run.error, undefined);
  return JSON.parse(run.stdout);
}
