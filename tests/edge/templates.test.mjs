// The templates over real HTTP: the same bytes everywhere, and no verdict on what did not arrive whole.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { hashCall, WASM_SHA256 } from "call-stream-verify";
import { createHandler } from "call-stream-verify/edge";
import { folder, install } from "./desk.mjs";
import { runtimes } from "./runtimes.mjs";
import { BUNDLES, bundle, policy, records, reportOf, request, streamOf } from "./support.mjs";

const { version } = install();
const whole = bundle("honest");

/** One request over a bare socket; resolves to what came back until the connection ended, or was enough. */
async function bare(address, send, enough = /(?!)/) {
  const { hostname, port, pathname } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let answer = "";
  const ended = new Promise((resolve) => {
    socket.once("close", resolve).once("end", resolve).on("error", () => {});
    socket.setEncoding("latin1").on("data", (text) => {
      answer += text;
      if (enough.test(answer)) resolve();
    });
  });
  await once(socket, "connect");
  await send(socket, pathname === "/" ? "" : pathname);
  await Promise.race([ended, sleep(700)]);
  socket.destroy();
  return answer;
}

const head = (base, ...lines) =>
  [`POST ${base}/verify HTTP/1.1`, "Host: service", "Content-Type: application/x-ndjson", ...lines, "", ""].join("\r\n");

/** Sends the sample up to `end`, announced in each of two ways, and leaves in each of three; resolves to what came back. */
async function cut(address, end) {
  const part = whole.subarray(0, end);
  const counted = (socket, base) => socket.write(head(base, `Content-Length: ${whole.length}`));
  const chunked = (socket, base) => socket.write(`${head(base, "Transfer-Encoding: chunked")}${part.length.toString(16)}\r\n`);
  const ways = [(socket) => socket.end(), (socket) => socket.destroy(), (socket) => socket.resetAndDestroy()];
  const answers = [];
  for (const announce of [counted, chunked]) {
    for (const leave of ways) {
      const send = async (socket, base) => {
        announce(socket, base);
        socket.write(part);
        if (announce === chunked) socket.write("\r\n");
        await sleep(40);
        leave(socket);
      };
      answers.push(await bare(address, send));
    }
  }
  return answers;
}

test("the templates name the version that they come with", () => {
  const { imports } = JSON.parse(readFileSync(join(folder, "templates/supabase/functions/call-verify/deno.json"), "utf8"));
  assert.deepEqual(Object.values(imports), [`npm:call-stream-verify@${version}/edge`]);
});

