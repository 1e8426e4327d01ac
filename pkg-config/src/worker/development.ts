import { init } from "../development.js";
import { dividing } from "./divided.js";
import { parallelism, start } from "./web.js";

export type { DividedOptions, VerifyDivided } from "./divided.js";

export const verify = dividing({ init, parallelism, start });
