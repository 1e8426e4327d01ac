// One record, however it leaves the database and whatever the session's settings: one canonical payload, or a refusal that names the member.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PGlite } from "@electric-sql/pglite";
import postgres from "postgres";
import { canonicalizeCall, CallVerifyError, hashCall } from "call-stream-verify";
import { call, engines, MIGRATIONS, migrated, migration, poolOf, put, tenant } from "./support/ledger.mjs";

const ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"];

// What databases and drivers are known to bend: fractions of seconds, big integers, escapes, characters beyond U+FFFF, line ends.
const RECORDS = [
  call(1),
  call(2, { timestamp: "2026-03-08T02:30:00.000001-05:00", transcript: "line\r\nend\u2028\t\"quoted\" \\ back, 🍽 e\u0301 é" }),
  call(3, { timestamp: "0001-01-01T00:00:00Z", duration: "9007199254740991", transcript: "" }),
  call(4, { timestamp: "9999-12-31T23:59:59.999999Z", caller: "anonymous", direction: "OUTBOUND", recording_ref: "", salt: "AB".repeat(32) }),
  call(5, { timestamp: "2026-10-25T02:30:00.5+02:00", caller: "sip:x@example.com", recording_ref: "https://r.example/a,b;\"c\".wav" }),
];

const asJson = (record) => JSON.stringify(record).replace(/"duration":"(\d+)"/, '"duration":$1');
const wanted = RECORDS.map((record) => Buffer.from(canonicalizeCall(asJson(record))).toString());
const members = Object.keys(call(0)).concat("recording_ref", "salt");
const columns = members.map((name) => `"${name}"`).join();

/** One field of CSV as COPY writes it: quoted or not, where not quoted and empty is null. */
function fieldsOf(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? (plain === "" ? null : plain));
}

let server;
let pool;

