//! `segment`: folds some lines of a bundle, so that several machines can share one. FORMAT §11.
//!
//! Lines are half-open and counted from 0, like every range here: `--lines 0..1000` and `--lines 1000..` are a whole bundle. A range
//! that reaches behind the last line takes what there is.

use crate::args::TrustArgs;
use crate::durable::{self, Readers};
use crate::fold::{LineRange, fold_lines};
use crate::output::{Exit, Failure, Output, Run};
use crate::own_files;
use call_stream_verify::composition::segment::Segment;
use call_stream_verify::{Code, Error};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bundle, plain or gzip; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Lines from A up to but not including B, counted from 0; without B up to the last
    #[arg(long, value_name = "A..B")]
    lines: String,
    /// File to write; standard output if absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Writes the segment. It gives no verdict, whatever it holds.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let refuse = || Error::new(Code::BadOption, "Expected A..B, two numbers, the first not the greater.").member("lines");
    let lines = LineRange::parse(&args.lines).ok_or_else(refuse)?;
    own_files::refuse_output(args.output.as_deref(), args.trust.files().chain([args.bundle.clone()]))?;
    let trust = args.trust.trust()?;
    let segment = fold_lines(&args.bundle, &lines, &trust)?;
    write(&segment, args.output.as_deref(), output)?;
    Ok(Exit::Done)
}

/// Writes a segment to a file, which it replaces, or to stdout.
pub fn write(segment: &Segment, path: Option<&Path>, output: &mut Output) -> Result<(), Failure> {
    let text = segment.save();
    match path {
        None => output.bytes(text.as_bytes()),
        Some(path) => durable::replace(path, text.as_bytes(), Readers::Usual)?,
    }
    Ok(())
}
