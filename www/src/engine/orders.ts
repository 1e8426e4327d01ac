/** What the page and its workers say to each other. */

import type { Digest, PolicyDescription, Report, ValidatorKey } from "call-stream-verify";
import type { CallRow, ExactLine, Landmark, Refusal, Run, TimelineRow, Trust } from "./contract.js";

/** A worker's first message: what it is there for. */
export type Order =
  | { role: "judge"; module: WebAssembly.Module; file: Blob; trust: Trust; kind: "bundle" | "receipt"; record: Blob | undefined }
  | { role: "index"; module: WebAssembly.Module; file: Blob; /** Where unpacked text may be kept. */ fileName: string }
  | { role: "hash"; module: WebAssembly.Module; file: Blob }
  | { role: "desk"; module: WebAssembly.Module };

export type Closed = NonNullable<Run["closed"]>;

/** The sizes of what can be looked into. */
export interface Extent {
  rows: number;
  entries: number;
  calls: number;
  range: { start: number; end: number };
  indexBytes: number;
}

export type News =
  | { kind: "progress"; read: number; entries: number; calls: number }
  | { kind: "judged"; report: Report; text: string; /** Of the very bytes that were judged. */ sha256: Digest; recordSha256: Digest | undefined }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "hashed"; sha256: Digest }
  | { kind: "contents"; extent: Extent }
  | { kind: "closed"; why: Closed }
  | { kind: "network"; requests: number; blocked: number }
  | { kind: "answer"; number: number; value: unknown }
  | { kind: "failed"; number: number; message: string };

/** Questions that a worker answers, each by its number. */
export interface Asked {
  number: number;
  question: Question;
}

export type Question = { [Name in keyof Answers]: { name: Name; of: Parameters<Answers[Name]> } }[keyof Answers];

export interface Answers {
  checkTrust(trust: Trust): Refusal | undefined;
  describePolicy(policy: string): PolicyDescription;
  makeKey(name: string): ValidatorKey;
  vkeyOf(key: string): string;
  attest(report: string, key: string): string;
  callOf(record: Blob): string | undefined;
  timeline(from: number, to: number): TimelineRow[];
  callRows(from: number, to: number): CallRow[];
  findCall(callId: string): number;
  rowsOf(entityId: string): Uint32Array;
  rowOfSeq(seq: number): number;
  rowOfLine(line: number): number;
  exact(line: number): ExactLine;
  landmarks(): Landmark[];
  hashes(from: number, to: number): string[];
}
