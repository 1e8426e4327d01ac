// The routes that need a store, over one that is honest: from sealing to an export that everybody verifies alike.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verify } from "call-stream-verify";
import { createHandler, StoreError } from "call-stream-verify/edge";
import { MemoryStore } from "./memory-store.mjs";
import { assertProblem, bundle, policy, records, reportOf, request } from "./support.mjs";

const { CALL_VERIFY } = process.env;
assert.ok(CALL_VERIFY, "CALL_VERIFY is set by `cargo xtask test edge`");

const tenant = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const other = "0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b";
const FINAL = "transcript_complete=true&metadata_locked=true&ai_outputs_stable=true";
const now = () => new Date("2026-10-08T12:00:00Z");
const actor = { type: "user", id: "u-17" };
const json = { "content-type": "application/json" };
const signingKey = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8").match(/^PRIVATE\+KEY\+.*$/m)[0];

// Stands for a session: the tests say who asks.
const authorize = (asking) => {
  const [role, of = tenant] = (asking.headers.get("authorization") ?? "").split(" ");
  return role === "" ? null : { tenant: of, role, actor };
};

function service(options = {}) {
  const store = new MemoryStore().open(tenant).open(other);
  const events = [];
  const handler = createHandler({ policy, store, authorize, now, log: (event) => events.push(event), ...options });
  const as = (role, path, body, headers = json) =>
    handler(request(path, { method: body === undefined ? "GET" : "POST", body, headers: { ...headers, authorization: role } }));
  const seal = (record, query = FINAL, role = "sealer") => as(role, `/seal?${query}`, record);
  const record = (callId, role = "verifier") => as(role, "/record", JSON.stringify({ call_id: callId }));
  const revoke = (members, role = "revoker") => as(role, "/revoke", JSON.stringify(members));
  return { store, handler, events, as, seal, record, revoke };
}

const idOf = (record) => JSON.parse(record).call_id;
const edited = (record) => record.replace(/"duration":\d+/, '"duration":1');
const inTenant = (record, id) => record.replace(tenant, id);

test("a call is sealed, verified, edited, sealed anew, revoked and exported, and everybody reads the export alike", async () => {
  const { store, as, seal, record, revoke } = service();
  for (const each of records.slice(0, 3)) store.put(tenant, each);
  const [first, second] = records;

  const sealed = await seal(first);
  assert.equal(sealed.status, 201);
  const { entry, ...answer } = await sealed.json();
  assert.deepEqual([answer.status, answer.version, answer.seq, answer.call_id, answer.revoked], ["sealed", 1, 0, idOf(first), false]);
  assert.deepEqual(entry, store.entries(tenant)[0]);
  assert.equal(entry.timestamp, "2026-10-08T12:00:00Z");

  const again = await seal(first);
  assert.equal(again.status, 200);
  assert.deepEqual(await again.json(), { ...answer, status: "existing", entry: null });
  assert.equal((await seal(second)).status, 201);

  const resultOf = async (response) => {
    assert.equal(response.status, 201);
    return (await response.json()).result;
  };
  assert.equal(await resultOf(await record(idOf(first))), "verified");
  store.put(tenant, edited(first));
  assert.equal(await resultOf(await record(idOf(first))), "mismatch");
  assert.equal((await (await seal(edited(first))).json()).version, 2);
  assert.equal(await resultOf(await record(idOf(first).toUpperCase())), "verified");

  const withdrawal = { call_id: idOf(second), reason: "consent-withdrawn", policy: "retention/2" };
  const revoked = await revoke(withdrawal);
  assert.equal(revoked.status, 201);
  assert.deepEqual(JSON.parse((await revoked.json()).entry.text).payload.actor, actor);
  assert.equal((await revoke(withdrawal)).status, 200);
  assert.equal(await resultOf(await record(idOf(second))), "revoked");
  assert.deepEqual(JSON.parse(store.entries(tenant).at(-1).text).payload.method, "recompute");
  assert.equal((await revoke({ ...withdrawal, call_id: idOf(first), version: 1 })).status, 201);

  const response = await as("auditor", "/export");
  assert.equal(response.headers.get("content-type"), "application/x-ndjson");
  assert.equal(response.headers.get("cache-control"), "no-store");
  const exported = Buffer.from(await response.arrayBuffer());
  const trust = { expect: store.head(tenant), tenant };
  const report = await verify(exported, { policy, ...trust });
  assert.deepEqual([report.verdict, report.level, report.attempts, report.as_of.size], ["revoked", "L3", 4, 9]);
  assert.deepEqual(report.calls, { total: 2, verified: 1, mismatch: 0, revoked: 1, not_proven: 0, not_presented: 0 });
  const answered = await createHandler({ policy, ...trust })(request("/verify", { body: exported }));
  assert.equal(await answered.text(), await reportOf(exported, trust));
  agrees(exported, trust, await reportOf(exported, trust), 4);
});

