// Who may do what to which tenant's chain. Nothing but `authorize` says so.

import type { Actor, Uuid } from "call-stream-verify";
import type { Deadline } from "./deadline.js";
import { Problem } from "./problem.js";

/** One hand seals and another one revokes; `verifier` records verifications, `auditor` exports. */
export type Role = "sealer" | "verifier" | "revoker" | "auditor";

/** What a request may do. */
export interface Grant {
  /** The one tenant whose chain it may read or write: 8-4-4-4-12 lower-case hex digits. */
  tenant: Uuid;
  role: Role;
  /** The handler's `actor` if left out. */
  actor?: Actor | undefined;
}

/** Says what a request may do; `null` for nothing. What it throws is an answer 503, never a grant. */
export type Authorize = (request: Request) => Grant | null | Promise<Grant | null>;

export const ROLES: readonly Role[] = ["sealer", "verifier", "revoker", "auditor"];

export function isUuid(value: unknown): value is Uuid {
  return typeof value === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

export function isActor(value: unknown): value is Actor {
  if (typeof value !== "object" || value === null) return false;
  const { type, id }: { type?: unknown; id?: unknown } = value;
  return (type === "user" || type === "system" || type === "validator") && typeof id === "string" && isText(id);
}

/** Whether an entry can hold `text` as the name of somebody or something. */
function isText(text: string): boolean {
  const longest = 256;
  return text !== "" && [...text].length <= longest && text.isWellFormed() && !text.includes("\0");
}

/** The grant for `request`, which must be for `role`. */
export async function grantFor(request: Request, role: Role, authorize: Authorize, deadline: Deadline): Promise<Grant> {
  let answer: Grant | null;
  try {
    answer = await deadline.wait((async () => authorize(request))());
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("authorization-unavailable", "Whether this is allowed could not be found out.", { cause: thrown });
  }
  if (answer === null) throw new Problem("unauthorized", "This request is not authorized.");
  const grant = checked(answer);
  if (grant.role !== role) throw new Problem("role-not-allowed", `Only the role ${role} may do this.`);
  return grant;
}

// A copy: what was looked at is what is used.
function checked(answer: unknown): Grant {
  const { tenant, role: named, actor }: { tenant?: unknown; role?: unknown; actor?: unknown } = Object(answer);
  const role = ROLES.find((known) => known === named);
  if (!isUuid(tenant) || role === undefined || (actor !== undefined && !isActor(actor))) {
    throw new Problem("misconfigured", "The service's authorization gave an answer that is no grant.");
  }
  return actor === undefined ? { tenant, role } : { tenant, role, actor: { type: actor.type, id: actor.id } };
}
