import { setOrigin } from "./module.js";

// Written in the one form that bundlers recognize as an asset.
setOrigin({ later: () => new URL("./core_bg.wasm", import.meta.url) });

export * from "./api.js";
