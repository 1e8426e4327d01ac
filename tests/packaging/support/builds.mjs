// The bundlers, as their users set them up: no plugin and no setting for this package beyond what its README asks for.

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite8 from "vite";
import * as vite7 from "vite-7";
import webpack from "webpack";
import { folder, put } from "./desk.mjs";

export const page = (script) => `<!doctype html><meta charset="utf-8"><title>app</title><script type="module" src="${script}"></script>\n`;

// What the README asks for where the bundler knows no assets.
function copyModule(into) {
  mkdirSync(join(folder, into), { recursive: true });
  copyFileSync(join(folder, "node_modules/call-stream-verify/dist/call-stream-verify.wasm"), join(folder, into, "call-stream-verify.wasm"));
}

/** Each bundles the file `entry` for browsers and returns the page's path below the folder. */
export const bundlers = {
  async "Vite build"(entry, out) {
    put(`${out}-source/index.html`, page(`/${entry}`));
    put(`${out}-source/${entry}`, `import "../${entry}";\n`);
    await vite8.build({ root: join(folder, `${out}-source`), base: "./", logLevel: "warn", build: { outDir: join(folder, out), emptyOutDir: true } });
    return `${out}/index.html`;
  },
  async "webpack 5"(entry, out) {
    await packedByWebpack(entry, out, { mode: "production" });
    put(`${out}/index.html`, page("main.js"));
    return `${out}/index.html`;
  },
  async "webpack 5, development"(entry, out) {
    // Its usual source maps need eval, which the headers forbid.
    await packedByWebpack(entry, out, { mode: "development", devtool: false });
    put(`${out}/index.html`, page("main.js"));
    return `${out}/index.html`;
  },
  async Rollup(entry, out) {
    const bundle = await rollup({ input: join(folder, entry), plugins: [nodeResolve({ browser: true })], onwarn: refuse });
    await bundle.write({ file: join(folder, out, "main.js"), format: "es" });
    await bundle.close();
    copyModule(out);
    put(`${out}/index.html`, page("main.js"));
    return `${out}/index.html`;
  },
  async esbuild(entry, out) {
    await bundled(entry, { outfile: join(folder, out, "main.js") });
    copyModule(out);
    put(`${out}/index.html`, page("main.js"));
    return `${out}/index.html`;
  },
};

/** webpack with these settings, into `main.js`; a warning is an error. */
export async function packedByWebpack(entry, out, settings) {
  const compiler = webpack({
    context: folder,
    entry: `./${entry}`,
    output: { path: join(folder, out), filename: "main.js" },
    performance: false,
    ...settings,
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
  await promisify(compiler.close.bind(compiler))();
}

function refuse(warning) {
  throw new Error(warning.message);
}

/** esbuild with these settings; a warning is an error. */
export async function bundled(entry, settings) {
  const { warnings, outputFiles } = await esbuild.build({
    entryPoints: [entry],
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    logLevel: "silent",
    ...settings,
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("; "));
  return outputFiles?.[0].text;
}

/** For workerd as wrangler does it: the module stays a module of its own. */
export const forWorkerd = (entry, outfile) =>
  bundled(entry, { outfile, conditions: ["workerd", "worker", "browser"], external: ["*.wasm"], minify: true });

/** For the edge runtime as Vercel does it: the module comes compiled, by a global name. */
export const forEdge = (entry, settings = {}) =>
  bundled(entry, {
    conditions: ["edge-light", "worker"],
    format: "iife",
    write: false,
    plugins: [
      {
        name: "module",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "module" }));
          onLoad({ filter: /./, namespace: "module" }, () => ({ contents: "export default globalThis.compiledModule;" }));
        },
      },
    ],
    ...settings,
  });

const next = (request, response, onward) => onward();

/** A development server of Vite over the folder, with its usual settings. */
async function developmentServer(vite, entry, middleware = next) {
  put("index.html", page(`/${entry}`));
  // A build before it leaves this behind; users start a server of its own.
  delete process.env.NODE_ENV;
  const server = await vite.createServer({
    root: folder,
    logLevel: "warn",
    cacheDir: `node_modules/.vite-${vite.version}`,
    server: { host: "127.0.0.1" },
    plugins: [{ name: "cases", configureServer: (server) => void server.middlewares.use(middleware) }],
  });
  await server.listen();
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}

/** Version 7 loses the files of a dependency that it optimizes, 8 finds them. */
export const developmentServers = {
  "Vite dev": (...args) => developmentServer(vite8, ...args),
  "Vite 7 dev": (...args) => developmentServer(vite7, ...args),
};
