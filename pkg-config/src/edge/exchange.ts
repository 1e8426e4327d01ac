import type { Grant, Role } from "./access.js";
import type { Taken } from "./body.js";
import type { Deadline } from "./deadline.js";
import type { BodyKind } from "./media.js";
import type { Service } from "./options.js";

/** One request on its way to its answer. */
export interface Exchange {
  service: Service;
  request: Request;
  parameters: URLSearchParams;
  deadline: Deadline;
  taken: Taken;
}

/** An exchange that was authorized. */
export type Granted = Exchange & { grant: Grant };

interface RouteFacts {
  method: "GET" | "POST";
  /** What the body must be. */
  body: BodyKind | null;
  /** Names that a query may hold; each once, unless it is a list. */
  query: readonly string[];
}

export type Route =
  | (RouteFacts & { role: null; answer: (exchange: Exchange) => Promise<Response> })
  | (RouteFacts & { role: Role; answer: (exchange: Granted) => Promise<Response> });

export function json(text: string, status: 200 | 201 = 200, type: string = "application/json"): Response {
  return new Response(text, { status, headers: { "content-type": type } });
}
