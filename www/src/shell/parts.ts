/**
 * The parts of the page that are not its script: the verifier's module and the worker's code. On a site they are files beside it; in the single
 * file they stand in it, packed. The worker is started from a copy in memory, so that nothing is requested once a file is given.
 */

import wasmUrl from "call-stream-verify/call-stream-verify.wasm?url";
import { WASM_SHA256 } from "call-stream-verify/slim";
import workerUrl from "../engine/worker.ts?worker&url";
import { integrity } from "./integrity.js";
import { packedPart, unpacked } from "./packed.js";
import { newWorkerFrom } from "./policies.js";

export async function loadModule(): Promise<WebAssembly.Module> {
  const packed = packedPart("module");
  if (packed === null) return WebAssembly.compileStreaming(fetch(wasmUrl, { integrity: integrity(WASM_SHA256) }));
  const bytes = await unpacked(packed);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== WASM_SHA256) throw new Error("This file was damaged: the verifier in it is not the one it was made with.");
  return WebAssembly.compile(bytes);
}

export async function loadWorker(): Promise<() => Worker> {
  const packed = packedPart("worker");
  const code = packed === null ? await fetched(workerUrl) : await unpacked(packed);
  return newWorkerFrom(new Blob([code], { type: "text/javascript" }));
}

async function fetched(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.url} was answered with status ${response.status}`);
  return response.arrayBuffer();
}
