//! Sealing: the other side of verifying. What a chain knows, a call and a time go in; the next entry and the new head come out.
//!
//! ```json
//! {"entity_id":"0d9c…","event_type":"version.created","payload":{"call_id":"0d9c…",…,"version":1},"prev_hash":"c995…","timestamp":"2026-01-01T01:00:00Z"}
//! ```
//!
//! FORMAT §3, §4 and §6. [`ChainState`] is built by folding a chain's entries, each checked as it is taken; every function below
//! adds one entry to it or refuses and leaves it as it was. What is added is always what a verifier accepts: it goes through the
//! same scanner and the same rules as what is read.
//!
//! Left out on purpose: files, clocks and randomness (the caller's), and any rule about time. An entry may be dated before the
//! one in front of it, since clocks are set back; beyond five minutes the verifier warns (`time-backwards`).

use super::bundle::line::EntryLine;
use super::bundle::writer::format_entry_line;
use super::segment::calls::{Calls, Pending, Sealed as Latest};
use super::segment::findings::Findings;
use crate::algorithms::canonical;
use crate::algorithms::merkle::{self, CompactRange};
use crate::algorithms::note::{NoteSignature, SigningKey, VerifierKey};
use crate::objects::call::{Call, CallDigests, Components, Field, Finalization, check_finalized};
use crate::objects::chain::{Entry, Header, format_entry};
use crate::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::objects::event::{Actor, Attempt, Event, Revocation, VERIFICATION_RECORDED, VERSION_CREATED, VERSION_REVOKED};
use crate::objects::version::{REVOCATION_DOMAIN, Signatures, VERSION_DOMAIN, VersionRecord};
use crate::values::codes::{Code, Effect};
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::json::Value;
use crate::values::limits::LINE_BYTES;
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
use std::borrow::Cow;

/// What a line of a bundle needs beside a call's payload: its type, and field salts if the call is shown in part.
const CALL_LINE_OVERHEAD: usize = 4096;

/// Type of the event that announces a key.
const KEY_ADDED: &str = "key.added";
/// Type of the event that withdraws one.
const KEY_RETIRED: &str = "key.retired";

/// What is known of a chain: enough to add the next entry.
///
/// **Cost**: about 200 bytes a call with one version.
#[derive(Clone, Debug)]
pub struct ChainState {
    header: Header,
    head: Digest,
    tree: CompactRange,
    last: Option<Timestamp>,
    calls: Calls,
}

impl ChainState {
    /// A chain without entries.
    #[must_use]
    pub fn new(header: Header) -> ChainState {
        let head = header.chain_id();
        ChainState { header, head, tree: CompactRange::default(), last: None, calls: Calls::default() }
    }

