// The routes that write and read a tenant's chain. The tenant is the grant's, whatever a body says.

import { type Actor, hashCall, recordVerification, revokeVersion, sealCall, type Uuid } from "call-stream-verify";
import { isUuid } from "./access.js";
import { wholeBody } from "./body.js";
import { type Granted, json, type Route } from "./exchange.js";
import { badParameter, flag, list, readCommand } from "./parameters.js";
import { Problem } from "./problem.js";
import { type Next, type Seen, type Store, StoreError } from "./store.js";

const COMMAND_BYTES = 65_536;

export const sealRoute: Route = {
  method: "POST",
  body: "command",
  query: ["transcript_complete", "metadata_locked", "ai_outputs_stable", "drop", "recording"],
  role: "sealer",
  answer: seal,
};
export const recordRoute: Route = { method: "POST", body: "command", query: [], role: "verifier", answer: record };
export const revokeRoute: Route = { method: "POST", body: "command", query: [], role: "revoker", answer: revoke };
export const exportRoute: Route = { method: "GET", body: null, query: [], role: "auditor", answer: exportBundle };

// The record is the whole body, so that the core reads the very bytes that were sent; the rest is said in the query.
async function seal(exchange: Granted): Promise<Response> {
  const { service, request, parameters, deadline, taken } = exchange;
  const statement = {
    transcriptComplete: flag(parameters, "transcript_complete"),
    metadataLocked: flag(parameters, "metadata_locked"),
    aiOutputsStable: flag(parameters, "ai_outputs_stable"),
  };
  const recording = parameters.get("recording") ?? undefined;
  if (recording !== undefined && !/^[0-9a-f]{64}$/.test(recording)) {
    throw badParameter("recording", "Expected 64 lower-case hex digits.");
  }
  const limit = { bytes: service.limits.recordBytes, code: "record-too-large" } as const;
  const bytes = await wholeBody(request, limit, deadline, taken);
  const options = {
    statement,
    at: service.now(),
    drop: list(parameters, "drop"),
    ...(recording === undefined ? {} : { recording }),
    ...(service.key === undefined ? {} : { key: service.key }),
  };
  const sealed = await append(exchange, hashCall(bytes).call_id, false, ({ chain }) => {
    const value = sealCall(bytes, { ...options, chain });
    return { entry: value.entry, value };
  });
  return json(JSON.stringify(sealed), sealed.entry === null ? 200 : 201);
}

// The record is the platform's: whoever asks for the verification can't show another one.
async function record(exchange: Granted): Promise<Response> {
  const members = await commandOf(exchange, ["call_id", "method"]);
  const callId = callIdOf(members);
  const options = { method: textOf(members, "method") ?? "recompute", actor: actorOf(exchange), at: exchange.service.now() };
  const recorded = await append(exchange, callId, true, ({ chain, record: present }) => {
    if (present === null) throw new Problem("no-such-call", "There is no such call.", { member: "call_id" });
    if (hashCall(present).call_id !== callId) throw broken("it gave the record of another call");
    const value = recordVerification(present, { ...options, chain });
    return { entry: value.entry, value };
  });
  return json(JSON.stringify(recorded), 201);
}

async function revoke(exchange: Granted): Promise<Response> {
  const members = await commandOf(exchange, ["call_id", "version", "reason", "policy"]);
  const callId = callIdOf(members);
  const version = members.get("version");
  if (typeof version === "string" || version === 0) throw badParameter("version", "Expected a whole number from 1 on.");
  const { service } = exchange;
  const options = {
    reason: required(members, "reason"),
    policy: required(members, "policy"),
    actor: actorOf(exchange),
    at: service.now(),
    ...(version === undefined ? {} : { version }),
    ...(service.key === undefined ? {} : { key: service.key }),
  };
  const revoked = await append(exchange, callId, false, ({ chain }) => {
    const value = revokeVersion(callId, { ...options, chain });
    return { entry: value.entry, value };
  });
  return json(JSON.stringify(revoked), revoked.entry === null ? 200 : 201);
}

async function exportBundle(exchange: Granted): Promise<Response> {
  const { request, grant, deadline } = exchange;
  const headers = { "content-type": "application/x-ndjson", "content-disposition": 'attachment; filename="export.ndjson"' };
  if (request.method === "HEAD") return new Response(null, { headers });
  try {
    const store = storeOf(exchange);
    const stream = await deadline.wait((async () => store.exportBundle(grant.tenant, { signal: deadline.signal }))());
    return new Response(stream, { headers });
  } catch (thrown) {
    throw problemOf(thrown);
  }
}

async function append<T>(exchange: Granted, callId: Uuid, withRecord: boolean, next: (seen: Seen) => Next<T>): Promise<T> {
  const { grant, deadline } = exchange;
  // A store may wrap what it passes on.
  let refusal: unknown;
  const work = async () =>
    storeOf(exchange).append<T>(
      grant.tenant,
      callId,
      (seen) => {
        refusal = undefined;
        try {
          // A store that retries for nobody any more must not append.
          deadline.throwIfOver();
          if (seen.chain.tenantId !== grant.tenant) throw broken("it gave the chain of another tenant");
          return next(seen);
        } catch (thrown) {
          refusal = thrown;
          throw thrown;
        }
      },
      { withRecord, role: grant.role, signal: deadline.signal },
    );
  try {
    return await deadline.wait(work());
  } catch (thrown) {
    throw refusal ?? problemOf(thrown);
  }
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const code = thrown instanceof StoreError ? thrown.code : "unavailable";
  switch (code) {
    case "conflict":
      return new Problem("conflict", "Others were appending to the chain all the time; nothing was written.", { cause: thrown });
    case "no-such-chain":
      return new Problem("no-such-chain", "The tenant has no chain.", { cause: thrown });
    case "unavailable":
      return new Problem("store-unavailable", "The store failed; what it was asked to write may stand there or not.", { cause: thrown });
  }
}

function storeOf({ service }: Granted): Store {
  if (service.ledger === undefined) throw new Problem("internal", "The route has no store.");
  return service.ledger.store;
}

function broken(detail: string): Problem {
  return new Problem("internal", "The store does not keep its promises.", { cause: new Error(detail) });
}

function actorOf({ grant, service }: Granted): Actor {
  const actor = grant.actor ?? service.actor;
  if (actor === undefined) throw new Problem("actor-unknown", "Neither the authorization nor the service names an actor.");
  return actor;
}

type Members = ReadonlyMap<string, string | number>;

async function commandOf({ request, deadline, taken }: Granted, known: readonly string[]): Promise<Members> {
  const limit = { bytes: COMMAND_BYTES, code: "body-too-large" } as const;
  return readCommand(await wholeBody(request, limit, deadline, taken), known);
}

function callIdOf(members: Members): Uuid {
  const callId = required(members, "call_id").toLowerCase();
  if (!isUuid(callId)) throw badParameter("call_id", "Expected a UUID.");
  return callId;
}

function required(members: Members, name: string): string {
  const text = textOf(members, name);
  if (text === undefined) throw badParameter(name, "It is missing.");
  return text;
}

function textOf(members: Members, name: string): string | undefined {
  const value = members.get(name);
  if (typeof value === "number") throw badParameter(name, "Expected a string.");
  return value;
}
