/** Reads a file once, for its SHA-256 or the index of its lines. */

import { Hasher } from "call-stream-verify/slim";
import { InsideFile } from "./inside-file.js";
import { LineIndex, TooManyLines } from "./line-index.js";
import { Lines } from "./lines.js";
import type { Closed, News } from "./orders.js";
import { paced, piecesOf, release } from "./reading.js";
import { BlobText, NoRoom, type Text, UnpackedText } from "./texts.js";

const GZIP_FIRST = 0x1f;

export async function hashed(file: Blob, tell: (news: News) => void): Promise<void> {
  const hasher = new Hasher();
  await readThrough(file, tell, async (piece) => hasher.push(piece));
  tell({ kind: "hashed", sha256: hasher.finish() });
}

/** What the file holds, to be looked into; undefined where it was told why not. */
export async function indexed(file: Blob, fileName: string, tell: (news: News) => void): Promise<InsideFile | undefined> {
  const first = new Uint8Array(await file.slice(0, 1).arrayBuffer())[0];
  const taking = first === GZIP_FIRST ? new Unpacking(fileName) : new Taking(new BlobText(file));
  await readThrough(file, tell, (piece) => taking.take(piece));
  const inside = await taking.finish();
  if ("why" in inside) {
    tell({ kind: "closed", why: inside.why });
    return undefined;
  }
  const { index } = inside;
  const { rows, entries, calls, range, bytes } = index;
  tell({ kind: "contents", extent: { rows, entries, calls, range, indexBytes: bytes } });
  return new InsideFile(inside.text, index);
}

async function readThrough(file: Blob, tell: (news: News) => void, take: (piece: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<void> {
  let read = 0;
  const tellProgress = paced(() => tell({ kind: "progress", read, entries: 0, calls: 0 }));
  for await (const piece of piecesOf(file)) {
    read += piece.length;
    await take(piece);
    tellProgress();
  }
}

type Inside = { text: Text; index: LineIndex } | { why: Closed };

/** Takes plain text into the index. */
class Taking {
  protected readonly index = new LineIndex();
  protected why: Closed | undefined;
  readonly #lines = new Lines((line, offset, isWhole) => this.index.add(line, offset, isWhole));
  readonly #text: Text;

  constructor(text: Text) {
    this.#text = text;
  }

  async take(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#attempt(() => this.#lines.push(piece));
  }

  async finish(): Promise<Inside> {
    this.#attempt(() => this.index.finish(this.#lines.finish()));
    return this.why === undefined ? { text: this.#text, index: this.index } : { why: this.why };
  }

  #attempt(step: () => void): void {
    if (this.why !== undefined) return;
    try {
      step();
    } catch (error) {
      if (!(error instanceof TooManyLines)) throw error;
      this.why = "too-many-lines";
    }
  }
}

/** Unpacks on the way. What comes out before packing that is broken is there to be seen; that it is broken, the verifier says. */
class Unpacking extends Taking {
  readonly #unpacked: UnpackedText;
  readonly #stream = new DecompressionStream("gzip");
  readonly #writer = this.#stream.writable.getWriter();
  readonly #ending: Promise<void>;
  #isBroken = false;

  constructor(fileName: string) {
    const unpacked = new UnpackedText(fileName);
    super(unpacked);
    this.#unpacked = unpacked;
    this.#ending = this.#drain();
  }

  override async take(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#isBroken) await this.#writer.write(piece).catch(() => (this.#isBroken = true));
  }

  override async finish(): Promise<Inside> {
    await this.#writer.close().catch(() => {});
    await this.#ending;
    this.#unpacked.finish();
    const inside = await super.finish();
    if ("why" in inside) this.#unpacked.drop();
    return inside;
  }

  async #drain(): Promise<void> {
    const reader = this.#stream.readable.getReader();
    for (;;) {
      const next = await reader.read().catch(() => undefined);
      if (next === undefined || next.done) return;
      if (this.why !== undefined) continue;
      try {
        await this.#unpacked.append(next.value);
        await super.take(next.value);
        if (!this.#unpacked.isInMemory) release(next.value);
      } catch (error) {
        if (!(error instanceof NoRoom)) throw error;
        this.why = "packed";
        this.#unpacked.drop();
      }
    }
  }
}
