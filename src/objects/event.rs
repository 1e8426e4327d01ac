//! Events that the verifier knows: revocations, recorded attempts, and keys that come and go. FORMAT §4.
//!
//! ```json
//! {"actor":{"id":"u-17","type":"user"},"canonical_payload_hash":"77b2…","policy":"retention/2","reason":"court-order","version":1}
//! {"actor":{"id":"nightly","type":"system"},"computed_hash":"77b2…","expected_hash":"77b2…","method":"recompute","result":"verified","version":1}
//! ```
//!
//! Versions have a module of their own, and events of any other type are hashed and linked like the rest.

use super::version::{Signatures, VersionRecord, scan_digest};
use crate::algorithms::canonical::{self, Scanner};
use crate::algorithms::note::VerifierKey;
use crate::values::digest::Digest;
use crate::values::limits::JSON_DEPTH;
use std::borrow::Cow;

/// Type of the event that seals a version.
pub const VERSION_CREATED: &str = "version.created";
/// Type of the event that revokes one.
pub const VERSION_REVOKED: &str = "version.revoked";
/// Type of the event that records an attempt.
pub const VERIFICATION_RECORDED: &str = "verification.recorded";
/// Type of the event that announces a key.
pub const KEY_ADDED: &str = "key.added";
/// Type of the event that withdraws one.
pub const KEY_RETIRED: &str = "key.retired";

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor<'a> {
    /// `user`, `system` or `validator`.
    pub kind: Cow<'a, str>,
    /// 1 to 256 characters.
    pub id: Cow<'a, str>,
}

impl<'a> Actor<'a> {
    fn scan(scanner: &mut Scanner<'a>) -> Option<Actor<'a>> {
        scanner.literal("{\"actor\":{\"id\":")?;
        let id = scan_text(scanner)?;
        scanner.literal(",\"type\":")?;
        let kind = scan_text(scanner)?;
        scanner.literal("}")?;
        Some(Actor { kind, id })
    }

    fn format(&self) -> String {
        format!("{{\"actor\":{{\"id\":{},\"type\":{}}}", canonical::quoted(&self.id), canonical::quoted(&self.kind))
    }
}

fn scan_text<'a>(scanner: &mut Scanner<'a>) -> Option<Cow<'a, str>> {
    scanner.string().map(canonical::unescape).filter(|text| is_text(text))
}

/// Whether a text has 1 to 256 characters.
pub(crate) fn is_text(text: &str) -> bool {
    // No text has more characters than bytes.
    !text.is_empty() && (text.len() <= 256 || text.chars().take(257).count() <= 256)
}

/// A withdrawn version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation<'a> {
    /// The version's number.
    pub version: u64,
    /// The version's payload hash.
    pub canonical_payload_hash: Digest,
    /// A code for the reason, 1 to 256 characters.
    pub reason: Cow<'a, str>,
    /// The rule it was done under, 1 to 256 characters.
    pub policy: Cow<'a, str>,
    /// Who did it; `user` or `system`.
    pub actor: Actor<'a>,
    /// Signature lines over the revocation.
    pub signatures: Signatures<'a>,
}

impl<'a> Revocation<'a> {
    /// Reads a revocation where the scanner stands.
    ///
    /// **Errors**: the member at which the text departs from the format.
    pub fn scan(scanner: &mut Scanner<'a>) -> Result<Revocation<'a>, &'static str> {
        let start = scanner.offset();
        let known = |actor: &Actor<'_>| matches!(actor.kind.as_ref(), "user" | "system");
        let actor = Actor::scan(scanner).filter(known).ok_or("actor")?;
        let canonical_payload_hash = scan_digest(scanner, ",\"canonical_payload_hash\":").ok_or("canonical_payload_hash")?;
        scanner.literal(",\"policy\":").ok_or("policy")?;
        let policy = scan_text(scanner).ok_or("policy")?;
        scanner.literal(",\"reason\":").ok_or("reason")?;
        let reason = scan_text(scanner).ok_or("reason")?;
        let signatures = Signatures::scan(scanner, start)?;
        scanner.literal(",\"version\":").ok_or("version")?;
        let version = scanner.integer().filter(|version| *version > 0).ok_or("version")?;
        scanner.literal("}").ok_or("version")?;
        Ok(Revocation { version, canonical_payload_hash, reason, policy, actor, signatures })
    }

    /// The canonical form.
    #[must_use]
    pub fn format(&self) -> String {
        format!(
            "{},\"canonical_payload_hash\":\"{}\",\"policy\":{},\"reason\":{}{},\"version\":{}}}",
            self.actor.format(),
            self.canonical_payload_hash,
            canonical::quoted(&self.policy),
            canonical::quoted(&self.reason),
            self.signatures.format(),
            self.version,
        )
    }
}

/// One logged verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// The version it was about.
    pub version: u64,
    /// How it was done, 1 to 256 characters: `recompute` for the four steps of this format.
    pub method: Cow<'a, str>,
    /// The version's payload hash.
    pub expected_hash: Digest,
    /// The hash of the payload as it was then.
    pub computed_hash: Digest,
    /// `verified`, `mismatch` or `revoked`.
    pub result: Cow<'a, str>,
    /// Who did it.
    pub actor: Actor<'a>,
}

