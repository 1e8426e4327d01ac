/** @file The page: wires the fields, the worker and the answer together. */

import { byId, element } from "./dom.js";
import * as fileField from "./file-field.js";
import { bytes } from "./numbers.js";
import { reportView } from "./report-view.js";
import * as runs from "./run.js";
import { dataText, plainText } from "./text.js";
import * as trustFields from "./trust-fields.js";
import { sentence, VERDICT } from "./words.js";

/** @typedef {import("../pkg-config/src/report.ts").Report} Report */

const TITLE = document.title;

const answer = byId("answer", HTMLElement);
const views = {
  guide: byId("guide", HTMLElement),
  reading: byId("reading", HTMLElement),
  stopped: byId("stopped", HTMLElement),
  report: byId("report", HTMLElement),
};
const readingName = byId("reading-name", HTMLElement);
const readingAmount = byId("reading-amount", HTMLElement);
const progress = byId("progress", HTMLProgressElement);
const status = byId("status", HTMLElement);

/** The file in question. @type {{ name: string, file: Blob } | undefined} */
let subject;
/** Whether the trust in the fields is a sample's and not the reader's own. */
let sampleTrust = false;
/** What the reader had given before a sample put its key there. */
let ownPolicy = "";
/** Where the last report can be downloaded. */
let reportUrl = "";

fileField.watch(({ name, file, policy }) => {
  if (policy !== undefined) {
    if (!sampleTrust) ownPolicy = trustFields.policyText();
    trustFields.setPolicy(policy);
  } else if (sampleTrust) {
    // A sample's key must not judge the reader's own file.
    trustFields.setPolicy(ownPolicy);
  }
  sampleTrust = policy !== undefined;
  subject = { name, file };
  verify();
  bringIntoView();
});

trustFields.watch(
  () => {
    sampleTrust = false;
    runs.cancel();
    if (subject !== undefined) showReading(subject);
  },
  () => verify(),
);

byId("cancel", HTMLButtonElement).addEventListener("click", () => {
  runs.cancel();
  showStopped("Canceled", "Nothing was judged.", true);
  views.stopped.querySelector("button")?.focus();
});

// Loads the verifier, so that nothing is requested once a file is given; and a browser may have kept what was typed.
verify();

/** Verifies the file under the trust given, or only reads the trust as long as there is no file. */
function verify() {
  trustFields.clearErrors();
  const given = subject;
  if (given !== undefined) {
    showReading(given);
    status.textContent = `Reading ${plainText(given.name)}`;
  }
  runs.start(given?.file, trustFields.trust(), (news) => {
    switch (news.kind) {
      case "trusted":
        break;
      case "progress":
        if (given !== undefined) showProgress(news.read, given.file.size, news.milliseconds);
        break;
      case "report":
        if (given !== undefined) showReport(news.text, news.explanations, given);
        break;
      case "refused":
        showRefusal(news.refusal);
        break;
    }
  });
}

/** On a phone the answer lies below the fields. */
function bringIntoView() {
  const { top } = answer.getBoundingClientRect();
  if (top < 0 || top > window.innerHeight / 2) answer.scrollIntoView({ block: "start" });
}

/** @param {keyof typeof views} shown */
function show(shown) {
  for (const [name, view] of Object.entries(views)) view.hidden = name !== shown;
  answer.setAttribute("aria-busy", String(shown === "reading"));
  answer.removeAttribute("data-verdict");
  document.title = TITLE;
  // An answer that is not shown is not kept: it was about another file, or other trust.
  views.report.replaceChildren();
  views.stopped.replaceChildren();
  if (reportUrl !== "") URL.revokeObjectURL(reportUrl);
  reportUrl = "";
}

/** @param {{ name: string, file: Blob }} given */
function showReading({ name, file }) {
  show("reading");
  readingName.replaceChildren(dataText(name));
  showProgress(0, file.size, 0);
}

/**
 * @param {number} read
 * @param {number} size
 * @param {number} milliseconds
 */
function showProgress(read, size, milliseconds) {
  progress.max = Math.max(size, 1);
  progress.value = read;
  const rate = milliseconds > 0 ? `, ${bytes((read / milliseconds) * 1000)} a second` : "";
  readingAmount.textContent = read >= size && size > 0 ? `${bytes(size)} read. Judging.` : `${bytes(read)} of ${bytes(size)}${rate}`;
}

/**
 * @param {string} text
 * @param {Map<string, string>} explanations
 * @param {{ name: string, file: Blob }} given
 */
function showReport(text, explanations, { name, file }) {
  /** @type {Report} */
  const report = JSON.parse(text);
  show("report");
  reportUrl = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  views.report.replaceChildren(
    ...reportView(report, explanations, { name, size: file.size, trusted: trustFields.isGiven(), reportUrl }),
  );
  answer.dataset["verdict"] = report.verdict;
  const word = VERDICT[report.verdict];
  document.title = `${word} · ${TITLE}`;
  status.textContent = `Answer: ${word}. ${plainText(sentence(report))}`;
}

/** @param {import("./run.js").Refusal} refusal */
function showRefusal(refusal) {
  const said = trustFields.showRefusal(refusal);
  if (said !== undefined) {
    status.textContent = said;
    if (subject !== undefined) showStopped("No answer yet", "What you trust cannot be used as it stands; see the field. Nothing was judged.", false);
    return;
  }
  const { message, explanation } = refusal;
  showStopped("No answer", `${message} ${explanation ?? ""} Nothing was judged.`, true);
}

/**
 * @param {string} title
 * @param {string} text
 * @param {boolean} again whether trying again can help
 */
function showStopped(title, text, again) {
  show("stopped");
  /** @type {HTMLElement[]} */
  const parts = [element("h2", {}, title), element("p", {}, text)];
  if (subject !== undefined) parts.splice(1, 0, element("p", { class: "file-name" }, dataText(subject.name)));
  if (again && subject !== undefined) {
    const button = element("button", { type: "button" }, "Verify again");
    button.addEventListener("click", () => verify());
    parts.push(button);
  }
  views.stopped.replaceChildren(...parts);
  if (again) status.textContent = `${title}. ${text}`;
}
