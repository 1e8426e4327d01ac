// DATABASE_URL=postgresql://… CALL_VERIFY_POLICY="$(cat log.vkey)" CALL_VERIFY_GRANTS="$(cat grants.json)" CALL_VERIFY_WEBHOOK_SECRET=… node ledger.mjs
import { createHash } from "node:crypto";
import { createHandler } from "call-stream-verify/edge";
import { createStore, createWebhook, fromPg } from "call-stream-verify/postgres";
import pg from "pg";
import { listen, serverOf } from "./server.mjs";

const { DATABASE_URL, CALL_VERIFY_POLICY = "", CALL_VERIFY_GRANTS = "{}", CALL_VERIFY_WEBHOOK_SECRET = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on("error", () => {});
const database = fromPg(pool);

// {"SHA-256 of a token": {"tenant": "…", "role": "sealer", "actor": {"type": "system", "id": "…"}}, …}
const grants = new Map(Object.entries(JSON.parse(CALL_VERIFY_GRANTS)));
const authorize = (request) => {
  const token = (request.headers.get("authorization") ?? "").replace(/^Bearer /, "");
  return grants.get(createHash("sha256").update(token).digest("hex")) ?? null;
};

const handler = createHandler({ policy: CALL_VERIFY_POLICY, store: createStore(database), authorize });
const webhook = createWebhook({ database, secret: CALL_VERIFY_WEBHOOK_SECRET });

listen(serverOf((request) => (new URL(request.url).pathname === "/webhook" ? webhook(request) : handler(request))));
