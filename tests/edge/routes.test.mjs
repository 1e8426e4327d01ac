// Verifying and hashing through the handler: the same bytes as a call of the package, and a clear problem for anything else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { hashCall, WASM_SHA256 } from "call-stream-verify";
import { createHandler } from "call-stream-verify/edge";
import { assertProblem, BUNDLES, bundle, policy, records, reportOf, request, streamOf } from "./support.mjs";

const handler = createHandler({ policy });

describe("POST /verify", () => {
  for (const name of BUNDLES) {
    test(`gives the report on ${name} byte for byte, plain, packed and in pieces of any size`, async () => {
      const bytes = bundle(name);
      const expected = await reportOf(bytes);
      const pieces = [];
      for (let start = 0; start < bytes.length; start += 1009) pieces.push(bytes.subarray(start, start + 1009));
      for (const body of [bytes, bytes.toString(), new Blob([bytes]), streamOf(pieces)]) {
        const response = await handler(request("/verify", { body }));
        assert.equal(await response.text(), expected);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-type"), "application/json");
        assert.equal(response.headers.get("cache-control"), "no-store");
        assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      }
      const packed = gzipSync(bytes);
      const fromPacked = await reportOf(packed);
      const asGzip = { "content-type": "application/gzip" };
      const asCoding = { "content-type": "application/x-ndjson", "content-encoding": "gzip" };
      for (const headers of [asGzip, asCoding]) {
        assert.equal(await (await handler(request("/verify", { body: packed, headers }))).text(), fromPacked);
      }
    });
  }

  test("lists verified calls only when asked to", async () => {
    const body = bundle("honest");
    const [few, all] = [await reportOf(body), await reportOf(body, { all: true })];
    assert.notEqual(few, all);
    assert.equal(await (await handler(request("/verify?all=true", { body }))).text(), all);
    assert.equal(await (await handler(request("/verify?all=false", { body }))).text(), few);
    await assertProblem(await handler(request("/verify?all=1", { body })), 400, "bad-parameter", "all");
  });

  test("a query can't change what is asked", async () => {
    const body = bundle("honest");
    for (const name of ["minLevel", "policy", "chainOnly", "tenant", "__proto__", "drop"]) {
      await assertProblem(await handler(request(`/verify?${name}=L2`, { body })), 400, "bad-parameter", name);
    }
    await assertProblem(await handler(request("/verify?all=true&all=false", { body })), 400, "bad-parameter", "all");
  });

  test("trust is the service's alone", async () => {
    const body = bundle("honest");
    const { as_of } = JSON.parse(await reportOf(body));
    const other = "callstream.example/audit/7e57d004+47358b69+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    const tenant = "00000000-0000-4000-8000-000000000000";
    for (const options of [{ policy: other }, { minLevel: "L4" }, { tenant }, { policy: other, expect: `${as_of.size}:${as_of.head}` }]) {
      const response = await createHandler({ policy, ...options })(request("/verify", { body }));
      assert.equal(await response.text(), await reportOf(body, options));
    }
  });

  test("gives lines where NDJSON is asked for, the summary last", async () => {
    const body = bundle("tampered");
    for (const accept of ["application/x-ndjson", "application/json;q=0.5, application/x-ndjson", "text/html, application/ndjson"]) {
      const response = await handler(request("/verify", { body, headers: { accept } }));
      assert.equal(response.headers.get("content-type"), "application/x-ndjson");
      const text = await response.text();
      assert.ok(text.endsWith("}\n"));
      const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
      const of = (type) => lines.filter((line) => line.type === type).map(({ type: _, ...line }) => line);
      const { format, findings, results, claims, ...summary } = JSON.parse(await reportOf(body));
      assert.ok(findings.length > 0 && results.length > 0 && format.length > 0);
      assert.deepEqual(of("finding"), findings);
      assert.deepEqual(of("result"), results);
      assert.deepEqual(Object.fromEntries(of("claim").map(({ name, ...claim }) => [name, claim])), claims);
      assert.deepEqual(lines.at(-1), { type: "report", ...summary });
      assert.equal(of("report").length, 1);
    }
    for (const accept of ["application/json, application/x-ndjson;q=0.9", "*/*", "", "application/x-ndjson;q=0", "application/x-ndjson;q=x", ",;=,"]) {
      const response = await handler(request("/verify", { body, headers: { accept } }));
      assert.equal(response.headers.get("content-type"), "application/json", accept);
    }
  });

  test("what is no bundle is a verdict, and no body is none", async () => {
    const body = "not a bundle";
    const response = await handler(request("/verify", { body }));
    assert.equal(response.status, 200);
    assert.equal(await response.text(), await reportOf(body));
    await assertProblem(await handler(request("/verify")), 400, "body-missing");
    await assertProblem(await handler(request("/verify", { body: "" })), 400, "body-missing");
    await assertProblem(await handler(request("/verify", { body: streamOf([]) })), 400, "body-missing");
  });

  test("two requests at once don't meet", async () => {
    const answers = await Promise.all(BUNDLES.map(async (name) => (await handler(request("/verify", { body: bundle(name) }))).text()));
    assert.deepEqual(answers, await Promise.all(BUNDLES.map((name) => reportOf(bundle(name)))));
  });
});

