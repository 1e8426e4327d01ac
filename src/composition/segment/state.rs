//! Segments and runs as text, so that one can stop on one machine and go on, or be merged, on another.
//!
//! ```text
//! call-stream-verify/segment/0.1.0/2 5c36…
//! IJ3pmeQ0…
//! ```
//!
//! The first line names the format, which is the second of this version of the crate, and the digest of the bytes that the second
//! line holds in base64. The digest finds damage, not malice: a segment is the verifier's own state, and whoever can write it can
//! write a report as well. Only the version that wrote a segment reads it: the bytes are the fields in order, as [`saved`] writes them.

use super::{EnvelopeLine, First, Kept, Last, Place, Segment};
use crate::algorithms::base64;
use crate::composition::bundle::line::Line;
use crate::composition::trust::Trust;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::{ENVELOPE_BYTES, SAFE_INTEGER};
use crate::values::saved::{self, Saved, saved};

const SEGMENT_FORMAT: &str = concat!("call-stream-verify/segment/", env!("CARGO_PKG_VERSION"), "/2");

saved! {
    struct Segment {
        trust_id, lines, stopped, ended, begins, entries, calls_shown, attempts, signing, first, last, tree, leaves, envelope,
        envelope_bytes, overflow, calls, tenants, met, findings,
    }
}

saved! { struct Place { line, seq, call_id } }

saved! { struct First { line, seq, prev_hash, hash, timestamp } }

saved! { struct Last { seq, stated, hash, timestamp } }

saved! { struct EnvelopeLine { line, text, tree } }

/// A state as text.
pub(crate) fn encode(format: &str, state: &impl Saved) -> String {
    seal(format, &saved::to_bytes(state))
}

fn seal(format: &str, bytes: &[u8]) -> String {
    format!("{format} {}\n{}\n", Digest::of(bytes), base64::encode(bytes))
}

/// Reads a state again.
///
/// **Errors**: `bad-state`.
pub(crate) fn decode<T: Saved>(format: &str, text: &str) -> Result<T> {
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

fn read<T: Saved>(bytes: &[u8]) -> Result<T> {
    saved::from_bytes(bytes).ok_or_else(|| Error::new(Code::BadState, "It is no state of this version."))
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
        saved::to_bytes(self)
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