/** The command line gives the same report. */
function agrees(exported, { expect }, text, status) {
  const run = spawnSync(CALL_VERIFY, ["verify", "-", "--expect", expect, "--tenant", tenant, "--format", "json"], { input: exported, encoding: "utf8" });
  assert.equal(run.status, status, run.stderr);
  const native = JSON.parse(run.stdout);
  const ours = JSON.parse(text);
  assert.deepEqual([native.verdict, native.as_of, native.calls, native.results], [ours.verdict, ours.as_of, ours.calls, ours.results]);
}

test("lines of NDJSON are those of the command line, but for the name of the input", async () => {
  const arguments_ = ["verify", "-", "--policy", fileURLToPath(new URL("../../www/public/samples/policy.txt", import.meta.url)), "--format", "ndjson"];
  for (const name of ["tampered", "revoked"]) {
    const run = spawnSync(CALL_VERIFY, arguments_, { input: bundle(name), encoding: "utf8" });
    const native = run.stdout.trimEnd().split("\n").map((line) => line.replace(/,"input":"[^"]*"/, "").replace(/,"exit":\d/, ""));
    const headers = { accept: "application/x-ndjson" };
    const response = await createHandler({ policy })(request("/verify", { body: bundle(name), headers }));
    assert.deepEqual((await response.text()).trimEnd().split("\n"), native);
    assert.ok(native.length > 10);
  }
});

test("64 seals at once leave no gap and no fork, however often transactions are tried again", async () => {
  const { store, as, seal } = service();
  const list = records.slice(0, 64);
  assert.equal(new Set(list.map(idOf)).size, 64);
  for (const each of list) store.put(tenant, each);
  const answers = await Promise.all(list.map(async (each) => (await seal(each)).json()));
  assert.ok(store.retries > 64, `${store.retries} retries`);
  assert.deepEqual(answers.map(({ status }) => status), list.map(() => "sealed"));
  assert.deepEqual(answers.map(({ seq }) => seq).sort((a, b) => a - b), list.map((_, index) => index));
  for (const { entry } of answers) assert.deepEqual(entry, store.entries(tenant)[entry.seq]);
  const exported = Buffer.from(await (await as("auditor", "/export")).arrayBuffer());
  const trust = { expect: store.head(tenant), tenant };
  const report = await verify(exported, { policy, ...trust });
  assert.deepEqual([report.verdict, report.calls.verified, report.findings], ["verified", 64, []]);
  agrees(exported, trust, await reportOf(exported, trust), 0);
});

test("the same call sealed 32 times at once is sealed once", async () => {
  const { store, seal } = service();
  const answers = await Promise.all(Array.from({ length: 32 }, async () => (await seal(records[0])).json()));
  assert.equal(answers.filter(({ status }) => status === "sealed").length, 1);
  assert.equal(store.entries(tenant).length, 1);
});

describe("access", () => {
  const asks = (it) => ({
    sealer: (role) => it.seal(records[0], FINAL, role),
    verifier: (role) => it.record(idOf(records[0]), role),
    revoker: (role) => it.revoke({ call_id: idOf(records[0]), reason: "r", policy: "p" }, role),
    auditor: (role) => it.as(role, "/export"),
  });

  test("each role does its own work and no other", async () => {
    for (const needed of ["sealer", "verifier", "revoker", "auditor"]) {
      for (const role of ["sealer", "verifier", "revoker", "auditor"]) {
        const it = service();
        it.store.put(tenant, records[0]);
        await it.seal(records[0]);
        const size = it.store.entries(tenant).length;
        const response = await asks(it)[needed](role);
        if (role === needed) {
          assert.ok(response.ok, `${role}: ${response.status}`);
          await response.body.cancel();
        } else {
          await assertProblem(response, 403, "role-not-allowed");
          assert.equal(it.store.entries(tenant).length, size);
        }
      }
    }
  });

  test("who is not authorized is answered before anything is read, and reaches no store", async () => {
    const untouched = { append: () => assert.fail("append"), exportBundle: () => assert.fail("export") };
    const late = new Promise(() => {});
    const answers = [
      [() => null, 401, "unauthorized"],
      [async () => null, 401, "unauthorized"],
      [() => undefined, 500, "misconfigured"],
      [() => ({}), 500, "misconfigured"],
      [() => true, 500, "misconfigured"],
      [() => ({ tenant, role: "admin" }), 500, "misconfigured"],
      [() => ({ tenant: tenant.toUpperCase(), role: "sealer" }), 500, "misconfigured"],
      [() => ({ tenant: [tenant], role: "sealer" }), 500, "misconfigured"],
      [() => ({ tenant, role: ["sealer"] }), 500, "misconfigured"],
      [() => ({ tenant, role: "sealer", actor: { type: "root", id: "x" } }), 500, "misconfigured"],
      [() => { throw new Error("the words of a database"); }, 503, "authorization-unavailable"],
      [async () => { throw new Error("the words of a database"); }, 503, "authorization-unavailable"],
      [() => late, 503, "too-slow"],
    ];
    for (const [answer, status, code] of answers) {
      const it = service({ store: untouched, authorize: answer, limits: { milliseconds: 100 } });
      for (const ask of Object.values(asks(it))) {
        const problem = await assertProblem(await ask("sealer"), status, code);
        assert.ok(!JSON.stringify(problem).includes("database"));
      }
      assert.ok(it.events.every(({ bytes, tenant: of }) => bytes === 0 && of === null));
    }
  });

  test("an actor must be known for what names one", async () => {
    const nobody = service({ authorize: () => ({ tenant, role: "revoker" }) });
    await nobody.store.put(tenant, records[0]);
    await assertProblem(await nobody.revoke({ call_id: idOf(records[0]), reason: "r", policy: "p" }), 500, "actor-unknown");
    let role = "sealer";
    const service2 = service({ authorize: () => ({ tenant, role }), actor: { type: "system", id: "nightly" } });
    await service2.seal(records[0]);
    role = "revoker";
    const { entry } = await (await service2.revoke({ call_id: idOf(records[0]), reason: "r", policy: "p" })).json();
    assert.deepEqual(JSON.parse(entry.text).payload.actor, { type: "system", id: "nightly" });
  });
});

describe("tenants", () => {
  test("a record that names another tenant is refused and not written, to neither chain", async () => {
    const { store, seal } = service();
    await assertProblem(await seal(inTenant(records[0], other)), 403, "foreign-tenant", "tenant_id");
    await assertProblem(await seal(records[0], FINAL, `sealer ${other}`), 403, "foreign-tenant", "tenant_id");
    assert.deepEqual([store.entries(tenant).length, store.entries(other).length], [0, 0]);
  });

  test("one tenant neither records, revokes nor exports what is another's", async () => {
    const { store, as, seal, record, revoke } = service();
    store.put(tenant, records[0]);
    await seal(records[0]);
    const callId = idOf(records[0]);
    await assertProblem(await record(callId, `verifier ${other}`), 404, "no-such-call", "call_id");
    await assertProblem(await revoke({ call_id: callId, reason: "r", policy: "p" }, `revoker ${other}`), 404, "no-such-version", "version");
    const text = await (await as(`auditor ${other}`, "/export")).text();
    assert.ok(!text.includes(callId) && !text.includes(tenant));
    assert.deepEqual([store.entries(tenant).length, store.entries(other).length], [1, 0]);
  });

  test("no header, parameter or member names a tenant", async () => {
    const { store, as, seal, revoke } = service();
    await assertProblem(await seal(records[0], `${FINAL}&tenant=${other}`), 400, "bad-parameter", "tenant");
    await assertProblem(await revoke({ call_id: idOf(records[0]), reason: "r", policy: "p", tenant_id: other }), 400, "bad-parameter", "tenant_id");
    await assertProblem(await as("auditor", `/export?tenant=${other}`), 400, "bad-parameter", "tenant");
    const headers = { ...json, "x-tenant": other, "x-tenant-id": other };
    assert.equal((await as("sealer", `/seal?${FINAL}`, records[0], headers)).status, 201);
    assert.deepEqual([store.entries(tenant).length, store.entries(other).length], [1, 0]);
  });

  test("a store that mixes tenants or calls up is caught", async () => {
    const wrong = { tenantId: other, size: 0, head: "0".repeat(64), versions: [] };
    const mixed = service({ store: { append: async (_, __, next) => next({ chain: wrong, record: null }).value, exportBundle: async () => new ReadableStream() } });
    await assertProblem(await mixed.seal(inTenant(records[0], other)), 500, "internal");
    await assertProblem(await mixed.revoke({ call_id: idOf(records[0]), reason: "r", policy: "p" }), 500, "internal");
    const it = service();
    it.store.platform.get(tenant).set(idOf(records[0]), records[1]);
    await it.seal(records[0]);
    await assertProblem(await it.record(idOf(records[0])), 500, "internal");
    assert.equal(it.store.entries(tenant).length, 1);
  });

  test("a tenant without a chain is told so", async () => {
    const { as, record } = service();
    const third = "00000000-0000-4000-8000-000000000003";
    await assertProblem(await record(idOf(records[0]), `verifier ${third}`), 404, "no-such-chain");
    await assertProblem(await as(`auditor ${third}`, "/export"), 404, "no-such-chain");
  });
});

describe("what the chain refuses", () => {
  test("a call that is not stated to be final, in each of three ways", async () => {
    const { store, seal } = service();
    const all = FINAL.split("&");
    for (const missing of all) {
      const query = all.filter((each) => each !== missing).join("&");
      await assertProblem(await seal(records[0], query), 422, "not-finalized", missing.split("=")[0]);
      await assertProblem(await seal(records[0], `${query}&${missing.replace("true", "false")}`), 422, "not-finalized", missing.split("=")[0]);
      await assertProblem(await seal(records[0], `${query}&${missing.replace("true", "TRUE")}`), 400, "bad-parameter", missing.split("=")[0]);
    }
    assert.equal(store.entries(tenant).length, 0);
  });

  test("what no hash covers, unless it is dropped by name", async () => {
    const { seal } = service();
    const wide = records[0].replace("{", '{"__proto__":1,"notes":"x",');
    await assertProblem(await seal(wide), 422, "uncovered-member", "__proto__");
    await assertProblem(await seal(wide, `${FINAL}&drop=__proto__`), 422, "uncovered-member", "notes");
    assert.equal((await seal(wide, `${FINAL}&drop=notes&drop=__proto__`)).status, 201);
    await assertProblem(await seal(wide, `${FINAL}&drop=a%00b`), 400, "bad-parameter", "drop");
    const refused = await (await seal(wide, `${FINAL}&drop=transcript`)).json();
    assert.deepEqual([refused.status, refused.code, refused.member], [400, "bad-parameter", "drop"]);
  });

  test("data of an earlier version, and another recording", async () => {
    const { seal } = service();
    const recording = "ab".repeat(32);
    assert.equal((await seal(records[0], `${FINAL}&recording=${recording}`)).status, 201);
    await assertProblem(await seal(records[0], `${FINAL}&recording=${"cd".repeat(32)}`), 409, "already-sealed", "recording");
    assert.equal((await seal(edited(records[0]))).status, 201);
    await assertProblem(await seal(records[0]), 409, "already-sealed", "canonical_payload_hash");
    await assertProblem(await seal(records[1], `${FINAL}&recording=${recording.toUpperCase()}`), 400, "bad-parameter", "recording");
  });

  test("versions and calls that are not there", async () => {
    const { store, record, revoke } = service();
    const call_id = idOf(records[0]);
    await assertProblem(await record(call_id), 404, "no-such-call", "call_id");
    store.put(tenant, records[0]);
    await assertProblem(await record(call_id), 404, "no-such-version", "call_id");
    await assertProblem(await revoke({ call_id, version: 9, reason: "r", policy: "p" }), 404, "no-such-version", "version");
  });

  test("a record that the platform has spoilt can't be recorded, and says which member", async () => {
    const { store, seal, record } = service();
    await seal(records[0]);
    store.put(tenant, records[0].replace(/"duration":\d+/, '"duration":null'));
    await assertProblem(await record(idOf(records[0])), 422, "missing-member", "duration");
    assert.equal(store.entries(tenant).length, 1);
  });

  test("reasons and actors that no entry can hold", async () => {
    const { store, seal, revoke } = service();
    await seal(records[0]);
    const call_id = idOf(records[0]);
    await assertProblem(await revoke({ call_id, reason: "", policy: "p" }), 422, "bad-event", "reason");
    await assertProblem(await revoke({ call_id, reason: "r", policy: "p".repeat(257) }), 422, "bad-event", "policy");
    assert.equal(store.entries(tenant).length, 1);
  });
});

describe("commands", () => {
  const call_id = idOf(records[0]);

  test("say what is wrong with them, by member", async () => {
    const { as } = service();
    const cases = [
      ["", 400, "body-missing"],
      ["{", 400, "json-syntax"],
      ["\ufeff{}", 400, "json-syntax"],
      [Uint8Array.of(0x7b, 0xff, 0x7d), 400, "json-utf8"],
      ["[]", 400, "bad-parameter"],
      ["null", 400, "bad-parameter"],
      ["{}", 400, "bad-parameter", "call_id"],
      ['{"call_id":7}', 400, "bad-parameter", "call_id"],
      ['{"call_id":null}', 400, "bad-parameter", "call_id"],
      ['{"call_id":"../x"}', 400, "bad-parameter", "call_id"],
      [`{"call_id":"${call_id}","__proto__":"x"}`, 400, "bad-parameter", "__proto__"],
      [`{"call_id":"${call_id}","call_id":"${call_id}"}`, 400, "json-duplicate-member"],
      [`{"call_id":"${call_id}","call\\u005fid":"${call_id}"}`, 400, "json-duplicate-member"],
      [`{"call_id":"${call_id}","reason":"\\ud800","policy":"p"}`, 400, "json-surrogate", "reason"],
      [`{"call_id":"${call_id}","reason":"a\\u0000","policy":"p"}`, 400, "json-nul", "reason"],
      [`{"call_id":"${call_id}","reason":"r"}`, 400, "bad-parameter", "policy"],
      [`{"call_id":"${call_id}","reason":"r","policy":["p"]}`, 400, "bad-parameter", "policy"],
      ...["0", "-1", "1.5", "1e400", "9007199254740993", '"1"', "true"].map((version) => [
        `{"call_id":"${call_id}","reason":"r","policy":"p","version":${version}}`, 400, "bad-parameter", "version",
      ]),
      [`{"call_id":"${call_id}","reason":"${"r".repeat(70_000)}","policy":"p"}`, 413, "body-too-large"],
    ];
    for (const [body, status, code, member] of cases) {
      await assertProblem(await as("revoker", "/revoke", body), status, code, member);
    }
    assert.equal((await as("revoker", "/revoke", `{ "call_id" : "${call_id}", "reason": "a \\"b\\": c", "policy":":" }`)).status, 404);
  });

  test("come as JSON, which no page sends for a visitor unasked", async () => {
    const { as } = service();
    const body = JSON.stringify({ call_id, reason: "r", policy: "p" });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "application/x-ndjson"]) {
      for (const [role, path] of [["revoker", "/revoke"], ["verifier", "/record"], ["sealer", `/seal?${FINAL}`]]) {
        await assertProblem(await as(role, path, body, { "content-type": type }), 415, "content-type", "content-type");
        await assertProblem(await as(role, path, new Blob([body]), {}), 415, "content-type", "content-type");
      }
    }
  });
});

