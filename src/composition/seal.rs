//! Sealing: the other side of verifying. What a chain knows, a call and a time go in; the next entry and the new head come out.
//!
//! ```json
//! {"entity_id":"0d9c…","event_type":"version.created","payload":{"call_id":"0d9c…",…,"version":1},"prev_hash":"c995…","timestamp":"2026-01-01T01:00:00Z"}
//! ```
//!
//! FORMAT §3, §4 and §6. Every function below adds one entry to a [`ChainEnd`], or refuses and leaves it as it was.
//!
//! Left out on purpose: files, clocks and randomness (the caller's), and any rule about time. An entry may be dated before the
//! one in front of it, since clocks are set back; beyond five minutes the verifier warns (`time-backwards`).

use super::chain_state::{ChainEnd, ChainState, NewEntry};
use super::segment::calls::Sealed as Latest;
use crate::algorithms::canonical;
use crate::algorithms::note::{SigningKey, VerifierKey};
use crate::objects::call::{Call, CallDigests, Components, Field, Finalization, Member, Normalized, check_finalized};
use crate::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::objects::event::{
    Actor, Attempt, KEY_ADDED, KEY_RETIRED, Revocation, VERIFICATION_RECORDED, VERSION_CREATED, VERSION_REVOKED, is_text,
};
use crate::objects::version::{
    KEY_ADDED_DOMAIN, KEY_RETIRED_DOMAIN, REVOCATION_DOMAIN, Signatures, VERSION_DOMAIN, VersionRecord,
};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::json::Value;
use crate::values::limits::LINE_BYTES;
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
use std::borrow::Cow;

/// What a line of a bundle needs beside a call's payload: its type, and field salts if the call is shown in part.
const CALL_LINE_OVERHEAD: usize = 4096;

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

/// The call of a record, without members that no hash would cover: each must be named to be left out.
///
/// **Errors**: `uncovered-member` for one that is not named; `bad-option` if a member of calls is named.
pub fn drop_uncovered(record: Normalized, names: &[String]) -> Result<Call<'static>> {
    if names.iter().any(|name| Member::parse(name).is_some()) {
        return Err(Error::new(Code::BadOption, "A member of the call record cannot be left out.").member("drop"));
    }
    match record.uncovered.into_iter().find(|name| !names.contains(name)) {
        Some(name) => Err(Error::new(Code::UncoveredMember, "").member(name)),
        None => Ok(record.call),
    }
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
    chain: &mut ChainEnd,
    call: &Call<'_>,
    statement: Finalization,
    recording: Option<Digest>,
    at: Timestamp,
    signer: Option<&SigningKey>,
) -> Result<Sealed> {
    if call.tenant_id() != chain.tenant_id() {
        return Err(Error::new(Code::ForeignTenant, "").member("tenant_id"));
    }
    check_finalized(call, statement)?;
    if call.payload().len() + CALL_LINE_OVERHEAD > LINE_BYTES {
        return Err(Error::new(Code::LineTooLong, "No export could hold this call.").member("transcript"));
    }
    let digests = call.compute_digests(recording);
    let canonical_payload_hash = digests.canonical_payload_hash;
    let latest = chain.calls().latest(call.call_id());
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
    if let Some(signer) = signer {
        chain.check_signer(signer)?;
    }
    record.signatures = sign(signer, VERSION_DOMAIN, &record.format())?;
    let entry = chain.append(&record.call_id.to_string(), VERSION_CREATED, &record.format(), at)?;
    Ok(Sealed { version: record.version, seq: entry.seq, canonical_payload_hash, entry: Some(entry), revoked: false })
}

