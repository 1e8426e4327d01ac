//! The Merkle tree over a segment's entries, placed where they say they stand.

use crate::algorithms::merkle::CompactRange;
use crate::values::digest::Digest;

/// The Merkle tree over the entries, placed by their positions.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Tree {
    /// No entry yet.
    Empty,
    /// Entries in order.
    Range(CompactRange),
    /// Positions do not fit each other; there is no tree.
    Broken,
}

impl Tree {
    pub fn append(&mut self, seq: u64, leaf: Digest) {
        match self {
            Tree::Empty => {
                let mut range = CompactRange::empty(seq);
                range.append(leaf);
                *self = Tree::Range(range);
            }
            Tree::Range(range) if range.end() == seq => range.append(leaf),
            _ => *self = Tree::Broken,
        }
    }

    pub fn merge(&mut self, right: &Tree) {
        match (&mut *self, right) {
            (_, Tree::Empty) => {}
            (Tree::Empty, _) => *self = right.clone(),
            (Tree::Range(left), Tree::Range(right)) => {
                if left.merge(right).is_err() {
                    *self = Tree::Broken;
                }
            }
            _ => *self = Tree::Broken,
        }
    }

    pub fn range(&self) -> Option<&CompactRange> {
        match self {
            Tree::Range(range) => Some(range),
            _ => None,
        }
    }
}
