//! The hashes of entries, which depend on nothing but their own lines: four at once where that is faster.

use crate::algorithms::{merkle, sha256_lanes};
use crate::composition::bundle::line::{Line, NotCanonical};
use crate::values::digest::Digest;

/// A line after reading.
pub(super) type Scanned<'a> = std::result::Result<Line<'a>, NotCanonical>;

/// The hash of an entry and that of its leaf; of no meaning for other lines.
#[derive(Clone, Copy)]
pub(super) struct EntryHash {
    pub hash: Digest,
    pub leaf: Digest,
}

/// Hashes the entries among these lines, four at once where that is faster.
pub(super) fn hash_entries<const N: usize>(lines: &[Option<Scanned<'_>>; N]) -> [EntryHash; N] {
    let texts = lines.each_ref().map(|line| match line {
        Some(Ok(Line::Entry(line))) => line.entry.text.as_bytes(),
        _ => b"",
    });
    const NONE: EntryHash = EntryHash { hash: Digest([0; 32]), leaf: Digest([0; 32]) };
    let four: Option<&[&[u8]; 4]> = texts.as_slice().try_into().ok();
    let Some(four) = four else {
        return texts.map(|text| match text {
            b"" => NONE,
            text => {
                let hash = Digest::of(text);
                EntryHash { hash, leaf: merkle::leaf_hash(&hash) }
            }
        });
    };
    let hashes = sha256_lanes::digest_four(*four);
    let leaves = hashes.each_ref().map(merkle::leaf_data);
    let leaves = sha256_lanes::digest_four(leaves.each_ref().map(|leaf| leaf.as_slice()));
    let mut pairs = hashes.into_iter().zip(leaves);
    texts.map(|_| pairs.next().map_or(NONE, |(hash, leaf)| EntryHash { hash, leaf }))
}
