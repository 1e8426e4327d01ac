//! `record`: verifies the present record of a call against its latest version and puts the attempt into the chain. FORMAT §4,
//! `verification.recorded`.

use super::canonicalize::note_uncovered;
use crate::input;
use crate::options::{ChainArgs, TimeArgs, actor};
use crate::output::{Exit, Failure, Output, Run, to_json};
use crate::records::Record;
use crate::salts::Salts;
use call_stream_verify::composition::seal::{AttemptResult, record_attempt};
use call_stream_verify::{Digest, Uuid};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// File with the call record as it is now, one JSON object; standard input if absent or `-`
    #[arg(value_name = "RECORD")]
    record: Option<PathBuf>,
    #[command(flatten)]
    chain: ChainArgs,
    /// Who verifies; TYPE is user, system or validator
    #[arg(long, value_name = "TYPE:ID")]
    actor: String,
    /// How it is verified; 1 to 256 characters
    #[arg(long, value_name = "METHOD", default_value = "recompute")]
    method: String,
    #[command(flatten)]
    time: TimeArgs,
}

#[derive(serde::Serialize)]
struct AttemptLine {
    status: &'static str,
    result: &'static str,
    call_id: Uuid,
    version: u64,
    seq: u64,
    expected: Digest,
    computed: Digest,
    entry_hash: Digest,
}

/// Records the attempt, whatever it finds; the exit status is that of the result.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let actor = actor(&args.actor, &["user", "system", "validator"])?;
    let at = args.time.time()?;
    let bytes = input::read_record(args.record.as_deref())?;
    let mut chain = args.chain.open()?;
    let salts = Salts::open(chain.path(), args.chain.repair_tail)?;
    let record =
        Record::parse(&bytes).and_then(|record| record.normalize_with(&salts)).map_err(|failure: Failure| {
            match &args.record {
                Some(path) if !failure.has_file() => failure.in_file(path),
                _ => failure,
            }
        })?;
    let recorded = record_attempt(chain.state_mut().end_mut(), &record.call, &args.method, actor, at)?;
    chain.append(recorded.entry.format_line().as_bytes())?;
    let (call_id, version, seq) = (record.call.call_id(), recorded.version, recorded.entry.seq);
    if output.is_json() {
        let (expected, computed, entry_hash) = (recorded.expected, recorded.computed, recorded.entry.entry_hash);
        let result = recorded.result.name();
        output.line(&to_json(&AttemptLine { status: "recorded", result, call_id, version, seq, expected, computed, entry_hash }));
    } else {
        let (expected, computed) = (recorded.expected, recorded.computed);
        output.line(&format!("{} {call_id} version {version} seq {seq}", recorded.result.name()));
        output.line(&format!("expected {expected}\ncomputed {computed}"));
        note_uncovered(&record.uncovered, output);
    }
    Ok(match recorded.result {
        AttemptResult::Verified => Exit::Done,
        AttemptResult::Mismatch => Exit::Mismatch,
        AttemptResult::Revoked => Exit::Revoked,
    })
}