before(async () => {
  server = await migrated();
  pool = poolOf(server);
  for (const record of RECORDS) await put((text, values) => pool.query(text, values), record);
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

/** Asserts that these texts are of the records, in order; where `bent` names a member, that this member is refused instead. */
function assertSame(texts, bent = {}) {
  assert.equal(texts.length, RECORDS.length);
  for (const [index, text] of texts.entries()) {
    const member = bent[index];
    if (member === undefined) {
      assert.equal(Buffer.from(canonicalizeCall(text)).toString(), wanted[index]);
      assert.equal(hashCall(text).call_id, RECORDS[index].call_id);
    } else {
      assert.throws(() => canonicalizeCall(text), (error) => error instanceof CallVerifyError && error.member === member, `${index}: ${member}`);
    }
  }
}

const inZone = async (zone, work) => {
  const client = await pool.connect();
  try {
    await client.query("select set_config('timezone', $1, false), set_config('datestyle', $2, false), set_config('intervalstyle', 'sql_standard', false), set_config('extra_float_digits', '-15', false)", [zone, zone === "UTC" ? "ISO" : "SQL, DMY"]);
    return await work(client);
  } finally {
    await client.query("reset all");
    client.release();
  }
};

for (const zone of ZONES) {
  describe(zone, () => {
    test("the ledger's own view", async () => {
      const texts = await inZone(zone, async (client) => (await client.query("select record from call_verify.current_calls order by call_id")).rows.map(({ record }) => record));
      assertSame(texts);
    });

    test("the ledger's own view, to a driver that asks for binary values", async () => {
      const result = await inZone(zone, (client) => client.query({ text: "select record, finalized::text as finalized from call_verify.current_calls order by call_id", queryMode: "extended", binary: true }));
      assert.deepEqual(result.fields.map(({ format }) => format), ["binary", "binary"]);
      assertSame(result.rows.map(({ record }) => record));
    });

    test("columns to a driver that asks for binary values: what it makes of them is refused", async () => {
      const { rows } = await inZone(zone, (client) => client.query({ text: `select ${columns} from public.calls order by call_id`, queryMode: "extended", binary: true }));
      for (const row of rows) assert.throws(() => canonicalizeCall(JSON.stringify(row)), CallVerifyError);
    });

    test("JSON as PostgREST shapes it", async () => {
      const statement = `with source as (select ${columns} from public.calls order by call_id) select coalesce(json_agg(source), '[]')::text as body from source`;
      const body = await inZone(zone, async (client) => (await client.query(statement)).rows[0].body);
      // An array of rows, each on a line of its own.
      const texts = body.slice(1, -1).split(/, \n /);
      // Before 1883 some zones were minutes and seconds away from UTC, which RFC 3339 cannot say.
      assertSame(texts, historical(zone));
    });

    test("row_to_json", async () => {
      const texts = await inZone(zone, async (client) => (await client.query(`select row_to_json(source)::text as text from (select ${columns} from public.calls order by call_id) as source`)).rows.map(({ text }) => text));
      assertSame(texts, historical(zone));
    });

    test("COPY as CSV, whose times are refused in no time zone's name", async () => {
      const settings = { PGTZ: zone };
      const statement = `copy (select ${columns} from public.calls order by call_id) to stdout (format csv)`;
      const run = server.program("psql", ["-q", "-c", `set timezone = '${zone}'`, "-c", statement], "", settings);
      assert.equal(run.status, 0, run.stderr);
      const lines = run.stdout.trimEnd().split(/\n(?=[0-9a-f]{8}-)/);
      const records = lines.map((line) => Object.fromEntries(members.map((name, index) => [name, typed(name, fieldsOf(line)[index])])));
      // `2026-10-01 08:00:00.12+00`: a space and a short offset are not RFC 3339.
      assertSame(records.map(asJson), Object.fromEntries(RECORDS.map((_, index) => [index, "timestamp"])));
      const mended = records.map((record) => ({ ...record, timestamp: record.timestamp.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00") }));
      assertSame(mended.map(asJson), historical(zone));
    });

    test("a driver's own types", async () => {
      const sql = postgres(server.address(), { max: 1, connection: { TimeZone: zone }, onnotice: () => {} });
      try {
        const rows = await sql.unsafe(`select ${columns} from public.calls order by call_id`);
        // A bigint comes as text, which is no number.
        for (const row of rows.filter(({ timestamp }) => !Number.isNaN(timestamp.getTime()))) {
          assert.throws(() => canonicalizeCall(JSON.stringify(row)), (error) => error.member === "duration");
        }
        // A Date has no microseconds and takes the year 1 for 2001, if it takes it at all. No hash comes out the same by chance, and
        // where milliseconds are all there is, it does: the ledger's own view takes another way.
        const same = rows.map((row, index) => {
          const text = asJson(row);
          if (Number.isNaN(row.timestamp.getTime())) assert.throws(() => canonicalizeCall(text), (error) => error.code === "missing-member" && error.member === "timestamp");
          else return Buffer.from(canonicalizeCall(text)).toString() === wanted[index];
          return false;
        });
        assert.deepEqual(same, [true, false, false, false, true]);
      } finally {
        await sql.end();
      }
    });
  });
}

/** Records whose time this zone writes with an offset in seconds, or as one of the year 10000. */
function historical(zone) {
  const far = zone === "Asia/Kolkata" || zone === "Pacific/Kiritimati" ? { 3: "timestamp" } : {};
  return zone === "UTC" ? {} : { 2: "timestamp", ...far };
}

function typed(name, field) {
  return name === "answered" || name === "transferred" || name === "abandoned" ? field === "t" : field;
}

test("a year before 1 and no time at all are refused, and not taken for another time", async () => {
  const client = await pool.connect();
  try {
    for (const [index, timestamp] of ["0044-03-15T10:00:00Z BC", "0001-12-31T23:59:59.999999Z BC", "infinity", "-infinity", "10000-01-01T00:00:00Z"].entries()) {
      await client.query("begin");
      await put((text, values) => client.query(text, values), call(100 + index, { timestamp }));
      const [{ record, hash }] = (await client.query("select record, call_verify.payload_hash(record) as hash from call_verify.current_calls where call_id = $1", [call(100 + index).call_id])).rows;
      assert.throws(() => canonicalizeCall(record), (error) => error instanceof CallVerifyError && error.member === "timestamp", timestamp);
      assert.equal(hash, null);
      await client.query("rollback");
    }
  } finally {
    client.release();
  }
});

for (const [index, zone] of ZONES.entries()) {
  test(`a dump made and restored in ${zone} gives the same records and the same chain`, async () => {
    const settings = { PGTZ: zone };
    const dump = server.program("pg_dump", ["--format=plain", "--no-owner", "postgres"], "", settings);
    assert.equal(dump.status, 0, dump.stderr);
    const name = `restored_${index}`;
    assert.equal(server.program("createdb", [name]).status, 0);
    const restored = server.program("psql", ["-q", "-v", "ON_ERROR_STOP=1", name], dump.stdout, settings);
    assert.equal(restored.status, 0, restored.stderr);
    const other = poolOf({ address: () => server.address("postgres", name) });
    const { rows } = await other.query("select record from call_verify.current_calls order by call_id");
    assertSame(rows.map(({ record }) => record));
    const all = "select md5(string_agg(t::text, '' order by t::text)) from (select * from public.audit_log_chain) as t";
    assert.deepEqual((await other.query(all)).rows, (await pool.query(all)).rows);
    await other.end();
  });
}

test("PGlite", async () => {
  const pglite = new PGlite();
  for (const name of MIGRATIONS) await pglite.exec(migration(name));
  for (const record of RECORDS) await put((text, values) => pglite.query(text, values), record);
  for (const zone of ZONES) {
    await pglite.exec(`set timezone = '${zone}'`);
    const { rows } = await pglite.query("select record from call_verify.current_calls order by call_id");
    assertSame(rows.map(({ record }) => record));
  }
  await pglite.close();
});
