//! Evidence of a fork: two checkpoints of one log of which the larger does not continue the smaller.
//!
//! ```json
//! {"format":"call-stream-verify/fork/1","hashes":["jNdC…"],"larger":"log.example\n6\n…","root_hash":"ixrM…","smaller":"log.example\n2\n…"}
//! ```
//!
//! One line and its LF, in canonical JSON. `root_hash` is that of the first entries of the larger tree, as many as the smaller one has;
//! `hashes` is the consistency proof (RFC 6962) that leads from there to the root of the larger. If it does, and `root_hash` is not the root
//! that the smaller checkpoint states, the log has signed two histories: nothing but its key is needed to see that. Of equal sizes the proof
//! is empty and `root_hash` is the larger one's root.

use super::checkpoint::{CheckpointFacts, SignedCheckpoint};
use super::policy::Policy;
use crate::algorithms::canonical::{self, Scanner};
use crate::algorithms::note::{VerifierKey, key_label};
use crate::algorithms::{base64, merkle};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::{NOTE_BYTES, PROOF_HASHES};
use std::fmt;

/// More than two notes of the largest size, with every newline escaped, and a proof.
pub const EVIDENCE_BYTES: usize = 4 * NOTE_BYTES;

/// Evidence that was read, or made of what was found; nothing of it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkEvidence {
    /// The checkpoint of fewer entries, or one of the two.
    pub smaller: SignedCheckpoint,
    /// The checkpoint of more entries, or the other.
    pub larger: SignedCheckpoint,
    /// Root over the first entries of the larger tree, as many as the smaller has.
    pub root_hash: Digest,
    /// How that root leads to the larger one's.
    pub hashes: Vec<Digest>,
}

/// What evidence comes to under a policy: facts, no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceFacts {
    /// It holds, and keys of the log that signed the smaller and the larger checkpoint are listed; `name+hash`.
    Fork {
        /// The first listed key that signed the smaller one.
        smaller: String,
        /// The first listed key that signed the larger one.
        larger: String,
    },
    /// A checkpoint is not signed by a listed key of its log.
    Untrusted,
    /// A line names this listed key, `name+hash`, and does not verify.
    BadSignature(String),
    /// The checkpoints do not contradict each other, or the proof does not show that they do.
    Refuted(&'static str),
}

impl ForkEvidence {
    /// Reads evidence: one line and its LF.
    ///
    /// **Errors**: `bad-evidence`, with the member where one is not as it should be.
    pub fn parse(bytes: &[u8]) -> Result<ForkEvidence> {
        let refuse = |detail| Error::new(Code::BadEvidence, detail);
        if bytes.len() > EVIDENCE_BYTES {
            return Err(refuse("It is too large."));
        }
        let line = bytes.strip_suffix(b"\n").ok_or_else(|| refuse("It does not end with a newline, as if it were cut off."))?;
        let mut scanner = Scanner::new(line).map_err(|offset| refuse("").offset(offset))?;
        scan(&mut scanner).map_err(|member| refuse("").member(member).offset(scanner.offset()))
    }

    /// Looks at the signatures, and whether the two contradict each other.
    ///
    /// **Cost**: an Ed25519 verification a line by a listed key, two node hashes a hash of the proof.
    #[must_use]
    pub fn verify(&self, policy: &Policy) -> EvidenceFacts {
        let (smaller, larger) = match (signer(policy, &self.smaller), signer(policy, &self.larger)) {
            (Ok(smaller), Ok(larger)) => (smaller, larger),
            (Err(facts @ EvidenceFacts::BadSignature(_)), _) | (_, Err(facts)) | (Err(facts), _) => return facts,
        };
        match self.check_contradiction() {
            Ok(()) => EvidenceFacts::Fork { smaller, larger },
            Err(detail) => EvidenceFacts::Refuted(detail),
        }
    }

    /// Whether the two contradict each other, whoever signed them.
    ///
    /// **Errors**: why not.
    pub fn check_contradiction(&self) -> std::result::Result<(), &'static str> {
        let (smaller, larger) = (self.smaller.checkpoint(), self.larger.checkpoint());
        if smaller.origin() != larger.origin() {
            return Err("The two checkpoints are of different logs.");
        }
        if *smaller.root() == self.root_hash {
            return Err("The smaller checkpoint states the root that the larger one continues.");
        }
        match merkle::verify_consistency(smaller.size(), larger.size(), &self.root_hash, larger.root(), &self.hashes) {
            true => Ok(()),
            false => Err("The proof does not lead from its root to that of the larger checkpoint."),
        }
    }
}

/// The first listed key of the log that signed it.
fn signer(policy: &Policy, signed: &SignedCheckpoint) -> std::result::Result<String, EvidenceFacts> {
    let label = |key: &VerifierKey| key_label(key.name(), key.key_id());
    match policy.verify(signed) {
        CheckpointFacts::Trusted(verified) => verified.logs().first().map(label).ok_or(EvidenceFacts::Untrusted),
        CheckpointFacts::Untrusted => Err(EvidenceFacts::Untrusted),
        CheckpointFacts::BadLogSignature(key) | CheckpointFacts::BadCosignature(key) => {
            Err(EvidenceFacts::BadSignature(label(&key)))
        }
    }
}

fn scan(scanner: &mut Scanner<'_>) -> std::result::Result<ForkEvidence, &'static str> {
    scanner.literal("{\"format\":\"call-stream-verify/fork/1\"").ok_or("format")?;
    let hashes = scan_hashes(scanner).ok_or("hashes")?;
    let larger = scan_note(scanner, ",\"larger\":").ok_or("larger")?;
    scanner.literal(",\"root_hash\":").ok_or("root_hash")?;
    let root_hash = scanner.string().and_then(base64::decode_digest).ok_or("root_hash")?;
    let smaller = scan_note(scanner, ",\"smaller\":").ok_or("smaller")?;
    scanner.literal("}").filter(|()| scanner.is_at_end()).ok_or("format")?;
    Ok(ForkEvidence { smaller, larger, root_hash, hashes })
}

fn scan_hashes(scanner: &mut Scanner<'_>) -> Option<Vec<Digest>> {
    scanner.literal(",\"hashes\":[")?;
    let mut hashes = Vec::new();
    while scanner.literal("]").is_none() {
        if !hashes.is_empty() {
            scanner.literal(",")?;
        }
        hashes.push(base64::decode_digest(scanner.string().filter(|_| hashes.len() < PROOF_HASHES)?)?);
    }
    Some(hashes)
}

fn scan_note(scanner: &mut Scanner<'_>, name: &str) -> Option<SignedCheckpoint> {
    scanner.literal(name)?;
    SignedCheckpoint::parse(canonical::unescape(scanner.string()?).as_bytes()).ok()
}

/// The line with its LF, byte for byte.
impl fmt::Display for ForkEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hashes: Vec<String> = self.hashes.iter().map(|hash| canonical::quoted(&base64::encode(hash.as_bytes()))).collect();
        writeln!(
            f,
            "{{\"format\":\"call-stream-verify/fork/1\",\"hashes\":[{}],\"larger\":{},\"root_hash\":{},\"smaller\":{}}}",
            hashes.join(","),
            canonical::quoted(&self.larger.to_string()),
            canonical::quoted(&base64::encode(self.root_hash.as_bytes())),
            canonical::quoted(&self.smaller.to_string()),
        )
    }
}
