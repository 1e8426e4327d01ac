/** After the site is built: the service worker that keeps its files, and the page as one file. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build, type Plugin } from "vite";
import { singleFile, withPolicy } from "./single-file.ts";

/** Part of the site, and none of the page itself. */
const NOT_KEPT = /^(?:embed\/|service-worker\.js$|verify\.html$|samples\/calls\.ndjson$)/;

export function wholePage(): Plugin {
  let folder = "dist";
  return {
    name: "whole-page",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler(error) {
        if (error !== undefined) return;
        const alone = singleFile(folder, await loader());
        restrict(join(folder, "index.html"));
        await buildServiceWorker(folder);
        writeFileSync(join(folder, "verify.html"), alone);
      },
    },
  };
}

/** The page keeps itself to its own parts, whatever headers its host sends. What only headers can say is the host's to add. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "img-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types portal lit-html",
].join("; ");

function restrict(page: string): void {
  writeFileSync(page, withPolicy(readFileSync(page, "utf8"), POLICY));
}

/** The script that begins the single file. */
async function loader(): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    build: { target: "es2022", write: false, modulePreload: { polyfill: false }, rollupOptions: { input: "src/shell/single-file.ts" } },
  });
  const [chunk] = "output" in built ? built.output : [];
  if (chunk?.type !== "chunk") throw new Error("the single file's beginning was not built");
  return chunk.code;
}

async function buildServiceWorker(folder: string): Promise<void> {
  const addresses = filesIn(folder).filter((address) => !NOT_KEPT.test(address)).sort();
  const files = addresses.map((address) => [address === "index.html" ? "./" : address, `sha256-${sha256(readFileSync(join(folder, address)), "base64")}`]);
  const version = sha256(JSON.stringify(files), "hex").slice(0, 16);
  await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: { KEPT: JSON.stringify({ version, files }) },
    build: {
      target: "es2022",
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { input: "src/shell/service-worker.ts", output: { format: "iife", entryFileNames: "service-worker.js" } },
    },
  });
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

function sha256(content: string | Uint8Array, encoding: "base64" | "hex"): string {
  return createHash("sha256").update(content).digest(encoding);
}
