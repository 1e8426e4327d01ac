//! Keys of tests, made from a seed of one byte.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use call_stream_verify::algorithms::note::{KeyType, SigningKey};

pub fn signer(name: &str, key_type: KeyType, seed: u8) -> SigningKey {
    SigningKey::new(name, key_type, [seed; 32]).unwrap()
}

pub fn log(name: &str, seed: u8) -> SigningKey {
    signer(name, KeyType::Ed25519, seed)
}

pub fn witness(name: &str, seed: u8) -> SigningKey {
    signer(name, KeyType::Cosignature, seed)
}
