import type { Report } from "call-stream-verify";
import { html, nothing, type TemplateResult } from "lit";
import { count, words } from "../words/index.js";

export function countsView({ calls, claims, verdict }: Report): TemplateResult {
  const { counts } = words();
  // A call that is as sealed in a chain nobody vouches for is not verified: neither the word nor its color.
  const isVouched = verdict === "verified" || verdict === "revoked";
  const rows: [string, number, string][] = [
    [counts.total, calls.total, ""],
    isVouched ? [counts.verified, calls.verified, "verified"] : [counts.asSealed, calls.verified, ""],
    [counts.mismatch, calls.mismatch, "mismatch"],
    [counts.revoked, calls.revoked, "revoked"],
    [counts.not_proven, calls.not_proven, "not_proven"],
  ];
  // Of an export that breaks off nobody knows which calls it would have presented.
  if (claims.export_complete.state !== "not_checked") rows.push([counts.not_presented, calls.not_presented, ""]);
  return html`<section class="counts-section" aria-label=${counts.title}>
    <dl class="counts">
      ${rows.map(
        ([name, value, of]) =>
          html`<div class=${value === 0 ? "none" : of === "" ? "" : "some"} data-verdict=${value === 0 || of === "" ? nothing : of}><dt>${name}</dt><dd>${count(value)}</dd></div>`,
      )}
    </dl>
  </section>`;
}
