/** The inside of an export as the page sees it: questions to the worker that holds the index. */

import type { CallRow, Contents, ExactLine, Landmark, TimelineRow } from "./contract.js";
import type { Hand } from "./hand.js";
import type { Extent } from "./orders.js";

export class AskedContents implements Contents {
  readonly rows: number;
  readonly entries: number;
  readonly calls: number;
  readonly range: { start: number; end: number };
  readonly indexBytes: number;
  readonly #hand: Hand;

  constructor(hand: Hand, { rows, entries, calls, range, indexBytes }: Extent) {
    this.#hand = hand;
    this.rows = rows;
    this.entries = entries;
    this.calls = calls;
    this.range = range;
    this.indexBytes = indexBytes;
  }

  timeline(from: number, to: number): Promise<TimelineRow[]> {
    return this.#hand.ask("timeline", from, to);
  }

  callRows(from: number, to: number): Promise<CallRow[]> {
    return this.#hand.ask("callRows", from, to);
  }

  findCall(callId: string): Promise<number> {
    return this.#hand.ask("findCall", callId);
  }

  async rowsOf(entityId: string): Promise<number[]> {
    return Array.from(await this.#hand.ask("rowsOf", entityId));
  }

  rowOfSeq(seq: number): Promise<number> {
    return this.#hand.ask("rowOfSeq", seq);
  }

  rowOfLine(line: number): Promise<number> {
    return this.#hand.ask("rowOfLine", line);
  }

  exact(line: number): Promise<ExactLine> {
    return this.#hand.ask("exact", line);
  }

  landmarks(): Promise<Landmark[]> {
    return this.#hand.ask("landmarks");
  }

  hashes(from: number, to: number): Promise<string[]> {
    return this.#hand.ask("hashes", from, to);
  }
}
