// The types, as each TypeScript since 5.4 reads them from the installed package, with nothing skipped.

import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, install, output, put } from "./support/desk.mjs";

const tools = fileURLToPath(new URL("node_modules/", import.meta.url));
const compilers = readdirSync(tools).filter((name) => name.startsWith("typescript-")).sort();

let packed;

before(async () => {
  packed = await install();
  for (const name of ["@types/node", "undici-types"]) cpSync(join(tools, name), join(folder, "node_modules", name), { recursive: true });
});

const browser = { lib: ["es2022", "dom", "dom.iterable"], types: [] };
// Without the browser's library TypeScript knows of no WebAssembly.
const node = { lib: ["es2022"], types: ["node"] };
const ways = [
  { name: "node16", ...browser, module: "node16", moduleResolution: "node16" },
  { name: "nodenext, on Node", ...node, module: "nodenext", moduleResolution: "nodenext" },
  { name: "bundler", ...browser, module: "esnext", moduleResolution: "bundler" },
];

test("every minor version since 5.4 is here", () => {
  assert.ok(compilers.length >= 8 && compilers[0] === "typescript-5.4", compilers.join());
});

describe("a consumer compiles", { concurrency: 2 }, () => {
  for (const compiler of compilers) {
    for (const { name, ...options } of ways) {
      test(`${compiler}, ${name}`, async () => {
        const compilerOptions = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: "es2022", ...options };
        const project = put(`types/${compiler}-${options.moduleResolution}.json`, JSON.stringify({ compilerOptions, files: ["consumer.ts", "edge.ts", "postgres.ts", "worker.ts"] }));
        const listed = await output("node", [join(tools, compiler, "bin/tsc"), "--project", project, "--listFiles"]);
        assert.match(listed, /node_modules\/call-stream-verify\/dist\/api\.d\.ts/);
      });
    }
  }
});

test("no declaration says any", () => {
  const declarations = packed.files.filter((file) => file.endsWith(".d.ts"));
  assert.ok(declarations.length >= 5);
  for (const file of declarations) {
    const code = readFileSync(join(packed.installed, file), "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(code, /\bany\b/, file);
  }
});
