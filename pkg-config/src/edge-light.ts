import * as api from "./api.js";
import module from "./call-stream-verify.wasm?module";
import { loadedFrom } from "./module.js";

export const {
  CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, Hasher, init, OptionError, parsePolicy, recordVerification, reportText,
  revokeVersion, sealCall, Verifier, verify, verifyReceipt, WASM_SHA256,
} = loadedFrom({ atHand: () => module }, api);
