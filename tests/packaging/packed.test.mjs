// The tarball as it would be published: what is in it, what linters say of it, and how large it is.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { launch, answerOf, serve } from "./support/browsers.mjs";
import { forWorkerd } from "./support/builds.mjs";
import { folder, install, output, tool } from "./support/desk.mjs";

// Bytes that must not be exceeded. The aims of the first two are 90 KB and 120 KB: most of the module is the verdict, the states of saved
// runs, sealing, anchors, ML-DSA and what Rust brings along for text and trees.
const LIMITS = {
  "default entry with its module, brotli": 250_000,
  "workerd bundle with its module, gzip": 303_000,
  "tarball, unpacked": 1_500_000,
};

let packed;

before(async () => {
  packed = await install();
});

const dist = (name) => readFileSync(join(packed.installed, "dist", name));

function weigh(name, bytes) {
  console.log(`${name}: ${bytes} bytes of at most ${LIMITS[name]}`);
  assert.ok(bytes <= LIMITS[name], `${name}: ${bytes} bytes`);
}

test("the package has no dependency, no install script and no import side effect", () => {
  const { dependencies, peerDependencies, optionalDependencies, scripts, sideEffects, type } = packed.manifest;
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies, scripts], [undefined, undefined, undefined, undefined]);
  assert.deepEqual([sideEffects, type], [false, "module"]);
});

test("the tarball holds the module once, inlined once, and nothing that no one reads", () => {
  const outside = packed.files.filter((file) => !/^(dist\/([a-z]+\/)?[a-z0-9-]+(\.d\.ts|\.js|\.wasm)|sql\/\d+_[a-z]+\.sql|templates\/.+)$/.test(file)).sort();
  assert.deepEqual(outside, ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"]);
  assert.deepEqual(packed.files.filter((file) => file.endsWith(".wasm")), ["dist/call-stream-verify.wasm"]);
  const large = packed.files.filter((file) => file.endsWith(".js") && readFileSync(join(packed.installed, file)).length > 100_000);
  assert.deepEqual(large, ["dist/packed.js"]);
});

test("WASM_SHA256 is the digest of the shipped module, and the inlined copy is the same", async () => {
  const digest = createHash("sha256").update(dist("call-stream-verify.wasm")).digest("hex");
  const { WASM_SHA256 } = await import(join(packed.installed, "dist/inline.js"));
  const { inlined } = await import(join(packed.installed, "dist/inlined.js"));
  assert.equal(WASM_SHA256, digest);
  assert.equal(createHash("sha256").update(inlined()).digest("hex"), digest);
});

const targets = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targets));
const entries = () => new Set(targets(packed.manifest.exports["."]).filter((file) => file.endsWith(".js")));

test("types come first and end the search everywhere, and every target is there", () => {
  for (const [name, target] of Object.entries(packed.manifest.exports)) {
    for (const file of targets(target)) assert.ok(packed.files.includes(file.replace("./", "")), file);
    if (typeof target === "string") continue;
    assert.equal(Object.keys(target)[0], "types", name);
    assert.equal(Object.keys(target).at(-1), "default", name);
  }
});

test("every entry is thin and exports what every other exports", async () => {
  const named = (text) => {
    const [, list] = text.match(/export const \{([^}]*)\} = loadedFrom\(/);
    return list.split(",").map((name) => name.trim()).filter(Boolean).sort();
  };
  const promised = Object.keys(await import(join(packed.installed, "dist/api.js"))).sort();
  assert.ok(entries().size >= 5 && entries().has("./dist/browser.js"));
  for (const file of [...entries(), "./dist/inline.js"]) {
    const text = readFileSync(join(packed.installed, file), "utf8");
    assert.ok(text.trimEnd().split("\n").length <= 15, file);
    assert.deepEqual(named(text), promised, file);
  }
});

test("publint has nothing to say", async () => {
  const said = await output(tool("publint"), ["run", packed.tarball, "--strict"]);
  assert.match(said, /All good!/);
});

test("the types are right wherever TypeScript looks for them", async () => {
  // The module itself is a file and no ES module.
  const args = ["--profile", "esm-only", "--exclude-entrypoints", "call-stream-verify.wasm", "--no-color", "--no-emoji", "--format", "ascii"];
  const said = await output(tool("attw"), [packed.tarball, ...args]);
  const entrypoints = Object.keys(packed.manifest.exports).filter((entry) => !entry.endsWith(".wasm"));
  for (const way of ["node16 (from ESM): OK", "bundler: OK"]) assert.equal(said.split(way).length - 1, entrypoints.length, said);
});

test("what a browser loads is small", async () => {
  const server = await serve(folder, {
    "/lean.html": '<!doctype html><meta charset="utf-8"><title>lean</title><script type="module" src="lean-plain.js"></script>\n',
    "/lean-plain.js": readFileSync(join(folder, "lean.mjs"), "utf8").replace('"call-stream-verify"', '"./node_modules/call-stream-verify/dist/browser.js"'),
  });
  const browser = await launch.Chromium();
  try {
    assert.equal(await answerOf(browser, `${server.address}/lean.html`), "not_proven");
  } finally {
    await browser.close();
    server.close();
  }
  const loaded = server.asked.filter((path) => path.includes("/dist/"));
  assert.equal(new Set(loaded).size, loaded.length, "loaded twice");
  assert.ok(loaded.some((path) => path.endsWith("call-stream-verify.wasm")) && !loaded.some((path) => path.endsWith("inlined.js")));
  const sizes = loaded.map((path) => brotliCompressSync(readFileSync(join(folder, path))).length);
  weigh("default entry with its module, brotli", sizes.reduce((sum, size) => sum + size, 0));
});

test("a bundle for workerd is small", async () => {
  const bundle = join(folder, "weighed.js");
  await forWorkerd("lean-worker.mjs", bundle);
  const bytes = gzipSync(readFileSync(bundle), { level: 9 }).length + gzipSync(dist("call-stream-verify.wasm"), { level: 9 }).length;
  weigh("workerd bundle with its module, gzip", bytes);
});

test("the tarball is small", () => weigh("tarball, unpacked", packed.unpackedSize));
