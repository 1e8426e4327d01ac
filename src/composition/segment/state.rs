//! Segments and runs as text, so that one can stop on one machine and go on, or be merged, on another.
//!
//! ```text
//! call-stream-verify/segment/0.1.0 5c36…
//! IJ3pmeQ0…
//! ```
//!
//! The first line names the format, which is that of this version of the crate, and the digest of the bytes that the second holds in base64. The digest finds damage, not malice: a
//! segment is the verifier's own state, and whoever can write it can write a report as well. Only the version that wrote a segment reads
//! it: the bytes are the fields in order, as the crate `postcard` writes them.

use super::{Kept, Segment};
use crate::algorithms::base64;
use crate::composition::bundle::line::Line;
use crate::composition::report::Finding;
use crate::composition::trust::Trust;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::{ENVELOPE_BYTES, SAFE_INTEGER};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SEGMENT_FORMAT: &str = concat!("call-stream-verify/segment/", env!("CARGO_PKG_VERSION"));

/// A state as text.
pub(crate) fn encode(format: &str, state: &impl Serialize) -> String {
    seal(format, &postcard::to_allocvec(state).unwrap_or_default())
}

fn seal(format: &str, bytes: &[u8]) -> String {
    format!("{format} {}\n{}\n", Digest::of(bytes), base64::encode(bytes))
}

/// Reads a state again.
///
/// **Errors**: `bad-state`.
pub(crate) fn decode<T: DeserializeOwned>(format: &str, text: &str) -> Result<T> {
    read(&open(format, text)?)
}

fn open(format: &str, text: &str) -> Result<Vec<u8>> {
    let refuse = |detail| Error::new(Code::BadState, detail);
    let (head, body) = text.split_once('\n').ok_or_else(|| refuse("It is no state."))?;
    let digest = head.strip_prefix(format).and_then(|rest| rest.strip_prefix(' '));
    let digest = digest.and_then(Digest::parse).ok_or_else(|| refuse("It is no state of this kind and version."))?;
    let body = body.strip_suffix('\n').ok_or_else(|| refuse("It is cut off."))?;
    let bytes = base64::decode(body).filter(|bytes| Digest::of(bytes) == digest);
    bytes.ok_or_else(|| refuse("It was damaged or changed."))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((state, [])) => Ok(state),
        _ => Err(Error::new(Code::BadState, "It is no state of this version.")),
    }
}

impl Segment {
    /// The segment as text.
    ///
    /// **Returns**: two lines; about 250 bytes a call, and 43 bytes for each of the first 262,144 entries.
    #[must_use]
    pub fn save(&self) -> String {
        encode(SEGMENT_FORMAT, self)
    }

    /// Reads a segment that was saved under the same trust.
    ///
    /// **Errors**: `bad-state`.
    pub fn resume(text: &str, trust: &Trust) -> Result<Segment> {
        let mut segment: Segment = decode(SEGMENT_FORMAT, text)?;
        segment.admit(trust)?;
        Ok(segment)
    }

    /// The segment as bytes for another thread of the same program: without the digest that [`Segment::save`] adds.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`Segment::to_bytes`] gave under the same trust.
    ///
    /// **Errors**: `bad-state`.
    pub fn from_bytes(bytes: &[u8], trust: &Trust) -> Result<Segment> {
        let mut segment: Segment = read(bytes)?;
        segment.admit(trust)?;
        Ok(segment)
    }

    /// Makes a segment usable that was read from a text.
    ///
    /// **Errors**: `bad-state` if it was folded under another trust or contradicts itself.
    pub(crate) fn admit(&mut self, trust: &Trust) -> Result<()> {
        let refuse = |detail| Err(Error::new(Code::BadState, detail));
        if self.trust_id != trust.id() {
            return refuse("It was made under other keys or another expected head.");
        }
        let kept: Vec<Kept<'_>> = self.kept().collect();
        let keeps = |kept: &Kept<'_>| kept.parsed.is_envelope() || matches!(kept.parsed, Line::End(_));
        let whole = kept.len() == self.envelope.len() && kept.iter().all(keeps);
        if !whole || !self.is_bounded() || !self.calls.reindex() {
            return refuse("Its parts do not fit each other.");
        }
        Ok(())
    }
}

impl Segment {
    /// Whether every count lies where a run could have led, so that going on cannot overflow.
    fn is_bounded(&self) -> bool {
        let safe = |value: u64| value <= SAFE_INTEGER;
        let edges = self.first.is_none_or(|first| safe(first.seq)) && self.last.is_none_or(|last| safe(last.seq));
        let counts = [self.entries, self.calls_shown, self.attempts];
        safe(self.lines)
            && counts.into_iter().all(|count| count <= self.lines)
            && self.signing.is_bounded(safe)
            && edges
            && self.envelope_bytes <= 2 * ENVELOPE_BYTES
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedFinding {
    code: String,
    line: Option<u64>,
    seq: Option<u64>,
    call_id: Option<crate::values::uuid::Uuid>,
    member: Option<String>,
    expected: Option<String>,
    computed: Option<String>,
    detail: String,
}

impl From<Finding> for SavedFinding {
    fn from(finding: Finding) -> SavedFinding {
        SavedFinding {
            code: finding.code.name().to_owned(),
            line: finding.line,
            seq: finding.seq,
            call_id: finding.call_id,
            member: finding.member.map(|member| member.into_owned()),
            expected: finding.expected,
            computed: finding.computed,
            detail: finding.detail.into_owned(),
        }
    }
}

impl TryFrom<SavedFinding> for Finding {
    type Error = &'static str;

    fn try_from(saved: SavedFinding) -> std::result::Result<Finding, &'static str> {
        Ok(Finding {
            code: Code::parse(&saved.code).ok_or("unknown code")?,
            line: saved.line,
            seq: saved.seq,
            call_id: saved.call_id,
            member: saved.member.map(Into::into),
            expected: saved.expected,
            computed: saved.computed,
            detail: saved.detail.into(),
        })
    }
}

pub(super) fn serialize_findings<S: Serializer>(
    findings: &std::collections::BTreeSet<Finding>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().cloned().map(SavedFinding::from))
}

pub(super) fn deserialize_findings<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<std::collections::BTreeSet<Finding>, D::Error> {
    let mut findings = std::collections::BTreeSet::new();
    for saved in Vec::<SavedFinding>::deserialize(deserializer)? {
        findings.insert(saved.try_into().map_err(serde::de::Error::custom)?);
    }
    Ok(findings)
}

pub(super) fn serialize_codes<S: Serializer>(
    codes: &std::collections::BTreeSet<Code>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(codes.iter().map(|code| code.name()))
}

pub(super) fn deserialize_codes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<std::collections::BTreeSet<Code>, D::Error> {
    let mut codes = std::collections::BTreeSet::new();
    for name in Vec::<String>::deserialize(deserializer)? {
        codes.insert(Code::parse(&name).ok_or_else(|| serde::de::Error::custom("unknown code"))?);
    }
    Ok(codes)
}
