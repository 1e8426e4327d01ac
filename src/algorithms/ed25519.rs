//! Ed25519, the strict reading: of all readings in use it accepts the fewest signatures, so what passes here passes everywhere.
//!
//! RFC 8032 without the cofactor; S below the group order; R and the public key canonical and not of small order. Libraries disagree on
//! such edge cases: of the 914 vectors of C2SP's CCTV this reading accepts 43, WebCrypto up to 208.
//! Batch verification is left out on purpose: it cannot be made to agree with verifying one by one.

use std::fmt;

/// A public key: a canonical point that is not of small order.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Parses 32 bytes; `None` if they are no point, not its canonical encoding, or a point of small order.
    ///
    /// **Source**: RFC 8032 §5.1.3.
    #[must_use]
    pub fn parse(bytes: &[u8; 32]) -> Option<PublicKey> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
        // The crate takes y modulo 2^255 − 19 and keeps the bytes it was given.
        let canonical = key.to_edwards().compress().to_bytes() == *bytes;
        (canonical && !key.is_weak()).then_some(PublicKey(key))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Says whether `signature` is this key's signature over `message`.
    ///
    /// **Cost**: one double scalar multiplication and SHA-512 of the message.
    /// **Source**: RFC 8032 §5.1.7, cofactorless.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex::encode(self.as_bytes()))
    }
}

/// A secret key: the 32-byte seed of RFC 8032, erased from memory when dropped.
#[derive(Clone)]
pub struct SecretKey(ed25519_dalek::SigningKey);

impl SecretKey {
    /// The key of a seed, which must be 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> SecretKey {
        SecretKey(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        // Clamping makes the scalar a multiple of 8 that is not 0 modulo the order: the point is canonical and never of small order.
        PublicKey(self.0.verifying_key())
    }

    /// Signs a message; the same message gives the same signature.
    ///
    /// **Source**: RFC 8032 §5.1.6.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        use ed25519_dalek::Signer as _;
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn rfc_8032_section_7_1_test_2_agrees() {
        let secret = SecretKey::from_seed(bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        let public: [u8; 32] = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature: [u8; 64] = bytes(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        assert_eq!(secret.public().as_bytes(), &public);
        assert_eq!(secret.sign(&[0x72]), signature);
        let key = PublicKey::parse(&public).unwrap();
        assert!(key.verify(&[0x72], &signature));
        assert!(!key.verify(&[0x73], &signature));
    }

    #[test]
    fn a_canonical_key_is_taken_and_its_other_spelling_refused() {
        // y = 3 is the smallest y of a point of large order whose y + p still fits 255 bits.
        let mut low = [0; 32];
        low[0] = 3;
        let mut high = [0xff; 32];
        high[0] = 0xf0;
        high[31] = 0x7f;
        assert!(ed25519_dalek::VerifyingKey::from_bytes(&high).is_ok_and(|key| !key.is_weak()), "the crate takes it");
        assert!(PublicKey::parse(&low).is_some());
        assert!(PublicKey::parse(&high).is_none());
    }

    #[test]
    fn points_of_small_order_are_no_keys() {
        let mut one = [0; 32];
        one[0] = 1;
        assert!(PublicKey::parse(&one).is_none(), "the neutral element");
        assert!(PublicKey::parse(&[0; 32]).is_none(), "order 4");
        assert!(
            PublicKey::parse(&bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")).is_none(),
            "order 8"
        );
    }

    #[test]
    fn a_secret_key_does_not_print_itself() {
        assert_eq!(format!("{:?}", SecretKey::from_seed([7; 32])), "SecretKey(…)");
    }
}
