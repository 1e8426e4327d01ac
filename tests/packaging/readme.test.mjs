// Every js block of the package's README runs as it stands in each runtime that its first line names; Node, if it names none.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { answerOf, launch, serve } from "./support/browsers.mjs";
import { bundlers, developmentServers, page } from "./support/builds.mjs";
import { folder, install, output, put, tool } from "./support/desk.mjs";
import { edgeRuntime, workerd } from "./support/edges.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(root, "pkg-config/README.md"), "utf8");
const blocks = [...readme.matchAll(/^```js *(.*)\n([^]*?)^```$/gm)].map(([, names, code]) => ({ names: names.split(" ").filter(Boolean), code }));
const bundle = readFileSync(join(root, "www/public/samples/honest.ndjson"));
const vkey = readFileSync(join(root, "www/public/samples/policy.txt"), "utf8").match(/^log (.+)$/m)[1];

const stops = [];
const stop = (ending) => stops.push(ending);
const shown = () => document.body?.textContent.trim() || undefined;
let server;
let chromium;

before(async () => {
  const { installed } = await install();
  put("export.ndjson", bundle);
  put("log.vkey", vkey);
  put("assets/.keep", "");
  copyFileSync(join(installed, "dist/call-stream-verify.wasm"), join(folder, "assets/call-stream-verify.wasm"));
  server = await serve(folder);
  chromium = await launch.Chromium();
  stop(server.close);
  stop(() => chromium.close());
});

after(async () => {
  for (const ending of stops) await ending();
});

const program = (name, args) => async (code, id) => {
  const file = `readme-${id}.${name === "require" ? "cjs" : "mjs"}`;
  put(file, code);
  return output(name === "require" ? "node" : name, [...args, file]);
};

/** What each word runs; every one gives what the block shows. */
const runtimes = {
  node: program("node", []),
  require: program("require", []),
  deno: program(tool("deno"), ["run", "--no-prompt", "--allow-read=export.ndjson,log.vkey"]),
  bun: program(tool("bun"), []),
  async browser(code, id) {
    put(`readme-${id}.js`, code);
    put(`readme-${id}.html`, page(`readme-${id}.js`));
    return answerOf(chromium, `${server.address}/readme-${id}.html`, shown);
  },
  async bundler(code, id) {
    put(`readme-${id}.mjs`, code);
    const answers = new Set();
    for (const [name, bundled] of Object.entries(bundlers)) {
      const path = await bundled(`readme-${id}.mjs`, `${name.replace(/\W/g, "-")}-${id}`);
      answers.add(await answerOf(chromium, `${server.address}/${path}`, shown));
    }
    for (const serving of Object.values(developmentServers)) {
      const development = await serving(`readme-${id}.mjs`);
      stop(development.close);
      answers.add(await answerOf(chromium, development.address, shown));
    }
    return [...answers].join();
  },
  async workerd(code, id) {
    put(`readme-${id}.mjs`, code);
    const address = await workerd(`readme-${id}.mjs`, stop, { POLICY: vkey });
    return (await (await fetch(address, { method: "POST", body: bundle })).json()).verdict;
  },
  async edge(code, id) {
    put(`readme-${id}-route.mjs`, code);
    put(
      `readme-${id}.mjs`,
      `import { POST, runtime } from "./readme-${id}-route.mjs";
      if (runtime === "edge") addEventListener("fetch", (event) => event.respondWith(POST(event.request)));\n`,
    );
    return (await (await edgeRuntime(`readme-${id}.mjs`, bundle, { POLICY: vkey })).json()).verdict;
  },
};

for (const [id, { names, code }] of blocks.entries()) {
  for (const name of names.length > 0 ? names : ["node"]) {
    test(`block ${id + 1} runs on ${name}`, async () => {
      assert.ok(name in runtimes, `nothing runs a block marked ${name}`);
      assert.match(await runtimes[name](code, `${id}-${name}`), /^verified\b/);
    });
  }
}

test("every runtime is shown", () => {
  const named = new Set(blocks.flatMap(({ names }) => names));
  assert.deepEqual(Object.keys(runtimes).filter((name) => !named.has(name)), []);
});
