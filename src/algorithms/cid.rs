//! Content identifiers: the CIDv1 of a sealed payload, derived from its digest and never stored. FORMAT §2.
//!
//! `bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku` names zero bytes: multibase `b` (base32, lower case, no
//! padding) over version 1, codec `raw` 0x55, multihash sha2-256 (0x12), 32 bytes. Source: multiformats CID and multibase
//! specifications, RFC 4648 §6. Other codecs, bases and CIDv0 are left out on purpose.

use crate::values::digest::Digest;

/// The CID of the bytes that have this digest.
///
/// ```
/// use call_stream_verify::{Digest, cid_of};
/// assert_eq!(cid_of(&Digest::of(b"")), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
/// ```
#[must_use]
pub fn cid_of(digest: &Digest) -> String {
    let bytes = cid_bytes(digest);
    let mut text = String::from("b");
    // 36 bytes in groups of 5 bytes and 8 digits; the last, single byte takes two digits.
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - group.len()));
        let digits = (group.len() * 8).div_ceil(5);
        text.extend((0..digits).map(|place| base32_digit(bits >> (35 - 5 * place) & 31)));
    }
    text
}

/// The CID in binary: version, codec, hash function, length, digest.
pub(super) fn cid_bytes(digest: &Digest) -> Vec<u8> {
    let mut bytes = vec![0x01, 0x55, 0x12, 0x20];
    bytes.extend_from_slice(digest.as_bytes());
    bytes
}

fn base32_digit(value: u64) -> char {
    let value = u8::try_from(value).unwrap_or_default();
    char::from(if value < 26 { b'a' + value } else { b'2' + value - 26 })
}
