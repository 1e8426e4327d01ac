/**
 * What the rooms of the page agree on. The engine reads and has judged; the views show; neither knows the other's inside.
 *
 * Bytes of a file pass through workers only. Nothing here decides: verdicts come from the verifier as they are.
 */

import type { CallHashes, Digest, PolicyDescription, Report, ValidatorKey } from "call-stream-verify";

/** What the reader of the answer trusts; nothing is taken from a file. */
export interface Trust {
  /** A C2SP tlog-policy or a vkey. */
  policy?: string;
  /** `SIZE:HEAD`. */
  expect?: string;
}

/** A file in question. */
export interface Source {
  /** As the system names it; hostile until it is escaped. */
  name: string;
  file: Blob;
}

/** Why a question was not answered. */
export interface Refusal {
  code: string;
  /** The verifier's own sentence, in English. */
  message: string;
  /** The option it is about: `policy`, `expect`. */
  member?: string | undefined;
  /** The line of the policy. */
  line?: number | undefined;
}

export interface Progress {
  /** Bytes of the file. */
  read: number;
  total: number;
  /** Since the run began. */
  milliseconds: number;
  entries: number;
  calls: number;
}

/** How a run stands. */
export type RunState =
  | { phase: "reading"; progress: Progress }
  | { phase: "judged"; report: Report; /** The report's exact JSON text. */ text: string; milliseconds: number }
  | { phase: "refused"; refusal: Refusal }
  | { phase: "canceled" };

/** What kind of file a reader gave, by its first bytes and its name. */
export type Kind = "bundle" | "receipt" | "record" | "policy" | "recording";

/** One file under one trust. Dispatches `change` whenever `state`, `sha256` or `contents` is a new one. */
export interface Run extends EventTarget {
  readonly source: Source;
  readonly trust: Trust;
  /** The reader's own record of the call, judged in place of the one in the receipt. */
  readonly record: Source | undefined;
  readonly kind: Kind;
  readonly state: RunState;
  /** SHA-256 of the very bytes that were judged, once they were. */
  readonly sha256: Digest | undefined;
  /** SHA-256 of the record's bytes, once it was judged. */
  readonly recordSha256: Digest | undefined;
  /** The call that a record says it is of, to find its receipt by; undefined for all other kinds. */
  readonly callId: string | undefined;
  /** What can be looked into; only for bundles, and only after the file was read to its end. */
  readonly contents: Contents | undefined;
  /** Why an export that was read cannot be looked into: packed, with no room for its text; or more lines than are indexed. */
  readonly closed: "packed" | "too-many-lines" | undefined;
  /** Ends reading within 200 ms, and gives back what it held. */
  cancel(): void;
  /** Cancels, and gives back the contents, too. */
  close(): void;
}

/** A line of the timeline. */
export interface TimelineRow {
  /** Position in `Contents.rows`, from 0. */
  row: number;
  /** Line of the bundle, from 1. */
  line: number;
  kind: "entry" | "checkpoint" | "anchor" | "other";
  /** Of an entry. */
  seq?: number;
  timestamp?: string;
  eventType?: string;
  entityId?: string;
  /** Of a checkpoint: how many signature lines its note has beside the first. */
  cosignatures?: number;
  /** Of a checkpoint: its tree's size, as it says. */
  size?: number;
  /** Positions that are missing in front of this entry. */
  gap?: number;
}

export interface CallRow {
  callId: string;
  /** Line of the bundle on which the call stands; undefined if the chain seals it and the bundle does not present it. */
  line: number | undefined;
  redacted: boolean;
  /** Rows of the timeline whose entity is this call. */
  rows: number;
}

/** A line as it stands in the file, and what it hashes to. */
export interface ExactLine {
  line: number;
  /** The line's text without its newline. */
  text: string;
  /** Of an entry: the canonical text that is hashed, the hash that the line states and the one computed here from the text. */
  entry?: { seq: number; hashed: string; stated: Digest; computed: Digest };
  /** Of a call: its canonical payload and that text's hash, computed here; undefined for redacted calls. */
  call?: {
    callId: string;
    payload: string | undefined;
    computed: Digest | undefined;
    withheld: string[];
    /** What the package's `hashCall` gives for the payload, components and commitments among it; undefined if it refuses the payload. */
    hashes: CallHashes | undefined;
  };
}

/** A row of the timeline that stands out of a long chain. */
export interface Landmark {
  row: number;
  kind: "revocation" | "key" | "checkpoint" | "anchor" | "gap";
}

/** The inside of a bundle, read on demand from the file: an index of lines is all that is kept. */
export interface Contents {
  /** Timeline rows: entries, checkpoints and anchors, in the file's order. */
  readonly rows: number;
  readonly entries: number;
  /** Calls, those presented first. */
  readonly calls: number;
  timeline(from: number, to: number): Promise<TimelineRow[]>;
  callRows(from: number, to: number): Promise<CallRow[]>;
  /** The call's place in `callRows`, or -1. */
  findCall(callId: string): Promise<number>;
  /** The rows of the timeline about an entity, in order. */
  rowsOf(entityId: string): Promise<number[]>;
  /** The row of an entry, or -1. */
  rowOfSeq(seq: number): Promise<number>;
  /** The row on this line or the next one behind it, or -1. */
  rowOfLine(line: number): Promise<number>;
  exact(line: number): Promise<ExactLine>;
  /** Rows that are no ordinary entries, in order; of more than 10,000 an even choice. */
  landmarks(): Promise<Landmark[]>;
  /** Stated entry hashes of entries [from, to), counted from 0 in the file's order, 64 hex digits each: for comparing two bundles. */
  hashes(from: number, to: number): Promise<string[]>;
  /** First and one past the last `seq`. */
  readonly range: { start: number; end: number };
}

/** Opens files. One engine a page; it loads the verifier once. */
export interface Engine {
  /** Loads the verifier, so that nothing is requested once a file is given. */
  ready(): Promise<void>;
  /** The verifier's module, 64 hex digits. */
  readonly wasmSha256: Digest;
  readonly version: string;
  /** `record` is judged with a receipt, and means nothing with anything else. */
  open(source: Source, trust: Trust, record?: Source): Promise<Run>;
  /** What is wrong with the trust, if it cannot be used as it stands. */
  checkTrust(trust: Trust): Promise<Refusal | undefined>;
  /** Whom a policy that can be used trusts, for reports. */
  describePolicy(policy: string): Promise<PolicyDescription>;
  /** Makes a validator's key, whose name must be one that keys can have. */
  makeKey(name: string): Promise<ValidatorKey>;
  vkeyOf(key: string): Promise<string>;
  /** Signs a report's exact JSON text; the line that `call-verify agree` reads. */
  attest(report: string, key: string): Promise<string>;
  /** SHA-256 of a file of any size, for recordings. */
  hash(file: Blob, options: { signal: AbortSignal; onProgress: (read: number) => void }): Promise<Digest>;
}
