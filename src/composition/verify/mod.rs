//! The only room that gives verdicts: a whole run's segment and the verifier's trust in, a report out. FORMAT §9.
//!
//! The steps, in order: is it a bundle, and whole; do its parts add up; does the chain begin at its header; do records
//! belong to its tenant; do checkpoints, proofs and the expected head fit; is each presented call what its latest version
//! seals; how far does the proof reach; and, last, the verdict: the first of `mismatch`, `not_proven`, `revoked`,
//! `verified` that applies. Nothing that was not judged is ever `verified`. No clock is read.

mod anchors;
mod calls;
mod checkpoints;
mod claims;
mod receipt;
mod since;
pub mod tiles;

use super::bundle::line::{End, Line, Manifest};
use super::report::{
    AsOf, CallCounts, CallResult, ChainFacts, Finding, Level, REPORT_FORMAT, RangeFacts, Report, Unread, Verdict,
};
use super::segment::findings::Findings;
use super::segment::{Begins, Segment};
use super::trust::Trust;
use crate::values::codes::{Code, Effect};
use crate::values::digest::{Digest, Hasher};
use anchors::Bound;
pub use receipt::{verify_receipt, verify_receipt_with_later};
pub use since::evaluate_since;
use std::collections::{BTreeMap, BTreeSet};

/// Which calls a report lists one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Results {
    /// Those that are not verified.
    NotVerified,
    /// All.
    All,
}

/// Judges a whole run.
///
/// **Cost**: linear in the calls; the entries were folded before.
#[must_use]
pub fn evaluate(segment: &Segment, trust: &Trust, results: Results) -> Report {
    Run::new(segment, trust).judge(results)
}

/// A tree that a trusted key has signed, by its first checkpoint.
struct SignedTree {
    line: u64,
    root: Digest,
    /// The trusted keys that signed it, `name+hash`.
    signers: Vec<String>,
    /// Whether witnesses enough have cosigned this root.
    quorum_met: bool,
    /// Whether the root is that of the entries.
    compared: bool,
}

struct Run<'a> {
    segment: &'a Segment,
    trust: &'a Trust,
    /// If it is a receipt that is judged, the members of the record beside it that no hash covers.
    receipt: Option<&'a [String]>,
    /// If later entries were given along with it, the size up to which they go.
    later: Option<u64>,
    findings: Findings,
    manifest: Option<Manifest>,
    /// Every line was read and judged, from the manifest to the end line.
    ended: bool,
    /// The same, and nothing follows.
    whole: bool,
    /// Every entry that the manifest announces was read.
    all_entries: bool,
    /// Number of entries from the chain's beginning up to the end of this export.
    size: u64,
    /// Signed trees by size.
    trees: BTreeMap<u64, SignedTree>,
    /// Root hashes over the first entries, of the sizes that checkpoints and proofs name, as far as they are known.
    roots: BTreeMap<u64, Digest>,
    /// A trusted checkpoint or expected head covers the entries up to here.
    anchored: Option<u64>,
    quorum_met: bool,
    /// Confirmed anchors, each with the size of its tree.
    bounds: Vec<(u64, Bound)>,
    /// If a call is presented in part, the members that such calls withhold.
    withheld: Option<BTreeSet<&'static str>>,
    /// The entries of a range are proven to stand at their place under a tree of this size.
    range_proven: Option<u64>,
}

