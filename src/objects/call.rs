//! Calls: the record of one finalized call, its canonical payload and its digests. FORMAT §1 and §2.
//!
//! ```json
//! {"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","tenant_id":"7e57d004-2b97-4e7a-b45f-5387367791cd",
//!  "timestamp":"2026-10-01T08:00:00Z","caller":"+13055550123","direction":"inbound","duration":105,
//!  "disposition":"completed","answered":true,"transferred":false,"abandoned":false,"ai_agent":"CSAI",
//!  "sentiment":"neutral","purpose":"reservation","transcript":"Caller: hello\nAI: good evening",
//!  "recording_ref":"https://rec.example/1.wav"}
//! ```
//!
//! The payload is that text in one line without white space. There are two ways in: [`Call::normalize`] takes any I-JSON
//! spelling of a record, once, before sealing; [`Call::scan`] takes the canonical spelling only. No numbering plans,
//! Unicode tables or time zones take part: they change over time, a hash may not.

use crate::algorithms::canonical::{self, Scanner};
use crate::algorithms::cid;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::json::Value;
use crate::values::limits::SAFE_INTEGER;
use crate::values::saved::saved;
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
use std::borrow::Cow;
use std::num::NonZeroU32;
use std::ops::Range;

/// The members of a call record, in the order of the canonical payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Member {
    CallId,
    TenantId,
    Timestamp,
    Caller,
    Direction,
    Duration,
    Disposition,
    Answered,
    Transferred,
    Abandoned,
    AiAgent,
    Sentiment,
    Purpose,
    Transcript,
    RecordingRef,
    Salt,
}

impl Member {
    /// All members in order.
    pub const ALL: [Member; 16] = [
        Member::CallId,
        Member::TenantId,
        Member::Timestamp,
        Member::Caller,
        Member::Direction,
        Member::Duration,
        Member::Disposition,
        Member::Answered,
        Member::Transferred,
        Member::Abandoned,
        Member::AiAgent,
        Member::Sentiment,
        Member::Purpose,
        Member::Transcript,
        Member::RecordingRef,
        Member::Salt,
    ];

