import type { Report } from "call-stream-verify";
import { type DividedOptions, verify } from "call-stream-verify/worker";

const options: DividedOptions = { policy: "", minLevel: "L3", jobs: 4, signal: new AbortController().signal };

export const report = async (bytes: Uint8Array): Promise<Report["verdict"]> => (await verify(bytes, options)).verdict;

// @ts-expect-error a number of threads is a number
export const refused = verify("", { jobs: "4" });
