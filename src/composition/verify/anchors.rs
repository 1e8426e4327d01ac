//! Anchors: which of the trees was there before a block of Bitcoin, as far as headers that the verifier supplies confirm it. FORMAT §7.

use super::Run;
use crate::algorithms::opentimestamps::Proof;
use crate::composition::bundle::line::Line;
use crate::composition::report::Finding;
use crate::objects::anchor::{AnchorFacts, compute_anchored_digest};
use crate::objects::checkpoint::Checkpoint;
use crate::values::codes::Code;
use crate::values::limits::{ANCHOR_WORK, ANCHORS_WORK};
use crate::values::time::Timestamp;
use std::fmt;

/// A confirmed anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bound {
    /// The time of the header.
    pub time: Timestamp,
    /// The block's height, as the proof states it.
    pub height: u64,
    /// The header's difficulty.
    pub difficulty: u64,
    /// How many of the headers supplied follow it.
    pub followed_by: usize,
}

/// What a reader needs to judge the header by.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bound { time, height, difficulty, followed_by } = self;
        write!(f, "time={time}, stated_height={height}, difficulty={difficulty}, followed_by={followed_by}")
    }
}

impl Run<'_> {
    /// Checks each anchor: that its proof is about the tree that it names, and where it leads.
    pub(super) fn check_anchors(&mut self) {
        let mut work = 0;
        for kept in self.segment.kept() {
            if let Line::Anchor { size, proof } = &kept.parsed {
                match self.check_anchor(*size, proof, &mut work) {
                    Ok(bound) => self.bounds.push((*size, bound)),
                    Err(finding) => self.findings.add(finding.line(kept.line)),
                }
            }
        }
    }

    fn check_anchor(&self, size: u64, proof: &[u8], work: &mut usize) -> Result<Bound, Box<Finding>> {
        let not_checked = |detail| Box::new(Finding::new(Code::AnchorNotChecked).detail(detail));
        let malformed = || Box::new(Finding::new(Code::AnchorMalformed).member("proof"));
        if *work >= ANCHORS_WORK {
            return Err(not_checked("The anchors in front of it took all the work that anchors may."));
        }
        let proof = Proof::decode(proof);
        *work += proof.as_ref().map_or(ANCHOR_WORK, Proof::work);
        let proof = proof.map_err(|_| malformed())?;
        let origin = self.manifest.as_ref().map(|manifest| manifest.chain.origin.as_str()).unwrap_or_default();
        let tree = self.root_of(size).and_then(|root| Checkpoint::new(origin, size, root).ok());
        let is_of_entries = self.covers(size) || self.roots.contains_key(&size);
        let Some(tree) = tree.filter(|_| is_of_entries) else {
            return Err(not_checked("The tree that it is about could not be compared with the entries."));
        };
        let expected = compute_anchored_digest(&tree);
        match proof.digest() {
            Some(digest) if digest == expected => {}
            Some(digest) => return Err(Box::new(Finding::new(Code::AnchorMismatch).member("proof").values(expected, digest))),
            None => return Err(malformed()),
        }
        let no_header = |height: u64| {
            let mut finding = not_checked("It commits to a block of Bitcoin, and you gave no header with its Merkle root.");
            finding.computed = Some(format!("block {height}"));
            finding
        };
        match AnchorFacts::of_proof(&proof, self.trust.headers()) {
            AnchorFacts::Confirmed { header, followed_by, height } => match header.time() {
                Some(time) => Ok(Bound { time, height, difficulty: header.difficulty(), followed_by }),
                None => Err(no_header(height)),
            },
            AnchorFacts::CommitsTo(height) => Err(no_header(height)),
            AnchorFacts::Pending => Err(not_checked("It is pending: a calendar has taken it and is yet to name a block.")),
            AnchorFacts::NotJudged => Err(not_checked("Nobody attests it whose word is checked here.")),
        }
    }

    /// What bounds all entries shown in time, the last one included: the earliest of several.
    pub(super) fn bound_of_head(&self) -> Option<Bound> {
        let under = self.range_proven.unwrap_or(self.size);
        let bounds = self.bounds.iter().filter(|(size, _)| *size == under && self.is_one_history() && self.segment.entries() > 0);
        bounds.map(|(_, bound)| *bound).min()
    }
}
