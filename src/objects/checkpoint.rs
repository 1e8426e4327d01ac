//! Checkpoints: a log's signed statement of how many leaves its tree has and what their root hash is.
//!
//! ```text
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```
//!
//! Origin, tree size in decimal, root hash in base64, each with its newline, signed as a note: C2SP tlog-checkpoint. Extension lines are
//! refused on purpose (FORMAT §5): no monitor audits them. Types in rising order of trust: [`Checkpoint`] is text that was read,
//! [`SignedCheckpoint`] has signature lines that nobody looked at, [`VerifiedCheckpoint`] comes only from [`Policy::verify`].
//!
//! [`Policy::verify`]: super::policy::Policy::verify

use crate::algorithms::base64;
use crate::algorithms::note::{Note, NoteSignature, SigningKey, VerifierKey};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits;
use std::fmt;

/// What a checkpoint says. Whoever says it is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
}

impl Checkpoint {
    /// A checkpoint of a log.
    ///
    /// **Errors**: `bad-checkpoint` if the origin is empty or holds a control character, or the size is beyond 2^53 − 1.
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Checkpoint> {
        if origin.is_empty() || origin.contains(|c| c < ' ') {
            return Err(bad("Its origin is empty or holds a control character."));
        }
        if size > limits::SAFE_INTEGER {
            return Err(bad("Its tree size is beyond 2^53-1."));
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }

    /// Parses the text of a checkpoint: exactly three lines.
    ///
    /// **Errors**: `bad-checkpoint`.
    /// **Source**: C2SP tlog-checkpoint, Note text.
    pub fn parse(text: &str) -> Result<Checkpoint> {
        let shape = || bad("It has not exactly three lines.");
        let mut lines = text.strip_suffix('\n').ok_or_else(shape)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
            return Err(shape());
        };
        let size =
            parse_decimal(size).ok_or_else(|| bad("Its tree size is no decimal number up to 2^53-1, or has leading zeros."))?;
        let root = base64::decode_digest(root).ok_or_else(|| bad("Its root hash is not the canonical base64 of 32 bytes."))?;
        Checkpoint::new(origin, size, root)
    }

    /// The log's identity.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root hash of the tree.
    #[must_use]
    pub fn root(&self) -> &Digest {
        &self.root
    }

    /// Signs the checkpoint with a log's key. Whether it continues what the log signed before is for the caller to have checked.
    ///
    /// **Errors**: `bad-key` if the key's name is not the origin or the key is a witness's.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedCheckpoint> {
        if key.verifier().name() != self.origin {
            return Err(Error::new(Code::BadKey, "A log's key is named like its origin."));
        }
        let text = self.to_string();
        let signature = key.sign_note(&text)?;
        Ok(SignedCheckpoint { note: Note::new(text, vec![signature])?, checkpoint: self.clone() })
    }
}

/// The text: three lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, base64::encode(self.root.as_bytes()))
    }
}

/// A checkpoint in its note, whose signatures are yet to be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: Note,
    checkpoint: Checkpoint,
}

impl SignedCheckpoint {
    /// Parses a note whose text is a checkpoint.
    ///
    /// **Errors**: `note-too-large`, `bad-note`, `bad-checkpoint`.
    pub fn parse(bytes: &[u8]) -> Result<SignedCheckpoint> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(SignedCheckpoint { note, checkpoint })
    }

    /// What it says.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The same checkpoint with the signature lines of these keys alone.
    ///
    /// **Errors**: `bad-note` if there are none.
    pub fn signed_by(&self, keys: &[&VerifierKey]) -> Result<SignedCheckpoint> {
        let lines = self.note.signatures().iter().filter(|line| keys.iter().any(|key| line.names(key)));
        let note = Note::new(self.note.text(), lines.cloned().collect())?;
        Ok(SignedCheckpoint { note, checkpoint: self.checkpoint.clone() })
    }

    /// Adds a signature line at the end.
    ///
    /// **Errors**: `note-too-large`.
    pub fn add_signature(&mut self, signature: NoteSignature) -> Result<()> {
        self.note.add_signature(signature)
    }
}

/// The note, byte for byte.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

/// What a policy establishes about a checkpoint: facts, no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointFacts {
    /// A listed log of this origin signed it, and no listed key has a bad line.
    Trusted(VerifiedCheckpoint),
    /// No listed log of this origin signed it, and no listed key has a bad line.
    Untrusted,
    /// A line names this key of a listed log and does not verify.
    BadLogSignature(VerifierKey),
    /// A line names this key of a listed witness and does not verify; no log's line is bad.
    BadCosignature(VerifierKey),
}

/// A checkpoint that a listed log signed. Made by `Policy::verify` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    logs: Vec<VerifierKey>,
    cosigners: Vec<Cosigner>,
    quorum_met: bool,
}

/// A witness that cosigned, and when by its own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigner {
    /// The witness's key.
    pub key: VerifierKey,
    /// POSIX time in seconds, up to 2^63 − 1: the earliest, if it cosigned more than once.
    pub time: u64,
}

impl VerifiedCheckpoint {
    /// For `policy.rs` alone, which has verified all it passes.
    pub(super) fn new(
        checkpoint: Checkpoint,
        logs: Vec<VerifierKey>,
        cosigners: Vec<Cosigner>,
        quorum_met: bool,
    ) -> VerifiedCheckpoint {
        VerifiedCheckpoint { checkpoint, logs, cosigners, quorum_met }
    }

    /// What it says.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log keys that signed it, in the policy's order; at least one.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The witnesses that cosigned it and may count, in the policy's order.
    #[must_use]
    pub fn cosigners(&self) -> &[Cosigner] {
        &self.cosigners
    }

    /// Says whether they meet the policy's quorum; always so for `quorum none`.
    #[must_use]
    pub fn quorum_met(&self) -> bool {
        self.quorum_met
    }
}

/// Parses a decimal number up to 2^53 − 1 without sign or leading zeros.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|value| digits && canonical && *value <= limits::SAFE_INTEGER)
}

fn bad(detail: &'static str) -> Error {
    Error::new(Code::BadCheckpoint, detail)
}
