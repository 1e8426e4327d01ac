//! Checkpoints, the expected head and proofs: what binds the entries to something the verifier trusts.

use super::{Run, Trusted};
use crate::algorithms::merkle;
use crate::composition::bundle::line::{Line, Proof};
use crate::composition::report::Finding;
use crate::composition::segment::Kept;
use crate::objects::checkpoint::{CheckpointFacts, SignedCheckpoint, VerifiedCheckpoint};
use crate::values::codes::Code;
use crate::values::digest::Digest;

impl<'a> Run<'a> {
    pub(super) fn check_checkpoints(&mut self) {
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
        for kept in self.kept.iter().filter(|kept| matches!(kept.parsed, Line::Anchor { .. })) {
            self.findings.add(Finding::new(Code::AnchorNotChecked).line(kept.line));
        }
        self.check_forks();
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

    /// The root of the first trusted checkpoint of this size.
    fn trusted_root(&self, size: u64) -> Option<Digest> {
        let mut checkpoints = self.trusted.iter().map(|trusted| trusted.verified.checkpoint());
        checkpoints.find(|checkpoint| checkpoint.size() == size).map(|checkpoint| *checkpoint.root())
    }

    /// Two signed trees of one size are two histories, whichever of them the entries are in.
    fn check_forks(&mut self) {
        for trusted in &self.trusted {
            let checkpoint = trusted.verified.checkpoint();
            if let Some(root) = self.trusted_root(checkpoint.size()).filter(|root| root != checkpoint.root()) {
                let finding = Finding::new(Code::ConsistencyMismatch).line(trusted.line).member("root_hash");
                let finding = finding.values(root, checkpoint.root());
                self.findings.add(finding.detail("Two checkpoints of the same size have different roots."));
            }
        }
    }

    fn proofs(&self, select: fn(&Line<'_>) -> Option<Proof>) -> Vec<(u64, Proof)> {
        self.kept.iter().filter_map(|kept| Some((kept.line, select(&kept.parsed)?))).collect()
    }

    pub(super) fn check_expected_head(&mut self) {
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
    pub(super) fn check_proofs(&mut self) {
        let proofs = self.proofs(|line| match line {
            Line::Inclusion(proof) => Some(proof.clone()),
            _ => None,
        });
        let mut included: Vec<(u64, u64)> = Vec::new();
        for (line, Proof { from: seq, to: size, hashes }) in proofs {
            let Some(root) = self.trusted_root(size) else { continue };
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
            let root = self.trusted_root(size);
            for trusted in &mut self.trusted {
                let checkpoint = trusted.verified.checkpoint();
                // Witnesses of another tree of this size do not vouch for this one.
                trusted.compared = checkpoint.size() == size && Some(*checkpoint.root()) == root;
            }
            self.quorum_met = self.trusted.iter().any(|trusted| trusted.compared && trusted.verified.quorum_met());
        }
    }
}
