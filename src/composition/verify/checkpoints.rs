//! Checkpoints, the expected head and proofs: what binds the entries to something the verifier trusts.

use super::{Run, SignedTree};
use crate::algorithms::merkle;
use crate::algorithms::note::key_label;
use crate::composition::bundle::line::{Line, Proof};
use crate::composition::report::Finding;
use crate::objects::checkpoint::{CheckpointFacts, SignedCheckpoint, VerifiedCheckpoint};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

impl Run<'_> {
    pub(super) fn check_checkpoints(&mut self) {
        let mut roots_here: BTreeMap<u64, Digest> = BTreeMap::new();
        for kept in self.segment.kept() {
            let Line::Checkpoint(note) = &kept.parsed else { continue };
            let Some(verified) = self.verify_checkpoint(kept.line, note) else { continue };
            let size = verified.checkpoint().size();
            roots_here.extend(kept.root_here(size).map(|root| (size, root)));
            self.take_checkpoint(kept.line, &verified);
        }
        self.compute_roots(roots_here);
        self.compare_trees();
        self.check_consistency();
        if !self.is_part() {
            self.name_uncompared(Code::CheckpointOutOfReach);
        }
        let newest = self.trees.iter().rev().find(|(_, tree)| tree.compared);
        self.anchored = newest.map(|(size, _)| *size);
        self.quorum_met = newest.is_some_and(|(_, tree)| tree.quorum_met);
        if self.trust.policy().is_some_and(|policy| !policy.intersecting()) {
            self.findings.add(Finding::new(Code::QuorumNotIntersecting));
        }
    }

    fn verify_checkpoint(&mut self, line: u64, note: &str) -> Option<VerifiedCheckpoint> {
        let place = |code| Finding::new(code).line(line);
        let finding = match SignedCheckpoint::parse(note.as_bytes()) {
            Err(error) if error.code() == Code::NoteTooLarge => place(Code::NoteTooLarge),
            Err(error) => place(Code::CheckpointMalformed).detail(error.detail()),
            Ok(signed) => match self.trust.policy().map_or(CheckpointFacts::Untrusted, |policy| policy.verify(&signed)) {
                CheckpointFacts::Trusted(verified) => return Some(verified),
                CheckpointFacts::Untrusted => {
                    let signer = signed.note().signatures().first();
                    let signer = signer.map(|signature| key_label(signature.name(), signature.key_id()));
                    let trusted = self.trust.policy().and_then(|policy| policy.logs().first());
                    let trusted = trusted.map(|key| key_label(key.name(), key.key_id()));
                    let mut finding = place(Code::CheckpointUntrusted);
                    (finding.expected, finding.computed) = (trusted, signer);
                    finding
                }
                CheckpointFacts::BadLogSignature(key) => place(Code::CheckpointBadSignature).member(key.name().to_owned()),
                CheckpointFacts::BadCosignature(key) => place(Code::CosignatureBad).member(key.name().to_owned()),
            },
        };
        self.findings.add(finding);
        None
    }

    /// Enters a trusted checkpoint among the signed trees. Two trees of one size are two histories, whichever of them the
    /// entries are in, and the witnesses of one do not vouch for the other.
    fn take_checkpoint(&mut self, line: u64, verified: &VerifiedCheckpoint) {
        let Some(manifest) = &self.manifest else { return };
        let checkpoint = verified.checkpoint();
        let place = |code| Finding::new(code).line(line);
        if checkpoint.origin() != manifest.chain.origin {
            let finding = place(Code::OriginMismatch).member("origin");
            self.findings.add(finding.values(&manifest.chain.origin, checkpoint.origin()));
            return;
        }
        // A tree stands where its last entry does.
        let last = checkpoint.size().saturating_sub(1);
        for key in verified.logs().iter().map(|key| key_label(key.name(), key.key_id())) {
            let Some(of) = self.segment.key_use(&key).filter(|of| !of.allows(last)) else { continue };
            let finding = place(Code::KeyNotValid).values(of.text(), format!("entry {last}"));
            self.findings.add(finding);
            return;
        }
        let signers = verified.logs().iter().map(|key| key_label(key.name(), key.key_id())).collect();
        let (root, quorum_met) = (*checkpoint.root(), verified.quorum_met());
        let new = SignedTree { line, root, signers, quorum_met, compared: false };
        let size = checkpoint.size();
        match self.trees.get_mut(&size) {
            None => {
                self.trees.insert(size, new);
            }
            Some(known) if known.root == new.root => known.quorum_met |= new.quorum_met,
            Some(known) => {
                let finding = place(Code::ConsistencyMismatch).member("root_hash").values(known.root, new.root);
                self.findings.add(finding.detail("Two checkpoints of the same size have different roots."));
            }
        }
    }

    /// Computes the roots over the entries that checkpoints, proofs and anchors name; `here` are those of checkpoints that stand
    /// directly behind their last entry. The entries of a part have none.
    fn compute_roots(&mut self, here: BTreeMap<u64, Digest>) {
        if self.is_part() {
            return;
        }
        let mut sizes = BTreeSet::new();
        sizes.extend(self.trees.keys().copied());
        for kept in self.segment.kept() {
            match kept.parsed {
                Line::Consistency(proof) => sizes.extend([proof.from, proof.to]),
                Line::Inclusion(proof) => sizes.extend([proof.to]),
                Line::Anchor { size, .. } => sizes.extend([size]),
                _ => {}
            }
        }
        sizes.retain(|size| *size <= self.size);
        self.roots = here;
        self.roots.extend(self.segment.roots(&sizes));
    }

    /// The root of a tree: as a trusted checkpoint signs it, or else as the entries give it.
    pub(super) fn root_of(&self, size: u64) -> Option<Digest> {
        self.trees.get(&size).map(|tree| tree.root).or_else(|| self.roots.get(&size).copied())
    }

    /// Compares signed trees with the entries. Those of a part can only be compared by proofs.
    fn compare_trees(&mut self) {
        if self.is_part() {
            return;
        }
        let beyond = self.trees.split_off(&(self.size + 1));
        if self.all_entries {
            for (size, tree) in beyond {
                let finding = Finding::new(Code::CheckpointBeyondChain).line(tree.line).member("size");
                self.findings.add(finding.values(size, self.size));
            }
        }
        let mut broken = Vec::new();
        for (size, tree) in &mut self.trees {
            let root = self.roots.get(size);
            tree.compared = root == Some(&tree.root);
            if let Some(root) = root.filter(|root| **root != tree.root) {
                let finding = Finding::new(Code::RootMismatch).line(tree.line).member("root_hash");
                self.findings.add(finding.values(tree.root, root));
                broken.push(*size);
            }
        }
        for size in broken {
            self.trees.remove(&size);
        }
    }

    /// Checks consistency proofs; an older signed tree that one connects with a compared one is compared by it.
    fn check_consistency(&mut self) {
        let consistency = |line: Line<'_>| match line {
            Line::Consistency(proof) => Some(proof),
            _ => None,
        };
        let mut proofs = self.proofs(consistency);
        // From the largest tree down, so that what one proof connects connects the next.
        proofs.sort_by_key(|(_, proof)| Reverse(proof.to));
        for (line, proof) in proofs {
            let Proof { from, to, hashes } = &proof;
            let holds = match (self.root_of(*from), self.root_of(*to)) {
                // Every tree continues the empty one; that takes no hashes and shows nothing.
                _ if *from == 0 && hashes.is_empty() => None,
                _ if *from == 0 || from > to => Some(false),
                (Some(older), Some(newer)) => Some(merkle::verify_consistency(*from, *to, &older, &newer, hashes)),
                _ => None,
            };
            match holds {
                None => self.findings.add(Finding::new(Code::ProofNotChecked).line(line)),
                Some(false) => self.findings.add(Finding::new(Code::ConsistencyMismatch).line(line).values(from, to)),
                Some(true) => {
                    let compared = self.roots.contains_key(to) || self.trees.get(to).is_some_and(|newer| newer.compared);
                    if let Some(older) = self.trees.get_mut(from) {
                        older.compared |= compared;
                    }
                }
            }
        }
    }

    /// The proofs of one kind.
    fn proofs(&self, select: fn(Line<'_>) -> Option<Proof>) -> Vec<(u64, Proof)> {
        self.segment.kept().filter_map(|kept| Some((kept.line, select(kept.parsed)?))).collect()
    }

    pub(super) fn check_expected_head(&mut self) {
        let Some(expect) = self.trust.expect() else { return };
        let Some(manifest) = &self.manifest else { return };
        let known = if expect.size == manifest.range.start { Some(manifest.prev_hash) } else { self.segment.expected() };
        let mismatch = Finding::new(Code::ExpectedHeadMismatch);
        match known {
            Some(head) if head != expect.head => self.findings.add(mismatch.member("head").values(expect.head, head)),
            Some(_) => {
                self.anchored = self.anchored.max(Some(expect.size));
                if expect.size == self.size && self.is_part() {
                    self.range_proven = Some(expect.size);
                }
            }
            // The entries behind that of a receipt are there and not shown.
            None if expect.size > self.size && self.all_entries && self.receipt.is_none() => {
                self.findings.add(mismatch.member("size").values(expect.size, self.size));
            }
            None => self.findings.add(Finding::new(Code::ExpectedHeadNotCompared)),
        }
    }

    /// Checks inclusion proofs under signed trees; for a part they are what proves its place.
    pub(super) fn check_proofs(&mut self) {
        let inclusion = |line: Line<'_>| match line {
            Line::Inclusion(proof) => Some(proof),
            _ => None,
        };
        let mut included: BTreeSet<(u64, u64)> = BTreeSet::new();
        for (line, Proof { from: seq, to: size, hashes }) in self.proofs(inclusion) {
            let holds = match (self.root_of(size), self.segment.hash_at(seq)) {
                _ if seq >= size => Some(false),
                (Some(root), Some(hash)) => Some(merkle::verify_inclusion(seq, size, &merkle::leaf_hash(&hash), &root, &hashes)),
                _ => None,
            };
            match holds {
                None => self.findings.add(Finding::new(Code::ProofNotChecked).line(line).seq(seq)),
                Some(false) => self.findings.add(Finding::new(Code::InclusionMismatch).line(line).seq(seq)),
                Some(true) if self.trees.contains_key(&size) => {
                    included.insert((seq, size));
                }
                Some(true) => {}
            }
        }
        let (start, end) = (self.start(), self.size);
        if !self.is_part() || end == start {
            return;
        }
        // The links bind what lies between the two ends.
        for (size, tree) in &mut self.trees {
            tree.compared |= included.contains(&(start, *size)) && included.contains(&(end - 1, *size));
            // The newest that witnesses enough have cosigned decides, or else the newest.
            if tree.compared && tree.quorum_met >= self.quorum_met {
                self.quorum_met = tree.quorum_met;
                self.range_proven = Some(*size);
                self.anchored = Some(end);
            }
        }
        self.name_uncompared(Code::CheckpointNotCompared);
    }

    fn name_uncompared(&mut self, code: Code) {
        for tree in self.trees.values().filter(|tree| !tree.compared) {
            self.findings.add(Finding::new(code).line(tree.line));
        }
    }
}