/// The latest version, if it holds this data already.
fn find_sealed(chain: &ChainEnd, call_id: Uuid, digests: &CallDigests, latest: Option<&Latest>) -> Result<Option<Sealed>> {
    let refuse = |member, detail| Err(Error::new(Code::AlreadySealed, detail).member(member));
    let hash = digests.canonical_payload_hash;
    let (Some(version), Some(latest)) = (chain.calls().version_of(call_id, &hash), latest) else { return Ok(None) };
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
/// **Errors**: `no-such-version`; `bad-event` with the member that breaks the format; `bad-key` for a witness's key and for one that the chain
/// has retired.
pub fn revoke(chain: &mut ChainEnd, withdrawal: &Withdrawal<'_>, at: Timestamp, signer: Option<&SigningKey>) -> Result<Revoked> {
    let call_id = withdrawal.call_id;
    let missing = || Error::new(Code::NoSuchVersion, "").member("version");
    let latest = || chain.calls().latest(call_id).map(|latest| latest.number);
    let version = withdrawal.version.or_else(latest).ok_or_else(missing)?;
    let (canonical_payload_hash, is_revoked) = chain.calls().version(call_id, version).ok_or_else(missing)?;
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
    if let Some(signer) = signer {
        chain.check_signer(signer)?;
    }
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
pub fn record_attempt(chain: &mut ChainEnd, call: &Call<'_>, method: &str, actor: Actor<'_>, at: Timestamp) -> Result<Recorded> {
    let missing = || Error::new(Code::NoSuchVersion, "").member("call_id");
    let latest = chain.calls().latest(call.call_id()).ok_or_else(missing)?;
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
pub fn append_event(chain: &mut ChainEnd, entity_id: &str, event_type: &str, payload: &Value, at: Timestamp) -> Result<NewEntry> {
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

/// A key event's payload with one more signature over it.
///
/// **Errors**: `bad-option` for an event of another type; `bad-event` with the member that breaks the format; `bad-key` for a witness's key.
/// **Source**: FORMAT §6.
pub fn sign_key_event(entity_id: &str, event_type: &str, payload: &Value, signer: &SigningKey) -> Result<Value> {
    let domain = match event_type {
        KEY_ADDED => KEY_ADDED_DOMAIN,
        KEY_RETIRED => KEY_RETIRED_DOMAIN,
        _ => return Err(Error::new(Code::BadOption, "Of these events only key.added and key.retired are signed.").member("sign")),
    };
    check_key_event(entity_id, event_type, payload)?;
    let Value::Object(members) = payload else { return Err(Error::new(Code::BadEvent, "").member("payload")) };
    let (mut lines, members): (Vec<_>, Vec<_>) = members.iter().cloned().partition(|(name, _)| name == "signatures");
    let text = canonical::format(&Value::Object(members.clone()))?;
    let signed = sign(Some(signer), domain, &String::from_utf8_lossy(&text))?;
    let mut all = match lines.pop() {
        Some((_, Value::Array(lines))) => lines,
        _ => Vec::new(),
    };
    all.extend(signed.lines.into_iter().map(|line| Value::String(line.into_owned())));
    Ok(Value::Object(members.into_iter().chain([("signatures".to_owned(), Value::Array(all))]).collect()))
}

/// Checks a key event: `vkey`, for a retired key `reason`, and perhaps `signatures`.
fn check_key_event(entity_id: &str, event_type: &str, payload: &Value) -> Result<()> {
    let refuse = |member: &str, detail| Err(Error::new(Code::BadEvent, detail).member(member));
    let vkey = match payload.get("vkey") {
        Some(Value::String(vkey)) => VerifierKey::parse(vkey).ok(),
        _ => None,
    };
    let Some(vkey) = vkey else { return refuse("vkey", "It is no usable vkey.") };
    if vkey.name() != entity_id {
        return refuse("entity_id", "A key event is about the key's name.");
    }
    let has_reason = matches!(payload.get("reason"), Some(Value::String(reason)) if is_text(reason));
    if event_type == KEY_RETIRED && !has_reason {
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
/// **Errors**: `bad-key` if the key's name is not the chain's origin, the key is a witness's, or the chain has retired it.
pub fn checkpoint(chain: &ChainState, key: &SigningKey) -> Result<SignedCheckpoint> {
    chain.end().check_signer(key)?;
    Checkpoint::new(&chain.header().origin, chain.size(), chain.root())?.sign(key)
}
