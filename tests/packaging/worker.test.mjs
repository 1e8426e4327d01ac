// `/worker` in every runtime: with threads where they can be started, and everywhere with the same bytes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { answerOf, launch, serve } from "./support/browsers.mjs";
import { bundlers, developmentServers } from "./support/builds.mjs";
import { folder, install, output, tool } from "./support/desk.mjs";
import { edgeRuntime, workerd } from "./support/edges.mjs";

// Entries that come again are found, and do not end the judging.
const [manifest, ...lines] = readFileSync(new URL("../../www/public/samples/honest.ndjson", import.meta.url)).toString().split("\n");
const entries = `${lines.filter((line) => line.startsWith('{"type":"entry"')).join("\n")}\n`;
const json = JSON.stringify({ manifest, entries });
const stops = [];
const stop = (ending) => stops.push(ending);
let server;
let chromium;

before(async () => {
  await install();
  server = await serve(folder, {
    "/bundle.json": json,
    "/divided-plain.html": '<!doctype html><meta charset="utf-8"><title>plain</title><script type="module" src="divided-plain.mjs"></script>\n',
  });
  chromium = await launch.Chromium();
  stop(server.close);
  stop(() => chromium.close());
});

after(async () => {
  for (const ending of stops) await ending();
});

const PIECE = 64 << 10;

function check(runtime, { isSame, lines, most }, hasThreads) {
  console.log(`${runtime}: ${hasThreads ? "threads" : "one thread"}, at most ${most} bytes at once`);
  assert.ok(isSame && lines > 0);
  assert.equal(most > PIECE, hasThreads, `${most} bytes at once`);
}

describe("programs", () => {
  const programs = {
    Node: ["node", ["divided-program.mjs"]],
    // Without any permission.
    Deno: [tool("deno"), ["run", "--no-prompt", "divided-program.mjs"]],
    Bun: [tool("bun"), ["divided-program.mjs"]],
  };
  for (const [name, [program, args]] of Object.entries(programs)) {
    test(name, async () => check(name, JSON.parse(await output(program, args, { input: json })), true));
  }
});

describe("edges have no workers", () => {
  test("workerd", async () => {
    const address = await workerd("divided-worker.mjs", stop);
    check("workerd", await (await fetch(address, { method: "POST", body: json })).json(), false);
  });

  test("edge-runtime", async () => check("edge-runtime", await (await edgeRuntime("divided-edge.mjs", json)).json(), false));
});

describe("browsers", () => {
  test("Chromium", async () => check("Chromium", await answerOf(chromium, `${server.address}/divided-plain.html`), true));

  test("Firefox", async () => {
    const firefox = await launch.Firefox();
    try {
      check("Firefox", await answerOf(firefox, `${server.address}/divided-plain.html`), true);
    } finally {
      await firefox.close();
    }
  });
});

describe("apps in Chromium", () => {
  // These leave the address of the worker's script as it is, and nothing is there.
  const without = ["Rollup", "esbuild", "Vite 7 dev"];
  for (const [name, bundle] of Object.entries(bundlers)) {
    test(name, async () => {
      const path = await bundle("divided-app.mjs", `${name.replace(/\W/g, "-")}-divided`);
      check(name, await answerOf(chromium, `${server.address}/${path}`), !without.includes(name));
    });
  }

  for (const [name, serving] of Object.entries(developmentServers)) {
    test(name, async () => {
      const development = await serving("divided-app.mjs", (request, response, onward) => {
        if (request.url === "/bundle.json") response.setHeader("content-type", "application/json").end(json);
        else onward();
      });
      stop(development.close);
      check(name, await answerOf(chromium, development.address), !without.includes(name));
    });
  }
});