impl<'a> Run<'a> {
    fn new(segment: &'a Segment, trust: &'a Trust) -> Run<'a> {
        let manifest = segment.kept().next().and_then(|kept| match kept.parsed {
            Line::Manifest(manifest) => Some(manifest),
            _ => None,
        });
        let start = manifest.as_ref().map_or(0, |manifest| manifest.range.start);
        let size = segment.last().map_or(start, |last| last.seq + 1);
        let all_entries = manifest.as_ref().is_some_and(|manifest| {
            let first = segment.first().is_none_or(|first| first.seq == manifest.range.start);
            first && size == manifest.range.end && segment.entries() == manifest.range.end - manifest.range.start
        });
        Run {
            segment,
            trust,
            receipt: None,
            later: None,
            findings: segment.findings().clone(),
            manifest,
            ended: false,
            whole: false,
            all_entries,
            size,
            trees: BTreeMap::new(),
            roots: BTreeMap::new(),
            anchored: None,
            quorum_met: false,
            bounds: Vec::new(),
            withheld: None,
            range_proven: None,
        }
    }

    fn judge(mut self, results: Results) -> Report {
        self.check();
        self.conclude(results)
    }

    /// Everything but the presented calls, and what the findings so far decide.
    fn check(&mut self) {
        self.check_wholeness();
        self.check_chain();
        self.check_tenants();
        self.check_checkpoints();
        self.check_expected_head();
        self.check_proofs();
        self.check_anchors();
    }

    fn conclude(mut self, results: Results) -> Report {
        self.check_place();
        let (counts, results) = self.check_calls(results);
        self.report(counts, results)
    }

    fn start(&self) -> u64 {
        self.manifest.as_ref().map_or(0, |manifest| manifest.range.start)
    }

    /// Whether the entries may be some of a chain, whose place in a tree only proofs can show.
    fn is_part(&self) -> bool {
        self.start() > 0 || self.receipt.is_some()
    }

    /// Hash of the last entry, or what stands in front of the first if there is none.
    fn head(&self) -> Option<Digest> {
        let before = self.manifest.as_ref().map(|manifest| manifest.prev_hash);
        self.segment.last().map(|last| last.hash).or(before)
    }

    fn is_one_history(&self) -> bool {
        !self.findings.effects().mismatch
    }

    fn check_wholeness(&mut self) {
        let segment = self.segment;
        if segment.lines() == 0 && self.findings.effects().not_proven {
            // Nothing came out of a damaged gzip file, which says more than that it is no bundle.
            return;
        }
        if segment.begins() != Begins::Manifest {
            // What is no bundle at all is not judged by the rules of bundles.
            let limit = self.findings.effects().limit;
            self.findings.keep(|code| limit && code.effect() == Effect::Limit);
            return self.findings.add(Finding::new(Code::NotABundle).line(1).detail(segment.begins().hint()));
        }
        if let Some(line) = segment.overflow() {
            self.findings.add(Finding::new(Code::EnvelopeTooLarge).line(line));
        }
        if !segment.is_ended() {
            if !segment.is_stopped() {
                self.findings.add(Finding::new(Code::CutOff).line(segment.lines()));
            }
            return;
        }
        if segment.overflow().is_none() {
            // Whatever follows the end line, that line says what the lines in front of it must be.
            self.ended = true;
            self.whole = !segment.is_stopped() && !self.has(&[Code::GzipTrailing]);
            self.check_end();
        }
    }

    fn check_end(&mut self) {
        let mut hasher = Hasher::new();
        let mut end = None;
        for kept in self.segment.kept() {
            match kept.parsed {
                Line::End(line) => end = Some((kept.line, line)),
                _ => {
                    hasher.update(kept.text.as_bytes());
                    hasher.update(b"\n");
                }
            }
        }
        let Some((line, end)) = end else { return };
        let End { entries, calls, head, envelope } = end;
        let place = |code| Finding::new(code).line(line);
        if entries != self.segment.entries() {
            self.findings.add(place(Code::CountMismatch).member("entries").values(entries, self.segment.entries()));
        }
        if calls != self.segment.calls_shown() {
            self.findings.add(place(Code::CountMismatch).member("calls").values(calls, self.segment.calls_shown()));
        }
        let computed = self.head();
        if let Some(computed) = computed.filter(|computed| *computed != head) {
            self.findings.add(place(Code::HeadMismatch).member("head").values(head, computed));
        }
        let computed = hasher.finish();
        if computed != envelope {
            self.findings.add(place(Code::EnvelopeMismatch).member("envelope").values(envelope, computed));
        }
    }

    fn check_chain(&mut self) {
        let Some(manifest) = self.manifest.clone() else { return };
        let chain_id = manifest.chain.chain_id();
        if manifest.range.start == 0 && manifest.prev_hash != chain_id {
            let finding = Finding::new(Code::ChainIdMismatch).line(1).member("prev_hash");
            self.findings.add(finding.values(chain_id, manifest.prev_hash));
        }
        if let Some(first) = self.segment.first() {
            let place = |code| Finding::new(code).line(first.line).seq(first.seq);
            if first.seq != manifest.range.start {
                self.findings.add(place(Code::SeqOutOfPlace).values(manifest.range.start, first.seq));
            }
            if first.prev_hash != manifest.prev_hash {
                let finding = place(Code::LinkBroken).member("prev_hash");
                self.findings.add(finding.values(manifest.prev_hash, first.prev_hash));
            }
        }
        if self.ended && !self.all_entries {
            let announced = manifest.range.end - manifest.range.start;
            let finding = Finding::new(Code::CountMismatch).line(1).member("range");
            self.findings.add(finding.values(announced, self.segment.entries()));
        }
        let calls = self.segment.calls();
        let from_genesis = manifest.range.start == 0;
        if from_genesis {
            for (call_id, version) in calls.beginning_later() {
                let finding = Finding::new(Code::VersionMisnumbered).line(version.line()).seq(version.seq).call(call_id);
                self.findings.add(finding.member("version").values(1, version.number));
            }
        }
        for revocation in calls.unresolved().iter().filter(|revocation| from_genesis || calls.names_nothing(revocation)) {
            let finding = Finding::new(Code::RevokesNothing).line(revocation.line).seq(revocation.seq);
            self.findings.add(finding.call(revocation.call_id));
        }
        for (of, place) in self.segment.misused_keys() {
            let mut finding = Finding::new(Code::KeyNotValid).line(place.line).member("signatures");
            (finding.seq, finding.call_id) = (place.seq, place.call_id);
            let seq = place.seq.unwrap_or_default();
            self.findings.add(finding.values(of.text(), format!("entry {seq}")));
        }
        for (signer, line) in self.segment.signers() {
            let mut finding = Finding::new(Code::SignatureUntrusted).line(*line).member("signatures");
            finding.computed = Some(signer.clone());
            self.findings.add(finding);
        }
    }

    fn check_tenants(&mut self) {
        let Some(manifest) = &self.manifest else { return };
        let tenant_id = manifest.chain.tenant_id;
        if let Some(expected) = self.trust.tenant() {
            // Only entry 0 binds the header. A range is of the tenant that its own entries name.
            let named = self.segment.tenants().get(&expected).is_some_and(|place| place.seq.is_some());
            if expected != tenant_id {
                let finding = Finding::new(Code::TenantMismatch).line(1).member("tenant_id");
                self.findings.add(finding.values(expected, tenant_id));
            } else if manifest.range.start > 0 && !named {
                self.findings.add(Finding::new(Code::TenantNotProven).line(1).member("tenant_id"));
            }
        }
        for (foreign, place) in self.segment.tenants().iter().filter(|(tenant, _)| **tenant != tenant_id) {
            let mut finding = Finding::new(Code::ForeignTenant).line(place.line).member("tenant_id").values(tenant_id, foreign);
            finding.seq = place.seq;
            finding.call_id = place.call_id;
            self.findings.add(finding);
        }
    }

    /// Says what is missing between this chain and a head that the verifier trusts.
    fn check_place(&mut self) {
        if self.manifest.is_none() {
            return;
        }
        if self.segment.entries() == 0 {
            // What was cut off in front of its first entry is not empty.
            if self.ended {
                self.findings.add(Finding::new(Code::NothingToVerify));
            }
            return;
        }
        // Of a receipt, whose path always leads to its checkpoint or does not hold, it is said what the checkpoint lacks.
        if self.start() > 0 && self.receipt.is_none() && self.range_proven.is_none() {
            self.findings.add(Finding::new(Code::RangeWithoutProof).line(1));
        }
        if !self.is_one_history() {
            return;
        }
        match self.anchored {
            // What was cut off may hold the checkpoint.
            None if !self.whole || self.trust.minimum_level() < Level::L3 => {}
            None => {
                let gave_nothing = self.trust.policy().is_none() && self.trust.expected_seq().is_none();
                let detail = if gave_nothing { "You gave no key, policy or expected head." } else { "" };
                self.findings.add(Finding::new(Code::NoTrustedCheckpoint).detail(detail));
            }
            Some(size) if size < self.size => self.findings.add(Finding::new(Code::UnanchoredTail).values(self.size, size)),
            Some(_) => {}
        }
        if self.trust.minimum_level() >= Level::L4 && !self.quorum_met {
            let quorum = self.trust.policy().is_some_and(|policy| !policy.quorum_is_none());
            let detail = if quorum { "" } else { "L4 needs a policy with a quorum, and you gave none." };
            self.findings.add(Finding::new(Code::QuorumNotMet).detail(detail));
        }
    }

    fn level(&self, counts: &CallCounts) -> Option<Level> {
        let reached = [
            (Level::L0, self.whole),
            (Level::L1, counts.mismatch == 0 && counts.not_proven == 0),
            (Level::L2, self.is_one_history() && (!self.is_part() || self.range_proven.is_some())),
            (Level::L3, self.anchored == Some(self.size)),
            (
                Level::L4,
                self.quorum_met && self.trust.policy().is_some_and(|policy| !policy.quorum_is_none()) && self.covers_head(),
            ),
            (Level::L5, self.bound_of_head().is_some()),
        ];
        reached.into_iter().take_while(|(_, holds)| *holds).map(|(level, _)| level).last()
    }

    /// Whether a trusted checkpoint, and not an expected head alone, covers the last entry.
    fn covers_head(&self) -> bool {
        let under = self.range_proven.unwrap_or(self.size);
        self.covers(under) && self.trees.get(&under).is_some_and(|tree| tree.quorum_met)
    }

    /// Whether a signed tree of this size is that of the entries.
    fn covers(&self, size: u64) -> bool {
        self.trees.get(&size).is_some_and(|tree| tree.compared)
    }

    fn report(mut self, counts: CallCounts, results: Vec<CallResult>) -> Report {
        let minimum_level = self.trust.minimum_level();
        let level = self.level(&counts);
        let short = level.is_none_or(|level| level < minimum_level);
        let effects = self.findings.effects();
        if short && !effects.mismatch && !effects.not_proven {
            let is_unbound = minimum_level == Level::L5 && self.bound_of_head().is_none();
            let detail = if is_unbound { "No anchor of the head is confirmed by a header that you gave." } else { "" };
            let finding = Finding::new(Code::LevelNotReached).values(minimum_level, level.map_or("none", Level::name));
            self.findings.add(finding.detail(detail));
        }
        let effects = self.findings.effects();
        let verdict = if effects.mismatch || counts.mismatch > 0 {
            Verdict::Mismatch
        } else if effects.not_proven || counts.not_proven > 0 || short || !self.whole {
            Verdict::NotProven
        } else if effects.revoked || counts.revoked > 0 {
            Verdict::Revoked
        } else {
            Verdict::Verified
        };
        let claims = self.claims(&counts);
        let unread =
            if self.has(&[Code::NotABundle]) { Some(Unread::NotABundle) } else { effects.limit.then_some(Unread::Limit) };
        Report {
            format: REPORT_FORMAT,
            verdict,
            level,
            minimum_level,
            as_of: AsOf {
                size: self.manifest.as_ref().map(|_| self.size),
                head: self.head(),
                root_hash: self.segment.root(),
                time: self.segment.last().map(|last| last.timestamp),
            },
            chain: self.manifest.as_ref().map(|manifest| ChainFacts {
                chain_id: manifest.chain.chain_id(),
                tenant_id: manifest.chain.tenant_id,
                origin: manifest.chain.origin.clone(),
                range: RangeFacts { start: manifest.range.start, end: manifest.range.end },
            }),
            calls: counts,
            attempts: self.segment.attempts(),
            results,
            more_findings: self.findings.more(),
            findings: self.findings.iter().cloned().collect(),
            claims,
            unread,
        }
    }
}
