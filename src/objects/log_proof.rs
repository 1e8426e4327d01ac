//! Log proofs: that a leaf stands in a log, in the text form that other transparency tools read. C2SP tlog-proof.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 3
//! JBLYbBgEHNZMP9yBly3cVyFLQPqn+z0YdjoHdksDJeY=
//! R71E/0J8A2l+L5ZFDuy/fy59xnJFGYNDRo6pKoqoihc=
//!
//! fake.log.origin/log
//! 4
//! CPv9hH0ShT6k/WU9QZeh1bV7bYeUOkrnBuCLCQG9GgE=
//!
//! — fake.log.origin/log Un6ruNthJe4tf267eyOp8N1FYcK5AoY5b6v53qa6uDg33Xn5PqIaP35NSw87oCw+krzzJliWc5C7KqPV0oPyNxQ2awA=
//! ```
//!
//! The index, the inclusion path from the leaf's sibling up, an empty line, and the checkpoint as it was signed. A line `extra` with data of
//! the sender's own may stand in front of the index; it is kept, no hash covers it, and none is written here.

use super::checkpoint::{SignedCheckpoint, parse_decimal};
use crate::algorithms::{base64, merkle};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::{PROOF_HASHES, SAFE_INTEGER};
use std::fmt;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1\n";

/// A proof that was read. Neither its path nor its signatures were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogProof {
    /// What the sender put beside it; no hash covers it.
    pub extra: Option<Vec<u8>>,
    /// The leaf's index, from 0.
    pub index: u64,
    /// The inclusion path.
    pub hashes: Vec<Digest>,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
}

impl LogProof {
    /// Parses the text of a proof.
    ///
    /// **Errors**: `bad-proof`, `proof-too-large`; `note-too-large`, `bad-note` and `bad-checkpoint` for the checkpoint in it.
    pub fn parse(text: &str) -> Result<LogProof> {
        let bad = |detail| Error::new(Code::BadProof, detail);
        let cut = || bad("It ends before its checkpoint.");
        let mut rest = text.strip_prefix(FIRST_LINE).ok_or_else(|| bad("It does not begin with c2sp.org/tlog-proof@v1."))?;
        let mut next_line = || {
            let (line, behind) = rest.split_once('\n').ok_or_else(cut)?;
            rest = behind;
            Ok::<_, Error>(line)
        };
        let mut line = next_line()?;
        let mut extra = None;
        if let Some(data) = line.strip_prefix("extra ") {
            extra = Some(base64::decode(data).ok_or_else(|| bad("Its extra data are no canonical base64."))?);
            line = next_line()?;
        }
        let index = line.strip_prefix("index ").and_then(parse_decimal).filter(|index| *index < SAFE_INTEGER);
        let index = index.ok_or_else(|| bad("Its index is missing, or no decimal number below 2^53-1, or has leading zeros."))?;
        let mut hashes = Vec::new();
        loop {
            match next_line()? {
                "" => break,
                _ if hashes.len() == PROOF_HASHES => return Err(Error::new(Code::ProofTooLarge, "")),
                line => hashes.push(base64::decode_digest(line).ok_or_else(|| bad("A hash is not the base64 of 32 bytes."))?),
            }
        }
        Ok(LogProof { extra, index, hashes, checkpoint: SignedCheckpoint::parse(rest.as_bytes())? })
    }

    /// Whether the path leads from this leaf hash to the root that the checkpoint states. Who signed that is another question.
    #[must_use]
    pub fn leads_from(&self, leaf_hash: &Digest) -> bool {
        let tree = self.checkpoint.checkpoint();
        merkle::verify_inclusion(self.index, tree.size(), leaf_hash, tree.root(), &self.hashes)
    }
}

/// The text, byte for byte.
impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FIRST_LINE)?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64::encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", base64::encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