    /// The chain's header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many entries there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.end()
    }

    /// Hash of the last entry; the `chain_id` if there is none.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head
    }

    /// Root hash of the Merkle tree over all entries.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.tree.root().unwrap_or_else(|| merkle::root_hash(&[]))
    }

    /// Time of the last entry.
    #[must_use]
    pub fn last_time(&self) -> Option<Timestamp> {
        self.last
    }

    /// The calls and their versions.
    #[must_use]
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Takes the next entry of a chain that is read.
    ///
    /// **Errors**: `chain-damaged`, and nothing taken, if its position, hash or link is wrong or its record breaks a rule for which a
    /// verifier would find a mismatch.
    /// **Cost**: three hashes and a look at the calls.
    pub fn take(&mut self, line: &EntryLine<'_>) -> Result<()> {
        let damaged = |member: &str, detail| Err(Error::new(Code::ChainDamaged, detail).member(member));
        let EntryLine { seq, entry_hash, entry } = line;
        if *seq != self.size() {
            return damaged("seq", "An entry does not stand at its position.");
        }
        if entry.compute_hash() != *entry_hash {
            return damaged("entry_hash", "An entry does not have the hash that is written beside it.");
        }
        if entry.prev_hash != self.head {
            return damaged("prev_hash", "An entry does not link to the one in front of it.");
        }
        if let Err(breach) = self.check_rules(entry)
            && breach.code.effect() == Effect::Mismatch
        {
            return damaged(breach.member, breach.code.sentence());
        }
        self.add(entry, *entry_hash);
        Ok(())
    }

    /// Adds the entry for an event.
    fn append(&mut self, entity_id: &str, event_type: &str, payload: &str, at: Timestamp) -> Result<NewEntry> {
        let text = format_entry(entity_id, event_type, payload, &self.head, at)?;
        let entry_hash = Digest::of(text.as_bytes());
        let seq = self.size();
        if format_entry_line(seq, &entry_hash, &text).len() > LINE_BYTES {
            return Err(Error::new(Code::LineTooLong, "").member("payload"));
        }
        let refuse = |member: &str, detail| Error::new(Code::BadEvent, detail).member(member);
        let mut scanner = canonical::Scanner::of(&text);
        let entry = Entry::scan(&mut scanner).ok_or_else(|| refuse("payload", ""))?;
        self.check_rules(&entry).map_err(|breach| refuse(breach.member, breach.code.sentence()))?;
        self.add(&entry, entry_hash);
        Ok(NewEntry { seq, entry_hash, text })
    }

    /// Adds an entry whose record was checked.
    fn add(&mut self, entry: &Entry<'_>, entry_hash: Digest) {
        let seq = self.size();
        // The rules were checked: there is nothing to find.
        let mut findings = Findings::default();
        match &entry.event {
            Event::VersionCreated(record) => {
                if let Ok(record) = record.as_ref() {
                    self.calls.seal(record.call_id, record.version, record.digests.clone(), 0, seq, &mut findings);
                }
            }
            Event::VersionRevoked(revocation) => {
                if let (Ok(revocation), Some(call_id)) = (revocation.as_ref(), Uuid::parse_canonical(&entry.entity_id)) {
                    let hash = revocation.canonical_payload_hash;
                    self.calls.revoke(Pending { call_id, number: revocation.version, hash, line: 0, seq }, &mut findings);
                }
            }
            Event::VerificationRecorded(_) | Event::Other => {}
        }
        self.head = entry_hash;
        self.last = Some(entry.timestamp);
        self.tree.append(merkle::leaf_hash(&entry_hash));
    }

    /// Checks the rules of §3 and §4 that reach beyond the entry itself.
    fn check_rules(&self, entry: &Entry<'_>) -> std::result::Result<(), Breach> {
        let entity = Uuid::parse_canonical(&entry.entity_id);
        match &entry.event {
            Event::VersionCreated(record) => match record.as_ref() {
                Ok(record) => self.check_version(record, entity).and_then(|()| check_lines(&record.signatures)),
                Err(member) => breach(Code::VersionBadRecord, member),
            },
            Event::VersionRevoked(revocation) => match (revocation.as_ref(), entity) {
                (Ok(revocation), Some(call_id)) => match self.calls.version(call_id, revocation.version) {
                    None => breach(Code::RevokesNothing, "version"),
                    Some((hash, _)) if hash != revocation.canonical_payload_hash => {
                        breach(Code::RevokesNothing, "canonical_payload_hash")
                    }
                    Some((_, true)) => breach(Code::AlreadyRevoked, "version"),
                    Some((_, false)) => check_lines(&revocation.signatures),
                },
                (Ok(_), None) => breach(Code::RevocationBadRecord, "entity_id"),
                (Err(member), _) => breach(Code::RevocationBadRecord, member),
            },
            Event::VerificationRecorded(attempt) => match (attempt.as_ref(), entity) {
                (Ok(attempt), Some(call_id)) => match self.calls.version(call_id, attempt.version) {
                    Some((hash, _)) if hash == attempt.expected_hash => Ok(()),
                    Some(_) => breach(Code::AttemptBadRecord, "expected_hash"),
                    None => breach(Code::AttemptBadRecord, "version"),
                },
                (Ok(_), None) => breach(Code::AttemptBadRecord, "entity_id"),
                (Err(member), _) => breach(Code::AttemptBadRecord, member),
            },
            Event::Other => Ok(()),
        }
    }

    fn check_version(&self, record: &VersionRecord<'_>, entity: Option<Uuid>) -> std::result::Result<(), Breach> {
        let before = self.calls.latest(record.call_id).map(|latest| latest.number);
        if entity != Some(record.call_id) {
            breach(Code::VersionBadRecord, "entity_id")
        } else if record.tenant_id != self.header.tenant_id {
            breach(Code::ForeignTenant, "tenant_id")
        } else if record.version != before.unwrap_or(0) + 1 {
            breach(Code::VersionMisnumbered, "version")
        } else if record.supersedes != before {
            breach(Code::VersionMisnumbered, "supersedes")
        } else if self.calls.is_sealed(&record.digests.canonical_payload_hash) {
            breach(Code::VersionNotUnique, "canonical_payload_hash")
        } else {
            Ok(())
        }
    }
}

