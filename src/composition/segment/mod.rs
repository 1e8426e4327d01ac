//! Segments: what is known of a half-open run of bundle lines, and how two neighbors become one. FORMAT §11.
//!
//! Streaming, workers, threads and a cluster all use this one fold. [`Segment::push_line`] takes the next line,
//! [`Segment::merge`] the next segment; merging is associative, the empty segment is its identity, and any split of a
//! bundle leads to the same report bytes. A boundary that does not fit becomes a finding and is never repaired.
//!
//! Lines count from the segment's own beginning until it is merged behind another. What only the whole run can answer
//! (counts, checkpoints, tenants, versions that begin late) is kept as facts, in bounded memory, until
//! [`crate::composition::verify::evaluate`] gives the verdict: this module gives none.

mod begins;
mod blocks;
pub mod calls;
pub mod findings;
mod hashes;
mod index;
mod later;
mod met;
mod signatures;
pub(crate) mod state;
mod tree;

use crate::algorithms::merkle::{self, CompactRange};
use crate::composition::bundle::line::{EntryLine, Line, NotCanonical};
use crate::composition::report::Finding;
use crate::composition::trust::{Signed, Trust};
use crate::objects::call::{Call, CallDigests, RedactedCall};
use crate::objects::event::Event;
use crate::objects::version::Signatures;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::{CLOCK_SKEW_SECONDS, ENVELOPE_BYTES, LINE_BYTES, LINES, RETAINED_LEAVES};
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
pub use begins::Begins;
use blocks::Blocks;
use calls::{Calls, Pending};
use findings::Findings;
use hashes::{Hashes, Scanned};
use met::Met;
use signatures::Signing;
pub use signatures::{KeyUse, SignatureCounts};
use std::collections::{BTreeMap, BTreeSet};
use tree::Tree;

/// The facts about a run of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    trust_id: Digest,
    lines: u64,
    /// Set once a line ended the judging: what follows is only counted.
    stopped: bool,
    /// Set behind the end line.
    ended: bool,
    /// What the first line is.
    begins: Begins,
    entries: u64,
    calls_shown: u64,
    attempts: u64,
    signing: Signing,
    first: Option<First>,
    last: Option<Last>,
    tree: Tree,
    /// Hashes of the entries from this segment's first one, as far as their positions fit and are below the limit.
    leaves: Blocks<Digest>,
    /// Lines that the envelope covers, and the end line.
    envelope: Vec<EnvelopeLine>,
    envelope_bytes: usize,
    overflow: Option<u64>,
    calls: Calls,
    /// Tenants that records name, and where first.
    tenants: BTreeMap<Uuid, Place>,
    met: Met,
    findings: Findings,
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The entry's position, if it is an entry.
    pub seq: Option<u64>,
    /// The call, if it is about one.
    pub call_id: Option<Uuid>,
}

/// The first entry of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    /// Its line.
    pub line: u64,
    /// Its position as written.
    pub seq: u64,
    /// The hash that it links to.
    pub prev_hash: Digest,
    /// Its own hash.
    pub hash: Digest,
    /// Its time.
    pub timestamp: Timestamp,
}

/// The last entry of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// Its position as written.
    pub seq: u64,
    /// The hash written beside it.
    pub stated: Digest,
    /// Its own hash.
    pub hash: Digest,
    /// Its time.
    pub timestamp: Timestamp,
}

/// A line kept until the end of the run.
#[derive(Clone, Debug, PartialEq)]
struct EnvelopeLine {
    line: u64,
    text: String,
    /// The tree over the entries in front of this line, for checkpoints.
    tree: Tree,
}

/// A kept line, read again.
#[derive(Clone, Debug)]
pub struct Kept<'a> {
    /// Its number, from 1.
    pub line: u64,
    /// Its text, without the LF.
    pub text: &'a str,
    /// What it says.
    pub parsed: Line<'a>,
    tree: &'a Tree,
}

impl Kept<'_> {
    /// The root over the entries in front of this line, if there are exactly `size` of them.
    #[must_use]
    pub fn root_here(&self, size: u64) -> Option<Digest> {
        self.tree.range().filter(|range| range.start() == 0 && range.end() == size).and_then(CompactRange::root)
    }
}

