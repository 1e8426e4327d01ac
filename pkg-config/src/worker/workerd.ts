import { init } from "../workerd.js";
import { dividing } from "./divided.js";

// There are no workers to start.
export const verify = dividing({ init });
