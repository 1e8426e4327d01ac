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
//! C2SP tlog-cosignature. The ML-DSA-44 form (type 0x06) is left out: such lines are kept and never counted.

use super::checkpoint::SignedCheckpoint;
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
    /// No line names this witness, or its key is not of type 0x04.
    Absent,
}

/// The message that a cosignature signs; `text` is the checkpoint's, with its final newline.
#[must_use]
pub fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Cosigns a checkpoint as of `time`, in seconds since 1970. Whether it may be cosigned is for the caller to have checked.
///
/// **Errors**: `bad-key` unless the key is of type 0x04; `bad-option` for a time beyond 2^63 − 1.
pub fn sign(checkpoint: &SignedCheckpoint, key: &SigningKey, time: u64) -> Result<NoteSignature> {
    if key.verifier().key_type() != KeyType::Cosignature {
        return Err(Error::new(Code::BadKey, "It is not a witness key."));
    }
    if time > LARGEST_TIME {
        return Err(Error::new(Code::BadOption, "The time is too large.").member("time"));
    }
    let mut bytes = time.to_be_bytes().to_vec();
    bytes.extend_from_slice(&key.secret().sign(message(time, checkpoint.note().text()).as_bytes()));
    Ok(NoteSignature::by(key.verifier(), bytes))
}

/// Says what the lines of one witness come to. A good and a bad line of the same key are bad.
///
/// **Cost**: one Ed25519 verification a line that names the key.
#[must_use]
pub fn check(checkpoint: &SignedCheckpoint, key: &VerifierKey) -> CosignatureCheck {
    let (KeyType::Cosignature, Some(public)) = (key.key_type(), key.public()) else { return CosignatureCheck::Absent };
    let mut earliest = u64::MAX;
    let lines = checkpoint.note().check_lines(key, |bytes| {
        let Some((time, signature)) = bytes.split_first_chunk::<8>() else { return false };
        let Ok(signature) = <&[u8; 64]>::try_from(signature) else { return false };
        let time = u64::from_be_bytes(*time);
        earliest = earliest.min(time);
        time <= LARGEST_TIME && public.verify(message(time, checkpoint.note().text()).as_bytes(), signature)
    });
    match lines {
        SignatureCheck::Good => CosignatureCheck::Good { time: earliest },
        SignatureCheck::Bad => CosignatureCheck::Bad,
        SignatureCheck::Absent => CosignatureCheck::Absent,
    }
}
