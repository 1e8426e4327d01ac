/** The page as one file that is opened from a disk: packed in it are its style, its script, the worker's and the verifier's module. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { toBase91 } from "../src/shell/base91.ts";

const SCRIPT = /<script type="module"[^>]* src="([^"]+)"><\/script>\s*/;
const STYLE = /<link rel="stylesheet"([^>]*) href="([^"]+)"([^>]*)>\s*/g;
const ICON = /<link rel="icon" href="([^"]+)"[^>]*>/;
const MANIFEST = /<link rel="manifest"[^>]*>\s*/;

/** `loader` unpacks the rest. */
export function singleFile(folder: string, loader: string): string {
  const read = (address: string): string => readFileSync(join(folder, address), "utf8");
  const styles: string[] = [];
  let page = read("index.html");
  const script = read(only(page, SCRIPT));
  const beginning = inScript(loader);
  page = page.replace(MANIFEST, "").replace(SCRIPT, "");
  page = page.replace(STYLE, (_, before: string, address: string, after: string) => {
    const media = /media="([^"]*)"/.exec(before + after)?.[1];
    styles.push(media === undefined ? read(address) : `@media ${media}{${read(address)}}`);
    return "";
  });
  const style = styles.join("\n");
  const icon = `<link rel="icon" href="data:image/svg+xml;base64,${Buffer.from(read(only(page, ICON))).toString("base64")}">`;
  page = page.replace(ICON, () => icon);
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(beginning)} ${hashOf(script)} 'wasm-unsafe-eval'`,
    "worker-src blob:",
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types single-file portal lit-html",
  ].join("; ");
  const parts = [
    packed("style", style),
    packed("page", script),
    packed("worker", asset(folder, /^worker-.*\.js$/)),
    part("module", compressedModule(asset(folder, /\.wasm$/))),
    `<script type="module">${beginning}</script>`,
  ];
  // Functions, as `$` in what is put in would mean something else.
  return withPolicy(page, policy).replace("</body>", () => `${parts.join("\n")}\n</body>`);
}

/** The page with `policy` in front of all that it is to govern. */
export function withPolicy(page: string, policy: string): string {
  return page.replace(/<meta charset="utf-8">\n/, (charset) => `${charset}<meta http-equiv="Content-Security-Policy" content="${policy}">\n`);
}

function only(page: string, pattern: RegExp): string {
  const address = pattern.exec(page)?.[1];
  if (address === undefined) throw new Error(`the page has no ${pattern.source}`);
  return address;
}

function asset(folder: string, name: RegExp): Uint8Array {
  const found = readdirSync(join(folder, "assets")).filter((file) => name.test(file));
  const [file] = found;
  if (file === undefined || found.length > 1) throw new Error(`${found.length} assets are ${name.source}`);
  return readFileSync(join(folder, "assets", file));
}

function packed(name: string, bytes: string | Uint8Array): string {
  return part(name, gzipSync(bytes, { level: 9, memLevel: 9 }));
}

function part(name: string, gzip: Uint8Array): string {
  return `<script type="application/gzip" data-part="${name}">${toBase91(gzip)}</script>`;
}

/** The module as the package's build compresses it, better than zlib does. */
function compressedModule(module: Uint8Array): Uint8Array {
  const gzip = readFileSync(new URL("../../pkg-config/dist/call-stream-verify.wasm.gz", import.meta.url));
  if (!gunzipSync(gzip).equals(module)) throw new Error("the package's compressed module is not the page's: build the package again");
  return gzip;
}

/** The script such that nothing in it ends its element. */
function inScript(script: string): string {
  return script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

function hashOf(content: string): string {
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
