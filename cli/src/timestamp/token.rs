//! The token itself: its structure, what it states, and that its parts hold together.

use super::Judgment;
use super::path::Certificate;
use super::signature::{self, Fault};
use call_stream_verify::{Code, Digest, Error, Timestamp};
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::oid::db::{rfc3161, rfc5911, rfc5912};
use der::{Any, Decode, Encode, Sequence, Tag, Tagged};
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// Most certificates in a token.
const CERTIFICATES: usize = 16;

#[derive(Sequence)]
struct TstInfo {
    version: u8,
    policy: ObjectIdentifier,
    message_imprint: MessageImprint,
    serial_number: Int,
    /// A GeneralizedTime, which may have a fraction.
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<GeneralName>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct MessageImprint {
    hash_algorithm: AlgorithmIdentifierOwned,
    hashed_message: OctetString,
}

#[derive(Sequence)]
struct Accuracy {
    #[asn1(optional = "true")]
    seconds: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<Int>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<Int>,
}

#[derive(Sequence)]
struct Response {
    status: Status,
    #[asn1(optional = "true")]
    token: Option<ContentInfo>,
}

#[derive(Sequence)]
struct Status {
    status: u8,
    #[asn1(optional = "true")]
    text: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    failure: Option<der::asn1::BitString>,
}

#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
    #[asn1(optional = "true")]
    policies: Option<Vec<Any>>,
}

#[derive(Sequence)]
struct CertificateId {
    /// SHA-256 if it is absent.
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// A token that was read; nothing in it is trusted yet.
pub struct Token {
    /// What it is about.
    pub imprint: Digest,
    /// When its maker has seen that, by its clock.
    pub time: Timestamp,
    pub policy: String,
    pub serial: String,
    /// Certificates that came with it.
    pub certificates: Vec<Certificate>,
    content: Vec<u8>,
    signer: SignerInfo,
}

impl Token {
    /// Reads a token, or the response that it came in.
    ///
    /// **Errors**: `bad-timestamp`.
    pub fn parse(bytes: &[u8]) -> Result<Token, Error> {
        Token::read(bytes).map_err(bad)
    }

