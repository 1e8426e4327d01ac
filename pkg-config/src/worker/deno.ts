import { init } from "../inline.js";
import { dividing } from "./divided.js";
import { parallelism, start } from "./web.js";

export const verify = dividing({ init, parallelism, start });