/// Signature lines that no verifier would read, or that are none, are not appended; a chain that has them can still be opened.
fn check_lines(signatures: &Signatures<'_>) -> std::result::Result<(), Breach> {
    if signatures.too_many {
        return breach(Code::NoteTooLarge, "signatures");
    }
    match signatures.lines.iter().all(|line| NoteSignature::parse(line).is_ok()) {
        true => Ok(()),
        false => breach(Code::BadNote, "signatures"),
    }
}

/// The rule that a record breaks, as the verifier would find it.
struct Breach {
    code: Code,
    member: &'static str,
}

fn breach<T>(code: Code, member: &'static str) -> std::result::Result<T, Breach> {
    Err(Breach { code, member })
}

/// An entry that was added to a chain, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Its position.
    pub seq: u64,
    /// Its hash: the chain's new head.
    pub entry_hash: Digest,
    /// Its canonical text.
    pub text: String,
}

impl NewEntry {
    /// The entry's line with its LF, as chain files and bundles hold it.
    #[must_use]
    pub fn format_line(&self) -> String {
        format_entry_line(self.seq, &self.entry_hash, &self.text)
    }
}

/// What became of a call that was to be sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The version that holds the call's data.
    pub version: u64,
    /// Position of its entry.
    pub seq: u64,
    /// The call's payload hash.
    pub canonical_payload_hash: Digest,
    /// The entry, if it is new; `None` if the version stood there already.
    pub entry: Option<NewEntry>,
    /// Whether that version was revoked.
    pub revoked: bool,
}

/// Seals a call: the gate, its digests, a version record, an entry.
///
/// The data of the latest version return that version, revoked or not, and add nothing. `recording` is the SHA-256 of the recording's bytes;
/// `at` becomes the time of the entry and `finalized_at`; with a `signer` the record is signed.
///
/// **Errors**: `foreign-tenant` for a call of another tenant; `not-finalized`; `already-sealed` for data of an earlier version, or with
/// another recording than the one that was sealed; `salt-missing` for a call that was sealed with a salt and has none; `line-too-long` for a call that no export could hold; `bad-key`
/// for a witness's key.
/// **Cost**: the call's digests and two hashes.
/// **Source**: FORMAT §3.
pub fn seal(
    chain: &mut ChainState,
    call: &Call<'_>,
    statement: Finalization,
    recording: Option<Digest>,
    at: Timestamp,
    signer: Option<&SigningKey>,
) -> Result<Sealed> {
    if call.tenant_id() != chain.header.tenant_id {
        return Err(Error::new(Code::ForeignTenant, "").member("tenant_id"));
    }
    check_finalized(call, statement)?;
    if call.payload().len() + CALL_LINE_OVERHEAD > LINE_BYTES {
        return Err(Error::new(Code::LineTooLong, "No export could hold this call.").member("transcript"));
    }
    let digests = call.compute_digests(recording);
    let canonical_payload_hash = digests.canonical_payload_hash;
    let latest = chain.calls.latest(call.call_id());
    if let Some(existing) = find_sealed(chain, call.call_id(), &digests, latest.as_ref())? {
        return Ok(existing);
    }
    let is_salted = |components: &Components| matches!(components, Components::Commitments(_));
    if latest.as_ref().is_some_and(|latest| is_salted(&latest.digests.components)) && !is_salted(&digests.components) {
        return Err(Error::new(Code::SaltMissing, "").member("salt"));
    }
    let supersedes = latest.map(|latest| latest.number);
    let mut record = VersionRecord {
        call_id: call.call_id(),
        tenant_id: call.tenant_id(),
        version: supersedes.unwrap_or(0) + 1,
        supersedes,
        digests,
        finalized_at: at,
        signatures: Signatures::default(),
    };
    record.signatures = sign(signer, VERSION_DOMAIN, &record.format())?;
    let entry = chain.append(&record.call_id.to_string(), VERSION_CREATED, &record.format(), at)?;
    Ok(Sealed { version: record.version, seq: entry.seq, canonical_payload_hash, entry: Some(entry), revoked: false })
}

