//! A literal, slow transcription of FORMAT §4, §5, §8 and §9, on a parse tree and with everything in memory, by other libraries than
//! the core uses: `serde_json`, `serde_json_canonicalizer`, `sha2`, `hmac`, `ed25519-dalek`. It knows plain bundles and flat policies.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs
)]

use super::bundle::TrustSpec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use call_stream_verify::Level;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

type Hash = [u8; 32];

fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

fn hmac(key: &[u8], message: &[u8]) -> Hash {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn jcs(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).unwrap()
}

fn hash_of(value: &Value) -> Option<Hash> {
    let text = value.as_str()?;
    let bytes = hex::decode(text).ok()?;
    (hex::encode(&bytes) == text).then_some(())?;
    bytes.try_into().ok()
}

fn is_hash(value: &Value) -> bool {
    hash_of(value).is_some()
}

fn is_uuid(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            })
    })
}

/// `YYYY-MM-DDTHH:MM:SS[.f]Z`, to seconds since some day.
fn time_of(value: &Value) -> Option<i64> {
    let text = value.as_str()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    if fraction.is_some_and(|f| f.is_empty() || f.len() > 6 || f.ends_with('0') || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    if whole.len() != pattern.len()
        || !whole.bytes().zip(pattern).all(|(b, p)| if *p == b'd' { b.is_ascii_digit() } else { b == *p })
    {
        return None;
    }
    let part = |from: usize, to: usize| whole[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute, second) = (part(11, 13), part(14, 16), part(17, 19));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let valid = year >= 1
        && (1..=12).contains(&month)
        && day >= 1
        && day <= lengths[month as usize - 1]
        && hour < 24
        && minute < 60
        && second < 60;
    let days = (1..year).map(|y| 365 + i64::from(y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))).sum::<i64>()
        + lengths[..(month.max(1) as usize - 1).min(11)].iter().sum::<i64>()
        + day;
    valid.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

fn is_count(value: &Value) -> bool {
    value.as_u64().is_some_and(|count| count <= 9_007_199_254_740_991)
}

fn is_text(value: &Value, most: usize) -> bool {
    value.as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()))
}

fn is_token(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        text.len() <= 64
            && text.bytes().next().is_some_and(lower)
            && text.bytes().all(|byte| lower(byte) || byte == b'_' || byte == b'-')
    })
}

const MEMBERS: [&str; 16] = [
    "call_id",
    "tenant_id",
    "timestamp",
    "caller",
    "direction",
    "duration",
    "disposition",
    "answered",
    "transferred",
    "abandoned",
    "ai_agent",
    "sentiment",
    "purpose",
    "transcript",
    "recording_ref",
    "salt",
];

fn is_member(name: &str, value: &Value) -> bool {
    match name {
        "call_id" | "tenant_id" => is_uuid(value),
        "timestamp" => time_of(value).is_some(),
        "caller" => match value.as_str() {
            Some(text) if text.starts_with('+') => {
                let digits = &text[1..];
                (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
            }
            _ => is_text(value, 256),
        },
        "direction" => value == "inbound" || value == "outbound",
        "duration" => is_count(value),
        "disposition" | "sentiment" => is_token(value),
        "answered" | "transferred" | "abandoned" => value.is_boolean(),
        "ai_agent" | "purpose" => is_text(value, 256),
        "transcript" => value.is_string(),
        "recording_ref" => is_text(value, 2048),
        "salt" => is_hash(value),
        _ => false,
    }
}

/// The rules of every JSON text in here that a parse tree shows.
fn is_sound(value: &Value, depth: usize) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Number(_) => {
            let text = jcs(value);
            text.contains(['.', 'e'])
                || text.trim_start_matches('-').parse::<u64>().is_ok_and(|number| number <= 9_007_199_254_740_991)
        }
        Value::Array(items) => depth < 32 && items.iter().all(|item| is_sound(item, depth + 1)),
        Value::Object(members) => {
            depth < 32
                && members.len() <= 256
                && members.iter().all(|(name, item)| !name.contains('\0') && is_sound(item, depth + 1))
        }
        _ => true,
    }
}

/// The text of an object with its members in this order, or `None` if it has others. A name that ends in `?` may be absent.
fn in_order(object: &Map<String, Value>, names: &[&str], write: impl Fn(&str, &Value) -> Option<String>) -> Option<String> {
    let mut parts = Vec::new();
    for name in names {
        let optional = name.ends_with('?');
        let name = name.trim_end_matches('?');
        match object.get(name) {
            Some(value) => parts.push(format!("{}:{}", jcs(&Value::from(name)), write(name, value)?)),
            None if optional => {}
            None => return None,
        }
    }
    (parts.len() == object.len()).then(|| format!("{{{}}}", parts.join(",")))
}

