//! `merge`: segments of one bundle, in order, become one segment or the report that `verify` would give. FORMAT §11.

use super::segment::write;
use crate::args::TrustArgs;
use crate::output::{Exit, Failure, Output, Run};
use crate::{anchor_file, formats, input, own_files};
use call_stream_verify::Code;
use call_stream_verify::composition::segment::Segment;
use call_stream_verify::composition::verify::evaluate;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Segments in the order of their lines
    #[arg(value_name = "SEGMENT", required = true)]
    segments: Vec<PathBuf>,
    /// Write the merged segment to this file instead of a report
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// List every call and finding, verified calls too
    #[arg(long)]
    all: bool,
    /// Headers of Bitcoin blocks that confirm anchors, from a place you trust: 80 bytes each, or 160 hex digits a line, in order; an empty
    /// line between those that do not follow each other
    #[arg(long, value_name = "FILE", help_heading = "What you trust")]
    headers: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Merges, and reports as on a whole bundle unless a segment is asked for.
pub fn run(args: &Args, output: &mut Output) -> Run {
    own_files::refuse_output(
        args.output.as_deref(),
        args.trust.files().chain(args.segments.iter().chain(&args.headers).cloned()),
    )?;
    let trust = anchor_file::with_headers(args.trust.trust()?, args.headers.as_deref())?;
    let mut whole = Segment::new(&trust);
    for path in &args.segments {
        let text = input::read_text(path, usize::MAX, Code::BadState)?;
        let part = Segment::resume(&text, &trust).map_err(|error| Failure::from(error).in_file(path))?;
        whole.merge(part).map_err(|error| Failure::from(error).in_file(path))?;
    }
    if args.output.is_some() {
        write(&whole, args.output.as_deref(), output)?;
        return Ok(Exit::Done);
    }
    let format = output.format();
    let report = evaluate(&whole, &trust, formats::results(format, args.all));
    let mut reporter = formats::reporter(format, args.all);
    reporter.report("segments", &report, output);
    reporter.finish(output);
    Ok(formats::exit(&report))
}
