// The edge handler as TypeScript reads it: a store's promises, an authorization's grants, and what is no option.

import { createHandler, type Grant, type Handler, type LogEvent, type Next, type Seen, type Store, StoreError } from "call-stream-verify/edge";

const store: Store = {
  async append<T>(tenant: string, callId: string, next: (seen: Seen) => Next<T>, options: { withRecord: boolean; signal: AbortSignal }): Promise<T> {
    if (options.signal.aborted) throw new StoreError("unavailable", `${tenant}: ${callId}`);
    const { entry, value } = next({ chain: { tenantId: tenant, size: 0, head: "0".repeat(64), versions: [] }, record: null });
    const seq: number | undefined = entry?.seq;
    if (seq !== 0) throw new StoreError("conflict", "somebody was faster");
    return value;
  },
  exportBundle: async () => new ReadableStream<Uint8Array>(),
};

const authorize = async (request: Request): Promise<Grant | null> =>
  request.headers.has("authorization") ? { tenant: "7e57d004-2b97-4e7a-b45f-5387367791cd", role: "sealer" } : null;

const log = ({ route, status, code }: LogEvent): void => console.log(route, status, code === "body-incomplete");

export const handler: Handler = createHandler({ policy: "", store, authorize, log, limits: { bodyBytes: 1 }, now: () => new Date(0), minLevel: "L4" });
export const response: Promise<Response> = handler(new Request("https://service.example/health"));

// @ts-expect-error A service trusts nobody without a policy.
createHandler({});
// @ts-expect-error There is no such option.
createHandler({ policy: "", limit: 1 });
// @ts-expect-error There is no such role.
createHandler({ policy: "", authorize: () => ({ tenant: "", role: "admin" }) });
