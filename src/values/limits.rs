//! Limits: how much work and memory foreign input may ask for. FORMAT §8 and the conventions; each is checked before the work.

/// Longest line of a bundle or chain file, in bytes without its LF.
pub const LINE_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting of a JSON text: `[[1]]` is 2.
pub const JSON_DEPTH: usize = 32;
/// Most members of one JSON object.
pub const JSON_MEMBERS: usize = 256;
/// Largest whole number that every JSON reader keeps: 2^53 − 1.
pub const SAFE_INTEGER: u64 = 9_007_199_254_740_991;
/// Longest signed note, in bytes.
pub const NOTE_BYTES: usize = 256 * 1024;
/// Most signature lines of a note.
pub const NOTE_SIGNATURES: usize = 64;
/// Most hashes of a Merkle proof.
pub const PROOF_HASHES: usize = 63;
/// Longest OpenTimestamps proof, in bytes.
pub const ANCHOR_BYTES: usize = 64 * 1024;
/// Longest message of an OpenTimestamps proof, in bytes.
pub const ANCHOR_MESSAGE_BYTES: usize = 4096;
/// Most messages of an OpenTimestamps proof, one behind the other.
pub const ANCHOR_DEPTH: usize = 256;
/// Bytes of all messages of an OpenTimestamps proof together: what may be hashed.
pub const ANCHOR_WORK: usize = 256 * 1024;
/// Bytes of all messages of all OpenTimestamps proofs of a run together; one that cannot be read counts as the largest.
pub const ANCHORS_WORK: usize = 64 * 1024 * 1024;
/// Longest file of block headers, in bytes.
pub const HEADERS_BYTES: usize = 4 * 1024 * 1024;
/// Longest policy text, in bytes.
pub const POLICY_BYTES: usize = 256 * 1024;
/// Most logs, witnesses and groups of a policy, each; C2SP tlog-policy asks for 32 at least.
pub const POLICY_ITEMS: usize = 256;
/// Bytes of manifest, checkpoint, anchor and proof lines that one run keeps until its end; a line counts 256 bytes more,
/// a checkpoint 1 KiB.
pub const ENVELOPE_BYTES: usize = 32 * 1024 * 1024;
/// Findings kept; a report says how many more there were.
pub const FINDINGS: usize = 1000;
/// Lines of a bundle: positions are kept in 32 bits.
pub const LINES: u64 = 4_294_967_295;
/// Entries whose hashes are kept (8 MiB), so that an older checkpoint anywhere in the bundle can be compared with the chain.
/// Beyond, it is compared where it stands directly behind its last entry, or by a consistency proof.
pub const RETAINED_LEAVES: usize = 262_144;
/// Keys that sign records, are not trusted and are named.
pub const UNTRUSTED_SIGNERS: usize = 16;
/// Seconds by which an entry may be dated before the one in front of it without a warning.
pub const CLOCK_SKEW_SECONDS: i64 = 300;