    /// The member's name in the record.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Member::CallId => "call_id",
            Member::TenantId => "tenant_id",
            Member::Timestamp => "timestamp",
            Member::Caller => "caller",
            Member::Direction => "direction",
            Member::Duration => "duration",
            Member::Disposition => "disposition",
            Member::Answered => "answered",
            Member::Transferred => "transferred",
            Member::Abandoned => "abandoned",
            Member::AiAgent => "ai_agent",
            Member::Sentiment => "sentiment",
            Member::Purpose => "purpose",
            Member::Transcript => "transcript",
            Member::RecordingRef => "recording_ref",
            Member::Salt => "salt",
        }
    }

    /// The member of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Member> {
        Member::ALL.into_iter().find(|member| member.name() == name)
    }

    pub(crate) fn is_required(self) -> bool {
        !matches!(self, Member::RecordingRef | Member::Salt)
    }

    /// The canonical text of a string value of this member, or why it cannot be taken.
    fn normalize_string(self, text: &str) -> std::result::Result<Cow<'_, str>, &'static str> {
        match self {
            Member::CallId | Member::TenantId => match Uuid::parse(text) {
                Some(_) => Ok(lower_case(text)),
                None => Err("Expected a UUID, 8-4-4-4-12 hex digits."),
            },
            Member::Timestamp => match Timestamp::parse(text) {
                Some(time) => Ok(Cow::Owned(time.to_string())),
                None => Err("Expected an RFC 3339 time with an offset and at most 6 digits of fraction."),
            },
            Member::Caller if text.starts_with('+') => phone_number(text),
            Member::Direction => {
                let text = lower_case(text);
                let known = text == "inbound" || text == "outbound";
                known.then_some(text).ok_or("Expected inbound or outbound.")
            }
            Member::Disposition | Member::Sentiment if is_token(text) => Ok(lower_case(text)),
            Member::Disposition | Member::Sentiment => {
                Err("Expected 1 to 64 letters, digits, hyphens or underscores, the first no hyphen or underscore.")
            }
            Member::Caller | Member::AiAgent | Member::Purpose => {
                length_within(text, 1, 256).ok_or("Expected 1 to 256 characters.")
            }
            Member::Transcript => Ok(Cow::Borrowed(text)),
            Member::RecordingRef => length_within(text, 1, 2048).ok_or("Expected at most 2048 characters."),
            Member::Salt => {
                let text = lower_case(text);
                Digest::parse(text.as_ref()).map(|_| text).ok_or("Expected 64 hex digits.")
            }
            Member::Duration => Err("Expected a whole number of seconds."),
            Member::Answered | Member::Transferred | Member::Abandoned => Err("Expected true or false."),
        }
    }

    /// Writes the canonical text of a value of this member.
    fn normalize(self, value: &Value, out: &mut String) -> Result<()> {
        let refuse = |detail| Err(Error::new(Code::BadMember, detail).member(self.name()));
        match (self, value) {
            (Member::Answered | Member::Transferred | Member::Abandoned, Value::Bool(value)) => {
                out.push_str(if *value { "true" } else { "false" });
            }
            (Member::Duration, Value::Number(seconds)) if is_count(*seconds) => {
                out.push_str(&canonical::format_number(*seconds));
            }
            (Member::Duration, _) => return refuse("Expected a whole number of seconds from 0 to 2^53-1."),
            (Member::Answered | Member::Transferred | Member::Abandoned, _) => return refuse("Expected true or false."),
            (_, Value::String(text)) => match self.normalize_string(text) {
                Ok(text) => canonical::write_string(out, &text),
                Err(detail) => return refuse(detail),
            },
            _ => return refuse("Expected a string."),
        }
        Ok(())
    }

    /// Passes over a value of this member in its canonical spelling.
    fn scan(self, scanner: &mut Scanner<'_>) -> Option<()> {
        match self {
            Member::Duration => scanner.integer().map(|_| ()),
            Member::Answered | Member::Transferred | Member::Abandoned => scanner.boolean().map(|_| ()),
            Member::Transcript => scanner.string().map(|_| ()),
            Member::Timestamp => scanner.string().and_then(Timestamp::parse_canonical).map(|_| ()),
            _ => {
                let text = canonical::unescape(scanner.string()?);
                (self.normalize_string(&text).ok()? == text).then_some(())
            }
        }
    }
}

fn lower_case(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

fn length_within(text: &str, least: usize, most: usize) -> Option<Cow<'_, str>> {
    let count = text.chars().take(most + 1).count();
    (least..=most).contains(&count).then_some(Cow::Borrowed(text))
}

fn is_token(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    first && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// An E.164 number behind a `+`; the separators people write are removed.
fn phone_number(text: &str) -> std::result::Result<Cow<'_, str>, &'static str> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    let valid = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
        && length_within(text, 1, 256).is_some();
    match valid {
        true if number == text => Ok(Cow::Borrowed(text)),
        true => Ok(Cow::Owned(number)),
        false => Err("Expected + and an E.164 number of 7 to 15 digits; other kinds of caller do not begin with +."),
    }
}

fn is_count(number: f64) -> bool {
    number >= 0.0 && number.fract() == 0.0 && number <= 9_007_199_254_740_991.0
}

/// A call in canonical form: the payload's text, and where each member's value stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    text: Cow<'a, str>,
    spans: [Option<Span>; 16],
    call_id: Uuid,
    tenant_id: Uuid,
}

/// Where a value stands in the payload, in bytes; nothing stands at its beginning but the brace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: NonZeroU32,
    end: u32,
}

impl Span {
    fn new(range: Range<usize>) -> Option<Span> {
        Some(Span { start: NonZeroU32::new(u32::try_from(range.start).ok()?)?, end: u32::try_from(range.end).ok()? })
    }

    fn range(self) -> Option<Range<usize>> {
        Some(usize::try_from(self.start.get()).ok()?..usize::try_from(self.end).ok()?)
    }
}

/// A record after normalization: the call, and the names of the members that no hash covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    /// The call in canonical form.
    pub call: Call<'static>,
    /// Members that the record has beside the 16, in its order.
    pub uncovered: Vec<String>,
}

