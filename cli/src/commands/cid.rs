//! `cid`: the content identifier of a call's canonical payload. FORMAT §2.

use super::canonicalize::{note_uncovered, read};
use crate::output::{Exit, Output, Run};
use call_stream_verify::algorithms::cid::cid_of;
use call_stream_verify::{Code, Digest, Error};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Call record, one JSON object; standard input if absent or `-`
    #[arg(value_name = "FILE", conflicts_with = "digest")]
    file: Option<PathBuf>,
    /// A canonical payload hash instead of a record
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
}

/// Prints the CIDv1: raw codec, SHA-256, base32.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let digest = match &args.digest {
        Some(text) => {
            let refuse = || Error::new(Code::BadOption, "Expected 64 lower-case hex digits.").member("digest");
            Digest::parse(text).ok_or_else(refuse)?
        }
        None => {
            let record = read(args.file.as_deref())?;
            note_uncovered(&record.uncovered, output);
            Digest::of(record.call.payload().as_bytes())
        }
    };
    let cid = cid_of(&digest);
    if output.is_json() {
        output.line(&serde_json::json!({ "cid": cid, "digest": digest }).to_string());
    } else {
        output.line(&cid);
    }
    Ok(Exit::Done)
}
