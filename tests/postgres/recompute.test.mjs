// Two implementations of one specification: SQL and the module agree on every record, on its hash or on its being refused.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { PGlite } from "@electric-sql/pglite";
import { canonicalizeCall, CallVerifyError, Hasher } from "call-stream-verify";
import { appendEvent, checkpoint, fromPg, openChain } from "call-stream-verify/postgres";
import { call, key, MIGRATIONS, migrated, migration, origin, poolOf, tenant } from "./support/ledger.mjs";

const RECORDS = 10_000;

/** Small and seeded, so that a failure can be had again. */
function dice(seed) {
  let state = seed;
  const roll = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (limit) => Math.floor(roll() * limit);
  return { roll, below, of: (list) => list[below(list.length)] };
}

const CHARACTERS = [..."abcXYZ019 _-.()+/\\\"'\u0000\u0001\u001f\n\r\t\b\f\u007f\u0080é\u00adßıİΣ\u2028\u2029\ud7ff\ue000\ufb01\ufeff\uffff", "\u{1F37D}", "\u{10ffff}", "e\u0301"];

function generate(random) {
  const { roll, below, of } = random;
  const text = (most) => Array.from({ length: below(most) }, () => of(CHARACTERS)).join("");
  const two = (limit, from = 0) => String(from + below(limit)).padStart(2, "0");
  const year = () => of(["2026", "2024", "1999", "0001", "9999", String(1000 + below(8999)), "0000"]);
  const time = () =>
    `${year()}-${of([two(12, 1), two(14)])}-${of([two(28, 1), two(33)])}${of(["T", "T", "T", "t", " "])}${of([two(24), two(26)])}:${two(60)}:${of([two(60), two(62)])}` +
    of(["", "", `.${below(1000)}`, `.${String(below(1_000_000)).padStart(6, "0")}`, ".000", ".1234567", "."]) +
    of(["Z", "z", "Z", `+${two(24)}:${two(60)}`, `-${two(24)}:${two(60)}`, `+${two(30)}:00`, "", "+0200"]);
  const number = () => of([below(1000), 0, "105.0", "1.05e2", "1E3", "-1", "-0", "-0.0", "1.5", "9007199254740991", "9007199254740992", "1e400", "1e-400", "104.99999999999999999999", "9.007199254740991e15", '"5"', "null", "01", "1e15", "123456789012345680"]);
  const phone = () => of([`+1${below(1e9)}`, "+1 (305) 555-0123", "+0123456789", `+${"1".repeat(below(20))}`, "anonymous", "client:é", "+12345678\u00a0", text(20), text(300)]);
  const word = () => of(["completed", "No-Answer", "A_b", "_a", "", "x".repeat(64), "x".repeat(65), "é", "IN-PROGRESS", "Iı"]);
  const base = call(below(1e6));
  const members = {
    call_id: of([base.call_id, base.call_id.toUpperCase(), "not-a-uuid", `{${base.call_id}}`]),
    tenant_id: of([base.tenant_id, base.tenant_id.toUpperCase()]),
    timestamp: time(),
    caller: phone(),
    direction: of(["inbound", "OUTBOUND", "InBound", "sideways"]),
    duration: null,
    disposition: word(),
    answered: null,
    transferred: null,
    abandoned: null,
    ai_agent: of([text(12), "CSAI", "x".repeat(257), "🍽".repeat(256)]),
    sentiment: word(),
    purpose: of(["reservation", text(10)]),
    transcript: text(60),
  };
  if (roll() < 0.5) members.recording_ref = of(["https://r.example/1.wav", "", text(20), "x".repeat(2049)]);
  if (roll() < 0.3) members.salt = of(["ab".repeat(32), "AB".repeat(32), "ab", ""]);
  // Most members are as they should be: of a record in which all is odd nothing is learned.
  for (const name of Object.keys(members)) if (roll() < 0.93 && name in base) members[name] = base[name];
  if (roll() < 0.9) members.transcript = text(60).replaceAll("\u0000", "");
  if (roll() < 0.3) members[of(["extra", "__proto__", "constructor"])] = text(5);
  const gap = () => of(["", "", "", " ", "\n", "\t "]);
  const spelled = (value) => JSON.stringify(value).replace(/[a-z/]/g, (letter) => (roll() < 0.02 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}` : letter));
  const valueOf = (name) => {
    if (name === "duration") return roll() < 0.6 ? String(below(10_000)) : String(number());
    if (["answered", "transferred", "abandoned"].includes(name)) return roll() < 0.97 ? of(["true", "false"]) : of(["1", '"true"', "null"]);
    return roll() < 0.985 ? spelled(members[name]) : of(["null", "1", "true", "[]", "{}", '"\\ud800"', '"\\u0000"']);
  };
  let names = Object.keys(members);
  if (roll() < 0.5) names = names.sort(() => roll() - 0.5);
  if (roll() < 0.02) names.push(of(names));
  if (roll() < 0.02) names.splice(below(names.length), 1);
  const body = names.map((name) => `${gap()}${spelled(name)}${gap()}:${gap()}${valueOf(name)}${gap()}`).join(",");
  return `${gap()}{${body}}${gap()}`;
}

/** What the module says: the canonical payload's hash, or null for a record that is refused. */
function hashOf(record) {
  try {
    const hasher = new Hasher();
    hasher.push(canonicalizeCall(record));
    return hasher.finish();
  } catch (error) {
    assert.ok(error instanceof CallVerifyError, error);
    return null;
  }
}

async function compare(count, seed, ask) {
  const random = dice(seed);
  let [hashed, refused] = [0, 0];
  for (let done = 0; done < count; done += 500) {
    const records = Array.from({ length: Math.min(500, count - done) }, () => generate(random));
    const { rows } = await ask("select call_verify.payload_hash(record) as hash from unnest($1::text[]) with ordinality as given (record, place) order by place", [records]);
    for (const [index, { hash }] of rows.entries()) {
      assert.equal(hash, hashOf(records[index]), records[index]);
      if (hash === null) refused += 1;
      else hashed += 1;
    }
  }
  console.log(`${hashed} hashed alike, ${refused} refused by both`);
  assert.ok(hashed > count / 4 && refused > count / 10, `${hashed} ${refused}`);
}

test(`${RECORDS} generated records have the same hash in SQL, or are refused by both`, async () => {
  const server = await migrated();
  const pool = poolOf(server);
  try {
    await pool.query("alter database postgres set extra_float_digits = -15");
    await compare(RECORDS, 1, (text, values) => pool.query(text, values));
  } finally {
    await pool.end();
    await server.stop();
  }
});

test("and in PGlite, a newer PostgreSQL", async () => {
  const pglite = new PGlite();
  for (const name of MIGRATIONS) await pglite.exec(migration(name));
  await compare(1000, 2, (text, values) => pglite.query(text, values));
  await pglite.close();
});

test("the tree's root in SQL is the module's at every size, and no other one is kept as a checkpoint", async () => {
  const server = await migrated();
  const pool = poolOf(server);
  const database = fromPg(pool);
  const rootAt = async (size) => (await pool.query("select encode(call_verify.tree_root($1, $2), 'base64') as root", [tenant, size])).rows[0].root;
  try {
    await openChain(database, { tenant, origin });
    assert.equal(await rootAt(0), createHash("sha256").digest("base64"));
    const roots = [];
    for (let size = 1; size <= 34; size += 1) {
      await appendEvent(database, "{}", { tenant, entityId: "x", eventType: "note.taken" });
      const note = await checkpoint(database, { tenant, key });
      roots.push(note.split("\n")[2]);
      assert.equal(await rootAt(size), roots.at(-1));
    }
    for (const [index, root] of roots.entries()) assert.equal(await rootAt(index + 1), root);
    const insert = async (size, root) => {
      const client = await pool.connect();
      try {
        await client.query("begin");
        await client.query("select set_config('role', 'call_verify_sealer', true), set_config('call_verify.tenant', $1, true)", [tenant]);
        const values = "$1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'), $3";
        await client.query(`insert into public.audit_log_checkpoints values (${values})`, [tenant, size, `${origin}\n${size}\n${root}\n\n— ${origin} AAAA\n`]);
      } finally {
        await client.query("rollback");
        client.release();
      }
    };
    await insert(9, roots[8]);
    for (const [size, root] of [[9, roots[9]], [9, "A".repeat(43).concat("=")], [35, roots[33]], [9, `${roots[8].slice(0, -1)}`], ["09", roots[8]]]) {
      await assert.rejects(insert(size, root), { code: "23514" });
    }
  } finally {
    await pool.end();
    await server.stop();
  }
});
