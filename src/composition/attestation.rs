//! A validator's signed result: that it came to one report about one head, as an in-toto statement in a DSSE envelope.
//!
//! ```json
//! {"payload":"eyJf…","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"validator.example+47358b69","sig":"QmFz…"}]}
//! ```
//!
//! One line and its LF, in canonical JSON, as is the statement. It holds no time and nothing of the machine: validators that judge the same export
//! under the same trust sign the same statement, but for who they are.
//!
//! **Source**: in-toto Statement v1; DSSE v1.0.0.

use super::report::{Level, REPORT_FORMAT, Verdict};
use crate::algorithms::base64;
use crate::algorithms::canonical::{self, Scanner};
use crate::algorithms::note::{KeyType, SigningKey, VerifierKey, key_label};
use crate::objects::chain::is_origin;
use crate::objects::version::scan_digest;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::json::{self, Value};
use crate::values::limits::SAFE_INTEGER;
use std::fmt;

const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
const PREDICATE_TYPE: &str = "urn:call-stream-verify:result/1";
/// More than an envelope with the longest names.
pub const ATTESTATION_BYTES: usize = 16 * 1024;

/// What a report came to, as far as validators are to agree on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The log.
    pub origin: String,
    /// How many entries there are up to the head.
    pub size: u64,
    /// Hash of the last entry.
    pub head: Digest,
    /// The verdict.
    pub verdict: Verdict,
    /// The level reached; `None` if not even L0.
    pub level: Option<Level>,
    /// The level asked for.
    pub minimum_level: Level,
    /// SHA-256 of the report's JSON text, without a newline.
    pub report: Digest,
}

impl Outcome {
    /// What a report's JSON text came to.
    ///
    /// **Errors**: `bad-attestation` if it is no report, or one about nothing: without a chain or a head.
    pub fn of_report(text: &str) -> Result<Outcome> {
        let refuse = |detail| Error::new(Code::BadAttestation, detail);
        let report = json::parse(text.as_bytes())?;
        let string = |value: Option<&Value>| match value {
            Some(Value::String(string)) => Some(string.clone()),
            _ => None,
        };
        if string(report.get("format")).as_deref() != Some(REPORT_FORMAT) {
            return Err(refuse("It is no report of this verifier."));
        }
        let as_of = report.get("as_of");
        let size = match as_of.and_then(|as_of| as_of.get("size")) {
            Some(Value::Number(size)) => parse_size(*size),
            _ => None,
        };
        let head = string(as_of.and_then(|as_of| as_of.get("head"))).and_then(Digest::parse);
        let origin = string(report.get("chain").and_then(|chain| chain.get("origin")));
        let (Some(size), Some(head), Some(origin)) = (size, head, origin) else {
            return Err(refuse("The report is about no head: there is nothing that others could agree on."));
        };
        let refuse_member = |name: &'static str| refuse("It is no report of this verifier.").member(name);
        let verdict =
            string(report.get("verdict")).and_then(|name| Verdict::parse(&name)).ok_or_else(|| refuse_member("verdict"))?;
        let level = match report.get("level") {
            Some(Value::Null) => None,
            level => Some(string(level).and_then(|name| Level::parse(&name)).ok_or_else(|| refuse_member("level"))?),
        };
        let minimum = string(report.get("minimum_level")).and_then(|name| Level::parse(&name));
        let minimum_level = minimum.ok_or_else(|| refuse_member("minimum_level"))?;
        if !is_origin(&origin) {
            return Err(refuse_member("chain"));
        }
        Ok(Outcome { origin, size, head, verdict, level, minimum_level, report: Digest::of(text.as_bytes()) })
    }

    fn statement(&self, verifier: &str) -> String {
        let origin = canonical::quoted(&self.origin);
        let result = if self.verdict == Verdict::Verified { "PASSED" } else { "FAILED" };
        let level = self.level.map_or_else(|| "null".to_owned(), |level| format!("\"{level}\""));
        format!(
            "{{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{{\"as_of\":{{\"head\":\"{head}\",\"size\":{size}}},\
             \"level\":{level},\"minimum_level\":\"{minimum}\",\"report\":{{\"digest\":{{\"sha256\":\"{report}\"}},\"format\":\"{REPORT_FORMAT}\"}},\
             \"resourceUri\":{origin},\"verdict\":\"{verdict}\",\"verificationResult\":\"{result}\",\"verifier\":{{\"id\":{verifier}}}}},\
             \"predicateType\":\"{PREDICATE_TYPE}\",\"subject\":[{{\"digest\":{{\"sha256\":\"{head}\"}},\"name\":{origin}}}]}}",
            head = self.head,
            size = self.size,
            minimum = self.minimum_level,
            verdict = self.verdict.name(),
            report = self.report,
            verifier = canonical::quoted(verifier),
        )
    }
}

fn parse_size(size: f64) -> Option<u64> {
    canonical::format_number(size).parse().ok().filter(|size| *size <= SAFE_INTEGER)
}

/// A signed result; whether its signature is good is not yet said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    outcome: Outcome,
    /// Name of the key.
    verifier: String,
    /// `name+hash` of the key.
    key_id: String,
    signature: [u8; 64],
}