describe("a store that fails", () => {
  const failing = (error) => service({ store: { append: async () => { throw error; }, exportBundle: async () => { throw error; } } });

  test("is a problem with its reason and without its words", async () => {
    for (const [error, status, code] of [
      [new StoreError("conflict", "secret row"), 503, "conflict"],
      [new StoreError("unavailable", "secret row"), 503, "store-unavailable"],
      [new Error("secret row"), 503, "store-unavailable"],
      ["secret row", 503, "store-unavailable"],
    ]) {
      const it = failing(error);
      for (const response of [await it.seal(records[0]), await it.as("auditor", "/export")]) {
        assert.ok(!JSON.stringify(await assertProblem(response, status, code)).includes("secret"));
      }
      assert.deepEqual(it.events.map(({ cause }) => cause), [error, error]);
    }
  });

  test("may wrap a refusal: the refusal is what is answered", async () => {
    const wrapping = { append: async (_, __, next) => { try { next({ chain: { tenantId: tenant, size: 0, head: "0".repeat(64), versions: [] }, record: null }); } catch (cause) { throw new Error("rolled back", { cause }); } } };
    const it = service({ store: { ...wrapping, exportBundle: async () => new ReadableStream() } });
    await assertProblem(await it.seal(inTenant(records[0], other)), 403, "foreign-tenant", "tenant_id");
  });

  test("is told when nobody waits any more", async () => {
    const signals = [];
    const never = { append: (_, __, ___, { signal }) => { signals.push(signal); return new Promise(() => {}); }, exportBundle: async () => new ReadableStream() };
    const it = service({ store: never, limits: { milliseconds: 60 } });
    await assertProblem(await it.seal(records[0]), 503, "too-slow");
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true]);
  });
});