impl Normalized {
    /// What hashing the call gives, as JSON text: `call_id`, `canonical_payload_hash`, `component_hashes` or
    /// `field_commitments`, `cid`, and `uncovered`. `recording` is the SHA-256 of the recording's bytes.
    #[must_use]
    pub fn describe(&self, recording: Option<Digest>) -> String {
        let digests = self.call.compute_digests(recording);
        let hash = digests.canonical_payload_hash;
        let mut uncovered = String::new();
        for name in &self.uncovered {
            if !uncovered.is_empty() {
                uncovered.push(',');
            }
            canonical::write_string(&mut uncovered, name);
        }
        format!(
            "{{\"call_id\":\"{}\",\"canonical_payload_hash\":\"{hash}\",{},\"cid\":\"{}\",\"uncovered\":[{uncovered}]}}",
            self.call.call_id(),
            digests.components.format(),
            cid::cid_of(&hash),
        )
    }
}

impl<'a> Call<'a> {
    /// Normalizes a call record.
    ///
    /// **Errors**: `bad-call` if it is no object; `missing-member` or `bad-member` for the first member, in payload
    /// order, that is absent or cannot be taken.
    pub fn normalize(record: &Value) -> Result<Normalized> {
        let Value::Object(members) = record else {
            return Err(Error::new(Code::BadCall, ""));
        };
        let mut text = String::from("{");
        let mut spans = [None; 16];
        for (member, span) in Member::ALL.into_iter().zip(&mut spans) {
            let value = match record.get(member.name()) {
                None | Some(Value::Null) if member.is_required() => {
                    return Err(Error::new(Code::MissingMember, "").member(member.name()));
                }
                None | Some(Value::Null) => continue,
                Some(Value::String(empty)) if empty.is_empty() && member == Member::RecordingRef => continue,
                Some(value) => value,
            };
            if text.len() > 1 {
                text.push(',');
            }
            canonical::write_string(&mut text, member.name());
            text.push(':');
            let start = text.len();
            member.normalize(value, &mut text)?;
            *span = Some(Span::new(start..text.len()).ok_or_else(|| Error::new(Code::BadCall, ""))?);
        }
        text.push('}');
        let uncovered = members.iter().map(|(name, _)| name).filter(|name| Member::parse(name).is_none());
        let call = Call::assemble(Cow::Owned(text), spans).ok_or_else(|| Error::new(Code::BadCall, ""))?;
        Ok(Normalized { call, uncovered: uncovered.cloned().collect() })
    }

    /// Reads and normalizes a call record from JSON text.
    ///
    /// **Errors**: codes beginning with `json-`, and those of [`Call::normalize`].
    pub fn parse(bytes: &[u8]) -> Result<Normalized> {
        Call::normalize(&crate::values::json::parse(bytes)?)
    }

    /// Reads a canonical payload where the scanner stands.
    ///
    /// **Errors**: the member at which the text departs from the canonical spelling; `None` before or behind all.
    pub fn scan(scanner: &mut Scanner<'a>) -> std::result::Result<Call<'a>, Option<Member>> {
        let start = scanner.offset();
        let spans = scan_members(scanner, Member::is_required)?;
        let mut places = [None; 16];
        for (place, span) in places.iter_mut().zip(spans) {
            *place = match span {
                Some(span) => Some(Span::new(span.start - start..span.end - start).ok_or(None)?),
                None => None,
            };
        }
        Call::assemble(Cow::Borrowed(scanner.since(start)), places).ok_or(None)
    }

    fn assemble(text: Cow<'a, str>, spans: [Option<Span>; 16]) -> Option<Call<'a>> {
        let nil = Uuid([0; 16]);
        let mut call = Call { text, spans, call_id: nil, tenant_id: nil };
        call.call_id = call.uuid(Member::CallId)?;
        call.tenant_id = call.uuid(Member::TenantId)?;
        Some(call)
    }

    fn uuid(&self, member: Member) -> Option<Uuid> {
        Uuid::parse_canonical(self.member(member)?.strip_prefix('"')?.strip_suffix('"')?)
    }

    /// The call's name.
    #[must_use]
    pub fn call_id(&self) -> Uuid {
        self.call_id
    }

    /// The tenant whose call it is.
    #[must_use]
    pub fn tenant_id(&self) -> Uuid {
        self.tenant_id
    }

    /// The canonical payload: what is hashed.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.text
    }

    /// The canonical JSON text of a member's value.
    #[must_use]
    pub fn member(&self, member: Member) -> Option<&str> {
        self.text.get(self.range(member)?)
    }

    fn range(&self, member: Member) -> Option<Range<usize>> {
        let (_, span) = Member::ALL.into_iter().zip(self.spans).find(|(known, _)| *known == member)?;
        span?.range()
    }

    /// A string member's value, without quotes and escapes.
    #[must_use]
    pub fn string(&self, member: Member) -> Option<Cow<'_, str>> {
        self.member(member)?.strip_prefix('"')?.strip_suffix('"').map(canonical::unescape)
    }

