/** @file The page's end of the worker: one run at a time, and news of it as long as it is the present one. */

/**
 * What the reader of the answer trusts; nothing is taken from the file.
 *
 * @typedef {object} Trust
 * @property {string} [policy] a C2SP tlog-policy or a vkey
 * @property {string} [expect] `SIZE:HEAD`
 */

/**
 * Why a question was not answered.
 *
 * @typedef {object} Refusal
 * @property {string} code
 * @property {string} message
 * @property {string | undefined} [member] the option it is about
 * @property {number | undefined} [line] the line of the policy
 * @property {string | undefined} [explanation] what to do about it
 */

/** @typedef {{ order: "verify", number: number, file: Blob | undefined, trust: Trust } | { order: "cancel" }} Order */

/**
 * @typedef {{ kind: "trusted" }
 *   | { kind: "progress", read: number, milliseconds: number }
 *   | { kind: "report", text: string, explanations: Map<string, string> }
 *   | { kind: "refused", refusal: Refusal }} News
 */

/** @type {Worker | undefined} */
let worker;
let present = 0;
/** @type {(news: News) => void} */
let hear = () => {};

/**
 * Starts a run; the one before it ends without another word.
 *
 * @param {Blob | undefined} file without one, only the trust is read
 * @param {Trust} trust
 * @param {(news: News) => void} listener
 */
export function start(file, trust, listener) {
  present += 1;
  hear = listener;
  worker ??= hire();
  worker.postMessage(/** @satisfies {Order} */ ({ order: "verify", number: present, file, trust }));
}

/** Ends the present run. */
export function cancel() {
  present += 1;
  worker?.postMessage(/** @satisfies {Order} */ ({ order: "cancel" }));
}

function hire() {
  const hired = new Worker(new URL("./verify-worker.js", import.meta.url), { type: "module" });
  hired.addEventListener("message", (/** @type {MessageEvent<{ number: number, news: News }>} */ event) => {
    if (event.data.number === present) hear(event.data.news);
  });
  hired.addEventListener("error", (event) => {
    event.preventDefault();
    hired.terminate();
    worker = undefined;
    hear({ kind: "refused", refusal: { code: "internal", message: "The verifier stopped or could not be loaded. Load the page again." } });
  });
  return hired;
}
