//! The text of log proofs: another tool's files, the document's rules, and every change of a path.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

mod support;

use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Code, Digest};
use support::{corpora, read_text};

fn key() -> SigningKey {
    SigningKey::new("log.example", KeyType::Ed25519, [4; 32]).unwrap()
}

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|place| merkle::leaf_hash_of(&place.to_be_bytes())).collect()
}

fn signed(leaves: &[Digest]) -> SignedCheckpoint {
    Checkpoint::new("log.example", leaves.len() as u64, merkle::root_hash(leaves)).unwrap().sign(&key()).unwrap()
}

fn prove(leaves: &[Digest], index: usize, checkpoint: &SignedCheckpoint) -> LogProof {
    let hashes = merkle::inclusion_proof(leaves, index).unwrap();
    LogProof { extra: None, index: index as u64, hashes, checkpoint: checkpoint.clone() }
}

#[test]
fn a_proof_by_another_tool_holds_and_formats_back() {
    let Some(corpora) = corpora("log_proofs") else { return };
    let folder = corpora.join("oak-tlog-proof");
    let text = read_text(folder.join("test.tlog-proof"));
    let proof = LogProof::parse(&text).unwrap();
    assert_eq!(proof.to_string(), text);
    let keys = read_text(folder.join("keys.txt"));
    let leaf = keys.lines().find_map(|line| line.strip_prefix("leaf data (ASCII, no newline): ")).unwrap();
    assert!(proof.leads_from(&merkle::leaf_hash_of(leaf.as_bytes())));
    assert!(!proof.leads_from(&merkle::leaf_hash_of(b"test entry dat")));
    let key = |kind: &str| keys.lines().find_map(|line| line.strip_prefix(kind)).unwrap().trim();
    let policy = format!("log {}\nwitness w {}\nquorum w\n", key("log "), key("witness "));
    let CheckpointFacts::Trusted(verified) = Policy::parse(policy.as_bytes()).unwrap().verify(&proof.checkpoint) else {
        panic!("the signatures do not verify");
    };
    assert!(verified.quorum_met());
    assert_eq!((verified.checkpoint().origin(), verified.checkpoint().size()), ("fake.log.origin/log", 4));
}

#[test]
fn the_documents_example_has_the_shape_that_is_read() {
    let Some(corpora) = corpora("log_proofs") else { return };
    let document = read_text(corpora.join("C2SP-specs/tlog-proof.md"));
    let example = document.split("```\n").nth(1).unwrap();
    // Its extra data and signatures are not real: the first are 51 characters, the others are abbreviated.
    let path: Vec<&str> =
        example.lines().filter(|line| !line.starts_with("extra ")).take_while(|line| !line.is_empty()).collect();
    let text = format!("{}\n\n{}", path.join("\n"), signed(&leaves(3)));
    let proof = LogProof::parse(&text).unwrap();
    assert_eq!((proof.index, proof.hashes.len(), proof.extra.as_deref()), (73_894, 5, None));
    assert_eq!(proof.to_string(), text);
    let with_extra = text.replacen("index", "extra AQID\nindex", 1);
    let proof = LogProof::parse(&with_extra).unwrap();
    assert_eq!(proof.extra.as_deref(), Some([1, 2, 3].as_slice()));
    assert_eq!(proof.to_string(), with_extra);
}

