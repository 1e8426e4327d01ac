/** One file under one trust: two workers read it, one to have it judged, one to look into it; of a long one, the second comes after. */

import type { Contents, Kind, Run, RunState, Source, Trust } from "./contract.js";
import { AskedContents } from "./contents.js";
import { Hand } from "./hand.js";
import type { Closed, News, Order } from "./orders.js";
import { newFileName, remove } from "./kept-files.js";

/** From here on both at a time would hold too much: what is known of the calls, and the index. */
const LONG_FILE_BYTES = 256e6;

export class FileRun extends EventTarget implements Run {
  readonly source: Source;
  readonly trust: Trust;
  readonly kind: Kind;
  readonly record: Source | undefined;
  readonly callId: string | undefined;
  state: RunState;
  sha256: string | undefined;
  recordSha256: string | undefined;
  contents: Contents | undefined;
  closed: Closed | undefined;
  readonly #fileName = newFileName();
  readonly #began = performance.now();
  #judge: Hand | undefined;
  #index: Hand | undefined;
  #beginIndex: (() => void) | undefined;

  constructor(source: Source, trust: Trust, { kind, record, callId }: { kind: Kind; record?: Source | undefined; callId?: string | undefined }) {
    super();
    this.source = source;
    this.trust = trust;
    this.kind = kind;
    this.record = record;
    this.callId = callId;
    this.state = { phase: "reading", progress: { read: 0, total: source.file.size, milliseconds: 0, entries: 0, calls: 0 } };
  }

  /** Has the file judged as one of this kind. */
  begin(kind: "bundle" | "receipt", hire: (order: Order, hear: (news: News) => void) => Hand, module: WebAssembly.Module): void {
    const { source: { file }, trust, record } = this;
    this.#judge = hire({ role: "judge", module, file, trust, kind, record: record?.file }, (news) => this.#hearJudge(news));
    if (kind === "receipt") return;
    this.#beginIndex = () => {
      this.#index = hire({ role: "index", module, file, fileName: this.#fileName }, (news) => this.#hearIndex(news));
    };
    if (file.size < LONG_FILE_BYTES) this.#beginIndexOnce();
  }

  /** There is nothing to judge. */
  refuse(code: string, message: string): void {
    this.state = { phase: "refused", refusal: { code, message } };
  }

  cancel(): void {
    if (this.state.phase !== "reading") return;
    this.#end();
    this.#become({ phase: "canceled" });
  }

  close(): void {
    this.cancel();
    this.#end();
  }

  #hearJudge(news: News): void {
    const milliseconds = performance.now() - this.#began;
    switch (news.kind) {
      case "progress": {
        const { read, entries, calls } = news;
        return this.#become({ phase: "reading", progress: { read, total: this.source.file.size, milliseconds, entries, calls } });
      }
      case "judged":
        this.#endJudge();
        this.#beginIndexOnce();
        this.sha256 = news.sha256;
        this.recordSha256 = news.recordSha256;
        return this.#become({ phase: "judged", report: news.report, text: news.text, milliseconds });
      case "refused":
        this.#end();
        return this.#become({ phase: "refused", refusal: news.refusal });
    }
  }

  #hearIndex(news: News): void {
    switch (news.kind) {
      case "contents":
        if (this.#index !== undefined) this.contents = new AskedContents(this.#index, news.extent);
        return this.#tell();
      case "closed":
        this.closed = news.why;
        this.#endIndex();
        return this.#tell();
      case "refused":
        // The one that judges says what is wrong with the file.
        return this.#endIndex();
    }
  }

  #beginIndexOnce(): void {
    this.#beginIndex?.();
    this.#beginIndex = undefined;
  }

  #become(state: RunState): void {
    this.state = state;
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  #end(): void {
    this.#endJudge();
    this.#endIndex();
  }

  #endJudge(): void {
    this.#judge?.end();
    this.#judge = undefined;
  }

  #endIndex(): void {
    this.#beginIndex = undefined;
    if (this.#index === undefined) return;
    this.#index.end();
    this.#index = undefined;
    this.contents = undefined;
    void remove(this.#fileName);
  }
}
