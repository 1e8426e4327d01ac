//! Sentences for people: the verdict first, then counts, findings with what to do, and what the run establishes and what not.
//!
//! ```text
//! Verified — export.ndjson: 200 of 200 calls, as of 240 entries, head 5c361f0a…, level L3
//! ```
//!
//! Only a verified run uses that word, or the color green.

use super::Reporter;
use crate::output::{Failure, Output, STRONG, inert};
use anstyle::{AnsiColor, Style};
use call_stream_verify::composition::report::{CallResult, ClaimState, Claims, ComponentState, Finding};
use call_stream_verify::composition::verify::tiles::TilesReport;
use call_stream_verify::{Code, Effect, Level, Report, Verdict};
use std::collections::BTreeSet;
use std::fmt::Write;

pub struct Human {
    /// List everything.
    pub all: bool,
}

/// Findings and calls that are listed unless all are asked for.
const LISTED: usize = 50;
/// Columns that sentences are broken at.
const COLUMNS: usize = 100;
/// Digits of a head that the first sentence shows; all of it stands below.
const SHORT: usize = 12;

impl Reporter for Human {
    fn report(&mut self, input: &str, report: &Report, output: &mut Output) {
        let (style, reset) = (style(report.verdict).render(), style(report.verdict).render_reset());
        let sentence = sentence(report);
        let (word, rest) = sentence.split_once(": ").unwrap_or((&sentence, ""));
        let mut text = format!("{style}{word}{reset} — {}: {rest}\n", inert(input));
        // Of what is no bundle there is nothing to tell.
        let is_bundle = report.findings.iter().all(|finding| finding.code != Code::NotABundle);
        if is_bundle {
            text.push('\n');
            write_facts(&mut text, report);
        }
        self.write_findings(&mut text, &report.findings, report.more_findings);
        if is_bundle {
            self.write_calls(&mut text, report);
            write_claims(&mut text, &report.claims);
        }
        text.push('\n');
        output.styled(&text);
    }

    fn failure(&mut self, _input: &str, _failure: &Failure, _output: &mut Output) {}
}

/// What is said of a log of tiles.
pub fn tiles(input: &str, report: &TilesReport) -> String {
    let (style, reset) = (style(report.verdict).render(), style(report.verdict).render_reset());
    let effects = [Effect::Limit, Effect::Mismatch, Effect::NotProven];
    let first = report.findings.iter().find(|finding| effects.contains(&finding.code.effect()));
    let what = match first {
        Some(finding) => unpunctuated(finding.code.sentence()),
        None => "every file is that of the signed tree".to_owned(),
    };
    let mut text = format!("{style}{}{reset} — {}: {what}\n\n", word(report.verdict), inert(input));
    let mut fact = |name: &str, value: String| writeln!(text, "  {name:<9} {value}").unwrap_or_default();
    if let (Some(origin), Some(size), Some(root)) = (&report.origin, report.size, report.root_hash) {
        fact("log", inert(origin).into_owned());
        fact("entries", size.to_string());
        fact("root", root.to_string());
    }
    fact("level", format!("{} reached, {} asked for", report.level.map_or("none", Level::name), report.minimum_level));
    Human { all: false }.write_findings(&mut text, &report.findings, report.more_findings);
    write_claims(&mut text, &report.claims);
    text.push('\n');
    text
}

