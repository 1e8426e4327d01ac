//! Signatures of certificates and tokens: RSA (PKCS #1 v1.5, 2,048 to 8,192 bits) and ECDSA on P-256 and P-384, with SHA-2.

use der::Encode;
use der::asn1::ObjectIdentifier;
use der::oid::db::rfc5912;
use rsa::signature::Verifier;
use rsa::traits::PublicKeyParts;
use rsa::{PublicKey, pkcs1v15};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::spki::{AlgorithmIdentifierOwned, DecodePublicKey, SubjectPublicKeyInfoOwned};

/// Why a signature is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not verify.
    Bad,
    /// It or its key is of a kind that is not used here.
    Unknown,
}

/// Verifies a signature over a message; where its algorithm names no hash, `digest` does.
///
/// **Errors**: what is wrong with it.
pub fn verify(
    key: &SubjectPublicKeyInfoOwned,
    (algorithm, digest): (&AlgorithmIdentifierOwned, Option<&AlgorithmIdentifierOwned>),
    message: &[u8],
    signature: &[u8],
) -> Result<(), Fault> {
    let der = key.to_der().map_err(|_| Fault::Unknown)?;
    let named = digest.map(|digest| digest.oid);
    let (is_rsa, hash) = match algorithm.oid {
        rfc5912::RSA_ENCRYPTION => (true, named.ok_or(Fault::Unknown)?),
        rfc5912::SHA_256_WITH_RSA_ENCRYPTION => (true, rfc5912::ID_SHA_256),
        rfc5912::SHA_384_WITH_RSA_ENCRYPTION => (true, rfc5912::ID_SHA_384),
        rfc5912::SHA_512_WITH_RSA_ENCRYPTION => (true, rfc5912::ID_SHA_512),
        rfc5912::ECDSA_WITH_SHA_256 => (false, rfc5912::ID_SHA_256),
        rfc5912::ECDSA_WITH_SHA_384 => (false, rfc5912::ID_SHA_384),
        rfc5912::ECDSA_WITH_SHA_512 => (false, rfc5912::ID_SHA_512),
        _ => return Err(Fault::Unknown),
    };
    // The hash of the attributes is the one that hashed the statement.
    if named.is_some_and(|named| named != hash) {
        return Err(Fault::Unknown);
    }
    if is_rsa { verify_rsa(&der, hash, message, signature) } else { verify_ecdsa(&der, hash, message, signature) }
}

fn verify_rsa(key: &[u8], hash: ObjectIdentifier, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
    let key = PublicKey::from_public_key_der(key).map_err(|_| Fault::Unknown)?;
    if !(256..=1024).contains(&key.size()) {
        return Err(Fault::Unknown);
    }
    let signature = pkcs1v15::Signature::try_from(signature).map_err(|_| Fault::Bad)?;
    let verified = match hash {
        rfc5912::ID_SHA_256 => pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(message, &signature),
        rfc5912::ID_SHA_384 => pkcs1v15::VerifyingKey::<Sha384>::new(key).verify(message, &signature),
        rfc5912::ID_SHA_512 => pkcs1v15::VerifyingKey::<Sha512>::new(key).verify(message, &signature),
        _ => return Err(Fault::Unknown),
    };
    verified.map_err(|_| Fault::Bad)
}

fn verify_ecdsa(key: &[u8], hash: ObjectIdentifier, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
    use p256::ecdsa::signature::hazmat::PrehashVerifier;
    let digest = match hash {
        rfc5912::ID_SHA_256 => Sha256::digest(message).to_vec(),
        rfc5912::ID_SHA_384 => Sha384::digest(message).to_vec(),
        _ => Sha512::digest(message).to_vec(),
    };
    if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(key) {
        let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| Fault::Bad)?;
        return key.verify_prehash(&digest, &signature).map_err(|_| Fault::Bad);
    }
    let key = p384::ecdsa::VerifyingKey::from_public_key_der(key).map_err(|_| Fault::Unknown)?;
    let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| Fault::Bad)?;
    key.verify_prehash(&digest, &signature).map_err(|_| Fault::Bad)
}
