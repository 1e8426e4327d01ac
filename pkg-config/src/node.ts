import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as api from "./api.js";
import { loadedFrom } from "./module.js";

const atHand = () => readFileSync(fileURLToPath(new URL("./call-stream-verify.wasm", import.meta.url)));

export const {
  attestReport, CallVerifyError, canonicalizeCall, chainId, cidOf, hashCall, Hasher, init, makeKey, OptionError, parsePolicy,
  recordVerification, reportText, revokeVersion, sealCall, Verifier, verify, verifyReceipt, vkeyOf, WASM_SHA256,
} = loadedFrom({ atHand }, api);
