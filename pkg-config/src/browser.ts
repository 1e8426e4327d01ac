import * as api from "./api.js";
import { loadedFrom } from "./module.js";

// Written in the one form that bundlers recognize as an asset.
const afar = () => new URL("./call-stream-verify.wasm", import.meta.url);

export const {
  attestReport, CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, Hasher, init, makeKey, OptionError, parsePolicy,
  recordVerification, reportText, revokeVersion, sealCall, Verifier, verify, verifyReceipt, vkeyOf, WASM_SHA256,
} = loadedFrom({ afar }, api);
