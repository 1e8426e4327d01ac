/**
 * What the reader gave and asked: files, the one whose answer is shown, and the trust they are judged by.
 *
 * An answer lasts as long as the trust it rests on: whenever that is edited, the answers under it are gone at once. A sample is judged by the
 * key that it brought, and that key never judges another file.
 */

import type { PolicyDescription } from "call-stream-verify";
import type { Engine, Refusal, Run, RunState, Source, Trust } from "../engine/contract.js";
import type { Gathered } from "./sources.js";
import { lookOf, LONGEST_TRUST, trustOf } from "./trust.js";

/** Typing settles before files are read again. */
const SETTLE_MS = 500;

/** A file in question and how it stands. */
export interface Item {
  readonly source: Source;
  /** The policy that a sample brought. */
  readonly sample: string | undefined;
  /** Of a receipt: the reader's own record of its call, to be judged in place of the one in it. */
  record: Source | undefined;
  run: Run | undefined;
  /** Set while no run tells better. */
  stopped: Extract<RunState, { phase: "refused" | "canceled" }> | undefined;
}

export type ItemState = { phase: "waiting" } | RunState;

/**
 * Trust that nobody asked for: an address brought it, or it was given where exports go. Whoever made an export could have put it there, so it
 * judges nothing before the reader takes it.
 */
export interface Offer {
  readonly trust: Trust;
  /** Whom its policy trusts. */
  readonly keys: PolicyDescription | undefined;
  /** The file it is from; undefined if an address brought it. */
  readonly file: string | undefined;
}

export type Notice = { kind: "too-many"; found: number; taken: number } | { kind: "offer-unusable"; file: string | undefined } | { kind: "empty" | "sample-failed" | "paste-empty" | "trust-too-long" } | { kind: "trust-taken"; name: string };

/** Dispatches `change` whenever something shown is another, and `given` when a file came whose answer is to be looked at. */
export class Session extends EventTarget {
  readonly engine: Engine;
  readonly items: Item[] = [];
  /** Recordings that wait for the call they belong to. */
  readonly recordings: Source[] = [];
  chosen: Item | undefined;
  policy = "";
  expect = "";
  /** What is wrong with the trust as it stands. */
  trustRefusal: Refusal | undefined;
  /** What went wrong with what was given. */
  notice: Notice | undefined;
  /** Offers the reader has not decided on, the one that is shown first: none takes the place of another under the reader's hand. */
  readonly #offers: Offer[] = [];
  /** The verifier could not be loaded. */
  broken = false;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #trustCheck = 0;
  #opening = false;

  constructor(engine: Engine) {
    super();
    this.engine = engine;
  }

  get offered(): Offer | undefined {
    return this.#offers[0];
  }

  get trust(): Trust {
    return trustOf(this.policy, this.expect);
  }

  get isTrustGiven(): boolean {
    const { policy, expect } = this.trust;
    return policy !== undefined || expect !== undefined;
  }

  /** Whether the verifier has read it and can judge by it. A secret key pasted by mistake is none: it goes into no link and is not kept. */
  get isTrustUsable(): boolean {
    return this.isTrustGiven && this.#settling === undefined && this.trustRefusal === undefined;
  }

  /** Loads the verifier, so that nothing is requested once a file is given. */
  async begin(): Promise<void> {
    try {
      await this.engine.ready();
    } catch {
      this.broken = true;
    }
    this.#changed();
    if (this.isTrustGiven) await this.#settle();
  }

  take({ sources, found }: Gathered): void {
    this.notice = sources.length < found ? { kind: "too-many", found, taken: sources.length } : found === 0 ? { kind: "empty" } : undefined;
    this.#add(sources.map((source) => ({ source, sample: undefined, record: undefined, run: undefined, stopped: undefined })));
  }

  takeSample(source: Source, policy: string): void {
    this.notice = undefined;
    this.#add([{ source, sample: policy, record: undefined, run: undefined, stopped: undefined }]);
  }

  /** A text is an expected head, a key or policy, or else an export. */
  takeText(text: string, name: string): void {
    if (text.trim() === "") return this.say({ kind: "paste-empty" });
    const look = lookOf(text);
    if (look === "export") return this.take({ sources: [{ name, file: new Blob([text]) }], found: 1 });
    void this.offer(look === "expect" ? trustOf("", text) : trustOf(text, ""), name);
  }

  /** A file that the reader says holds a key or policy. */
  async takeTrustFile({ name, file }: Source): Promise<void> {
    if (file.size > LONGEST_TRUST) return this.say({ kind: "trust-too-long" });
    const policy = await file.text();
    this.notice = { kind: "trust-taken", name };
    this.editTrust({ policy });
  }

  say(notice: Notice | undefined): void {
    this.notice = notice;
    this.#changed();
  }

  choose(item: Item): void {
    this.chosen = item;
    this.#changed();
  }

  remove(item: Item): void {
    item.run?.close();
    item.run = undefined;
    const place = this.items.indexOf(item);
    if (place >= 0) this.items.splice(place, 1);
    if (this.chosen === item) this.chosen = this.items[Math.min(place, this.items.length - 1)];
    this.#changed();
    void this.#advance();
  }

  cancel(item: Item): void {
    this.#reset(item);
    item.stopped = { phase: "canceled" };
    this.#changed();
    void this.#advance();
  }

  again(item: Item): void {
    this.#reset(item);
    if (this.broken) {
      this.broken = false;
      void this.begin();
    }
    this.#changed();
    void this.#advance();
  }

