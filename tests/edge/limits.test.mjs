// What a request may take: bytes, time, and others' patience. A body that did not arrive whole is never judged.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { createHandler } from "call-stream-verify/edge";
import { assertProblem, bundle, policy, records, reportOf, request, streamOf } from "./support.mjs";

const body = bundle("honest");
const never = () => new Promise(() => {});

/** A handler, and what it logged. */
function service(limits) {
  const events = [];
  return { events, handler: createHandler({ policy, limits, log: (event) => events.push(event) }) };
}

describe("bytes", () => {
  test("a bundle may have as many as the limit, and not one more", async () => {
    const fits = service({ bodyBytes: body.length }).handler;
    assert.equal(await (await fits(request("/verify", { body }))).text(), await reportOf(body));
    const { handler, events } = service({ bodyBytes: body.length - 1 });
    const declared = { "content-length": String(body.length) };
    await assertProblem(await handler(request("/verify", { body, headers: declared })), 413, "body-too-large");
    await assertProblem(await handler(request("/verify", { body: streamOf([body]) })), 413, "body-too-large");
    await assertProblem(await handler(request("/verify", { body: streamOf([body.subarray(0, 9), body.subarray(9)]) })), 413, "body-too-large");
    // What is declared to be too large is not read.
    assert.deepEqual(events.map(({ bytes }) => bytes), [0, body.length, body.length]);
  });

  test("a bundle that is small and long is refused at the limit of its lines", async () => {
    const lines = new TextDecoder().decode(body).split("\n").filter((line) => /^\{"type":"(entry|call|redacted)"/.test(line)).length;
    assert.equal((await service({ bundleLines: lines }).handler(request("/verify", { body }))).status, 200);
    await assertProblem(await service({ bundleLines: lines - 1 }).handler(request("/verify", { body })), 413, "body-too-large");
    // Of gzip the last 16 KiB are inflated at the end only.
    const zipped = gzipSync(body, { level: 1 });
    assert.ok(zipped.length > 32_768);
    await assertProblem(await service({ bundleLines: 10 }).handler(request("/verify", { body: zipped })), 413, "body-too-large");
  });

  test("a record may have as many as its own limit", async () => {
    const record = new TextEncoder().encode(records[0]);
    assert.equal((await service({ recordBytes: record.length }).handler(request("/hash", { body: record }))).status, 200);
    const { handler } = service({ recordBytes: record.length - 1 });
    await assertProblem(await handler(request("/hash", { body: record })), 413, "record-too-large");
    assert.equal((await handler(request("/verify", { body }))).status, 200);
  });

  test("an endless body is cut off at the limit, and its source is told", async () => {
    let canceled = 0;
    const chunk = new Uint8Array(65_536);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(chunk), cancel: () => { canceled += 1; } });
    const { handler, events } = service({ bodyBytes: 1 << 20 });
    await assertProblem(await handler(request("/verify", { body: endless })), 413, "body-too-large");
    assert.equal(canceled, 1);
    assert.ok(events[0].bytes <= (1 << 20) + chunk.length);
  });

  test("a source whose cancellation never ends does not keep the answer", async () => {
    const stuck = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(99)), cancel: never });
    await assertProblem(await service({ bodyBytes: 10 }).handler(request("/verify", { body: stuck })), 413, "body-too-large");
  });

  test("a body that is not as long as was declared is not judged", async () => {
    const { handler } = service();
    for (const length of [body.length + 1, body.length - 1, 1]) {
      const response = await handler(request("/verify", { body: streamOf([body]), headers: { "content-length": String(length) } }));
      await assertProblem(response, 400, "body-incomplete");
    }
    for (const length of ["-1", "1e3", "0x10", "9".repeat(400), "1,1", "+5"]) {
      const response = await handler(request("/verify", { body: streamOf([body]), headers: { "content-length": length } }));
      await assertProblem(response, 400, "bad-header", "content-length");
    }
  });

  test("a body that breaks off is not judged, wherever it breaks", async () => {
    const { handler } = service();
    const breaks = (controller) => controller.error(new Error("the words of a network"));
    const lines = body.indexOf(10) + 1;
    for (const end of [0, 1, lines, body.length - 1, body.length]) {
      const response = await handler(request("/verify", { body: streamOf([body.subarray(0, end)].filter(({ length }) => length > 0), breaks) }));
      const problem = await assertProblem(response, 400, "body-incomplete");
      assert.ok(!JSON.stringify(problem).includes("network"));
    }
    await assertProblem(await handler(request("/hash", { body: streamOf([records[0]].map((text) => new TextEncoder().encode(text)), breaks) })), 400, "body-incomplete");
  });

  test("a body that is no stream of bytes is not judged", async () => {
    const strings = { method: "POST", url: "https://service.example/verify", headers: new Headers(), signal: new AbortController().signal };
    const { handler } = service();
    await assertProblem(await handler({ ...strings, body: streamOf(["text"]) }), 400, "body-incomplete");
  });
});

