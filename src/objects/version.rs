//! Version records: what was sealed of a call, immutable after creation. FORMAT §3, and §6 for signatures.
//!
//! ```json
//! {"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","canonical_payload_hash":"c419…","component_hashes":
//!  {"metadata":"473c…","transcript":"e3b0…"},"finalized_at":"2026-01-01T01:00:00Z","schema":"call/1",
//!  "tenant_id":"7e57d004-2b97-4e7a-b45f-5387367791cd","verification_status":"verified","version":1}
//! ```
//!
//! The canonical form is JCS. A version after the first has `supersedes`; a call with a salt has `field_commitments` in
//! place of `component_hashes`; `signatures` are lines of a signed note and are not part of the text they sign.

use super::call::{CallDigests, Commitments, Components, Field, Member};
use crate::algorithms::canonical::{self, Scanner};
use crate::values::digest::Digest;
use crate::values::limits::NOTE_SIGNATURES;
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
use std::borrow::Cow;

/// The word that a version record's `schema` holds.
pub const SCHEMA: &str = "call/1";

/// One immutable version of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRecord<'a> {
    /// The call.
    pub call_id: Uuid,
    /// Its tenant.
    pub tenant_id: Uuid,
    /// 1, 2, 3 and so on.
    pub version: u64,
    /// The version before, for versions after the first.
    pub supersedes: Option<u64>,
    /// What the call's payload and its parts hash to.
    pub digests: CallDigests,
    /// When the call was final.
    pub finalized_at: Timestamp,
    /// Signature lines over the record.
    pub signatures: Signatures<'a>,
}

impl<'a> VersionRecord<'a> {
    /// Reads a version record where the scanner stands.
    ///
    /// **Errors**: the member at which the text departs from the format.
    pub fn scan(scanner: &mut Scanner<'a>) -> Result<VersionRecord<'a>, &'static str> {
        let start = scanner.offset();
        let call_id = scan_uuid(scanner, "{\"call_id\":").ok_or("call_id")?;
        let canonical_payload_hash = scan_digest(scanner, ",\"canonical_payload_hash\":").ok_or("canonical_payload_hash")?;
        let components = scan_components(scanner)?;
        scanner.literal(",\"finalized_at\":").ok_or("finalized_at")?;
        let finalized_at = scanner.string().and_then(Timestamp::parse_canonical).ok_or("finalized_at")?;
        scanner.literal(",\"schema\":\"call/1\"").ok_or("schema")?;
        let signatures = Signatures::scan(scanner, start)?;
        let supersedes = match scanner.literal(",\"supersedes\":") {
            Some(()) => Some(scanner.integer().ok_or("supersedes")?),
            None => None,
        };
        let tenant_id = scan_uuid(scanner, ",\"tenant_id\":").ok_or("tenant_id")?;
        scanner.literal(",\"verification_status\":\"verified\"").ok_or("verification_status")?;
        scanner.literal(",\"version\":").ok_or("version")?;
        let version = scanner.integer().filter(|version| *version > 0).ok_or("version")?;
        scanner.literal("}").ok_or("version")?;
        let digests = CallDigests { canonical_payload_hash, components };
        Ok(VersionRecord { call_id, tenant_id, version, supersedes, digests, finalized_at, signatures })
    }

    /// The canonical form.
    #[must_use]
    pub fn format(&self) -> String {
        let components = self.digests.components.format();
        let supersedes = self.supersedes.map(|version| format!(",\"supersedes\":{version}")).unwrap_or_default();
        format!(
            "{{\"call_id\":\"{}\",\"canonical_payload_hash\":\"{}\",{components},\"finalized_at\":\"{}\",\"schema\":\"{SCHEMA}\"{}{supersedes},\"tenant_id\":\"{}\",\"verification_status\":\"verified\",\"version\":{}}}",
            self.call_id,
            self.digests.canonical_payload_hash,
            self.finalized_at,
            self.signatures.format(),
            self.tenant_id,
            self.version,
        )
    }
}

