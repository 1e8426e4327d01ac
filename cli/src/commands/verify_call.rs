//! `verify-call`: one call by its receipt, the report of `verify` out. FORMAT §7.

use super::verify::tell;
use crate::args::TrustArgs;
use crate::fold::fold;
use crate::output::{Failure, Output, Run};
use crate::{formats, input};
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::values::limits::LINE_BYTES;
use call_stream_verify::{Code, Error, Report, Trust, verify_receipt, verify_receipt_with_later};
use std::num::NonZeroUsize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Record of the call as you have it, one JSON object; the call in the receipt unless given; `-` is standard input
    #[arg(value_name = "RECORD")]
    record: Option<PathBuf>,
    /// Receipt of the call; `-` is standard input
    #[arg(long, value_name = "FILE")]
    receipt: PathBuf,
    /// Entries behind the receipt's, an export of the same chain that is verified by itself: whether one of them revokes the call
    #[arg(long, value_name = "EXPORT")]
    later: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Verifies the call.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let trust = args.trust.trust()?;
    if input::is_stdin(&args.receipt) && args.record.as_deref().is_some_and(input::is_stdin) {
        return Err(Error::new(Code::BadOption, "Standard input can be read once.").member("receipt").into());
    }
    let name = input::name(&args.receipt);
    if args.later.as_deref().is_some_and(input::is_stdin) {
        return Err(Error::new(Code::BadOption, "Later entries are read from a file.").member("later").into());
    }
    let mut reporter = formats::reporter(output.format(), true);
    let exit = match judge(args, &trust) {
        Ok(report) => {
            reporter.report(&name, &report, output);
            formats::exit(&report)
        }
        Err(failure) => {
            tell(&name, &failure, reporter.as_mut(), output);
            failure.exit()
        }
    };
    reporter.finish(output);
    Ok(exit)
}

fn judge(Args { receipt, record, later, .. }: &Args, trust: &Trust) -> Result<Report, Failure> {
    // With its LF a receipt is one byte longer than the longest line; one more shows that it is too long.
    let bytes = input::read(receipt, LINE_BYTES + 1)?;
    Receipt::parse(&bytes).map_err(|error| Failure::from(error).in_file(receipt))?;
    let presented = record.as_deref().map(|record| input::read_record(Some(record))).transpose()?;
    let presented = presented.as_deref();
    let report = match later {
        Some(later) => verify_receipt_with_later(&bytes, trust, presented, &fold(later, trust, NonZeroUsize::MIN)?),
        None => verify_receipt(&bytes, trust, presented),
    };
    report.map_err(|error| Failure::from(error).in_file(record.as_ref().unwrap_or(receipt)))
}
