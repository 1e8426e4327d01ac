// The routes that need no store: they answer from the body alone.

import { hashCall, type Progress, reportText, type Report, verify } from "call-stream-verify";
import { chunksOf, wholeBody } from "./body.js";
import { type Exchange, json, type Route } from "./exchange.js";
import { wantsNdjson } from "./media.js";
import { flag } from "./parameters.js";
import { Problem } from "./problem.js";

export const verifyRoute: Route = { method: "POST", body: "bundle", query: ["all"], role: null, answer: verifyBundle };
export const hashRoute: Route = { method: "POST", body: "record", query: [], role: null, answer: hashRecord };

async function verifyBundle(exchange: Exchange): Promise<Response> {
  const { service, request, parameters, deadline, taken } = exchange;
  const limit = { bytes: service.limits.bodyBytes, code: "body-too-large" } as const;
  const most = service.limits.bundleLines;
  const onProgress = ({ entries, calls }: Progress): void => {
    if (entries + calls > most) throw new Problem("body-too-large", `The bundle has more than ${most} entries and calls.`);
  };
  const options = { ...service.trust, all: flag(parameters, "all"), signal: deadline.signal, onProgress };
  const report = await verify(chunksOf(request, limit, deadline, taken), options);
  return wantsNdjson(request.headers) ? json(ndjson(report), 200, "application/x-ndjson") : json(reportText(report));
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
