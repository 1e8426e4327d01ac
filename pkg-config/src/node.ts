import { readFileSync } from "node:fs";
import * as api from "./api.js";
import { loadedFrom } from "./module.js";

const atHand = () => readFileSync(new URL("./call-stream-verify.wasm", import.meta.url));

export const { CallVerifyError, canonicalizeCall, cidOf, explain, hashCall, init, reportText, Verifier, verify, WASM_SHA256 } =
  loadedFrom({ atHand }, api);