    /// The salt, if the record carries one.
    #[must_use]
    pub fn salt(&self) -> Option<Salt> {
        self.string(Member::Salt).and_then(|salt| Digest::parse(salt.as_ref())).map(|digest| Salt(digest.0))
    }

    /// Computes the digests of the call; `recording` is the SHA-256 of the recording's bytes, if there is one.
    ///
    /// **Cost**: hashes the payload twice (three times with a transcript of its length), or with a salt once and two
    /// HMACs a member.
    #[must_use]
    pub fn compute_digests(&self, recording: Option<Digest>) -> CallDigests {
        let Some(salt) = self.salt() else {
            return CallDigests::plain(self.plain_texts().map(|text| Digest::of(text.as_bytes())), recording);
        };
        let components = Components::Commitments(Box::new(self.compute_commitments(&salt, recording)));
        CallDigests { canonical_payload_hash: Digest::of(self.text.as_bytes()), components }
    }

    /// What is hashed of a call without a salt: the payload, the payload without the transcript, and the transcript.
    /// [`CallDigests::plain`] takes their digests.
    #[must_use]
    pub fn plain_texts(&self) -> [Cow<'_, str>; 3] {
        let metadata = match (self.range(Member::Purpose), self.range(Member::Transcript)) {
            (Some(purpose), Some(transcript)) => {
                let parts = [self.text.get(..purpose.end), self.text.get(transcript.end..)];
                Cow::Owned(parts.map(Option::unwrap_or_default).concat())
            }
            _ => Cow::Borrowed(self.payload()),
        };
        [Cow::Borrowed(self.payload()), metadata, self.string(Member::Transcript).unwrap_or_default()]
    }

    fn compute_commitments(&self, salt: &Salt, recording: Option<Digest>) -> Commitments {
        let mut commitments = Commitments::default();
        for field in Field::ALL {
            let message = match field {
                Field::Member(member) => self.member(member).map(str::as_bytes),
                Field::Recording => recording.as_ref().map(|recording| recording.as_bytes().as_slice()),
            };
            if let Some(message) = message {
                commitments.set(field, Digest::hmac(&salt.field_salt(field).0, message));
            }
        }
        commitments
    }
}

/// Passes over an object of call members in order; those required may not be absent.
fn scan_members(
    scanner: &mut Scanner<'_>,
    is_required: fn(Member) -> bool,
) -> std::result::Result<[Option<Range<usize>>; 16], Option<Member>> {
    let mut spans = [const { None }; 16];
    let mut first = true;
    scanner.literal("{").ok_or(None)?;
    for (member, span) in Member::ALL.into_iter().zip(&mut spans) {
        let mut ahead = scanner.clone();
        if !first && ahead.literal(",").is_none() || scan_name(&mut ahead, member).is_none() {
            if is_required(member) {
                return Err(Some(member));
            }
            continue;
        }
        *scanner = ahead;
        let start = scanner.offset();
        member.scan(scanner).ok_or(Some(member))?;
        *span = Some(start..scanner.offset());
        first = false;
    }
    scanner.literal("}").ok_or(None)?;
    Ok(spans)
}

fn scan_name(scanner: &mut Scanner<'_>, member: Member) -> Option<()> {
    scanner.literal("\"")?;
    scanner.literal(member.name())?;
    scanner.literal("\":")
}

/// The salt of a call: 32 random bytes, chosen once, that hide what its hashes are of.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Salt {
    /// Computes the salt of one field, which discloses that field and no other.
    #[must_use]
    pub fn field_salt(&self, field: Field) -> Digest {
        Digest::hmac(&self.0, format!("call/1:{}", field.name()).as_bytes())
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(..)")
    }
}

