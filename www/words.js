/** @file The words of the page for what a report holds: verdicts, levels, claims, severities. */

import { count, counted } from "./numbers.js";

/**
 * @typedef {import("../pkg-config/src/report.ts").Report} Report
 * @typedef {import("../pkg-config/src/report.ts").Verdict} Verdict
 * @typedef {import("../pkg-config/src/report.ts").Claim} Claim
 * @typedef {import("../pkg-config/src/report.ts").Level} Level
 * @typedef {import("../pkg-config/src/report.ts").Finding} Finding
 */

/** @type {Record<Verdict, string>} */
export const VERDICT = { verified: "Verified", mismatch: "Mismatch", revoked: "Revoked", not_proven: "Not proven" };

/** @type {Record<Finding["severity"], string>} */
export const SEVERITY = { mismatch: "Mismatch", not_proven: "Not proven", revoked: "Revoked", warning: "Worth knowing" };

/** @type {Record<Claim["state"], string>} */
export const CLAIM_STATE = { failed: "failed", proven: "proven", not_checked: "not checked" };

/** What a reader may and may not conclude. @type {Record<Verdict, string>} */
export const CONSEQUENCE = {
  verified: "This does not show that what the calls say is true, or what was appended to the chain later.",
  mismatch: "Do not rely on this export. The findings say what differs, where, and what to ask the sender.",
  revoked: "Do not rely on what was revoked. The issuer withdrew it, for a reason of its own.",
  not_proven: "Nothing was found to be false, but too little was shown to rely on it.",
};

/** @type {readonly { level: Level, name: string, meaning: string }[]} */
export const LEVELS = [
  { level: "L0", name: "Parsed", meaning: "The export was read to its end." },
  { level: "L1", name: "Calls match", meaning: "Every call matches its version." },
  { level: "L2", name: "Chain unbroken", meaning: "Nothing that was judged is false, and an unbroken chain binds the versions from its beginning to the head." },
  { level: "L3", name: "Head vouched for", meaning: "The head is under a checkpoint signed by a key you trust, or is the one you expect." },
  { level: "L4", name: "Witnessed", meaning: "A quorum of the witnesses you named has cosigned the checkpoint." },
  { level: "L5", name: "Bounded in time", meaning: "An anchor shows that the chain existed at some time." },
];

/** @param {Level} level */
export function levelName(level) {
  const found = LEVELS.find((known) => known.level === level);
  return found === undefined ? level : `${level}, ${found.name.toLowerCase()}`;
}

/** @type {Readonly<Record<string, string>>} */
const CLAIM = {
  export_complete: "The export is complete",
  calls_match: "The calls presented are what was sealed",
  all_calls_presented: "Every sealed call is presented",
  chain_unbroken: "The chain is unbroken",
  chain_header: "The header belongs to this chain",
  checkpoint_signed: "A key you trust vouches for the head",
  expected_head: "The head is the one you expect",
  witness_quorum: "Witnesses have seen the same history",
  version_signatures: "Every version is signed on its own",
  bounded_in_time: "The times are true",
  later_revocations: "No call was revoked later",
  recordings: "The recordings are what was sealed",
  withheld_members: "Withheld members are what they are said to be",
  content_true: "What the calls say is true",
};

/** @param {string} name */
export function claimName(name) {
  return Object.hasOwn(CLAIM, name) ? (CLAIM[name] ?? name) : name;
}

/**
 * The answer in one sentence.
 *
 * @param {Report} report
 * @returns {string}
 */
export function sentence(report) {
  const { calls } = report;
  switch (report.verdict) {
    case "verified": {
      if (calls.total === 0) return `The chain is whole, and ${reason(report)}.`;
      const shown = report.claims.withheld_members === undefined ? "" : ", as far as shown,";
      const subject = calls.total === 1 ? `The call presented${shown} is` : `All ${count(calls.total)} calls presented${shown} are`;
      return `${subject} what was sealed, and ${reason(report)}.`;
    }
    case "mismatch":
      if (calls.mismatch > 0) return `${ofTotal(calls.mismatch, calls.total, "is", "are")} not what was sealed.`;
      return first(report, "mismatch") ?? "Something does not hold.";
    case "revoked":
      return `${ofTotal(calls.revoked, calls.total, "was", "were")} revoked by the issuer${others(calls.verified)}.`;
    case "not_proven":
      return first(report, "not_proven") ?? "Not everything could be judged.";
  }
}

/**
 * What the trust in a head rests on.
 *
 * @param {Report} report
 */
function reason({ claims }) {
  if (claims.witness_quorum.state === "proven") return "a key you trust and a quorum of your witnesses signed the head of the chain";
  if (claims.checkpoint_signed.state === "proven") return "a key you trust signed the head of the chain";
  if (claims.expected_head.state === "proven") return "the chain has the head you expect";
  return "the chain is unbroken";
}

/** @param {number} verified */
function others(verified) {
  if (verified === 0) return "";
  return verified === 1 ? "; the other is what was sealed" : "; the others are what was sealed";
}

/**
 * @param {number} some
 * @param {number} total
 * @param {string} one
 * @param {string} many
 */
function ofTotal(some, total, one, many) {
  const verb = some === 1 ? one : many;
  if (total === 1) return `The call presented ${verb}`;
  return `${count(some)} of ${counted(total, "call")} ${verb}`;
}

/**
 * The message of the finding that says most: one about the run as a whole before one about a single call.
 *
 * @param {Report} report
 * @param {Finding["severity"]} severity
 */
function first({ findings }, severity) {
  const grave = findings.filter((finding) => finding.severity === severity);
  return (grave.find((finding) => finding.call_id === null) ?? grave[0])?.message;
}