fn keep(holds: bool, value: &Value) -> Option<String> {
    holds.then(|| jcs(value))
}

fn has_exactly(object: &Value, required: &[&str], optional: &[&str]) -> bool {
    object.as_object().is_some_and(|object| {
        required.iter().all(|name| object.contains_key(*name))
            && object.keys().all(|name| required.contains(&name.as_str()) || optional.contains(&name.as_str()))
    })
}

fn is_hashes(value: &Value) -> bool {
    let digest =
        |value: &Value| value.as_str().and_then(|text| STANDARD.decode(text).ok()).is_some_and(|bytes| bytes.len() == 32);
    value.as_array().is_some_and(|hashes| hashes.len() <= 63 && hashes.iter().all(digest))
}

fn is_entry(entry: &Value) -> bool {
    let event_type = entry["event_type"].as_str().unwrap_or_default();
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    has_exactly(entry, &["entity_id", "event_type", "payload", "prev_hash", "timestamp"], &[])
        && is_text(&entry["entity_id"], 256)
        && event_type.len() <= 64
        && event_type.split('.').all(word)
        && entry["payload"].is_object()
        && is_hash(&entry["prev_hash"])
        && time_of(&entry["timestamp"]).is_some()
}

fn is_header(header: &Value) -> bool {
    let origin = header["origin"].as_str().unwrap_or_default();
    has_exactly(header, &["format", "hash", "tenant_id", "origin", "created_at"], &[])
        && header["format"] == "call-stream-verify/1"
        && header["hash"] == "sha-256"
        && is_uuid(&header["tenant_id"])
        && is_text(&header["origin"], 256)
        && origin.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+')
        && !origin.contains("://")
        && time_of(&header["created_at"]).is_some()
}

/// The canonical text of a line of the format that has this content, or `None` if there is no such line.
fn canonical_line(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    let types = |name: &str, value: &Value| keep(name == "type", value);
    match object.get("type")?.as_str()? {
        "manifest" => {
            in_order(object, &["type", "format", "chain", "range", "prev_hash", "exported_at"], |name, value| match name {
                "format" => keep(value == "call-stream-verify/1", value),
                "chain" => keep(is_header(value), value),
                "range" => {
                    let (start, end) = (value["start"].as_u64()?, value["end"].as_u64()?);
                    (start <= end && is_count(&value["end"])).then_some(())?;
                    in_order(value.as_object()?, &["start", "end"], |_, value| Some(jcs(value)))
                }
                "prev_hash" => keep(is_hash(value), value),
                "exported_at" => keep(time_of(value).is_some(), value),
                _ => types(name, value),
            })
        }
        "entry" => in_order(object, &["type", "seq", "entry_hash", "entry"], |name, value| match name {
            "seq" => keep(is_count(value), value),
            "entry_hash" => keep(is_hash(value), value),
            "entry" => keep(is_entry(value), value),
            _ => types(name, value),
        }),
        "call" => in_order(object, &["type", "call"], |name, value| match name {
            "call" => {
                let names: Vec<String> = MEMBERS
                    .iter()
                    .map(|m| format!("{m}{}", if matches!(*m, "recording_ref" | "salt") { "?" } else { "" }))
                    .collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                in_order(value.as_object()?, &names, |name, value| keep(is_member(name, value), value))
            }
            _ => types(name, value),
        }),
        "redacted" => in_order(object, &["type", "call", "salts"], |name, value| {
            let names: Vec<String> =
                MEMBERS[..15].iter().map(|m| format!("{m}{}", if *m == "call_id" { "" } else { "?" })).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            match name {
                "call" => in_order(value.as_object()?, &names, |name, value| keep(is_member(name, value), value)),
                "salts" => {
                    let shown = object["call"].as_object()?;
                    let salts = value.as_object()?;
                    (shown.len() == salts.len() && shown.keys().all(|name| salts.contains_key(name))).then_some(())?;
                    in_order(salts, &names, |_, value| keep(is_hash(value), value))
                }
                _ => types(name, value),
            }
        }),
        "checkpoint" => {
            in_order(
                object,
                &["type", "note"],
                |name, value| if name == "note" { keep(value.is_string(), value) } else { types(name, value) },
            )
        }
        "anchor" => in_order(object, &["type", "kind", "size", "proof"], |name, value| match name {
            "kind" => keep(value == "opentimestamps", value),
            "size" => keep(is_count(value), value),
            "proof" => keep(STANDARD.decode(value.as_str()?).ok()?.len() <= 65_536, value),
            _ => types(name, value),
        }),
        "consistency" => in_order(object, &["type", "from", "to", "hashes"], |name, value| match name {
            "from" | "to" => keep(is_count(value), value),
            "hashes" => keep(is_hashes(value), value),
            _ => types(name, value),
        }),
        "inclusion" => in_order(object, &["type", "seq", "size", "hashes"], |name, value| match name {
            "seq" | "size" => keep(is_count(value), value),
            "hashes" => keep(is_hashes(value), value),
            _ => types(name, value),
        }),
        "end" => in_order(object, &["type", "entries", "calls", "head", "envelope"], |name, value| match name {
            "entries" | "calls" => keep(is_count(value), value),
            "head" | "envelope" => keep(is_hash(value), value),
            _ => types(name, value),
        }),
        _ => None,
    }
}

