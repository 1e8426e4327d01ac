// Which pages of other origins may read answers: the listed ones, and none with credentials of the browser's own.

/** Lets the page of a listed origin read the answer. */
export function allowOrigin(headers: Headers, request: Request, origins: readonly string[]): void {
  if (origins.length === 0) return;
  headers.set("vary", "origin");
  const origin = listed(request, origins);
  if (origin === undefined) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", "retry-after, www-authenticate");
}

/** Answers a listed origin's question what it may send. */
export function allowPreflight(headers: Headers, request: Request, origins: readonly string[], methods: readonly string[]): void {
  if (listed(request, origins) === undefined || !request.headers.has("access-control-request-method")) return;
  headers.set("access-control-allow-methods", methods.join(", "));
  headers.set("access-control-max-age", "600");
  // Which headers an authorization looks at is its own affair.
  const asked = request.headers.get("access-control-request-headers") ?? "";
  if (/^[A-Za-z0-9, _-]{1,1024}$/.test(asked)) headers.set("access-control-allow-headers", asked);
}

function listed(request: Request, origins: readonly string[]): string | undefined {
  const origin = request.headers.get("origin");
  return origins.find((each) => each === origin);
}