/// The latest version, if it holds this data already.
fn find_sealed(chain: &ChainState, call_id: Uuid, digests: &CallDigests, latest: Option<&Latest>) -> Result<Option<Sealed>> {
    let refuse = |member, detail| Err(Error::new(Code::AlreadySealed, detail).member(member));
    let hash = digests.canonical_payload_hash;
    let (Some(version), Some(latest)) = (chain.calls.version_of(call_id, &hash), latest) else { return Ok(None) };
    let shown = recording_of(&digests.components);
    if shown.is_some() && shown != recording_of(&version.digests().components) {
        return refuse("recording", "The version there was sealed with another recording, or without one.");
    }
    if latest.digests.canonical_payload_hash != hash {
        return refuse("canonical_payload_hash", "A later version supersedes it.");
    }
    let Latest { number: version, seq, revoked, .. } = *latest;
    Ok(Some(Sealed { version, seq, canonical_payload_hash: hash, entry: None, revoked }))
}

fn recording_of(components: &Components) -> Option<Digest> {
    match components {
        Components::Hashes { recording, .. } => *recording,
        Components::Commitments(commitments) => commitments.get(Field::Recording),
    }
}

/// Signs a record that has no signatures yet.
///
/// **Errors**: `bad-key` for a witness's key.
/// **Source**: FORMAT §6.
pub fn sign(signer: Option<&SigningKey>, domain: &str, record: &str) -> Result<Signatures<'static>> {
    let Some(signer) = signer else { return Ok(Signatures::default()) };
    let signature = signer.sign_note(&Signatures::default().signed_text(domain, record))?;
    Ok(Signatures::new(vec![signature.to_string()]))
}

/// A version that shall be withdrawn.
#[derive(Clone, Debug)]
pub struct Withdrawal<'a> {
    /// The call.
    pub call_id: Uuid,
    /// The version; the latest if not named.
    pub version: Option<u64>,
    /// A code for the reason, 1 to 256 characters.
    pub reason: &'a str,
    /// The rule it is done under, 1 to 256 characters.
    pub policy: &'a str,
    /// Who does it: `user` or `system`.
    pub actor: Actor<'a>,
}

/// What became of a revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The version that is revoked.
    pub version: u64,
    /// Its payload hash.
    pub canonical_payload_hash: Digest,
    /// The entry, if it is new; `None` if the version was revoked already: the first revocation counts.
    pub entry: Option<NewEntry>,
}

/// Revokes a version of a call.
///
/// **Errors**: `no-such-version`; `bad-event` with the member that breaks the format; `bad-key` for a witness's key.
pub fn revoke(
    chain: &mut ChainState,
    withdrawal: &Withdrawal<'_>,
    at: Timestamp,
    signer: Option<&SigningKey>,
) -> Result<Revoked> {
    let call_id = withdrawal.call_id;
    let missing = || Error::new(Code::NoSuchVersion, "").member("version");
    let latest = || chain.calls.latest(call_id).map(|latest| latest.number);
    let version = withdrawal.version.or_else(latest).ok_or_else(missing)?;
    let (canonical_payload_hash, is_revoked) = chain.calls.version(call_id, version).ok_or_else(missing)?;
    if is_revoked {
        return Ok(Revoked { version, canonical_payload_hash, entry: None });
    }
    let mut revocation = Revocation {
        version,
        canonical_payload_hash,
        reason: Cow::Borrowed(withdrawal.reason),
        policy: Cow::Borrowed(withdrawal.policy),
        actor: withdrawal.actor.clone(),
        signatures: Signatures::default(),
    };
    revocation.signatures = sign(signer, REVOCATION_DOMAIN, &revocation.format())?;
    let entry = chain.append(&call_id.to_string(), VERSION_REVOKED, &revocation.format(), at)?;
    Ok(Revoked { version, canonical_payload_hash, entry: Some(entry) })
}

/// What an attempt found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    /// The record is what the latest version seals.
    Verified,
    /// It is not.
    Mismatch,
    /// The latest version is revoked, whatever the record is.
    Revoked,
}

impl AttemptResult {
    /// The word in the entry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AttemptResult::Verified => "verified",
            AttemptResult::Mismatch => "mismatch",
            AttemptResult::Revoked => "revoked",
        }
    }
}