impl Attestation {
    /// Signs a result.
    ///
    /// **Errors**: `bad-key` if the key is a witness's.
    pub fn sign(outcome: Outcome, key: &SigningKey) -> Result<Attestation> {
        let verifier = key.verifier();
        let statement = outcome.statement(verifier.name());
        let signature = key.signer()?.sign(&signed_bytes(&statement));
        let key_id = key_label(verifier.name(), verifier.key_id());
        Ok(Attestation { outcome, verifier: verifier.name().to_owned(), key_id, signature })
    }

    /// Reads a signed result: one line and its LF.
    ///
    /// **Errors**: `bad-attestation` for whatever is not the text that [`Attestation`] prints.
    pub fn parse(bytes: &[u8]) -> Result<Attestation> {
        let refuse = |detail| Error::new(Code::BadAttestation, detail);
        if bytes.len() > ATTESTATION_BYTES {
            return Err(refuse("It is too large."));
        }
        let attestation = scan(bytes).ok_or_else(|| refuse(""))?;
        // Whatever was overlooked in reading would be written otherwise.
        if attestation.to_string().as_bytes() == bytes { Ok(attestation) } else { Err(refuse("")) }
    }

    /// What it came to.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The key that it says has signed it: `name+hash`.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Whether it names this key.
    #[must_use]
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.verifier == key.name() && self.key_id == key_label(key.name(), key.key_id())
    }

    /// Whether this key has signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        let message = signed_bytes(&self.outcome.statement(&self.verifier));
        let is_signer = key.key_type() == KeyType::Ed25519 && self.names(key);
        is_signer && key.public().is_some_and(|public| public.verify(&message, &self.signature))
    }
}

/// The bytes that are signed for a statement.
///
/// **Source**: DSSE v1.0.0, PAE.
fn signed_bytes(statement: &str) -> Vec<u8> {
    format!("DSSEv1 {} {PAYLOAD_TYPE} {} {statement}", PAYLOAD_TYPE.len(), statement.len()).into_bytes()
}

fn scan(bytes: &[u8]) -> Option<Attestation> {
    let mut scanner = Scanner::new(bytes.strip_suffix(b"\n")?).ok()?;
    scanner.literal("{\"payload\":")?;
    let statement = String::from_utf8(base64::decode(scanner.string()?)?).ok()?;
    scanner.literal(",\"payloadType\":\"")?;
    scanner.literal(PAYLOAD_TYPE)?;
    scanner.literal("\",\"signatures\":[{\"keyid\":")?;
    let key_id = canonical::unescape(scanner.string()?).into_owned();
    scanner.literal(",\"sig\":")?;
    let signature = base64::decode(scanner.string()?)?.try_into().ok()?;
    scanner.literal("}]}").filter(|()| scanner.is_at_end())?;
    let (outcome, verifier) = scan_statement(&mut Scanner::of(&statement))?;
    (outcome.statement(&verifier) == statement).then_some(Attestation { outcome, verifier, key_id, signature })
}

/// Reads the members that vary; all others are held against what would be written.
fn scan_statement(scanner: &mut Scanner<'_>) -> Option<(Outcome, String)> {
    let text = |scanner: &mut Scanner<'_>| Some(canonical::unescape(scanner.string()?).into_owned());
    let level = |scanner: &mut Scanner<'_>| Level::parse(scanner.string()?);
    let head = scan_digest(scanner, "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"as_of\":{\"head\":")?;
    scanner.literal(",\"size\":")?;
    let size = scanner.integer().filter(|size| *size <= SAFE_INTEGER)?;
    scanner.literal("},\"level\":")?;
    let reached = if scanner.literal("null").is_some() { None } else { Some(level(scanner)?) };
    scanner.literal(",\"minimum_level\":")?;
    let minimum_level = level(scanner)?;
    let report = scan_digest(scanner, ",\"report\":{\"digest\":{\"sha256\":")?;
    scanner.literal("},\"format\":\"")?;
    scanner.literal(REPORT_FORMAT)?;
    scanner.literal("\"},\"resourceUri\":")?;
    let origin = text(scanner).filter(|origin| is_origin(origin))?;
    scanner.literal(",\"verdict\":")?;
    let verdict = Verdict::parse(scanner.string()?)?;
    scanner.literal(",\"verificationResult\":")?;
    scanner.string()?;
    scanner.literal(",\"verifier\":{\"id\":")?;
    let verifier = text(scanner)?;
    Some((Outcome { origin, size, head, verdict, level: reached, minimum_level, report }, verifier))
}

/// The line with its LF.
impl fmt::Display for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key_id = canonical::quoted(&self.key_id);
        let payload = base64::encode(self.outcome.statement(&self.verifier).as_bytes());
        let signature = base64::encode(&self.signature);
        writeln!(
            f,
            "{{\"payload\":\"{payload}\",\"payloadType\":\"{PAYLOAD_TYPE}\",\"signatures\":[{{\"keyid\":{key_id},\"sig\":\"{signature}\"}}]}}"
        )
    }
}
