// CALL_VERIFY_POLICY="$(cat log.vkey)" PORT=8080 bun server.js
import { createHandler } from "call-stream-verify/edge";

export default { fetch: createHandler({ policy: process.env.CALL_VERIFY_POLICY ?? "" }) };
