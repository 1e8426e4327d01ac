//! `verify`: bundles and what the verifier trusts in, reports and a verdict out. FORMAT §9 and §10.

use crate::args::TrustArgs;
use crate::output::{Exit, Failure, Output, Run};
use crate::{fold, formats, input};
use call_stream_verify::{Code, Error};
use std::num::NonZeroUsize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bundles, plain or gzip; `-` is standard input
    #[arg(value_name = "BUNDLE", required = true)]
    bundles: Vec<PathBuf>,
    /// Threads for a plain file; the report is the same for any number, and each takes some 8 MB of memory
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    jobs: NonZeroUsize,
    /// List every call and finding, verified calls too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    trust: TrustArgs,
}

/// More threads than this are not started: each holds a piece of the input.
const JOBS: usize = 256;

/// Verifies every bundle, in order; the worst outcome decides.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let trust = args.trust.trust()?;
    if args.bundles.iter().filter(|path| input::is_stdin(path)).count() > 1 {
        return Err(Error::new(Code::BadOption, "Standard input can be read once.").member("BUNDLE").into());
    }
    if args.jobs.get() > JOBS {
        return Err(Error::new(Code::BadOption, "At most 256 threads.").member("jobs").into());
    }
    let format = output.format();
    let mut reporter = formats::reporter(format, args.all);
    let mut worst = Exit::Done;
    for path in &args.bundles {
        let name = input::name(path);
        match fold::verify(path, &trust, formats::results(format, args.all), args.jobs) {
            Ok(report) => {
                reporter.report(&name, &report, output);
                worst = worst.worst(formats::exit(&report));
            }
            Err(failure) => {
                tell(&name, &failure, reporter.as_mut(), output);
                worst = worst.worst(failure.exit());
            }
        }
    }
    reporter.finish(output);
    Ok(worst)
}

/// Says that an input could not be judged.
pub(super) fn tell(name: &str, failure: &Failure, reporter: &mut dyn formats::Reporter, output: &mut Output) {
    output.failure(failure);
    reporter.failure(name, failure, output);
}
