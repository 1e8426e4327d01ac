import type { Code } from "./codes.js";

/**
 * Why a question was refused. What was judged and does not hold is a finding in a report, never an error.
 *
 * `not-loaded`: `init()` must be awaited first. `already-finished`: a `Verifier` or `Hasher` takes nothing after `finish()` or `free()`.
 * `lost`: an internal error elsewhere stopped the module under this `Verifier` or `Hasher`; begin again.
 */
export class CallVerifyError extends Error {
  override readonly name: "CallVerifyError" = "CallVerifyError";
  readonly code: Code | "not-loaded" | "already-finished" | "lost";
  /** The member, option or field it is about. */
  readonly member: string | undefined;
  /** The line, counted from 1. */
  readonly line: number | undefined;
  /** The byte in the text that was read, counted from 0. */
  readonly offset: number | undefined;

  constructor(
    code: CallVerifyError["code"],
    message: string,
    place: { member?: string | null; line?: number | null; offset?: number | null; cause?: unknown } = {},
  ) {
    super(message, "cause" in place ? { cause: place.cause } : undefined);
    this.code = code;
    this.member = place.member ?? undefined;
    this.line = place.line ?? undefined;
    this.offset = place.offset ?? undefined;
  }
}

/** An option that does not exist, or has a value that it cannot have: a slip of the pen must not be a weaker question. */
export class OptionError extends TypeError {
  override readonly name: "OptionError" = "OptionError";
  readonly code: "bad-option" = "bad-option";
  /** The option's name. */
  readonly member: string;

  constructor(message: string, member: string) {
    super(message);
    this.member = member;
  }
}

interface Refusal {
  code: CallVerifyError["code"];
  message: string;
  member: string | null;
  line: number | null;
  offset: number | null;
}

/** What the core threw, if it refused; undefined for anything else. */
export function refusalOf(thrown: unknown): CallVerifyError | OptionError | undefined {
  if (!isRefusal(thrown)) return undefined;
  if (thrown.code === "bad-option") return new OptionError(thrown.message, thrown.member ?? "options");
  return new CallVerifyError(thrown.code, thrown.message, thrown);
}

function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "code" in thrown && "message" in thrown;
}
