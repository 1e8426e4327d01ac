//! Seal recorded calls and verify their exports.
//!
//! An AI phone platform finalizes a call; its record is brought into one canonical form and hashed; the hash stands in a
//! version record, the record in a hash-linked audit chain, the chain's Merkle root in a signed checkpoint. This crate
//! does all of that as pure functions, and judges exports of such chains: natively and as WebAssembly, with the same
//! report to the byte. The formats are written down in `SPEC.md`.
//!
//! ```
//! use call_stream_verify::{Results, Trust, Verdict, verify};
//!
//! // A bundle that breaks off, and a verifier that trusts nothing: nothing is proven.
//! let report = verify(b"{\"type\":\"manifest\"", Trust::new(), Results::NotVerified);
//! assert_eq!(report.verdict, Verdict::NotProven);
//! assert_eq!(report.findings[0].code.name(), "not-a-bundle");
//! ```
//!
//! ```
//! use call_stream_verify::Call;
//!
//! let record = br#"{
//!   "call_id": "0D9C2B1E-6F3A-4C55-9B0E-7A1D2E3F4A5B", "tenant_id": "7e57d004-2b97-4e7a-b45f-5387367791cd",
//!   "timestamp": "2026-10-01T10:00:00+02:00", "caller": "+1 (305) 555-0123", "direction": "inbound", "duration": 105,
//!   "disposition": "completed", "answered": true, "transferred": false, "abandoned": false, "ai_agent": "CSAI",
//!   "sentiment": "neutral", "purpose": "reservation", "transcript": "Caller: hello\nAI: good evening" }"#;
//! let call = Call::parse(record)?.call;
//! assert!(call.payload().starts_with(r#"{"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","#));
//! # Ok::<(), call_stream_verify::Error>(())
//! ```
//!
//! # Rooms
//!
//! Bytes come in at the door, climb once through pure rooms, and leave as a report. A module uses lower rooms and its own:
//!
//! | room | holds |
//! | --- | --- |
//! | [`values`] | codes and errors, limits, digests, UUIDs, times, the strict JSON reader |
//! | [`algorithms`] | canonical JSON, Merkle tree, tiles, signed notes, Ed25519, RIPEMD-160, OpenTimestamps proofs, block headers, base64, CIDs, CAR files, gzip framing |
//! | [`objects`] | calls, versions, events, the chain, checkpoints, cosignatures, policies, log proofs, receipts, anchors, evidence of a fork |
//! | [`composition`] | bundles, the segment fold, sealing, verification, a verifier's memory, the report |
//! | `bindings` | the JavaScript face, for wasm32 with the feature `bindings` |
//!
//! # Invariants
//!
//! - No I/O, clock, randomness, threads or global state: time, keys and trust are arguments. One unsafe
//!   call, in [`algorithms::sha256_lanes`], for the SHA instructions of x86-64.
//! - What parses formats back to the same bytes, or is refused. Verdicts are made in [`composition::verify`] only.
//! - `Err` means "cannot be judged or taken"; a report with findings means "judged". A tampered record is never an `Err`,
//!   and nothing that was not judged is `verified`.
//! - Findings carry both values and a place. No message holds text of a payload.
//! - Work is counted against [`values::limits`] before it is done. Any split of a bundle gives the same report bytes.
//! - Public types are this crate's own.
//!
//! # Not here
//!
//! Files, networks, databases and clocks (the `call-verify` command line has files); speech, numbering plans and anything else whose tables change over time.
#![deny(unsafe_code)]

pub mod algorithms;
pub mod composition;
pub mod objects;
pub mod values;

#[cfg(all(feature = "bindings", target_arch = "wasm32", target_os = "unknown"))]
pub mod bindings;

pub use algorithms::canonical;
pub use algorithms::cid::cid_of;
pub use composition::bundle::reader::{Progress, Verifier, verify};
pub use composition::report::{Level, Report, Verdict};
pub use composition::segment::Segment;
pub use composition::trust::Trust;
pub use composition::verify::{Results, evaluate, verify_receipt, verify_receipt_with_later};
pub use objects::call::Call;
pub use values::codes::{Code, Effect};
pub use values::digest::Digest;
pub use values::error::{Error, Result};
pub use values::json;
pub use values::time::Timestamp;
pub use values::uuid::Uuid;