describe("GET /export", () => {
  const sourceOf = (pull) => {
    const told = {};
    const exportBundle = async (_, { signal }) => {
      told.signal = signal;
      return new ReadableStream({ pull, cancel: (reason) => { told.canceled = reason; } }, { highWaterMark: 0 });
    };
    return { told, store: { append: async () => {}, exportBundle } };
  };
  const line = new TextEncoder().encode('{"type":"manifest"}\n');

  test("HEAD asks for access and opens nothing", async () => {
    const it = service({ store: { append: async () => {}, exportBundle: () => assert.fail("opened") } });
    const head = (role) => it.handler(request("/export", { method: "HEAD", headers: { authorization: role } }));
    assert.deepEqual([(await head("auditor")).status, (await head("sealer")).status, (await head("")).status], [200, 403, 401]);
  });

  test("a reader that leaves ends the store's work", async () => {
    const { told, store } = sourceOf((controller) => controller.enqueue(line));
    const it = service({ store, limits: { concurrent: 1 } });
    const reader = (await it.as("auditor", "/export")).body.getReader();
    await reader.read();
    await assertProblem(await it.as("auditor", "/export"), 429, "busy");
    await reader.cancel();
    assert.equal(told.canceled.code, "client-closed");
    const next = await it.as("auditor", "/export");
    assert.equal(next.status, 200);
    await next.body.cancel();
    assert.deepEqual(it.events.map(({ code }) => code), ["busy", "client-closed", "client-closed"]);
  });

  test("a stream that breaks off is an error for the reader, never an end", async () => {
    let pulled = 0;
    const { store } = sourceOf((controller) => (pulled++ < 2 ? controller.enqueue(line) : controller.error(new Error("gone"))));
    const it = service({ store });
    await assert.rejects((await it.as("auditor", "/export")).text());
    assert.deepEqual(it.events.map(({ status, code, cause }) => [status, code, cause.message]), [[200, "store-unavailable", "gone"]]);
  });

  test("a store or a reader that rests too long is given up", async () => {
    for (const [pull, reads] of [[() => new Promise(() => {}), true], [(controller) => controller.enqueue(line), false]]) {
      const { told, store } = sourceOf(pull);
      const it = service({ store, limits: { milliseconds: 50 } });
      const response = await it.as("auditor", "/export");
      if (!reads) await new Promise((resolve) => setTimeout(resolve, 120));
      await assert.rejects(response.text(), (error) => error.code === "too-slow");
      assert.ok(told.signal.aborted);
      assert.equal(told.canceled.code, "too-slow");
    }
  });

  test("lasts as long as chunks keep coming", async () => {
    let pulled = 0;
    const pull = async (controller) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (pulled++ < 6) controller.enqueue(line);
      else controller.close();
    };
    const it = service({ store: sourceOf(pull).store, limits: { milliseconds: 120 } });
    assert.equal((await (await it.as("auditor", "/export")).text()).length, 6 * line.length);
    assert.deepEqual(it.events.map(({ status, code }) => [status, code]), [[200, null]]);
  });
});