/// The verdict in one sentence: `Mismatch: 1 of 3 calls is not what was sealed; as of 5 entries, head 5c36…`.
pub fn sentence(report: &Report) -> String {
    let calls = &report.calls;
    let first = |wanted: &[Effect]| {
        report.findings.iter().find(|finding| wanted.contains(&finding.code.effect())).map(|finding| finding.code.sentence())
    };
    let what = match report.verdict {
        Verdict::Verified if calls.total == 0 => "the chain alone, without any call".to_owned(),
        Verdict::Verified => format!("{} of {} calls{}", calls.verified, calls.total, as_far_as_shown(&report.claims)),
        Verdict::Mismatch if calls.mismatch > 0 => {
            format!("{} of {} calls {} not what was sealed", calls.mismatch, calls.total, are(calls.mismatch))
        }
        Verdict::Mismatch => unpunctuated(first(&[Effect::Mismatch]).unwrap_or(Code::CallMismatch.sentence())),
        Verdict::Revoked => {
            format!("{} of {} calls {} withdrawn", calls.revoked, calls.total, if calls.revoked == 1 { "was" } else { "were" })
        }
        Verdict::NotProven => {
            let forcing = first(&[Effect::Limit]).or_else(|| first(&[Effect::NotProven]));
            unpunctuated(forcing.unwrap_or(Code::LevelNotReached.sentence()))
        }
    };
    let as_of = match (report.as_of.size, report.as_of.head) {
        (Some(size), Some(head)) => {
            format!(", as of {size} {}, head {:.SHORT$}…", noun(size, "entry", "entries"), head.to_string())
        }
        _ => String::new(),
    };
    let level = report.level.map_or("no level reached", Level::name);
    let level = if report.level.is_some() { format!("level {level}") } else { level.to_owned() };
    format!("{}: {what}{as_of}, {level}", word(report.verdict))
}

/// Where a finding is, in words that are inert.
pub fn place(finding: &Finding) -> Option<String> {
    let parts = [
        finding.line.map(|line| format!("line {line}")),
        finding.seq.map(|seq| format!("entry {seq}")),
        finding.call_id.map(|call_id| format!("call {call_id}")),
        finding.member.as_deref().map(|member| inert(member).into_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "Verified",
        Verdict::Mismatch => "Mismatch",
        Verdict::Revoked => "Revoked",
        Verdict::NotProven => "Not proven",
    }
}

fn style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Verified => AnsiColor::Green,
        Verdict::Mismatch => AnsiColor::Red,
        Verdict::Revoked => AnsiColor::Magenta,
        Verdict::NotProven => AnsiColor::Yellow,
    };
    color.on_default().bold()
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn noun<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// What is said of calls of which some withhold members.
fn as_far_as_shown(claims: &Claims) -> &'static str {
    if claims.0.iter().any(|claim| claim.name == "withheld_members") { ", as far as shown" } else { "" }
}

