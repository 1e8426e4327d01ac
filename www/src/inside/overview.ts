/** The whole chain as a narrow strip beside the timeline: where findings, revocations and checkpoints are, and what is in sight. */

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Landmark } from "../engine/contract.js";
import { counted, filled, words } from "../words/index.js";
import type { MarkedFinding } from "./marks.js";

/** As many places as the strip tells apart. */
const PLACES = 240;

const KINDS = ["checkpoint", "revocation", "finding"] as const;
type Kind = (typeof KINDS)[number];

export interface Overview {
  rows: number;
  landmarks: readonly Landmark[];
  marked: readonly MarkedFinding[];
  seen: { from: number; to: number };
  go: (row: number) => void;
}

export function overviewView({ rows, landmarks, marked, seen, go }: Overview): TemplateResult | typeof nothing {
  if (rows === 0) return nothing;
  const inSight = Math.max(((seen.to - seen.from) / rows) * PLACES, 2);
  // A shortcut for the pointer: the keyboard has End, Home and the buttons.
  const clicked = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    go(Math.min(rows - 1, Math.floor(((event.clientY - box.top) / box.height) * rows)));
  };
  return html`<svg class="overview" viewBox="0 0 12 ${PLACES}" preserveAspectRatio="none" role="img" aria-label=${labelOf(landmarks, marked)} @click=${clicked}>
    <rect class="in-sight" x="0" width="12" y=${Math.min((seen.from / rows) * PLACES, PLACES - inSight)} height=${inSight}></rect>
    ${guard([rows, landmarks, marked], () => marksView(rows, landmarks, marked))}
  </svg>`;
}

function labelOf(landmarks: readonly Landmark[], marked: readonly MarkedFinding[]): string {
  const { overview, marks } = words().inside.timeline;
  const count = (kind: Landmark["kind"]): number => landmarks.filter((landmark) => landmark.kind === kind).length;
  return filled(overview, {
    findings: counted(new Set(marked.map(({ row }) => row)).size, marks.finding),
    revocations: counted(count("revocation"), marks.revocation),
    checkpoints: counted(count("checkpoint"), marks.checkpoint),
  });
}

function marksView(rows: number, landmarks: readonly Landmark[], marked: readonly MarkedFinding[]): SVGTemplateResult[] {
  const places: Record<Kind, Set<number>> = { checkpoint: new Set(), revocation: new Set(), finding: new Set() };
  const placeOf = (row: number): number => Math.floor((row / rows) * PLACES);
  for (const { row, kind } of landmarks) if (kind === "checkpoint" || kind === "revocation") places[kind].add(placeOf(row));
  for (const { row } of marked) places.finding.add(placeOf(row));
  return KINDS.flatMap((kind) => [...places[kind]].map((place) => markView(kind, place)));
}

/** Told apart by where and how wide they are, too. */
function markView(kind: Kind, place: number): SVGTemplateResult {
  const [x, width, height] = { checkpoint: [0, 4, 1.5], revocation: [7, 5, 2.5], finding: [0, 12, 2.5] }[kind];
  return svg`<rect class="mark-${kind}" x=${x ?? 0} width=${width ?? 0} y=${place} height=${height ?? 0}></rect>`;
}
