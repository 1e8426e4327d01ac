// As a page loads it without a bundler.
import { run } from "./runner.mjs";
import * as api from "./node_modules/call-stream-verify/dist/browser.js";

async function answer() {
  await api.init();
  return run(api, await (await fetch("/cases.json")).json());
}

globalThis.answer = await answer().catch((error) => ({ error: `${error}: ${error.cause}` }));
