import { createHandler } from "call-stream-verify/edge";

export const runtime = "edge";

let handler;

function handle(request) {
  // Not before the first request: while it builds, Next.js runs this file without the service's environment.
  handler ??= createHandler({ policy: process.env.CALL_VERIFY_POLICY ?? "", basePath: "/call-verify" });
  // Next.js adds what `[...route]` stands for to the query, which the handler would refuse as a misspelling.
  const url = new URL(request.url);
  url.searchParams.delete("route");
  return handler(new Request(url, request));
}

export { handle as GET, handle as HEAD, handle as OPTIONS, handle as POST };
