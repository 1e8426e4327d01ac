//! OpenTimestamps proofs and block headers in files.

use crate::input;
use crate::output::Failure;
use call_stream_verify::algorithms::bitcoin::Headers;
use call_stream_verify::algorithms::opentimestamps::Proof;
use call_stream_verify::values::limits::{ANCHOR_BYTES, HEADERS_BYTES};
use call_stream_verify::{Code, Trust};
use std::path::Path;

/// Reads a proof, as any program writes it.
///
/// **Errors**: `unreadable`, `bad-anchor`, `proof-too-large`.
pub fn read(path: &Path) -> Result<Proof, Failure> {
    let bytes = input::read_small(path, ANCHOR_BYTES, Code::ProofTooLarge)?;
    Proof::decode_any_order(&bytes).map_err(|error| Failure::from(error).in_file(path))
}

/// Reads block headers.
///
/// **Errors**: `unreadable`, `bad-headers`.
pub fn read_headers(path: &Path) -> Result<Headers, Failure> {
    Headers::parse(&read_header_bytes(path)?).map_err(|error| Failure::from(error).in_file(path))
}

/// Adds the headers of a file, if one is named, to what a verifier trusts.
///
/// **Errors**: `unreadable`, `bad-headers`.
pub fn with_headers(trust: Trust, path: Option<&Path>) -> Result<Trust, Failure> {
    let Some(path) = path else { return Ok(trust) };
    trust.with_headers(&read_header_bytes(path)?).map_err(|error| Failure::from(error).in_file(path))
}

fn read_header_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    input::read_small(path, HEADERS_BYTES, Code::BadHeaders)
}
