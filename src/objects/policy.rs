//! Policies: which logs a verifier trusts, which witnesses it knows, and how many of them must have cosigned.
//!
//! ```text
//! log example.com/log+6d2a1c0e+AQ…
//!
//! witness X1 w1.example/witness+5b30fa36+BL0ow32iTZ+b5eLZLPYhz06M93rrnrYj7GtvWniQ4Tcx
//! witness X2 w2.example/witness+e50a83a8+BHK2KobJtUJ2oQctHoPAYnUTowCptnSv7nzFySAgY9N+
//! group X-witnesses 2 X1 X2
//! quorum X-witnesses
//! ```
//!
//! C2SP tlog-policy, read strictly; what is not well-formed is no policy at all. Choices where the text leaves one:
//! every line, the last too, ends with a newline, so that a policy that was cut off is not taken for a shorter one; `log` takes no key of
//! type 0x04 or 0x06 and `witness` none of type 0x01; keys of other types are listed and never count; a key name and key ID name one key; a number
//! is written without leading zeros; a line `revoker <vkey>`, which that format does not know, names a key of which one must sign each
//! revocation, and which is no log's; `none` cannot be defined. Names are opaque octets, URLs are not looked at.
//!
//! As no name is a member twice, the quorum is a tree. Its leaves are distinct public keys, and a key that is also a log's is no witness.

use super::checkpoint::{CheckpointFacts, Cosigner, SignedCheckpoint, VerifiedCheckpoint, parse_decimal};
use super::cosignature::{self, CosignatureCheck};
use crate::algorithms::note::{KeyType, SignatureCheck, VerifierKey};
use crate::values::codes::Code;
use crate::values::error::{Error, Result};
use crate::values::limits;
use std::collections::{BTreeMap, BTreeSet};

/// What a verifier trusts.
#[derive(Clone, Debug)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    revokers: Vec<VerifierKey>,
    witnesses: Vec<Witness>,
    /// In the order of their lines: a group's members stand before it.
    groups: Vec<Group>,
    quorum: Option<Member>,
}

/// A witness of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    name: Vec<u8>,
    key: VerifierKey,
    counts: bool,
}

impl Witness {
    /// Its name within the policy: opaque octets.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Says whether a cosignature by it can count: its key is of type 0x04 or 0x06 and not also that of a listed log.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.counts
    }
}

#[derive(Clone, Debug)]
struct Group {
    threshold: usize,
    members: Vec<Member>,
}

/// A witness or a group, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Witness(usize),
    Group(usize),
}

