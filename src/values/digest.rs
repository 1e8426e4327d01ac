//! Digests: the 32-byte SHA-256 values that name payloads, entries and tree nodes.
//!
//! As text a digest is 64 lower-case hex digits, and nothing else is accepted: FORMAT conventions.
//! The hashing itself is the `sha2` and `hmac` crates'; this module adds the type.

use super::saved::saved;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 value.
///
/// **Source**: FIPS 180-4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Parses 64 lower-case hex digits; anything else is `None`.
    ///
    /// ```
    /// use call_stream_verify::Digest;
    /// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// assert_eq!(Digest::parse(empty), Some(Digest::of(b"")));
    /// assert_eq!(Digest::parse(&empty.to_uppercase()), None);
    /// ```
    #[must_use]
    pub fn parse(text: impl AsRef<[u8]>) -> Option<Digest> {
        super::hex::decode::<64, 32>(text.as_ref().try_into().ok()?).map(Digest)
    }

    /// Computes SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Computes HMAC-SHA-256 of `message` (RFC 2104).
    #[must_use]
    pub fn hmac(key: &[u8; 32], message: &[u8]) -> Digest {
        // HMAC pads a short key with zeros to the block itself; a whole block leaves no error path.
        let mut block = [0; 64];
        block[..32].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        Mac::update(&mut mac, message);
        Digest(mac.finalize().into_bytes().into())
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

saved! { struct Digest { 0: bytes } }

/// SHA-256 over parts that arrive one after another.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Starts a hash of nothing.
    #[must_use]
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes added.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
