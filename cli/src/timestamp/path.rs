//! From the certificate of who signed a token to one that the verifier gave. RFC 5280, as far as time stamping needs it, and strict: what is
//! critical and not understood is refused.

use super::signature::{self, Fault};
use call_stream_verify::{Code, Error};
use der::oid::AssociatedOid;
use der::oid::db::rfc5280;
use der::{Decode, Encode};
pub use x509_cert::Certificate;
use x509_cert::TbsCertificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

/// Most certificates between the two.
const BETWEEN: usize = 4;
/// Most signatures of certificates that are checked for one token.
const CHECKS: usize = 64;

/// Why nothing that the verifier trusts stands behind a certificate.
pub struct Distrust(pub &'static str);

/// Reads the certificates of authorities: PEM, several one after the other, or one in DER.
///
/// **Errors**: `bad-authority`.
pub fn read_authorities(bytes: &[u8]) -> Result<Vec<Certificate>, Error> {
    let refuse = |detail| Error::new(Code::BadAuthority, detail);
    let start = bytes.windows(11).position(|piece| piece == b"-----BEGIN ");
    let certificates = match start {
        // Text in front of the first, as `openssl x509 -text` puts it there, says nothing.
        Some(start) => Certificate::load_pem_chain(bytes.get(start..).unwrap_or_default()),
        None => Certificate::from_der(bytes).map(|certificate| vec![certificate]),
    };
    let certificates = certificates.map_err(|_| refuse("It holds no certificate in PEM or DER, or something beside."))?;
    let is_authority = certificates.iter().all(|certificate| constraints(certificate.tbs_certificate()).is_some());
    match (certificates.is_empty(), is_authority) {
        (false, true) => Ok(certificates),
        (true, _) => Err(refuse("It holds no certificate.")),
        (false, false) => Err(refuse("A certificate in it is of no authority: its basic constraints do not say so.")),
    }
}

/// The certificate of an authority to which a path leads from the signer's, over those that came with the token.
pub fn find<'a>(
    signer: &Certificate,
    others: &[Certificate],
    authorities: &'a [Certificate],
    time: i64,
) -> Result<&'a Certificate, Distrust> {
    check_signer(signer.tbs_certificate())?;
    check_common(signer.tbs_certificate(), time)?;
    let why = Distrust("No path leads from the certificate of who signed to one that you gave.");
    let mut search = Search { others, authorities, time, checks: CHECKS, why };
    search.climb(signer, 0).ok_or(search.why)
}

struct Search<'a, 'b> {
    others: &'b [Certificate],
    authorities: &'a [Certificate],
    time: i64,
    /// How many signatures may still be checked.
    checks: usize,
    /// Why there is no path, as far as that is known.
    why: Distrust,
}

impl<'a> Search<'a, '_> {
    /// One step after the other: an authority that signed the certificate, or one in between that did.
    fn climb(&mut self, certificate: &Certificate, between: usize) -> Option<&'a Certificate> {
        let (authorities, others) = (self.authorities, self.others);
        if let Some(authority) = authorities.iter().find(|authority| self.is_sound(certificate, authority, between)) {
            return Some(authority);
        }
        if between == BETWEEN {
            return None;
        }
        let others = others.iter().filter(|other| *other != certificate);
        let issuers: Vec<&Certificate> = others.filter(|other| self.is_sound(certificate, other, between)).collect();
        issuers.into_iter().find_map(|issuer| self.climb(issuer, between + 1))
    }

    /// Whether a certificate is that of the issuer of another, and may be.
    fn is_sound(&mut self, certificate: &Certificate, issuer: &Certificate, between: usize) -> bool {
        if certificate.tbs_certificate().issuer() != issuer.tbs_certificate().subject() {
            return false;
        }
        // Sixteen certificates of one name and key make tens of thousands of paths.
        let Some(checks) = self.checks.checked_sub(1) else {
            self.why = Distrust("More certificates of the same names came with the token than are tried.");
            return false;
        };
        self.checks = checks;
        check_issuer(certificate, issuer, self.time, between).map_err(|distrust| self.why = distrust).is_ok()
    }
}

