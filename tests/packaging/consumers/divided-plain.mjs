// As a page loads it without a bundler.
import { divide } from "./divided.mjs";
import * as api from "./node_modules/call-stream-verify/dist/browser.js";
import { verify } from "./node_modules/call-stream-verify/dist/worker/browser.js";

const answer = async () => divide(api, verify, await (await fetch("/bundle.json")).json());

globalThis.answer = await answer().catch((error) => ({ error: `${error}: ${error.cause}` }));