impl<'a> Attempt<'a> {
    /// Reads an attempt where the scanner stands.
    ///
    /// **Errors**: the member at which the text departs from the format.
    pub fn scan(scanner: &mut Scanner<'a>) -> Result<Attempt<'a>, &'static str> {
        let known = |actor: &Actor<'_>| matches!(actor.kind.as_ref(), "user" | "system" | "validator");
        let actor = Actor::scan(scanner).filter(known).ok_or("actor")?;
        let computed_hash = scan_digest(scanner, ",\"computed_hash\":").ok_or("computed_hash")?;
        let expected_hash = scan_digest(scanner, ",\"expected_hash\":").ok_or("expected_hash")?;
        scanner.literal(",\"method\":").ok_or("method")?;
        let method = scan_text(scanner).ok_or("method")?;
        scanner.literal(",\"result\":").ok_or("result")?;
        let known = |result: &Cow<'_, str>| matches!(result.as_ref(), "verified" | "mismatch" | "revoked");
        let result = scan_text(scanner).filter(known).ok_or("result")?;
        scanner.literal(",\"version\":").ok_or("version")?;
        let version = scanner.integer().filter(|version| *version > 0).ok_or("version")?;
        scanner.literal("}").ok_or("version")?;
        Ok(Attempt { version, method, expected_hash, computed_hash, result, actor })
    }

    /// The canonical form.
    #[must_use]
    pub fn format(&self) -> String {
        format!(
            "{},\"computed_hash\":\"{}\",\"expected_hash\":\"{}\",\"method\":{},\"result\":{},\"version\":{}}}",
            self.actor.format(),
            self.computed_hash,
            self.expected_hash,
            canonical::quoted(&self.method),
            canonical::quoted(&self.result),
            self.version,
        )
    }
}

/// A key that signs from here on, or no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent<'a> {
    /// The key.
    pub vkey: VerifierKey,
    /// Why it is withdrawn, 1 to 256 characters; `None` if it is announced.
    pub reason: Option<Cow<'a, str>>,
    /// Signature lines over the event.
    pub signatures: Signatures<'a>,
}

impl<'a> KeyEvent<'a> {
    /// Reads a key event of that type where the scanner stands.
    fn scan(event_type: &str, scanner: &mut Scanner<'a>) -> Option<KeyEvent<'a>> {
        let start = scanner.offset();
        let (reason, signatures) = if event_type == KEY_RETIRED {
            scanner.literal("{\"reason\":")?;
            let reason = scan_text(scanner)?;
            let signatures = Signatures::scan(scanner, start).ok()?;
            scanner.literal(",")?;
            (Some(reason), signatures)
        } else {
            scanner.literal("{")?;
            (None, Signatures::scan_first(scanner, start).ok()?)
        };
        scanner.literal("\"vkey\":")?;
        // As long as its name: an origin takes up to 256 characters alone.
        let vkey = VerifierKey::parse(&scanner.string().map(canonical::unescape)?).ok()?;
        scanner.literal("}")?;
        Some(KeyEvent { vkey, reason, signatures })
    }
}

/// What an entry's payload says, as far as the verifier knows its type. `Err` names the member that breaks the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A version was sealed.
    VersionCreated(Box<Result<VersionRecord<'a>, &'static str>>),
    /// A version was revoked.
    VersionRevoked(Box<Result<Revocation<'a>, &'static str>>),
    /// An attempt was recorded.
    VerificationRecorded(Box<Result<Attempt<'a>, &'static str>>),
    /// A key was announced or withdrawn, in the form that has a meaning.
    Key(Box<KeyEvent<'a>>),
    /// Anything else.
    Other,
}

impl<'a> Event<'a> {
    /// Reads the payload of an event of that type where the scanner stands, and gives its text beside what it says.
    ///
    /// A payload of a known type is read by its own format first, which is its canonical form; what breaks that format
    /// must still be canonical JSON. `None` if it is not.
    pub(crate) fn scan(event_type: &str, scanner: &mut Scanner<'a>, depth: usize) -> Option<(&'a str, Event<'a>)> {
        let start = scanner.offset();
        let mut ahead = scanner.clone();
        let event = match event_type {
            VERSION_CREATED => Event::VersionCreated(Box::new(VersionRecord::scan(&mut ahead))),
            VERSION_REVOKED => Event::VersionRevoked(Box::new(Revocation::scan(&mut ahead))),
            VERIFICATION_RECORDED => Event::VerificationRecorded(Box::new(Attempt::scan(&mut ahead))),
            KEY_ADDED | KEY_RETIRED => match KeyEvent::scan(event_type, &mut ahead) {
                Some(event) => Event::Key(Box::new(event)),
                None => Event::Other,
            },
            _ => Event::Other,
        };
        let understood = match &event {
            Event::VersionCreated(record) => record.is_ok(),
            Event::VersionRevoked(record) => record.is_ok(),
            Event::VerificationRecorded(record) => record.is_ok(),
            Event::Key(_) => true,
            Event::Other => false,
        };
        if understood && depth < JSON_DEPTH {
            *scanner = ahead;
        } else {
            scanner.object(depth)?;
        }
        Some((scanner.since(start), event))
    }
}