impl Segment {
    /// The empty segment, for a run under this trust: its keys decide which signatures are looked at.
    #[must_use]
    pub fn new(trust: &Trust) -> Segment {
        Segment {
            trust_id: trust.id(),
            lines: 0,
            stopped: false,
            ended: false,
            begins: Begins::Nothing,
            entries: 0,
            calls_shown: 0,
            attempts: 0,
            signing: Signing::default(),
            first: None,
            last: None,
            tree: Tree::default(),
            leaves: Blocks::default(),
            envelope: Vec::new(),
            envelope_bytes: 0,
            overflow: None,
            calls: Calls::default(),
            tenants: BTreeMap::new(),
            met: Met::default(),
            findings: Findings::default(),
        }
    }

    /// Takes the next line, without its LF.
    ///
    /// **Cost**: one pass over the line, its hashes, and nothing per line of memory but what calls and the envelope need.
    pub fn push_line(&mut self, bytes: &[u8], trust: &Trust) {
        self.push_lines(&[bytes], trust);
    }

    /// Takes the next lines, whose entries and calls are hashed side by side. It makes no difference to the outcome.
    pub fn push_lines(&mut self, lines: &[&[u8]], trust: &Trust) {
        // Reading a line and hashing it depend on nothing in front of it; whether it is judged does.
        let closed = self.stopped || self.ended;
        let scan = |bytes| if closed || <[u8]>::len(bytes) > LINE_BYTES { None } else { Some(Line::scan(bytes)) };
        let scanned: Vec<Option<Scanned<'_>>> = lines.iter().copied().map(scan).collect();
        let mut hashes = Hashes::of(&scanned);
        for (bytes, line) in lines.iter().zip(&scanned) {
            self.take_line(bytes, line.as_ref(), &mut hashes, trust);
        }
        self.tree.settle();
    }

    fn take_line(&mut self, bytes: &[u8], line: Option<&Scanned<'_>>, hashes: &mut Hashes, trust: &Trust) {
        if self.stopped {
            return;
        }
        self.lines += 1;
        if self.lines == 1 {
            self.begins = Begins::of(bytes, line);
        }
        if self.ended {
            return self.stop(Finding::new(Code::TrailingBytes));
        }
        if self.lines > LINES {
            return self.stop(Finding::new(Code::TooManyLines));
        }
        match line {
            None => self.stop(Finding::new(Code::LineTooLong)),
            Some(Ok(Line::Entry(entry))) => {
                let (hash, leaf) = hashes.next_entry(&entry.entry);
                self.push_entry(entry, hash, leaf, trust);
            }
            Some(Ok(Line::Call(call))) => {
                let digests = hashes.next_call(call);
                self.push_call(call, digests);
            }
            Some(Ok(Line::Redacted(redacted))) => self.push_redacted(redacted),
            Some(Ok(Line::Manifest(_))) if self.lines > 1 => self.stop(second_manifest()),
            Some(Ok(line)) => {
                self.ended = matches!(line, Line::End(_));
                let text = String::from_utf8_lossy(bytes).into_owned();
                let tree = if is_checkpoint(&text) { self.settled_tree() } else { Tree::default() };
                self.keep(EnvelopeLine { line: self.lines, text, tree });
            }
            Some(Err(place)) => self.stop(not_canonical(place)),
        }
    }

    fn settled_tree(&mut self) -> Tree {
        self.tree.settle();
        self.tree.clone()
    }

    /// Ends the judging here, with a finding at the current line.
    pub(crate) fn stop(&mut self, finding: Finding) {
        self.findings.add(finding.line(self.lines));
        self.stopped = true;
    }

    /// Ends the judging with a line that is not whole: it counts, and is cut off or too long.
    pub(crate) fn stop_in_line(&mut self, code: Code) {
        if !self.stopped {
            self.lines += 1;
            let code = if self.ended { Code::TrailingBytes } else { code };
            self.stop(Finding::new(code));
        }
    }

    /// Adds a finding about the run as a whole.
    pub(crate) fn find(&mut self, finding: Finding) {
        self.findings.add(finding);
    }

