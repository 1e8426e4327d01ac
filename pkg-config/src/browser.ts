import * as api from "./api.js";
import { loadedFrom } from "./module.js";

// Written in the one form that bundlers recognize as an asset.
const afar = () => new URL("./call-stream-verify.wasm", import.meta.url);

export const {
  CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, Hasher, init, OptionError, parsePolicy, recordVerification, reportText,
  revokeVersion, sealCall, Verifier, verify, verifyReceipt, WASM_SHA256,
} = loadedFrom({ afar }, api);
