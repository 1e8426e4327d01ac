// The routes that need no store: they answer from the body alone.

import { hashCall, reportText, type Report, Verifier } from "call-stream-verify";
import { chunksOf, wholeBody } from "./body.js";
import { type Exchange, json, type Route } from "./exchange.js";
import { wantsNdjson } from "./media.js";
import { flag } from "./parameters.js";

// A chunk of a gzip bundle may hold a thousand times its bytes.
const PIECE = 16_384;
// How many pieces pass between two pauses at least.
const PIECES = 64;

export const verifyRoute: Route = { method: "POST", body: "bundle", query: ["all"], role: null, answer: verifyBundle };
export const hashRoute: Route = { method: "POST", body: "record", query: [], role: null, answer: hashRecord };

async function verifyBundle(exchange: Exchange): Promise<Response> {
  const { service, request, parameters, deadline, taken } = exchange;
  const verifier = new Verifier({ ...service.trust, all: flag(parameters, "all") });
  try {
    const limit = { bytes: service.limits.bodyBytes, code: "body-too-large" } as const;
    let pieces = 0;
    for await (const chunk of chunksOf(request, limit, deadline, taken)) {
      for (let start = 0; start < chunk.length; start += PIECE) {
        verifier.push(chunk.subarray(start, start + PIECE));
        pieces += 1;
        await deadline.breathe(pieces % PIECES === 0);
      }
    }
    const report = verifier.finish();
    return wantsNdjson(request.headers) ? json(ndjson(report), 200, "application/x-ndjson") : json(reportText(report));
  } finally {
    verifier.free();
  }
}

/** The lines that the command line gives, too, without the name of an input. */
function ndjson(report: Report): string {
  const { format: _, findings, results, claims, ...summary } = report;
  const lines = [
    ...findings.map((finding) => ({ type: "finding", ...finding })),
    ...results.map((result) => ({ type: "result", ...result })),
    ...Object.entries(claims).map(([name, claim]) => ({ type: "claim", name, ...claim })),
    { type: "report", ...summary },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

async function hashRecord({ service, request, deadline, taken }: Exchange): Promise<Response> {
  const limit = { bytes: service.limits.recordBytes, code: "record-too-large" } as const;
  return json(JSON.stringify(hashCall(await wholeBody(request, limit, deadline, taken))));
}
