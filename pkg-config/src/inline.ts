import * as api from "./api.js";
import { inlined } from "./inlined.js";
import { loadedFrom } from "./module.js";

export const {
  attestReport, CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, Hasher, init, makeKey, OptionError, parsePolicy,
  recordVerification, reportText, revokeVersion, sealCall, Verifier, verify, verifyReceipt, vkeyOf, WASM_SHA256,
} = loadedFrom({ atHand: inlined }, api);
