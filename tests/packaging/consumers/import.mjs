import { run } from "./runner.mjs";
import * as api from "call-stream-verify";

let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
console.log(JSON.stringify(await run(api, JSON.parse(text))));
