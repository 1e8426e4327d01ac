//! Base64 with one spelling for every value: `47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=` is SHA-256 of nothing.
//!
//! RFC 4648 §4: the standard alphabet, padded, unused bits zero, no white space. Whatever is decoded encodes back to the same text, so
//! a signature or hash can't be written in two ways. The URL alphabet and unpadded text are left out on purpose.

use crate::values::digest::Digest;
use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

/// Characters that 32 bytes take.
const DIGEST_CHARACTERS: usize = 44;

/// Encodes bytes.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes the canonical spelling; anything else is `None`.
///
/// ```
/// use call_stream_verify::algorithms::base64;
/// assert_eq!(base64::decode("AQI="), Some(vec![1, 2]));
/// assert_eq!(base64::decode("AQJ="), None); // the unused bits are not zero
/// assert_eq!(base64::decode("AQI"), None); // no padding
/// ```
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Decodes exactly 32 bytes.
#[must_use]
pub fn decode_digest(text: &str) -> Option<Digest> {
    if text.len() != DIGEST_CHARACTERS {
        return None;
    }
    // One byte more than a digest: room for what 44 characters without padding would decode to.
    let mut bytes = [0; 33];
    let length = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.get(..length)?.try_into().ok().map(Digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_section_10_agrees() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(plain.as_bytes()));
        }
    }

    #[test]
    fn every_text_of_four_characters_is_refused_or_encodes_back_to_itself() {
        let alphabet = "AQgw+/=-_ \n9";
        let mut accepted = 0;
        for a in alphabet.chars() {
            for b in alphabet.chars() {
                for c in alphabet.chars() {
                    for d in alphabet.chars() {
                        let text: String = [a, b, c, d].iter().collect();
                        if let Some(bytes) = decode(&text) {
                            assert_eq!(encode(&bytes), text);
                            accepted += 1;
                        }
                    }
                }
            }
        }
        // Seven digits of base64; of them A, Q, g and w end in four zero bits and may stand before the padding, and no other ends in two.
        assert_eq!(accepted, 7 * 7 * 7 * 7 + 7 * 7 * 4 + 7 * 4);
    }

    #[test]
    fn a_digest_is_exactly_32_bytes() {
        let zero = Digest([0; 32]);
        assert_eq!(decode_digest(&encode(zero.as_bytes())), Some(zero));
        assert_eq!(decode_digest(&encode(&[0; 31])), None);
        assert_eq!(decode_digest(&encode(&[0; 33])), None);
    }
}