    /// Keeps a line until the end of the run, unless that would be too much.
    fn keep(&mut self, line: EnvelopeLine) {
        // A checkpoint keeps the tree in front of it, up to some 53 hashes; 1 KiB is what large chains take.
        let kept = if is_checkpoint(&line.text) { 1024 } else { 256 };
        if self.overflow.is_some() {
            return;
        }
        self.envelope_bytes += line.text.len() + kept;
        if self.envelope_bytes > ENVELOPE_BYTES {
            self.overflow = Some(line.line);
        } else {
            self.envelope.push(line);
        }
    }

    fn push_entry(&mut self, line: &EntryLine<'_>, hash: Digest, leaf: Digest, trust: &Trust) {
        let EntryLine { seq, entry_hash: stated, entry } = line;
        let seq = *seq;
        let place = |code| Finding::new(code).line(self.lines).seq(seq);
        if hash != *stated {
            self.findings.add(place(Code::EntryHashMismatch).values(stated, hash));
        }
        let first = First { line: self.lines, seq, prev_hash: entry.prev_hash, hash, timestamp: entry.timestamp };
        match &self.last {
            Some(last) => join(last, &first, &mut self.findings),
            None => self.first = Some(first),
        }
        self.last = Some(Last { seq, stated: *stated, hash, timestamp: entry.timestamp });
        self.entries += 1;
        self.tree.append(seq, leaf);
        if self.tree.is_broken() {
            self.leaves = Blocks::default();
        } else if is_retained(seq) {
            self.leaves.push(hash);
        }
        self.met.take(seq, hash, trust);
        self.push_event(seq, entry.entity_id.as_ref(), entry.payload, &entry.event, trust);
    }

    fn push_event(&mut self, seq: u64, entity_id: &str, payload: &str, event: &Event<'_>, trust: &Trust) {
        let line = self.lines;
        let place = |code| Finding::new(code).line(line).seq(seq);
        let entity = match event {
            Event::Key(_) | Event::Other => None,
            _ => Uuid::parse_canonical(entity_id),
        };
        match event {
            Event::VersionCreated(record) => match record.as_ref() {
                Ok(record) if entity != Some(record.call_id) => {
                    self.findings.add(place(Code::VersionBadRecord).member("entity_id"));
                }
                Ok(record) => {
                    let place_of_record = Place { line, seq: Some(seq), call_id: Some(record.call_id) };
                    self.tenants.entry(record.tenant_id).or_insert(place_of_record);
                    let before = record.version.checked_sub(1).filter(|before| *before > 0);
                    if record.supersedes != before {
                        self.findings.add(place(Code::VersionMisnumbered).call(record.call_id).member("supersedes"));
                    }
                    self.push_signatures(Signed::Version, payload, &record.signatures, place_of_record, trust);
                    let digests = record.digests.clone();
                    self.calls.seal(record.call_id, record.version, digests, line, seq, &mut self.findings);
                }
                Err(member) => self.findings.add(place(Code::VersionBadRecord).member(*member)),
            },
            Event::VersionRevoked(revocation) => match (revocation.as_ref(), entity) {
                (Ok(revocation), Some(call_id)) => {
                    let place = Place { line, seq: Some(seq), call_id: Some(call_id) };
                    self.push_signatures(Signed::Revocation, payload, &revocation.signatures, place, trust);
                    let hash = revocation.canonical_payload_hash;
                    let pending = Pending { call_id, number: revocation.version, hash, line, seq };
                    self.calls.revoke(pending, &mut self.findings);
                }
                (Ok(_), None) => self.findings.add(place(Code::RevocationBadRecord).member("entity_id")),
                (Err(member), _) => self.findings.add(place(Code::RevocationBadRecord).member(*member)),
            },
            Event::VerificationRecorded(attempt) => match attempt.as_ref() {
                Ok(_) if entity.is_some() => self.attempts += 1,
                Ok(_) => self.findings.add(place(Code::AttemptBadRecord).member("entity_id")),
                Err(member) => self.findings.add(place(Code::AttemptBadRecord).member(*member)),
            },
            Event::Key(event) if event.vkey.name() == entity_id => {
                let place = Place { line, seq: Some(seq), call_id: None };
                for finding in self.signing.push_key(event, payload, place, trust) {
                    self.findings.add(finding);
                }
            }
            Event::Key(_) | Event::Other => {}
        }
    }

    fn push_signatures(&mut self, signed: Signed, payload: &str, signatures: &Signatures<'_>, place: Place, trust: &Trust) {
        for finding in self.signing.push(signed, payload, signatures, place, trust) {
            self.findings.add(finding);
        }
    }

