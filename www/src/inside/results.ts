/** What a report says of each call, and nothing more. */

import type { CallResult, Report } from "call-stream-verify";
import type { CallRow, Contents } from "../engine/contract.js";
import type { IconName } from "../views/icon.js";
import { words } from "../words/index.js";

export const RESULTS = ["verified", "mismatch", "revoked", "not_proven", "not_presented"] as const;
export type Result = (typeof RESULTS)[number];
export type Told = Result | "unlisted";

/** Calls looked up at once, so that the page stays responsive. */
const AT_ONCE = 200;

export class Results {
  readonly report: Report;
  readonly #listed: ReadonlyMap<string, CallResult>;
  /** A report lists the calls that are not verified, so that the others are: but only if it read all there is and its own counts say so, too. */
  readonly #othersAreVerified: boolean;

  constructor(report: Report) {
    this.report = report;
    this.#listed = new Map(report.results.map((result) => [result.call_id, result]));
    const { total, verified } = report.calls;
    const unverified = report.results.filter(({ result }) => result !== "verified").length;
    this.#othersAreVerified = report.claims.export_complete.state === "proven" && verified + unverified === total;
  }

  of(callId: string): CallResult | undefined {
    return this.#listed.get(callId);
  }

  told({ callId, line }: Pick<CallRow, "callId" | "line">): Told {
    const listed = this.#listed.get(callId);
    if (listed !== undefined) return listed.result;
    if (line === undefined) return "not_presented";
    return this.#othersAreVerified ? "verified" : "unlisted";
  }

  /** Where the calls with this result stand in `contents.callRows`. */
  async places(result: Result, contents: Contents): Promise<Uint32Array> {
    const presented = await countPresented(contents);
    if (result === "not_presented") return Uint32Array.from({ length: contents.calls - presented }, (_, index) => presented + index);
    if (result !== "verified") return (await this.#placesOf((listed) => listed.result === result, contents)).sort();
    if (!this.#othersAreVerified) return (await this.#placesOf((listed) => listed.result === "verified", contents)).sort();
    const others = new Set(await this.#placesOf((listed) => listed.result !== "verified", contents));
    return Uint32Array.from({ length: presented }, (_, index) => index).filter((place) => !others.has(place));
  }

  async #placesOf(isMeant: (result: CallResult) => boolean, contents: Contents): Promise<Uint32Array> {
    const meant = this.report.results.filter(isMeant);
    const places: number[] = [];
    for (let start = 0; start < meant.length; start += AT_ONCE) {
      const found = await Promise.all(meant.slice(start, start + AT_ONCE).map((listed) => contents.findCall(listed.call_id)));
      places.push(...found.filter((place) => place >= 0));
    }
    return Uint32Array.from(places);
  }
}

/** How many calls the export presents; they stand in front of the others. */
async function countPresented(contents: Contents): Promise<number> {
  let presented = 0;
  let end = contents.calls;
  while (presented < end) {
    const middle = Math.floor((presented + end) / 2);
    const [row] = await contents.callRows(middle, middle + 1);
    if (row?.line === undefined) end = middle;
    else presented = middle + 1;
  }
  return presented;
}

/** A call that is as sealed in a chain nobody vouches for is not verified: neither the word nor its color. */
export function isVouchedFor({ verdict }: Report): boolean {
  return verdict === "verified" || verdict === "revoked";
}

export function resultWord(told: Told, report: Report): string {
  const { counts, inside, verdict } = words();
  if (told === "unlisted") return inside.calls.unlisted;
  if (told === "not_presented") return counts.not_presented;
  return told === "verified" && !isVouchedFor(report) ? counts.asSealed : verdict[told];
}

export function resultIcon(told: Told, report: Report): IconName {
  if (told === "verified") return isVouchedFor(report) ? "verified" : "proven";
  return told === "not_presented" || told === "unlisted" ? "not_checked" : told;
}

/** The verdict whose color a result takes, if any. */
export function resultVerdict(told: Told, report: Report): string | undefined {
  if (told === "verified") return isVouchedFor(report) ? "verified" : undefined;
  return told === "not_presented" || told === "unlisted" ? undefined : told;
}
