//! SHA-256 against NIST's Cryptographic Algorithm Validation Program.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use call_stream_verify::Digest;
use call_stream_verify::values::digest::Hasher;

#[test]
fn nist_cavp_agrees_in_one_piece_and_in_two() {
    let Some(corpora) = support::corpora("sha256") else { return };
    let mut ran = 0;
    for file in ["SHA256ShortMsg.rsp", "SHA256LongMsg.rsp"] {
        let text = support::read_text(corpora.join("nist-cavp-sha256/cavp/third_party/NIST/SHAVS").join(file));
        let (mut bits, mut message) = (0, Vec::new());
        for line in text.lines() {
            match line.trim().split_once(" = ") {
                Some(("Len", value)) => bits = value.parse::<usize>().unwrap(),
                Some(("Msg", value)) => message = hex::decode(value).unwrap(),
                Some(("MD", value)) => {
                    message.truncate(bits / 8);
                    let expected = Digest::parse(value).unwrap();
                    assert_eq!(Digest::of(&message), expected, "{bits} bits");
                    let (left, right) = message.split_at(message.len() / 3);
                    let mut hasher = Hasher::new();
                    hasher.update(left);
                    hasher.update(right);
                    assert_eq!(hasher.finish(), expected, "{bits} bits");
                    ran += 1;
                }
                _ => {}
            }
        }
    }
    assert_eq!(ran, 129);
}

#[test]
fn rfc_4231_agrees_on_hmac_with_a_key_of_32_bytes() {
    // The RFC's keys have other lengths; one shorter than 32 bytes is the same key with zeros behind it.
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    let tag = Digest::hmac(&key, b"what do ya want for nothing?");
    assert_eq!(tag.to_string(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
