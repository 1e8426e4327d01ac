import { Hasher } from "call-stream-verify";
import { createHandler } from "call-stream-verify/edge";
import { createStore, createWebhook, fromPg } from "call-stream-verify/postgres";
import pg from "pg";

// A connection belongs to the request that opened it; Hyperdrive keeps those to the database.
function databaseOf(env) {
  return fromPg({
    async connect() {
      const client = new pg.Client({ connectionString: env.DATABASE.connectionString });
      await client.connect();
      return Object.assign(client, { release: () => void client.end() });
    },
  });
}

// {"SHA-256 of a token": {"tenant": "…", "role": "sealer", "actor": {"type": "system", "id": "…"}}, …}
function authorizeBy(grants) {
  const known = new Map(Object.entries(JSON.parse(grants ?? "{}")));
  return (request) => {
    const hasher = new Hasher();
    hasher.push((request.headers.get("authorization") ?? "").replace(/^Bearer /, ""));
    return known.get(hasher.finish()) ?? null;
  };
}

function routesOf(env) {
  const database = databaseOf(env);
  const authorize = authorizeBy(env.CALL_VERIFY_GRANTS);
  return {
    handler: createHandler({ policy: env.CALL_VERIFY_POLICY ?? "", store: createStore(database), authorize }),
    webhook: createWebhook({ database, secret: env.CALL_VERIFY_WEBHOOK_SECRET ?? "" }),
  };
}

let routes;

export default {
  fetch(request, env) {
    routes ??= routesOf(env);
    return new URL(request.url).pathname === "/webhook" ? routes.webhook(request) : routes.handler(request);
  },
};
