// An app, with named imports, so that bundlers may drop what it does not name.
import { run } from "./runner.mjs";
import { CallVerifyError, canonicalizeCall, cidOf, hashCall, init, reportText, verify, verifyReceipt } from "call-stream-verify";

const api = { CallVerifyError, canonicalizeCall, cidOf, hashCall, reportText, verify, verifyReceipt };

async function answer() {
  await init();
  return run(api, await (await fetch("/cases.json")).json());
}

globalThis.answer = await answer().catch((error) => ({ error: `${error}: ${error.cause}` }));
