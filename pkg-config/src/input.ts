import { CallVerifyError } from "./errors.js";

/** Bytes, or a text that stands for its UTF-8 bytes, whole or in pieces. */
export type Input = string | Uint8Array | Blob | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Bytes in a buffer that nobody shares; TypeScript before 5.7 has no other way to say so. */
export type OwnBytes = ReturnType<Uint8Array["slice"]>;

/** The bytes of `value`. */
export function bytesOf(value: string | Uint8Array): Uint8Array {
  if (typeof value === "string") {
    // An encoder would put U+FFFD in its place without a word.
    if (!value.isWellFormed()) throw new CallVerifyError("json-surrogate", "The text holds half of a surrogate pair.");
    return new TextEncoder().encode(value);
  }
  // Not instanceof: bytes may come from another realm.
  if (Object.prototype.toString.call(value) === "[object Uint8Array]") return value;
  throw new TypeError("expected a string or a Uint8Array");
}

/** How many bytes `input` has, as far as that can be known before they are read. */
export function totalOf(input: Input): number | undefined {
  if (ArrayBuffer.isView(input)) return input.byteLength;
  if (input instanceof Blob) return input.size;
  if (!(input instanceof Response) || input.headers.has("content-encoding")) return undefined;
  const length = input.headers.get("content-length");
  return length !== null && /^[0-9]{1,15}$/.test(length) ? Number(length) : undefined;
}

/** The chunks of `input` as they come. Once `signal` is aborted nothing is waited for any more, and the source is told. */
export async function* chunksOf(input: Input, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  if (typeof input === "string" || ArrayBuffer.isView(input)) {
    yield bytesOf(input);
    return;
  }
  const source = sourceOf(input);
  const waits = new Waits(signal);
  let ended = false;
  try {
    for (;;) {
      let next;
      try {
        next = await waits.of(source.next());
      } catch (error) {
        // A source that failed has ended by itself.
        ended = signal?.aborted !== true;
        throw error;
      }
      if (next.done === true) {
        ended = true;
        return;
      }
      yield bytesOf(next.value);
    }
  } finally {
    waits.end();
    // Not awaited: a source that hangs would hold back whoever is leaving. What it says of being left interests nobody.
    if (!ended) Promise.resolve(source.cancel()).catch(() => {});
  }
}

interface Source {
  next(): Promise<IteratorResult<Uint8Array, unknown>>;
  cancel(): unknown;
}

function sourceOf(input: Exclude<Input, string | Uint8Array>): Source {
  if (input instanceof Response && !input.ok) throw new TypeError(`the response has status ${input.status}`);
  const body = input instanceof Blob ? input.stream() : input instanceof Response ? input.body : input;
  if (body === null) throw new TypeError("the response has no body");
  if (typeof body === "object" && "getReader" in body) {
    const reader = body.getReader();
    return { next: () => reader.read(), cancel: () => reader.cancel() };
  }
  if (typeof body === "object" && Symbol.asyncIterator in body) {
    const iterator = body[Symbol.asyncIterator]();
    return { next: () => iterator.next(), cancel: () => iterator.return?.() };
  }
  throw new TypeError("expected bytes, a text, a Blob, a Response, a stream or an async iterable");
}

/**
 * Waits that end when the signal is aborted, one at a time. Not Promise.race: a promise that lives as long as the run would keep whatever
 * was raced against it, and so the whole input.
 */
class Waits {
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void => this.#reject?.(this.#signal?.reason);
  #reject: ((reason: unknown) => void) | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort);
  }

  async of<T>(work: Promise<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        if (this.#signal?.aborted === true) this.#abort();
        Promise.resolve(work).then(resolve, reject);
      });
    } finally {
      this.#reject = undefined;
    }
  }

  end(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
  }
}
