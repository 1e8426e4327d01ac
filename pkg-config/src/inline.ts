import * as api from "./api.js";
import { inlined } from "./inlined.js";
import { loadedFrom } from "./module.js";

export const { CallVerifyError, canonicalizeCall, cidOf, explain, hashCall, init, reportText, Verifier, verify, WASM_SHA256 } =
  loadedFrom({ atHand: inlined }, api);
