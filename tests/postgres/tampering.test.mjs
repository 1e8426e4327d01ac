// What only a superuser can do to a ledger, and that the next export gives it away: to the command line, with a checkpoint kept elsewhere.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { chainId, makeKey } from "call-stream-verify";
import { checkpoint, exportBundle, fromPg, openChain, revokeVersion, sealCall, verifyCall } from "call-stream-verify/postgres";
import { actor, call, FINAL, judged, key, migrated, origin, other, poolOf, put, tenant, vkey, whatCame } from "./support/ledger.mjs";

const at = "2026-10-08T12:00:00Z";
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
let server;
let pool;
let database;
/** `SIZE:HEAD`, as somebody outside keeps it. */
let kept;

before(async () => {
  server = await migrated();
  pool = poolOf(server);
  database = fromPg(pool);
  for (const of of [tenant, other]) {
    await openChain(database, { tenant: of, origin, createdAt: new Date("2026-10-01T00:00:00Z") });
    for (let number = 0; number < 8; number += 1) {
      await put((text, values) => pool.query(text, values), call(number, { of }));
      await sealCall(database, JSON.stringify(call(number, { of })), { tenant: of, statement: FINAL, at });
    }
    await verifyCall(database, call(3).call_id, { tenant: of, actor, at });
    await revokeVersion(database, call(7).call_id, { tenant: of, actor, at, reason: "r", policy: "p" });
    await checkpoint(database, { tenant: of, key });
  }
  const { rows } = await pool.query("select size || ':' || head as kept from chain_heads where tenant_id = $1", [tenant]);
  kept = rows[0].kept;
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

const entries = async () => (await pool.query("select seq::int, entry, entry_hash from audit_log_chain where tenant_id = $1 order by seq", [tenant])).rows;

/** Writes the chain anew from `seq` on with these texts, as if it had always been so; the head follows. */
async function rewrite(client, seq, texts) {
  await client.query("delete from audit_log_chain where tenant_id = $1 and seq >= $2", [tenant, seq]);
  let head = seq === 0 ? chainId({ tenantId: tenant, origin, createdAt: "2026-10-01T00:00:00Z" })
    : (await client.query("select entry_hash from audit_log_chain where tenant_id = $1 and seq = $2", [tenant, seq - 1])).rows[0].entry_hash;
  for (const text of texts) {
    const entry = text.replace(/"prev_hash":"[0-9a-f]{64}"/, `"prev_hash":"${head}"`);
    const { entity_id, event_type, timestamp } = JSON.parse(entry);
    await client.query("insert into audit_log_chain values ($1, $2, $3, $4, $5, $6, $7, $8)", [tenant, seq, sha256(entry), head, entity_id, event_type, timestamp, entry]);
    head = sha256(entry);
    seq += 1;
  }
  await client.query("update chain_heads set size = $2, head = $3 where tenant_id = $1", [tenant, seq, head]);
}

const update = (set, seq) => (client) => client.query(`update audit_log_chain set ${set} where tenant_id = $1 and seq = ${seq}`, [tenant]);
const texts = async (from, change = (list) => list) => change((await entries()).slice(from).map(({ entry }) => entry));

// Each: what is done; the verdict, the code and the place of the first finding, or of the one that says what is missing.
const TAMPERINGS = {
  "an entry's text is changed": [update(`entry = replace(entry, '"version":1', '"version":2')`, 2), "mismatch entry-hash-mismatch seq 2"],
  "an entry's text and hash are changed": [update(`entry = replace(entry, '"verified"', '"mismatch"'), entry_hash = encode(sha256(convert_to(replace(entry, '"verified"', '"mismatch"'), 'UTF8')), 'hex')`, 8), "mismatch link-broken seq 9"],
  "an entry's hash is changed": [update("entry_hash = repeat('a', 64)", 4), "mismatch entry-hash-mismatch seq 4"],
  "an entry gets white space": [update(`entry = replace(entry, ',"payload"', ', "payload"')`, 5), "not_proven not-canonical line 7"],
  "an entry is deleted": [(client) => client.query("delete from audit_log_chain where tenant_id = $1 and seq = 4", [tenant]), "mismatch link-broken seq 5"],
  "the first entry is deleted": [(client) => client.query("delete from audit_log_chain where tenant_id = $1 and seq = 0", [tenant]), "mismatch link-broken seq 1"],
  "the last entry is deleted": [(client) => client.query("delete from audit_log_chain where tenant_id = $1 and seq = 9", [tenant]), "not_proven cut-off"],
  "the last entries are deleted and the head is set back": [async (client) => rewrite(client, 8, []), "mismatch checkpoint-beyond-chain line 10"],
  "all entries are deleted": [async (client) => rewrite(client, 0, []), "mismatch checkpoint-beyond-chain line 2"],
  "two entries change places": [async (client) => {
    await update("seq = 100", 2)(client);
    await update("seq = 2", 3)(client);
    await update("seq = 3", 100)(client);
  }, "mismatch link-broken seq 2"],
  "an entry is moved to the end": [update("seq = 100", 3), "mismatch link-broken seq 4"],
  "an entry is put in front": [async (client) => {
    await client.query("update audit_log_chain set seq = seq + 1000 where tenant_id = $1", [tenant]);
    await client.query("update audit_log_chain set seq = seq - 999 where tenant_id = $1", [tenant]);
    await client.query("insert into audit_log_chain select tenant_id, 0, repeat('b', 64), repeat('c', 64), entity_id, event_type, occurred_at, entry from audit_log_chain where tenant_id = $1 and seq = 1", [tenant]);
  }, "mismatch entry-hash-mismatch seq 0"],
  "an entry of another tenant is put in its place": [async (client) => {
    await client.query("update audit_log_chain as a set entry = b.entry, entry_hash = b.entry_hash from audit_log_chain as b where a.tenant_id = $1 and b.tenant_id = $2 and a.seq = 4 and b.seq = 4", [tenant, other]);
  }, "mismatch link-broken seq 4"],
  "the chain is written anew around a changed version": [async (client) => {
    const [first, ...rest] = await texts(5);
    await rewrite(client, 5, [first.replace(/("transcript":")./, (_, front) => `${front}0`), ...rest]);
  }, "mismatch root-mismatch line 12"],
  "the chain is written anew without a revocation": [async (client) => rewrite(client, 9, []), "mismatch checkpoint-beyond-chain line 11"],
  "the chain is written anew without a call": [async (client) => {
    const list = await texts(0);
    await rewrite(client, 0, [...list.slice(0, 5), ...list.slice(6)]);
    await client.query("delete from calls where tenant_id = $1 and call_id = $2", [tenant, call(5).call_id]);
  }, "mismatch checkpoint-beyond-chain line 11"],
  "the chain is written anew with another time": [async (client) => rewrite(client, 0, (await texts(0)).map((text) => text.replace(/"timestamp":"2026/, '"timestamp":"2025'))), "mismatch root-mismatch line 12"],
  "the head's hash is changed": [(client) => client.query("update chain_heads set head = repeat('d', 64) where tenant_id = $1", [tenant]), "not_proven cut-off"],
  "the head counts fewer entries": [(client) => client.query("update chain_heads set size = 5 where tenant_id = $1", [tenant]), "not_proven cut-off"],
  "the chain's header is changed": [(client) => client.query(`update chain_heads set header = replace(header, '2026-10-01', '2026-10-02') where tenant_id = $1`, [tenant]), "mismatch chain-id-mismatch line 1"],
  "the chain's id is changed": [(client) => client.query("update chain_heads set chain_id = repeat('e', 64) where tenant_id = $1", [tenant]), "mismatch chain-id-mismatch line 1"],
  "the checkpoint is deleted": [(client) => client.query("delete from audit_log_checkpoints where tenant_id = $1", [tenant]), "not_proven no-trusted-checkpoint"],
  "the checkpoint is changed": [(client) => client.query("update audit_log_checkpoints set note = replace(note, E'\\n10\\n', E'\\n9\\n'), note_hash = encode(sha256(convert_to(replace(note, E'\\n10\\n', E'\\n9\\n'), 'UTF8')), 'hex') where tenant_id = $1", [tenant]), "mismatch checkpoint-bad-signature line 12"],
  "a call is changed": [(client) => client.query("update calls set duration = duration + 1 where tenant_id = $1 and call_id = $2", [tenant, call(6).call_id]), "mismatch call-mismatch call 6"],
  "a call's transcript is changed by one letter": [(client) => client.query("update calls set transcript = replace(transcript, 'table', 'tab1e') where tenant_id = $1 and call_id = $2", [tenant, call(2).call_id]), "mismatch call-mismatch call 2"],
};

test("what nobody changed is found to be as it was", async () => {
  const { bytes, error } = await whatCame(await exportBundle(database, { tenant }));
  const { verdict, findings } = judged(bytes, ["--key", vkey, "--expect", kept]);
  assert.deepEqual([error, verdict, findings.map(({ code }) => code)], [null, "revoked", ["call-revoked"]]);
});

for (const [name, [tamper, found]] of Object.entries(TAMPERINGS)) {
  test(name, async () => {
    const client = await pool.connect();
    try {
      // In a transaction of the superuser's: what is exported is what it sees, and afterwards all is as before.
      await client.query("begin");
      await client.query("set local session_replication_role = replica");
      await tamper(client);
      const query = async (text, values) => (text.includes("set_config") ? [] : (await client.query(text, values)).rows);
      const { bytes, error } = await whatCame(await exportBundle({ transaction: (_, work) => work(query) }, { tenant }));
      const trusting = name === "the checkpoint is deleted" ? ["--key", vkey] : ["--key", vkey, "--expect", kept];
      const report = judged(bytes, trusting);
      const [verdict, code, place, number] = found.split(" ");
      const errors = report.findings.filter(({ severity }) => severity === "mismatch" || severity === "not_proven");
      const first = place === undefined ? errors.find((each) => each.code === code) : errors[0];
      const places = { seq: first?.seq, line: first?.line, call: Number.parseInt(first?.call_id?.slice(-12), 16) };
      assert.deepEqual([report.verdict, first?.code, String(places[place])], [verdict, code, String(number)], JSON.stringify(errors));
      // What the database can see for itself, it says, and does not call it a bundle.
      const counted = /^(an entry is (deleted|moved|put in front)|the first entry is|the last entry is|the head)/.test(name);
      assert.equal(error?.code, counted ? "unavailable" : undefined);
    } finally {
      await client.query("rollback").catch(() => {});
      client.release();
    }
  });
}

// A chain that was written anew holds in itself: the checkpoint in the database knows better, and where that is gone, the one that is kept elsewhere.
const FORGERIES = {
  "the chain was written anew around a changed call": async (client) => {
    const [first, ...rest] = await texts(5);
    await rewrite(client, 5, [first.replace(/("transcript":")./, (_, front) => `${front}0`), ...rest]);
  },
  "its end was cut off": (client) => rewrite(client, 8, []),
};

for (const [name, forge] of Object.entries(FORGERIES)) {
  test(`no checkpoint is signed after the one that was kept elsewhere if ${name}`, async () => {
    const [{ note }] = (await pool.query("select note from audit_log_checkpoints where tenant_id = $1", [tenant])).rows;
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("set local session_replication_role = replica");
      await forge(client);
      const query = async (text, values) => (text.includes("set_config") ? [] : (await client.query(text, values)).rows);
      const forged = { transaction: (_, work) => work(query) };
      const found = (error) => error.code === "unavailable" && /root-mismatch|checkpoint-beyond-chain/.test(error.message);
      await assert.rejects(checkpoint(forged, { tenant, key }), found);
      await client.query("delete from audit_log_checkpoints where tenant_id = $1", [tenant]);
      await assert.rejects(checkpoint(forged, { tenant, key, after: note }), found);
      assert.notEqual(await checkpoint(forged, { tenant, key }), note);
    } finally {
      await client.query("rollback").catch(() => {});
      client.release();
    }
  });
}

test("a checkpoint is signed after an earlier one of the same chain, and after nothing that is none of it", async () => {
  const [{ note }] = (await pool.query("select note from audit_log_checkpoints where tenant_id = $1", [tenant])).rows;
  assert.equal(await checkpoint(database, { tenant, key, after: note }), note);
  await verifyCall(database, call(3).call_id, { tenant, actor, at });
  const next = await checkpoint(database, { tenant, key, after: note });
  assert.equal(await checkpoint(database, { tenant, key, after: note }), next);
  assert.equal(await checkpoint(database, { tenant, key, after: next }), next);
  const another = makeKey(origin);
  const foreign = await checkpoint(database, { tenant, key: another.key });
  const others = [note.replaceAll(origin, "another.example/log"), `${origin}\n`, "", note.replace("\n10\n", "\n9\n"), note.replace(/\n\n[^]*/, ""), note.replace(/.\n$/, ".\n"), foreign];
  for (const after of others) await assert.rejects(checkpoint(database, { tenant, key, after }), { code: "bad-option", member: "after" }, after);
});

test("a checkpoint with a bad signature, which no database tells from a good one, spoils exports until the next one, and keeps nobody from signing", async () => {
  const [{ note }] = (await pool.query("select note from audit_log_checkpoints where tenant_id = $1 order by size desc limit 1", [other])).rows;
  const forged = note.replace(/ (\S{8})(\S)(\S+\n)$/, (_, front, letter, rest) => ` ${front}${letter === "A" ? "B" : "A"}${rest}`);
  assert.notEqual(forged, note);
  const client = await pool.connect();
  await client.query("begin");
  await client.query("select set_config('role', 'call_verify_sealer', true), set_config('call_verify.tenant', $1, true)", [other]);
  await client.query("insert into audit_log_checkpoints select $1, 10, encode(sha256(convert_to($2, 'UTF8')), 'hex'), $2", [other, forged]);
  await client.query("commit");
  client.release();
  const judge = async () => judged((await whatCame(await exportBundle(database, { tenant: other }))).bytes).findings.map(({ code }) => code);
  assert.ok((await judge()).includes("checkpoint-bad-signature"));
  assert.equal(await checkpoint(database, { tenant: other, key }), note);
  await verifyCall(database, call(3).call_id, { tenant: other, actor, at });
  await checkpoint(database, { tenant: other, key, after: note });
  assert.deepEqual(await judge(), ["call-revoked"]);
});
