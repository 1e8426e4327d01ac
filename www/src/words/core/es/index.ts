import type { CoreTexts } from "../texts.js";
import { claimsEs } from "./claims.js";
import { codesEs } from "./codes.js";
import { detailsEs } from "./details.js";

// «y de», not «y»: a name may begin with the sound that would make it «e».
export const coreEs: CoreTexts = { codes: codesEs, claims: claimsEs, details: detailsEs, and: " y de ", option: " (opción {names})" };