for (const [name, start] of Object.entries(runtimes)) {
  describe(name, () => {
    let address;
    let stop;
    before(async () => ({ address, stop } = await start()));
    after(() => stop?.());

    const post = (path, body, headers = {}) => fetch(`${address}${path}`, { method: "POST", body, headers, duplex: "half" });
    const isAlive = async () => assert.equal((await (await fetch(`${address}/health`)).json()).status, "ok");

    test("is the same build", async () => {
      const health = await (await fetch(`${address}/health`)).json();
      assert.deepEqual([health.version, health.wasm_sha256], [version, WASM_SHA256]);
    });

    test("gives the same bytes as Node for every sample: plain, packed, streamed, as lines, and all at once", async () => {
      const local = createHandler({ policy });
      const ndjson = { accept: "application/x-ndjson" };
      const both = async (label, body, headers) => {
        const [there, here] = [await post("/verify", body, headers), await local(request("/verify", { body, headers }))];
        assert.deepEqual([there.status, there.headers.get("content-type")], [200, here.headers.get("content-type")], label);
        assert.equal(await there.text(), await here.text(), label);
      };
      for (const sample of BUNDLES) {
        const bytes = bundle(sample);
        await both(sample, bytes, { "content-type": "application/x-ndjson" });
        await both(`${sample} packed`, gzipSync(bytes), { "content-type": "application/gzip" });
        await both(`${sample} as lines`, bytes, ndjson);
        const pieces = [];
        for (let begin = 0; begin < bytes.length; begin += 40_009) pieces.push(new Uint8Array(bytes.subarray(begin, begin + 40_009)));
        const streamed = await post("/verify", streamOf(pieces), { "content-type": "application/x-ndjson" });
        assert.equal(await streamed.text(), await reportOf(bytes), `${sample} streamed`);
      }
      const expected = await Promise.all(BUNDLES.map((sample) => reportOf(bundle(sample))));
      const answers = await Promise.all(BUNDLES.map(async (sample) => (await post("/verify", bundle(sample))).text()));
      assert.deepEqual(answers, expected);
      assert.equal(await (await post("/hash", records[0])).text(), JSON.stringify(hashCall(records[0])));
    });

    test("refuses in the same words", async () => {
      const local = createHandler({ policy });
      for (const [path, init] of [
        ["/hash", { body: "{}" }],
        ["/hash", { body: '{"a":1,"a":1}' }],
        ["/nowhere", { body: "x" }],
        ["/verify", { body: whole, headers: { "content-type": "text/html" } }],
        ["/verify", { body: whole, headers: { "content-type": "application/gzip", "content-encoding": "br" } }],
        ["/verify?minLevel=L2", { body: whole }],
        ["/verify", { method: "GET" }],
        ["/health", { body: "x" }],
        ["/seal", { body: "{}" }],
      ]) {
        const method = init.method ?? "POST";
        const there = await fetch(`${address}${path}`, { ...init, method });
        const here = await local(request(path, { ...init, method }));
        assert.equal(there.status, here.status, path);
        assert.equal(await there.text(), await here.text(), path);
        for (const header of ["content-type", "cache-control", "x-content-type-options", "allow"]) {
          assert.equal(there.headers.get(header), here.headers.get(header), `${path}: ${header}`);
        }
      }
    });

    test("never judges a body that the network cut, however it was sent", async () => {
      for (const end of [whole.indexOf(10) + 1, whole.length - 1]) {
        for (const answer of await cut(address, end)) {
          assert.ok(!answer.startsWith("HTTP/1.1 200") && !answer.includes("verdict"), answer.slice(0, 200));
        }
      }
      await isAlive();
    });

    test("answers 413 without waiting for a body that is declared to be too large", async () => {
      const answer = await bare(address, (socket, base) => socket.write(head(base, "Content-Length: 999999999999")), /"code":"body-too-large"/);
      assert.match(answer, /^HTTP\/1\.1 413 /);
    });

    test("survives hostile requests and goes on", async () => {
      const get = (path, ...lines) => (socket) => socket.write([`GET ${path} HTTP/1.1`, "Host: service", "Connection: close", ...lines, "", ""].join("\r\n"));
      for (const send of [
        get("//service/health"),
        get("/../../../../etc/passwd"),
        get("/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
        get("http://other.example/verify"),
        get("/verify\u0000"),
        get("/nowhere", `X-Long: ${"a".repeat(200_000)}`),
        get("/nowhere", "Host: another"),
        get("/nowhere", "Content-Length: -5"),
        (socket, base) => socket.write(head(base, "Content-Length: 5", "Transfer-Encoding: chunked").concat("0\r\n\r\n")),
        (socket, base) => socket.write(head(base, "Transfer-Encoding: chunked").concat("zz\r\n")),
        (socket) => socket.write("\u0016\u0003\u0001 this is no HTTP\r\n\r\n"),
      ]) {
        const answer = await bare(address, send);
        assert.ok(!answer.startsWith("HTTP/1.1 2") && !answer.includes("root:"), answer.slice(0, 200));
      }
      await isAlive();
    });

    test("takes no harm from clients that leave and bodies that it did not want", async () => {
      for (let times = 0; times < 20; times += 1) {
        const leaving = new AbortController();
        const answer = fetch(`${address}/verify`, { method: "POST", body: streamOf([new Uint8Array(whole.subarray(0, 9999))], () => new Promise(() => {})), duplex: "half", signal: leaving.signal });
        setTimeout(() => leaving.abort(), 5);
        await assert.rejects(answer);
        assert.equal((await post("/nowhere", whole)).status, 404);
      }
      assert.equal(await (await post("/verify", whole)).text(), await reportOf(whole));
    });
  });
}

for (const [name, start] of Object.entries(runtimes)) {
  test(`${name} notices at once that a client has left or that a body was cut, and ends the work`, async () => {
    const { address, stop, said } = await start("talking");
    const events = () => [...said().matchAll(/^\{"route":"\/verify".*$/gm)].map(([line]) => JSON.parse(line));
    try {
      const leaving = new AbortController();
      const body = streamOf([new Uint8Array(whole.subarray(0, 99_999))], () => new Promise(() => {}));
      const answer = fetch(`${address}/verify`, { method: "POST", body, duplex: "half", signal: leaving.signal });
      setTimeout(() => leaving.abort(), 200);
      await assert.rejects(answer);
      const cuts = await cut(address, whole.length - 1);
      for (let tries = 0; tries < 40 && events().length <= cuts.length; tries += 1) await sleep(50);
      const codes = events().map(({ code }) => code);
      assert.equal(codes.length, 1 + cuts.length, said());
      assert.ok(codes.every((code) => code === "client-closed" || code === "body-incomplete"), codes.join());
    } finally {
      await stop();
    }
  });
}

test("node:http answers what no Request can say", async () => {
  const { address, stop } = await runtimes["node:http"]();
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  socket.write("TRACE / HTTP/1.1\r\nHost: service\r\n\r\n");
  const [answer] = await once(socket.setEncoding("latin1"), "data");
  assert.match(answer, /^HTTP\/1\.1 400 /);
  socket.destroy();
  await stop();
});
