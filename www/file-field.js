/** @file Where a file comes in: chosen, dropped anywhere on the page, or a sample. */

import { byId } from "./dom.js";

/**
 * @typedef {object} Given
 * @property {string} name
 * @property {Blob} file
 * @property {string} [policy] the key that a sample brings
 */

const input = byId("file", HTMLInputElement);
const drop = byId("drop", HTMLElement);
const error = byId("file-error", HTMLElement);
const samples = byId("samples", HTMLElement);

/** Numbers what was asked for, so that a sample that arrives late does not replace a later choice. */
let choice = 0;

/** @param {(given: Given) => void} take */
export function watch(take) {
  input.addEventListener("change", () => {
    takeOne(input.files, take);
    // The same file can then be chosen again.
    input.value = "";
  });
  watchDrops(take);
  samples.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const name = button?.dataset["sample"];
    if (name !== undefined) void takeSample(name, take);
  });
}

/** @param {(given: Given) => void} take */
function watchDrops(take) {
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    // Without this the browser would leave the page and open the file.
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (!hasFiles(event)) return;
    event.preventDefault();
    takeOne(event.dataTransfer?.files ?? null, take);
  });
}

/**
 * @param {FileList | null} files
 * @param {(given: Given) => void} take
 */
function takeOne(files, take) {
  const file = files?.[0];
  if (files === null || file === undefined) return;
  choice += 1;
  if (files.length > 1) return say("That was more than one file. Give one at a time.");
  say("");
  take({ name: file.name, file });
}

/**
 * @param {string} name
 * @param {(given: Given) => void} take
 */
async function takeSample(name, take) {
  choice += 1;
  const mine = choice;
  try {
    const [file, policy] = await Promise.all([load(`samples/${name}.ndjson`), load("samples/policy.txt")]);
    const text = await policy.text();
    if (mine !== choice) return;
    say("");
    take({ name: `${name}.ndjson`, file, policy: text });
  } catch {
    say("The sample could not be loaded.");
  }
}

/** @param {string} address */
async function load(address) {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`${response.status}`);
  return response.blob();
}

/** @param {string} text */
function say(text) {
  error.textContent = text;
  error.hidden = text === "";
}