    fn read(bytes: &[u8]) -> Result<Token, &'static str> {
        let outer = match (ContentInfo::from_der(bytes), Response::from_der(bytes)) {
            (Ok(token), _) => token,
            (_, Ok(Response { status: Status { status: 0 | 1, .. }, token: Some(token) })) => token,
            (_, Ok(_)) => return Err("It is a refusal: the authority has made no token."),
            _ => return Err("It is neither a token nor an authority's response, in DER."),
        };
        if outer.content_type != rfc5911::ID_SIGNED_DATA {
            return Err("It is no signed data.");
        }
        let signed: SignedData = outer.content.decode_as().map_err(|_| "Its signed data are not well-formed.")?;
        let content = signed.encap_content_info;
        if content.econtent_type != rfc3161::ID_CT_TST_INFO {
            return Err("What is signed is no statement of a time.");
        }
        let content = content.econtent.ok_or("It holds no statement of a time.")?;
        let content: OctetString = content.decode_as().map_err(|_| "It holds no statement of a time.")?;
        let content = content.as_bytes().to_vec();
        let info = TstInfo::from_der(&content).map_err(|_| "Its statement of a time is not well-formed.")?;
        if info.version != 1 {
            return Err("Its statement of a time is of another version.");
        }
        let unknown = info.extensions.iter().flatten().any(|extension| extension.critical);
        if unknown {
            return Err("Its statement of a time has an extension that must be understood, and is not.");
        }
        let [signer] = signed.signer_infos.0.as_slice() else { return Err("It is not signed by exactly one.") };
        let certificates = signed.certificates.map(|set| set.0.into_vec()).unwrap_or_default();
        if certificates.len() > CERTIFICATES {
            return Err("It has more than 16 certificates.");
        }
        let certificates = certificates.into_iter().filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        });
        Ok(Token {
            imprint: imprint(&info.message_imprint)?,
            time: time(&info.gen_time).ok_or("Its time is none, or not in Universal Time.")?,
            policy: info.policy.to_string(),
            serial: hex(info.serial_number.as_bytes()),
            certificates: certificates.collect(),
            content,
            signer: signer.clone(),
        })
    }

    /// The certificate of who signed, if it came with the token.
    pub fn signer(&self) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| {
            let inner = certificate.tbs_certificate();
            match &self.signer.sid {
                SignerIdentifier::IssuerAndSerialNumber(id) => {
                    id.issuer == *inner.issuer() && id.serial_number == *inner.serial_number()
                }
                SignerIdentifier::SubjectKeyIdentifier(id) => {
                    inner.get_extension::<SubjectKeyIdentifier>().is_ok_and(|found| found.is_some_and(|(_, found)| found == *id))
                }
            }
        })
    }

    /// Checks that the attributes are about the statement and the certificate, and are signed by its key.
    ///
    /// **Errors**: what does not hold, or was not judged.
    pub fn check_signature(&self, certificate: &Certificate) -> Result<(), Judgment> {
        use Judgment::{Mismatch, NotProven};
        let signer = &self.signer;
        let attributes = signer.signed_attrs.as_ref().ok_or(NotProven("It has no signed attributes."))?;
        let one = |oid: ObjectIdentifier| {
            let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
            match (found.next().map(|attribute| attribute.values.as_slice()), found.next()) {
                (Some([value]), None) => Some(value),
                _ => None,
            }
        };
        let kind = one(rfc5911::ID_CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
        if kind != Some(rfc3161::ID_CT_TST_INFO) {
            return Err(Mismatch("Its signed attributes are about something else than a time."));
        }
        let digest =
            hash(&signer.digest_alg, &self.content).ok_or(NotProven("It is hashed by an algorithm that is not used here."))?;
        let stated = one(rfc5911::ID_MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
        if stated.as_ref().map(OctetString::as_bytes) != Some(&digest) {
            return Err(Mismatch("Its statement of a time is not what was signed."));
        }
        let named = one(rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2).and_then(|value| value.decode_as::<SigningCertificate>().ok());
        let named = named.and_then(|named| named.certificates.into_iter().next());
        let named = named.ok_or(NotProven("It does not name its certificate by a SHA-2 digest (ESSCertIDv2)."))?;
        let der = certificate.to_der().map_err(|_| NotProven("Its certificate is not well-formed."))?;
        let own = match &named.hash_algorithm {
            None => Some(Digest::of(&der).as_bytes().to_vec()),
            Some(algorithm) => hash(algorithm, &der),
        };
        if own.as_deref() != Some(named.hash.as_bytes()) {
            return Err(Mismatch("It is signed for another certificate than the one that came with it."));
        }
        // What is signed are the attributes as a set of their own (RFC 5652, 5.4).
        let message = attributes.to_der().map_err(|_| NotProven("Its signed attributes are not well-formed."))?;
        let key = certificate.tbs_certificate().subject_public_key_info();
        let algorithm = (&signer.signature_algorithm, Some(&signer.digest_alg));
        signature::verify(key, algorithm, &message, signer.signature.as_bytes()).map_err(|fault| match fault {
            Fault::Bad => Mismatch("Its signature does not verify."),
            Fault::Unknown => NotProven("Its signature or key is of a kind that is not used here."),
        })
    }
}

fn bad(detail: &'static str) -> Error {
    Error::new(Code::BadTimestamp, detail)
}

fn imprint(imprint: &MessageImprint) -> Result<Digest, &'static str> {
    let is_sha256 = imprint.hash_algorithm.oid == rfc5912::ID_SHA_256;
    let bytes = <[u8; 32]>::try_from(imprint.hashed_message.as_bytes()).ok().filter(|_| is_sha256);
    bytes.map(Digest).ok_or("It is not over a SHA-256 digest.")
}

fn hash(algorithm: &AlgorithmIdentifierOwned, bytes: &[u8]) -> Option<Vec<u8>> {
    use sha2::Digest as _;
    Some(match algorithm.oid {
        rfc5912::ID_SHA_256 => Sha256::digest(bytes).to_vec(),
        rfc5912::ID_SHA_384 => Sha384::digest(bytes).to_vec(),
        rfc5912::ID_SHA_512 => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

/// `20261001100000Z`, with a fraction of a second or without.
fn time(value: &Any) -> Option<Timestamp> {
    let text = std::str::from_utf8(value.value()).ok().filter(|text| value.tag() == Tag::GeneralizedTime && text.is_ascii())?;
    let (digits, rest) = text.split_at_checked(14)?;
    let fraction = rest.strip_suffix('Z')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !fraction.ends_with(['0', '.']);
    let part = |range: std::ops::Range<usize>| digits.get(range);
    let date = format!("{}-{}-{}", part(0..4)?, part(4..6)?, part(6..8)?);
    let time = format!("{}:{}:{}", part(8..10)?, part(10..12)?, part(12..14)?);
    Timestamp::parse(&format!("{date}T{time}{fraction}Z")).filter(|_| is_plain)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
