// A program that uses the types as a careful user would: what does not hold for every value must not compile.
import {
  CallVerifyError,
  canonicalizeCall,
  hashCall,
  Hasher,
  init,
  OptionError,
  type Report,
  reportText,
  sealCall,
  type Sealed,
  Verifier,
  verify,
  verifyReceipt,
  WASM_SHA256,
} from "call-stream-verify";
import { createHandler } from "call-stream-verify/edge";
import { explain } from "call-stream-verify/explain";
import { verify as inlined } from "call-stream-verify/inline";
import { init as initSlim } from "call-stream-verify/slim";

export function summary(report: Report): string {
  switch (report.verdict) {
    case "verified": {
      // Narrowed: a verified report has a level, a head and a chain.
      const level: string = report.level;
      const head: string = report.as_of.head;
      return `${level} ${head} ${report.chain.tenant_id}`;
    }
    case "mismatch":
    case "revoked":
    case "not_proven": {
      // @ts-expect-error Not narrowed: there may be no chain.
      const tenant: string = report.chain.tenant_id;
      return `${report.findings.map((finding) => explain(finding.code)?.sentence ?? finding.message).join()} ${tenant}`;
    }
    default: {
      const never: never = report;
      return never;
    }
  }
}

export function versions(report: Report): number[] {
  return report.results.flatMap((result) => {
    if (result.result === "not_proven") {
      // @ts-expect-error What is not proven may have no version.
      const version: number = result.version;
      return version === null ? [] : [version];
    }
    const version: number = result.version;
    return [version];
  });
}

export function entryOf(sealed: Sealed): string | null {
  if (sealed.status === "sealed") return sealed.entry.text;
  const none: null = sealed.entry;
  return none;
}

export function digestsOf(record: string): string[] {
  const hashes = hashCall(record);
  if ("field_commitments" in hashes) return Object.values(hashes.field_commitments);
  return [hashes.component_hashes.metadata, hashes.component_hashes.transcript];
}

export function proofOf(receipt: string, record: Uint8Array): string {
  const report: Report = verifyReceipt(receipt, { record, minLevel: "L3" });
  // @ts-expect-error There is no such option.
  verifyReceipt(receipt, { records: [] });
  // @ts-expect-error Of a receipt alone such a claim is made.
  const why: string = report.claims.uncovered_members.why;
  return report.claims.later_revocations.why + why;
}

export function digestOf(chunks: Uint8Array[]): string {
  const hasher = new Hasher();
  for (const chunk of chunks) hasher.push(chunk);
  return hasher.finish();
}

export async function run(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
  await init();
  await initSlim({ bytes: new Uint8Array(8) });
  await inlined(new Blob(["{}"]), { minLevel: "L2", onProgress: ({ calls }) => calls.toFixed() });
  // @ts-expect-error There is no such level.
  await inlined("{}", { minLevel: "L9" }).catch(() => undefined);
  // @ts-expect-error There is no such option.
  await verify("{}", { minlevel: "L4" }).catch(() => undefined);
  const verifier = new Verifier({ chainOnly: true });
  verifier.push(canonicalizeCall(bytes));
  verifier.free();
  try {
    return reportText(await verify(bytes, { signal }));
  } catch (error) {
    if (error instanceof OptionError) return `${error.member} ${error.code}`;
    if (error instanceof CallVerifyError && error.code === "not-loaded") return WASM_SHA256;
    // @ts-expect-error A code that does not exist is compared with nothing.
    if (error instanceof CallVerifyError && error.code === "not-lodaed") return "";
    throw error;
  }
}

export const seal: typeof sealCall = sealCall;

export const handler: (request: Request) => Promise<Response> = createHandler({ policy: "example.com/log+0a1b2c3d+AQ" });

// @ts-expect-error A handler without trust could verify nothing.
createHandler({});
