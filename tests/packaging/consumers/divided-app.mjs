import { divide } from "./divided.mjs";
import { init, reportText, verify } from "call-stream-verify";
import { verify as verifyDivided } from "call-stream-verify/worker";

async function answer() {
  await init();
  return divide({ reportText, verify }, verifyDivided, await (await fetch("/bundle.json")).json());
}

globalThis.answer = await answer().catch((error) => ({ error: `${error}: ${error.cause}` }));