  /** Answers under the old trust are none any more; the files are read again once typing has paused. */
  editTrust({ policy = this.policy, expect = this.expect }: Trust): void {
    this.policy = policy;
    this.expect = expect;
    this.trustRefusal = undefined;
    // What the reader canceled begins again only on a word of the reader's.
    for (const item of this.items) if (item.sample === undefined && item.stopped?.phase !== "canceled") this.#reset(item);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#settle(), SETTLE_MS);
    this.#changed();
  }

  /** Shows trust for the reader to take or not; what cannot be used is not offered. `file` is where it is from, undefined if an address brought it. */
  async offer(trust: Trust, file: string | undefined): Promise<void> {
    this.notice = undefined;
    try {
      const isUsable = (await this.engine.checkTrust(trust)) === undefined;
      const keys = isUsable && trust.policy !== undefined ? await this.engine.describePolicy(trust.policy) : undefined;
      if (isUsable) this.#offers.push({ trust, keys, file });
      else this.notice = { kind: "offer-unusable", file };
    } catch {
      this.broken = true;
    }
    this.#changed();
  }

  /** The reader's word on this very offer. A link brings all that is to be trusted; what a file brings stands beside what is trusted already. */
  settleOffer(offer: Offer, isAccepted: boolean): void {
    const place = this.#offers.indexOf(offer);
    if (place < 0) return;
    this.#offers.splice(place, 1);
    const { policy, expect } = offer.trust;
    if (!isAccepted) return this.#changed();
    this.editTrust(offer.file === undefined ? { policy: policy ?? "", expect: expect ?? "" } : { policy: policy ?? this.policy, expect: expect ?? this.expect });
  }

  stateOf(item: Item): ItemState {
    if (item.stopped !== undefined) return item.stopped;
    if (item.run !== undefined) return item.run.state;
    return { phase: "waiting" };
  }

  /** The trust that judges this file. */
  trustFor(item: Item): Trust {
    return item.sample === undefined ? this.trust : { policy: item.sample };
  }

  async #settle(): Promise<void> {
    this.#trustCheck += 1;
    const check = this.#trustCheck;
    clearTimeout(this.#settling);
    let refusal: Refusal | undefined;
    try {
      refusal = this.isTrustGiven ? await this.engine.checkTrust(this.trust) : undefined;
    } catch {
      this.broken = true;
    }
    if (check !== this.#trustCheck) return;
    this.#settling = undefined;
    this.trustRefusal = refusal;
    this.#changed();
    await this.#advance();
  }

  #add(items: Item[]): void {
    const first = items[0];
    if (first !== undefined) {
      this.items.push(...items);
      this.chosen = first;
      this.dispatchEvent(new Event("given"));
    }
    this.#changed();
    void this.#advance();
  }

  #reset(item: Item): void {
    item.run?.close();
    item.run = undefined;
    item.stopped = undefined;
  }

  /** Reads one file after the other, the one that is shown first. */
  async #advance(): Promise<void> {
    if (this.#opening || this.items.some((item) => this.stateOf(item).phase === "reading")) return;
    const ready = (item: Item): boolean =>
      this.stateOf(item).phase === "waiting" && (item.sample !== undefined || (this.#settling === undefined && this.trustRefusal === undefined));
    const next = this.chosen !== undefined && ready(this.chosen) ? this.chosen : this.items.find(ready);
    if (next === undefined) return;
    this.#opening = true;
    try {
      await this.#open(next);
    } finally {
      this.#opening = false;
    }
    await this.#advance();
  }

  async #open(item: Item): Promise<void> {
    const trust = this.trustFor(item);
    const { record } = item;
    let run: Run;
    try {
      run = await this.engine.open(item.source, trust, record);
    } catch (error) {
      item.stopped = { phase: "refused", refusal: { code: "internal", message: error instanceof Error ? error.message : "" } };
      return this.#changed();
    }
    const isStale = !this.items.includes(item) || item.stopped !== undefined || item.record !== record || !isSame(trust, this.trustFor(item));
    if (isStale) return run.close();
    if (run.kind === "policy" || run.kind === "recording") {
      run.close();
      this.remove(item);
      if (run.kind === "policy") return this.offer(trustOf(await textOf(item.source.file), ""), item.source.name);
      this.recordings.push(item.source);
      return this.#changed();
    }
    item.run = run;
    run.addEventListener("change", () => {
      if (item.run !== run) return;
      this.#changed();
      if (run.state.phase === "reading") return;
      this.#pair();
      void this.#advance();
    });
    this.#pair();
    this.#changed();
  }

  /** A record is judged with the receipt of its call, whichever of them was given first. */
  #pair(): void {
    for (const waiting of this.items.filter(({ run }) => run?.kind === "record")) {
      const receipt = this.items.find((item) => item.record === undefined && item.sample === undefined && waiting.run?.callId !== undefined && calledBy(item) === waiting.run.callId);
      if (receipt === undefined) continue;
      receipt.record = waiting.source;
      this.#reset(receipt);
      if (this.chosen === waiting) this.chosen = receipt;
      this.remove(waiting);
    }
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** What cannot be read is no trust that can be used. */
async function textOf(file: Blob): Promise<string> {
  return file.size > LONGEST_TRUST ? "" : file.text().catch(() => "");
}

/** The call that a judged receipt is of. */
function calledBy({ run }: Item): string | undefined {
  return run?.kind === "receipt" && run.state.phase === "judged" ? run.state.report.results[0]?.call_id : undefined;
}

function isSame(one: Trust, other: Trust): boolean {
  return one.policy === other.policy && one.expect === other.expect;
}
