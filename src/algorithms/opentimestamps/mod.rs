//! OpenTimestamps proofs: paths of hashes from a file's digest to what attests it, a Bitcoin block for instance. Detached files, version 1.
//!
//! ```text
//! 00 "OpenTimestamps" 00 00 "Proof" 00 bf89e2e884e89294     how every file begins
//! 01                                                        the version
//! 08 f97281ec…a2f6                                          SHA-256, and the digest of the file: the first message
//! f0 10 000102…0f  08                                       append 16 bytes, then hash: a new message
//! ff 00 83dfe30d2ef90c8e 19 18 "https://calendar.example"   a branch (ff): a calendar promises to go on from here
//! f1 20 202122…3f  08 08                                    the other branch: prepend 32 bytes, hash twice
//! 00 0588960d73d71901 01 03                                 this message is the Merkle root of Bitcoin's block 3
//! ```
//!
//! A message has attestations and operations, each of which leads to another message; all but the last of them are marked by `ff`. The format
//! as such leaves their order and the length of numbers open. Here a proof has one spelling: numbers as short as can be, attestations in
//! front of operations, each kind in rising order and none twice, as the reference implementation writes them. [`Proof::decode`] refuses
//! everything else, [`Proof::decode_any_order`] takes branches in any order, for files of other programs.
//!
//! Messages behind SHA-1 and Keccak-256 are not computed, so that nothing can be concluded from what attests them: no anchor needs them, and two
//! files can share a SHA-1 digest. RIPEMD-160 stands in the oldest proofs.

mod message;
mod reader;

use super::varint;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::ANCHOR_BYTES;
use message::Message;
use std::cmp::Ordering;

/// How every proof begins.
const MAGIC: &[u8; 31] = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94";
const VERSION: u8 = 1;
/// Marks what is not the last of its message.
const BRANCH: u8 = 0xff;
/// Stands in front of an attestation.
const ATTESTATION: u8 = 0x00;
const PENDING: [u8; 8] = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
const BITCOIN: [u8; 8] = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];

/// Whoever says that a message was there, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attestation {
    /// The message is the Merkle root of the Bitcoin block of this height.
    Bitcoin(u64),
    /// The calendar with this address has taken the message, and will say later which block it is in.
    Pending(String),
    /// Anything else: a tag, and bytes that are not looked at.
    Other([u8; 8], Vec<u8>),
}

impl Attestation {
    fn key(&self) -> (&[u8; 8], u64, &[u8]) {
        match self {
            Attestation::Bitcoin(height) => (&BITCOIN, *height, &[]),
            Attestation::Pending(uri) => (&PENDING, 0, uri.as_bytes()),
            Attestation::Other(tag, payload) => (tag, 0, payload),
        }
    }

    fn payload(&self) -> Vec<u8> {
        match self {
            Attestation::Bitcoin(height) => varint::encode(*height),
            Attestation::Pending(uri) => with_length(uri.as_bytes()),
            Attestation::Other(_, payload) => payload.clone(),
        }
    }

    fn compare(&self, other: &Attestation) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// One step from a message to the next; they are in order of their tags, then of their arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Operation {
    tag: u8,
    /// Empty for those that take none.
    argument: Vec<u8>,
}

/// A message, by what is said of it and what is made of it, both in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    attestations: Vec<Attestation>,
    next: Vec<(Operation, Node)>,
}

impl Node {
    /// Whether it is the last one now; `None` if it was there already.
    fn add_attestation(&mut self, new: Attestation) -> Option<bool> {
        let place = self.attestations.binary_search_by(|known| known.compare(&new)).err()?;
        self.attestations.insert(place, new);
        Some(place + 1 == self.attestations.len())
    }

    /// Whether it is the last one now; `None` if there was such an operation already.
    fn add_operation(&mut self, operation: Operation, node: Node) -> Option<bool> {
        let place = self.next.binary_search_by(|(known, _)| known.cmp(&operation)).err()?;
        self.next.insert(place, (operation, node));
        Some(place + 1 == self.next.len())
    }

