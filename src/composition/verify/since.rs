//! The judging of a run by a verifier who has a memory: it must continue what was proven before.
//!
//! Rolled back or forked is a mismatch, and what cannot be compared is not proven, so that no head is remembered that does not continue the
//! last one. Compared is by the entry at the remembered size, by what stands in front of a range that begins there, or by a consistency
//! line from the remembered root to a signed one.

use super::{Results, Run};
use crate::algorithms::merkle;
use crate::algorithms::note::key_label;
use crate::composition::bundle::line::Line;
use crate::composition::memory::{Head, Memory, ProvenHead};
use crate::composition::report::{Finding, Report, Verdict};
use crate::composition::segment::Segment;
use crate::composition::trust::Trust;
use crate::values::codes::Code;

/// Judges a whole run, folded under a trust [with this memory](Trust::with_memory), and gives the head to remember, if it is `verified` or
/// `revoked` and under a checkpoint of its own size.
///
/// What is remembered under a key that the trust does not list says nothing.
#[must_use]
pub fn evaluate_since(segment: &Segment, trust: &Trust, memory: &Memory, results: Results) -> (Report, Option<ProvenHead>) {
    let mut run = Run::new(segment, trust);
    run.check();
    for head in run.recall(memory) {
        run.check_since(&head);
    }
    let proven = run.proven_head();
    let report = run.conclude(results);
    let holds = matches!(report.verdict, Verdict::Verified | Verdict::Revoked);
    (report, proven.filter(|_| holds))
}

/// How the run stands to a remembered head.
enum Relation {
    Continues,
    Forked(Finding),
    RolledBack(Finding),
    Unknown,
}

impl Run<'_> {
    fn recall(&self, memory: &Memory) -> Vec<Head> {
        match (&self.manifest, self.trust.policy()) {
            (Some(manifest), Some(policy)) => {
                let origin = &manifest.chain.origin;
                memory.recall(origin, policy.logs_for_origin(origin))
            }
            _ => Vec::new(),
        }
    }

    fn check_since(&mut self, head: &Head) {
        match self.relation(head) {
            Relation::Continues => {}
            Relation::Forked(finding) | Relation::RolledBack(finding) => self.findings.add(finding),
            // What was cut off may hold the entry.
            Relation::Unknown if !self.whole => {}
            Relation::Unknown => self.findings.add(Finding::new(Code::HistoryNotCompared).values(head.size, self.size)),
        }
    }

    fn relation(&self, head: &Head) -> Relation {
        let forked = |expected: &dyn ToString, computed: &dyn ToString| {
            Relation::Forked(Finding::new(Code::HistoryForked).values(expected.to_string(), computed.to_string()))
        };
        let in_front =
            self.manifest.as_ref().filter(|manifest| manifest.range.start == head.size).map(|manifest| manifest.prev_hash);
        let known = in_front.or_else(|| self.segment.remembered(head.size.saturating_sub(1)));
        if let Some(known) = known {
            return if known == head.head { Relation::Continues } else { forked(&head.head, &known) };
        }
        if self.is_part() {
            if let Some(tree) = self.trees.get(&head.size).filter(|tree| tree.root != head.root_hash) {
                return forked(&head.root_hash, &tree.root);
            }
            // That the same tree was signed once more says nothing of the one that proves the range.
            let same = self.range_proven == Some(head.size) && self.trees.contains_key(&head.size);
            if same || self.is_connected(head) {
                return Relation::Continues;
            }
        }
        // The largest tree that a trusted key has signed, or all there is.
        let largest = self.trees.keys().next_back().copied().unwrap_or(0).max(self.size);
        if largest < head.size && self.all_entries {
            return Relation::RolledBack(Finding::new(Code::HistoryRolledBack).values(head.size, largest));
        }
        Relation::Unknown
    }

    /// Whether a consistency line leads from the remembered root to the tree that proves the range.
    fn is_connected(&self, head: &Head) -> bool {
        let Some((to, newer)) = self.range_proven.and_then(|size| Some((size, self.trees.get(&size)?))) else { return false };
        self.segment.kept().any(|kept| match kept.parsed {
            Line::Consistency(proof) => {
                proof.from == head.size
                    && proof.to == to
                    && merkle::verify_consistency(head.size, to, &head.root_hash, &newer.root, &proof.hashes)
            }
            _ => false,
        })
    }

    /// The head under a trusted checkpoint of its own size.
    fn proven_head(&self) -> Option<ProvenHead> {
        let (manifest, policy) = (self.manifest.as_ref()?, self.trust.policy()?);
        let tree = self.trees.get(&self.size).filter(|tree| tree.compared && self.size > 0)?;
        let origin = manifest.chain.origin.clone();
        let signers = policy.logs_for_origin(&origin).filter(|key| tree.signers.contains(&key_label(key.name(), key.key_id())));
        let keys = signers.map(ToString::to_string).collect();
        let head = Head { size: self.size, head: self.head()?, root_hash: tree.root };
        Some(ProvenHead { origin, keys, head })
    }
}
