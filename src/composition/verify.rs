//! The only room that gives verdicts: a whole run's segment and the verifier's trust in, a report out. FORMAT §9.
//!
//! The steps, in order: is it a bundle, and whole; do its parts add up; does the chain begin at its header; do records
//! belong to its tenant; do checkpoints, proofs and the expected head fit; is each presented call what its latest version
//! seals; how far does the proof reach; and, last, the verdict: the first of `mismatch`, `not_proven`, `revoked`,
//! `verified` that applies. Nothing that was not judged is ever `verified`. No clock is read.

use super::bundle::line::{End, Line, Manifest, Proof};
use super::report::{
    AsOf, CallCounts, CallResult, ChainFacts, Claim, ClaimState, Claims, ComponentResult, ComponentState, Finding, Level,
    REPORT_FORMAT, RangeFacts, Report, Unread, Verdict,
};
use super::segment::calls::{Comparison, Presented, Sealed};
use super::segment::findings::Findings;
use super::segment::{Kept, Segment};
use super::trust::Trust;
use crate::algorithms::merkle;
use crate::objects::call::{CallDigests, Commitments, Components, Field};
use crate::objects::checkpoint::{CheckpointFacts, SignedCheckpoint, VerifiedCheckpoint};
use crate::values::codes::Code;
use crate::values::digest::{Digest, Hasher};

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
    let mut run = Run::new(segment, trust);
    run.check_wholeness();
    run.check_chain();
    run.check_tenants();
    run.check_checkpoints();
    run.check_expected_head();
    run.check_proofs();
    run.check_place();
    let (counts, results) = run.check_calls(results);
    run.report(counts, results)
}

/// A checkpoint that a trusted key signed, where it stands.
struct Trusted {
    line: u64,
    verified: VerifiedCheckpoint,
    /// Whether its root is that of the entries.
    compared: bool,
}

struct Run<'a> {
    segment: &'a Segment,
    trust: &'a Trust,
    findings: Findings,
    kept: Vec<Kept<'a>>,
    manifest: Option<Manifest>,
    /// Every line was read and judged, from the manifest to the end line.
    whole: bool,
    /// Every entry that the manifest announces was read.
    all_entries: bool,
    /// Number of entries from the chain's beginning up to the end of this export.
    size: u64,
    trusted: Vec<Trusted>,
    /// A trusted checkpoint or expected head covers the entries up to here.
    anchored: Option<u64>,
    expected_met: bool,
    quorum_met: bool,
    /// The entries of a range are proven to stand at their place under a tree of this size.
    range_proven: Option<u64>,
}

impl<'a> Run<'a> {
    fn new(segment: &'a Segment, trust: &'a Trust) -> Run<'a> {
        let kept: Vec<Kept<'a>> = segment.kept().collect();
        let manifest = kept.iter().find_map(|kept| match &kept.parsed {
            Line::Manifest(manifest) => Some(manifest.clone()),
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
            findings: segment.findings().clone(),
            kept,
            manifest,
            whole: false,
            all_entries,
            size,
            trusted: Vec::new(),
            anchored: None,
            expected_met: false,
            quorum_met: false,
            range_proven: None,
        }
    }

    fn start(&self) -> u64 {
        self.manifest.as_ref().map_or(0, |manifest| manifest.range.start)
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
        if !segment.starts_with_manifest() {
            return self.findings.add(Finding::new(Code::NotABundle).line(1));
        }
        if let Some(line) = segment.overflow() {
            self.findings.add(Finding::new(Code::EnvelopeTooLarge).line(line));
        }
        if segment.is_stopped() {
            return;
        }
        if !segment.is_ended() {
            return self.findings.add(Finding::new(Code::CutOff).line(segment.lines()));
        }
        self.whole = segment.overflow().is_none();
        if self.whole {
            self.check_end();
        }
    }

