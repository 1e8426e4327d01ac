import type { CoreTexts } from "../texts.js";
import { claimsDe } from "./claims.js";
import { codesDe } from "./codes.js";
import { detailsDe } from "./details.js";

export const coreDe: CoreTexts = { codes: codesDe, claims: claimsDe, details: detailsDe, and: " und ", option: " (Option {names})" };
