// The two edge runtimes, each with a bundle that answers requests.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EdgeRuntime } from "edge-runtime";
import { forEdge, forWorkerd } from "./builds.mjs";
import { announced, folder, put, tool } from "./desk.mjs";

const compiled = () => new WebAssembly.Module(readFileSync(join(folder, "node_modules/call-stream-verify/dist/call-stream-verify.wasm")));

/** The address of a worker in workerd; `stop` takes what ends it. */
export async function workerd(entry, stop, bindings = {}) {
  const name = entry.replace(/\W/g, "-");
  await forWorkerd(entry, join(folder, `${name}.js`));
  const texts = Object.entries(bindings).map(([key, value]) => `(name = "${key}", text = ${JSON.stringify(value)})`);
  const config = put(
    `${name}.capnp`,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "worker.js", esModule = embed "${name}.js"),
    (name = "call-stream-verify.wasm", wasm = embed "node_modules/call-stream-verify/dist/call-stream-verify.wasm"),
  ],
  bindings = [${texts.join(", ")}],
);
`,
  );
  const lines = announced(tool("workerd"), ["serve", "--control-fd=3", config], stop);
  for await (const line of lines) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return `http://127.0.0.1:${port}`;
  }
  throw new Error("workerd does not listen");
}

/** Asks a worker in Vercel's edge runtime. */
export async function edgeRuntime(entry, body, environment = {}) {
  const initialCode = await forEdge(entry);
  const extend = (context) => Object.assign(context, { compiledModule: compiled(), process: { env: environment } });
  const runtime = new EdgeRuntime({ initialCode, extend });
  return runtime.dispatchFetch("http://localhost/", { method: "POST", body });
}
