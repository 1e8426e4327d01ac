//! The digests that depend on nothing but their own lines: those of entries and calls, hashed side by side.

use crate::algorithms::{merkle, sha256_lanes};
use crate::composition::bundle::line::{Line, NotCanonical};
use crate::objects::call::{Call, CallDigests};
use crate::objects::chain::Entry;
use crate::values::digest::Digest;
use std::borrow::Cow;
use std::iter::Zip;
use std::vec::IntoIter;

/// A line after reading.
pub(super) type Scanned<'a> = std::result::Result<Line<'a>, NotCanonical>;

/// What is hashed.
struct Text<'a>(Cow<'a, str>);

impl AsRef<[u8]> for Text<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The digests of many lines, each kind in the order of its lines.
pub(super) struct Hashes {
    /// Of each entry line its hash and that of its leaf.
    entries: Zip<IntoIter<Digest>, IntoIter<Digest>>,
    /// Of each call line.
    calls: IntoIter<CallDigests>,
}

impl Hashes {
    /// The hash of the next entry, and that of its leaf.
    pub fn next_entry(&mut self, entry: &Entry<'_>) -> (Digest, Digest) {
        self.entries.next().unwrap_or_else(|| {
            let hash = entry.compute_hash();
            (hash, merkle::leaf_hash(&hash))
        })
    }

    /// The digests of the next call.
    pub fn next_call(&mut self, call: &Call<'_>) -> CallDigests {
        self.calls.next().unwrap_or_else(|| call.compute_digests(None))
    }

    /// Hashes the entries and calls among these lines.
    pub fn of(lines: &[Option<Scanned<'_>>]) -> Hashes {
        let mut texts: Vec<Text<'_>> = Vec::with_capacity(lines.len());
        let mut calls: Vec<&Call<'_>> = Vec::new();
        for line in lines.iter().flatten().flatten() {
            match line {
                Line::Entry(line) => texts.push(Text(Cow::Borrowed(line.entry.text))),
                Line::Call(call) => calls.push(call),
                _ => {}
            }
        }
        let entries = texts.len();
        let plain = |call: &&&Call<'_>| call.salt().is_none();
        texts.extend(calls.iter().filter(plain).flat_map(|call| call.plain_texts()).map(Text));
        let mut digests = sha256_lanes::digest_all(&texts);
        let of_calls = digests.split_off(entries);
        let mut of_calls = of_calls.as_chunks().0.iter();
        let calls = calls.iter().map(|call| match call.salt() {
            None => of_calls.next().map_or_else(|| call.compute_digests(None), |digests| CallDigests::plain(*digests, None)),
            Some(_) => call.compute_digests(None),
        });
        let calls: Vec<CallDigests> = calls.collect();
        let leaves = merkle::leaf_hashes(&digests);
        Hashes { entries: digests.into_iter().zip(leaves), calls: calls.into_iter() }
    }
}
