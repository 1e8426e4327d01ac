//! `canonicalize`: a call record in, its canonical payload out, byte for byte and without a newline. FORMAT §1.

use crate::input;
use crate::output::{Exit, Failure, Output, Run, inert};
use call_stream_verify::objects::call::{Call, Normalized};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Call record, one JSON object; standard input if absent or `-`
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Writes the payload; members that no hash covers are named on stderr.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let record = read(args.file.as_deref())?;
    output.bytes(record.call.payload().as_bytes());
    note_uncovered(&record.uncovered, output);
    Ok(Exit::Done)
}

/// Reads and normalizes one call record.
///
/// **Errors**: those of the input and of [`Call::parse`], with the file's name.
pub fn read(file: Option<&Path>) -> Result<Normalized, Failure> {
    let bytes = input::read_record(file)?;
    Call::parse(&bytes).map_err(|error| match file {
        Some(path) if !input::is_stdin(path) => Failure::from(error).in_file(path),
        _ => error.into(),
    })
}

/// Says which members no hash covers. With JSON nothing is said: results name them there.
pub fn note_uncovered(uncovered: &[String], output: &Output) {
    if !uncovered.is_empty() && !output.is_json() {
        let names: Vec<String> = uncovered.iter().map(|name| inert(name).into_owned()).collect();
        output.note(&format!("no hash covers {}", names.join(", ")));
    }
}