impl Policy {
    /// Parses a policy.
    ///
    /// **Errors**: `bad-policy` with the line.
    /// **Source**: C2SP tlog-policy, Policy file syntax and structure.
    pub fn parse(text: &[u8]) -> Result<Policy> {
        if text.len() > limits::POLICY_BYTES {
            return Err(bad("It is longer than 256 KiB."));
        }
        let mut parser = Parser::default();
        let mut number = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            number += 1;
            let line = line.strip_suffix(b"\n").ok_or_else(|| bad("The last line does not end with a newline.").line(number))?;
            parser.take(line).map_err(|detail| bad(detail).line(number))?;
        }
        parser.finish().map_err(|detail| bad(detail).line(number.max(1)))
    }

    /// The policy of one log's vkey: that log and `quorum none`.
    ///
    /// **Errors**: `bad-key`; so is a key that is not of type 0x01.
    pub fn from_vkey(vkey: &str) -> Result<Policy> {
        let key = VerifierKey::parse(vkey)?;
        if key.key_type() != KeyType::Ed25519 {
            return Err(Error::new(Code::BadKey, "A log's key is of type 0x01, Ed25519."));
        }
        Ok(Policy { logs: vec![key], revokers: Vec::new(), witnesses: Vec::new(), groups: Vec::new(), quorum: None })
    }

    /// The logs, in the order of their lines.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of which one must sign each revocation, in the order of their lines; none if anybody may revoke who may seal.
    #[must_use]
    pub fn revokers(&self) -> &[VerifierKey] {
        &self.revokers
    }

    /// The keys of the log with this origin: more than one after a change of keys.
    pub fn logs_for_origin(&self, origin: &str) -> impl Iterator<Item = &VerifierKey> {
        self.logs.iter().filter(move |log| log.name() == origin)
    }

    /// The witnesses, in the order of their lines.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Says whether no cosignature is asked for.
    #[must_use]
    pub fn quorum_is_none(&self) -> bool {
        self.quorum.is_none()
    }

    /// Says whether the witnesses for which `cosigned` is true meet the quorum; those that cannot count do not.
    ///
    /// **Cost**: linear in the policy.
    #[must_use]
    pub fn is_met(&self, cosigned: impl Fn(&Witness) -> bool) -> bool {
        let leaf = |witness: &Witness| witness.counts && cosigned(witness);
        let group = |group: &Group, members: &[bool]| members.iter().filter(|met| **met).count() >= group.threshold;
        self.fold(leaf, group).unwrap_or(true)
    }

    /// Says whether any two sets of witnesses that meet the quorum share a witness. If not, a dishonest log could show each set another
    /// history. A quorum that nobody can meet intersects; `quorum none` asks for no sets, so there is nothing to tell apart: true.
    ///
    /// Exact, because the quorum is a tree: the leaves below two members of a group are different witnesses, so the number of disjoint sets
    /// (0, 1, or 2 for more) that can meet a group follows from those of its members.
    ///
    /// **Cost**: linear in the policy.
    #[must_use]
    pub fn intersecting(&self) -> bool {
        let group = |group: &Group, members: &[u8]| {
            let once = members.iter().filter(|sets| **sets == 1).count();
            let twice = members.iter().filter(|sets| **sets == 2).count();
            // Members that both sets can meet serve both; each set finds the rest of its threshold among those that only one can meet.
            let rest = group.threshold.saturating_sub(twice);
            if 2 * rest <= once { 2 } else { u8::from(rest <= once) }
        };
        self.fold(|witness| u8::from(witness.counts), group).is_none_or(|sets| sets < 2)
    }

    /// Looks at every line of a signed checkpoint that names a listed key.
    ///
    /// **Cost**: one Ed25519 verification such a line.
    /// **Source**: C2SP signed-note, Signatures: a bad signature by a known key spoils the note; tlog-policy, Introduction.
    #[must_use]
    pub fn verify(&self, signed: &SignedCheckpoint) -> CheckpointFacts {
        let checkpoint = signed.checkpoint();
        let mut logs = Vec::new();
        for log in &self.logs {
            match signed.note().check(log) {
                SignatureCheck::Bad => return CheckpointFacts::BadLogSignature(log.clone()),
                // A log speaks for its own origin only.
                SignatureCheck::Good if log.name() == checkpoint.origin() => logs.push(log.clone()),
                SignatureCheck::Good | SignatureCheck::Absent => {}
            }
        }
        let mut cosigners = Vec::new();
        for witness in &self.witnesses {
            match cosignature::check(signed, &witness.key) {
                CosignatureCheck::Bad => return CheckpointFacts::BadCosignature(witness.key.clone()),
                CosignatureCheck::Good { time } if witness.counts => cosigners.push(Cosigner { key: witness.key.clone(), time }),
                CosignatureCheck::Good { .. } | CosignatureCheck::Absent => {}
            }
        }
        if logs.is_empty() {
            return CheckpointFacts::Untrusted;
        }
        let quorum_met = self.is_met(|witness| cosigners.iter().any(|cosigner| cosigner.key == witness.key));
        CheckpointFacts::Trusted(VerifiedCheckpoint::new(checkpoint.clone(), logs, cosigners, quorum_met))
    }

    /// Computes a value of the quorum from those of its witnesses, groups in the order of their lines; `None` for `quorum none`.
    fn fold<T: Copy>(&self, leaf: impl Fn(&Witness) -> T, group: impl Fn(&Group, &[T]) -> T) -> Option<T> {
        let mut values: Vec<T> = Vec::with_capacity(self.groups.len());
        let value = |member: &Member, values: &[T]| match member {
            Member::Witness(index) => self.witnesses.get(*index).map(&leaf),
            Member::Group(index) => values.get(*index).copied(),
        };
        for line in &self.groups {
            let members: Vec<T> = line.members.iter().filter_map(|member| value(member, &values)).collect();
            values.push(group(line, &members));
        }
        value(self.quorum.as_ref()?, &values)
    }
}

