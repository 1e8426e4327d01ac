const { readFileSync } = require("node:fs");
const api = require("call-stream-verify");
const { run } = require("./runner.mjs");

run(api, JSON.parse(readFileSync(0, "utf8"))).then((results) => console.log(JSON.stringify(results)));
