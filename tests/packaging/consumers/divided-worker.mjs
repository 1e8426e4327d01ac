import { divide } from "./divided.mjs";
import * as api from "call-stream-verify";
import { verify } from "call-stream-verify/worker";

const answer = async (request) => Response.json(await divide(api, verify, await request.json()));

export default { fetch: answer };
