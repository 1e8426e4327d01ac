//! SARIF 2.1.0 (OASIS): one log with one run; every code a rule, every finding a result at its line.
//!
//! Each input also has a result of the rule `verdict`, kind `pass` only if it is verified: a list of findings that was cut short, or an
//! empty one, never looks like a success.

use super::{Reporter, exit};
use crate::formats::human;
use crate::output::{Exit, Failure, Output, inert};
use call_stream_verify::composition::report::Finding;
use call_stream_verify::{Code, Effect, Report};
use serde_json::{Map, Value, json};

/// Name of the rule that a verdict is a result of.
const VERDICT: &str = "verdict";

#[derive(Default)]
pub struct Sarif {
    results: Vec<Value>,
    exit: Option<Exit>,
    unread: bool,
}

impl Sarif {
    fn met(&mut self, exit: Exit) {
        self.exit = Some(self.exit.map_or(exit, |before| before.worst(exit)));
    }
}

impl Reporter for Sarif {
    fn report(&mut self, input: &str, report: &Report, _output: &mut Output) {
        let status = exit(report);
        self.met(status);
        let text = human::sentence(report);
        let (kind, level) = if status == Exit::Done { ("pass", "none") } else { ("fail", "error") };
        self.results.push(json!({
            "ruleId": VERDICT,
            "ruleIndex": 0,
            "kind": kind,
            "level": level,
            "message": { "text": text },
            "locations": [location(input, None)],
            "properties": { "verdict": report.verdict, "exit": status.code(), "as_of": report.as_of },
        }));
        self.results.extend(report.findings.iter().map(|finding| finding_result(input, finding)));
    }

    fn failure(&mut self, input: &str, failure: &Failure, _output: &mut Output) {
        self.met(failure.exit());
        self.unread = true;
        let code = failure.error().code();
        self.results.push(json!({
            "ruleId": code.name(),
            "ruleIndex": index(code),
            "kind": "fail",
            "level": "error",
            "message": { "text": failure.message() },
            "locations": [location(input, None)],
        }));
    }

    fn finish(&mut self, output: &mut Output) {
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "call-verify",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules(),
                } },
                "columnKind": "unicodeCodePoints",
                "invocations": [{
                    "executionSuccessful": !self.unread,
                    "exitCode": self.exit.unwrap_or(Exit::Usage).code(),
                }],
                "results": std::mem::take(&mut self.results),
            }],
        });
        output.line(&log.to_string());
    }
}

fn finding_result(input: &str, finding: &Finding) -> Value {
    let mut text = finding.message();
    if let Some(place) = human::place(finding) {
        text.push_str(&format!(" ({place})"));
    }
    let mut properties = Map::new();
    let mut property = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value);
        }
    };
    property("seq", finding.seq.map(Value::from));
    property("call_id", finding.call_id.map(|call_id| call_id.to_string().into()));
    property("member", finding.member.as_deref().map(|member| inert(member).into()));
    property("expected", finding.expected.as_deref().map(|expected| inert(expected).into()));
    property("computed", finding.computed.as_deref().map(|computed| inert(computed).into()));
    json!({
        "ruleId": finding.code.name(),
        "ruleIndex": index(finding.code),
        "kind": "fail",
        "level": level(finding.code.effect()),
        "message": { "text": text },
        "locations": [location(input, finding.line)],
        "properties": properties,
    })
}

fn rules() -> Vec<Value> {
    let verdict = json!({
        "id": VERDICT,
        "shortDescription": { "text": "The verdict on an export." },
        "fullDescription": { "text": "The export as a whole, as of its last entry." },
        "defaultConfiguration": { "level": "error" },
    });
    let codes = Code::ALL.iter().map(|code| {
        json!({
            "id": code.name(),
            "shortDescription": { "text": code.sentence() },
            "fullDescription": { "text": code.explanation() },
            "defaultConfiguration": { "level": level(code.effect()) },
        })
    });
    std::iter::once(verdict).chain(codes).collect()
}

/// Place of a code's rule; the verdict's comes first.
fn index(code: Code) -> usize {
    Code::ALL.iter().position(|other| *other == code).map_or(0, |place| place + 1)
}

fn level(effect: Effect) -> &'static str {
    if effect == Effect::Warning { "warning" } else { "error" }
}

fn location(input: &str, line: Option<u64>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(input) } });
    if let (Some(line), Some(physical)) = (line, physical.as_object_mut()) {
        physical.insert("region".into(), json!({ "startLine": line }));
    }
    json!({ "physicalLocation": physical })
}

/// A file name as a URI reference: an absolute one with its scheme, other bytes than RFC 3986 allows in percent form.
fn uri(name: &str) -> String {
    let mut uri = String::from(if name.starts_with('/') { "file://" } else { "" });
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uri_references() {
        assert_eq!(uri("a/b c.ndjson"), "a/b%20c.ndjson");
        assert_eq!(uri("/tmp/é:1"), "file:///tmp/%C3%A9%3A1");
    }

    #[test]
    fn every_code_finds_its_rule() {
        let rules = rules();
        for code in Code::ALL {
            assert_eq!(rules.get(index(*code)).and_then(|rule| rule.get("id")).and_then(Value::as_str), Some(code.name()));
        }
    }
}
