//! How reports are written: one module a format. What is written decides nothing; the exit status is the report's.

mod human;
mod json;
mod junit;
mod ndjson;
mod sarif;

use crate::output::{Exit, Failure, Format, Output};
use call_stream_verify::{Report, Results};
pub use human::tiles;

/// Writes the reports of a run, input by input.
pub trait Reporter {
    /// Takes the report of an input.
    fn report(&mut self, input: &str, report: &Report, output: &mut Output);

    /// Takes an input that could not be read, so that its absence is not taken for a success. Stderr has the refusal already.
    fn failure(&mut self, input: &str, failure: &Failure, output: &mut Output);

    /// Ends the run.
    fn finish(&mut self, _output: &mut Output) {}
}

/// The reporter of a format; `all` asks for verified calls too.
pub fn reporter(format: Format, all: bool) -> Box<dyn Reporter> {
    match format {
        Format::Human => Box::new(human::Human { all }),
        Format::Json => Box::new(json::Json),
        Format::Ndjson => Box::new(ndjson::Ndjson),
        Format::Junit => Box::new(junit::Junit::default()),
        Format::Sarif => Box::new(sarif::Sarif::default()),
    }
}

/// Which calls the reports must list for the format.
pub fn results(format: Format, all: bool) -> Results {
    // Every call is a test case of JUnit.
    if all || format == Format::Junit { Results::All } else { Results::NotVerified }
}

/// The exit status of a report.
pub fn exit(report: &Report) -> Exit {
    Exit::of_report(report.exit_code())
}
