// How fast the ledger seals and exports, in a PostgreSQL server that syncs every commit to its disk, on the machine of its writers.
//
//   cargo xtask bench postgres
//
// A seal is a transaction: `sealCall` through `pg`, from the call to the commit. Writers of one tenant take turns at its head; those of
// several do not. The time of a seal is taken by its writer and includes the waiting.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { checkpoint, exportBundle, fromPg, openChain, sealCall } from "call-stream-verify/postgres";
import { call, FINAL, key, migrated, origin, poolOf, put } from "../tests/postgres/support/ledger.mjs";

const { values } = parseArgs({ options: { seals: { type: "string", default: "2000" }, calls: { type: "string", default: "10000" } } });
const [seals, calls] = [Number(values.seals), Number(values.calls)];

const TRANSCRIPT = "AI: good evening, how may I help you?\nCaller: a table for two, please.\n".repeat(28);
const server = await migrated({ fsync: "on" });
const pool = poolOf(server, "postgres", 33);
const run = async (text, parameters) => (await pool.query(text, parameters)).rows;
const database = fromPg(pool);

let tenants = 0;
async function begin() {
  tenants += 1;
  const tenant = `7e57d004-2b97-4e7a-b45f-${String(tenants).padStart(12, "0")}`;
  await openChain(database, { tenant, origin });
  return tenant;
}

const seal = (tenant, number) => sealCall(database, JSON.stringify(call(number, { of: tenant, transcript: `${TRANSCRIPT}${number}` })), { tenant, statement: FINAL });
const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** So many writers, spread over so many tenants, until all is sealed: seals a second, and quantiles of their times. */
async function sealing(writers, spread) {
  const among = [];
  for (let index = 0; index < spread; index += 1) among.push(await begin());
  await Promise.all(Array.from({ length: writers }, () => pool.query("select pg_sleep(0.05)")));
  const times = [];
  let number = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      while (number < seals) {
        number += 1;
        const begun = performance.now();
        await seal(among[writer % spread], number);
        times.push(performance.now() - begun);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  times.sort((one, other) => one - other);
  return [writers, spread, (times.length / seconds).toFixed(0), ...[0.5, 0.95, 0.99].map((part) => quantile(times, part).toFixed(1))];
}

/** A tenant's whole bundle, calls and all: its size, and how long the third of three exports took. */
async function exporting() {
  const tenant = await begin();
  let number = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (number < calls) {
        number += 1;
        const mine = number;
        await put(run, call(mine, { of: tenant, transcript: `${TRANSCRIPT}${mine}` }));
        await seal(tenant, mine);
      }
    }),
  );
  const signing = performance.now();
  await checkpoint(database, { tenant, key });
  const signed = performance.now() - signing;
  let [bytes, milliseconds] = [0, 0];
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    bytes = 0;
    for await (const chunk of await exportBundle(database, { tenant })) bytes += chunk.length;
    milliseconds = performance.now() - start;
  }
  return { exported: [calls, (bytes / 1e6).toFixed(1), (milliseconds / 1000).toFixed(2), (bytes / 1000 / milliseconds).toFixed(0)], signed: [calls, (signed / 1000).toFixed(2)] };
}

function print(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"), "\n");
}

try {
  const [{ version }] = await run("select current_setting('server_version') as version");
  console.log(`${seals} seals of calls of ${TRANSCRIPT.length} bytes; PostgreSQL ${version}, Node ${process.version}, ${cpus().length} x ${cpus()[0].model}\n`);
  const rows = [];
  for (const [writers, spread] of [[1, 1], [8, 8], [32, 8], [8, 1], [32, 1]]) rows.push(await sealing(writers, spread));
  print(["writers", "tenants", "seals/s", "p50 ms", "p95 ms", "p99 ms"], rows);
  const { exported, signed } = await exporting();
  print(["calls exported", "MB", "s", "MB/s"], [exported]);
  print(["entries verified and signed as a checkpoint", "s"], [signed]);
} finally {
  await pool.end();
  await server.stop();
}
