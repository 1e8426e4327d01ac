// The templates, each started the way its runtime starts it. What is left out is only what a platform adds around that.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { EdgeRuntime, runServer } from "edge-runtime";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { folder, freePort, serve, tool } from "./desk.mjs";
import { policy } from "./support.mjs";

const finder = (templates) => (path) => join(folder, templates, path);

/** Each starts what lies in a folder of templates, and resolves to where its routes are, what stops it, and what it has said. */
export const runtimes = {
  async "Deno.serve in a Supabase function"(templates = "templates") {
    const template = finder(templates);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}/call-verify`;
    const env = { CALL_VERIFY_POLICY: policy, DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`, DENO_NO_UPDATE_CHECK: "1" };
    const entry = template("supabase/functions/call-verify/index.ts");
    const { stop, said } = await serve(tool("deno"), ["run", "--node-modules-dir=manual", "--allow-net", "--allow-env", entry], env, address, "/health");
    return { address, stop, said };
  },

  async "a Cloudflare Worker in workerd"(templates = "templates") {
    const template = finder(templates);
    const setting = (name) => wrangler.match(new RegExp(`^${name} = (.*)$`, "m"))[1];
    const wrangler = readFileSync(template("cloudflare/wrangler.toml"), "utf8");
    const main = template(`cloudflare/${JSON.parse(setting("main"))}`);
    // What wrangler does: it bundles, and hands WebAssembly over as modules.
    const { outputFiles } = await bundle(main, { conditions: ["workerd", "worker", "browser"], loader: { ".wasm": "copy" } });
    const modules = outputFiles.map(({ path, contents }) =>
      path.endsWith(".wasm") ? { type: "CompiledWasm", path: basename(path), contents } : { type: "ESModule", path: "worker.js", contents },
    );
    let text = "";
    const worker = new Miniflare({
      modules: modules.sort((a) => (a.type === "ESModule" ? -1 : 1)),
      compatibilityDate: JSON.parse(setting("compatibility_date")),
      compatibilityFlags: JSON.parse(setting("compatibility_flags")),
      bindings: { CALL_VERIFY_POLICY: policy },
      host: "127.0.0.1",
      // workerd complains at length of requests that are none.
      handleRuntimeStdio(stdout, stderr) {
        for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", (more) => { text += more; });
      },
    });
    const { origin } = await worker.ready;
    return { address: origin, stop: () => worker.dispose(), said: () => text };
  },

  async "a Vercel edge function in edge-runtime"(templates = "templates") {
    const template = finder(templates);
    const entry = template("vercel/app/call-verify/[...route]/route.js");
    let module;
    const compiled = {
      name: "module",
      setup(building) {
        building.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.replace("?module", "")), namespace: "module" }));
        building.onLoad({ filter: /.*/, namespace: "module" }, async ({ path }) => {
          module = await WebAssembly.compile(readFileSync(path));
          return { contents: "export default globalThis.wasmModule" };
        });
      },
    };
    const { outputFiles } = await bundle(entry, { conditions: ["edge-light", "browser"], format: "iife", globalName: "route", plugins: [compiled] });
    // What Next.js does with a route: a function for each method, and the parts of the path in the query.
    const dispatch = `addEventListener("fetch", (event) => {
      const url = new URL(event.request.url);
      for (const part of url.pathname.split("/").slice(2)) url.searchParams.append("route", part);
      const request = new Request(url, event.request);
      event.respondWith(route[request.method]?.(request) ?? new Response(null, { status: 405 }));
    });`;
    const lines = [];
    const console = { log: (line) => lines.push(line) };
    const runtime = new EdgeRuntime({
      extend: (context) => Object.assign(context, { wasmModule: module, process: { env: { CALL_VERIFY_POLICY: policy } }, console }),
      initialCode: `${outputFiles[0].text}\n${dispatch}`,
    });
    const server = await runServer({ runtime, host: "127.0.0.1", port: 0 });
    const address = `${new URL(server.url).origin.replace("localhost", "127.0.0.1")}/call-verify`;
    return { address, stop: () => server.close(), said: () => lines.join("\n") };
  },

  async "node:http"(templates = "templates") {
    const template = finder(templates);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const env = { CALL_VERIFY_POLICY: policy, PORT: String(port), HOST: "127.0.0.1" };
    const { stop, said } = await serve("node", [template("node/server.mjs")], env, address, "/health");
    return { address, stop, said };
  },

  async Bun(templates = "templates") {
    const template = finder(templates);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const { stop, said } = await serve(tool("bun"), [template("bun/server.js")], { CALL_VERIFY_POLICY: policy, PORT: String(port) }, address, "/health");
    return { address, stop, said };
  },
};

function bundle(entry, settings) {
  return build({ entryPoints: [entry], bundle: true, format: "esm", outdir: join(folder, "out"), write: false, logLevel: "error", ...settings });
}