/// That a certificate has signed another of its name, with everything it takes for that.
fn check_issuer(certificate: &Certificate, issuer: &Certificate, time: i64, between: usize) -> Result<(), Distrust> {
    let inner = issuer.tbs_certificate();
    let message = certificate.tbs_certificate().to_der().map_err(|_| Distrust("A certificate is not well-formed."))?;
    let algorithm = (certificate.signature_algorithm(), None);
    let bits = certificate.signature().as_bytes().unwrap_or_default();
    if certificate.tbs_certificate().signature() != certificate.signature_algorithm() {
        return Err(Distrust("A certificate names two kinds of signature."));
    }
    signature::verify(inner.subject_public_key_info(), algorithm, &message, bits).map_err(|fault| match fault {
        Fault::Bad => Distrust("A certificate is not signed by the one that it names."),
        Fault::Unknown => Distrust("A certificate is signed in a way that is not used here."),
    })?;
    check_common(inner, time)?;
    let constraints = constraints(inner).ok_or(Distrust("A certificate on the path is of no authority."))?;
    if constraints.path_len_constraint.is_some_and(|most| usize::from(most) < between) {
        return Err(Distrust("There are more certificates between than an authority allows."));
    }
    // Purposes in the certificate of an authority bind those that it issues.
    match inner.get_extension::<ExtendedKeyUsage>() {
        Ok(None) => {}
        Ok(Some((_, ExtendedKeyUsage(purposes))))
            if purposes
                .iter()
                .any(|purpose| [rfc5280::ID_KP_TIME_STAMPING, rfc5280::ANY_EXTENDED_KEY_USAGE].contains(purpose)) => {}
        _ => return Err(Distrust("A certificate on the path is for other purposes than time stamping.")),
    }
    match inner.get_extension::<KeyUsage>() {
        Ok(None) => Ok(()),
        Ok(Some((_, usage))) if usage.key_cert_sign() => Ok(()),
        _ => Err(Distrust("A certificate on the path must not sign others.")),
    }
}

/// What holds of an authority: it says that it is one.
fn constraints(certificate: &TbsCertificate) -> Option<BasicConstraints> {
    let (_, constraints) = certificate.get_extension::<BasicConstraints>().ok()??;
    constraints.ca.then_some(constraints)
}

/// What holds of who signs tokens: the key is for that and for nothing else (RFC 3161, 2.3).
fn check_signer(certificate: &TbsCertificate) -> Result<(), Distrust> {
    match certificate.get_extension::<ExtendedKeyUsage>() {
        Ok(Some((true, ExtendedKeyUsage(purposes)))) if purposes == [rfc5280::ID_KP_TIME_STAMPING] => {}
        _ => {
            return Err(Distrust("The certificate of who signed is not for time stamping alone, or does not say so critically."));
        }
    }
    match certificate.get_extension::<KeyUsage>() {
        Ok(None) => Ok(()),
        Ok(Some((_, usage))) if usage.digital_signature() || usage.non_repudiation() => Ok(()),
        _ => Err(Distrust("The key of who signed is not for signatures.")),
    }
}

/// What holds of every certificate: it was valid at that time, and has nothing critical that is not understood.
fn check_common(certificate: &TbsCertificate, time: i64) -> Result<(), Distrust> {
    let validity = certificate.validity();
    let seconds = |moment: x509_cert::time::Time| i64::try_from(moment.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    if !(seconds(validity.not_before)..=seconds(validity.not_after)).contains(&time) {
        return Err(Distrust("A certificate on the path was not valid at the time that the token states."));
    }
    let known = [BasicConstraints::OID, KeyUsage::OID, ExtendedKeyUsage::OID];
    let extensions = certificate.extensions().map(Vec::as_slice).unwrap_or_default();
    if extensions.iter().any(|extension| extension.critical && !known.contains(&extension.extn_id)) {
        return Err(Distrust("A certificate on the path has a critical extension that is not understood here."));
    }
    Ok(())
}