describe("POST /hash", () => {
  test("gives what hashCall gives", async () => {
    for (const body of records.slice(0, 5)) {
      const response = await handler(request("/hash", { body, headers: { "content-type": "application/json" } }));
      assert.equal(await response.text(), JSON.stringify(hashCall(body)));
      assert.equal(response.status, 200);
    }
  });

  test("names an uncovered member whatever it is called", async () => {
    const body = records[0].replace("{", '{"__proto__":1,"constructor":2,"toJSON":3,');
    const { uncovered } = await (await handler(request("/hash", { body }))).json();
    assert.deepEqual([...uncovered].sort(), ["__proto__", "constructor", "toJSON"]);
  });

  test("a refused record keeps its code and its member", async () => {
    const cases = [
      ["[]", 422, "bad-call"],
      ["{}", 422, "missing-member", "call_id"],
      [records[0].replace(/"duration":\d+/, '"duration":-1'), 422, "bad-member", "duration"],
      ["{", 400, "json-syntax"],
      ['{"a":1,"a":2}', 400, "json-duplicate-member"],
      ['{"a":-0}', 400, "json-negative-zero"],
      ["\ufeff{}", 400, "json-bom"],
      [Uint8Array.of(0x22, 0xff, 0x22), 400, "json-utf8"],
      ['"\\ud800"', 400, "json-surrogate"],
      ["[".repeat(40), 400, "json-depth"],
    ];
    for (const [body, status, code, member] of cases) {
      await assertProblem(await handler(request("/hash", { body })), status, code, member);
    }
  });

  test("no text of a record stands in a problem", async () => {
    const secret = "confidential words of a caller";
    const body = `${records[0].replace(/"transcript":"/, `"transcript":"${secret} \u0001`)}`;
    const text = await (await handler(request("/hash", { body }))).text();
    assert.ok(text.includes('"code":"json-syntax"') && !text.includes("confidential"), text);
  });
});

describe("media types", () => {
  const body = bundle("honest");
  const types = (path, list) =>
    Promise.all(list.map(async (type) => (await handler(request(path, { body: path === "/hash" ? records[0] : body, headers: { "content-type": type } }))).status));

  test("a bundle may be called what such files are called", async () => {
    const taken = ["application/x-ndjson", "application/x-ndjson; charset=utf-8", "Application/NDJSON", "application/jsonl", "application/json"];
    taken.push("application/octet-stream", "text/plain;charset=UTF-8", 'text/plain; charset="utf-8"');
    assert.deepEqual(new Set(await types("/verify", taken)), new Set([200]));
    const refused = ["text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; charset=utf-16", "", "json"];
    assert.deepEqual(new Set(await types("/verify", refused)), new Set([415]));
  });

  test("a record is JSON", async () => {
    assert.deepEqual(await types("/hash", ["application/json", "application/octet-stream", "application/x-ndjson", "application/gzip"]), [200, 200, 415, 415]);
  });

  test("content codings that nothing here unpacks are refused, not read as they are", async () => {
    for (const [path, coding] of [["/verify", "br"], ["/verify", "gzip, gzip"], ["/verify", "deflate"], ["/hash", "gzip"]]) {
      const response = await handler(request(path, { body, headers: { "content-type": "application/json", "content-encoding": coding } }));
      assert.equal(response.headers.get("accept-encoding"), "identity");
      await assertProblem(response, 415, "content-coding", "content-encoding");
    }
  });
});

