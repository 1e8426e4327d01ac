//! An index from keys to 32-bit places: nine bytes a slot, and growing reads nothing but the index itself.

use hashbrown::HashTable;
use std::hash::{DefaultHasher, Hasher};

/// A place in a list beside the hash of its key.
#[derive(Clone, Copy, Debug)]
struct Slot {
    place: u32,
    hash: u32,
}

/// Finds places by the hashes of their keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(HashTable<Slot>);

/// SipHash with a fixed key: the core has no randomness, and forging collisions costs far more than it slows a run.
pub(super) fn hash_of(key: &[u8]) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key);
    u32::try_from(hasher.finish() >> 32).unwrap_or_default()
}

/// The table takes its bucket from the low bits and a tag from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Index {
    /// The place whose key has this hash and passes the test.
    pub fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.0.find(spread(hash), |slot| slot.hash == hash && is_it(slot.place)).map(|slot| slot.place)
    }

    /// Adds a place under a key that is not there yet.
    pub fn insert(&mut self, hash: u32, place: u32) {
        self.0.insert_unique(spread(hash), Slot { place, hash }, |slot| spread(slot.hash));
    }

    /// Puts a place where the key had another, or adds it.
    pub fn replace(&mut self, hash: u32, place: u32, is_it: impl Fn(u32) -> bool) {
        match self.0.find_mut(spread(hash), |slot| slot.hash == hash && is_it(slot.place)) {
            Some(slot) => slot.place = place,
            None => self.insert(hash, place),
        }
    }
}