    fn push_call(&mut self, call: &Call<'_>, digests: CallDigests) {
        self.calls_shown += 1;
        let place = Place { line: self.lines, seq: None, call_id: Some(call.call_id()) };
        self.tenants.entry(call.tenant_id()).or_insert(place);
        self.calls.show(call.call_id(), digests, self.lines, &mut self.findings);
    }

    fn push_redacted(&mut self, redacted: &RedactedCall) {
        self.calls_shown += 1;
        if let Some(tenant_id) = redacted.tenant_id {
            let place = Place { line: self.lines, seq: None, call_id: Some(redacted.call_id) };
            self.tenants.entry(tenant_id).or_insert(place);
        }
        self.calls.show_redacted(redacted.call_id, redacted.disclosed.clone(), self.lines, &mut self.findings);
    }

    /// Takes the segment of the lines that follow.
    ///
    /// **Errors**: `bad-state`, and nothing taken, if it was folded under another trust.
    /// **Cost**: in proportion to the right segment.
    pub fn merge(&mut self, right: Segment) -> Result<()> {
        if self.trust_id != right.trust_id {
            return Err(Error::new(Code::BadState, "The segments were made under different keys or expected heads."));
        }
        let lines = self.lines;
        self.lines += right.lines;
        if self.stopped || right.lines == 0 {
            return Ok(());
        }
        let refused = if self.ended {
            Some(Finding::new(Code::TrailingBytes))
        } else if right.begins == Begins::Manifest && lines > 0 {
            Some(second_manifest())
        } else if self.lines > LINES {
            Some(Finding::new(Code::TooManyLines))
        } else {
            None
        };
        if let Some(finding) = refused {
            self.findings.add(finding.line(lines + 1));
            self.stopped = true;
            return Ok(());
        }
        if lines == 0 {
            self.begins = right.begins;
        }
        self.stopped = right.stopped;
        self.ended = right.ended;
        self.merge_envelope(right.envelope, right.overflow, lines);
        self.merge_entries(right.first, right.last, lines);
        self.tree.merge(&right.tree);
        if self.tree.is_broken() {
            self.leaves = Blocks::default();
        } else {
            for leaf in right.leaves.into_iter() {
                self.leaves.push(leaf);
            }
        }
        self.entries += right.entries;
        self.calls_shown += right.calls_shown;
        self.attempts += right.attempts;
        self.signing.append(right.signing, lines);
        self.met.append(right.met);
        self.findings.append(right.findings, lines);
        self.calls.append(right.calls, lines, &mut self.findings);
        for (tenant_id, mut place) in right.tenants {
            place.line += lines;
            self.tenants.entry(tenant_id).or_insert(place);
        }
        Ok(())
    }

    fn merge_entries(&mut self, first: Option<First>, last: Option<Last>, lines: u64) {
        if let Some(mut first) = first {
            first.line += lines;
            match &self.last {
                Some(last) => join(last, &first, &mut self.findings),
                None => self.first = Some(first),
            }
        }
        self.last = last.or(self.last);
    }

    fn merge_envelope(&mut self, kept: Vec<EnvelopeLine>, overflow: Option<u64>, lines: u64) {
        for mut line in kept {
            line.line += lines;
            if is_checkpoint(&line.text) {
                let mut tree = self.tree.clone();
                tree.merge(&line.tree);
                line.tree = tree;
            }
            self.keep(line);
        }
        self.overflow = self.overflow.or(overflow.map(|line| line + lines));
    }

    /// How many lines were taken.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// How many entries were taken.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// How many call and redacted lines were taken.
    #[must_use]
    pub fn calls_shown(&self) -> u64 {
        self.calls_shown
    }

    /// How many well-formed attempts the entries record.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Whether an end line was the last.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether a line ended the judging.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What line 1 is.
    #[must_use]
    pub fn begins(&self) -> Begins {
        self.begins
    }

    /// The first entry.
    #[must_use]
    pub fn first(&self) -> Option<&First> {
        self.first.as_ref()
    }

    /// The last entry.
    #[must_use]
    pub fn last(&self) -> Option<&Last> {
        self.last.as_ref()
    }

