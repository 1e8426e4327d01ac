// supabase secrets set CALL_VERIFY_POLICY="$(cat log.vkey)" CALL_VERIFY_WEBHOOK_SECRET="$(openssl rand -hex 32)" && supabase functions deploy call-ledger
import { type Authorize, createHandler, type Role } from "call-stream-verify/edge";
import { createStore, createWebhook, fromPostgres } from "call-stream-verify/postgres";
import postgres from "postgres";

const env = (name: string): string => Deno.env.get(name) ?? "";
const database = fromPostgres(postgres(env("SUPABASE_DB_URL"), { prepare: false, max: 4 }));

// Supabase says who a token is of. Tenant and role stand in the user's app_metadata, which users cannot write.
const authorize: Authorize = async (request) => {
  const authorization = request.headers.get("authorization");
  if (authorization === null) return null;
  const headers = { authorization, apikey: env("SUPABASE_ANON_KEY") };
  const response = await fetch(`${env("SUPABASE_URL")}/auth/v1/user`, { headers, signal: request.signal });
  if (response.status === 401 || response.status === 403) return null;
  if (!response.ok) throw new Error(`the auth service answered ${response.status}`);
  const { id, app_metadata: { tenant_id: tenant, call_verify_role: role } = {} }: {
    id: string;
    app_metadata?: { tenant_id?: string; call_verify_role?: Role };
  } = await response.json();
  return tenant === undefined || role === undefined ? null : { tenant, role, actor: { type: "user", id } };
};

const handler = createHandler({ policy: env("CALL_VERIFY_POLICY"), basePath: "/call-ledger", store: createStore(database), authorize });
const webhook = createWebhook({ database, secret: env("CALL_VERIFY_WEBHOOK_SECRET") });

Deno.serve((request) => (new URL(request.url).pathname === "/call-ledger/webhook" ? webhook(request) : handler(request)));