#[test]
fn what_is_read_formats_back_or_is_refused() {
    let all = leaves(5);
    let text = prove(&all, 3, &signed(&all)).to_string();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let [first, index, sibling, ..] = lines.as_slice() else { panic!("{text}") };
    assert_eq!(*index, "index 3\n");
    let without = |place: usize| [&lines[..place], &lines[place + 1..]].concat().concat();
    let bad = [
        String::new(),
        (*first).to_owned(),
        text.replacen("v1", "v2", 1),
        text.replacen('\n', "\r\n", 1),
        format!(" {text}"),
        without(0),
        without(1),
        text.replacen("index 3", "index 03", 1),
        text.replacen("index 3", "index +3", 1),
        text.replacen("index 3", "index 3 ", 1),
        text.replacen("index 3", "index -1", 1),
        text.replacen("index 3", "index", 1),
        text.replacen("index 3", "Index 3", 1),
        text.replacen("index 3", "index 9007199254740991", 1),
        text.replacen("index 3", "index 18446744073709551616", 1),
        text.replacen("index 3", "index 3\nindex 3", 1),
        text.replacen("index 3", "extra AQI\nindex 3", 1),
        text.replacen("index 3", "extra AQJ=\nindex 3", 1),
        text.replacen("index 3", "extra\nindex 3", 1),
        text.replacen("index 3", "extra AQID\nextra AQID\nindex 3", 1),
        text.replacen("index 3\n", "index 3\nextra AQID\n", 1),
        text.replacen(sibling, &sibling.replacen('=', "", 1), 1),
        text.replacen(sibling, &format!(" {sibling}"), 1),
        text.replacen(sibling, &sibling[1..], 1),
        // The empty line in front of the checkpoint is missing: its origin would be a hash.
        text.replacen("\n\nlog", "\nlog", 1),
    ];
    for text in &bad {
        assert_eq!(LogProof::parse(text).unwrap_err().code(), Code::BadProof, "{text}");
    }
    for (text, code) in [
        (text.trim_end().to_owned(), Code::BadNote),
        (format!("{text}\n"), Code::BadNote),
        (text.replacen("\n\nlog", "\n\n\nlog", 1), Code::BadCheckpoint),
        (text.replacen("\n5\n", "\n05\n", 1), Code::BadCheckpoint),
        (text.replacen("\n5\n", "\n5\n\n", 1), Code::BadCheckpoint),
    ] {
        assert_eq!(LogProof::parse(&text).unwrap_err().code(), code, "{text}");
    }
    let many = |count: usize| text.replacen(sibling, &sibling.repeat(count), 1);
    assert_eq!(LogProof::parse(&many(60)).unwrap().to_string(), many(60));
    assert_eq!(LogProof::parse(&many(100)).unwrap_err().code(), Code::ProofTooLarge);
    for text in [text.replacen("index 3", "extra \nindex 3", 1), text.replacen("index 3", "index 9007199254740990", 1)] {
        assert_eq!(LogProof::parse(&text).unwrap().to_string(), text);
    }
}

#[test]
fn every_change_of_a_path_is_found_in_trees_of_up_to_64_leaves() {
    let (mut proofs, mut changes) = (0, 0);
    for size in 1..=64 {
        let all = leaves(size);
        let checkpoint = signed(&all);
        for index in 0..size {
            let proof = prove(&all, index, &checkpoint);
            assert!(proof.leads_from(&all[index]), "{index} of {size}");
            proofs += 1;
            let mut refuse = |hashes: Vec<Digest>, what: &str| {
                changes += 1;
                let changed = LogProof { hashes, ..proof.clone() };
                assert!(!changed.leads_from(&all[index]), "{index} of {size}: {what}");
            };
            for place in 0..proof.hashes.len() {
                for byte in [0, 31] {
                    let mut hashes = proof.hashes.clone();
                    hashes[place].0[byte] ^= 1;
                    refuse(hashes, "changed");
                }
                let mut dropped = proof.hashes.clone();
                dropped.remove(place);
                refuse(dropped, "dropped");
                let mut doubled = proof.hashes.clone();
                doubled.insert(place, proof.hashes[place]);
                refuse(doubled, "doubled");
                for other in place + 1..proof.hashes.len() {
                    let mut swapped = proof.hashes.clone();
                    swapped.swap(place, other);
                    refuse(swapped, "swapped");
                }
            }
            let mut longer = proof.hashes.clone();
            longer.push(Digest([0; 32]));
            refuse(longer, "longer");
            for other in (0..size as u64 + 2).filter(|other| *other != index as u64) {
                let moved = LogProof { index: other, ..proof.clone() };
                assert!(!moved.leads_from(&all[index]), "{index} of {size} as {other}");
            }
        }
    }
    assert_eq!(proofs, 64 * 65 / 2);
    println!("{proofs} proofs hold, {changes} changed ones do not");
}
