//! `hash`: the digests of a call. FORMAT §2.
//!
//! ```json
//! {"call_id":"0d9c…","canonical_payload_hash":"5c2a…","component_hashes":{"metadata":"…","transcript":"…"},"cid":"bafkrei…","uncovered":[]}
//! ```

use super::canonicalize::{note_uncovered, read};
use crate::input;
use crate::output::{Exit, Failure, Output, Run, to_json};
use call_stream_verify::Digest;
use call_stream_verify::algorithms::cid::cid_of;
use call_stream_verify::objects::call::{CallDigests, Components, Normalized};
use call_stream_verify::values::digest::Hasher;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Call record, one JSON object; standard input if absent or `-`
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The call's recording, to be hashed too
    #[arg(long, value_name = "FILE")]
    recording: Option<PathBuf>,
}

/// Prints the canonical payload hash, or with JSON everything that a version record would hold of the call.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let record = read(args.file.as_deref())?;
    let recording = args.recording.as_deref().map(hash_file).transpose()?;
    let digests = record.call.compute_digests(recording);
    if output.is_json() {
        output.line(&to_json(&Digests::new(&record, &digests)));
    } else {
        output.line(&digests.canonical_payload_hash.to_string());
        note_uncovered(&record.uncovered, output);
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Digests<'a> {
    call_id: String,
    canonical_payload_hash: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    component_hashes: Option<ComponentHashes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_commitments: Option<BTreeMap<&'static str, Digest>>,
    cid: String,
    uncovered: &'a [String],
}

#[derive(Serialize)]
struct ComponentHashes {
    metadata: Digest,
    transcript: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording: Option<Digest>,
}

impl<'a> Digests<'a> {
    fn new(record: &'a Normalized, digests: &CallDigests) -> Digests<'a> {
        let (component_hashes, field_commitments) = match &digests.components {
            Components::Hashes { metadata, transcript, recording } => {
                (Some(ComponentHashes { metadata: *metadata, transcript: *transcript, recording: *recording }), None)
            }
            Components::Commitments(commitments) => {
                (None, Some(commitments.iter().map(|(field, digest)| (field.name(), digest)).collect()))
            }
        };
        Digests {
            call_id: record.call.call_id().to_string(),
            canonical_payload_hash: digests.canonical_payload_hash,
            component_hashes,
            field_commitments,
            cid: cid_of(&digests.canonical_payload_hash),
            uncovered: &record.uncovered,
        }
    }
}

/// Computes SHA-256 of a file's bytes; no more than a piece of it is in memory.
fn hash_file(path: &Path) -> Result<Digest, Failure> {
    let mut hasher = Hasher::new();
    input::for_each_chunk(path, |chunk| {
        hasher.update(chunk);
        true
    })?;
    Ok(hasher.finish())
}
