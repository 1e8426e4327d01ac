// What the handler refuses, as RFC 9457 problem details. The table of codes and statuses is the one place that decides them.

import type { Code } from "../codes.js";
import { CallVerifyError, OptionError } from "../errors.js";

/** Why the handler itself refuses, beside the codes of the verifier. */
export type EdgeCode =
  | "actor-unknown"
  | "bad-header"
  | "bad-parameter"
  | "body-incomplete"
  | "body-missing"
  | "body-too-large"
  | "busy"
  | "client-closed"
  | "conflict"
  | "content-coding"
  | "content-type"
  | "method-not-allowed"
  | "misconfigured"
  | "no-such-call"
  | "no-such-chain"
  | "no-such-route"
  | "record-too-large"
  | "role-not-allowed"
  | "store-unavailable"
  | "authorization-unavailable"
  | "too-slow"
  | "unauthorized";

export type ProblemCode = Code | EdgeCode | CallVerifyError["code"];

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 499 | 500 | 503;

// A code that is not here can't be the fault of a request, and is answered with 500.
const STATUSES: Readonly<Record<EdgeCode, ProblemStatus> & Partial<Record<ProblemCode, ProblemStatus>>> = {
  // What was sent can't be read.
  "bad-header": 400,
  "bad-parameter": 400,
  "body-incomplete": 400,
  "body-missing": 400,
  "json-bom": 400,
  "json-depth": 400,
  "json-duplicate-member": 400,
  "json-empty": 400,
  "json-members": 400,
  "json-negative-zero": 400,
  "json-nul": 400,
  "json-number-range": 400,
  "json-surrogate": 400,
  "json-syntax": 400,
  "json-utf8": 400,
  // Who asks.
  unauthorized: 401,
  "foreign-tenant": 403,
  "role-not-allowed": 403,
  // What is asked for is not there.
  "no-such-call": 404,
  "no-such-chain": 404,
  "no-such-route": 404,
  "no-such-version": 404,
  "method-not-allowed": 405,
  // The chain stands against it, and would again.
  "already-sealed": 409,
  "body-too-large": 413,
  "line-too-long": 413,
  "record-too-large": 413,
  "content-coding": 415,
  "content-type": 415,
  // It can be read and not be taken.
  "bad-call": 422,
  "bad-event": 422,
  "bad-member": 422,
  "missing-member": 422,
  "not-finalized": 422,
  "salt-missing": 422,
  "uncovered-member": 422,
  busy: 429,
  "client-closed": 499,
  // The service is not what it should be.
  "actor-unknown": 500,
  internal: 500,
  misconfigured: 500,
  // The same request may succeed later.
  "authorization-unavailable": 503,
  conflict: 503,
  lost: 503,
  "not-loaded": 503,
  "store-unavailable": 503,
  "too-slow": 503,
};

const RETRY_SECONDS = "1";

/** A request that is refused. */
export class Problem extends Error {
  readonly code: ProblemCode;
  /** The member, parameter or header it is about. */
  readonly member: string | undefined;
  readonly line: number | undefined;
  /** Methods that the route knows. */
  readonly allow: readonly string[] | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    about: { member?: string | undefined; line?: number | undefined; allow?: readonly string[]; cause?: unknown } = {},
  ) {
    super(detail, "cause" in about ? { cause: about.cause } : undefined);
    this.code = code;
    this.member = about.member;
    this.line = about.line;
    this.allow = about.allow;
  }

  /** Whatever was thrown, as a refusal; what is nobody's refusal is `internal`, and its text stays here. */
  static of(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    if (thrown instanceof CallVerifyError) {
      return new Problem(thrown.code, thrown.message, { member: thrown.member, line: thrown.line, cause: thrown });
    }
    // Options of the service were read before any request: what is refused now came with this one.
    if (thrown instanceof OptionError) return new Problem("bad-parameter", thrown.message, { member: thrown.member, cause: thrown });
    return new Problem("internal", "The service failed inside.", { cause: thrown });
  }

  get status(): ProblemStatus {
    return STATUSES[this.code] ?? 500;
  }

  toResponse(): Response {
    const { code, status, message: detail, member, line } = this;
    const headers = new Headers({ "content-type": "application/problem+json" });
    if (this.allow !== undefined) headers.set("allow", this.allow.join(", "));
    if (status === 401) headers.set("www-authenticate", 'Bearer realm="call-stream-verify"');
    if (status === 429 || status === 503) headers.set("retry-after", RETRY_SECONDS);
    if (code === "content-coding") headers.set("accept-encoding", "identity");
    const type = `urn:call-stream-verify:problem:${code}`;
    const body = { type, title: titleOf(code), status, detail, code, member, line };
    return new Response(JSON.stringify(body), { status, headers });
  }
}

function titleOf(code: string): string {
  const words = code.replaceAll("-", " ").replace(/^json\b/, "JSON");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
