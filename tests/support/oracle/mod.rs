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

mod lines;
mod notes;
mod records;
mod tree;

use crate::bundle::TrustSpec;
use call_stream_verify::Level;
use lines::*;
use notes::*;
use records::*;
use serde_json::Value;
use std::collections::BTreeSet;
use tree::*;

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
