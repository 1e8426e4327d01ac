//! JUnit XML: a suite for each input, a case for its verdict and one for each call.
//!
//! What does not hold or was revoked is a `failure`; what was not judged is an `error`: neither passes. A call that is as sealed passes only
//! where the run is verified or revoked; elsewhere it is `skipped`. There is no standard; this is what continuous integration systems read
//! in common.

use super::Reporter;
use crate::formats::human;
use crate::output::{Failure, Output};
use call_stream_verify::composition::report::{CallResult, ComponentState, Finding};
use call_stream_verify::{Report, Verdict};
use std::fmt::Write;

#[derive(Default)]
pub struct Junit {
    suites: String,
    counts: Counts,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// Why a case does not pass.
enum Outcome {
    Failure,
    Error,
    Skipped,
}

impl Reporter for Junit {
    fn report(&mut self, input: &str, report: &Report, _output: &mut Output) {
        let mut cases = Cases { suite: input, text: String::new(), counts: Counts::default() };
        let mut details = String::new();
        for finding in &report.findings {
            details.push_str(&describe(finding));
        }
        let outcome = outcome(report.verdict).map(|outcome| (outcome, report.verdict.name(), human::sentence(report)));
        cases.add("verdict", outcome, &details);
        for result in &report.results {
            let outcome = match (result.result, report.verdict) {
                (Verdict::Verified, Verdict::Mismatch | Verdict::NotProven) => {
                    Some((Outcome::Skipped, "as_sealed", "As sealed, in a run that is not verified.".to_owned()))
                }
                (verdict, _) => self::outcome(verdict).map(|outcome| (outcome, verdict.name(), explain(result, report))),
            };
            cases.add(&format!("call {}", result.call_id), outcome, "");
        }
        self.add(cases);
    }

    fn failure(&mut self, input: &str, failure: &Failure, _output: &mut Output) {
        let mut cases = Cases { suite: input, text: String::new(), counts: Counts::default() };
        cases.add("verdict", Some((Outcome::Error, failure.error().code().name(), failure.message())), "");
        self.add(cases);
    }

    fn finish(&mut self, output: &mut Output) {
        let Counts { tests, failures, errors, skipped } = self.counts;
        output.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        output.line(&format!("<testsuites name=\"call-verify\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">"));
        output.bytes(self.suites.as_bytes());
        output.line("</testsuites>");
    }
}

impl Junit {
    fn add(&mut self, cases: Cases<'_>) {
        let Counts { tests, failures, errors, skipped } = cases.counts;
        self.counts.tests += tests;
        self.counts.failures += failures;
        self.counts.errors += errors;
        self.counts.skipped += skipped;
        let name = escape(cases.suite);
        let text = cases.text;
        let suite = format!(
            "<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n{text}</testsuite>\n"
        );
        self.suites.push_str(&suite);
    }
}

struct Cases<'a> {
    suite: &'a str,
    text: String,
    counts: Counts,
}

impl Cases<'_> {
    fn add(&mut self, name: &str, outcome: Option<(Outcome, &str, String)>, details: &str) {
        self.counts.tests += 1;
        let case = format!("<testcase classname=\"{}\" name=\"{}\"", escape(self.suite), escape(name));
        let Some((outcome, kind, message)) = outcome else {
            self.text.push_str(&format!("{case}/>\n"));
            return;
        };
        let element = match outcome {
            Outcome::Failure => {
                self.counts.failures += 1;
                "failure"
            }
            Outcome::Error => {
                self.counts.errors += 1;
                "error"
            }
            Outcome::Skipped => {
                self.counts.skipped += 1;
                self.text.push_str(&format!("{case}><skipped message=\"{}\"/></testcase>\n", escape(&message)));
                return;
            }
        };
        let (kind, message, details) = (escape(kind), escape(&message), escape(details));
        let text = format!("{case}><{element} type=\"{kind}\" message=\"{message}\">{details}</{element}></testcase>\n");
        self.text.push_str(&text);
    }
}

fn outcome(verdict: Verdict) -> Option<Outcome> {
    match verdict {
        Verdict::Verified => None,
        Verdict::Mismatch | Verdict::Revoked => Some(Outcome::Failure),
        Verdict::NotProven => Some(Outcome::Error),
    }
}

/// What is known of why a call is not verified.
fn explain(result: &CallResult, report: &Report) -> String {
    let findings = report.findings.iter().filter(|finding| finding.call_id == Some(result.call_id));
    let mut text: Vec<String> = findings.map(Finding::message).collect();
    let differing = result.components.iter().filter(|component| component.result == ComponentState::Mismatch);
    let names: Vec<&str> = differing.map(|component| component.name).collect();
    if !names.is_empty() {
        text.push(format!("It differs in {}.", names.join(", ")));
    }
    if let (Some(expected), Some(computed)) = (result.expected, result.computed) {
        text.push(format!("Expected {expected}, computed {computed}."));
    }
    text.join(" ")
}

/// A finding on a line of its own.
fn describe(finding: &Finding) -> String {
    let mut text = format!("{} {}", finding.code.effect().severity(), finding.code.name());
    if let Some(place) = human::place(finding) {
        let _ = write!(text, " ({place})");
    }
    let _ = write!(text, ": {}", finding.message());
    if let (Some(expected), Some(computed)) = (&finding.expected, &finding.computed) {
        let _ = write!(text, " Expected {expected}, computed {computed}.");
    }
    text.push('\n');
    text
}

/// Text for XML 1.0: markup escaped, and what is no XML character or could act on a terminal made [`inert`](crate::output::inert).
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        for c in crate::output::inert(line).chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&apos;"),
                '\u{FFFE}' | '\u{FFFF}' => out.extend(c.escape_unicode()),
                _ => out.push(c),
            }
        }
        out.push_str(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use call_stream_verify::{Results, Trust, verify};

    #[test]
    fn markup_and_control_characters_are_escaped() {
        assert_eq!(escape("a<b>&\"'\u{1}\u{FFFF}\n"), "a&lt;b&gt;&amp;&quot;&apos;\\u{1}\\u{ffff}\n");
    }

    #[test]
    fn what_was_not_judged_does_not_pass() {
        let report = verify(b"", Trust::new(), Results::All);
        let mut junit = Junit::default();
        junit.report("empty", &report, &mut Output::new(crate::output::Format::Junit));
        assert_eq!((junit.counts.tests, junit.counts.failures, junit.counts.errors), (1, 0, 1));
    }
}
