//! NDJSON: small lines for pipelines, each with its `type` and `input`.
//!
//! ```json
//! {"type":"finding","input":"a.ndjson","code":"link-broken","severity":"mismatch","line":4,…}
//! {"type":"result","input":"a.ndjson","call_id":"0d9c…","result":"mismatch",…}
//! {"type":"claim","input":"a.ndjson","name":"chain_unbroken","state":"failed","why":"…"}
//! {"type":"report","input":"a.ndjson","exit":1,"verdict":"mismatch","level":"L1",…}
//! ```
//!
//! The line of type `report` comes last for each input; one that cannot be read has a line of type `error` instead.

use super::Reporter;
use crate::output::{Failure, Output, to_json};
use call_stream_verify::composition::report::{AsOf, CallCounts, ChainFacts, ClaimState};
use call_stream_verify::{Level, Report, Verdict};
use serde::Serialize;

pub struct Ndjson;

#[derive(Serialize)]
struct Line<'a, T> {
    r#type: &'static str,
    input: &'a str,
    #[serde(flatten)]
    body: T,
}

#[derive(Serialize)]
struct ClaimLine<'a> {
    name: &'a str,
    state: ClaimState,
    why: &'a str,
}

#[derive(Serialize)]
struct Summary<'a> {
    exit: u8,
    verdict: Verdict,
    level: Option<Level>,
    minimum_level: Level,
    as_of: &'a AsOf,
    chain: &'a Option<ChainFacts>,
    calls: &'a CallCounts,
    attempts: u64,
    more_findings: bool,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    exit: u8,
    code: &'a str,
    message: String,
}

impl Reporter for Ndjson {
    fn report(&mut self, input: &str, report: &Report, output: &mut Output) {
        for body in &report.findings {
            output.line(&to_json(&Line { r#type: "finding", input, body }));
        }
        for body in &report.results {
            output.line(&to_json(&Line { r#type: "result", input, body }));
        }
        for claim in &report.claims.0 {
            let body = ClaimLine { name: claim.name, state: claim.state, why: &claim.why };
            output.line(&to_json(&Line { r#type: "claim", input, body }));
        }
        let body = Summary {
            exit: report.exit_code(),
            verdict: report.verdict,
            level: report.level,
            minimum_level: report.minimum_level,
            as_of: &report.as_of,
            chain: &report.chain,
            calls: &report.calls,
            attempts: report.attempts,
            more_findings: report.more_findings,
        };
        output.line(&to_json(&Line { r#type: "report", input, body }));
    }

    fn failure(&mut self, input: &str, failure: &Failure, output: &mut Output) {
        let body = ErrorLine { exit: failure.exit().code(), code: failure.error().code().name(), message: failure.message() };
        output.line(&to_json(&Line { r#type: "error", input, body }));
    }
}