// Keys and notes.

struct Key {
    name: String,
    id: [u8; 4],
    public: ed25519_dalek::VerifyingKey,
}

impl Key {
    fn parse(vkey: &str) -> Key {
        let (name, rest) = vkey.split_once('+').unwrap();
        let (id, key) = rest.split_once('+').unwrap();
        let key = STANDARD.decode(key).unwrap();
        let public = ed25519_dalek::VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap();
        Key { name: name.to_owned(), id: hex::decode(id).unwrap().try_into().unwrap(), public }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.public.verify_strict(message, &signature).is_ok())
    }
}

#[derive(Default)]
struct Policy {
    logs: Vec<Key>,
    witnesses: Vec<(String, Key)>,
    groups: BTreeMap<String, (usize, Vec<String>)>,
    quorum: Option<String>,
}

impl Policy {
    fn parse(text: &str) -> Policy {
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

    fn is_met(&self, name: &str, cosigned: &BTreeSet<String>) -> bool {
        match self.groups.get(name) {
            Some((threshold, members)) => members.iter().filter(|member| self.is_met(member, cosigned)).count() >= *threshold,
            None => cosigned.contains(name),
        }
    }
}

struct Signature {
    name: String,
    bytes: Vec<u8>,
}

fn signature_line(line: &str) -> Option<Signature> {
    let (name, signature) = line.split_once(' ')?;
    let bad_name = name.is_empty() || name.contains('+') || name.contains(char::is_whitespace);
    let bytes = STANDARD.decode(signature).ok()?;
    (!bad_name && bytes.len() > 4).then(|| Signature { name: name.to_owned(), bytes })
}

fn names(signature: &Signature, key: &Key) -> bool {
    signature.name == key.name && signature.bytes[..4] == key.id
}

struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    text: String,
    signatures: Vec<Signature>,
}

fn checkpoint(note: &str) -> Option<Checkpoint> {
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

// RFC 6962 §2.1, as it is written there.

fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1][..], left, right].concat())
}

fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

fn tree_hash(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [data] => sha256(&[&[0][..], data].concat()),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&tree_hash(left), &tree_hash(right))
        }
    }
}

/// The root that the path of leaf `m` of `n` leads to.
fn root_by_path(m: usize, n: usize, data: &Hash, path: &[Hash]) -> Option<Hash> {
    if n == 1 {
        return path.is_empty().then(|| sha256(&[&[0][..], data].concat()));
    }
    let (top, rest) = path.split_last()?;
    let k = split(n);
    if m < k {
        Some(node(&root_by_path(m, k, data, rest)?, top))
    } else {
        Some(node(top, &root_by_path(m - k, n - k, data, rest)?))
    }
}

/// The roots of `m` and of `n` leaves that a consistency proof leads to; `known` is the old root.
fn roots_by_proof(m: usize, n: usize, known: Option<&Hash>, proof: &[Hash]) -> Option<(Hash, Hash)> {
    if m == n {
        return match (known, proof) {
            (Some(root), []) => Some((*root, *root)),
            (None, [root]) => Some((*root, *root)),
            _ => None,
        };
    }
    let (top, rest) = proof.split_last()?;
    let k = split(n);
    if m <= k {
        let (old, new) = roots_by_proof(m, k, known, rest)?;
        Some((old, node(&new, top)))
    } else {
        let (old, new) = roots_by_proof(m - k, n - k, None, rest)?;
        Some((node(top, &old), node(top, &new)))
    }
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|hash| STANDARD.decode(hash.as_str().unwrap()).unwrap().try_into().unwrap()).collect()
}

