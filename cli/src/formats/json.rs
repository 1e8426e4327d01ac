//! JSON: for each input one line, the report as the library writes it, byte for byte; or `{"error":{…}}` for one that cannot be read.

use super::Reporter;
use crate::output::{Failure, Output};
use call_stream_verify::Report;

pub struct Json;

impl Reporter for Json {
    fn report(&mut self, _input: &str, report: &Report, output: &mut Output) {
        output.line(&report.to_json());
    }

    fn failure(&mut self, _input: &str, failure: &Failure, output: &mut Output) {
        output.line(&failure.to_json());
    }
}