/// A code's sentence within another.
fn unpunctuated(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn write_facts(text: &mut String, report: &Report) {
    let calls = &report.calls;
    let mut fact = |name: &str, value: String| writeln!(text, "  {name:<9} {value}").unwrap_or_default();
    let mut counts = vec![format!("{} presented", calls.total)];
    let kinds = [
        (calls.verified, "as sealed"),
        (calls.mismatch, "not as sealed"),
        (calls.revoked, "revoked"),
        (calls.not_proven, "not proven"),
        (calls.not_presented, "sealed but not presented"),
    ];
    counts.extend(kinds.into_iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")));
    fact("calls", counts.join(", "));
    if let Some(chain) = &report.chain {
        fact("chain", format!("{}, entries {}..{}", inert(&chain.origin), chain.range.start, chain.range.end));
        fact("tenant", chain.tenant_id.to_string());
    }
    if let Some(head) = report.as_of.head {
        fact("head", head.to_string());
    }
    if let Some(root) = report.as_of.root_hash {
        fact("root", root.to_string());
    }
    if let Some(time) = report.as_of.time {
        fact("last", format!("{time}, by the issuer's clock"));
    }
    fact("level", format!("{} reached, {} asked for", report.level.map_or("none", Level::name), report.minimum_level));
    if report.attempts > 0 {
        fact("attempts", format!("{} recorded", report.attempts));
    }
    if let (Verdict::Verified | Verdict::Revoked, Some(size), Some(head)) = (report.verdict, report.as_of.size, report.as_of.head)
    {
        let _ = writeln!(text, "  Expected head for a later export: {size}:{head}");
    }
}

impl Human {
    fn most(&self) -> usize {
        if self.all { usize::MAX } else { LISTED }
    }

    fn write_findings(&self, text: &mut String, findings: &[Finding], more: bool) {
        if findings.is_empty() {
            return;
        }
        heading(text, "Findings");
        let mut explained = BTreeSet::new();
        for finding in findings.iter().take(self.most()) {
            let place = place(finding).unwrap_or_else(|| "the whole input".to_owned());
            let _ = writeln!(text, "  {}{}{}  {place}", STRONG.render(), finding.code.name(), STRONG.render_reset());
            wrap(text, &finding.message());
            for (name, value) in [("expected", &finding.expected), ("computed", &finding.computed)] {
                if let Some(value) = value {
                    let _ = writeln!(text, "    {name}  {}", inert(value));
                }
            }
            if explained.insert(finding.code) {
                wrap(text, finding.code.explanation());
                if let Some(options) = options(finding.code) {
                    let _ = writeln!(text, "    Options: {options}");
                }
            }
        }
        let left = findings.len().saturating_sub(self.most());
        if left > 0 {
            let _ = writeln!(text, "  … and {left} more; --all lists them.");
        }
        if more {
            let _ = writeln!(text, "  There were more than {} findings; only the first are kept.", findings.len());
        }
    }

    fn write_calls(&self, text: &mut String, report: &Report) {
        if report.results.is_empty() {
            return;
        }
        heading(text, "Calls");
        for result in report.results.iter().take(self.most()) {
            write_call(text, result);
        }
        let left = report.results.len().saturating_sub(self.most());
        if left > 0 {
            let _ = writeln!(text, "  … and {left} more; --all lists them.");
        }
    }
}

/// The options by which a verifier brings along what a finding misses.
fn options(code: Code) -> Option<&'static str> {
    match code {
        Code::NoTrustedCheckpoint => Some("--key VKEY, --policy FILE or --expect SIZE:HEAD"),
        Code::NoCalls => Some("--chain-only"),
        _ => None,
    }
}

fn write_call(text: &mut String, result: &CallResult) {
    let word = match result.result {
        Verdict::Verified => "as sealed",
        Verdict::Mismatch => "not as sealed",
        Verdict::Revoked => "revoked",
        Verdict::NotProven => "not proven",
    };
    let _ = write!(text, "  {}  {word}", result.call_id);
    if let Some(version) = result.version {
        let _ = write!(text, ", version {version}");
    }
    for (state, word) in [(ComponentState::Mismatch, "differs in"), (ComponentState::Withheld, "withholds")] {
        let names: Vec<&str> = result.components.iter().filter(|part| part.result == state).map(|part| part.name).collect();
        if !names.is_empty() {
            let _ = write!(text, ", {word} {}", names.join(", "));
        }
    }
    text.push('\n');
}

fn write_claims(text: &mut String, claims: &Claims) {
    for (state, title) in
        [(ClaimState::Proven, "Proven"), (ClaimState::Failed, "Failed"), (ClaimState::NotChecked, "Not established by this run")]
    {
        let mut listed = claims.0.iter().filter(|claim| claim.state == state).peekable();
        if listed.peek().is_some() {
            heading(text, title);
        }
        for claim in listed {
            let _ = writeln!(text, "  {}", claim.name.replace('_', " "));
            wrap(text, &claim.why);
        }
    }
}

fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{}{title}{}", STRONG.render(), STRONG.render_reset());
}

/// Writes a sentence indented, broken between words.
fn wrap(text: &mut String, sentence: &str) {
    const INDENT: &str = "    ";
    let mut column = 0;
    for word in sentence.split(' ') {
        let width = word.chars().count();
        if column == 0 {
            text.push_str(INDENT);
            column = INDENT.len();
        } else if column + 1 + width > COLUMNS {
            text.push('\n');
            text.push_str(INDENT);
            column = INDENT.len();
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += width;
    }
    text.push('\n');
}