    fn check_end(&mut self) {
        let end = self.kept.iter().find_map(|kept| match &kept.parsed {
            Line::End(end) => Some((kept.line, *end)),
            _ => None,
        });
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
        let mut hasher = Hasher::new();
        for kept in self.kept.iter().filter(|kept| kept.parsed.is_envelope()) {
            hasher.update(kept.text.as_bytes());
            hasher.update(b"\n");
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
        if self.whole && !self.all_entries {
            let announced = manifest.range.end - manifest.range.start;
            let finding = Finding::new(Code::CountMismatch).line(1).member("range");
            self.findings.add(finding.values(announced, self.segment.entries()));
        }
        if manifest.range.start == 0 {
            for (call_id, version) in self.segment.calls().beginning_later() {
                let finding = Finding::new(Code::VersionMisnumbered).line(version.line()).seq(version.seq).call(call_id);
                self.findings.add(finding.member("version").values(1, version.number));
            }
            for revocation in self.segment.calls().unresolved() {
                let finding = Finding::new(Code::RevokesNothing).line(revocation.line).seq(revocation.seq);
                self.findings.add(finding.call(revocation.call_id));
            }
        }
    }

    fn check_tenants(&mut self) {
        let Some(manifest) = &self.manifest else { return };
        let tenant_id = manifest.chain.tenant_id;
        if let Some(expected) = self.trust.tenant().filter(|expected| *expected != tenant_id) {
            let finding = Finding::new(Code::TenantMismatch).line(1).member("tenant_id");
            self.findings.add(finding.values(expected, tenant_id));
        }
        for (foreign, place) in self.segment.tenants().iter().filter(|(tenant, _)| **tenant != tenant_id) {
            let mut finding = Finding::new(Code::ForeignTenant).line(place.line).member("tenant_id").values(tenant_id, foreign);
            finding.seq = place.seq;
            finding.call_id = place.call_id;
            self.findings.add(finding);
        }
    }

    fn check_checkpoints(&mut self) {
        let notes: Vec<(u64, String, Option<Kept<'a>>)> = self
            .kept
            .iter()
            .filter_map(|kept| match &kept.parsed {
                Line::Checkpoint(note) => Some((kept.line, note.clone(), Some(kept.clone()))),
                _ => None,
            })
            .collect();
        for (line, note, kept) in notes {
            let place = |code| Finding::new(code).line(line);
            let signed = match SignedCheckpoint::parse(note.as_bytes()) {
                Ok(signed) => signed,
                Err(error) if error.code() == Code::NoteTooLarge => {
                    self.findings.add(place(Code::NoteTooLarge));
                    continue;
                }
                Err(error) => {
                    self.findings.add(place(Code::CheckpointMalformed).detail(error.detail()));
                    continue;
                }
            };
            let facts = self.trust.policy().map_or(CheckpointFacts::Untrusted, |policy| policy.verify(&signed));
            match facts {
                CheckpointFacts::Trusted(verified) => self.compare_checkpoint(line, verified, kept.as_ref()),
                CheckpointFacts::Untrusted => self.findings.add(place(Code::CheckpointUntrusted)),
                CheckpointFacts::BadLogSignature(key) => {
                    self.findings.add(place(Code::CheckpointBadSignature).member(key.name().to_owned()));
                }
                CheckpointFacts::BadCosignature(key) => {
                    self.findings.add(place(Code::CosignatureBad).member(key.name().to_owned()));
                }
            }
        }
        self.check_consistency();
        for older in self.trusted.iter().filter(|trusted| !trusted.compared) {
            let size = older.verified.checkpoint().size();
            if size < self.size && self.start() == 0 {
                self.findings.add(Finding::new(Code::CheckpointNotCompared).line(older.line));
            }
        }
        let newest =
            self.trusted.iter().filter(|trusted| trusted.compared).map(|trusted| trusted.verified.checkpoint().size()).max();
        self.anchored = newest;
        self.quorum_met = self.trusted.iter().any(|trusted| {
            trusted.compared && Some(trusted.verified.checkpoint().size()) == newest && trusted.verified.quorum_met()
        });
        if self.trust.policy().is_some_and(|policy| !policy.intersecting()) {
            self.findings.add(Finding::new(Code::QuorumNotIntersecting));
        }
    }

    fn compare_checkpoint(&mut self, line: u64, verified: VerifiedCheckpoint, kept: Option<&Kept<'a>>) {
        let Some(manifest) = &self.manifest else { return };
        let checkpoint = verified.checkpoint();
        let place = |code| Finding::new(code).line(line);
        if checkpoint.origin() != manifest.chain.origin {
            let finding = place(Code::OriginMismatch).member("origin");
            self.findings.add(finding.values(&manifest.chain.origin, checkpoint.origin()));
            return;
        }
        let size = checkpoint.size();
        if self.start() > 0 {
            // Without the entries in front, only proofs can compare it.
            self.trusted.push(Trusted { line, verified, compared: false });
            return;
        }
        if size > self.size {
            if self.all_entries {
                self.findings.add(place(Code::CheckpointBeyondChain).member("size").values(size, self.size));
            }
            return;
        }
        let here = kept.and_then(|kept| kept.root_here(size));
        let root = here.or_else(|| self.segment.root_of(size)).or_else(|| (size == 0).then(|| merkle::root_hash(&[])));
        if let Some(root) = root.filter(|root| root != checkpoint.root()) {
            self.findings.add(place(Code::RootMismatch).member("root_hash").values(checkpoint.root(), root));
            return;
        }
        self.trusted.push(Trusted { line, verified, compared: root.is_some() });
    }

    /// Compares trusted checkpoints with each other by the consistency proofs in the bundle.
    fn check_consistency(&mut self) {
        for (line, proof) in self.proofs(|line| match line {
            Line::Consistency(proof) => Some(proof.clone()),
            _ => None,
        }) {
            let root = |size| {
                let of_size = |trusted: &&Trusted| trusted.verified.checkpoint().size() == size;
                self.trusted.iter().find(of_size).map(|trusted| (*trusted.verified.checkpoint().root(), trusted.compared))
            };
            let (Some((from, _)), Some((to, to_compared))) = (root(proof.from), root(proof.to)) else { continue };
            if !merkle::verify_consistency(proof.from, proof.to, &from, &to, &proof.hashes) {
                self.findings.add(Finding::new(Code::ConsistencyMismatch).line(line).values(proof.from, proof.to));
            } else if to_compared {
                let older = self.trusted.iter_mut().filter(|trusted| trusted.verified.checkpoint().size() == proof.from);
                older.filter(|trusted| *trusted.verified.checkpoint().root() == from).for_each(|trusted| trusted.compared = true);
            }
        }
    }

    fn proofs(&self, select: fn(&Line<'_>) -> Option<Proof>) -> Vec<(u64, Proof)> {
        self.kept.iter().filter_map(|kept| Some((kept.line, select(&kept.parsed)?))).collect()
    }

    fn check_expected_head(&mut self) {
        let Some(expect) = self.trust.expect() else { return };
        let Some(manifest) = &self.manifest else { return };
        let known = if expect.size == manifest.range.start { Some(manifest.prev_hash) } else { self.segment.expected() };
        let mismatch = Finding::new(Code::ExpectedHeadMismatch);
        match known {
            Some(head) if head != expect.head => self.findings.add(mismatch.member("head").values(expect.head, head)),
            Some(_) => {
                self.expected_met = expect.size == self.size;
                self.anchored = self.anchored.max(Some(expect.size));
                if self.expected_met && self.start() > 0 {
                    self.range_proven = Some(expect.size);
                }
            }
            None if expect.size > self.size && self.all_entries => {
                self.findings.add(mismatch.member("size").values(expect.size, self.size));
            }
            None => self.findings.add(Finding::new(Code::ExpectedHeadNotCompared)),
        }
    }

    /// Checks inclusion proofs under trusted checkpoints; for a range they are what proves its place.
    fn check_proofs(&mut self) {
        let proofs = self.proofs(|line| match line {
            Line::Inclusion(proof) => Some(proof.clone()),
            _ => None,
        });
        let mut included: Vec<(u64, u64)> = Vec::new();
        for (line, Proof { from: seq, to: size, hashes }) in proofs {
            let of_size = |trusted: &&Trusted| trusted.verified.checkpoint().size() == size;
            let Some(root) = self.trusted.iter().find(of_size).map(|trusted| *trusted.verified.checkpoint().root()) else {
                continue;
            };
            let Some(hash) = self.segment.hash_at(seq) else { continue };
            if merkle::verify_inclusion(seq, size, &merkle::leaf_hash(&hash), &root, &hashes) {
                included.push((seq, size));
            } else {
                self.findings.add(Finding::new(Code::InclusionMismatch).line(line).seq(seq));
            }
        }
        if self.start() == 0 || self.size == self.start() {
            return;
        }
        // The links bind what lies between the two ends.
        let proven = |size: &u64| included.contains(&(self.start(), *size)) && included.contains(&(self.size - 1, *size));
        let under = self.trusted.iter().map(|trusted| trusted.verified.checkpoint().size()).filter(proven).max();
        if let Some(size) = under {
            self.range_proven = Some(size);
            self.anchored = Some(self.size);
            self.quorum_met =
                self.trusted.iter().any(|trusted| trusted.verified.checkpoint().size() == size && trusted.verified.quorum_met());
        }
    }

    /// Says what is missing between this chain and a head that the verifier trusts.
    fn check_place(&mut self) {
        if self.manifest.is_none() {
            return;
        }
        if self.segment.entries() == 0 {
            return self.findings.add(Finding::new(Code::NothingToVerify));
        }
        if self.start() > 0 && self.range_proven.is_none() {
            self.findings.add(Finding::new(Code::RangeWithoutProof).line(1));
        }
        if self.trust.minimum_level() < Level::L3 || !self.is_one_history() {
            return;
        }
        match self.anchored {
            None => self.findings.add(Finding::new(Code::NoTrustedCheckpoint)),
            Some(size) if size < self.size => self.findings.add(Finding::new(Code::UnanchoredTail).values(self.size, size)),
            Some(_) => {}
        }
        if self.trust.minimum_level() >= Level::L4 && !self.quorum_met {
            self.findings.add(Finding::new(Code::QuorumNotMet));
        }
    }

    fn check_calls(&mut self, listed: Results) -> (CallCounts, Vec<CallResult>) {
        let segment = self.segment;
        let mut counts = CallCounts { not_presented: segment.calls().not_presented(), ..CallCounts::default() };
        let mut results = Vec::new();
        for comparison in segment.calls().comparisons() {
            let result = self.check_call(&comparison);
            counts.total += 1;
            *match result.result {
                Verdict::Verified => &mut counts.verified,
                Verdict::Mismatch => &mut counts.mismatch,
                Verdict::Revoked => &mut counts.revoked,
                Verdict::NotProven => &mut counts.not_proven,
            } += 1;
            if listed == Results::All || result.result != Verdict::Verified {
                results.push(result);
            }
        }
        if self.whole && segment.calls_shown() == 0 && !self.trust.chain_only() {
            self.findings.add(Finding::new(Code::NoCalls));
        }
        (counts, results)
    }

    fn check_call(&mut self, comparison: &Comparison) -> CallResult {
        let Comparison { call_id, line, presented, latest } = comparison;
        let mut result = CallResult {
            call_id: *call_id,
            result: Verdict::NotProven,
            version: latest.as_ref().map(|sealed| sealed.number),
            expected: latest.as_ref().map(|sealed| sealed.digests.canonical_payload_hash),
            computed: match presented {
                Presented::Full(digests) => Some(digests.canonical_payload_hash),
                _ => None,
            },
            components: Vec::new(),
        };
        let place = |code| Finding::new(code).line(*line).call(*call_id);
        if *presented == Presented::Twice {
            return result;
        }
        let reason = if !self.all_entries {
            Some("Entries are missing from this export.")
        } else if self.range_proven.is_some_and(|size| size > self.size) {
            Some("Later entries are not part of this export.")
        } else if self.start() > 0 && (latest.is_none() || self.range_proven.is_none()) {
            Some("Its entry may lie outside this range, or the range is not proven.")
        } else {
            None
        };
        if let Some(reason) = reason {
            self.findings.add(place(Code::CallIncomparable).detail(reason));
            return result;
        }
        let Some(sealed) = latest else {
            self.findings.add(place(Code::CallNotSealed));
            return result;
        };
        let place = |code| place(code).seq(sealed.seq);
        let (outcome, components) = match presented {
            Presented::Full(digests) => compare_full(digests, &sealed.digests),
            Presented::Redacted(disclosed) => match &sealed.digests.components {
                Components::Commitments(commitments) => compare_redacted(disclosed, commitments),
                Components::Hashes { .. } => {
                    if !sealed.revoked {
                        self.findings.add(place(Code::WithoutCommitments));
                        return result;
                    }
                    (true, Vec::new())
                }
            },
            Presented::Twice => return result,
        };
        result.components = components;
        result.result = match (sealed.revoked, outcome) {
            (true, same) => {
                self.findings.add(place(Code::CallRevoked));
                if !same {
                    self.findings.add(place(Code::RevokedDiffers));
                }
                Verdict::Revoked
            }
            (false, true) => Verdict::Verified,
            (false, false) => {
                self.add_mismatch(&result, sealed, presented, *line);
                Verdict::Mismatch
            }
        };
        result
    }

    fn add_mismatch(&mut self, result: &CallResult, sealed: &Sealed, presented: &Presented, line: u64) {
        let place = |code| Finding::new(code).line(line).seq(sealed.seq).call(result.call_id);
        let differing: Vec<&ComponentResult> =
            result.components.iter().filter(|component| component.result == ComponentState::Mismatch).collect();
        let values = |finding: Finding, expected: Option<Digest>, computed: Option<Digest>| Finding {
            expected: expected.map(|digest| digest.to_string()),
            computed: computed.map(|digest| digest.to_string()),
            ..finding
        };
        if let Presented::Redacted(_) = presented {
            for component in differing {
                let finding = place(Code::CommitmentMismatch).member(component.name);
                self.findings.add(values(finding, component.expected, component.computed));
            }
            return;
        }
        let names: Vec<&str> = differing.iter().map(|component| component.name).collect();
        let mut finding = place(Code::CallMismatch);
        let detail = match (names.is_empty(), &sealed.digests.components) {
            (true, _) => "Only the payload hash is known, so it cannot be said which member differs.",
            (false, Components::Hashes { .. }) => {
                "Differing parts are named; which member of the metadata it is cannot be known."
            }
            (false, Components::Commitments(_)) => "Differing members are named.",
        };
        finding = finding.detail(detail);
        if !names.is_empty() {
            finding.member = Some(names.join(", ").into());
        }
        self.findings.add(values(finding, result.expected, result.computed));
    }

    fn level(&self, counts: &CallCounts) -> Option<Level> {
        let reached = [
            (Level::L0, self.whole),
            (Level::L1, counts.mismatch == 0 && counts.not_proven == 0),
            (Level::L2, self.is_one_history() && (self.start() == 0 || self.range_proven.is_some())),
            (Level::L3, self.anchored == Some(self.size)),
            (
                Level::L4,
                self.quorum_met && self.trust.policy().is_some_and(|policy| !policy.quorum_is_none()) && self.covers_head(),
            ),
        ];
        reached.into_iter().take_while(|(_, holds)| *holds).map(|(level, _)| level).last()
    }

    /// Whether a trusted checkpoint, and not an expected head alone, covers the last entry.
    fn covers_head(&self) -> bool {
        let under = self.range_proven.unwrap_or(self.size);
        self.trusted.iter().any(|trusted| trusted.verified.checkpoint().size() == under && trusted.verified.quorum_met())
    }

    fn report(mut self, counts: CallCounts, results: Vec<CallResult>) -> Report {
        let minimum_level = self.trust.minimum_level();
        let level = self.level(&counts);
        let short = level.is_none_or(|level| level < minimum_level);
        let effects = self.findings.effects();
        if short && !effects.mismatch && !effects.not_proven {
            self.findings.add(Finding::new(Code::LevelNotReached).values(minimum_level, level.map_or("none", Level::name)));
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
            if !self.segment.starts_with_manifest() { Some(Unread::NotABundle) } else { effects.limit.then_some(Unread::Limit) };
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

    fn has(&self, codes: &[Code]) -> bool {
        self.findings.iter().any(|finding| codes.contains(&finding.code))
    }

    /// What the run establishes; everything it does not stands here by name.
    fn claims(&self, counts: &CallCounts) -> Claims {
        use ClaimState::{Failed, NotChecked, Proven};
        let mut claims = Claims::default();
        let mut claim = |name, state, why: &'static str| claims.0.push(Claim { name, state, why: why.into() });
        let effects = self.findings.effects();

        match (self.whole, self.has(&[Code::CountMismatch, Code::EnvelopeMismatch, Code::HeadMismatch])) {
            (true, false) => {
                claim("export_complete", Proven, "Every line is canonical, and counts and digests of the end line hold.")
            }
            (true, true) => claim("export_complete", Failed, "Lines do not add up to the end line."),
            (false, _) => claim("export_complete", NotChecked, "The export could not be read to its end."),
        }
        match () {
            () if counts.mismatch > 0 => claim("calls_match", Failed, "A call is not what was sealed."),
            () if counts.total == 0 => claim("calls_match", NotChecked, "No call is presented."),
            () if counts.not_proven > 0 => claim("calls_match", NotChecked, "Not every call presented could be compared."),
            () => claim("calls_match", Proven, "Every call presented is what its latest version seals, or is revoked."),
        }
        match (self.all_entries, counts.not_presented) {
            (true, 0) if counts.total > 0 => {
                claim("all_calls_presented", Proven, "Every call that these entries seal is presented.")
            }
            _ => claim("all_calls_presented", NotChecked, "Calls may be sealed in this chain that the export does not present."),
        }
        match (self.is_one_history(), self.segment.entries() > 0 && self.all_entries, self.start() == 0) {
            (true, true, true) => {
                claim("chain_unbroken", Proven, "Every entry links to the one in front, from the chain's header to the head.")
            }
            (true, true, false) if self.range_proven.is_some() => {
                claim(
                    "chain_unbroken",
                    Proven,
                    "Every entry of the range links to the one in front, and both ends are proven; what lies before was not shown.",
                );
            }
            (true, ..) => claim("chain_unbroken", NotChecked, "Not every entry from the chain's beginning was read."),
            (false, ..) if self.chain_is_broken() => {
                claim("chain_unbroken", Failed, "Entries, links, positions or records do not hold.")
            }
            (false, ..) => claim("chain_unbroken", NotChecked, "Something else does not hold; see the findings."),
        }
        let signed = self.trusted.iter().any(|trusted| trusted.compared || self.range_proven.is_some());
        let broken = [
            Code::RootMismatch,
            Code::CheckpointBeyondChain,
            Code::CheckpointBadSignature,
            Code::OriginMismatch,
            Code::ConsistencyMismatch,
            Code::InclusionMismatch,
        ];
        match (self.has(&broken), signed && self.anchored == Some(self.size)) {
            (true, _) => claim("checkpoint_signed", Failed, "A checkpoint or proof does not fit these entries."),
            (false, true) if self.covers(self.size) || self.range_proven.is_some() => {
                claim("checkpoint_signed", Proven, "The head is under a checkpoint that a key you trust has signed.");
            }
            _ => claim("checkpoint_signed", NotChecked, "No checkpoint by a key you trust covers the head."),
        }
        match (self.trust.expect(), self.has(&[Code::ExpectedHeadMismatch])) {
            (_, true) => claim("expected_head", Failed, "The chain does not have the head you expect."),
            (Some(expect), false)
                if self.anchored >= Some(expect.size)
                    && !self.has(&[Code::ExpectedHeadNotCompared])
                    && self.manifest.is_some() =>
            {
                claim("expected_head", Proven, "The chain has the head you expect.");
            }
            (Some(_), false) => claim("expected_head", NotChecked, "The head you expect could not be compared."),
            (None, false) => claim("expected_head", NotChecked, "You named no expected head."),
        }
        let quorum = self.trust.policy().is_some_and(|policy| !policy.quorum_is_none());
        match () {
            () if self.has(&[Code::CosignatureBad]) => claim("witness_quorum", Failed, "A cosignature does not verify."),
            () if quorum && self.quorum_met && self.covers_head() => {
                claim("witness_quorum", Proven, "A quorum of your witnesses has cosigned the checkpoint.")
            }
            () if quorum => claim("witness_quorum", NotChecked, "Too few of your witnesses have cosigned."),
            () => claim(
                "witness_quorum",
                NotChecked,
                "You asked for no witnesses: the signer could show others a different history.",
            ),
        }
        let signatures = self.segment.signatures();
        match () {
            () if signatures.bad > 0 => claim("version_signatures", Failed, "A version or revocation carries a bad signature."),
            () if signatures.good > 0 && signatures.unsigned == 0 => {
                claim("version_signatures", Proven, "Every version and revocation is signed by a key you trust.")
            }
            () => claim(
                "version_signatures",
                NotChecked,
                "Not every version and revocation is signed by a key you trust; the checkpoint is what binds them.",
            ),
        }
        claim("bounded_in_time", NotChecked, "No anchor was checked: times are the issuer's claims.");
        claim("later_revocations", NotChecked, "Whatever was appended after the last entry shown cannot be known.");
        claim("recordings", NotChecked, "No recording's bytes were compared.");
        let redacted =
            self.segment.calls().comparisons().any(|comparison| matches!(comparison.presented, Presented::Redacted(_)));
        if redacted {
            claim("withheld_members", NotChecked, "Members that redacted calls withhold were not seen.");
        }
        claim("content_true", NotChecked, "Sealing shows that data did not change, not that it was true when it was sealed.");
        debug_assert!(effects == self.findings.effects());
        claims
    }

    fn covers(&self, size: u64) -> bool {
        self.trusted.iter().any(|trusted| trusted.compared && trusted.verified.checkpoint().size() == size)
    }

    fn chain_is_broken(&self) -> bool {
        self.has(&[
            Code::EntryHashMismatch,
            Code::LinkBroken,
            Code::SeqOutOfPlace,
            Code::ChainIdMismatch,
            Code::HeadMismatch,
            Code::ForeignTenant,
            Code::VersionBadRecord,
            Code::VersionMisnumbered,
            Code::VersionNotUnique,
            Code::RevocationBadRecord,
            Code::RevokesNothing,
            Code::RootMismatch,
        ])
    }
}

/// Compares a call presented in full with what was sealed.
fn compare_full(shown: &CallDigests, sealed: &CallDigests) -> (bool, Vec<ComponentResult>) {
    let components = match (&shown.components, &sealed.components) {
        (
            Components::Hashes { metadata: shown_metadata, transcript: shown_transcript, .. },
            Components::Hashes { metadata, transcript, recording },
        ) => {
            let mut components = vec![
                component("metadata", Some(*metadata), Some(*shown_metadata)),
                component("transcript", Some(*transcript), Some(*shown_transcript)),
            ];
            components.extend(recording.map(unseen_recording));
            components
        }
        (Components::Commitments(shown), Components::Commitments(sealed)) => {
            let field_result = |field: Field| match (field, sealed.get(field), shown.get(field)) {
                (_, None, None) => None,
                (Field::Recording, expected, None) => expected.map(unseen_recording),
                (_, expected, computed) => Some(component(field.name(), expected, computed)),
            };
            Field::ALL.into_iter().filter_map(field_result).collect()
        }
        // One has a salt and the other none: nothing but the payload hashes can be compared.
        _ => Vec::new(),
    };
    let same_kind = !components.is_empty();
    let parts = components.iter().all(|component| component.result != ComponentState::Mismatch);
    (same_kind && parts && shown.canonical_payload_hash == sealed.canonical_payload_hash, components)
}

/// Compares the members that a redacted call discloses; what it withholds is named.
fn compare_redacted(disclosed: &Commitments, sealed: &Commitments) -> (bool, Vec<ComponentResult>) {
    let field_result = |field: Field| match (sealed.get(field), disclosed.get(field)) {
        (None, None) => None,
        (Some(expected), None) => {
            let result = if field == Field::Recording { ComponentState::NotChecked } else { ComponentState::Withheld };
            Some(ComponentResult { name: field.name(), result, expected: Some(expected), computed: None })
        }
        (expected, computed) => Some(component(field.name(), expected, computed)),
    };
    let components: Vec<ComponentResult> = Field::ALL.into_iter().filter_map(field_result).collect();
    let holds = components.iter().all(|component| component.result != ComponentState::Mismatch);
    (holds, components)
}

fn component(name: &'static str, expected: Option<Digest>, computed: Option<Digest>) -> ComponentResult {
    let result = if expected == computed { ComponentState::Match } else { ComponentState::Mismatch };
    ComponentResult { name, result, expected, computed }
}

fn unseen_recording(expected: Digest) -> ComponentResult {
    ComponentResult { name: "recording", result: ComponentState::NotChecked, expected: Some(expected), computed: None }
}
