//! Keys, signed notes and policies.
use super::lines::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Key {
    pub(super) name: String,
    pub(super) id: [u8; 4],
    pub(super) public: ed25519_dalek::VerifyingKey,
}

impl Key {
    pub(super) fn parse(vkey: &str) -> Key {
        let (name, rest) = vkey.split_once('+').unwrap();
        let (id, key) = rest.split_once('+').unwrap();
        let key = STANDARD.decode(key).unwrap();
        let public = ed25519_dalek::VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap();
        Key { name: name.to_owned(), id: hex::decode(id).unwrap().try_into().unwrap(), public }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.public.verify_strict(message, &signature).is_ok())
    }
}

#[derive(Default)]
pub(super) struct Policy {
    pub(super) logs: Vec<Key>,
    pub(super) witnesses: Vec<(String, Key)>,
    pub(super) groups: BTreeMap<String, (usize, Vec<String>)>,
    pub(super) quorum: Option<String>,
}

impl Policy {
    pub(super) fn parse(text: &str) -> Policy {
        let mut policy = Policy::default();
        if !text.contains(' ') {
            policy.logs.push(Key::parse(text.trim()));
            return policy;
        }
        for line in text.lines() {
            let items: Vec<&str> = line.split_whitespace().collect();
            match items.as_slice() {
                ["log", vkey, ..] => policy.logs.push(Key::parse(vkey)),
                ["witness", name, vkey, ..] => policy.witnesses.push(((*name).to_owned(), Key::parse(vkey))),
                ["group", name, threshold, members @ ..] => {
                    let threshold = match *threshold {
                        "all" => members.len(),
                        "any" => 1,
                        number => number.parse().unwrap(),
                    };
                    let members = members.iter().map(|m| (*m).to_owned()).collect();
                    policy.groups.insert((*name).to_owned(), (threshold, members));
                }
                ["quorum", "none"] => {}
                ["quorum", name] => policy.quorum = Some((*name).to_owned()),
                _ => {}
            }
        }
        policy
    }

    pub(super) fn is_met(&self, name: &str, cosigned: &BTreeSet<String>) -> bool {
        match self.groups.get(name) {
            Some((threshold, members)) => members.iter().filter(|member| self.is_met(member, cosigned)).count() >= *threshold,
            None => cosigned.contains(name),
        }
    }
}

pub(super) struct Signature {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

pub(super) fn signature_line(line: &str) -> Option<Signature> {
    let (name, signature) = line.split_once(' ')?;
    let bad_name = name.is_empty() || name.contains('+') || name.contains(char::is_whitespace);
    let bytes = STANDARD.decode(signature).ok()?;
    (!bad_name && bytes.len() > 4).then(|| Signature { name: name.to_owned(), bytes })
}

pub(super) fn names(signature: &Signature, key: &Key) -> bool {
    signature.name == key.name && signature.bytes[..4] == key.id
}

pub(super) struct Checkpoint {
    pub(super) origin: String,
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) text: String,
    pub(super) signatures: Vec<Signature>,
}

pub(super) fn checkpoint(note: &str) -> Option<Checkpoint> {
    if note.len() > 256 * 1024 {
        return None;
    }
    let gap = note.rfind("\n\n")?;
    let text = &note[..=gap];
    let lines: Vec<&str> = note[gap + 2..].strip_suffix('\n')?.split('\n').collect();
    if lines.len() > 64 || text.contains(|c: char| c < ' ' && c != '\n') {
        return None;
    }
    let signatures = lines.iter().map(|line| line.strip_prefix("— ").and_then(signature_line)).collect::<Option<Vec<_>>>()?;
    let parts: Vec<&str> = text.split('\n').collect();
    let [origin, size, root, ""] = parts.as_slice() else { return None };
    let number: u64 = size.parse().ok()?;
    (number.to_string() == *size && number <= 9_007_199_254_740_991 && !origin.is_empty()).then_some(())?;
    let root = STANDARD.decode(root).ok()?.try_into().ok()?;
    Some(Checkpoint { origin: (*origin).to_owned(), size: number, root, text: text.to_owned(), signatures })
}
