/** The report as a JSON file: what was judged, by whose trust and by what tool, around the verifier's own report. */

import type { PolicyDescription, Report } from "call-stream-verify";

/** Everything a report is made from: the same facts give the same bytes, whenever and wherever it is made. */
export interface ReportFacts {
  kind: "bundle" | "receipt";
  file: FileFacts;
  /** The reader's own record of the call that was judged with the receipt. */
  record: FileFacts | undefined;
  report: Report;
  /** The report's exact JSON text. */
  text: string;
  trust: { policy: PolicyDescription | undefined; /** The policy or key as it was given. */ text: string | undefined; expect: string | undefined; isSample: boolean };
  tool: { version: string; wasmSha256: string };
}

export interface FileFacts {
  name: string;
  size: number;
  sha256: string;
}

export function reportJson({ kind, file, record, report, text, trust, tool }: ReportFacts): string {
  const { policy, text: policyText, expect } = trust;
  const about = {
    format: "call-stream-verify/page-report/1",
    kind,
    file: { name: file.name, size: file.size, sha256: file.sha256 },
    ...(record === undefined ? {} : { record: { name: record.name, size: record.size, sha256: record.sha256 } }),
    verdict: report.verdict,
    level: report.level,
    minimum_level: report.minimum_level,
    as_of: report.as_of,
    trust: {
      policy: policyText ?? null,
      logs: policy?.logs ?? [],
      revokers: policy?.revokers ?? [],
      witnesses: (policy?.witnesses ?? []).map(({ vkey, counts }) => ({ vkey, counts })),
      quorum: policy?.quorum ?? false,
      expected_head: expect ?? null,
      key_of_sample: trust.isSample,
    },
    tool: { version: tool.version, wasm_sha256: tool.wasmSha256 },
    not_checked: notChecked(report).map(([claim, why]) => ({ claim, why })),
  };
  // The verifier's text stands as it is and not as another program would write it again.
  return `${JSON.stringify(about).slice(0, -1)},"report":${text.trim()}}\n`;
}

/** Names and reasons of what the answer does not establish. */
export function notChecked({ claims }: Report): [name: string, why: string][] {
  return Object.entries(claims)
    .filter(([, { state }]) => state === "not_checked")
    .map(([name, { why }]) => [name, why]);
}
