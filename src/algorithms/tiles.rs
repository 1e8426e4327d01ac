//! Tiles: a log as static files, each with up to 256 hashes of one level or 256 entries. C2SP tlog-tiles.
//!
//! ```text
//! checkpoint                 the signed tree head
//! tile/0/x001/067            leaf hashes 273,152 to 273,407: 32 bytes each
//! tile/0/x001/068.p/112      the last 112 of a tree of 273,520
//! tile/1/004.p/44            hashes of whole tiles of the level below
//! tile/entries/x001/067      the same leaves' data, each behind its length in two bytes, big-endian
//! ```
//!
//! A tile that is whole never changes; a partial one is named by its width. Nothing is read or written here.

use crate::algorithms::merkle;
use crate::values::digest::Digest;
use std::fmt;

/// Hashes of a whole tile.
pub const WIDTH: usize = 256;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hashes of this level: leaves at 0, whole tiles of the level below otherwise.
    Hashes(u8),
    /// Data of leaves.
    Entries,
}

/// The name of a tile; its text is the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// What it holds.
    pub kind: Kind,
    /// Which one of its level, from 0.
    pub index: u64,
    /// How much it holds: 1 to 256.
    pub width: u16,
}

impl Tile {
    /// The same tile when it is whole, which may stand in place of a partial one.
    #[must_use]
    pub fn whole(self) -> Tile {
        Tile { width: 256, ..self }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        // Groups of three digits, the highest first; all but the last are marked.
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            if place == 0 { write!(f, "{group:03}")? } else { write!(f, "x{group:03}/")? }
        }
        if self.width == 256 { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// The tiles of one kind in a tree of this size, in order.
pub fn tiles_of(kind: Kind, size: u64) -> impl Iterator<Item = Tile> {
    let level = match kind {
        Kind::Hashes(level) => u32::from(level),
        Kind::Entries => 0,
    };
    let hashes = size.checked_shr(8 * level).unwrap_or(0);
    (0..hashes.div_ceil(256)).map(move |index| {
        let left = hashes - index * 256;
        Tile { kind, index, width: u16::try_from(left.min(256)).unwrap_or(256) }
    })
}

/// The hashes of the level above: one a whole tile.
///
/// **Cost**: a node hash a hash.
#[must_use]
pub fn level_above(hashes: &[Digest]) -> Vec<Digest> {
    hashes.as_chunks::<WIDTH>().0.iter().map(|tile| merkle::root_hash(tile)).collect()
}

/// A tile's hashes; `None` if there are more or fewer.
#[must_use]
pub fn decode_hashes(bytes: &[u8], width: u16) -> Option<Vec<Digest>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && hashes.len() == usize::from(width)).then(|| hashes.iter().map(|hash| Digest(*hash)).collect())
}

/// A tile's bytes.
#[must_use]
pub fn encode_hashes(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The data of an entry bundle's leaves; `None` if there are more or fewer, or bytes behind them.
#[must_use]
pub fn decode_entries(bytes: &[u8], width: u16) -> Option<Vec<&[u8]>> {
    let mut rest = bytes;
    let mut entries = Vec::with_capacity(usize::from(width));
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let (entry, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if entries.len() == usize::from(width) {
            return None;
        }
        entries.push(entry);
        rest = behind;
    }
    (rest.is_empty() && entries.len() == usize::from(width)).then_some(entries)
}

/// An entry bundle of leaves whose data are these hashes.
#[must_use]
pub fn encode_entries(entries: &[Digest]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [0, 32].into_iter().chain(*entry.as_bytes())).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn paths(kind: Kind, size: u64) -> Vec<String> {
        tiles_of(kind, size).map(|tile| tile.to_string()).collect()
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = Tile { kind: Kind::Entries, index: 1_234_067, width: 256 };
        assert_eq!(tile.to_string(), "tile/entries/x001/x234/067");
        assert_eq!(Tile { kind: Kind::Hashes(3), index: 1000, width: 1 }.to_string(), "tile/3/x001/000.p/1");
        assert_eq!(Tile { kind: Kind::Hashes(0), index: 0, width: 256 }.to_string(), "tile/0/000");
    }

    #[test]
    fn a_tree_of_70_000_has_the_tiles_that_the_specification_counts() {
        let leaves = paths(Kind::Hashes(0), 70_000);
        assert_eq!((leaves.len(), leaves.last().unwrap().as_str()), (274, "tile/0/273.p/112"));
        assert_eq!(paths(Kind::Hashes(1), 70_000), ["tile/1/000", "tile/1/001.p/17"]);
        assert_eq!(paths(Kind::Hashes(2), 70_000), ["tile/2/000.p/1"]);
        assert!(paths(Kind::Hashes(3), 70_000).is_empty() && paths(Kind::Hashes(63), u64::MAX).is_empty());
        assert_eq!(paths(Kind::Hashes(1), 256), ["tile/1/000.p/1"]);
        assert!(paths(Kind::Hashes(0), 0).is_empty() && paths(Kind::Hashes(1), 255).is_empty());
    }

    #[test]
    fn what_is_decoded_is_what_was_encoded_and_nothing_else_is() {
        let hashes: Vec<Digest> = (0..5).map(|n| Digest::of(&[n])).collect();
        let (tile, entries) = (encode_hashes(&hashes), encode_entries(&hashes));
        assert_eq!(decode_hashes(&tile, 5).unwrap(), hashes);
        assert!(decode_entries(&entries, 5).unwrap().iter().zip(&hashes).all(|(entry, hash)| *entry == hash.as_bytes()));
        assert_eq!((decode_hashes(&tile, 4), decode_hashes(&tile, 6)), (None, None));
        assert_eq!((decode_entries(&entries, 4), decode_entries(&entries, 6)), (None, None));
        for end in 0..tile.len() {
            assert_eq!(decode_hashes(tile.get(..end).unwrap(), 5), None);
        }
        for end in 0..entries.len() {
            assert_eq!(decode_entries(entries.get(..end).unwrap(), 5), None);
        }
        assert_eq!(decode_entries(&[0, 0, 0, 0], 2).unwrap(), [b"", b""]);
    }
}
