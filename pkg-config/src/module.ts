// The one instance of the WebAssembly module, and what happens when it stops.

import load, { __wbg_reset_state, initSync } from "./core.js";
import { CallVerifyError } from "./errors.js";

/** From where `init` can take the module. */
export type ModuleSource = URL | string | Response | Promise<Response> | BufferSource | WebAssembly.Module;

interface Origin {
  /** Where loading can't block: bytes at hand, so that nothing has to be awaited. */
  now?: () => BufferSource | WebAssembly.Module;
  later: () => ModuleSource;
}

let origin: Origin | undefined;
let loaded = false;
let instance = 0;

/** Called once by an entry point. */
export function setOrigin(ofEntry: Origin): void {
  origin = ofEntry;
}

/**
 * Loads the module, once. Nothing needs it on Node, Deno and Bun; elsewhere `verify` calls it by itself, and everything else
 * wants it awaited first.
 *
 * @param source where to take `core_bg.wasm` from, if not from beside this package's files
 */
export async function init(source?: ModuleSource): Promise<void> {
  if (loaded) return;
  if (source === undefined && origin?.now !== undefined) return ready();
  const from = source ?? origin?.later();
  if (from === undefined) throw notLoaded();
  try {
    await load({ module_or_path: from });
  } catch (cause) {
    throw new CallVerifyError("not-loaded", "The WebAssembly module could not be loaded.", { cause });
  }
  loaded = true;
}

function ready(): void {
  if (loaded) return;
  if (origin?.now === undefined) throw notLoaded();
  initSync({ module: origin.now() });
  loaded = true;
}

function notLoaded(): CallVerifyError {
  return new CallVerifyError("not-loaded", "The WebAssembly module is not loaded: await init() first.");
}

/**
 * Numbers the instance in use. An object made by an earlier one must not be touched: its address means something else now.
 */
export function currentInstance(): number {
  return instance;
}

/** Runs `call` against the module. What it throws is always a `CallVerifyError`. */
export function guarded<T>(call: () => T): T {
  ready();
  try {
    return call();
  } catch (thrown) {
    if (isRefusal(thrown)) throw new CallVerifyError(thrown.code, thrown.message, thrown);
    // A trap leaves memory in an unknown state: nothing of this instance may be used again.
    instance += 1;
    __wbg_reset_state();
    throw new CallVerifyError("internal", "The verifier stopped by an internal error and was started anew.", { cause: thrown });
  }
}

interface Refusal {
  code: CallVerifyError["code"];
  message: string;
  member: string | null;
  line: number | null;
  offset: number | null;
}

function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "code" in thrown && "message" in thrown;
}
