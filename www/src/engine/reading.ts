/** Bytes of a file as they arrive, in a worker. */

/** A file that cannot be read. */
export class Unreadable extends Error {}

/** Often enough to look alive, seldom enough to cost nothing. */
const NEWS_INTERVAL_MS = 100;
/** A worker is ended between two tasks; what a disk cache serves without waiting must not make one endless task of all. */
const LONGEST_TASK_MS = 40;
const PIECE_BYTES = 1 << 20;

/** The pieces are good until the next one is asked for. */
export async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = readerOf(file);
  let rested = performance.now();
  try {
    for (;;) {
      const piece = await reader.next().catch((cause: unknown) => {
        throw new Unreadable("The file cannot be read.", { cause });
      });
      if (piece === undefined) return;
      yield piece;
      reader.takeBack(piece);
      if (performance.now() - rested < LONGEST_TASK_MS) continue;
      await nextTask();
      rested = performance.now();
    }
  } finally {
    // A stream that failed fails again here; why it did was said before.
    await reader.cancel().catch(() => {});
  }
}

interface Reader {
  next(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  takeBack(piece: Uint8Array<ArrayBuffer>): void;
  cancel(): Promise<void>;
}

/** One piece of memory for the whole file; other streams read ahead, by hundreds of megabytes where the disk is fast. */
function readerOf(file: Blob): Reader {
  const stream = file.stream();
  try {
    const reader = stream.getReader({ mode: "byob" });
    let room = new ArrayBuffer(PIECE_BYTES);
    return {
      next: async () => {
        const { value, done } = await reader.read(new Uint8Array(room));
        return done ? undefined : value;
      },
      takeBack: (piece) => {
        room = piece.buffer;
      },
      cancel: () => reader.cancel(),
    };
  } catch {
    const reader = stream.getReader();
    return { next: async () => (await reader.read()).value, takeBack: release, cancel: () => reader.cancel() };
  }
}

/** Gives back the memory of a piece at once: a browser lets hundreds of megabytes of them lie before it tidies up. */
export function release(piece: Uint8Array<ArrayBuffer>): void {
  if (piece.byteLength === piece.buffer.byteLength) piece.buffer.transfer?.(0);
}

/** Lets `tell` be called no more often than is of use. */
export function paced(tell: () => void): () => void {
  let told = performance.now();
  return () => {
    const now = performance.now();
    if (now - told < NEWS_INTERVAL_MS) return;
    told = now;
    tell();
  };
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
