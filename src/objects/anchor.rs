//! Anchors: an OpenTimestamps proof that a checkpoint was there before a block of Bitcoin. FORMAT §7.
//!
//! The proof is over SHA-256 of the checkpoint's text, its three lines without the signatures. It is *pending* while only calendars have
//! promised to go on, it *commits to a block* once it leads to a Merkle root, and it is *confirmed* only by a header with that root which the
//! verifier supplies: the block, and so the checkpoint, was there at the time of the header.

use super::checkpoint::Checkpoint;
use crate::algorithms::bitcoin::{Header, Headers};
use crate::algorithms::opentimestamps::{Attestation, Attested, Proof};
use crate::values::digest::Digest;

/// What the proof of an anchor is about: the digest of the checkpoint's text.
#[must_use]
pub fn compute_anchored_digest(checkpoint: &Checkpoint) -> Digest {
    Digest::of(checkpoint.to_string().as_bytes())
}

/// What an attestation, or a proof as a whole, comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorFacts<'a> {
    /// A header that was supplied has the Merkle root that the proof leads to.
    Confirmed {
        /// The header.
        header: &'a Header,
        /// How many of those supplied follow it.
        followed_by: usize,
        /// The block's height, as the proof states it: no header does.
        height: u64,
    },
    /// It leads to the Merkle root of the block of this height, of which no header was supplied.
    CommitsTo(u64),
    /// A calendar is yet to name a block.
    Pending,
    /// Nobody whose word is checked here attests it, or a message that is not computed here.
    NotJudged,
}

impl<'a> AnchorFacts<'a> {
    /// What one attestation comes to.
    #[must_use]
    pub fn of(attested: &Attested<'_>, headers: &'a Headers) -> AnchorFacts<'a> {
        let Some(message) = &attested.message else { return AnchorFacts::NotJudged };
        match attested.attestation {
            Attestation::Bitcoin(height) => match headers.find(message) {
                Some((header, followed_by)) => AnchorFacts::Confirmed { header, followed_by, height: *height },
                None => AnchorFacts::CommitsTo(*height),
            },
            Attestation::Pending(_) => AnchorFacts::Pending,
            Attestation::Other(..) => AnchorFacts::NotJudged,
        }
    }

    /// What a proof comes to: its earliest confirmation, or else the lowest block it commits to, or else that it is pending.
    #[must_use]
    pub fn of_proof(proof: &Proof, headers: &'a Headers) -> AnchorFacts<'a> {
        let facts = proof.attested().iter().map(|attested| AnchorFacts::of(attested, headers)).min_by_key(|facts| match facts {
            AnchorFacts::Confirmed { header, height, .. } => (0, header.time().map_or(i64::MAX, |time| time.seconds()), *height),
            AnchorFacts::CommitsTo(height) => (1, 0, *height),
            AnchorFacts::Pending => (2, 0, 0),
            AnchorFacts::NotJudged => (3, 0, 0),
        });
        facts.unwrap_or(AnchorFacts::NotJudged)
    }
}
