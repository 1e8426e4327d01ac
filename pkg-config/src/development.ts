import * as api from "./api.js";
import { loadedFrom } from "./module.js";

// Vite's development server moves a dependency's JavaScript away from its other files; it can't lose a module.
const afar = async () => (await import("./inlined.js")).inlined();

export const {
  CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, init, OptionError, parsePolicy, recordVerification, reportText,
  revokeVersion, sealCall, Verifier, verify, WASM_SHA256,
} = loadedFrom({ afar }, api);
