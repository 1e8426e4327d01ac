/** A call: its canonical payload member by member, what was sealed beside what is computed, and what is withheld. */

import type { Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import type { ExactLine } from "../engine/contract.js";
import { dataText } from "../views/data-text.js";
import { icon } from "../views/icon.js";
import { count, counted, filled, words } from "../words/index.js";
import { commitmentCommand, metadataCommand, payloadCommand, type Shell, transcriptCommand, whyNotJq } from "./by-hand.js";
import { type DigestPair, digestsView } from "./digests.js";
import "./exact-text.js";
import { type Member, membersOf, memberText } from "./members.js";
import { Results, resultIcon, resultVerdict, resultWord } from "./results.js";
import type { History, SealedVersion } from "./sealed.js";
import { type Step, stepsView } from "./steps.js";

/** A transcript longer than this is shown in the payload, part by part. */
const LONGEST_VALUE = 600;

/** The order in which a payload has its members. */
const ORDER = "call_id tenant_id timestamp caller direction duration disposition answered transferred abandoned ai_agent sentiment purpose transcript recording_ref salt".split(" ");

export interface CallInQuestion {
  callId: string;
  report: Report;
  /** Undefined if the export does not present the call. */
  exact: ExactLine | undefined;
  history: History | undefined;
  shell: Shell;
  say: (text: string) => void;
}

export function callView(question: CallInQuestion): TemplateResult {
  const { exact, history } = question;
  const { detail } = words().inside;
  const call = exact?.call;
  if (exact === undefined || call === undefined) return html`${toldView(question)}<p class="note">${detail.noCall}</p>`;
  const { latest } = history ?? {};
  return html`${toldView(question)}${call.payload === undefined ? redactedView(question, exact, latest) : wholeView(question, exact, call.payload, latest)}`;
}

function toldView({ callId, report, exact }: CallInQuestion): TemplateResult {
  const { detail } = words().inside;
  const told = new Results(report).told({ callId, line: exact?.line });
  const line = exact === undefined ? nothing : html` (${filled(detail.onLine, { n: count(exact.line) })})`;
  if (told === "unlisted") return html`<p class="told">${icon("not_checked")}<span>${detail.unlisted}${line}</span></p>`;
  return html`<p class="told" data-told=${told} data-verdict=${resultVerdict(told, report) ?? nothing}>${icon(resultIcon(told, report))}<span><strong>${filled(detail.byReport, { result: resultWord(told, report) })}</strong>${line}</span></p>`;
}

function wholeView({ report, callId, shell, say }: CallInQuestion, { line, call }: ExactLine, payload: string, latest: SealedVersion | undefined): TemplateResult {
  const { detail } = words().inside;
  const why = whyNotJq(payload);
  const hashes = call?.hashes;
  const components = hashes !== undefined && "component_hashes" in hashes ? hashes.component_hashes : undefined;
  const origin = originOf(latest);
  const reported = new Results(report).of(callId);
  const pairs: DigestPair[] = [
    { id: "payload", name: detail.digest.payload, origin, sealed: latest?.payloadHash ?? reported?.expected ?? undefined, computed: call?.computed },
  ];
  for (const name of ["metadata", "transcript", "recording"] as const) {
    const sealed = latest?.components[name];
    if (sealed !== undefined || components?.[name] !== undefined) pairs.push({ id: name, name: detail.digest[name], origin, sealed, computed: components?.[name] });
  }
  const steps: Step[] = [{ id: "payload", name: detail.step.payload, command: payloadCommand(shell, line, why) }];
  if (latest?.commitments === undefined) {
    steps.push({ id: "metadata", name: detail.step.metadata, command: metadataCommand(shell, line, why) });
    steps.push({ id: "transcript", name: detail.step.transcript, command: transcriptCommand(shell, line) });
  }
  if (latest?.components["recording"] !== undefined) steps.push({ id: "recording", name: detail.step.recording, command: `sha256sum ${detail.recordingFile}` });
  return html`<h5>${detail.digests}</h5>
    ${digestsView(pairs)}
    <h5>${detail.payload}</h5>
    <exact-text id="payload" .label=${detail.payload} .text=${payload}></exact-text>
    ${membersTable(membersOf(payload) ?? [], latest?.commitments, hashes !== undefined && "field_commitments" in hashes ? hashes.field_commitments : undefined)}
    ${stepsView(steps, shell, why, say)}`;
}

function redactedView({ shell, say, report, callId }: CallInQuestion, { line, text, call }: ExactLine, latest: SealedVersion | undefined): TemplateResult {
  const { detail } = words().inside;
  const shown = memberText(text, "call");
  const members = shown === undefined ? [] : (membersOf(shown) ?? []);
  const salts = new Set((membersOf(memberText(text, "salts") ?? "{}") ?? []).map(({ name }) => name));
  const commitments = latest?.commitments ?? {};
  const names = new Set(members.map(({ name }) => name));
  // What was sealed and is not shown; where no version is in reach, what a call always has.
  const withheld = latest?.commitments === undefined ? (call?.withheld ?? []) : Object.keys(commitments).filter((name) => !names.has(name));
  const computed = Object.fromEntries((new Results(report).of(callId)?.components ?? []).flatMap((part) => (part.computed === null ? [] : [[part.name, part.computed]])));
  const steps = members
    .filter(({ name, text: value }) => salts.has(name) && /^[a-z_]{1,32}$/.test(name) && !value.includes("\u007f"))
    .map(({ name }) => ({ id: `commitment-${name}`, name: filled(detail.step.commitment, { member: name }), command: commitmentCommand(shell, line, name) }));
  return html`<h5>${detail.disclosed}</h5>
    <exact-text id="payload" .label=${detail.disclosed} .text=${shown ?? text}></exact-text>
    ${membersTable(inOrder([...members, ...withheld.map((name) => ({ name, text: undefined }))]), commitments, computed)}
    ${steps.length === 0 ? nothing : html`<details class="steps-folded"><summary>${detail.byHand}</summary>${stepsView(steps, shell, undefined, say)}</details>`}`;
}

function originOf(latest: SealedVersion | undefined): string {
  const { detail } = words().inside;
  return latest === undefined ? detail.notSealed : filled(detail.sealedIn, { seq: count(latest.seq), version: count(latest.version) });
}

/** A member disclosed or withheld. */
type Place = Member | { name: string; text: undefined };

function inOrder(places: readonly Place[]): Place[] {
  const rank = ({ name }: Place): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return places.toSorted((one, other) => rank(one) - rank(other));
}

/** Of salted calls with the commitment of each. */
function membersTable(members: readonly Place[], commitments: Readonly<Record<string, string>> | undefined, computed: Readonly<Record<string, string>> | undefined): TemplateResult | typeof nothing {
  if (members.length === 0) return nothing;
  const { detail } = words().inside;
  return html`<h5>${detail.members}</h5>
    <dl class="member-list">${members.map(({ name, text }) => {
      const sealed = commitments !== undefined && Object.hasOwn(commitments, name) ? commitments[name] : undefined;
      const mine = computed !== undefined && Object.hasOwn(computed, name) ? computed[name] : undefined;
      const said = sealed === undefined || mine === undefined ? undefined : sealed === mine ? "same" : "differs";
      return html`<div data-member=${name} data-withheld=${text === undefined ? "" : nothing} data-verdict=${said === "differs" ? "mismatch" : nothing}>
        <dt>${dataText(name)}</dt>
        <dd>${text === undefined ? html`<span class="withheld">${icon("not_checked")}${detail.withheld}</span>` : valueView(text)}
          ${commitments === undefined || name === "salt" ? nothing : html`<span class="commitment"><span class="soft">${detail.commitment}</span> ${sealed === undefined ? detail.noCommitment : html`<code>${dataText(sealed)}</code>`}</span>`}
          ${said !== "differs" ? nothing : html`<span class="commitment"><span class="soft">${detail.commitmentComputed}</span> <code>${dataText(mine ?? "")}</code> <span class="said">${icon("failed")}${detail.differs}</span></span>`}</dd>
      </div>`;
    })}</dl>`;
}

function valueView(text: string): TemplateResult {
  const { detail } = words().inside;
  return html`<span class="value">${dataText(text, LONGEST_VALUE)}</span>${text.length <= LONGEST_VALUE ? nothing : html` <span class="soft">${counted(text.length, detail.characters)}</span>`}`;
}
