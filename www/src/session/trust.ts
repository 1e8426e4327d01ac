/** What the reader trusts: how it is recognized, kept in the browser if asked to, and carried by a link. */

import type { Trust } from "../engine/contract.js";
import { drop, keep, kept } from "./kept.js";

/** No key and no policy is longer. */
export const LONGEST_TRUST = 1 << 20;

const KEPT = "call-stream-verify/trust";

/** Trust as the verifier takes it, from what stands in the fields. */
export function trustOf(policy: string, expect: string): Trust {
  const trust: Trust = {};
  // A policy's last line ends with a newline too, and what is copied from a page has often lost it.
  if (policy.trim() !== "") trust.policy = policy.endsWith("\n") ? policy : `${policy}\n`;
  if (expect.trim() !== "") trust.expect = expect.trim();
  return trust;
}

/** What a pasted text is, by its look; the verifier has the last word on it. */
export function lookOf(text: string): "policy" | "expect" | "export" {
  const trimmed = text.trim();
  if (/^\d+:[0-9a-f]{64}$/.test(trimmed)) return "expect";
  const first = trimmed.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return /^(log|witness|group|quorum|revoker)\s/.test(first) || /^\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(first) ? "policy" : "export";
}

/** The trust kept in this browser, if there is any and it may be read. */
export function remembered(): Trust | undefined {
  const text = kept(KEPT);
  if (text === undefined) return undefined;
  try {
    return trustIn(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether the browser keeps it. */
export function remember({ policy = "", expect = "" }: Trust): boolean {
  return keep(KEPT, JSON.stringify({ policy, expect }));
}

export function forget(): void {
  drop(KEPT);
}

/** What an address carries behind its `#`; nothing of it is trusted before the reader says so. */
export function fragmentOf(hash: string): { trust: Trust | undefined; lang: string | undefined } {
  const members = new URLSearchParams(hash.replace(/^#/, ""));
  const trust = trustIn({ policy: members.get("policy") ?? "", expect: members.get("expect") ?? "" });
  return { trust, lang: members.get("lang") ?? undefined };
}

/** The address of this page with the trust behind its `#`. */
export function linkWith(address: string, { policy, expect }: Trust): string {
  const members = new URLSearchParams();
  if (policy !== undefined) members.set("policy", policy);
  if (expect !== undefined) members.set("expect", expect);
  return `${address.split("#")[0]}#${members}`;
}

function trustIn(value: unknown): Trust | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member = (name: string): string => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === "string" && found.length <= LONGEST_TRUST ? found : "";
  };
  const trust = trustOf(member("policy"), member("expect"));
  return trust.policy === undefined && trust.expect === undefined ? undefined : trust;
}
