//! The audit chain: its header and its entries. FORMAT §4.
//!
//! ```json
//! {"created_at":"2026-01-01T00:00:00Z","format":"call-stream-verify/1","hash":"sha-256","origin":"callstream.example/audit/7e57d004","tenant_id":"7e57d004-2b97-4e7a-b45f-5387367791cd"}
//! {"entity_id":"0d9c…","event_type":"version.created","payload":{…},"prev_hash":"c995…","timestamp":"2026-01-01T01:00:00Z"}
//! ```
//!
//! Both are JCS. The `chain_id` is the digest of the header, and stands in `prev_hash` of entry 0; `entry_hash` is the
//! digest of an entry's text, and stands in `prev_hash` of the next. Raw concatenation of the five parts is ambiguous
//! and never accepted.

use super::event::{Event, VERSION_CREATED, is_text};
use super::version::scan_digest;
use crate::algorithms::canonical::{self, Scanner};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
use std::borrow::Cow;

/// The word that names this format, in headers and manifests.
pub const FORMAT: &str = "call-stream-verify/1";

/// Arrays and objects around an entry's payload in a line: the line and the entry.
const PAYLOAD_DEPTH: usize = 2;

/// The header of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose chain it is.
    pub tenant_id: Uuid,
    /// The C2SP origin line: a schema-less URL without spaces and `+`.
    pub origin: String,
    /// When the chain was begun.
    pub created_at: Timestamp,
}

impl Header {
    /// Reads a header where the scanner stands; `None` if it is not in canonical form.
    pub fn scan(scanner: &mut Scanner<'_>) -> Option<Header> {
        scanner.literal("{\"created_at\":")?;
        let created_at = scanner.string().and_then(Timestamp::parse_canonical)?;
        scanner.literal(",\"format\":\"call-stream-verify/1\",\"hash\":\"sha-256\",\"origin\":")?;
        let origin = canonical::unescape(scanner.string()?).into_owned();
        scanner.literal(",\"tenant_id\":")?;
        let tenant_id = scanner.fixed(36).and_then(Uuid::parse_canonical)?;
        scanner.literal("}")?;
        is_origin(&origin).then_some(Header { tenant_id, origin, created_at })
    }

    /// The canonical form.
    #[must_use]
    pub fn format(&self) -> String {
        let origin = canonical::quoted(&self.origin);
        format!(
            "{{\"created_at\":\"{}\",\"format\":\"{FORMAT}\",\"hash\":\"sha-256\",\"origin\":{origin},\"tenant_id\":\"{}\"}}",
            self.created_at, self.tenant_id,
        )
    }

    /// The digest that names the chain and stands in front of its first entry.
    #[must_use]
    pub fn chain_id(&self) -> Digest {
        Digest::of(self.format().as_bytes())
    }
}

/// Whether a text can be an origin: 1 to 256 visible ASCII characters but `+`, without a scheme.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    is_text(text) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+') && !text.contains("://")
}

/// Whether a text can be an event type: lower-case words with dots between them, at most 64 characters.
#[must_use]
pub fn is_event_type(text: &str) -> bool {
    let is_word = |word: &[u8]| {
        !word.is_empty()
            && word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
    };
    // Nearly every entry is of this type.
    text == VERSION_CREATED || text.len() <= 64 && text.as_bytes().split(|byte| *byte == b'.').all(is_word)
}

/// One entry, as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The canonical text: what is hashed.
    pub text: &'a str,
    /// What the event is about.
    pub entity_id: Cow<'a, str>,
    /// The event's type.
    pub event_type: &'a str,
    /// The payload's canonical text.
    pub payload: &'a str,
    /// What the payload says.
    pub event: Event<'a>,
    /// The hash of the entry in front of it.
    pub prev_hash: Digest,
    /// When it was appended, by the issuer's clock.
    pub timestamp: Timestamp,
}

impl<'a> Entry<'a> {
    /// Reads an entry where the scanner stands; `None` if it is not in canonical form.
    #[inline]
    pub fn scan(scanner: &mut Scanner<'a>) -> Option<Entry<'a>> {
        let start = scanner.offset();
        scanner.literal("{\"entity_id\":")?;
        let entity_id = scanner.string().map(canonical::unescape).filter(|text| is_text(text))?;
        scanner.literal(",\"event_type\":")?;
        let event_type = scanner.string().filter(|text| is_event_type(text))?;
        scanner.literal(",\"payload\":")?;
        let (payload, event) = Event::scan(event_type, scanner, PAYLOAD_DEPTH)?;
        let prev_hash = scan_digest(scanner, ",\"prev_hash\":")?;
        scanner.literal(",\"timestamp\":")?;
        let timestamp = scanner.string().and_then(Timestamp::parse_canonical)?;
        scanner.literal("}")?;
        Some(Entry { text: scanner.since(start), entity_id, event_type, payload, event, prev_hash, timestamp })
    }

    /// Computes the entry's hash.
    #[must_use]
    pub fn compute_hash(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

/// Formats an entry; `payload` is the canonical text of a JSON object.
///
/// **Errors**: `bad-event` with the member that breaks the format.
pub fn format_entry(
    entity_id: &str,
    event_type: &str,
    payload: &str,
    prev_hash: &Digest,
    timestamp: Timestamp,
) -> Result<String> {
    let refuse = |member, detail| Err(Error::new(Code::BadEvent, detail).member(member));
    if !is_text(entity_id) || entity_id.contains('\0') {
        return refuse("entity_id", "");
    }
    if !is_event_type(event_type) {
        return refuse("event_type", "");
    }
    let entity = canonical::quoted(entity_id);
    let text = format!(
        "{{\"entity_id\":{entity},\"event_type\":\"{event_type}\",\"payload\":{payload},\"prev_hash\":\"{prev_hash}\",\"timestamp\":\"{timestamp}\"}}"
    );
    let mut scanner = Scanner::of(&text);
    match Entry::scan(&mut scanner) {
        Some(_) if scanner.is_at_end() => Ok(text),
        _ => refuse("payload", "It is no canonical JSON object, or nested more than 30 levels."),
    }
}