/// What a commitment can be to: a member of the record, or its recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// A member of the record; never the salt.
    Member(Member),
    /// The recording's bytes.
    Recording,
}

impl Field {
    /// All fields in the order of their names, which is how JCS writes them.
    pub const ALL: [Field; 16] = [
        Field::Member(Member::Abandoned),
        Field::Member(Member::AiAgent),
        Field::Member(Member::Answered),
        Field::Member(Member::CallId),
        Field::Member(Member::Caller),
        Field::Member(Member::Direction),
        Field::Member(Member::Disposition),
        Field::Member(Member::Duration),
        Field::Member(Member::Purpose),
        Field::Recording,
        Field::Member(Member::RecordingRef),
        Field::Member(Member::Sentiment),
        Field::Member(Member::TenantId),
        Field::Member(Member::Timestamp),
        Field::Member(Member::Transcript),
        Field::Member(Member::Transferred),
    ];

    /// The field's name in `field_commitments`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Field::Member(member) => member.name(),
            Field::Recording => "recording",
        }
    }
}

/// One commitment for each field that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commitments([Option<Digest>; 16]);

saved! { struct Commitments { 0: digests } }

impl Commitments {
    /// The commitment to a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<Digest> {
        self.iter().find(|(f, _)| *f == field).map(|(_, digest)| digest)
    }

    /// Sets the commitment to a field.
    pub fn set(&mut self, field: Field, digest: Digest) {
        if let Some((_, place)) = Field::ALL.into_iter().zip(&mut self.0).find(|(f, _)| *f == field) {
            *place = Some(digest);
        }
    }

    /// The fields that are there, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Digest)> + '_ {
        Field::ALL.into_iter().zip(&self.0).filter_map(|(field, digest)| Some((field, (*digest)?)))
    }
}

/// What a version record says of a call's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Components {
    /// Plain hashes, of a call without a salt.
    Hashes {
        /// Of the payload without the transcript.
        metadata: Digest,
        /// Of the transcript's UTF-8 bytes.
        transcript: Digest,
        /// Of the recording's bytes.
        recording: Option<Digest>,
    },
    /// Commitments, of a call with a salt.
    Commitments(Box<Commitments>),
}

impl Components {
    /// The member of a version record that holds them, in canonical form.
    #[must_use]
    pub fn format(&self) -> String {
        match self {
            Components::Hashes { metadata, transcript, recording } => {
                let recording = recording.map(|digest| format!("\"recording\":\"{digest}\",")).unwrap_or_default();
                format!("\"component_hashes\":{{\"metadata\":\"{metadata}\",{recording}\"transcript\":\"{transcript}\"}}")
            }
            Components::Commitments(commitments) => {
                let fields: Vec<String> =
                    commitments.iter().map(|(field, digest)| format!("\"{}\":\"{digest}\"", field.name())).collect();
                format!("\"field_commitments\":{{{}}}", fields.join(","))
            }
        }
    }
}

/// The digests of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallDigests {
    /// SHA-256 of the canonical payload.
    pub canonical_payload_hash: Digest,
    /// Of its parts.
    pub components: Components,
}

impl CallDigests {
    /// The digests of a call without a salt, from those of its [`Call::plain_texts`] and of its recording.
    #[must_use]
    pub fn plain([canonical_payload_hash, metadata, transcript]: [Digest; 3], recording: Option<Digest>) -> CallDigests {
        CallDigests { canonical_payload_hash, components: Components::Hashes { metadata, transcript, recording } }
    }
}

/// A call of which only some members are shown, each with its field salt. FORMAT §8, line type `redacted`.
///
/// ```json
/// {"call":{"call_id":"…","duration":105},"salts":{"call_id":"9c87…","duration":"8882…"}}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedCall {
    /// The call's name.
    pub call_id: Uuid,
    /// The tenant, if it is disclosed.
    pub tenant_id: Option<Uuid>,
    /// What the disclosed values commit to under the field salts shown.
    pub disclosed: Box<Commitments>,
}

