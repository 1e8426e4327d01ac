// From a request to its answer: route, method, access, media, and what every answer has in common.

import { init, Verifier, WASM_SHA256 } from "call-stream-verify";
import { CallVerifyError } from "../errors.js";
import { type Grant, grantFor } from "./access.js";
import type { Taken } from "./body.js";
import { allowOrigin, allowPreflight } from "./cors.js";
import { Deadline } from "./deadline.js";
import { type Exchange, json, type Route } from "./exchange.js";
import { hashRoute, verifyRoute } from "./judge.js";
import { exportRoute, recordRoute, revokeRoute, sealRoute } from "./ledger.js";
import { checkMedia } from "./media.js";
import { type HandlerOptions, readOptions, type Service } from "./options.js";
import { checkQuery } from "./parameters.js";
import { Problem } from "./problem.js";
import { watched } from "./watched.js";

/** Of this package; a test compares it with package.json. */
export const VERSION = "0.1.0";

/** Answers every request; it never rejects. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * Verification as an HTTP service, of nothing but `Request` and `Response`.
 *
 * @example
 * export default { fetch: createHandler({ policy: "example.com/log+0a1b2c3d+…" }) };
 */
export function createHandler(options: HandlerOptions): Handler {
  const service = readOptions(options);
  checkTrust(service);
  const routes = routesOf(service);
  // Apart, so that nobody who may not use the store keeps others from it.
  const working = { open: 0, ledger: 0 };

  return async (request) => {
    const started = performance.now();
    const taken: Taken = { bytes: 0 };
    const method = METHODS.find((known) => known === request.method) ?? "other";
    let path: string | null = null;
    let grant: Grant | undefined;
    let deadline: Deadline | undefined;
    let counted: keyof typeof working | undefined;
    const finish = (status: number, problem: Problem | undefined): void => {
      if (counted !== undefined) working[counted] -= 1;
      deadline?.finish();
      tell(service, {
        route: path,
        method,
        status,
        code: problem?.code ?? null,
        bytes: taken.bytes,
        milliseconds: performance.now() - started,
        tenant: grant?.tenant ?? null,
        role: grant?.role ?? null,
        cause: problem !== undefined && problem.status >= 500 ? problem.cause : undefined,
      });
    };
    try {
      const url = new URL(request.url);
      const found = find(routes, service.basePath, url.pathname);
      path = found.path;
      const { route } = found;
      const allow = route.method === "GET" ? ["GET", "HEAD", "OPTIONS"] : [route.method, "OPTIONS"];
      if (method === "OPTIONS") {
        const response = dress(new Response(null, { status: 204, headers: { allow: allow.join(", ") } }), request, service);
        allowPreflight(response.headers, request, service.cors, allow);
        finish(204, undefined);
        return response;
      }
      if (!allow.includes(method)) throw new Problem("method-not-allowed", "The route has no such method.", { allow });
      checkQuery(url.searchParams, route.query);
      // A busy service is healthy.
      if (path !== "/health") {
        const kind = route.role === null ? "open" : "ledger";
        if (working[kind] >= service.limits.concurrent) throw new Problem("busy", "The service is at work on as many requests as it takes.");
        working[kind] += 1;
        counted = kind;
      }
      deadline = new Deadline(request.signal, service.limits.milliseconds);
      await deadline.wait(init());
      const exchange: Exchange = { service, request, parameters: url.searchParams, deadline, taken };
      let response: Response;
      if (route.role === null) {
        if (route.body !== null) checkMedia(request.headers, route.body);
        response = await route.answer(exchange);
      } else {
        if (service.ledger === undefined) throw new Problem("internal", "The route has no store.");
        grant = await grantFor(request, route.role, service.ledger.authorize, deadline);
        if (route.body !== null) checkMedia(request.headers, route.body);
        response = await route.answer({ ...exchange, grant });
      }
      response = dress(method === "HEAD" ? withoutBody(response) : response, request, service);
      if (method === "GET" && route.role !== null) return watched(response, deadline, service.limits.milliseconds, finish);
      finish(response.status, undefined);
      return response;
    } catch (thrown) {
      const problem = deadline?.over ?? Problem.of(thrown);
      finish(problem.status, problem);
      const response = problem.toResponse();
      return dress(method === "HEAD" ? withoutBody(response) : response, request, service);
    }
  };
}

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

// A policy that is none is better found when the service starts than by its first user, who finds it where the module is not at
// hand yet.
function checkTrust(service: Service): void {
  try {
    new Verifier(service.trust).free();
  } catch (thrown) {
    if (!(thrown instanceof CallVerifyError && thrown.code === "not-loaded")) throw thrown;
  }
}

function routesOf(service: Service): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>([
    ["/verify", verifyRoute],
    ["/hash", hashRoute],
  ]);
  if (service.ledger !== undefined) {
    routes.set("/seal", sealRoute).set("/record", recordRoute).set("/revoke", revokeRoute).set("/export", exportRoute);
  }
  const health = healthOf(service, [...routes.keys(), "/health"]);
  routes.set("/health", { method: "GET", body: null, query: [], role: null, answer: async () => json(health) });
  return routes;
}

function healthOf({ trust, limits, ledger, key, cors, basePath }: Service, routes: readonly string[]): string {
  return JSON.stringify({
    status: "ok",
    version: VERSION,
    wasm_sha256: WASM_SHA256,
    minimum_level: trust.minLevel ?? null,
    expected_head: trust.expect !== undefined,
    tenant: trust.tenant ?? null,
    store: ledger !== undefined,
    signs: key !== undefined,
    cors: cors.length > 0,
    limits: {
      body_bytes: limits.bodyBytes,
      bundle_lines: limits.bundleLines,
      record_bytes: limits.recordBytes,
      milliseconds: limits.milliseconds,
      concurrent: limits.concurrent,
    },
    routes: routes.map((route) => `${basePath}${route}`),
  });
}

function find(routes: ReadonlyMap<string, Route>, basePath: string, pathname: string): { path: string; route: Route } {
  const path = pathname.startsWith(basePath) ? pathname.slice(basePath.length) : "";
  const route = routes.get(path);
  if (route === undefined) throw new Problem("no-such-route", "There is no such route.");
  return { path, route };
}

/** What every answer says: that nobody keeps it, and nobody guesses its type. */
function dress(response: Response, request: Request, service: Service): Response {
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-content-type-options", "nosniff");
  allowOrigin(response.headers, request, service.cors);
  return response;
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}

function tell(service: Service, event: Parameters<Service["log"]>[0]): void {
  try {
    service.log(event);
  } catch {
    // An answer doesn't depend on who listens.
  }
}
