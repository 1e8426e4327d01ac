// Every case in every runtime gives the bytes that the command line gives.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { answerOf, launch, serve } from "./support/browsers.mjs";
import { bundled, bundlers, developmentServers, packedByWebpack } from "./support/builds.mjs";
import { digests, groups, haveVectors, native } from "./support/cases.mjs";
import { folder, install, output, put, tool } from "./support/desk.mjs";
import { edgeRuntime, workerd } from "./support/edges.mjs";

if (!haveVectors) {
  assert.notEqual(process.env.CI, "true", "packaging vectors: no vectors beside the project");
  console.log("skipped: packaging vectors: no vectors beside the project");
}

const grouped = groups();
const cases = Object.values(grouped).flat();
const json = JSON.stringify(cases);
const columns = Object.keys(grouped);
const table = [];
const stops = [];
const stop = (ending) => stops.push(ending);
let expected;
let server;
let chromium;

before(async () => {
  await install();
  expected = digests(native(cases));
  server = await serve(folder, {
    "/cases.json": json,
    "/plain.html": '<!doctype html><meta charset="utf-8"><title>plain</title><script type="module" src="plain.mjs"></script>\n',
  });
  chromium = await launch.Chromium();
  stop(server.close);
  stop(() => chromium.close());
});

after(async () => {
  for (const ending of stops) await ending();
  print();
});

function print() {
  const rows = [["runtime", ...columns, "differences", "digest of all"], ...table];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : String(cell).padStart(widths[column]))).join("  ");
  console.log(rows.map(line).join("\n"));
}

const digestOf = (results) => createHash("sha256").update([...results.values()].join()).digest("hex").slice(0, 16);

/** Compares what `runtime` gave with the command line, case by case, and adds a row to the table. */
function compare(runtime, results) {
  const got = digests(results);
  assert.equal(got.size, results.length, "a case ran twice");
  const different = cases.filter(({ name }) => got.get(name) !== expected.get(name)).map(({ name }) => name);
  const ran = columns.map((group) => grouped[group].filter(({ name }) => got.has(name)).length);
  table.push([runtime, ...ran, different.length, digestOf(got)]);
  assert.deepEqual(ran, columns.map((group) => grouped[group].length), "cases that ran");
  assert.deepEqual(different, []);
}

test("the command line answers every case, the kinds of answers among them", () => {
  assert.equal(expected.size, cases.length);
  assert.ok(new Set(expected.values()).size > cases.length / 2);
  table.push(["the command line", ...columns.map((group) => grouped[group].length), 0, digestOf(expected)]);
});

describe("programs", () => {
  const programs = {
    [`Node ${process.versions.node}, import`]: ["node", ["import.mjs"]],
    [`Node ${process.versions.node}, require`]: ["node", ["require.cjs"]],
    // Without any permission.
    Deno: [tool("deno"), ["run", "--no-prompt", "import.mjs"]],
    Bun: [tool("bun"), ["import.mjs"]],
  };
  for (const [name, [program, args]] of Object.entries(programs)) {
    test(name, async () => compare(name, JSON.parse(await output(program, args, { input: json }))));
  }

  test("webpack 5 for Node", async () => {
    await packedByWebpack("import.mjs", "for-node", { mode: "production", target: "node20" });
    put("for-node/package.json", "{}");
    compare("webpack 5 for Node", JSON.parse(await output("node", ["for-node/main.js"], { input: json })));
  });

  test("a bundle of /inline in Node, with no file beside it", async () => {
    await bundled("import.mjs", { outfile: `${folder}/alone/bundle.mjs`, platform: "node", alias: { "call-stream-verify": "call-stream-verify/inline" } });
    compare("Node, /inline by esbuild", JSON.parse(await output("node", ["alone/bundle.mjs"], { input: json })));
  });
});

describe("edges", () => {
  test("workerd", async () => {
    const address = await workerd("worker.mjs", stop);
    compare("workerd", await (await fetch(address, { method: "POST", body: json })).json());
  });

  test("edge-runtime", async () => {
    compare("edge-runtime", await (await edgeRuntime("edge.mjs", json)).json());
  });
});

describe("browsers without a bundler", () => {
  test("Chromium", async () => compare("Chromium", await answerOf(chromium, `${server.address}/plain.html`)));

  test("Firefox", async () => {
    const firefox = await launch.Firefox();
    try {
      compare(`Firefox ${(await firefox.version()).replace(/\D*/, "")}`, await answerOf(firefox, `${server.address}/plain.html`));
    } finally {
      await firefox.close();
    }
  });
});

describe("apps in Chromium", () => {
  for (const [name, bundle] of Object.entries(bundlers)) {
    test(name, async () => {
      const out = name.replace(/\W/g, "-");
      compare(name, await answerOf(chromium, `${server.address}/${await bundle("app.mjs", out)}`));
      // The least an app can import still knows where its module is.
      assert.equal(await answerOf(chromium, `${server.address}/${await bundle("lean.mjs", `${out}-lean`)}`), "not_proven");
    });
  }

  for (const [name, serving] of Object.entries(developmentServers)) {
    test(name, async () => {
      const development = await serving("app.mjs", (request, response, onward) => {
        if (request.url === "/cases.json") response.setHeader("content-type", "application/json").end(json);
        else onward();
      });
      stop(development.close);
      compare(name, await answerOf(chromium, development.address));
    });
  }
});
