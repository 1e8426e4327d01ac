//! What a run knows of its calls: their versions in the chain, and the state in which they are presented.
//!
//! A call takes about 200 bytes with one version. Two indexes of 32-bit places lead to a call by its name and to a
//! version by its payload hash. A presented call that equals a version is kept as a reference to it.

use super::blocks::Blocks;
use super::findings::Findings;
use super::index::{Index, hash_of};
use crate::composition::report::Finding;
use crate::objects::call::{CallDigests, Commitments, Components};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::limits::SAFE_INTEGER;
use crate::values::saved::saved;
use crate::values::uuid::Uuid;

/// A version as the chain seals it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    call: u32,
    /// The version's number.
    pub number: u64,
    /// Position of its entry.
    pub seq: u64,
    pub(super) line: u32,
    pub(super) revoked: bool,
    pub(super) digests: Compact,
}

saved! { struct Version { call, number, seq, line, revoked, digests } }

impl Version {
    /// What its payload and its parts hash to.
    #[must_use]
    pub fn digests(&self) -> CallDigests {
        self.digests.expand()
    }

    /// Whether a later entry revokes it.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.revoked
    }

    /// Line of its entry.
    #[must_use]
    pub fn line(&self) -> u64 {
        u64::from(self.line)
    }
}

/// [`CallDigests`] with the rare parts out of line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compact {
    hash: Digest,
    parts: Parts,
}

saved! { struct Compact { hash, parts } }

#[derive(Clone, Debug, PartialEq, Eq)]
enum Parts {
    Plain { metadata: Digest, transcript: Digest },
    Rare(Box<Components>),
}

saved! {
    enum Parts {
        0 => Plain { metadata: metadata, transcript: transcript },
        1 => Rare { 0: components },
    }
}

saved! {
    enum Components {
        0 => Hashes { metadata: metadata, transcript: transcript, recording: recording },
        1 => Commitments { 0: commitments },
    }
}

impl Compact {
    pub(super) fn new(digests: CallDigests) -> Compact {
        let parts = match digests.components {
            Components::Hashes { metadata, transcript, recording: None } => Parts::Plain { metadata, transcript },
            rare => Parts::Rare(Box::new(rare)),
        };
        Compact { hash: digests.canonical_payload_hash, parts }
    }

    pub(super) fn expand(&self) -> CallDigests {
        let components = match &self.parts {
            Parts::Plain { metadata, transcript } => {
                Components::Hashes { metadata: *metadata, transcript: *transcript, recording: None }
            }
            Parts::Rare(components) => components.as_ref().clone(),
        };
        CallDigests { canonical_payload_hash: self.hash, components }
    }

    /// Whether a presented call with digests `shown` is what was sealed here. Recordings are no part of an export.
    fn seals(&self, shown: &Compact) -> bool {
        self.hash == shown.hash
            && match (&self.parts, &shown.parts) {
                (Parts::Rare(sealed), Parts::Plain { metadata, transcript }) => match sealed.as_ref() {
                    Components::Hashes { metadata: m, transcript: t, .. } => m == metadata && t == transcript,
                    Components::Commitments(_) => false,
                },
                _ => self.parts == shown.parts,
            }
    }
}

/// How a call is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Not at all.
    No,
    /// It is what that version seals.
    Same(u32),
    /// It has these digests.
    Other(Box<Compact>),
    /// Some members of it.
    Redacted(Box<Commitments>),
    /// More than once.
    Twice,
}

saved! {
    enum Shown {
        0 => No,
        1 => Same { 0: version },
        2 => Other { 0: digests },
        3 => Redacted { 0: disclosed },
        4 => Twice,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallState {
    pub(super) call_id: Uuid,
    /// The first version of this part of the chain.
    pub(super) first: Option<u32>,
    /// The latest.
    pub(super) latest: Option<u32>,
    pub(super) shown: Shown,
    /// The line that presented it first.
    pub(super) line: u32,
}

saved! { struct CallState { call_id, first, latest, shown, line } }

/// A revocation of a version that this part of the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The call.
    pub call_id: Uuid,
    /// The version's number.
    pub number: u64,
    /// The version's payload hash.
    pub hash: Digest,
    /// Line of the revocation.
    pub line: u64,
    /// Its position.
    pub seq: u64,
}

saved! { struct Pending { call_id, number, hash, line, seq } }

/// What a presented call turned out to be, beside its latest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// In full, with these digests.
    Full(CallDigests),
    /// In part.
    Redacted(Box<Commitments>),
    /// More than once.
    Twice,
}

/// A presented call and its latest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The call.
    pub call_id: Uuid,
    /// The line that presented it.
    pub line: u64,
    /// What was presented.
    pub presented: Presented,
    /// The latest version in the chain.
    pub latest: Option<Sealed>,
}

