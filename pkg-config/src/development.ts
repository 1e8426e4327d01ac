import * as api from "./api.js";
import { loadedFrom } from "./module.js";

// Before version 8, Vite's development server moves a dependency's scripts away from its other files; scripts it can't lose.
const afar = async () => (await import("./inlined.js")).inlined();

export const {
  attestReport, CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, Hasher, init, makeKey, OptionError, parsePolicy,
  recordVerification, reportText, revokeVersion, sealCall, Verifier, verify, verifyReceipt, vkeyOf, WASM_SHA256,
} = loadedFrom({ afar }, api);
