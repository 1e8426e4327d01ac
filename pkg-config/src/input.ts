import { CallVerifyError } from "./errors.js";

/** Bytes, or a text that stands for its UTF-8 bytes, whole or in pieces. */
export type Input = string | Uint8Array | Blob | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

// How much is taken between two looks at the signal and two reports of progress.
const PIECE = 1 << 20;

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

/** `input` in pieces of at most one MiB. */
export async function* piecesOf(input: Input): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof input === "string" || ArrayBuffer.isView(input)) {
    yield* split(bytesOf(input));
    return;
  }
  for await (const chunk of chunksOf(input)) yield* split(bytesOf(chunk));
}

function chunksOf(input: Exclude<Input, string | Uint8Array>): AsyncIterable<Uint8Array> {
  if (input instanceof Response && !input.ok) throw new TypeError(`the response has status ${input.status}`);
  const source = input instanceof Blob ? input.stream() : input instanceof Response ? input.body : input;
  if (source === null) throw new TypeError("the response has no body");
  if (typeof source !== "object") throw new TypeError("expected bytes, a text, a Blob, a Response, a stream or an async iterable");
  if (Symbol.asyncIterator in source) return source;
  if ("getReader" in source) return read(source);
  throw new TypeError("expected bytes, a text, a Blob, a Response, a stream or an async iterable");
}

// Safari's streams are not iterable.
async function* read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

function* split(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += PIECE) yield bytes.subarray(start, start + PIECE);
}
