// supabase secrets set CALL_VERIFY_POLICY="$(cat log.vkey)" && supabase functions deploy call-verify
import { createHandler } from "call-stream-verify/edge";

Deno.serve(createHandler({ policy: Deno.env.get("CALL_VERIFY_POLICY") ?? "", basePath: "/call-verify" }));