describe("routes and methods", () => {
  test("there are no routes but those that are configured", async () => {
    const paths = ["/", "/verify/", "//verify", "/VERIFY", "/verify/x", "/health.json", "/seal", "/record", "/revoke", "/export", "/__proto__", "/constructor"];
    const hostile = ["/..%2fverify", "/%2e%2e/%2e%2e/etc/passwd", "/verify%00", "/verify%2f..", "/x/..;/verify", `/${"a".repeat(100_000)}`, "/\u2025/verify"];
    for (const path of [...paths, ...hostile]) {
      const problem = await assertProblem(await handler(request(path, { body: "x" })), 404, "no-such-route");
      assert.ok(JSON.stringify(problem).length < 300);
    }
  });

  test("a path that a URL parser resolves is the path that it resolves to", async () => {
    assert.equal((await handler(request("/a/../health", { method: "GET" }))).status, 200);
  });

  test("a base path stands in front of every route", async () => {
    const below = createHandler({ policy, basePath: "/functions/call-verify" });
    const { routes } = await (await below(request("/functions/call-verify/health", { method: "GET" }))).json();
    assert.deepEqual(routes, ["/functions/call-verify/verify", "/functions/call-verify/hash", "/functions/call-verify/health"]);
    for (const path of ["/health", "/functions/call-verifyhealth", "/functions/call-verify", "/functions/call-verify//health", "/x/functions/call-verify/health"]) {
      await assertProblem(await below(request(path, { method: "GET" })), 404, "no-such-route");
    }
  });

  test("a wrong method is told the right ones", async () => {
    for (const [path, methods, allow] of [
      ["/verify", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "PROPFIND"], "POST, OPTIONS"],
      ["/health", ["POST", "PUT"], "GET, HEAD, OPTIONS"],
    ]) {
      for (const method of methods) {
        const response = await handler(request(path, { method }));
        assert.equal(response.headers.get("allow"), allow);
        if (method === "HEAD") assert.deepEqual([response.status, await response.text()], [405, ""]);
        else await assertProblem(response, 405, "method-not-allowed");
      }
      const response = await handler(request(path, { method: "OPTIONS" }));
      assert.deepEqual([response.status, response.headers.get("allow"), await response.text()], [204, allow, ""]);
    }
  });

  test("health says what is configured and no secret", async () => {
    const key = readFileSync(new URL("../../SPEC.md", import.meta.url), "utf8").match(/^PRIVATE\+KEY\+.*$/m)[0];
    const signing = createHandler({ policy, key, expect: `0:${"0".repeat(64)}`, minLevel: "L4" });
    const response = await signing(request("/health", { method: "GET" }));
    const text = await response.text();
    const { version } = JSON.parse(readFileSync(new URL("../../pkg-config/package.json", import.meta.url), "utf8"));
    const health = JSON.parse(text);
    assert.deepEqual([health.status, health.version, health.wasm_sha256], ["ok", version, WASM_SHA256]);
    assert.deepEqual([health.signs, health.store, health.minimum_level, health.expected_head], [true, false, "L4", true]);
    for (const secret of ["PRIVATE", key.split("+").at(-1)]) assert.ok(!text.includes(secret));
    const head = await signing(request("/health", { method: "HEAD" }));
    assert.deepEqual([...head.headers], [...response.headers]);
    assert.equal(await head.text(), "");
  });
});