    fn merge(&mut self, other: Node) {
        for attestation in other.attestations {
            self.add_attestation(attestation);
        }
        for (operation, node) in other.next {
            let known = self.next.binary_search_by(|(known, _)| known.cmp(&operation));
            match known.ok().and_then(|place| self.next.get_mut(place)) {
                Some((_, known)) => known.merge(node),
                None => drop(self.add_operation(operation, node)),
            }
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let mut others = self.attestations.len() + self.next.len();
        let mut mark = |out: &mut Vec<u8>| {
            others = others.saturating_sub(1);
            if others > 0 {
                out.push(BRANCH);
            }
        };
        for attestation in &self.attestations {
            mark(out);
            out.push(ATTESTATION);
            out.extend(attestation.key().0);
            out.extend(with_length(&attestation.payload()));
        }
        for (operation, node) in &self.next {
            mark(out);
            out.push(operation.tag);
            if !operation.argument.is_empty() {
                out.extend(with_length(&operation.argument));
            }
            node.encode(out);
        }
    }

    fn attested<'a>(&'a self, message: &Message, found: &mut Vec<Attested<'a>>) {
        let attested = |attestation| Attested { attestation, message: message.known().map(<[u8]>::to_vec) };
        found.extend(self.attestations.iter().map(attested));
        for (operation, node) in &self.next {
            // A proof was read with every operation, so that each of them can be done.
            if let Ok(message) = message.after(operation) {
                node.attested(&message, found);
            }
        }
    }
}

fn with_length(bytes: &[u8]) -> Vec<u8> {
    let mut out = varint::encode(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    out.extend(bytes);
    out
}

/// An attestation and what it attests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested<'a> {
    /// Who says it.
    pub attestation: &'a Attestation,
    /// The message; `None` behind an operation that is not computed here.
    pub message: Option<Vec<u8>>,
}

/// A proof, as a file of its own. What it holds is within its limits, in order, and leads to an attestation on every path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The tag of the hash that the file's digest is of.
    hash: u8,
    digest: Vec<u8>,
    root: Node,
    /// Bytes of its messages.
    work: usize,
}

impl Proof {
    /// Decodes a proof in its one spelling.
    ///
    /// **Errors**: `bad-anchor` with the byte; `proof-too-large` beyond 64 KiB.
    /// **Cost**: at most 256 KiB are hashed, twice where attestations are listed.
    /// **Source**: python-opentimestamps, `DetachedTimestampFile`.
    pub fn decode(bytes: &[u8]) -> Result<Proof> {
        Proof::decode_in(reader::Order::Rising, bytes)
    }

    /// Decodes a proof that another program wrote, whose branches may be in any order; [`Proof::encode`] writes them in theirs.
    ///
    /// **Errors**: those of [`Proof::decode`].
    pub fn decode_any_order(bytes: &[u8]) -> Result<Proof> {
        Proof::decode_in(reader::Order::Any, bytes)
    }

    fn decode_in(order: reader::Order, bytes: &[u8]) -> Result<Proof> {
        if bytes.len() > ANCHOR_BYTES {
            return Err(Error::new(Code::ProofTooLarge, ""));
        }
        reader::read(order, bytes)
    }

    /// Bytes of all its messages: what reading it took, and listing its attestations takes.
    #[must_use]
    pub fn work(&self) -> usize {
        self.work
    }

    /// The proof's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend([VERSION, self.hash]);
        out.extend(&self.digest);
        self.root.encode(&mut out);
        out
    }

    /// The digest it is about, if that is a SHA-256 value.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        let digest = <[u8; 32]>::try_from(self.digest.as_slice()).ok()?;
        (self.hash == message::SHA256).then_some(Digest(digest))
    }

    /// What attests it, with the messages that are attested.
    #[must_use]
    pub fn attested(&self) -> Vec<Attested<'_>> {
        let mut found = Vec::new();
        self.root.attested(&Message::first(self.hash, &self.digest), &mut found);
        found
    }

    /// What both show.
    ///
    /// **Errors**: `bad-anchor` if they are about different digests; `proof-too-large` if the two together exceed what one may hold.
    pub fn merge(mut self, other: Proof) -> Result<Proof> {
        if (self.hash, &self.digest) != (other.hash, &other.digest) {
            return Err(bad("They are proofs of different digests."));
        }
        self.root.merge(other.root);
        Proof::decode(&self.encode())
            .map_err(|_| Error::new(Code::ProofTooLarge, "The two together are more than one proof may hold."))
    }
}

#[inline(never)]
fn bad(detail: &'static str) -> Error {
    Error::new(Code::BadAnchor, detail)
}
