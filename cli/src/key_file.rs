//! Key files: one line, a signing key in the text form of Go's `sumdb/note`, readable by its owner alone.
//!
//! ```text
//! PRIVATE+KEY+callstream.example/audit+8f3c2d1a+AQ…
//! ```

use crate::durable::{self, Readers};
use crate::input;
use crate::output::{Failure, inert};
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::{Code, Error};
use std::io;
use std::path::Path;

/// Longest key file; a key's name takes most of it.
const KEY_FILE_BYTES: usize = 4096;

/// Reads a key.
///
/// **Errors**: `unreadable`, `bad-key-file`.
pub fn read(path: &Path) -> Result<SigningKey, Failure> {
    let text = input::read_text(path, KEY_FILE_BYTES, Code::BadKeyFile)?;
    let key = text.strip_suffix('\n').unwrap_or(&text);
    SigningKey::parse(key).map_err(|error| Failure::from(error).in_file(path))
}

/// Reads a key that signs texts: one of type 0x01.
///
/// **Errors**: as [`read`], and `bad-key` for a witness's key.
pub fn read_signer(path: &Path) -> Result<SigningKey, Failure> {
    let key = read(path)?;
    match key.verifier().key_type() {
        KeyType::Ed25519 => Ok(key),
        _ => Err(Failure::new(Code::BadKey, "It is a witness key: it cosigns checkpoints and signs nothing else.").in_file(path)),
    }
}

/// Reads a key that cosigns checkpoints.
///
/// **Errors**: as [`read`], and `bad-key` for any other.
pub fn read_cosigner(path: &Path) -> Result<SigningKey, Failure> {
    let key = read(path)?;
    match key.verifier().key_type().cosigns() {
        true => Ok(key),
        false => Err(Failure::new(Code::BadKey, "It is not a witness key.").in_file(path)),
    }
}

/// Writes a new key; a file that is there is never written over.
///
/// **Errors**: `unwritable`.
pub fn create(path: &Path, key: &SigningKey) -> Result<(), Failure> {
    let created = durable::create(path, format!("{}\n", key.to_secret_text()).as_bytes(), Readers::Owner);
    created.map_err(|reason| match reason.kind() {
        io::ErrorKind::AlreadyExists => {
            let message = format!("{} is there already; a key is never overwritten.", inert(&path.to_string_lossy()));
            Failure::new(Code::Unwritable, "").saying(message)
        }
        _ => Failure::unwritable(path, &reason),
    })
}

/// 32 bytes from the system's source of randomness.
///
/// **Errors**: `internal` if it has none.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    let refuse = |_| Failure::from(Error::new(Code::Internal, "The system gives no random bytes."));
    getrandom::fill(&mut bytes).map_err(refuse)?;
    Ok(bytes)
}