// The run.

#[derive(Clone)]
struct Version {
    number: u64,
    hash: Hash,
    record: Value,
    revoked: bool,
}

#[derive(Default)]
struct Run {
    mismatch: Vec<String>,
    not_proven: Vec<String>,
}

impl Run {
    fn bad(&mut self, what: impl Into<String>) {
        self.mismatch.push(what.into());
    }

    fn open(&mut self, what: impl Into<String>) {
        self.not_proven.push(what.into());
    }
}

/// `Ok` with `verified` or `revoked`, or `Err` with the other verdicts and why.
pub fn verdict(bytes: &[u8], trust: &TrustSpec) -> Result<&'static str, (&'static str, String)> {
    let mut run = Run::default();
    let (lines, whole) = read_lines(bytes, &mut run);
    let policy = trust.policy.as_deref().map(Policy::parse).unwrap_or_default();
    let revoked = begins(&lines) && judge(&lines, trust, &policy, &mut run);
    match () {
        () if !run.mismatch.is_empty() => Err(("mismatch", run.mismatch.join("; "))),
        () if !run.not_proven.is_empty() || !whole => Err(("not_proven", run.not_proven.join("; "))),
        () if revoked => Ok("revoked"),
        () => Ok("verified"),
    }
}

/// The lines that are lines of a bundle, up to the first that is not, and whether that is all of a bundle.
fn read_lines<'a>(bytes: &'a [u8], run: &mut Run) -> (Vec<(&'a str, Value)>, bool) {
    let mut lines: Vec<(&str, Value)> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let number = lines.len() + 1;
        if lines.last().is_some_and(|(_, last)| last["type"] == "end") {
            run.open(format!("line {number}: behind the end"));
            return (lines, false);
        }
        let value = line.strip_suffix(b"\n").filter(|line| line.len() <= 16 << 20).and_then(|line| {
            let text = std::str::from_utf8(line).ok()?;
            let value: Value = serde_json::from_str(text).ok()?;
            (is_sound(&value, 0) && canonical_line(&value)? == text).then_some((text, value))
        });
        match value {
            Some((_, value)) if value["type"] == "manifest" && number > 1 => {
                run.open(format!("line {number}: a second manifest"));
                return (lines, false);
            }
            Some(line) => lines.push(line),
            None => {
                run.open(format!("line {number}: not canonical or cut off"));
                return (lines, false);
            }
        }
    }
    let begins = begins(&lines);
    let ends = lines.last().is_some_and(|(_, line)| line["type"] == "end");
    if !begins || !ends {
        run.open("no manifest or no end");
    }
    (lines, begins && ends)
}

/// What does not begin with a manifest is no bundle, and nothing of it is judged.
fn begins(lines: &[(&str, Value)]) -> bool {
    lines.first().is_some_and(|(_, line)| line["type"] == "manifest")
}

