import { divide } from "./divided.mjs";
import * as api from "call-stream-verify";
import { verify } from "call-stream-verify/worker";

let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
console.log(JSON.stringify(await divide(api, verify, JSON.parse(text))));