    /// The calls.
    #[must_use]
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Tenants that records name, and where first.
    #[must_use]
    pub fn tenants(&self) -> &BTreeMap<Uuid, Place> {
        &self.tenants
    }

    /// The findings so far.
    #[must_use]
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// The line at which lines of the envelope became too many to keep.
    #[must_use]
    pub fn overflow(&self) -> Option<u64> {
        self.overflow
    }

    /// The identity of the trust that this was folded under.
    #[must_use]
    pub fn trust_id(&self) -> Digest {
        self.trust_id
    }

    /// The lines that the envelope covers, and the end line, in order.
    pub fn kept(&self) -> impl Iterator<Item = Kept<'_>> {
        self.envelope.iter().filter_map(|kept| {
            let parsed = Line::scan(kept.text.as_bytes()).ok()?;
            Some(Kept { line: kept.line, text: &kept.text, parsed, tree: &kept.tree })
        })
    }

    /// The root over all entries, if they begin at entry 0 and are in order.
    #[must_use]
    pub fn root(&self) -> Option<Digest> {
        let range = self.tree.range().filter(|range| range.start() == 0);
        range.and_then(CompactRange::root)
    }

    /// The roots over the first entries, for each of these sizes as far as hashes were kept. One pass over them.
    #[must_use]
    pub fn roots(&self, sizes: &BTreeSet<u64>) -> BTreeMap<u64, Digest> {
        // As many leaves are hashed side by side.
        const BATCH: usize = 1024;
        let mut roots = BTreeMap::new();
        let mut range = CompactRange::empty(0);
        let whole = if self.first.is_none() { Some(&range) } else { self.tree.range() };
        let Some(whole) = whole.filter(|whole| whole.start() == 0).cloned() else { return roots };
        let mut leaves = self.leaves.iter().copied();
        for size in sizes.iter().copied() {
            while range.end() < size {
                let missing = usize::try_from(size - range.end()).unwrap_or(usize::MAX);
                let next: Vec<Digest> = leaves.by_ref().take(missing.min(BATCH)).collect();
                if next.is_empty() {
                    break;
                }
                range.append_all(merkle::leaf_hashes(&next));
            }
            let reached = [&range, &whole].into_iter().find(|range| range.end() == size);
            roots.extend(reached.and_then(CompactRange::root).map(|root| (size, root)));
        }
        roots
    }

    /// The hash of the entry at a position, if it was kept.
    #[must_use]
    pub fn hash_at(&self, seq: u64) -> Option<Digest> {
        self.tree.range()?;
        let (first, last) = (self.first?, self.last?);
        if seq == last.seq {
            return Some(last.hash);
        }
        let place = u32::try_from(seq.checked_sub(first.seq)?).ok()?;
        if place == 0 { Some(first.hash) } else { self.leaves.get(place).copied() }
    }
}

/// What the place where two entries meet must hold: position, link and time.
fn join(last: &Last, first: &First, findings: &mut Findings) {
    let place = |code| Finding::new(code).line(first.line).seq(first.seq);
    if first.seq != last.seq + 1 {
        findings.add(place(Code::SeqOutOfPlace).values(last.seq + 1, first.seq));
    }
    // An entry with a wrong hash beside it has a finding of its own; the next one may link to either.
    let linked = first.prev_hash == last.hash || first.prev_hash == last.stated && last.hash != last.stated;
    if !linked {
        findings.add(place(Code::LinkBroken).member("prev_hash").values(last.hash, first.prev_hash));
    }
    if first.timestamp.seconds() + CLOCK_SKEW_SECONDS < last.timestamp.seconds() {
        findings.add(place(Code::TimeBackwards).member("timestamp").values(last.timestamp, first.timestamp));
    }
}

/// Only checkpoints are compared with the tree where they stand.
fn is_checkpoint(line: &str) -> bool {
    line.starts_with("{\"type\":\"checkpoint\"")
}

fn is_retained(seq: u64) -> bool {
    usize::try_from(seq).is_ok_and(|seq| seq < RETAINED_LEAVES)
}

fn second_manifest() -> Finding {
    Finding::new(Code::NotCanonical).member("type").detail("A manifest stands on the first line only.")
}

fn not_canonical(place: &NotCanonical) -> Finding {
    let finding = Finding::new(place.code);
    match place.member {
        Some(member) => finding.member(member),
        None => finding,
    }
}
