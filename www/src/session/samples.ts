/** The samples. Each brings the key that judges it, and that key judges nothing else. */

import type { Source } from "../engine/contract.js";

export const SAMPLES = ["honest", "tampered", "revoked", "redacted", "cut-off"] as const;
export type SampleName = (typeof SAMPLES)[number];

export async function loadSample(name: SampleName): Promise<{ source: Source; policy: string }> {
  const [file, policy] = await Promise.all([load(`samples/${name}.ndjson`), load("samples/policy.txt")]);
  return { source: { name: `${name}.ndjson`, file }, policy: await policy.text() };
}

async function load(address: string): Promise<Blob> {
  const response = await fetch(new URL(address, document.baseURI));
  if (!response.ok) throw new Error(`${response.status}`);
  return response.blob();
}
