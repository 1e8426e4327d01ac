import type { Uuid } from "call-stream-verify";
import type { Role } from "./access.js";
import type { ProblemCode } from "./problem.js";

/** What became of a request. It holds no text of a body, header or path. */
export interface LogEvent {
  /** Without the base path; null if there is no such route. */
  route: string | null;
  /** One of the methods that routes know, or `other`. */
  method: string;
  status: number;
  /** Why it was refused, or broke off. */
  code: ProblemCode | null;
  /** Bytes of the body that were read. */
  bytes: number;
  milliseconds: number;
  tenant: Uuid | null;
  role: Role | null;
  /** What was thrown where the fault is not the request's. Its text is whoever's threw it. */
  cause: unknown;
}