/// The latest version of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its number.
    pub number: u64,
    /// Position of its entry.
    pub seq: u64,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Its digests.
    pub digests: CallDigests,
}

/// All calls of a part of a bundle.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    pub(super) states: Blocks<CallState>,
    pub(super) versions: Blocks<Version>,
    pub(super) pending: Vec<Pending>,
    by_id: Index,
    by_hash: Index,
    /// Versions behind which a later one of their call stands, by call and number.
    superseded: Index,
}

saved! {
    struct Calls { states, versions, pending }
    without { by_id: Index::default(), by_hash: Index::default(), superseded: Index::default() }
}

fn hash_of_number(call: u32, number: u64) -> u32 {
    let mut key = [0; 12];
    key[..4].copy_from_slice(&call.to_le_bytes());
    key[4..].copy_from_slice(&number.to_le_bytes());
    hash_of(&key)
}

fn narrow(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

impl Calls {
    fn find(&self, call_id: Uuid) -> Option<u32> {
        self.find_hashed(hash_of(&call_id.0), call_id)
    }

    fn find_hashed(&self, hash: u32, call_id: Uuid) -> Option<u32> {
        self.by_id.find(hash, |index| self.states.get(index).is_some_and(|state| state.call_id == call_id))
    }

    fn find_version(&self, digest: &Digest) -> Option<u32> {
        self.find_version_hashed(hash_of(&digest.0), digest)
    }

    fn find_version_hashed(&self, hash: u32, digest: &Digest) -> Option<u32> {
        self.by_hash.find(hash, |index| self.versions.get(index).is_some_and(|version| version.digests.hash == *digest))
    }

    fn enter(&mut self, call_id: Uuid) -> u32 {
        let hash = hash_of(&call_id.0);
        if let Some(index) = self.find_hashed(hash, call_id) {
            return index;
        }
        let index = self.states.push(CallState { call_id, first: None, latest: None, shown: Shown::No, line: 0 });
        self.by_id.insert(hash, index);
        index
    }

    /// Takes a version that stands in the chain. Its number follows the one before it; its payload is new.
    pub fn seal(&mut self, call_id: Uuid, number: u64, digests: CallDigests, line: u64, seq: u64, findings: &mut Findings) {
        let version = Version { call: 0, number, seq, line: narrow(line), revoked: false, digests: Compact::new(digests) };
        self.insert(call_id, version, findings);
    }

    fn insert(&mut self, call_id: Uuid, mut version: Version, findings: &mut Findings) -> u32 {
        let call = self.enter(call_id);
        version.call = call;
        let place = |code| Finding::new(code).line(version.line()).seq(version.seq).call(call_id);
        let hash = version.digests.hash;
        let place_of_hash = hash_of(&hash.0);
        let unique = self.find_version_hashed(place_of_hash, &hash).is_none();
        if !unique {
            findings.add(place(Code::VersionNotUnique).member("canonical_payload_hash"));
        }
        let before = self.states.get(call).and_then(|state| state.latest).and_then(|latest| self.versions.get(latest));
        if let Some(before) = before.filter(|before| before.number + 1 != version.number) {
            findings.add(place(Code::VersionMisnumbered).member("version").values(before.number + 1, version.number));
        }
        let superseded = self.states.get(call).and_then(|state| state.latest);
        let index = self.versions.push(version);
        if let Some(superseded) = superseded {
            self.supersede(superseded);
        }
        if unique {
            self.by_hash.insert(place_of_hash, index);
        }
        if let (Some(state), Some(version)) = (self.states.get_mut(call), self.versions.get(index)) {
            state.first = state.first.or(Some(index));
            state.latest = Some(index);
            if unique && matches!(&state.shown, Shown::Other(shown) if version.digests.seals(shown)) {
                state.shown = Shown::Same(index);
            }
        }
        index
    }

    /// Takes a revocation that stands in the chain.
    pub fn revoke(&mut self, revocation: Pending, findings: &mut Findings) {
        if let Some(unresolved) = self.try_revoke(revocation, findings) {
            self.pending.push(unresolved);
        }
    }

    fn try_revoke(&mut self, revocation: Pending, findings: &mut Findings) -> Option<Pending> {
        let place = |code| Finding::new(code).line(revocation.line).seq(revocation.seq).call(revocation.call_id);
        let index = self.find_numbered(revocation.call_id, revocation.number);
        match index.and_then(|index| self.versions.get_mut(index)) {
            None => return Some(revocation),
            Some(version) if version.digests.hash != revocation.hash => {
                findings.add(place(Code::RevokesNothing).values(version.digests.hash, revocation.hash));
            }
            Some(version) if version.revoked => findings.add(place(Code::AlreadyRevoked)),
            Some(version) => version.revoked = true,
        }
        None
    }

    fn supersede(&mut self, index: u32) {
        let Some(version) = self.versions.get(index) else { return };
        let (call, number) = (version.call, version.number);
        let versions = &self.versions;
        self.superseded.replace(hash_of_number(call, number), index, |index| {
            versions.get(index).is_some_and(|version| (version.call, version.number) == (call, number))
        });
    }

    /// The most recent version of a call that has this number.
    fn find_numbered(&self, call_id: Uuid, number: u64) -> Option<u32> {
        let call = self.find(call_id)?;
        let latest = self.states.get(call)?.latest?;
        if self.versions.get(latest)?.number == number {
            return Some(latest);
        }
        self.superseded.find(hash_of_number(call, number), |index| {
            self.versions.get(index).is_some_and(|version| (version.call, version.number) == (call, number))
        })
    }

    /// Takes a call that is presented in full.
    pub fn show(&mut self, call_id: Uuid, digests: CallDigests, line: u64, findings: &mut Findings) {
        let digests = Compact::new(digests);
        let sealing = self.find_version(&digests.hash).filter(|index| {
            let version = self.versions.get(*index);
            version.is_some_and(|version| Some(version.call) == self.find(call_id) && version.digests.seals(&digests))
        });
        let shown = sealing.map_or_else(|| Shown::Other(Box::new(digests)), Shown::Same);
        self.present(call_id, shown, line, findings);
    }

    /// Takes a call that is presented in part.
    pub fn show_redacted(&mut self, call_id: Uuid, disclosed: Box<Commitments>, line: u64, findings: &mut Findings) {
        self.present(call_id, Shown::Redacted(disclosed), line, findings);
    }

    fn present(&mut self, call_id: Uuid, shown: Shown, line: u64, findings: &mut Findings) {
        let index = self.enter(call_id);
        let Some(state) = self.states.get_mut(index) else { return };
        if state.shown == Shown::No {
            state.shown = shown;
            state.line = narrow(line);
        } else {
            state.shown = Shown::Twice;
            findings.add(Finding::new(Code::CallTwice).line(line).call(call_id));
        }
    }

    /// Takes what a later part knows, whose lines begin behind `lines` lines.
    pub fn append(&mut self, later: Calls, lines: u64, findings: &mut Findings) {
        for mut revocation in later.pending {
            revocation.line += lines;
            self.revoke(revocation, findings);
        }
        let names: Vec<Uuid> = later.states.iter().map(|state| state.call_id).collect();
        // Calls keep the order in which the lines name them first, whether by a version or a presented state.
        for name in &names {
            self.enter(*name);
        }
        let mut moved = Vec::new();
        for mut version in later.versions.into_iter() {
            let call_id = usize::try_from(version.call).ok().and_then(|call| names.get(call));
            let Some(call_id) = call_id else { continue };
            version.line = narrow(version.line() + lines);
            moved.push(self.insert(*call_id, version, findings));
        }
        for state in later.states.into_iter() {
            let shown = match state.shown {
                Shown::No => {
                    self.enter(state.call_id);
                    continue;
                }
                // The first version with this payload may stand further in front than the one of the later part.
                Shown::Same(index) => {
                    let index = usize::try_from(index).ok().and_then(|index| moved.get(index));
                    if let Some(digests) = index.and_then(|index| self.presented(*index)) {
                        self.show(state.call_id, digests, u64::from(state.line) + lines, findings);
                    }
                    continue;
                }
                Shown::Other(digests) => {
                    self.show(state.call_id, digests.expand(), u64::from(state.line) + lines, findings);
                    continue;
                }
                other => other,
            };
            self.present(state.call_id, shown, u64::from(state.line) + lines, findings);
        }
    }

    /// Every presented call beside its latest version, in the order of their lines.
    pub fn comparisons(&self) -> impl Iterator<Item = Comparison> + '_ {
        // A line and an index in one number: what sorts them is also what other numbers are sorted by.
        let mut order: Vec<u64> = Vec::new();
        for (index, state) in (0u64..).zip(self.states.iter()) {
            if state.shown != Shown::No {
                order.push(u64::from(state.line) << 32 | index);
            }
        }
        order.sort_unstable();
        let place = |place: u64| u32::try_from(place & u64::from(u32::MAX)).ok();
        order.into_iter().filter_map(move |both| self.states.get(place(both)?)).filter_map(|state| self.compare(state))
    }

    /// The digests of a presented call that equals a version. What that seals of a recording was not presented with the call.
    fn presented(&self, version: u32) -> Option<CallDigests> {
        let mut digests = self.versions.get(version)?.digests.expand();
        if let Components::Hashes { recording, .. } = &mut digests.components {
            *recording = None;
        }
        Some(digests)
    }

    fn compare(&self, state: &CallState) -> Option<Comparison> {
        let presented = match &state.shown {
            Shown::No => return None,
            Shown::Same(index) => Presented::Full(self.presented(*index)?),
            Shown::Other(digests) => Presented::Full(digests.expand()),
            Shown::Redacted(disclosed) => Presented::Redacted(disclosed.clone()),
            Shown::Twice => Presented::Twice,
        };
        let latest = state.latest.and_then(|latest| self.versions.get(latest)).map(|version| Sealed {
            number: version.number,
            seq: version.seq,
            revoked: version.revoked,
            digests: version.digests.expand(),
        });
        Some(Comparison { call_id: state.call_id, line: u64::from(state.line), presented, latest })
    }

    /// How many calls have a version and are not presented.
    #[must_use]
    pub fn not_presented(&self) -> u64 {
        let hidden = self.states.iter().filter(|state| state.latest.is_some() && state.shown == Shown::No);
        u64::try_from(hidden.count()).unwrap_or(u64::MAX)
    }

    /// Calls whose first version in this part is not version 1, with that version.
    pub fn beginning_later(&self) -> impl Iterator<Item = (Uuid, &Version)> + '_ {
        let first = |state: &CallState| Some((state.call_id, self.versions.get(state.first?)?));
        self.states.iter().filter_map(first).filter(|(_, version)| version.number != 1)
    }

    /// Revocations of versions that stand nowhere in front of them.
    #[must_use]
    pub fn unresolved(&self) -> &[Pending] {
        &self.pending
    }

    /// Whether a revocation that found no version in front of it names none that could stand before this part either: the
    /// call's versions from its number on are all here, or its hash is that of another version.
    #[must_use]
    pub fn names_nothing(&self, revocation: &Pending) -> bool {
        let first = self.find(revocation.call_id).and_then(|call| self.states.get(call)?.first);
        let first = first.and_then(|first| self.versions.get(first));
        first.is_some_and(|first| revocation.number >= first.number) || self.is_sealed(&revocation.hash)
    }

    /// The latest version of a call, and whether it is revoked.
    #[must_use]
    pub fn latest(&self, call_id: Uuid) -> Option<Sealed> {
        let state = self.states.get(self.find(call_id)?)?;
        let version = self.versions.get(state.latest?)?;
        let digests = version.digests.expand();
        Some(Sealed { number: version.number, seq: version.seq, revoked: version.revoked, digests })
    }

    /// The versions of a call, in the order of their entries.
    ///
    /// **Cost**: linear in all versions.
    pub(crate) fn versions_of(&self, call_id: Uuid) -> impl Iterator<Item = &Version> {
        let call = self.find(call_id);
        self.versions.iter().filter(move |version| Some(version.call) == call)
    }

    /// The version of a call that has this payload hash.
    #[must_use]
    pub fn version_of(&self, call_id: Uuid, hash: &Digest) -> Option<&Version> {
        let version = self.versions.get(self.find_version(hash)?)?;
        (Some(version.call) == self.find(call_id)).then_some(version)
    }

    /// Whether any version of any call has this payload hash.
    #[must_use]
    pub fn is_sealed(&self, hash: &Digest) -> bool {
        self.find_version(hash).is_some()
    }

    /// A version of a call by its number: its payload hash, and whether it is revoked.
    #[must_use]
    pub fn version(&self, call_id: Uuid, number: u64) -> Option<(Digest, bool)> {
        let version = self.versions.get(self.find_numbered(call_id, number)?)?;
        Some((version.digests.hash, version.revoked))
    }

    /// Builds the indexes again; `false` if places do not fit.
    pub(super) fn reindex(&mut self) -> bool {
        let (states, versions) = (self.states.len(), self.versions.len());
        let within = |place: Option<u32>, len: u32| place.is_none_or(|place| place < len);
        let fits = self.versions.iter().all(|version| version.call < states && version.number <= SAFE_INTEGER)
            && self.states.iter().all(|state| {
                let shown = if let Shown::Same(version) = state.shown { Some(version) } else { None };
                within(state.first, versions) && within(state.latest, versions) && within(shown, versions)
            });
        if !fits {
            return false;
        }
        for (index, state) in (0u32..).zip(self.states.iter()) {
            self.by_id.insert(hash_of(&state.call_id.0), index);
        }
        for index in 0..versions {
            let Some(version) = self.versions.get(index) else { return false };
            let (call, hash) = (version.call, version.digests.hash);
            if self.find_version(&hash).is_none() {
                self.by_hash.insert(hash_of(&hash.0), index);
            }
            if self.states.get(call).and_then(|state| state.latest) != Some(index) {
                self.supersede(index);
            }
        }
        true
    }
}

impl PartialEq for Calls {
    fn eq(&self, other: &Calls) -> bool {
        self.versions == other.versions && self.states == other.states && self.pending == other.pending
    }
}