/// An attempt that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What it found.
    pub result: AttemptResult,
    /// The latest version.
    pub version: u64,
    /// What that version seals.
    pub expected: Digest,
    /// The payload hash of the record given.
    pub computed: Digest,
    /// The entry.
    pub entry: NewEntry,
}

/// Verifies the present record of a call against its latest version and records the attempt: take the latest version, rebuild the
/// payload from the record, hash it, compare.
///
/// A record of another tenant under this call's name is a mismatch and no refusal: something changed.
///
/// **Errors**: `no-such-version`; `bad-event` with the member that breaks the format.
pub fn record_attempt(
    chain: &mut ChainState,
    call: &Call<'_>,
    method: &str,
    actor: Actor<'_>,
    at: Timestamp,
) -> Result<Recorded> {
    let missing = || Error::new(Code::NoSuchVersion, "").member("call_id");
    let latest = chain.calls.latest(call.call_id()).ok_or_else(missing)?;
    let expected = latest.digests.canonical_payload_hash;
    let computed = Digest::of(call.payload().as_bytes());
    let result = match (latest.revoked, expected == computed) {
        (true, _) => AttemptResult::Revoked,
        (false, true) => AttemptResult::Verified,
        (false, false) => AttemptResult::Mismatch,
    };
    let attempt = Attempt {
        version: latest.number,
        method: Cow::Borrowed(method),
        expected_hash: expected,
        computed_hash: computed,
        result: Cow::Borrowed(result.name()),
        actor,
    };
    let entry = chain.append(&call.call_id().to_string(), VERIFICATION_RECORDED, &attempt.format(), at)?;
    Ok(Recorded { result, version: latest.number, expected, computed, entry })
}

/// Adds any event. One of a known type must have that type's format and keep its rules, as if it were read.
///
/// **Errors**: `bad-event` with the member; `json-number-range` for a number without a canonical form; `line-too-long`.
pub fn append_event(
    chain: &mut ChainState,
    entity_id: &str,
    event_type: &str,
    payload: &Value,
    at: Timestamp,
) -> Result<NewEntry> {
    let refuse = |member: &str, detail| Error::new(Code::BadEvent, detail).member(member);
    if !matches!(payload, Value::Object(_)) {
        return Err(refuse("payload", "It is no JSON object."));
    }
    if matches!(event_type, KEY_ADDED | KEY_RETIRED) {
        check_key_event(entity_id, event_type, payload)?;
    }
    let text = canonical::format(payload)?;
    let text = std::str::from_utf8(&text).map_err(|_| refuse("payload", ""))?;
    chain.append(entity_id, event_type, text, at)
}

/// Checks a key event: `vkey`, for a retired key `reason`, and perhaps `signatures`.
fn check_key_event(entity_id: &str, event_type: &str, payload: &Value) -> Result<()> {
    let refuse = |member: &str, detail| Err(Error::new(Code::BadEvent, detail).member(member));
    let text = |name| match payload.get(name) {
        Some(Value::String(text)) if (1..=256).contains(&text.chars().take(257).count()) => Some(text.as_str()),
        _ => None,
    };
    let vkey = match payload.get("vkey") {
        Some(Value::String(vkey)) => VerifierKey::parse(vkey).ok(),
        _ => None,
    };
    let Some(vkey) = vkey else { return refuse("vkey", "It is no usable vkey.") };
    if vkey.name() != entity_id {
        return refuse("entity_id", "A key event is about the key's name.");
    }
    if event_type == KEY_RETIRED && text("reason").is_none() {
        return refuse("reason", "A retired key has a reason of 1 to 256 characters.");
    }
    let Value::Object(members) = payload else { return refuse("payload", "") };
    let is_known = |name: &str| name == "vkey" || name == "signatures" || name == "reason" && event_type == KEY_RETIRED;
    match members.iter().find(|(name, _)| !is_known(name)) {
        Some((name, _)) => refuse(name, "A key event has no such member."),
        None => Ok(()),
    }
}

/// Signs a checkpoint over all entries of a chain.
///
/// **Errors**: `bad-key` if the key's name is not the chain's origin or the key is a witness's.
pub fn checkpoint(chain: &ChainState, key: &SigningKey) -> Result<SignedCheckpoint> {
    Checkpoint::new(&chain.header.origin, chain.size(), chain.root())?.sign(key)
}
