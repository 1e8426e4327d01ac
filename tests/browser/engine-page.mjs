// A page with the portal's engine and nothing else: `engine` and `opened(input, trust)` in the page, under the portal's own headers.

import { readFile, rm } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WWW = fileURLToPath(new URL("../../www/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
const HTML = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Engine</title><link rel="icon" href="data:,"><input type="file" id="file"><script type="module" src="/entry.js"></script>';
const ENTRY = "engine-entry";
const CODE = `import { engine } from "/src/engine/engine.ts";
globalThis.engine = engine;
globalThis.settled = (run, isSettled) => new Promise((resolve) => {
  const look = () => isSettled() && resolve();
  run.addEventListener("change", look);
  look();
});
globalThis.opened = async (trust = {}) => {
  const [file] = document.querySelector("#file").files;
  const run = await engine.open({ name: file.name, file }, trust);
  await settled(run, () => run.state.phase !== "reading" && (run.contents !== undefined || run.closed !== undefined || run.state.phase !== "judged"));
  return run;
};`;

/** Builds the page and serves it under the headers of the portal at `site`. */
export async function enginePage(site) {
  const { build } = await import(createRequire(join(WWW, "package.json")).resolve("vite"));
  const folder = await mkdtemp(join(tmpdir(), "engine-"));
  await build({
    configFile: false,
    root: WWW,
    base: "./",
    publicDir: false,
    logLevel: "warn",
    plugins: [{ name: ENTRY, resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined), load: (id) => (id === `\0${ENTRY}` ? CODE : undefined) }],
    build: { target: "es2022", outDir: folder, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false, rollupOptions: { input: ENTRY, output: { entryFileNames: "entry.js" } } },
    worker: { format: "iife" },
  });
  const policy = (await fetch(site)).headers.get("content-security-policy").replace("img-src 'self'", "img-src data:");
  const isolation = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const headers = { "content-security-policy": policy, ...isolation };
    if (pathname === "/") return response.writeHead(200, { ...headers, "content-type": TYPES[".html"] }).end(HTML);
    const body = await readFile(join(folder, pathname)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, { ...headers, "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}