fn of_type<'a>(lines: &'a [(&'a str, Value)], kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> + Clone {
    lines.iter().filter(move |(_, line)| line["type"] == kind).map(|(text, line)| (*text, line))
}

fn judge(lines: &[(&str, Value)], trust: &TrustSpec, policy: &Policy, run: &mut Run) -> bool {
    let manifest = of_type(lines, "manifest").next().map(|(_, line)| line);
    let entries: Vec<&Value> = of_type(lines, "entry").map(|(_, line)| line).collect();
    let computed: Vec<Hash> = entries.iter().map(|line| sha256(jcs(&line["entry"]).as_bytes())).collect();
    let start = manifest.map_or(0, |manifest| manifest["range"]["start"].as_u64().unwrap());

    // §4: every entry hash, link and position.
    for (place, line) in entries.iter().enumerate() {
        if hash_of(&line["entry_hash"]) != Some(computed[place]) {
            run.bad(format!("entry {place}: hash"));
        }
        let (expected, seq) = match place {
            0 => match manifest {
                Some(manifest) => (hash_of(&manifest["prev_hash"]), start),
                None => continue,
            },
            _ => (Some(computed[place - 1]), entries[place - 1]["seq"].as_u64().unwrap() + 1),
        };
        if hash_of(&line["entry"]["prev_hash"]) != expected {
            run.bad(format!("entry {place}: link"));
        }
        if line["seq"] != seq {
            run.bad(format!("entry {place}: position"));
        }
    }
    let calls = records(&entries, manifest, start, policy, run);
    for (_, line) in of_type(lines, "call").chain(of_type(lines, "redacted")) {
        let tenant = &line["call"]["tenant_id"];
        if manifest.is_some_and(|manifest| !tenant.is_null() && *tenant != manifest["chain"]["tenant_id"]) {
            run.bad("a call of another tenant");
        }
    }
    let Some(manifest) = manifest else { return false };

    // §8: what the manifest and the end line say.
    let end = manifest["range"]["end"].as_u64().unwrap();
    let chain_id = sha256(jcs(&manifest["chain"]).as_bytes());
    if start == 0 && hash_of(&manifest["prev_hash"]) != Some(chain_id) {
        run.bad("the chain does not begin at its header");
    }
    if trust.tenant.is_some_and(|tenant| manifest["chain"]["tenant_id"] != tenant.to_string()) {
        run.bad("not the tenant expected");
    }
    let size = entries.last().map_or(start, |line| line["seq"].as_u64().unwrap() + 1);
    let head = computed.last().copied().or(hash_of(&manifest["prev_hash"])).unwrap();
    let first_fits = entries.first().is_none_or(|line| line["seq"] == start);
    let all_entries = first_fits && size == end && entries.len() as u64 == end - start;
    let last = &lines.last().unwrap().1;
    if last["type"] == "end" {
        let calls = of_type(lines, "call").count() + of_type(lines, "redacted").count();
        let covered =
            lines.iter().filter(|(_, line)| !["entry", "call", "redacted", "end"].contains(&line["type"].as_str().unwrap()));
        let covered: String = covered.map(|(text, _)| format!("{text}\n")).collect();
        if last["entries"] != entries.len() || last["calls"] != calls {
            run.bad("counts");
        }
        if hash_of(&last["head"]) != Some(head) {
            run.bad("head");
        }
        if hash_of(&last["envelope"]) != Some(sha256(covered.as_bytes())) {
            run.bad("envelope");
        }
        if !all_entries {
            run.bad("entries are not those of the range");
        }
    }

    // §5, §9: checkpoints, proofs and the expected head.
    let in_place = entries.iter().zip(start..).all(|(line, seq)| line["seq"] == seq);
    let mut trusted: Vec<(Checkpoint, bool)> = Vec::new();
    for (_, line) in of_type(lines, "checkpoint") {
        let Some(checkpoint) = checkpoint(line["note"].as_str().unwrap()) else {
            run.open("a checkpoint line without a checkpoint");
            continue;
        };
        let Some(quorum) = check_signatures(&checkpoint, policy, run) else { continue };
        if manifest["chain"]["origin"] != checkpoint.origin.as_str() {
            run.bad("a checkpoint of another log");
            continue;
        }
        if start == 0 && checkpoint.size > size {
            if all_entries {
                run.bad("a checkpoint beyond the chain");
            }
            continue;
        }
        if start == 0 && in_place && tree_hash(&computed[..checkpoint.size as usize]) != checkpoint.root {
            run.bad("root");
            continue;
        }
        trusted.push((checkpoint, quorum));
    }
    for (place, (one, _)) in trusted.iter().enumerate() {
        if trusted[..place].iter().any(|(other, _)| one.size == other.size && one.root != other.root) {
            run.bad("two checkpoints of one size and different roots");
        }
    }
    let signed =
        |size: u64| trusted.iter().find(|(checkpoint, _)| size == checkpoint.size).map(|(checkpoint, _)| checkpoint.root);
    let root = |size: &Value| {
        let size = size.as_u64().unwrap();
        let computed = || computed.get(..usize::try_from(size).unwrap()).filter(|_| start == 0 && in_place).map(tree_hash);
        signed(size).or_else(computed)
    };
    for (_, line) in of_type(lines, "consistency") {
        let (m, n) = (line["from"].as_u64().unwrap() as usize, line["to"].as_u64().unwrap() as usize);
        if m == 0 && hashes(&line["hashes"]).is_empty() {
            continue;
        }
        let holds = match (root(&line["from"]), root(&line["to"])) {
            _ if m == 0 || m > n => false,
            (Some(from), Some(to)) => roots_by_proof(m, n, Some(&from), &hashes(&line["hashes"])) == Some((from, to)),
            _ => true,
        };
        if !holds {
            run.bad("a consistency proof");
        }
    }
    let mut included = BTreeSet::new();
    for (_, line) in of_type(lines, "inclusion") {
        let (seq, n) = (line["seq"].as_u64().unwrap(), line["size"].as_u64().unwrap());
        if seq >= n {
            run.bad("an inclusion proof of an entry behind the tree");
            continue;
        }
        let Some(root) = root(&line["size"]) else { continue };
        let Some(data) = seq.checked_sub(start).filter(|_| in_place).and_then(|place| computed.get(place as usize)) else {
            continue;
        };
        if root_by_path(seq as usize, n as usize, data, &hashes(&line["hashes"])) == Some(root) {
            if signed(n).is_some() {
                included.insert((seq, n));
            }
        } else {
            run.bad("an inclusion proof");
        }
    }
    let mut anchored = trusted.iter().map(|(checkpoint, _)| checkpoint.size).filter(|_| start == 0 && in_place).max();
    let mut under = None;
    if let Some((expected, hash)) = &trust.expect {
        let known = match expected.checked_sub(start) {
            Some(0) => hash_of(&manifest["prev_hash"]),
            Some(place) => {
                entries.iter().rposition(|line| line["seq"] == *expected - 1).filter(|_| place > 0).map(|place| computed[place])
            }
            None => None,
        };
        match known {
            Some(known) if known != *hash.as_bytes() => run.bad("not the head expected"),
            Some(_) => {
                anchored = anchored.max(Some(*expected));
                if *expected == size && start > 0 {
                    under = Some(size);
                }
            }
            None if *expected > size && all_entries => run.bad("the expected head is cut away"),
            None => run.open("the expected head is not here"),
        }
    }
    if start > 0 && size > start {
        let proven = |n: u64| included.contains(&(start, n)) && included.contains(&(size - 1, n));
        let proven = trusted.iter().filter(|(checkpoint, _)| proven(checkpoint.size));
        if let Some((checkpoint, _)) = proven.max_by_key(|(checkpoint, quorum)| (*quorum, checkpoint.size)) {
            under = Some(checkpoint.size);
            anchored = Some(size);
        }
    }

    // §9: what is missing.
    if entries.is_empty() {
        run.open("nothing to verify");
    }
    if start > 0 && under.is_none() {
        run.open("a range without proof");
    }
    let minimum = trust.minimum_level.unwrap_or(Level::L3).max(if policy.quorum.is_some() { Level::L4 } else { Level::L0 });
    if anchored != Some(size) && (minimum >= Level::L3 || anchored.is_some()) {
        run.open("no trusted head, or a tail behind it");
    }
    let covering = if start > 0 { under } else { Some(size) };
    if minimum >= Level::L4 && !trusted.iter().any(|(checkpoint, quorum)| Some(checkpoint.size) == covering && *quorum) {
        run.open("no quorum");
    }
    let later = trusted.iter().any(|(checkpoint, _)| checkpoint.size > size);
    judge_calls(lines, &calls, all_entries && !later, start, under, trust, run)
}

/// Whether a listed log of the checkpoint's origin signed it, and whether the quorum is met; `None` if it is not trusted.
fn check_signatures(checkpoint: &Checkpoint, policy: &Policy, run: &mut Run) -> Option<bool> {
    let mut signed = false;
    let mut spoiled = false;
    for log in &policy.logs {
        for signature in checkpoint.signatures.iter().filter(|signature| names(signature, log)) {
            match log.verify(checkpoint.text.as_bytes(), &signature.bytes[4..]) {
                true => signed |= log.name == checkpoint.origin,
                false => spoiled = true,
            }
        }
    }
    let mut cosigned = BTreeSet::new();
    for (name, witness) in &policy.witnesses {
        for signature in checkpoint.signatures.iter().filter(|signature| names(signature, witness)) {
            let time = signature.bytes.get(4..12).map(|time| u64::from_be_bytes(time.try_into().unwrap()));
            let message = format!("cosignature/v1\ntime {}\n{}", time.unwrap_or_default(), checkpoint.text);
            let good =
                time.is_some_and(|time| time <= i64::MAX as u64) && witness.verify(message.as_bytes(), &signature.bytes[12..]);
            match good {
                true => drop(cosigned.insert(name.clone())),
                false => spoiled = true,
            }
        }
    }
    if spoiled {
        run.bad("a bad signature by a pinned key");
        return None;
    }
    signed.then(|| policy.quorum.as_ref().is_none_or(|quorum| policy.is_met(quorum, &cosigned)))
}

/// §3, §4: versions and revocations in the order of the chain.
fn records(
    entries: &[&Value],
    manifest: Option<&Value>,
    start: u64,
    policy: &Policy,
    run: &mut Run,
) -> BTreeMap<String, Vec<Version>> {
    let mut calls: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    let mut sealed = BTreeSet::new();
    let mut unresolved = Vec::new();
    for line in entries {
        let entry = &line["entry"];
        let (payload, entity) = (&entry["payload"], entry["entity_id"].as_str().unwrap());
        match entry["event_type"].as_str().unwrap() {
            "version.created" => {
                if !is_version(payload) || payload["call_id"] != entity {
                    run.bad("a version record breaks its format");
                    continue;
                }
                if manifest.is_some_and(|manifest| payload["tenant_id"] != manifest["chain"]["tenant_id"]) {
                    run.bad("a version of another tenant");
                }
                let number = payload["version"].as_u64().unwrap();
                let versions = calls.entry(entity.to_owned()).or_default();
                let supersedes = payload["supersedes"].as_u64();
                let next = versions.last().map(|version| version.number + 1);
                // In a range the first versions may lie in front of it.
                let fits = next.map_or(number == 1 || start > 0 || manifest.is_none(), |next| next == number);
                if !fits || supersedes != (number > 1).then(|| number - 1) {
                    run.bad("version numbers");
                }
                let hash = hash_of(&payload["canonical_payload_hash"]).unwrap();
                if !sealed.insert(hash) {
                    run.bad("a payload sealed twice");
                }
                check_record_signatures("call-stream-verify/version/1", payload, policy, run);
                versions.push(Version { number, hash, record: payload.clone(), revoked: false });
            }
            "version.revoked" => {
                if !is_revocation(payload) || !is_uuid(&entry["entity_id"]) {
                    run.bad("a revocation breaks its format");
                    continue;
                }
                check_record_signatures("call-stream-verify/revocation/1", payload, policy, run);
                let number = payload["version"].as_u64().unwrap();
                let version =
                    calls.get_mut(entity).and_then(|versions| versions.iter_mut().rev().find(|version| version.number == number));
                match version {
                    Some(version) if Some(version.hash) == hash_of(&payload["canonical_payload_hash"]) => version.revoked = true,
                    Some(_) => run.bad("a revocation of another payload"),
                    None => unresolved.push((entity, number, hash_of(&payload["canonical_payload_hash"]).unwrap())),
                }
            }
            _ => {}
        }
    }
    for (entity, number, hash) in unresolved {
        let first = calls.get(entity).map(|versions| versions[0].number);
        // In a range the version may lie in front of it, unless the range shows that it cannot.
        if start == 0 || first.is_some_and(|first| number >= first) || sealed.contains(&hash) {
            run.bad("a revocation of no version");
        }
    }
    calls
}

fn is_version(record: &Value) -> bool {
    let hashes = has_exactly(&record["component_hashes"], &["metadata", "transcript"], &["recording"]);
    let fields: Vec<&str> = MEMBERS[..15].iter().copied().chain(["recording"]).collect();
    let commitments = has_exactly(&record["field_commitments"], &fields[..14], &fields[14..]);
    let parts = if hashes { &record["component_hashes"] } else { &record["field_commitments"] };
    has_exactly(
        record,
        &["call_id", "tenant_id", "version", "schema", "canonical_payload_hash", "finalized_at", "verification_status"],
        &["component_hashes", "field_commitments", "supersedes", "signatures"],
    ) && hashes != commitments
        && record.get("component_hashes").is_some() != record.get("field_commitments").is_some()
        && parts.as_object().is_some_and(|parts| parts.values().all(is_hash))
        && is_uuid(&record["call_id"])
        && is_uuid(&record["tenant_id"])
        && is_count(&record["version"])
        && record["version"] != 0
        && record["schema"] == "call/1"
        && is_hash(&record["canonical_payload_hash"])
        && time_of(&record["finalized_at"]).is_some()
        && record["verification_status"] == "verified"
        && record.get("supersedes").is_none_or(is_count)
        && record.get("signatures").is_none_or(is_signatures)
}

fn is_signatures(value: &Value) -> bool {
    value.as_array().is_some_and(|lines| !lines.is_empty() && lines.iter().all(Value::is_string))
}

fn is_revocation(record: &Value) -> bool {
    has_exactly(record, &["version", "canonical_payload_hash", "reason", "policy", "actor"], &["signatures"])
        && is_count(&record["version"])
        && record["version"] != 0
        && is_hash(&record["canonical_payload_hash"])
        && is_text(&record["reason"], 256)
        && is_text(&record["policy"], 256)
        && has_exactly(&record["actor"], &["type", "id"], &[])
        && (record["actor"]["type"] == "user" || record["actor"]["type"] == "system")
        && is_text(&record["actor"]["id"], 256)
        && record.get("signatures").is_none_or(is_signatures)
}

/// §6.
fn check_record_signatures(domain: &str, record: &Value, policy: &Policy, run: &mut Run) {
    let mut unsigned = record.clone();
    let Some(lines) = unsigned.as_object_mut().unwrap().remove("signatures") else { return };
    let text = format!("{domain}\n{}\n", jcs(&unsigned));
    if lines.as_array().unwrap().len() > 64 {
        run.open("more signatures than are read");
    }
    for line in lines.as_array().unwrap().iter().take(64) {
        let good = match signature_line(line.as_str().unwrap()) {
            Some(signature) => match policy.logs.iter().find(|log| names(&signature, log)) {
                Some(log) => log.verify(text.as_bytes(), &signature.bytes[4..]),
                None => true,
            },
            None => false,
        };
        if !good {
            run.bad("a bad signature on a record");
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn judge_calls(
    lines: &[(&str, Value)],
    calls: &BTreeMap<String, Vec<Version>>,
    all_entries: bool,
    start: u64,
    under: Option<u64>,
    trust: &TrustSpec,
    run: &mut Run,
) -> bool {
    let mut revoked = false;
    let presented: Vec<&Value> = of_type(lines, "call").chain(of_type(lines, "redacted")).map(|(_, line)| line).collect();
    if presented.is_empty() && !trust.chain_only {
        run.open("no calls");
    }
    for line in &presented {
        let call = &line["call"];
        let call_id = call["call_id"].as_str().unwrap();
        if presented.iter().filter(|other| other["call"]["call_id"] == call_id).count() > 1 {
            run.open("a call presented twice");
            continue;
        }
        let latest = calls.get(call_id).and_then(|versions| versions.last());
        if !all_entries || (start > 0 && under.is_none()) {
            run.open("later entries may decide");
            continue;
        }
        let Some(latest) = latest else {
            run.open("a call that was never sealed");
            continue;
        };
        if latest.revoked {
            revoked = true;
            continue;
        }
        if line["type"] == "call" {
            if !matches(call, latest) {
                run.bad("a call is not what was sealed");
            }
        } else if let Some(sealed) = latest.record["field_commitments"].as_object() {
            for (name, value) in call.as_object().unwrap() {
                let salt = hash_of(&line["salts"][name.as_str()]).unwrap();
                if sealed.get(name).and_then(hash_of) != Some(hmac(&salt, jcs(value).as_bytes())) {
                    run.bad("a disclosed member is not what was sealed");
                }
            }
        } else {
            run.open("redacted without commitments");
        }
    }
    revoked
}

/// §2, §9: rebuild the canonical payload, hash, compare.
fn matches(call: &Value, latest: &Version) -> bool {
    let without = |left_out: &str| {
        let members = MEMBERS.iter().filter(|name| **name != left_out).filter_map(|name| Some((name, call.get(name)?)));
        let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\":{}", jcs(value))).collect();
        format!("{{{}}}", members.join(","))
    };
    let mut holds = sha256(without("").as_bytes()) == latest.hash;
    match (call.get("salt"), latest.record["component_hashes"].as_object(), latest.record["field_commitments"].as_object()) {
        (None, Some(components), _) => {
            let transcript = sha256(call["transcript"].as_str().unwrap().as_bytes());
            holds &= hash_of(&components["metadata"]) == Some(sha256(without("transcript").as_bytes()));
            holds &= hash_of(&components["transcript"]) == Some(transcript);
        }
        (Some(salt), _, Some(commitments)) => {
            let salt = hash_of(salt).unwrap();
            let mut expected: BTreeMap<&str, Hash> = BTreeMap::new();
            for name in &MEMBERS[..15] {
                if let Some(value) = call.get(name) {
                    let field_salt = hmac(&salt, format!("call/1:{name}").as_bytes());
                    expected.insert(name, hmac(&field_salt, jcs(value).as_bytes()));
                }
            }
            let sealed: BTreeMap<&str, Hash> = commitments
                .iter()
                .filter(|(name, _)| *name != "recording")
                .map(|(name, hash)| (name.as_str(), hash_of(hash).unwrap()))
                .collect();
            holds &= sealed == expected;
        }
        _ => holds = false,
    }
    holds
}
