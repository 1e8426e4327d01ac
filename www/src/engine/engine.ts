/** The engine: opens files, each in workers of its own, over the verifier's module that is compiled once. */

import { WASM_SHA256, type Digest, type PolicyDescription, type ValidatorKey } from "call-stream-verify/slim";
import { version } from "call-stream-verify/package.json";
import { loadModule, loadWorker } from "../shell/parts.js";
import type { Engine, Refusal, Run, Source, Trust } from "./contract.js";
import { FileRun } from "./file-run.js";
import { Hand } from "./hand.js";
import { kindOf } from "./kinds.js";
import { removeLeftBehind } from "./kept-files.js";
import type { News, Order } from "./orders.js";

interface Loaded {
  module: WebAssembly.Module;
  newWorker: () => Worker;
  desk: Hand;
}

class PageEngine implements Engine {
  readonly wasmSha256 = WASM_SHA256;
  readonly version = version;
  #loading: Promise<Loaded> | undefined;

  async ready(): Promise<void> {
    await this.#loaded();
  }

  async open(source: Source, trust: Trust, record?: Source): Promise<Run> {
    const [kind, { module, newWorker, desk }] = await Promise.all([kindOf(source).catch(() => "bundle" as const), this.#loaded()]);
    const callId = kind === "record" ? await desk.ask("callOf", source.file) : undefined;
    const run = new FileRun(source, trust, { kind, record, callId });
    if (kind === "bundle" || kind === "receipt") run.begin(kind, (order, hear) => new Hand(newWorker(), order, hear), module);
    else run.refuse("not-a-bundle", "This is neither an export nor a receipt.");
    return run;
  }

  async checkTrust(trust: Trust): Promise<Refusal | undefined> {
    return (await this.#loaded()).desk.ask("checkTrust", trust);
  }

  async describePolicy(policy: string): Promise<PolicyDescription> {
    return (await this.#loaded()).desk.ask("describePolicy", policy);
  }

  async makeKey(name: string): Promise<ValidatorKey> {
    return (await this.#loaded()).desk.ask("makeKey", name);
  }

  async vkeyOf(key: string): Promise<string> {
    return (await this.#loaded()).desk.ask("vkeyOf", key);
  }

  async attest(report: string, key: string): Promise<string> {
    return (await this.#loaded()).desk.ask("attest", report, key);
  }

  async hash(file: Blob, { signal, onProgress }: { signal: AbortSignal; onProgress: (read: number) => void }): Promise<Digest> {
    const { module, newWorker } = await this.#loaded();
    signal.throwIfAborted();
    let hand: Hand | undefined;
    try {
      return await new Promise<Digest>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        hand = new Hand(newWorker(), { role: "hash", module, file }, (news) => {
          if (news.kind === "progress") onProgress(news.read);
          else if (news.kind === "hashed") resolve(news.sha256);
          else if (news.kind === "refused") reject(new Error(news.refusal.message));
        });
      });
    } finally {
      hand?.end();
    }
  }

  /** What failed to load is tried again. */
  #loaded(): Promise<Loaded> {
    this.#loading ??= load(() => (this.#loading = undefined)).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }
}

async function load(lost: () => void): Promise<Loaded> {
  void removeLeftBehind();
  const [module, newWorker] = await Promise.all([loadModule(), loadWorker()]);
  const hear = (news: News): void => void (news.kind === "refused" && lost());
  const order: Order = { role: "desk", module };
  return { module, newWorker, desk: new Hand(newWorker(), order, hear) };
}

export const engine: Engine = new PageEngine();
