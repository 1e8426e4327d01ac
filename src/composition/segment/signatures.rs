//! Signatures on records: how many hold, and where in the chain each trusted key signs. FORMAT §4, §6.
//!
//! A key signs entries [a, b) only: a `key.added` at a and a `key.retired` at b, each signed by a key that the verifier trusts, say so.
//! They narrow what a trusted key may sign and never make one trusted. Segments know neither end of it, so they keep for
//! each key the outermost places; what lies outside is found when all of them are merged.

use super::{Place, Segment};
use crate::composition::report::Finding;
use crate::composition::trust::{SignatureFact, Signed, Trust};
use crate::objects::event::KeyEvent;
use crate::objects::version::Signatures;
use crate::values::codes::Code;
use crate::values::limits::UNTRUSTED_SIGNERS;
use crate::values::saved::saved;
use std::collections::BTreeMap;

/// Signatures on the records of a segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Signing {
    pub(super) counts: SignatureCounts,
    /// Keys that sign records and are not trusted, and the line where each does first.
    signers: BTreeMap<String, u64>,
    /// Trusted keys that sign records or that key events are about, in the order in which they are met.
    keys: Vec<KeyUse>,
}

/// Counts of signatures on versions and revocations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignatureCounts {
    /// Good ones by pinned keys.
    pub good: u64,
    /// Bad ones by pinned keys.
    pub bad: u64,
    /// By keys that are not pinned.
    pub unknown: u64,
    /// Versions and revocations without any good signature by a pinned key.
    pub unsigned: u64,
}

/// Where a trusted key signs, and where it may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyUse {
    /// The key, `name+hash`.
    key: String,
    first: Option<Place>,
    last: Option<Place>,
    /// Position of the first `key.added`.
    added: Option<u64>,
    /// Position of the first `key.retired`.
    retired: Option<u64>,
}

saved! { struct Signing { counts, signers, keys } }

saved! { struct SignatureCounts { good, bad, unknown, unsigned } }

saved! { struct KeyUse { key, first, last, added, retired } }