/// Why a line is refused.
type Refusal = &'static str;

#[derive(Default)]
struct Parser {
    logs: Vec<VerifierKey>,
    revokers: Vec<VerifierKey>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Option<Member>>,
    names: BTreeMap<Vec<u8>, Member>,
    members: BTreeSet<Member>,
}

impl Parser {
    fn take(&mut self, line: &[u8]) -> std::result::Result<(), Refusal> {
        if line.iter().any(|byte| !matches!(byte, b'\t' | 0x20..=0x7E | 0x80..=0xFF)) {
            return Err("It holds a control character; lines end with a newline alone.");
        }
        let mut items = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|item| !item.is_empty());
        let Some(keyword) = items.next() else { return Ok(()) };
        if keyword.starts_with(b"#") {
            return Ok(());
        }
        let items: Vec<&[u8]> = items.collect();
        match (keyword, items.as_slice()) {
            (b"log", [vkey] | [vkey, _]) => self.log(vkey),
            (b"witness", [name, vkey] | [name, vkey, _]) => self.witness(name, vkey),
            (b"group", [name, threshold, members @ ..]) => self.group(name, threshold, members),
            (b"quorum", [name]) => self.quorum(name),
            (b"revoker", [vkey]) => self.revoker(vkey),
            (b"revoker", _) => Err("A revoker line is `revoker <vkey>`."),
            (b"log", _) => Err("A log line is `log <vkey> [<url>]`."),
            (b"witness", _) => Err("A witness line is `witness <name> <vkey> [<url>]`."),
            (b"group", _) => Err("A group line is `group <name> all|any|<k> <name>...`."),
            (b"quorum", _) => Err("A quorum line is `quorum <name>` or `quorum none`."),
            _ => Err("A line begins with none of log, witness, group, quorum, revoker."),
        }
    }

    fn log(&mut self, vkey: &[u8]) -> std::result::Result<(), Refusal> {
        let key = parse_vkey(vkey)?;
        if key.key_type().cosigns() {
            return Err("The key is a witness's (type 0x04 or 0x06).");
        }
        if self.logs.iter().any(|log| log.key_bytes() == key.key_bytes()) {
            return Err("A log with this public key stands above.");
        }
        self.refuse_ambiguous(&key)?;
        room(self.logs.len())?;
        self.logs.push(key);
        Ok(())
    }

    fn revoker(&mut self, vkey: &[u8]) -> std::result::Result<(), Refusal> {
        let key = parse_vkey(vkey)?;
        if key.key_type() != KeyType::Ed25519 {
            return Err("A revoker's key is of type 0x01, Ed25519.");
        }
        if self.revokers.iter().any(|revoker| revoker.key_bytes() == key.key_bytes()) {
            return Err("A revoker with this public key stands above.");
        }
        self.refuse_ambiguous(&key)?;
        room(self.revokers.len())?;
        self.revokers.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &[u8], vkey: &[u8]) -> std::result::Result<(), Refusal> {
        let key = parse_vkey(vkey)?;
        if key.key_type() == KeyType::Ed25519 {
            return Err("The key is not a witness's (type 0x04 or 0x06).");
        }
        if self.witnesses.iter().any(|witness| witness.key.key_bytes() == key.key_bytes()) {
            return Err("A witness with this public key stands above.");
        }
        self.refuse_ambiguous(&key)?;
        room(self.witnesses.len())?;
        self.define(name, Member::Witness(self.witnesses.len()))?;
        // A log with the same key may follow: `finish` looks for it.
        let counts = key.key_type().cosigns();
        self.witnesses.push(Witness { name: name.to_vec(), key, counts });
        Ok(())
    }

    /// A signature line names its key by name and ID: two keys of one name and ID could not be told apart.
    fn refuse_ambiguous(&self, key: &VerifierKey) -> std::result::Result<(), Refusal> {
        let mut keys = self.logs.iter().chain(&self.revokers).chain(self.witnesses.iter().map(|witness| &witness.key));
        match keys.any(|other| other.key_id() == key.key_id() && other.name() == key.name()) {
            true => Err("Another key with this key name and key ID stands above."),
            false => Ok(()),
        }
    }

    fn group(&mut self, name: &[u8], threshold: &[u8], names: &[&[u8]]) -> std::result::Result<(), Refusal> {
        room(self.groups.len())?;
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            let member = self.lookup(name)?;
            if !self.members.insert(member) {
                return Err("A name is a member for the second time.");
            }
            members.push(member);
        }
        let count = members.len();
        let threshold = match threshold {
            b"all" => Some(count),
            b"any" => Some(1),
            number => std::str::from_utf8(number).ok().and_then(parse_decimal).and_then(|k| usize::try_from(k).ok()),
        };
        let threshold = threshold
            .filter(|k| (1..=count).contains(k))
            .ok_or("A threshold is all, any or a number from 1 to the number of members.")?;
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { threshold, members });
        Ok(())
    }

    fn quorum(&mut self, name: &[u8]) -> std::result::Result<(), Refusal> {
        if self.quorum.is_some() {
            return Err("A quorum line stands above.");
        }
        self.quorum = Some(if name == b"none" { None } else { Some(self.lookup(name)?) });
        Ok(())
    }

    fn define(&mut self, name: &[u8], member: Member) -> std::result::Result<(), Refusal> {
        if name == b"none" {
            return Err("The name none is predefined.");
        }
        match self.names.insert(name.to_vec(), member) {
            Some(_) => Err("The name is defined above."),
            None => Ok(()),
        }
    }

    fn lookup(&self, name: &[u8]) -> std::result::Result<Member, Refusal> {
        self.names.get(name).copied().ok_or("A name is not defined above.")
    }

    fn finish(mut self) -> std::result::Result<Policy, Refusal> {
        let quorum = self.quorum.ok_or("There is no quorum line.")?;
        for witness in &mut self.witnesses {
            witness.counts &= self.logs.iter().all(|log| log.key_bytes() != witness.key.key_bytes());
        }
        let is_log = |key: &VerifierKey| self.logs.iter().any(|log| log.key_bytes() == key.key_bytes());
        if self.revokers.iter().any(is_log) {
            return Err("A revoker's key is that of a log: whoever seals must not revoke.");
        }
        Ok(Policy { logs: self.logs, revokers: self.revokers, witnesses: self.witnesses, groups: self.groups, quorum })
    }
}

fn parse_vkey(vkey: &[u8]) -> std::result::Result<VerifierKey, Refusal> {
    let vkey = std::str::from_utf8(vkey).map_err(|_| "The vkey is not valid UTF-8.")?;
    VerifierKey::parse(vkey).map_err(|error| error.detail())
}

fn room(count: usize) -> std::result::Result<(), Refusal> {
    if count < limits::POLICY_ITEMS { Ok(()) } else { Err("There are more than 256 logs, revokers, witnesses or groups.") }
}

fn bad(detail: &'static str) -> Error {
    Error::new(Code::BadPolicy, detail)
}
