import { readFileSync } from "node:fs";
import { setOrigin } from "./module.js";

const file: URL = new URL("./core_bg.wasm", import.meta.url);
setOrigin({ now: () => readFileSync(file), later: () => file });

export * from "./api.js";
