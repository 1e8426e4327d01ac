import type { Code } from "./codes.js";

/**
 * Why a question was refused. What was judged and does not hold is a finding in a report, never an error.
 *
 * `not-loaded`: `init()` must be awaited first. `already-finished`: a `Verifier` takes nothing after `finish()` or `free()`.
 */
export class CallVerifyError extends Error {
  override readonly name: "CallVerifyError" = "CallVerifyError";
  readonly code: Code | "not-loaded" | "already-finished";
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
