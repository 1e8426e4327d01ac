// Bodies of requests: as they arrive, within their limits, whole or not at all.

import type { Deadline } from "./deadline.js";
import { Problem, type ProblemCode } from "./problem.js";

export interface BodyLimit {
  bytes: number;
  /** How it is refused to be larger. */
  code: ProblemCode & ("body-too-large" | "record-too-large");
}

/** What was read of a body so far. */
export interface Taken {
  bytes: number;
}

/**
 * The body as it comes. It ends without an error only if it arrived whole: neither cut by the network nor shorter than its
 * `Content-Length`.
 */
export async function* chunksOf(
  request: Request,
  limit: BodyLimit,
  deadline: Deadline,
  taken: Taken,
): AsyncGenerator<Uint8Array, void, undefined> {
  const declared = declaredLength(request.headers);
  const tooLarge = () => new Problem(limit.code, `The body is larger than ${limit.bytes} bytes.`);
  if (declared !== undefined && declared > limit.bytes) throw tooLarge();
  if (request.body === null || declared === 0) throw missing();
  const reader = request.body.getReader();
  let whole = false;
  try {
    for (;;) {
      const next = await deadline.wait(readFrom(reader));
      deadline.throwIfOver();
      if (next.done) break;
      taken.bytes += next.value.byteLength;
      if (taken.bytes > limit.bytes) throw tooLarge();
      yield next.value;
    }
    whole = true;
  } finally {
    // Not awaited: the source may be what never answers.
    if (!whole) reader.cancel().catch(() => {});
  }
  if (taken.bytes === 0) throw missing();
  if (declared !== undefined && taken.bytes !== declared) throw incomplete(undefined);
}

/** A body that is wanted in one piece. */
export async function wholeBody(request: Request, limit: BodyLimit, deadline: Deadline, taken: Taken): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(request, limit, deadline, taken)) chunks.push(chunk);
  const bytes = new Uint8Array(taken.bytes);
  let end = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, end);
    end += chunk.byteLength;
  }
  return bytes;
}

async function readFrom(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  let next;
  try {
    next = await reader.read();
  } catch (cause) {
    throw incomplete(cause);
  }
  // Not instanceof: bytes may come from another realm.
  if (!next.done && Object.prototype.toString.call(next.value) !== "[object Uint8Array]") {
    throw incomplete(new TypeError("the body is no stream of bytes"));
  }
  return next;
}

function declaredLength(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  if (length === null) return undefined;
  if (!/^[0-9]{1,15}$/.test(length)) throw new Problem("bad-header", "This is no length.", { member: "content-length" });
  return Number(length);
}

function incomplete(cause: unknown): Problem {
  return new Problem("body-incomplete", "The body did not arrive whole, so nothing was judged.", { cause });
}

function missing(): Problem {
  return new Problem("body-missing", "The request has no body.");
}
