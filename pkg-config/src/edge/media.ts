// What kinds of bodies a route takes, and which kind of answer is asked for.

import { Problem } from "./problem.js";

/** `bundle`, `record`: read by the verifier. `command`: changes a chain. */
export type BodyKind = "bundle" | "record" | "command";

/*
 * A browser sends only text/plain, forms and bodies without a type to other origins without asking first. What changes a chain
 * insists on application/json, so that no page can make a visitor's browser do it.
 */
const TYPES: Readonly<Record<BodyKind, { named: readonly string[]; unnamed: boolean }>> = {
  bundle: {
    named: [
      "application/x-ndjson",
      "application/ndjson",
      "application/jsonl",
      "application/json",
      "application/gzip",
      "application/x-gzip",
      "application/octet-stream",
      "text/plain",
    ],
    unnamed: true,
  },
  record: { named: ["application/json", "application/octet-stream", "text/plain"], unnamed: true },
  command: { named: ["application/json"], unnamed: false },
};

/** Refuses a body of a kind that the route doesn't take. */
export function checkMedia(headers: Headers, kind: BodyKind): void {
  const { named, unnamed } = TYPES[kind];
  const type = headers.get("content-type");
  if (type === null ? !unnamed : !named.includes(essence(type)) || !isUtf8(type)) {
    throw new Problem("content-type", `Expected a body of type ${named[0]} in UTF-8.`, { member: "content-type" });
  }
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  // A bundle within one gzip member is a bundle, whoever packed it.
  if (coding !== "identity" && !(coding === "gzip" && kind === "bundle")) {
    throw new Problem("content-coding", "The body has a content coding that is not taken here.", { member: "content-encoding" });
  }
}

/** Whether NDJSON is asked for, rather than JSON. */
export function wantsNdjson(headers: Headers): boolean {
  const weights = new Map<string, number>();
  for (const range of (headers.get("accept") ?? "").split(",")) {
    const weight = range.split(";").map((part) => part.trim()).find((part) => part.startsWith("q="));
    weights.set(essence(range), weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const ndjson = weights.get("application/x-ndjson") ?? weights.get("application/ndjson") ?? 0;
  return ndjson > 0 && ndjson >= (weights.get("application/json") ?? 0);
}

function essence(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function isUtf8(type: string): boolean {
  const parameters = type.toLowerCase().split(";").slice(1).map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  return charset === undefined || ["utf-8", '"utf-8"', "utf8"].includes(charset.slice("charset=".length));
}
