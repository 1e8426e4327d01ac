import { init } from "../edge-light.js";
import { dividing } from "./divided.js";

// There are no workers to start.
export const verify = dividing({ init });
