//! Time-stamp tokens: what an authority (TSA) states it has seen at which time. RFC 3161 and 5816.
//!
//! A token is CMS signed data over a `TSTInfo`, alone or in the authority's response (`.tsr`, `.tst`, both DER). It is judged without a clock: by
//! the certificates of authorities that the verifier gives, each at the time that the token itself states. Whether a certificate was revoked is
//! not looked at: that takes lists of another time.

mod path;
mod signature;
mod token;

use call_stream_verify::{Digest, Timestamp};
pub use path::read_authorities;
use path::{Certificate, Distrust};
pub use token::Token;

/// Longest token, in bytes.
pub const TOKEN_BYTES: usize = 64 * 1024;
/// Longest file of authorities' certificates, in bytes.
pub const AUTHORITY_BYTES: usize = 256 * 1024;

/// What a token states, and whose word it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When the authority has seen the digest, by its clock.
    pub time: Timestamp,
    /// The name in the certificate of who signed.
    pub signer: String,
    /// The name in the certificate that the verifier gave.
    pub authority: String,
    /// The policy under which it was made, an object identifier.
    pub policy: String,
    /// The token's number, in hex.
    pub serial: String,
}

/// What a token comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgment {
    /// It holds.
    Stamped(Box<Stamp>),
    /// It was judged and does not hold.
    Mismatch(&'static str),
    /// Nothing that the verifier trusts stands behind it.
    NotProven(&'static str),
}

/// Judges a token over the digest, by these authorities.
pub fn judge(token: &Token, digest: &Digest, authorities: &[Certificate]) -> Judgment {
    if token.imprint != *digest {
        return Judgment::Mismatch("The token is about another digest.");
    }
    let Some(signer) = token.signer() else {
        return Judgment::NotProven(
            "The certificate of who signed is not in the token; the authority leaves it out unless it is asked for it.",
        );
    };
    if let Err(judgment) = token.check_signature(signer) {
        return judgment;
    }
    match path::find(signer, &token.certificates, authorities, token.time.seconds()) {
        Ok(authority) => Judgment::Stamped(Box::new(Stamp {
            time: token.time,
            signer: signer.tbs_certificate().subject().to_string(),
            authority: authority.tbs_certificate().subject().to_string(),
            policy: token.policy.clone(),
            serial: token.serial.clone(),
        })),
        Err(Distrust(why)) => Judgment::NotProven(why),
    }
}
