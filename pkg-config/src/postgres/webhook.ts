// What the database calls when a row of calls changes: a call that has become final is sealed.

import { Hasher, init } from "call-stream-verify";
import { isUuid } from "../edge/access.js";
import { wholeBody } from "../edge/body.js";
import { Deadline } from "../edge/deadline.js";
import { json } from "../edge/exchange.js";
import type { Handler } from "../edge/handler.js";
import { Problem, type ProblemCode } from "../edge/problem.js";
import { StoreError } from "../edge/store.js";
import { OptionError } from "../errors.js";
import type { Database } from "./database.js";
import { sealFinalCall } from "./ledger.js";

export interface WebhookOptions {
  database: Database;
  /** What the caller shows as `Authorization: Bearer`; at least 16 characters. */
  secret: string;
  /** The text of a key file, to sign versions with. */
  key?: string | undefined;
  /** Milliseconds for one call: 10,000. */
  milliseconds?: number | undefined;
  /** Called once for each request, with nothing of a call in it. */
  log?: ((event: { status: number; code: ProblemCode | null; cause: unknown }) => void) | undefined;
}

const BODY = { bytes: 33_554_432, code: "body-too-large" } as const;

/**
 * Answers a database's webhook, `{ record: { tenant_id, call_id } }` as Supabase sends it. The body only says which call to look at: what is
 * sealed, and whether it is final, is read from the database, and a call that is asked for twice is sealed once.
 */
export function createWebhook({ database, secret, key, milliseconds = 10_000, log }: WebhookOptions): Handler {
  const shortest = 16;
  if (typeof secret !== "string" || secret.length < shortest) throw new OptionError(`Expected at least ${shortest} characters.`, "secret");
  return async (request) => {
    const deadline = new Deadline(request.signal, milliseconds);
    let problem: Problem | undefined;
    let response: Response;
    try {
      await deadline.wait(init());
      response = await deadline.wait(answer(request, deadline));
    } catch (thrown) {
      problem = deadline.over ?? problemOf(thrown);
      response = problem.toResponse();
    } finally {
      deadline.finish();
    }
    response.headers.set("cache-control", "no-store");
    log?.({ status: response.status, code: problem?.code ?? null, cause: problem?.cause });
    return response;
  };

  async function answer(request: Request, deadline: Deadline): Promise<Response> {
    if (request.method !== "POST") throw new Problem("method-not-allowed", "The route has no such method.", { allow: ["POST"] });
    // By their digests, so that the time it takes says nothing of the secret.
    if (digest(request.headers.get("authorization") ?? "") !== digest(`Bearer ${secret}`)) {
      throw new Problem("unauthorized", "This request is not authorized.");
    }
    const { tenant, callId } = namedIn(await wholeBody(request, BODY, deadline, { bytes: 0 }));
    const sealed = await sealFinalCall(database, callId, { tenant, signal: deadline.signal, ...(key === undefined ? {} : { key }) });
    return json(JSON.stringify(sealed ?? { status: "open", call_id: callId }), sealed === null || sealed.entry === null ? 200 : 201);
  }
}

function namedIn(body: Uint8Array): { tenant: string; callId: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new Problem("json-syntax", "The body is no JSON.", { cause });
  }
  // A row that was deleted has no record.
  const { record }: { record?: unknown } = Object(parsed);
  const { tenant_id: tenant, call_id: callId }: { tenant_id?: unknown; call_id?: unknown } = Object(record);
  if (!isUuid(tenant) || !isUuid(callId)) throw new Problem("bad-parameter", "Expected a row with tenant_id and call_id.", { member: "record" });
  return { tenant, callId };
}

function digest(text: string): string {
  const hasher = new Hasher();
  hasher.push(text);
  return hasher.finish();
}

function problemOf(thrown: unknown): Problem {
  if (!(thrown instanceof StoreError)) return Problem.of(thrown);
  return new Problem(thrown.code === "unavailable" ? "store-unavailable" : thrown.code, "The ledger could not be written.", { cause: thrown });
}
