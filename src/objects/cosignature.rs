//! Cosignatures: a witness's statement that, as of a time, a checkpoint is the largest consistent one it has seen of its log.
//!
//! The signed message is the checkpoint's text behind two lines of its own:
//!
//! ```text
//! cosignature/v1
//! time 1679315147
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! ```
//!
//! In the note it is a signature line by a type 0x04 key whose bytes are the time, big-endian in 8 bytes, and the Ed25519 signature in 64.
//! A type 0x06 key signs with ML-DSA-44 in 2,420 bytes behind the time, and other bytes, which name the witness too:
//!
//! ```text
//! "subtree/v1\n\0" | length, name of the witness | time | length, origin | 0 | tree size | root hash
//! ```
//!
//! Lengths have one byte, numbers eight, big-endian. With the time 0 such a line does not state that the tree is the largest: it verifies,
//! and does not count. C2SP tlog-cosignature.

use super::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::algorithms::note::{KeyType, NoteSignature, SignatureCheck, SigningKey, VerifierKey};
use crate::values::codes::Code;
use crate::values::error::{Error, Result};

/// Largest time of a cosignature; tlog-cosignature, Format.
const LARGEST_TIME: u64 = i64::MAX.unsigned_abs();

/// What the cosignatures of one witness come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CosignatureCheck {
    /// There are lines of this witness, and every one verifies; the earliest of their times, in seconds since 1970.
    Good {
        /// POSIX time.
        time: u64,
    },
    /// A line names this witness and does not verify.
    Bad,
    /// No line of this witness counts, or its key is of another type.
    Absent,
}

/// The message that a type 0x04 cosignature signs; `text` is the checkpoint's, with its final newline.
#[must_use]
pub fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// The message that a type 0x06 cosignature signs; `None` if the name of the witness or the origin is longer than 255 bytes.
#[must_use]
pub fn ml_dsa_message(witness: &str, time: u64, checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let mut bytes = b"subtree/v1\n\0".to_vec();
    let put = |bytes: &mut Vec<u8>, text: &str| {
        bytes.push(u8::try_from(text.len()).ok()?);
        bytes.extend_from_slice(text.as_bytes());
        Some(())
    };
    put(&mut bytes, witness)?;
    bytes.extend_from_slice(&time.to_be_bytes());
    put(&mut bytes, checkpoint.origin())?;
    bytes.extend_from_slice(&0_u64.to_be_bytes());
    bytes.extend_from_slice(&checkpoint.size().to_be_bytes());
    bytes.extend_from_slice(checkpoint.root().as_bytes());
    Some(bytes)
}

/// Cosigns a checkpoint as of `time`, in seconds since 1970. Whether it may be cosigned is for the caller to have checked.
///
/// **Errors**: `bad-key` unless the key is of type 0x04 or 0x06, or if type 0x06 cannot name it or the origin in 255 bytes;
/// `bad-option` for a time beyond 2^63 − 1, and for the time 0 of type 0x06.
pub fn sign(checkpoint: &SignedCheckpoint, key: &SigningKey, time: u64) -> Result<NoteSignature> {
    let verifier = key.verifier();
    if !verifier.key_type().cosigns() {
        return Err(Error::new(Code::BadKey, "It is not a witness key."));
    }
    if time > LARGEST_TIME {
        return Err(Error::new(Code::BadOption, "The time is too large.").member("time"));
    }
    if time == 0 && verifier.key_type() == KeyType::MlDsaCosignature {
        return Err(Error::new(Code::BadOption, "With the time 0 it would not count.").member("time"));
    }
    let ed25519 = || message(time, checkpoint.note().text()).into_bytes();
    let ml_dsa = || ml_dsa_message(verifier.name(), time, checkpoint.checkpoint());
    let refuse = || Error::new(Code::BadKey, "Its name or the origin is longer than 255 bytes.");
    let mut bytes = time.to_be_bytes().to_vec();
    bytes.extend(key.cosign(ed25519, ml_dsa).ok_or_else(refuse)?);
    Ok(NoteSignature::by(verifier, bytes))
}

/// Says what the lines of one witness come to. A good and a bad line of the same key are bad.
///
/// **Cost**: one verification a line that names the key.
#[must_use]
pub fn check(checkpoint: &SignedCheckpoint, key: &VerifierKey) -> CosignatureCheck {
    if !key.key_type().cosigns() {
        return CosignatureCheck::Absent;
    }
    let mut earliest = None;
    let lines = checkpoint.note().check_lines(key, |bytes| {
        let Some((time, signature)) = bytes.split_first_chunk::<8>() else { return false };
        let time = u64::from_be_bytes(*time);
        if key.key_type() == KeyType::Cosignature || time > 0 {
            earliest = Some(earliest.map_or(time, |earliest: u64| earliest.min(time)));
        }
        time <= LARGEST_TIME && verify(checkpoint, key, time, signature)
    });
    match (lines, earliest) {
        (SignatureCheck::Good, Some(time)) => CosignatureCheck::Good { time },
        (SignatureCheck::Bad, _) => CosignatureCheck::Bad,
        (SignatureCheck::Good | SignatureCheck::Absent, _) => CosignatureCheck::Absent,
    }
}

fn verify(checkpoint: &SignedCheckpoint, key: &VerifierKey, time: u64, signature: &[u8]) -> bool {
    if let Some(public) = key.ml_dsa() {
        let message = ml_dsa_message(key.name(), time, checkpoint.checkpoint());
        return message.is_some_and(|message| public.verify(&message, signature));
    }
    let Ok(signature) = <&[u8; 64]>::try_from(signature) else { return false };
    key.public().is_some_and(|public| public.verify(message(time, checkpoint.note().text()).as_bytes(), signature))
}
