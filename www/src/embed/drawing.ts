/** What the element shows, built node by node: text of files is never markup, and no policy for trusted types is needed. */

import type { ClaimName, Report } from "call-stream-verify";
import { consequenceOf, levelName, ofVerifier, type Sentence, sentenceOf, timeText, titleOf } from "../session/sentence.js";
import { counted, fill, filled, words } from "../words/index.js";
import { runs } from "../words/text.js";

export type Shown =
  | { kind: "nothing" }
  | { kind: "reading"; name: string }
  | { kind: "refused"; name: string; message: string }
  | { kind: "judged"; name: string; report: Report; isTrustGiven: boolean };

const FINDINGS_SHOWN = 5;
const GLYPHS = { verified: "\u2713", mismatch: "\u2260", revoked: "\u2298", not_proven: "?" } as const;

export function drawing(shown: Shown): HTMLElement {
  switch (shown.kind) {
    case "nothing":
      return box(undefined, [paragraph("sentence", words().stopped.nothing)]);
    case "reading":
      return box(undefined, [named(shown.name), paragraph("sentence", words().reading.title)]);
    case "refused":
      return box(undefined, [named(shown.name), paragraph("word", words().stopped.noAnswer), paragraph("sentence", ...data(shown.message))]);
    case "judged":
      return judged(shown);
  }
}

function judged({ name, report, isTrustGiven }: Extract<Shown, { kind: "judged" }>): HTMLElement {
  const { verdict } = report;
  const glyph = element("span", "glyph", GLYPHS[verdict]);
  glyph.setAttribute("aria-hidden", "true");
  const sentence = sentenceOf(report, "bundle");
  const said = sentenceView("p", "sentence", sentence);
  const basis = isTrustGiven ? [paragraph("basis", words().inside.embedded)] : [];
  return box(verdict, [named(name), paragraph("word", glyph, words().verdict[verdict]), said, ...asOf(report), paragraph("consequence", consequenceOf(report, "bundle")), ...findings(report, sentence.text), ...basis, claims(report)]);
}

function asOf({ as_of: { size, head, time }, chain, claims: { checkpoint_signed: signed }, level }: Report): Node[] {
  if (size === null) return [];
  const { answer } = words();
  const parts = fill(answer.asOf, {
    entries: counted(size, answer.entries),
    // Whose chain it says it is counts only where a trusted key says so.
    origin: chain !== null && signed.state === "proven" ? fill(answer.inOrigin, { origin: isolated(chain.origin) }) : "",
    dated: time === null ? "" : filled(answer.dated, { time: timeText(time) }),
    head: element("code", "", head),
    level: level === null ? answer.noLevel : levelName(level),
  });
  return [paragraph("as-of", ...(parts as (Node | string)[]))];
}

/** What decides, as far as it is not said yet: the first of it, the rest being in the report. */
function findings({ findings: all, verdict }: Report, said: string): Node[] {
  const titles = all.filter(({ severity }) => severity === verdict).map(titleOf);
  const others = titles.filter(({ text }) => text !== said).slice(0, FINDINGS_SHOWN);
  return others.length === 0 ? [] : [element("ul", "findings", ...others.map((title) => sentenceView("li", "", title)))];
}

function sentenceView(name: "p" | "li", of: string, { text, isEnglish }: Sentence): HTMLElement {
  const made = element(name, of, ...data(text));
  if (isEnglish) made.lang = "en";
  return made;
}

function claims(report: Report): HTMLElement {
  const { name: names, state } = words().claims;
  const folded = document.createElement("details");
  const list = document.createElement("ul");
  const open = Object.values(report.claims).filter(({ state }) => state === "not_checked").length;
  for (const [name, claim] of Object.entries(report.claims)) {
    const title = names[name as ClaimName];
    const line = element("span", "claim", element("span", "", title), element("span", "state", state[claim.state]));
    const { text, isEnglish } = ofVerifier(claim.why);
    const why = element("span", "why", ...data(text));
    if (isEnglish) why.lang = "en";
    list.append(element("li", "", line, why));
  }
  folded.append(element("summary", "", counted(open, words().inside.claimsOpen)), list);
  return folded;
}

function box(verdict: Report["verdict"] | undefined, content: Node[]): HTMLElement {
  const made = element("div", "box", ...content);
  if (verdict !== undefined) made.dataset["verdict"] = verdict;
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", words().page.answer);
  return made;
}

function named(name: string): HTMLElement {
  return paragraph("name", isolated(name));
}

function isolated(text: string): HTMLElement {
  const bdi = element("bdi", "", ...data(text));
  bdi.translate = false;
  return bdi;
}

function paragraph(of: string, ...content: (Node | string)[]): HTMLElement {
  return element("p", of, ...content);
}

function data(text: string): Node[] {
  return runs(text).map((run) => (run.escaped ? element("span", "escaped", run.text) : document.createTextNode(run.text)));
}

function element(name: string, of: string, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (of !== "") made.className = of;
  made.append(...content);
  return made;
}