impl RedactedCall {
    /// Reads `{"some":"members"},"salts":{"some":"…"}` where the scanner stands, in canonical spelling.
    ///
    /// **Errors**: the member at which the text departs from it.
    pub fn scan(scanner: &mut Scanner<'_>) -> std::result::Result<RedactedCall, Option<Member>> {
        let text = scanner.clone();
        let spans = scan_members(scanner, |member| member == Member::CallId)?;
        let value = |span: &Range<usize>| {
            let mut value = text.clone();
            value.skip_to(span.start);
            value.up_to(span.end)
        };
        scanner.literal(",\"salts\":{").ok_or(None)?;
        let mut disclosed = Commitments::default();
        let (mut call_id, mut tenant_id) = (None, None);
        let mut first = true;
        for (member, span) in Member::ALL.into_iter().zip(&spans) {
            let Some(span) = span else { continue };
            if member == Member::Salt {
                return Err(Some(member));
            }
            if !first {
                scanner.literal(",").ok_or(Some(member))?;
            }
            first = false;
            scan_name(scanner, member).ok_or(Some(member))?;
            let salt = scanner.fixed(64).and_then(Digest::parse).ok_or(Some(member))?;
            let value = value(span).ok_or(Some(member))?;
            disclosed.set(Field::Member(member), Digest::hmac(&salt.0, value.as_bytes()));
            let uuid = || Uuid::parse_canonical(value.trim_matches('"'));
            match member {
                Member::CallId => call_id = uuid(),
                Member::TenantId => tenant_id = uuid(),
                _ => {}
            }
        }
        scanner.literal("}").ok_or(None)?;
        let call_id = call_id.ok_or(Some(Member::CallId))?;
        Ok(RedactedCall { call_id, tenant_id, disclosed: Box::new(disclosed) })
    }
}

/// Formats the parts of a `redacted` line, `"call":{…},"salts":{…}`, showing all members but the salt and those withheld.
/// `None` for a call without a salt: nothing of it could be checked.
#[must_use]
pub fn format_redacted(call: &Call<'_>, withheld: &[Member]) -> Option<String> {
    let salt = call.salt()?;
    let shown = || {
        let members = Member::ALL.into_iter().filter(|member| *member != Member::Salt);
        members.filter(|member| *member == Member::CallId || !withheld.contains(member))
    };
    let members: Vec<String> =
        shown().filter_map(|member| Some(format!("\"{}\":{}", member.name(), call.member(member)?))).collect();
    let salts: Vec<String> = shown()
        .filter(|member| call.member(*member).is_some())
        .map(|member| format!("\"{}\":\"{}\"", member.name(), salt.field_salt(Field::Member(member))))
        .collect();
    Some(format!("\"call\":{{{}}},\"salts\":{{{}}}", members.join(","), salts.join(",")))
}

/// What the sealer states before a call is sealed; all three must hold. FORMAT §1, finalization gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finalization {
    /// No more speech will be added.
    pub transcript_complete: bool,
    /// No more metadata will change.
    pub metadata_locked: bool,
    /// Sentiment, purpose and the like are settled.
    pub ai_outputs_stable: bool,
}

/// Dispositions of calls that are still going on.
pub const IN_FLIGHT: [&str; 9] =
    ["queued", "initiated", "ringing", "dialing", "in-progress", "in_progress", "on-hold", "pending", "processing"];

/// Checks that a call may be sealed.
///
/// **Errors**: `not-finalized`, with all that is open.
pub fn check_finalized(call: &Call<'_>, statement: Finalization) -> Result<()> {
    let in_flight = call.string(Member::Disposition).is_none_or(|disposition| IN_FLIGHT.contains(&disposition.as_ref()));
    let open = [
        ("disposition", in_flight),
        ("transcript_complete", !statement.transcript_complete),
        ("metadata_locked", !statement.metadata_locked),
        ("ai_outputs_stable", !statement.ai_outputs_stable),
    ];
    let open: Vec<&str> = open.into_iter().filter(|(_, open)| *open).map(|(name, _)| name).collect();
    if open.is_empty() {
        return Ok(());
    }
    let detail = if in_flight { "Its disposition says that it is still going on." } else { "" };
    Err(Error::new(Code::NotFinalized, detail).member(open.join(", ")))
}

const _: () = assert!(SAFE_INTEGER == 9_007_199_254_740_991, "is_count and Scanner::integer share this bound");