describe("a signing key", () => {
  test("signs versions and revocations, and stands in no answer", async () => {
    const it = service({ key: signingKey });
    const sealed = await (await it.seal(records[0])).text();
    const revoked = await (await it.revoke({ call_id: idOf(records[0]), reason: "r", policy: "p" })).text();
    for (const text of [sealed, revoked]) {
      assert.equal(JSON.parse(JSON.parse(text).entry.text).payload.signatures.length, 1);
      assert.ok(!text.includes(signingKey.split("+").at(-1)) && !text.includes("PRIVATE"));
    }
    const log = signingKey.split("+")[2];
    const trust = { policy: "callstream.example/audit/7e57d004+47358b69+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", expect: it.store.head(tenant), chainOnly: true };
    assert.equal(log, "callstream.example/audit/7e57d004");
    const report = await verify(new Uint8Array(await (await it.as("auditor", "/export")).arrayBuffer()), trust);
    assert.equal(report.claims.version_signatures.state, "proven");
  });

  test("that is none is the service's fault and is not repeated", async () => {
    const it = service({ key: `${signingKey.slice(0, -4)}XXXX` });
    const response = await it.seal(records[0]);
    const text = await response.text();
    assert.equal(response.status, 500);
    assert.ok(JSON.parse(text).code.startsWith("bad-key") && !text.includes("PRIVATE"), text);
    assert.equal(it.store.entries(tenant).length, 0);
  });
});

