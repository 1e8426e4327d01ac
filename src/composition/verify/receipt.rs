//! A receipt is judged as a range of one entry, by the same rules: its parts become the lines of such a bundle, and are folded.
//!
//! What differs is what a range leaves to its reader: entries behind this one were not shown, also where the checkpoint covers them, so
//! that a receipt proves a version and never that it is the latest, unless those entries are given along.

use super::{Results, Run, evaluate};
use crate::algorithms::merkle;
use crate::composition::bundle::line::Manifest;
use crate::composition::bundle::writer::BundleWriter;
use crate::composition::report::{Finding, Level, Report, Verdict};
use crate::composition::segment::Segment;
use crate::composition::segment::findings::Findings;
use crate::composition::trust::Trust;
use crate::objects::call::{Call, Member, Normalized};
use crate::objects::receipt::Receipt;
use crate::values::codes::{Code, Effect};
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::json::{self, Value};

/// Verifies a receipt of one call: that this call is what the entry seals, and that the entry stands under a checkpoint that the
/// verifier trusts. Given a `record`, that is judged in place of the receipt's call; one without a salt takes the receipt's.
///
/// The call is always listed in the report. Findings name no line: a receipt is one.
///
/// **Errors**: those of [`Receipt::parse`]; those of [`Call::parse`] for the record. Whatever can be read is judged.
/// **Cost**: a few hashes of the receipt's length, and one a hash of its proof.
pub fn verify_receipt(bytes: &[u8], trust: &Trust, record: Option<&[u8]>) -> Result<Report> {
    judge(bytes, trust, record, None)
}

/// Verifies a receipt with entries behind it: a bundle of the same chain, folded under the same trust, that begins at the receipt's entry, in
/// front of it or right behind it. If both are verified, what it holds of versions and revocations of this call counts.
///
/// **Errors**: as [`verify_receipt`]. A bundle that proves nothing about this call is `later-not-proven`.
/// **Cost**: linear in the bundle's versions, beside what the receipt takes.
pub fn verify_receipt_with_later(bytes: &[u8], trust: &Trust, record: Option<&[u8]>, later: &Segment) -> Result<Report> {
    judge(bytes, trust, record, Some(later))
}

fn judge(bytes: &[u8], trust: &Trust, record: Option<&[u8]>, later: Option<&Segment>) -> Result<Report> {
    let Receipt { mut call, entry, entry_hash, chain, proof } = Receipt::parse(bytes)?;
    let mut uncovered = Vec::new();
    if let Some(record) = record {
        Normalized { call, uncovered } = normalize(record, call.string(Member::Salt).as_deref())?;
    }
    let range = proof.index..proof.index.saturating_add(1);
    let manifest = Manifest { chain, range, prev_hash: entry.prev_hash, exported_at: entry.timestamp };
    // A path that does not hold contradicts its own checkpoint, whoever signed that; a bundle's is compared under trusted ones only.
    let path_holds = proof.leads_from(&merkle::leaf_hash(&entry_hash));
    let (mut writer, manifest) = BundleWriter::new(&manifest);
    let mut lines = vec![
        manifest,
        writer.entry(proof.index, &entry_hash, entry.text),
        writer.call(&call),
        writer.checkpoint(&proof.checkpoint.to_string()),
    ];
    if path_holds {
        lines.push(writer.inclusion(proof.index, proof.checkpoint.checkpoint().size(), &proof.hashes));
    }
    lines.push(writer.end());
    let mut segment = Segment::new(trust);
    for line in &lines {
        segment.push_line(line.trim_end_matches('\n').as_bytes(), trust);
    }
    let mut run = Run { receipt: Some(&uncovered), ..Run::new(&segment, trust) };
    if !path_holds {
        run.findings.add(Finding::new(Code::InclusionMismatch).seq(proof.index));
    }
    let mut report = run.judge(Results::All);
    // What does not hold by itself is not mended by what follows.
    if let Some(later) = later.filter(|_| report.verdict == Verdict::Verified) {
        let size = size_of(later, (proof.index, entry_hash), trust);
        if size.is_ok() {
            segment.take_later(call.call_id(), proof.index, later);
        }
        let mut run = Run { receipt: Some(&uncovered), later: size.as_ref().ok().copied(), ..Run::new(&segment, trust) };
        if let Err((why, found)) = size {
            let mut finding = Finding::new(Code::LaterNotProven).detail(why);
            finding.computed = found.map(|code| code.name().to_owned());
            run.findings.add(finding);
        }
        report = run.judge(Results::All);
    }
    let mut findings = Findings::default();
    for finding in std::mem::take(&mut report.findings) {
        findings.add(Finding { line: None, ..finding });
    }
    report.findings = findings.iter().cloned().collect();
    Ok(report)
}

/// Why entries prove nothing about a receipt's call, and what they were found to be by themselves.
type Unproven = (&'static str, Option<Code>);

/// The size up to which entries continue the one at a place, if they hold.
fn size_of(later: &Segment, (seq, hash): (u64, Digest), trust: &Trust) -> std::result::Result<u64, Unproven> {
    let report = evaluate(later, &trust.clone().with_chain_only(true), Results::NotVerified);
    let (Some(range), Verdict::Verified | Verdict::Revoked) = (report.chain.map(|chain| chain.range), report.verdict) else {
        let found = report.findings.iter().map(|finding| finding.code).find(|code| code.effect() != Effect::Warning);
        return Err(("They are not verified by themselves.", found));
    };
    if report.level < Some(Level::L3) {
        return Err(("No head that you trust covers them.", None));
    }
    if range.end <= seq.saturating_add(1) {
        return Err(("They end with the receipt's entry or in front of it.", None));
    }
    let shown = if range.start == seq.saturating_add(1) {
        later.first().map(|first| first.prev_hash)
    } else if range.start <= seq {
        later.hash_at(seq)
    } else {
        return Err(("Entries are missing between the receipt's and them.", None));
    };
    match shown {
        Some(shown) if shown == hash => Ok(range.end),
        Some(_) => Err(("They do not continue the receipt's entry: it is another chain or another history.", None)),
        None => Err(("The receipt's entry lies too far behind their first: give those that begin right behind it.", None)),
    }
}

fn normalize(record: &[u8], salt: Option<&str>) -> Result<Normalized> {
    let mut record = json::parse(record).map_err(|error| several(record).unwrap_or(error))?;
    let name = Member::Salt.name();
    let is_absent = matches!(record.get(name), None | Some(Value::Null));
    if let (true, Some(salt), Value::Object(members)) = (is_absent, salt, &mut record) {
        members.retain(|(member, _)| member != name);
        members.push((name.to_owned(), Value::String(salt.to_owned())));
    }
    Call::normalize(&record)
}

/// What to say of a file of records, one a line, which is no JSON text.
fn several(records: &[u8]) -> Option<Error> {
    let place = records.iter().position(|byte| *byte == b'\n')?;
    let (first, rest) = records.split_at_checked(place)?;
    let is_record = json::parse(first).is_ok() && rest.iter().any(|byte| !byte.is_ascii_whitespace());
    is_record
        .then(|| Error::new(Code::JsonSyntax, "There are several records, and a receipt is of one call: give its record alone."))
}
