//! ML-DSA-44, by which witnesses cosign in a way that a quantum computer does not break. FIPS 204, the pure form with an empty context.
//!
//! Every 1,312 bytes are a public key. A signature is read strictly: hints in their one encoding, no coefficient of z beyond its bound.
//! Signing is deterministic, and the same message gives the same signature.

use ml_dsa::{EncodedSignature, EncodedVerifyingKey, KeyExport, KeyInit, Keypair, MlDsa44, Seed, Signature, Signer, Verifier};
use std::fmt;

/// Length of a public key, FIPS 204 table 2.
pub const PUBLIC_KEY_BYTES: usize = 1312;
/// Length of a signature, FIPS 204 table 2.
pub const SIGNATURE_BYTES: usize = 2420;

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Takes 1,312 bytes; `None` for another number of them.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<PublicKey> {
        (bytes.len() == PUBLIC_KEY_BYTES).then(|| PublicKey(bytes.to_vec()))
    }

    /// The 1,312 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Says whether `signature` is this key's signature over `message`.
    ///
    /// **Cost**: expanding the key, which is most of it, and some transforms.
    /// **Source**: FIPS 204 algorithms 3 and 8.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(encoded) = EncodedSignature::<MlDsa44>::try_from(signature) else { return false };
        let Some(signature) = Signature::<MlDsa44>::decode(&encoded) else { return false };
        let Ok(key) = EncodedVerifyingKey::<MlDsa44>::try_from(self.0.as_slice()) else { return false };
        ml_dsa::VerifyingKey::<MlDsa44>::decode(&key).verify(message, &signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex::encode(&self.0))
    }
}

/// A secret key: the 32-byte seed ξ of FIPS 204, and what follows from it; erased from memory when dropped.
#[derive(Clone)]
pub struct SecretKey(ml_dsa::SigningKey<MlDsa44>);

impl SecretKey {
    /// The key of a seed, which must be 32 random bytes.
    ///
    /// **Source**: FIPS 204 algorithm 6.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> SecretKey {
        SecretKey(ml_dsa::SigningKey::new(&Seed::from(seed)))
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        (*self.0.as_seed()).into()
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes().to_vec())
    }

    /// Signs a message. `None` has a chance of less than one in 2^128: every one of the tries that are made was rejected.
    ///
    /// **Source**: FIPS 204 algorithm 2, deterministic.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.0.try_sign(message).ok().map(|signature: Signature<MlDsa44>| signature.encode().to_vec())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}
