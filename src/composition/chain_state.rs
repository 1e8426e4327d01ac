//! What is known of a chain while entries are added to it.
//!
//! [`ChainState`] is built by folding a whole chain, each entry checked as it is taken; [`ChainEnd`] is the part that adding needs, and
//! can be made from a database's rows. What is added is always what a verifier accepts: it goes through the same scanner and the same
//! rules as what is read. An entry is added or refused, and what is refused leaves everything as it was.

use super::bundle::line::EntryLine;
use super::bundle::writer::format_entry_line;
use super::segment::calls::{Calls, Pending};
use super::segment::findings::Findings;
use crate::algorithms::canonical;
use crate::algorithms::merkle::{self, CompactRange};
use crate::algorithms::note::{NoteSignature, SigningKey, VerifierKey};
use crate::objects::chain::{Entry, Header, format_entry};
use crate::objects::event::Event;
use crate::objects::version::{Signatures, VersionRecord};
use crate::values::codes::{Code, Effect};
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::LINE_BYTES;
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;

/// A whole chain as it was read: its header and its end.
#[derive(Clone, Debug)]
pub struct ChainState {
    header: Header,
    end: ChainEnd,
}

impl ChainState {
    /// A chain without entries.
    #[must_use]
    pub fn new(header: Header) -> ChainState {
        let end = ChainEnd::new(header.tenant_id, 0, header.chain_id());
        ChainState { header, end }
    }

    /// The chain's header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The chain's end, to add entries.
    pub fn end_mut(&mut self) -> &mut ChainEnd {
        &mut self.end
    }

    /// How many entries there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.end.size()
    }

    /// Hash of the last entry; the `chain_id` if there is none.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.end.head
    }

    /// Root hash of the Merkle tree over all entries.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.end.tree.root().unwrap_or_else(|| merkle::root_hash(&[]))
    }

    /// Time of the last entry.
    #[must_use]
    pub fn last_time(&self) -> Option<Timestamp> {
        self.end.last
    }

    /// The calls and their versions.
    #[must_use]
    pub fn calls(&self) -> &Calls {
        &self.end.calls
    }

    pub(super) fn end(&self) -> &ChainEnd {
        &self.end
    }

    /// Takes the next entry of a chain that is read, as [`ChainEnd::take`] does.
    ///
    /// **Errors**: `chain-damaged`, and nothing taken.
    pub fn take(&mut self, line: &EntryLine<'_>) -> Result<()> {
        self.end.take(line)
    }
}

/// The end of a chain, and what is known of its calls: enough to add the next entry.
///
/// Behind a database, the versions of the call in question are enough of the calls.
///
/// **Cost**: about 200 bytes a call with one version.
#[derive(Clone, Debug)]
pub struct ChainEnd {
    tenant_id: Uuid,
    head: Digest,
    /// The tree over the entries that were taken or added here, behind those in front.
    tree: CompactRange,
    last: Option<Timestamp>,
    calls: Calls,
    /// Keys that entries taken or added here withdraw, whoever signed that.
    retired: Vec<VerifierKey>,
}

impl ChainEnd {
    /// The end of a tenant's chain of `size` entries whose last one has the hash `head`; the `chain_id` if there is none.
    #[must_use]
    pub fn new(tenant_id: Uuid, size: u64, head: Digest) -> ChainEnd {
        ChainEnd { tenant_id, head, tree: CompactRange::empty(size), last: None, calls: Calls::default(), retired: Vec::new() }
    }

    /// Makes a version known that stands in the chain: the canonical text of its `version.created` entry, its position, and
    /// whether it is revoked. All versions of a call must be known, in the order of their numbers; returns the call.
    ///
    /// **Errors**: `chain-damaged` with the member that is wrong.
    pub fn know_version(&mut self, text: &str, seq: u64, is_revoked: bool) -> Result<Uuid> {
        let damaged = |member: &str, detail| Error::new(Code::ChainDamaged, detail).member(member);
        let mut scanner = canonical::Scanner::of(text);
        let entry = Entry::scan(&mut scanner).filter(|_| scanner.is_at_end());
        let entry = entry.ok_or_else(|| damaged("entry", "It is no entry in canonical form."))?;
        let Event::VersionCreated(record) = &entry.event else {
            return Err(damaged("entry", "It is no version.created entry."));
        };
        let record = record.as_ref().as_ref().map_err(|member| damaged(member, Code::VersionBadRecord.sentence()))?;
        if seq >= self.size() {
            return Err(damaged("seq", "It lies behind the chain's end."));
        }
        if self.calls.latest(record.call_id).is_some_and(|latest| latest.seq >= seq) {
            return Err(damaged("seq", "It lies in front of the version before it."));
        }
        let entity = Uuid::parse_canonical(&entry.entity_id);
        self.check_version(record, entity).map_err(|breach| damaged(breach.member, breach.code.sentence()))?;
        if seq + 1 == self.size() && Digest::of(text.as_bytes()) != self.head {
            return Err(damaged("head", "The last entry does not have this hash."));
        }
        self.calls.seal(record.call_id, record.version, record.digests.clone(), 0, seq, &mut Findings::default());
        if is_revoked {
            let (call_id, number, hash) = (record.call_id, record.version, record.digests.canonical_payload_hash);
            self.calls.revoke(Pending { call_id, number, hash, line: 0, seq }, &mut Findings::default());
        }
        Ok(record.call_id)
    }

    /// The tenant.
    #[must_use]
    pub fn tenant_id(&self) -> Uuid {
        self.tenant_id
    }

    /// How many entries the chain has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.end()
    }

    /// What is known of calls and their versions.
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
    pub(super) fn append(&mut self, entity_id: &str, event_type: &str, payload: &str, at: Timestamp) -> Result<NewEntry> {
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
            // One that nobody signs has no meaning for a verifier either.
            Event::Key(event)
                if event.reason.is_some() && event.vkey.name() == entry.entity_id && !event.signatures.lines.is_empty() =>
            {
                if !self.retired.contains(&event.vkey) {
                    self.retired.push(event.vkey.clone());
                }
            }
            Event::VerificationRecorded(_) | Event::Key(_) | Event::Other => {}
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
            Event::Key(event) => check_lines(&event.signatures),
            Event::Other => Ok(()),
        }
    }

    /// Refuses a key that this chain withdraws: what it signed behind that would be a mismatch for good.
    ///
    /// **Errors**: `bad-key`.
    pub fn check_signer(&self, signer: &SigningKey) -> Result<()> {
        match self.retired.contains(signer.verifier()) {
            true => Err(Error::new(Code::BadKey, "This chain has retired it: it signs nothing more.")),
            false => Ok(()),
        }
    }

    fn check_version(&self, record: &VersionRecord<'_>, entity: Option<Uuid>) -> std::result::Result<(), Breach> {
        let before = self.calls.latest(record.call_id).map(|latest| latest.number);
        if entity != Some(record.call_id) {
            breach(Code::VersionBadRecord, "entity_id")
        } else if record.tenant_id != self.tenant_id {
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
