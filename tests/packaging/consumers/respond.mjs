// For runtimes that answer requests: cases in, results out.
import { run } from "./runner.mjs";
import { CallVerifyError, canonicalizeCall, cidOf, hashCall, reportText, verify, verifyReceipt } from "call-stream-verify";

const api = { CallVerifyError, canonicalizeCall, cidOf, hashCall, reportText, verify, verifyReceipt };

export async function respond(request) {
  return Response.json(await run(api, await request.json()));
}
