//! The Merkle tree of RFC 6962 over entry hashes: compact ranges that grow and merge, and proofs.
//!
//! A leaf is SHA-256(0x00 ‖ data), an inner node SHA-256(0x01 ‖ left ‖ right); FORMAT §5 makes the data of leaf i the 32 bytes of
//! `entry_hash` i. The root of nothing is SHA-256 of nothing, `e3b0c442…`.
//!
//! A *compact range* \[start, end) keeps the roots of the perfect, aligned subtrees that tile it, left to right, at most about 2·log₂ of them:
//!
//! ```text
//! [0, 7)  = [0,4) [4,6) [6,7)            [3, 8) = [3,4) [4,8)
//!
//!        ┌───┴───┐                               ┌───┴───┐
//!      ┌─┴─┐   ┌─┴─┐   ┌─┴─┐                    ┌─┴─┐   ┌─┴─┐
//!      0   1   2   3   4   5   6             3   4   5   6   7
//! ```
//!
//! Two adjacent ranges merge into one, whoever computed them: that is what lets workers verify one log together. Only a range that
//! begins at 0 has a root. Sources: RFC 6962 §2.1, transparency-dev `docs/compact_ranges.md`. Subtree proofs are left out on purpose.

use crate::algorithms::sha256_lanes;
use crate::values::codes::Code;
use crate::values::digest::{Digest, Hasher};
use crate::values::error::{Error, Result};
use crate::values::limits;
use crate::values::saved::{Bytes, Saved};

/// Hash of the leaf that stands for an entry: SHA-256(0x00 ‖ the 32 bytes of its hash).
///
/// **Cost**: one compression.
#[must_use]
pub fn leaf_hash(entry_hash: &Digest) -> Digest {
    Digest::of(&leaf_data(entry_hash))
}

fn leaf_data(entry_hash: &Digest) -> [u8; 33] {
    let mut bytes = [0; 33];
    if let Some((_, data)) = bytes.split_first_chunk_mut::<1>() {
        data.copy_from_slice(entry_hash.as_bytes());
    }
    bytes
}

/// Hash of a leaf with any data: SHA-256(0x00 ‖ data).
#[must_use]
pub fn leaf_hash_of(data: &[u8]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(&[0]);
    hasher.update(data);
    hasher.finish()
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
///
/// **Cost**: two compressions.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&node_data(left, right))
}

fn node_data(left: &Digest, right: &Digest) -> [u8; 65] {
    let mut bytes = [1; 65];
    let (_, children) = bytes.split_at_mut(1);
    let (a, b) = children.split_at_mut(32);
    a.copy_from_slice(left.as_bytes());
    b.copy_from_slice(right.as_bytes());
    bytes
}

/// Hashes of the leaves that stand for entries, side by side.
#[must_use]
pub fn leaf_hashes(entry_hashes: &[Digest]) -> Vec<Digest> {
    let leaves: Vec<_> = entry_hashes.iter().map(leaf_data).collect();
    sha256_lanes::digest_all(&leaves)
}

/// Hashes of the parents of pairs of nodes, side by side.
fn parents(nodes: &[Digest]) -> Vec<Digest> {
    let (pairs, _) = nodes.as_chunks();
    let parents: Vec<_> = pairs.iter().map(|[left, right]| node_data(left, right)).collect();
    sha256_lanes::digest_all(&parents)
}

/// Root hash of a tree with these leaf hashes.
///
/// **Cost**: one node hash less than there are leaves.
#[must_use]
pub fn root_hash(leaves: &[Digest]) -> Digest {
    let mut range = CompactRange::default();
    range.append_all(leaves.to_vec());
    range.fold()
}

/// The perfect subtrees that tile \[start, end). See the head of this file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactRange {
    start: u64,
    end: u64,
    hashes: Vec<Digest>,
}

