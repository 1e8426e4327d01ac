import { createHandler } from "call-stream-verify/edge";

let handler;

export default {
  fetch(request, env) {
    handler ??= createHandler({ policy: env.CALL_VERIFY_POLICY ?? "" });
    return handler(request);
  },
};
