// DATABASE_URL=postgresql://… node checkpoint.mjs TENANT log.key TENANT.note, from time to time and not on the database's machine; with --begin
// behind it the first time. The last checkpoint lies in TENANT.note, and no chain is signed that does not continue it.
import { readFile, rename, writeFile } from "node:fs/promises";
import { checkpoint, fromPg } from "call-stream-verify/postgres";
import pg from "pg";

const [tenant, keyFile, kept, begin] = process.argv.slice(2);
const key = await readFile(keyFile, "utf8");
const after = begin === "--begin" ? undefined : await readFile(kept, "utf8");
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
try {
  await writeFile(`${kept}.new`, await checkpoint(fromPg(pool), { tenant, key, after }), { flush: true });
  await rename(`${kept}.new`, kept);
} finally {
  await pool.end();
}