impl Saved for CompactRange {
    fn save(&self, out: &mut Vec<u8>) {
        self.start.save(out);
        self.end.save(out);
        self.hashes.save(out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<CompactRange> {
        CompactRange::from_parts(u64::restore(from)?, u64::restore(from)?, Vec::restore(from)?).ok()
    }
}

impl CompactRange {
    /// The empty range at a position.
    #[must_use]
    pub fn empty(at: u64) -> CompactRange {
        CompactRange { start: at, end: at, hashes: Vec::new() }
    }

    /// A range from what `start`, `end` and `hashes` returned.
    ///
    /// **Errors**: `bad-state` if the range is reversed or beyond leaf 2^53 − 1, or has another number of subtrees.
    pub fn from_parts(start: u64, end: u64, hashes: Vec<Digest>) -> Result<CompactRange> {
        if start > end || end > limits::SAFE_INTEGER + 1 {
            return Err(Error::new(Code::BadState, "A range of leaves is reversed or too large."));
        }
        if Levels::of(start, end).count() != hashes.len() {
            return Err(Error::new(Code::BadState, "A range of leaves has too many or too few subtrees."));
        }
        Ok(CompactRange { start, end, hashes })
    }

    /// Index of the first leaf.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Index behind the last leaf.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Roots of the subtrees, left to right.
    #[must_use]
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// Says whether there is no leaf.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Adds the leaf at `end`.
    ///
    /// **Cost**: one node hash on average, log₂ of the size at most.
    pub fn append(&mut self, leaf_hash: Digest) {
        self.push(0, leaf_hash);
    }

    /// Adds leaves from `end` on, level by level, so that nodes are hashed side by side.
    ///
    /// **Cost**: one node hash a leaf on average; as much memory again as the leaves take.
    pub fn append_all(&mut self, leaf_hashes: Vec<Digest>) {
        // Neighbors of one level, the first of them at `index`.
        let (mut nodes, mut index) = (leaf_hashes, self.end);
        self.end = self.end.saturating_add(u64::try_from(nodes.len()).unwrap_or(u64::MAX));
        // Nodes that have no sibling to their right yet, from the smallest subtree on.
        let mut unpaired = Vec::new();
        let mut level = 0;
        while let Some(first) = nodes.first().copied() {
            if index & 1 == 1 {
                // A right child: its sibling is the last hash kept, as in `push`, or lies in front of the range.
                let sibling = if (index - 1) << level >= self.start { self.hashes.pop() } else { None };
                match sibling {
                    Some(sibling) => {
                        nodes.insert(0, sibling);
                        index -= 1;
                    }
                    None => {
                        self.hashes.push(first);
                        nodes.remove(0);
                        index += 1;
                    }
                }
            }
            if nodes.len() % 2 == 1 {
                unpaired.extend(nodes.pop());
            }
            nodes = parents(&nodes);
            index >>= 1;
            level += 1;
        }
        self.hashes.extend(unpaired.into_iter().rev());
    }

    /// Adds the range that begins where this one ends. An empty range fits anywhere, on either side, and changes nothing.
    ///
    /// **Errors**: `bad-state` if there is a gap or an overlap.
    /// **Cost**: a node hash a level at most.
    pub fn merge(&mut self, right: &CompactRange) -> Result<()> {
        if right.is_empty() {
            return Ok(());
        }
        if self.is_empty() {
            *self = right.clone();
            return Ok(());
        }
        if self.end != right.start {
            return Err(Error::new(Code::BadState, "Two ranges of leaves are not adjacent."));
        }
        for (level, hash) in Levels::of(right.start, right.end).zip(&right.hashes) {
            self.push(level, *hash);
        }
        Ok(())
    }

    /// Root hash of the tree of size `end`; `None` unless the range begins at 0.
    ///
    /// **Cost**: a node hash a subtree, less one.
    #[must_use]
    pub fn root(&self) -> Option<Digest> {
        (self.start == 0).then(|| self.fold())
    }

    fn fold(&self) -> Digest {
        let mut hashes = self.hashes.iter().rev();
        match hashes.next() {
            None => Digest::of(b""),
            Some(last) => hashes.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// Adds a perfect subtree of 2^level leaves at `end`, which is a multiple of that. While it is a right child whose sibling lies within
    /// the range, that sibling is the last hash kept: its parent would reach past `end`.
    fn push(&mut self, level: u32, hash: Digest) {
        let (mut level, mut hash) = (level, hash);
        let mut index = self.end >> level;
        self.end += 1 << level;
        while index & 1 == 1 && (index - 1) << level >= self.start {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            level += 1;
            index >>= 1;
        }
        self.hashes.push(hash);
    }
}

/// Levels of the perfect, aligned subtrees that tile \[start, end), left to right.
struct Levels {
    start: u64,
    end: u64,
}

impl Levels {
    fn of(start: u64, end: u64) -> Levels {
        Levels { start, end }
    }
}

impl Iterator for Levels {
    type Item = u32;

    /// The largest subtree that begins at `start`: bounded by its alignment (`start` = 0 is aligned to all) and by what is left.
    fn next(&mut self) -> Option<u32> {
        let left = self.end.checked_sub(self.start)?.checked_ilog2()?;
        let level = self.start.trailing_zeros().min(left);
        self.start += 1 << level;
        Some(level)
    }
}

/// Verifies that `leaf_hash` is leaf `index` of the tree with this size and root.
///
/// **Input**: the proof from the leaf's sibling up.
/// **Cost**: a node hash a proof hash; none if the proof has the wrong length.
/// **Source**: RFC 6962 §2.1.1, RFC 9162 §2.1.3.2.
#[must_use]
pub fn verify_inclusion(index: u64, size: u64, leaf_hash: &Digest, root: &Digest, proof: &[Digest]) -> bool {
    if index >= size {
        return false;
    }
    let Some((inner, border)) = split_proof(index, size, 0, proof) else { return false };
    root_from(*leaf_hash, index, inner, border) == *root
}

/// Verifies that the tree (size 1, root 1) is a prefix of the tree (size 2, root 2).
///
/// Size 1 = 0 is refused: every tree continues the empty one, so it would prove nothing. Equal sizes need equal roots and no proof.
///
/// **Cost**: two node hashes a proof hash; none if the proof has the wrong length.
/// **Source**: RFC 6962 §2.1.2, RFC 9162 §2.1.4.2.
#[must_use]
pub fn verify_consistency(size1: u64, size2: u64, root1: &Digest, root2: &Digest, proof: &[Digest]) -> bool {
    if size1 == 0 || size1 > size2 {
        return false;
    }
    if size1 == size2 {
        return proof.is_empty() && root1 == root2;
    }
    // The proof is that of leaf size1 − 1 in the second tree, begun at the largest perfect subtree which that leaf closes.
    // Its root comes first, unless it is the whole first tree.
    let level = size1.trailing_zeros();
    let (seed, path) = match (size1.is_power_of_two(), proof.split_first()) {
        (true, _) => (*root1, proof),
        (false, Some((seed, path))) => (*seed, path),
        (false, None) => return false,
    };
    let index = size1 - 1;
    let Some((inner, border)) = split_proof(index, size2, level, path) else { return false };
    let index = index >> level;
    let mut first = seed;
    for (depth, hash) in (0u32..).zip(inner) {
        if index >> depth & 1 == 1 {
            first = node_hash(hash, &first);
        }
    }
    for hash in border {
        first = node_hash(hash, &first);
    }
    first == *root1 && root_from(seed, index, inner, border) == *root2
}

/// Cuts a proof that begins at `level` into the hashes below the place where the paths to leaf `index` and to the last leaf part, which
/// may stand on either side, and those above, which all stand to the left. `None` if the proof has another length.
fn split_proof(index: u64, size: u64, level: u32, proof: &[Digest]) -> Option<(&[Digest], &[Digest])> {
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    let inner = usize::try_from(inner.checked_sub(level)?).ok()?;
    let border = usize::try_from(border).ok()?;
    if proof.len() > limits::PROOF_HASHES || proof.len() != inner + border {
        return None;
    }
    proof.split_at_checked(inner)
}

fn root_from(seed: Digest, index: u64, inner: &[Digest], border: &[Digest]) -> Digest {
    let mut hash = seed;
    for (depth, sibling) in (0u32..).zip(inner) {
        hash = match index >> depth & 1 {
            0 => node_hash(&hash, sibling),
            _ => node_hash(sibling, &hash),
        };
    }
    for sibling in border {
        hash = node_hash(sibling, &hash);
    }
    hash
}

/// Makes the inclusion proof of leaf `index`; `None` if there is no such leaf.
///
/// **Cost**: a node hash a leaf.
/// **Source**: RFC 6962 §2.1.1.
#[must_use]
pub fn inclusion_proof(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    let (mut leaves, mut index) = (leaves, index);
    if index >= leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    while let Some((left, right)) = split_leaves(leaves) {
        if index < left.len() {
            proof.push(root_hash(right));
            leaves = left;
        } else {
            proof.push(root_hash(left));
            index -= left.len();
            leaves = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// Makes the proof that the first `size1` leaves are a prefix of all; `None` if `size1` is 0 or more than there are.
///
/// **Cost**: a node hash a leaf.
/// **Source**: RFC 6962 §2.1.2.
#[must_use]
pub fn consistency_proof(leaves: &[Digest], size1: usize) -> Option<Vec<Digest>> {
    let (mut leaves, mut size) = (leaves, size1);
    if size == 0 || size > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    // Until a right subtree was entered, what remains of the first tree is the first tree itself, whose root is known.
    let mut whole = true;
    while size < leaves.len() {
        let (left, right) = split_leaves(leaves)?;
        if size <= left.len() {
            proof.push(root_hash(right));
            leaves = left;
        } else {
            proof.push(root_hash(left));
            size -= left.len();
            leaves = right;
            whole = false;
        }
    }
    if !whole {
        proof.push(root_hash(leaves));
    }
    proof.reverse();
    Some(proof)
}

/// Splits at the largest power of two that is smaller than the number of leaves; `None` for fewer than two.
fn split_leaves(leaves: &[Digest]) -> Option<(&[Digest], &[Digest])> {
    let level = leaves.len().checked_sub(1)?.checked_ilog2()?;
    leaves.split_at_checked(1 << level)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::values::saved::{from_bytes, to_bytes};

    fn leaves(count: u8) -> Vec<Digest> {
        (0..count).map(|index| leaf_hash_of(&[index])).collect()
    }

    fn range(leaves: &[Digest], start: usize, end: usize) -> CompactRange {
        let mut range = CompactRange::empty(u64::try_from(start).unwrap());
        for leaf in leaves.get(start..end).unwrap() {
            range.append(*leaf);
        }
        range
    }

    #[test]
    fn a_leaf_is_hashed_the_same_in_one_piece_and_in_two() {
        let digest = Digest::of(b"an entry");
        assert_eq!(leaf_hash(&digest), leaf_hash_of(digest.as_bytes()));
    }

    #[test]
    fn a_range_keeps_the_largest_aligned_subtrees() {
        let levels = |start, end| Levels::of(start, end).collect::<Vec<_>>();
        assert!(levels(0, 0).is_empty());
        assert!(levels(5, 5).is_empty());
        assert_eq!(levels(0, 7), [2, 1, 0]);
        assert_eq!(levels(3, 8), [0, 2]);
        assert_eq!(levels(1, 15), [0, 1, 2, 2, 1, 0]);
        let leaves = leaves(40);
        for start in 0..=40 {
            for end in start..=40 {
                let range = range(&leaves, start, end);
                assert_eq!(range.hashes.len(), levels(range.start, range.end).len(), "[{start}, {end})");
            }
        }
    }

    #[test]
    fn merging_is_appending_for_every_split_in_three() {
        let leaves = leaves(20);
        for start in 0..=20 {
            for end in start..=20 {
                let whole = range(&leaves, start, end);
                for a in start..=end {
                    for b in a..=end {
                        let (left, middle, right) = (range(&leaves, start, a), range(&leaves, a, b), range(&leaves, b, end));
                        let mut from_left = left.clone();
                        from_left.merge(&middle).unwrap();
                        from_left.merge(&right).unwrap();
                        let mut tail = middle.clone();
                        tail.merge(&right).unwrap();
                        let mut from_right = left.clone();
                        from_right.merge(&tail).unwrap();
                        assert_eq!(from_left, from_right);
                        if !whole.is_empty() {
                            assert_eq!(from_left, whole);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_range_that_does_not_begin_at_the_first_leaf_has_no_root() {
        let leaves = leaves(8);
        assert_eq!(range(&leaves, 0, 0).root(), Some(Digest::of(b"")));
        assert_eq!(range(&leaves, 0, 8).root(), Some(root_hash(&leaves)));
        assert_eq!(range(&leaves, 4, 8).root(), None);
        assert_eq!(CompactRange::empty(4).root(), None);
    }

    #[test]
    fn ranges_with_a_gap_or_an_overlap_do_not_merge() {
        let leaves = leaves(9);
        for (start, end) in [(5, 9), (3, 9), (0, 4)] {
            let mut left = range(&leaves, 0, 4);
            let before = left.clone();
            assert_eq!(left.merge(&range(&leaves, start, end)).unwrap_err().code(), Code::BadState);
            assert_eq!(left, before);
        }
    }

    #[test]
    fn a_stored_range_is_checked_when_it_is_read() {
        let leaves = leaves(7);
        let range = range(&leaves, 1, 7);
        let bytes = to_bytes(&range);
        assert_eq!(from_bytes(&bytes), Some(range.clone()));
        let broken = CompactRange { start: 0, ..range.clone() };
        assert_eq!(from_bytes::<CompactRange>(&to_bytes(&broken)), None);
        for (start, end, hashes) in [(1, 8, range.hashes.clone()), (7, 1, vec![]), (0, limits::SAFE_INTEGER + 1, vec![])] {
            assert!(CompactRange::from_parts(start, end, hashes).is_err(), "[{start}, {end})");
        }
        let largest = CompactRange::from_parts(0, limits::SAFE_INTEGER, vec![Digest([0; 32]); 53]);
        largest.unwrap().append(Digest([1; 32]));
    }
}
