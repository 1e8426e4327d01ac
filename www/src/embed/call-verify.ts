/**
 * `<call-verify>`: the answer about one export, in somebody else's page.
 *
 * Attributes `src` (an address that the host's policy lets it fetch), `policy`, `expect` and `lang`; property `file` (a Blob) instead of `src`.
 * Event `verdict`, whose detail is the verifier's report, or `refused` with a code and a message. What it shows comes from the verifier alone:
 * it has no children, its root is closed, and no attribute or property names an answer.
 */

import type { Report } from "call-stream-verify";
import type { Trust } from "../engine/contract.js";
import { trustOf } from "../session/trust.js";
import { preferred, setLocale } from "../words/index.js";
import { asked } from "./asking.js";
import { drawing, type Shown } from "./drawing.js";
import { STYLE } from "./style.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

export class CallVerify extends HTMLElement {
  static readonly observedAttributes = ["src", "policy", "expect", "lang"];
  readonly #root = this.attachShadow({ mode: "closed" });
  #file: Blob | undefined;
  #shown: Shown = { kind: "nothing" };
  #run = new AbortController();
  #isDue = false;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
  }

  /** Takes the place of `src`; null gives it back. */
  get file(): Blob | null {
    return this.#file ?? null;
  }

  set file(file: Blob | null) {
    if (file !== null && !(file instanceof Blob)) throw new TypeError("expected a Blob or null");
    this.#file = file ?? undefined;
    this.#begin();
  }

  connectedCallback(): void {
    // Given before the element was defined, it hides the property.
    const given = Object.getOwnPropertyDescriptor(this, "file");
    if (given !== undefined) {
      Reflect.deleteProperty(this, "file");
      this.file = given.value;
    } else {
      this.#begin();
    }
  }

  disconnectedCallback(): void {
    this.#run.abort();
    this.#isDue = false;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === "lang") this.#draw();
    else this.#begin();
  }

  /** What was asked is another question: the old answer is gone at once, and attributes set together are one question. */
  #begin(): void {
    this.#run.abort();
    this.#run = new AbortController();
    if (!this.isConnected) return;
    this.#show({ kind: "nothing" });
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      if (!this.#isDue) return;
      this.#isDue = false;
      void this.#verify(this.#run.signal);
    });
  }

  async #verify(signal: AbortSignal): Promise<void> {
    const src = this.getAttribute("src");
    if (this.#file === undefined && src === null) return;
    const name = this.#file === undefined ? (src ?? "") : this.#file instanceof File ? this.#file.name : "";
    this.#show({ kind: "reading", name });
    const file = this.#file ?? (await fetched(src ?? "", signal));
    if (signal.aborted) return;
    if (file === undefined) return this.#refuse(name, "unreadable", "The file could not be fetched.");
    const trust = this.#trust();
    const answer = await asked({ file, trust }, signal);
    if (signal.aborted) return;
    if (answer.kind === "refused") return this.#refuse(name, answer.code, answer.message);
    this.#show({ kind: "judged", name, report: answer.report, isTrustGiven: Object.keys(trust).length > 0 });
    // A copy: what a listener does to it changes nothing that is shown.
    this.dispatchEvent(new CustomEvent<Report>("verdict", { detail: structuredClone(answer.report), bubbles: true, composed: true }));
  }

  #refuse(name: string, code: string, message: string): void {
    this.#show({ kind: "refused", name, message });
    this.dispatchEvent(new CustomEvent("refused", { detail: { code, message }, bubbles: true, composed: true }));
  }

  #trust(): Trust {
    return trustOf(this.getAttribute("policy")?.trim() ?? "", this.getAttribute("expect") ?? "");
  }

  #show(shown: Shown): void {
    this.#shown = shown;
    this.#draw();
  }

  #draw(): void {
    const asked = this.closest<HTMLElement>("[lang]")?.lang;
    setLocale(preferred(asked === undefined || asked === "" ? navigator.languages : [asked]));
    this.#root.replaceChildren(drawing(this.#shown));
  }
}

async function fetched(src: string, signal: AbortSignal): Promise<Blob | undefined> {
  try {
    const response = await fetch(new URL(src, document.baseURI), { signal });
    return response.ok ? await response.blob() : undefined;
  } catch {
    return undefined;
  }
}

if (customElements.get("call-verify") === undefined) customElements.define("call-verify", CallVerify);