test("the log names what happened, to whom, and no text of a call", async () => {
  const { store, events, as, seal, record, revoke } = service();
  store.put(tenant, records[0]);
  await seal(records[0]);
  await record(idOf(records[0]));
  await revoke({ call_id: idOf(records[0]), reason: "consent-withdrawn", policy: "retention/2" });
  await seal(inTenant(records[0], other));
  await (await as("auditor", "/export")).text();
  assert.deepEqual(
    events.map(({ route, method, status, code, role }) => [route, method, status, code, role]),
    [
      ["/seal", "POST", 201, null, "sealer"],
      ["/record", "POST", 201, null, "verifier"],
      ["/revoke", "POST", 201, null, "revoker"],
      ["/seal", "POST", 403, "foreign-tenant", "sealer"],
      ["/export", "GET", 200, null, "auditor"],
    ],
  );
  const { caller, transcript } = JSON.parse(records[0]);
  const text = JSON.stringify(events);
  for (const secret of [caller, caller.replace(/[^+0-9]/g, ""), transcript.slice(0, 20), "consent-withdrawn"]) assert.ok(!text.includes(secret), secret);
  assert.ok(events.every((event) => event.tenant === tenant && event.milliseconds >= 0 && event.cause === undefined));
});

test("a log that throws changes no answer", async () => {
  const it = service({ log: () => { throw new Error("full"); } });
  assert.equal((await it.seal(records[0])).status, 201);
});
