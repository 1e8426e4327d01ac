//! What a log sends to a witness over HTTP, and what the witness answers. C2SP tlog-witness, `add-checkpoint`.
//!
//! ```text
//! old 20852014
//! PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
//!
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```
//!
//! The size that the witness cosigned last, the consistency proof from there on, an empty line, and the checkpoint as its log signed it.
//! Bodies are made, read and judged here; who listens, and what is on disk before an answer leaves, is for the caller.

use super::checkpoint::{SignedCheckpoint, parse_decimal};
use super::policy::Policy;
use crate::algorithms::note::{NoteSignature, SIGNATURE_START, SignatureCheck};
use crate::algorithms::{base64, merkle};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::{NOTE_BYTES, NOTE_SIGNATURES, PROOF_HASHES};
use std::fmt;

/// Longest body of a request: the old size, 63 hashes, an empty line, and the largest note.
pub const REQUEST_BYTES: usize = "old 9007199254740991\n".len() + PROOF_HASHES * 45 + 1 + NOTE_BYTES;

/// A request that was read. Neither its signatures nor its proof were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The tree size that the witness cosigned last, as the log believes.
    pub old_size: u64,
    /// Consistency proof from that size to the checkpoint's.
    pub proof: Vec<Digest>,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// Parses the body of a request. Sizes are at most 2^53 − 1, and a checkpoint has no extension lines, as everywhere here.
    ///
    /// **Errors**: [`Refusal::Malformed`].
    /// **Source**: C2SP tlog-witness, add-checkpoint.
    pub fn parse(body: &[u8]) -> std::result::Result<AddCheckpoint, Refusal> {
        let malformed = |why: &str| Refusal::Malformed(why.to_owned());
        if body.len() > REQUEST_BYTES {
            return Err(malformed("The request is too long."));
        }
        let text = std::str::from_utf8(body).map_err(|_| malformed("The request is not valid UTF-8."))?;
        let mut rest = text;
        let mut next_line = || {
            let (line, behind) = rest.split_once('\n').ok_or_else(|| malformed("The request ends before its checkpoint."))?;
            rest = behind;
            Ok(line)
        };
        let old_size = next_line()?.strip_prefix("old ").and_then(parse_decimal);
        let old_size = old_size.ok_or_else(|| malformed("The first line is not `old ` and a decimal number up to 2^53-1."))?;
        let mut proof = Vec::new();
        loop {
            match next_line()? {
                "" => break,
                _ if proof.len() == PROOF_HASHES => return Err(malformed("The proof has more than 63 hashes.")),
                line => {
                    proof.push(base64::decode_digest(line).ok_or_else(|| malformed("A hash is not the base64 of 32 bytes."))?);
                }
            }
        }
        let checkpoint = SignedCheckpoint::parse(rest.as_bytes()).map_err(|error| Refusal::Malformed(error.message()))?;
        Ok(AddCheckpoint { old_size, proof, checkpoint })
    }

    /// Decides whether a witness that trusts the logs of `policy`, and whose latest cosigned checkpoint of this origin had this size and
    /// root, may cosign. Whoever acts on it has that latest checkpoint locked, so that no other request is judged by it.
    ///
    /// **Cost**: an Ed25519 verification a line that names a key of the log, two node hashes a proof hash.
    /// **Source**: C2SP tlog-witness, add-checkpoint; the checks in its order.
    pub fn judge(&self, policy: &Policy, latest: Option<(u64, Digest)>) -> std::result::Result<(), Refusal> {
        let checkpoint = self.checkpoint.checkpoint();
        let mut keys = policy.logs_for_origin(checkpoint.origin()).peekable();
        if keys.peek().is_none() {
            return Err(Refusal::UnknownOrigin);
        }
        let mut signed = false;
        for key in keys {
            match self.checkpoint.note().check(key) {
                SignatureCheck::Good => signed = true,
                SignatureCheck::Bad => return Err(Refusal::NotSigned),
                SignatureCheck::Absent => {}
            }
        }
        if !signed {
            return Err(Refusal::NotSigned);
        }
        if self.old_size > checkpoint.size() {
            return Err(Refusal::GoesBack);
        }
        let (size, root) = latest.unwrap_or((0, Digest::of(b"")));
        if self.old_size != size {
            return Err(Refusal::Conflict { size });
        }
        let holds = match (size, checkpoint.size()) {
            (0, 0) => self.proof.is_empty() && *checkpoint.root() == Digest::of(b""),
            // Every tree continues the empty one.
            (0, _) => self.proof.is_empty(),
            (_, new) => merkle::verify_consistency(size, new, &root, checkpoint.root(), &self.proof),
        };
        if holds { Ok(()) } else { Err(Refusal::NotConsistent) }
    }
}

/// The body, byte for byte.
impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        for hash in &self.proof {
            writeln!(f, "{}", base64::encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400: it is no such request; what is wrong, in words that hold no data.
    Malformed(String),
    /// 404: the witness knows no log of this origin.
    UnknownOrigin,
    /// 403: no trusted key of the origin signed, or a line names one and does not verify.
    NotSigned,
    /// 400: the old size is larger than the checkpoint's.
    GoesBack,
    /// 409: the old size is not that of the checkpoint cosigned last.
    Conflict {
        /// The size of that.
        size: u64,
    },
    /// 422: proof or root do not continue the checkpoint cosigned last.
    NotConsistent,
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Malformed(_) | Refusal::GoesBack => 400,
            Refusal::NotSigned => 403,
            Refusal::UnknownOrigin => 404,
            Refusal::Conflict { .. } => 409,
            Refusal::NotConsistent => 422,
        }
    }

    /// The type of the body.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self {
            Refusal::Conflict { .. } => "text/x.tlog.size",
            _ => "text/plain; charset=utf-8",
        }
    }

    /// The body: one line.
    #[must_use]
    pub fn body(&self) -> String {
        let why = match self {
            Refusal::Malformed(why) => why,
            Refusal::UnknownOrigin => "No log of this origin is known here.",
            Refusal::NotSigned => {
                "No key that is trusted for this origin signed the checkpoint, or one of its lines does not verify."
            }
            Refusal::GoesBack => "The old size is larger than that of the checkpoint.",
            Refusal::Conflict { size } => return format!("{size}\n"),
            Refusal::NotConsistent => "The checkpoint does not continue the one cosigned last.",
        };
        format!("{why}\n")
    }
}

/// The body of an answer that grants: the signature lines of the witness.
#[must_use]
pub fn format_response(cosignatures: &[NoteSignature]) -> String {
    cosignatures.iter().map(|line| format!("{SIGNATURE_START}{line}\n")).collect()
}

/// Parses the body of an answer that grants. Whether the lines verify shows when they are in the note.
///
/// **Errors**: `bad-note`; `note-too-large` for more than 64 lines.
pub fn parse_response(body: &[u8]) -> Result<Vec<NoteSignature>> {
    let bad = |detail| Error::new(Code::BadNote, detail);
    if body.len() > NOTE_BYTES {
        return Err(Error::new(Code::NoteTooLarge, ""));
    }
    let text = std::str::from_utf8(body).map_err(|_| bad("It is not valid UTF-8."))?;
    let lines = text.strip_suffix('\n').ok_or_else(|| bad("It does not end with a signature line and a newline."))?;
    let mut signatures = Vec::new();
    for line in lines.split('\n') {
        if signatures.len() == NOTE_SIGNATURES {
            return Err(Error::new(Code::NoteTooLarge, ""));
        }
        let line = line
            .strip_prefix(SIGNATURE_START)
            .ok_or_else(|| bad("A signature line does not begin with an em dash and a space."))?;
        signatures.push(NoteSignature::parse(line)?);
    }
    Ok(signatures)
}