describe("time", () => {
  test("a body that comes too slowly is given up in time", async () => {
    const { handler } = service({ milliseconds: 80 });
    const start = performance.now();
    for (const slow of [streamOf([body.subarray(0, 100)], never), streamOf([], never)]) {
      await assertProblem(await handler(request("/verify", { body: slow })), 503, "too-slow");
    }
    const drip = streamOf(Array.from({ length: 1000 }, () => Uint8Array.of(32)));
    const dripping = drip.pipeThrough(new TransformStream({ transform: async (chunk, controller) => { await sleep(5); controller.enqueue(chunk); } }));
    await assertProblem(await handler(request("/verify", { body: dripping })), 503, "too-slow");
    // The drip alone would take 5 s.
    assert.ok(performance.now() - start < 4000);
  });

  test("the limit holds while the module computes, too, even for a chunk that unpacks to a thousand times its size", async () => {
    const [manifest, call] = [/^.*\n/, /^\{"type":"call".*\n/m].map((pattern) => body.toString().match(pattern)[0]);
    const packed = gzipSync(manifest + call.repeat(Math.ceil((100 << 20) / call.length)));
    assert.ok(packed.length < 1 << 20);
    const { handler } = service({ milliseconds: 40 });
    const response = await handler(request("/verify", { body: packed, headers: { "content-type": "application/gzip" } }));
    await assertProblem(response, 503, "too-slow");
  });

  test("time is up for each request alone", async () => {
    const { handler } = service({ milliseconds: 1500 });
    const slow = handler(request("/verify", { body: streamOf([body], never) }));
    const fast = await handler(request("/verify", { body }));
    assert.equal(fast.status, 200);
    await assertProblem(await slow, 503, "too-slow");
  });
});

describe("a client that leaves", () => {
  test("is answered with 499 at once, in whatever state its request is", async () => {
    const { handler, events } = service();
    const gone = AbortSignal.abort();
    await assertProblem(await handler(request("/verify", { body, signal: gone })), 499, "client-closed");
    for (const source of [streamOf([body.subarray(0, 99)], never), streamOf([body], never)]) {
      const controller = new AbortController();
      const answer = handler(request("/verify", { body: source, signal: controller.signal }));
      await sleep(20);
      const start = performance.now();
      controller.abort();
      await assertProblem(await answer, 499, "client-closed");
      assert.ok(performance.now() - start < 50);
    }
    assert.deepEqual(events.map(({ status }) => status), [499, 499, 499]);
  });

  test("stops a verification that is under way within 50 ms", async () => {
    const { handler } = service();
    const large = Buffer.concat([body.subarray(0, body.indexOf(10) + 1), ...Array(40).fill(body.subarray(body.indexOf(10) + 1))]);
    const waits = [];
    for (let times = 0; times < 3; times += 1) {
      const controller = new AbortController();
      let aborted = Infinity;
      setTimeout(() => {
        aborted = performance.now();
        controller.abort();
      }, 5);
      // From one chunk: nothing but the pauses of the verification lets the signal in.
      const response = await handler(request("/verify", { body: streamOf([large]), signal: controller.signal }));
      waits.push(performance.now() - aborted);
      await assertProblem(response, 499, "client-closed");
    }
    // The best of three: the machine may be busy with something else.
    assert.ok(Math.min(...waits) < 50 && Math.min(...waits) > 0, `${waits} ms`);
  });
});

describe("requests at one time", () => {
  test("one too many is told to come back, and room is made again however a request ends", async () => {
    const { handler, events } = service({ concurrent: 2, milliseconds: 1000 });
    const ends = [
      () => handler(request("/verify", { body: streamOf([body.subarray(0, 10)], never) })),
      () => handler(request("/verify", { body: streamOf([body], (controller) => controller.error(new Error("x"))) })),
      () => handler(request("/hash", { body: "{}" })),
      () => handler(request("/verify", { body })),
    ];
    for (const end of ends) {
      const running = [end(), end()];
      await assertProblem(await handler(request("/verify", { body })), 429, "busy");
      assert.equal((await handler(request("/health", { method: "GET" }))).status, 200);
      await Promise.all(running);
      assert.equal((await handler(request("/verify", { body }))).status, 200);
    }
    assert.equal(events.length, ends.length * 5);
  });
});

describe("hostile headers", () => {
  test("however long they are, they cost little and change nothing", async () => {
    const { handler } = service();
    const long = (text) => text.repeat(Math.ceil(200_000 / text.length));
    const expected = await reportOf(body);
    const start = performance.now();
    for (const [name, value] of [
      ["accept", long("application/json;q=0.1,")],
      ["accept", long(";")],
      ["accept", long("a/b;q=")],
      ["origin", long("https://x.")],
      ["x-forwarded-host", long("evil.example ").trim()],
      ["authorization", long("x")],
    ]) {
      const response = await handler(request("/verify", { body, headers: { [name]: value } }));
      assert.equal(await response.text(), expected, name);
    }
    for (const value of [long("application/json;"), long(";charset=utf-8"), long("a")]) {
      const response = await handler(request("/verify", { body, headers: { "content-type": `text/html;${value}` } }));
      await assertProblem(response, 415, "content-type", "content-type");
    }
    assert.ok(performance.now() - start < 5000);
  });
});
