//! The Merkle tree over a segment's entries, placed where they say they stand.

use crate::algorithms::merkle::CompactRange;
use crate::values::digest::Digest;
use crate::values::saved::saved;

/// The Merkle tree over the entries, placed by their positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    shape: Shape,
    /// Leaves behind the shape that [`Tree::settle`] has yet to add; none between two batches of lines.
    fresh: Vec<Digest>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Shape {
    /// No entry yet.
    #[default]
    Empty,
    /// Entries in order.
    Range(CompactRange),
    /// Positions do not fit each other; there is no tree.
    Broken,
}

saved! { struct Tree { shape } without { fresh: Vec::new() } }

saved! {
    enum Shape {
        0 => Empty,
        1 => Range { 0: range },
        2 => Broken,
    }
}

impl Tree {
    /// Adds a leaf, which counts once the tree is settled.
    pub fn append(&mut self, seq: u64, leaf: Digest) {
        let fresh = u64::try_from(self.fresh.len()).unwrap_or(u64::MAX);
        match &self.shape {
            Shape::Empty => self.shape = Shape::Range(CompactRange::empty(seq)),
            Shape::Range(range) if range.end().checked_add(fresh) == Some(seq) => {}
            _ => {
                self.shape = Shape::Broken;
                self.fresh = Vec::new();
                return;
            }
        }
        self.fresh.push(leaf);
    }

    /// Whether positions do not fit each other.
    pub fn is_broken(&self) -> bool {
        self.shape == Shape::Broken
    }

    /// Adds the leaves that came since; many at once cost less than one by one.
    pub fn settle(&mut self) {
        if let Shape::Range(range) = &mut self.shape {
            range.append_all(std::mem::take(&mut self.fresh));
        }
    }

    /// Adds the tree that follows; both are settled.
    pub fn merge(&mut self, right: &Tree) {
        match (&mut self.shape, &right.shape) {
            (_, Shape::Empty) => {}
            (Shape::Empty, _) => *self = right.clone(),
            (Shape::Range(left), Shape::Range(right)) => {
                if left.merge(right).is_err() {
                    self.shape = Shape::Broken;
                }
            }
            _ => self.shape = Shape::Broken,
        }
    }

    /// The range, if there is one; the tree is settled.
    pub fn range(&self) -> Option<&CompactRange> {
        match &self.shape {
            Shape::Range(range) => Some(range),
            _ => None,
        }
    }
}