describe("other origins", () => {
  const origin = "https://app.example";
  const asked = { "access-control-request-method": "POST", "access-control-request-headers": "authorization, x-client-info" };
  const granted = (response) => [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
  const open = createHandler({ policy, cors: [origin, "http://localhost:5173"] });

  test("pages of other origins read nothing unless they are listed", async () => {
    for (const [asking, of] of [[handler, origin], [open, "https://app.example.evil"], [open, "null"], [open, "https://APP.example"], [open, "http://app.example"]]) {
      for (const init of [{ method: "OPTIONS", headers: { origin: of, ...asked } }, { body: "x", headers: { origin: of } }]) {
        assert.deepEqual(granted(await asking(request("/verify", init))), []);
      }
    }
  });

  test("a listed origin may ask and read, without credentials", async () => {
    const preflight = await open(request("/verify", { method: "OPTIONS", headers: { origin, ...asked } }));
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), origin);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "POST, OPTIONS");
    assert.equal(preflight.headers.get("access-control-allow-headers"), "authorization, x-client-info");
    for (const response of [await open(request("/verify", { body: "x", headers: { origin } })), await open(request("/nowhere", { body: "x", headers: { origin } }))]) {
      assert.equal(response.headers.get("access-control-allow-origin"), origin);
      assert.equal(response.headers.get("vary"), "origin");
      assert.equal(response.headers.has("access-control-allow-credentials"), false);
    }
    const without = await open(request("/verify", { body: "x" }));
    assert.deepEqual([without.headers.get("vary"), granted(without)], ["origin", []]);
  });
});

describe("options", () => {
  const refused = (member) => (error) => error instanceof TypeError && error.code === "bad-option" && error.member === member && error.message.includes(member);
  const store = { append: async () => {}, exportBundle: async () => new ReadableStream() };

  test("one that does not exist or does not fit is a TypeError that names it", () => {
    const cases = {
      policy: [undefined, "", 1, null],
      polcy: [policy],
      minLevel: ["L9", 3],
      expect: ["7", 7],
      tenant: ["x", "7E57D004-2b97-4e7a-b45f-5387367791cd"],
      limits: [null, 1],
      "limits.bodyBytes": [{ bodyBytes: 0 }, { bodyBytes: 1.5 }, { bodyBytes: "1" }],
      "limits.milliseconds": [{ milliseconds: 2 ** 31 }],
      "limits.bytes": [{ bytes: 1 }],
      store: [null, {}, { append() {} }],
      authorize: ["yes"],
      now: [new Date()],
      actor: ["me", { type: "god", id: "x" }, { type: "user", id: "" }, { type: "user", id: "\ud800" }],
      key: [1],
      cors: ["*", ["*"], ["https://app.example/"], ["app.example"], ["file:///x"], [1]],
      basePath: ["x", "/x/", "/..", "/a/./b", "/a b", "/a//b"],
      log: [console],
    };
    for (const [member, values] of Object.entries(cases)) {
      const name = member.split(".")[0];
      for (const value of values) assert.throws(() => createHandler({ policy, [name]: value }), refused(member), `${member}: ${JSON.stringify(value)}`);
    }
    for (const nothing of [undefined, null, "x"]) assert.throws(() => createHandler(nothing), refused("options"));
    assert.throws(() => createHandler({ policy, store }), refused("authorize"));
    assert.throws(() => createHandler(Object.create({ policy, minlevel: "L4" })), refused("minlevel"));
  });

  test("a policy that is none is refused before anything is served", () => {
    assert.throws(() => createHandler({ policy: "quorum none" }), (error) => error.code === "bad-policy");
  });

  test("one left undefined is one left out", async () => {
    const plain = createHandler({ policy, store: undefined, authorize: undefined, limits: { bodyBytes: undefined }, cors: undefined, log: undefined });
    assert.equal((await plain(request("/health", { method: "GET" }))).status, 200);
  });
});
