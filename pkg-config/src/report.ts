import type { Code } from "./codes.js";

/** 64 lower-case hex digits. */
export type Digest = string;
/** 8-4-4-4-12, lower case. */
export type Uuid = string;
/** RFC 3339 in UTC, ending in `Z`. */
export type Timestamp = string;

export type Verdict = "verified" | "mismatch" | "revoked" | "not_proven";

/**
 * How far the proof reaches; each level holds the ones below. L0 parsed · L1 every call matches its version · L2 versions bound
 * by an unbroken chain · L3 head under a pinned key or equal to the expected head · L4 witness quorum · L5 bounded in time.
 */
export type Level = "L0" | "L1" | "L2" | "L3" | "L4" | "L5";

/** What the verdict is as of: it is never about what came later. */
export interface AsOf {
  size: number;
  head: Digest;
  /** RFC 6962 root over the entries; null where the export does not begin at entry 0. */
  root_hash: Digest | null;
  /** Time of the last entry, by the issuer's clock. */
  time: Timestamp | null;
}

export interface Chain {
  chain_id: Digest;
  tenant_id: Uuid;
  origin: string;
  /** Half-open. */
  range: { start: number; end: number };
}

export interface CallCounts {
  total: number;
  verified: number;
  mismatch: number;
  revoked: number;
  not_proven: number;
  /** Calls that the chain seals and the export does not present. */
  not_presented: number;
}

/** One part of a call: `metadata`, `transcript`, `recording`, or a member. */
export type ComponentResult = { name: string; expected: Digest | null; computed: Digest | null } & {
  result: "match" | "mismatch" | "withheld" | "not_checked";
};

interface CallFacts {
  call_id: Uuid;
  /** The latest version. */
  version: number | null;
  /** The payload hash that was sealed. */
  expected: Digest | null;
  /** The payload hash of the call as presented; null for a redacted call. */
  computed: Digest | null;
  components: ComponentResult[];
}

export type CallResult =
  | (CallFacts & { result: "verified"; version: number; expected: Digest })
  | (CallFacts & { result: "mismatch"; version: number })
  | (CallFacts & { result: "revoked"; version: number })
  | (CallFacts & { result: "not_proven" });

export interface Finding {
  code: Code;
  /** What the finding does to the verdict; a `warning` does nothing. */
  severity: "mismatch" | "not_proven" | "revoked" | "warning";
  /** Line of the bundle, from 1; null if it is about the run. */
  line: number | null;
  /** Position of the entry, from 0. */
  seq: number | null;
  call_id: Uuid | null;
  member: string | null;
  expected: string | null;
  computed: string | null;
  /** A sentence for people; it never holds text of a call. */
  message: string;
}

export interface Claim {
  state: "proven" | "failed" | "not_checked";
  why: string;
}

export type ClaimName =
  | "export_complete"
  | "calls_match"
  | "all_calls_presented"
  | "chain_unbroken"
  | "chain_header"
  | "checkpoint_signed"
  | "expected_head"
  | "witness_quorum"
  | "version_signatures"
  | "bounded_in_time"
  | "later_revocations"
  | "recordings"
  | "content_true";

interface RunFacts {
  format: "call-stream-verify/report/1";
  /** The level reached; null if not even L0. */
  level: Level | null;
  /** The level asked for. */
  minimum_level: Level;
  as_of: AsOf | { size: null; head: null; root_hash: null; time: null };
  chain: Chain | null;
  calls: CallCounts;
  /** Recorded verification attempts in the chain. */
  attempts: number;
  /** Calls that are not verified; with the option `all`, every call. */
  results: CallResult[];
  /** In line order. */
  findings: Finding[];
  /** Whether there were more findings than are listed. */
  more_findings: boolean;
  /** What the run establishes, and everything that it does not, by name. */
  claims: Record<ClaimName, Claim> & { withheld_members?: Claim; uncovered_members?: Claim };
}

/** The outcome of a run; `verdict` tells the four kinds apart. */
export type Report =
  | (RunFacts & { verdict: "verified"; level: Level; as_of: AsOf; chain: Chain })
  | (RunFacts & { verdict: "mismatch" })
  | (RunFacts & { verdict: "revoked" })
  | (RunFacts & { verdict: "not_proven" });

/** What `hashCall` gives. */
export type CallHashes = {
  call_id: Uuid;
  canonical_payload_hash: Digest;
  /** CIDv1 (raw, SHA-256, base32) of the canonical payload. */
  cid: string;
  /** Members that the record has beside the 16 of a call: they are not hashed. */
  uncovered: string[];
} & (
  | { component_hashes: { metadata: Digest; transcript: Digest; recording?: Digest } }
  /** For a salted record: one commitment for each member. */
  | { field_commitments: Record<string, Digest> }
);

/** What `parsePolicy` gives. */
export interface PolicyDescription {
  /** The vkeys of the logs. */
  logs: string[];
  /** The vkeys of which one must sign each revocation; none if revocations need no key of their own. */
  revokers: string[];
  /** `counts`: whether a cosignature by it can count; a log's own key cannot. */
  witnesses: { name: string; vkey: string; counts: boolean }[];
  /** Whether cosignatures are asked for. */
  quorum: boolean;
  /** Whether any two sets of witnesses that meet the quorum share one: if not, a log could show each another history. */
  quorum_intersecting: boolean;
}

/** What `explain` gives. */
export interface Explanation {
  code: Code;
  severity: Finding["severity"] | "refused";
  /** What is wrong. */
  sentence: string;
  /** Why it matters and what to do about it. */
  explanation: string;
}
