/** @file The fields for what the reader trusts, and what is wrong with them, said where it stands. */

import { byId } from "./dom.js";

/**
 * @typedef {import("./run.js").Trust} Trust
 * @typedef {import("./run.js").Refusal} Refusal
 */

/** Typing settles before the file is read again. */
const SETTLE_MS = 500;

const policy = byId("policy", HTMLTextAreaElement);
const expect = byId("expect", HTMLInputElement);
const policyError = byId("policy-error", HTMLElement);
const expectError = byId("expect-error", HTMLElement);
const notice = byId("no-trust", HTMLElement);

/**
 * What the fields hold.
 *
 * @returns {Trust}
 */
export function trust() {
  /** @type {Trust} */
  const given = {};
  // A policy's last line ends with a newline too, and what is copied from a page has often lost it.
  if (policy.value.trim() !== "") given.policy = policy.value.endsWith("\n") ? policy.value : `${policy.value}\n`;
  if (expect.value.trim() !== "") given.expect = expect.value.trim();
  return given;
}

/** The policy or key as it stands in its field. */
export function policyText() {
  return policy.value;
}

/** Whether anything is trusted. */
export function isGiven() {
  const { policy: key, expect: head } = trust();
  return key !== undefined || head !== undefined;
}

/**
 * Puts a policy into the field; an expected head belonged to another file.
 *
 * @param {string} text
 */
export function setPolicy(text) {
  policy.value = text;
  expect.value = "";
  clearErrors();
}

/**
 * @param {() => void} onEdit called at once, since an answer under other trust is no answer any more
 * @param {() => void} onSettled called when typing has paused
 */
export function watch(onEdit, onSettled) {
  /** @type {number | undefined} */
  let timer;
  for (const field of [policy, expect]) {
    field.addEventListener("input", () => {
      clearErrors();
      onEdit();
      clearTimeout(timer);
      timer = setTimeout(onSettled, SETTLE_MS);
    });
  }
}

export function clearErrors() {
  for (const [field, error] of /** @type {const} */ ([[policy, policyError], [expect, expectError]])) {
    field.removeAttribute("aria-invalid");
    error.hidden = true;
    error.textContent = "";
  }
  notice.hidden = isGiven();
}

/**
 * Shows a refusal at its field.
 *
 * @param {Refusal} refusal
 * @returns {string | undefined} what was said; nothing if the refusal is about no field
 */
export function showRefusal({ code, message, member, line, explanation }) {
  const place = line === undefined ? "" : `Line ${line}: `;
  const text = `${place}${message} ${explanation ?? ""}`.trim();
  if (code === "bad-policy" || code === "bad-key") return say(policy, policyError, text);
  if (code === "bad-option" && member === "expect") return say(expect, expectError, `${place}${message}`);
  return undefined;
}

/**
 * @param {HTMLElement} field
 * @param {HTMLElement} error
 * @param {string} text
 */
function say(field, error, text) {
  field.setAttribute("aria-invalid", "true");
  error.textContent = text;
  error.hidden = false;
  return text;
}