fn least(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Places of entries in their order.
fn by_position(place: &Place) -> (Option<u64>, u64) {
    (place.seq, place.line)
}

impl KeyUse {
    fn sign(&mut self, place: Place) {
        if self.first.is_none_or(|first| by_position(&place) < by_position(&first)) {
            self.first = Some(place);
        }
        if self.last.is_none_or(|last| by_position(&place) > by_position(&last)) {
            self.last = Some(place);
        }
    }

    fn append(&mut self, later: &KeyUse, lines: u64) {
        for place in [later.first, later.last].into_iter().flatten() {
            self.sign(Place { line: place.line + lines, ..place });
        }
        self.added = least(self.added, later.added);
        self.retired = least(self.retired, later.retired);
    }

    /// The entry that adds the key. Behind the one that retires it there is no coming back.
    fn begin(&self) -> Option<u64> {
        self.added.filter(|added| self.retired.is_none_or(|retired| *added < retired))
    }

    /// Whether the key may sign the entry at this position, or a tree whose last entry it is.
    #[must_use]
    pub fn allows(&self, seq: u64) -> bool {
        self.begin().is_none_or(|begin| begin <= seq) && self.retired.is_none_or(|retired| seq < retired)
    }

    /// The key and the entries that it may sign.
    #[must_use]
    pub fn text(&self) -> String {
        let text = |end: Option<u64>| end.map(|end| end.to_string()).unwrap_or_default();
        format!("{}, entries {}..{}", self.key, text(self.begin()), text(self.retired))
    }
}

impl Signing {
    /// Takes the signatures of a record; `signed` says what it is.
    pub(super) fn push(
        &mut self,
        signed: Signed,
        payload: &str,
        signatures: &Signatures<'_>,
        place: Place,
        trust: &Trust,
    ) -> Vec<Finding> {
        let finding = |code| finding(code, place);
        let mut findings = Vec::new();
        if signatures.too_many {
            findings.push(finding(Code::NoteTooLarge));
        }
        let (mut good, mut authorized) = (false, false);
        for fact in facts(signed, payload, signatures, trust) {
            match fact {
                SignatureFact::Good { key, revokes } => {
                    self.counts.good += 1;
                    (good, authorized) = (true, authorized || revokes);
                    self.with_key(key, |of| of.sign(place));
                }
                SignatureFact::Bad => {
                    self.counts.bad += 1;
                    findings.push(finding(Code::SignatureBad));
                }
                SignatureFact::Unknown(signer) => {
                    self.counts.unknown += 1;
                    self.name_signer(signer, place.line);
                }
            }
        }
        self.counts.unsigned += u64::from(!good);
        if signed == Signed::Revocation && trust.has_revokers() && !authorized {
            findings.push(finding(Code::RevocationUnauthorized));
        }
        findings
    }

    /// Takes a key event. One about a key that is not trusted, or that no trusted key signs, has no meaning; nor adds a key itself. A bad
    /// signature is a finding whatever the event is about: with it passed over, a retirement would be undone by one changed letter.
    pub(super) fn push_key(&mut self, event: &KeyEvent<'_>, payload: &str, place: Place, trust: &Trust) -> Vec<Finding> {
        let is_retired = event.reason.is_some();
        let (mut signers, mut findings) = (Vec::new(), Vec::new());
        if event.signatures.too_many {
            findings.push(finding(Code::NoteTooLarge, place));
        }
        let signed = if is_retired { Signed::KeyRetired } else { Signed::KeyAdded };
        for fact in facts(signed, payload, &event.signatures, trust) {
            match fact {
                SignatureFact::Good { key, .. } => signers.push(key),
                SignatureFact::Bad => findings.push(finding(Code::SignatureBad, place)),
                SignatureFact::Unknown(_) => {}
            }
        }
        let (Some(seq), Some(subject)) = (place.seq, trust.label_of(&event.vkey)) else { return findings };
        if signers.iter().any(|signer| is_retired || *signer != subject) {
            self.with_key(subject.clone(), |of| {
                let end = if is_retired { &mut of.retired } else { &mut of.added };
                *end = least(*end, Some(seq));
            });
        }
        // What a key says about itself is neither in front of its first entry nor behind its last.
        for signer in signers.into_iter().filter(|signer| *signer != subject) {
            self.with_key(signer, |of| of.sign(place));
        }
        findings
    }

    /// Takes the signatures of the records that follow behind `lines` lines.
    pub(super) fn append(&mut self, later: Signing, lines: u64) {
        self.counts.good += later.counts.good;
        self.counts.bad += later.counts.bad;
        self.counts.unknown += later.counts.unknown;
        self.counts.unsigned += later.counts.unsigned;
        for (signer, line) in later.signers {
            self.name_signer(signer, line + lines);
        }
        for later in later.keys {
            self.with_key(later.key.clone(), |of| of.append(&later, lines));
        }
    }

    /// Lets what is known of a key be changed. A policy lists few.
    fn with_key(&mut self, key: String, change: impl FnOnce(&mut KeyUse)) {
        if let Some(of) = self.keys.iter_mut().find(|of| of.key == key) {
            return change(of);
        }
        let mut of = KeyUse { key, ..KeyUse::default() };
        change(&mut of);
        self.keys.push(of);
    }

    /// Remembers where a key that is not trusted signs first; of many such keys the first by line and name.
    fn name_signer(&mut self, signer: String, line: u64) {
        self.signers.entry(signer).or_insert(line);
        if self.signers.len() > UNTRUSTED_SIGNERS
            && let Some((last, _)) = self.signers.iter().max_by_key(|(signer, line)| (**line, signer.as_str()))
        {
            let last = last.clone();
            self.signers.remove(&last);
        }
    }

    /// Whether every count lies where a run could have led.
    pub(super) fn is_bounded(&self, safe: impl Fn(u64) -> bool) -> bool {
        let SignatureCounts { good, bad, unknown, unsigned } = self.counts;
        let fits = |place: Option<Place>| place.is_none_or(|place| safe(place.line));
        [good, bad, unknown, unsigned].into_iter().all(&safe)
            && self.signers.len() <= UNTRUSTED_SIGNERS
            && self.keys.iter().all(|key| fits(key.first) && fits(key.last))
    }
}

fn finding(code: Code, place: Place) -> Finding {
    let mut finding = Finding::new(code).line(place.line).member("signatures");
    (finding.seq, finding.call_id) = (place.seq, place.call_id);
    finding
}

/// What the lines of a record come to, equal ones once.
fn facts(signed: Signed, payload: &str, signatures: &Signatures<'_>, trust: &Trust) -> Vec<SignatureFact> {
    let lines = &signatures.lines;
    if lines.is_empty() {
        return Vec::new();
    }
    let text = signatures.signed_text(signed.domain(), payload);
    let is_new = |(place, line): &(usize, &_)| !lines.iter().take(*place).any(|before| before == *line);
    lines.iter().enumerate().filter(is_new).map(|(_, line)| trust.check_signature(signed, &text, line)).collect()
}

impl Segment {
    /// Counts of signatures on versions and revocations.
    #[must_use]
    pub fn signatures(&self) -> SignatureCounts {
        self.signing.counts
    }

    /// Keys that sign records and are not trusted, as `name+hash`, and the line where each does first.
    #[must_use]
    pub fn signers(&self) -> &BTreeMap<String, u64> {
        &self.signing.signers
    }

    /// Where a trusted key, `name+hash`, signs and may sign, if these entries say anything of it.
    #[must_use]
    pub fn key_use(&self, key: &str) -> Option<&KeyUse> {
        self.signing.keys.iter().find(|of| of.key == key)
    }

    /// Records that a trusted key signs where it may not: of each key the first in front of its entries and the last behind them.
    pub fn misused_keys(&self) -> Vec<(&KeyUse, Place)> {
        let mut misused = Vec::new();
        for of in &self.signing.keys {
            let last = of.last.filter(|last| Some(*last) != of.first);
            for place in [of.first, last].into_iter().flatten() {
                if place.seq.is_some_and(|seq| !of.allows(seq)) {
                    misused.push((of, place));
                }
            }
        }
        misused
    }
}