fn scan_components(scanner: &mut Scanner<'_>) -> Result<Components, &'static str> {
    if scanner.literal(",\"field_commitments\":{").is_some() {
        let mut commitments = Commitments::default();
        let mut first = true;
        for field in Field::ALL {
            let mut ahead = scanner.clone();
            let separator = if first { "\"" } else { ",\"" };
            let named = ahead.literal(separator).and_then(|()| ahead.literal(field.name())).and_then(|()| ahead.literal("\":"));
            if named.is_some() {
                commitments.set(field, ahead.fixed(64).and_then(Digest::parse).ok_or("field_commitments")?);
                *scanner = ahead;
                first = false;
            }
        }
        scanner.literal("}").ok_or("field_commitments")?;
        // A commitment that is missing would hide its member from a redacted call for good.
        let hides = |member: Member| member.is_required() && commitments.get(Field::Member(member)).is_none();
        if Member::ALL.into_iter().any(hides) {
            return Err("field_commitments");
        }
        return Ok(Components::Commitments(Box::new(commitments)));
    }
    let metadata = scan_digest(scanner, ",\"component_hashes\":{\"metadata\":").ok_or("component_hashes")?;
    let recording = match scanner.literal(",\"recording\":") {
        Some(()) => Some(scanner.fixed(64).and_then(Digest::parse).ok_or("component_hashes")?),
        None => None,
    };
    let transcript = scan_digest(scanner, ",\"transcript\":").ok_or("component_hashes")?;
    scanner.literal("}").ok_or("component_hashes")?;
    Ok(Components::Hashes { metadata, transcript, recording })
}

#[inline(always)]
pub(crate) fn scan_uuid(scanner: &mut Scanner<'_>, name: &str) -> Option<Uuid> {
    scanner.literal(name)?;
    scanner.fixed(36).and_then(Uuid::parse_canonical)
}

#[inline(always)]
pub(crate) fn scan_digest(scanner: &mut Scanner<'_>, name: &str) -> Option<Digest> {
    scanner.literal(name)?;
    scanner.fixed(64).and_then(Digest::parse)
}

/// The `signatures` of a record: note signature lines without the em dash and the space, `name base64`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatures<'a> {
    /// The lines; of too many the first 64.
    pub lines: Vec<Cow<'a, str>>,
    /// Whether there are more than 64.
    pub too_many: bool,
    /// Where `,"signatures":[…]` stands in the record; empty where there are none.
    span: (usize, usize),
}

impl<'a> Signatures<'a> {
    /// Signature lines that are not part of a text yet.
    #[must_use]
    pub fn new(lines: Vec<String>) -> Signatures<'static> {
        Signatures { lines: lines.into_iter().map(Cow::Owned).collect(), too_many: false, span: (0, 0) }
    }

    /// Reads `,"signatures":[…]` if it stands here; `start` is where the record began.
    pub(crate) fn scan(scanner: &mut Scanner<'a>, start: usize) -> Result<Signatures<'a>, &'static str> {
        let from = scanner.offset() - start;
        let mut signatures = Signatures::default();
        if scanner.literal(",\"signatures\":[").is_some() {
            signatures.scan_lines(scanner).ok_or("signatures")?;
        }
        signatures.span = (from, scanner.offset() - start);
        Ok(signatures)
    }

    /// Reads `"signatures":[…],` if it stands here, the first member of a record with others.
    pub(crate) fn scan_first(scanner: &mut Scanner<'a>, start: usize) -> Result<Signatures<'a>, &'static str> {
        let from = scanner.offset() - start;
        let mut signatures = Signatures::default();
        if scanner.literal("\"signatures\":[").is_some() {
            signatures.scan_lines(scanner).and_then(|()| scanner.literal(",")).ok_or("signatures")?;
        }
        signatures.span = (from, scanner.offset() - start);
        Ok(signatures)
    }

    fn scan_lines(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        loop {
            let line = scanner.string()?;
            if !self.too_many {
                self.lines.push(canonical::unescape(line));
            }
            if scanner.literal("]").is_some() {
                return Some(());
            }
            scanner.literal(",")?;
            self.too_many |= self.lines.len() == NOTE_SIGNATURES;
        }
    }

    pub(crate) fn format(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let mut text = String::from(",\"signatures\":[");
        for (place, line) in self.lines.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            canonical::write_string(&mut text, line);
        }
        text.push(']');
        text
    }

    /// The note text that the lines sign: `domain` and the record without its signatures, each ended by a newline.
    #[must_use]
    pub fn signed_text(&self, domain: &str, record: &str) -> String {
        let (from, to) = self.span;
        let before = record.get(..from).unwrap_or_default();
        let after = record.get(to..).unwrap_or_default();
        format!("{domain}\n{before}{after}\n")
    }
}

/// First line of the text that signs a version.
pub const VERSION_DOMAIN: &str = "call-stream-verify/version/1";
/// First line of the text that signs a revocation.
pub const REVOCATION_DOMAIN: &str = "call-stream-verify/revocation/1";
/// First line of the text that signs the announcement of a key.
pub const KEY_ADDED_DOMAIN: &str = "call-stream-verify/key-added/1";
/// First line of the text that signs the withdrawal of a key.
pub const KEY_RETIRED_DOMAIN: &str = "call-stream-verify/key-retired/1";
