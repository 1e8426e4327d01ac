/**
 * @file The worker: hands a file in pieces to the verifier and its report back. It decides nothing.
 *
 * One run at a time; a newer run, or a word to cancel, ends the one before it.
 */

/**
 * @typedef {typeof import("../pkg-config/src/api.ts") & typeof import("../pkg-config/src/explain.ts")} Package
 * @typedef {import("./run.js").Order} Order
 * @typedef {import("./run.js").News} News
 * @typedef {import("./run.js").Refusal} Refusal
 */

const PACKAGE = "./pkg/browser.js";
const EXPLANATIONS = "./pkg/explain.js";
/** Often enough to look alive, seldom enough to cost nothing. */
const NEWS_INTERVAL_MS = 100;
/** Messages are heard only between tasks; what a disk cache serves without waiting must not shut them out. */
const LONGEST_TASK_MS = 40;

/** Loaded once, when it is first asked for; what failed is tried again. @type {Promise<Package> | undefined} */
let loading;
/** Ends the present run. */
let ending = new AbortController();

addEventListener("message", (/** @type {MessageEvent<Order>} */ event) => {
  ending.abort();
  if (event.data.order === "cancel") return;
  ending = new AbortController();
  void run(event.data, ending.signal);
});

/**
 * @param {Extract<Order, { order: "verify" }>} order
 * @param {AbortSignal} signal
 */
async function run({ number, file, trust }, signal) {
  const tell = (/** @type {News} */ news) => {
    if (!signal.aborted) postMessage({ number, news });
  };
  try {
    loading ??= load();
    const { verify, Verifier, explain, reportText } = await loading;
    if (file === undefined) {
      // Only the trust is to be read: what is wrong with it is thrown.
      new Verifier(trust).free();
      return tell({ kind: "trusted" });
    }
    const report = await verify(pieces(file, signal, tell), { ...trust, signal });
    /** @type {Map<string, string>} */
    const explanations = new Map();
    for (const { code } of report.findings) explanations.set(code, explanations.get(code) ?? explain(code)?.explanation ?? "");
    tell({ kind: "report", text: reportText(report), explanations });
  } catch (error) {
    tell({ kind: "refused", refusal: await refusal(error) });
  }
}

/** @returns {Promise<Package>} */
async function load() {
  try {
    /** @type {Package} */
    const loaded = { ...(await import(PACKAGE)), ...(await import(EXPLANATIONS)) };
    await loaded.init();
    return loaded;
  } catch (cause) {
    loading = undefined;
    throw new Error("The verifier itself could not be loaded. Load the page again.", { cause });
  }
}

/**
 * The file's bytes as they arrive, with news of how many they are.
 *
 * @param {Blob} file
 * @param {AbortSignal} signal
 * @param {(news: News) => void} tell
 * @returns {AsyncGenerator<Uint8Array, void, undefined>}
 */
async function* pieces(file, signal, tell) {
  const start = performance.now();
  const reader = file.stream().getReader();
  let read = 0;
  let told = start;
  let rested = start;
  try {
    tell({ kind: "progress", read, milliseconds: 0 });
    for (let next = await readNext(reader); !next.done; next = await readNext(reader)) {
      yield next.value;
      read += next.value.length;
      const now = performance.now();
      if (now - told >= NEWS_INTERVAL_MS) {
        tell({ kind: "progress", read, milliseconds: now - start });
        told = now;
      }
      if (now - rested >= LONGEST_TASK_MS) {
        await nextTask();
        rested = performance.now();
      }
      signal.throwIfAborted();
    }
    tell({ kind: "progress", read, milliseconds: performance.now() - start });
  } finally {
    // A stream that failed fails again here; why it did was said before.
    await reader.cancel().catch(() => {});
  }
}

/** A file that cannot be read. */
class Unreadable extends Error {}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 */
async function readNext(reader) {
  try {
    return await reader.read();
  } catch (cause) {
    throw new Unreadable("The file cannot be read.", { cause });
  }
}

/** @returns {Promise<void>} */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * What was thrown, as data.
 *
 * @param {unknown} error
 * @returns {Promise<Refusal>}
 */
async function refusal(error) {
  const loaded = await loading?.catch(() => undefined);
  if (loaded !== undefined && (error instanceof loaded.CallVerifyError || error instanceof loaded.OptionError)) {
    const { code, message, member } = error;
    const line = error instanceof loaded.CallVerifyError ? error.line : undefined;
    return { code, message, member, line, explanation: loaded.explain(code)?.explanation };
  }
  if (loaded !== undefined && error instanceof Unreadable) {
    const explanation = "It may have been moved or changed while it was read, or be a folder. Choose it again.";
    return { code: "unreadable", message: error.message, explanation };
  }
  return { code: "internal", message: error instanceof Error ? error.message : "The verifier failed inside." };
}
