//! Hashes of the entries that the verifier waits for: the last one of the expected head, and those at the sizes it remembers.

use super::Segment;
use crate::composition::trust::Trust;
use crate::values::digest::Digest;
use crate::values::saved::{Bytes, Saved};

/// What of it the entries of a segment have met.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Met {
    expected: Option<Digest>,
    /// By position. Whoever goes on with a saved segment has no memory to compare with, and nothing is compared then.
    remembered: Vec<(u64, Digest)>,
}

impl Saved for Met {
    fn save(&self, out: &mut Vec<u8>) {
        self.expected.save(out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<Met> {
        Some(Met { expected: Saved::restore(from)?, remembered: Vec::new() })
    }
}

impl Met {
    /// Looks at the next entry.
    pub(super) fn take(&mut self, seq: u64, hash: Digest, trust: &Trust) {
        if trust.expected_seq() == Some(seq) {
            self.expected = Some(hash);
        }
        if trust.watched().contains(&seq) {
            self.remembered.push((seq, hash));
        }
    }

    /// Adds what later entries have met.
    pub(super) fn append(&mut self, later: Met) {
        self.expected = later.expected.or(self.expected);
        self.remembered.extend(later.remembered);
    }
}

impl Segment {
    /// Hash of the entry that the expected head names, if it was met.
    #[must_use]
    pub fn expected(&self) -> Option<Digest> {
        self.met.expected
    }

    /// Hash of the entry at a position that the verifier remembers, if it was met.
    pub(crate) fn remembered(&self, seq: u64) -> Option<Digest> {
        self.met.remembered.iter().find(|(met, _)| *met == seq).map(|(_, hash)| *hash)
    }
}
