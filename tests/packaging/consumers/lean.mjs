// The least an app can import.
import { verify } from "call-stream-verify";

globalThis.answer = await verify("{}\n").then((report) => report.verdict, (error) => `${error}: ${error.cause}`);
