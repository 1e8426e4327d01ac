// The one instance of the WebAssembly module, and what happens when it stops.

import { __wbg_reset_state, initSync } from "./core.js";
import { CallVerifyError, OptionError, refusalOf } from "./errors.js";
import type { OwnBytes } from "./input.js";

/** A WebAssembly.Module, where the consumer's TypeScript knows of WebAssembly. */
export type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } } ? Module : object;

/** From where `init` takes the module, if not from beside this package's files; one of the three. */
export interface ModuleSource {
  /** Compiled already: what a bundler, a worker or an edge runtime hands over. */
  module?: CompiledModule | undefined;
  /** Where `call-stream-verify.wasm` is served. */
  url?: string | URL | undefined;
  /** The contents of `call-stream-verify.wasm`. */
  bytes?: Uint8Array | ArrayBuffer | undefined;
}

/** Where an entry finds the module. What is at hand is loaded when first needed; for the rest `init` must be awaited. */
export type Origin = { atHand: () => OwnBytes | CompiledModule } | { afar: () => URL | Promise<OwnBytes> };

const SOURCES = ["module", "url", "bytes"];

let origin: Origin | undefined;
let loaded: CompiledModule | undefined;
let loading: Promise<void> | undefined;
let instance = 0;

/**
 * The api, knowing where its module is. An entry exports nothing but what this returns: a bundler may drop an entry that is
 * only passed through or run for its effects, as the package declares that it has none, but not the making of what is used.
 */
export function loadedFrom<Api>(ofEntry: Origin, api: Api): Api {
  // Whoever imports an entry that has the module at hand counts on it, whatever else a program imports.
  if (origin === undefined || !("atHand" in origin)) origin = ofEntry;
  return api;
}

/**
 * Loads the module, once; calls at the same time share one load, and one that failed can be tried again. Node, Deno, Bun and
 * edge runtimes have the module at hand and need no call; elsewhere `verify` calls it by itself, and everything else wants it
 * awaited first.
 */
export async function init(source: ModuleSource = {}): Promise<void> {
  const given = check(source);
  if (loaded !== undefined) return;
  loading ??= load(given).finally(() => {
    loading = undefined;
  });
  return loading;
}

function check(source: ModuleSource): ModuleSource | undefined {
  if (typeof source !== "object" || source === null) throw new OptionError("Expected { module }, { url } or { bytes }.", "source");
  const given = Object.entries(source).filter(([, value]) => value !== undefined);
  for (const [name] of given) if (!SOURCES.includes(name)) throw new OptionError("There is no such source of the module.", name);
  const [, second] = given;
  if (second !== undefined) throw new OptionError("The module comes from one source only.", second[0]);
  return given.length === 0 ? undefined : source;
}

async function load(source: ModuleSource | undefined): Promise<void> {
  try {
    const compiled = await compile(source);
    // What was at hand may have been loaded in the meantime, and objects live in that instance.
    if (loaded === undefined) instantiate(compiled);
  } catch (cause) {
    throw cause instanceof CallVerifyError ? cause : failed(cause);
  }
}

async function compile(source: ModuleSource | undefined): Promise<CompiledModule> {
  if (source?.module !== undefined) return source.module;
  if (source?.url !== undefined) return fetched(source.url);
  if (source?.bytes !== undefined) return WebAssembly.compile(new Uint8Array(source.bytes));
  if (origin === undefined) throw notLoaded();
  const found = await ("atHand" in origin ? origin.atHand() : origin.afar());
  if (found instanceof URL) return fetched(found);
  return isModule(found) ? found : WebAssembly.compile(found);
}

async function fetched(url: string | URL): Promise<CompiledModule> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.url} was answered with status ${response.status}`);
  // Servers that do not know the media type are no reason to fail, and are all that streaming would fail for.
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

function isModule(value: object): value is CompiledModule {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}

function instantiate(found: OwnBytes | CompiledModule): CompiledModule {
  // One that was compiled in another realm, as Next.js does it, is none to the glue's instanceof.
  if (isModule(found) && !(found instanceof WebAssembly.Module)) Object.setPrototypeOf(found, WebAssembly.Module.prototype);
  const module = isModule(found) ? found : new WebAssembly.Module(found);
  initSync({ module });
  loaded = module;
  return module;
}

/** The module, instantiated. Other threads can have it, too. */
export function ready(): CompiledModule {
  if (loaded !== undefined) return loaded;
  if (origin === undefined || !("atHand" in origin)) throw notLoaded();
  try {
    return instantiate(origin.atHand());
  } catch (cause) {
    throw failed(cause);
  }
}

function failed(cause: unknown): CallVerifyError {
  const why = cause instanceof Error ? ` (${cause.message})` : "";
  const remedy = "Give it to init() as { url }, { bytes } or { module }, or import call-stream-verify/inline.";
  return new CallVerifyError("not-loaded", `The WebAssembly module could not be loaded${why}. ${remedy}`, { cause });
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

/** Runs `call` against the module. What it throws is always an error of this package. */
export function guarded<T>(call: () => T): T {
  ready();
  try {
    return call();
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal !== undefined) throw refusal;
    // A trap leaves memory in an unknown state: nothing of this instance may be used again.
    instance += 1;
    __wbg_reset_state();
    throw new CallVerifyError("internal", "The verifier stopped by an internal error and was started anew.", { cause: thrown });
  }
}
