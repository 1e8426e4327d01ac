//! Evidence of a fork holds for every pair of sizes, and nothing that is changed in it is taken.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests fail by panic")]

use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, Note, SigningKey};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::objects::fork_evidence::{EvidenceFacts, ForkEvidence};
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Code, Digest};

const ORIGIN: &str = "log.example/calls";

fn key(seed: u8) -> SigningKey {
    SigningKey::new(ORIGIN, KeyType::Ed25519, [seed; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::from_vkey(&key(1).verifier().to_string()).unwrap()
}

/// Leaves of a history; those of another seed differ from the place `fork` on.
fn leaves(count: usize, fork: usize, seed: u8) -> Vec<Digest> {
    let leaf = |place: usize| {
        let seed = if place >= fork { seed } else { 0 };
        merkle::leaf_hash_of(&[u8::try_from(place).unwrap(), seed])
    };
    (0..count).map(leaf).collect()
}

fn signed(leaves: &[Digest]) -> SignedCheckpoint {
    let size = u64::try_from(leaves.len()).unwrap();
    Checkpoint::new(ORIGIN, size, merkle::root_hash(leaves)).unwrap().sign(&key(1)).unwrap()
}

/// The evidence that the history of `large` leaves is not that of `small` ones, which parts from it at `fork`.
fn evidence(small: usize, large: usize, fork: usize) -> ForkEvidence {
    let larger = leaves(large, usize::MAX, 0);
    ForkEvidence {
        smaller: signed(&leaves(small, fork, 9)),
        larger: signed(&larger),
        root_hash: merkle::root_hash(&larger[..small]),
        hashes: merkle::consistency_proof(&larger, small).unwrap(),
    }
}

fn holds(evidence: &ForkEvidence) -> bool {
    matches!(evidence.verify(&policy()), EvidenceFacts::Fork { .. })
}

#[test]
fn evidence_holds_for_every_pair_of_sizes_up_to_64_and_no_change_of_it_does() {
    let (mut pairs, mut changes) = (0, 0);
    for large in 1..=64 {
        for small in 1..=large {
            let evidence = evidence(small, large, small / 2);
            assert!(holds(&evidence), "{small} {large}");
            let text = evidence.to_string();
            assert_eq!(ForkEvidence::parse(text.as_bytes()).unwrap(), evidence);
            pairs += 1;
            let mut refuse = |changed: ForkEvidence, what: &str| {
                changes += 1;
                assert!(changed.check_contradiction().is_err(), "{small} {large}: {what}");
            };
            for place in 0..evidence.hashes.len() {
                let mut changed = evidence.clone();
                changed.hashes[place].0[place % 32] ^= 1;
                refuse(changed, "changed");
                let mut dropped = evidence.clone();
                dropped.hashes.remove(place);
                refuse(dropped, "dropped");
                let mut doubled = evidence.clone();
                doubled.hashes.insert(place, evidence.hashes[place]);
                refuse(doubled, "doubled");
                for other in 0..place {
                    let mut swapped = evidence.clone();
                    swapped.hashes.swap(place, other);
                    refuse(swapped, "swapped");
                }
            }
            let mut root = evidence.clone();
            root.root_hash.0[0] ^= 1;
            refuse(root, "another root");
            refuse(ForkEvidence { root_hash: *evidence.smaller.checkpoint().root(), ..evidence.clone() }, "the smaller's root");
            if small < large {
                let turned =
                    ForkEvidence { smaller: evidence.larger.clone(), larger: evidence.smaller.clone(), ..evidence.clone() };
                refuse(turned, "turned");
            }
        }
    }
    println!("{pairs} pairs, {changes} changes");
    assert!(pairs == 64 * 65 / 2 && changes > 40_000);
}

#[test]
fn no_honest_log_is_accused() {
    // Whatever proof is put together from an honest history shows no fork.
    let all = leaves(12, usize::MAX, 0);
    let proofs: Vec<Vec<Digest>> = (1..=12)
        .flat_map(|to| (1..=to).map(move |from| (from, to)))
        .map(|(from, to)| merkle::consistency_proof(&all[..to], from).unwrap())
        .collect();
    let roots: Vec<Digest> = (1..=12).map(|size| merkle::root_hash(&all[..size])).collect();
    let (notes, mut tried): (Vec<_>, u32) = ((1..=12).map(|size| signed(&all[..size])).collect(), 0);
    for (smaller, larger) in notes.iter().flat_map(|a| notes.iter().map(move |b| (a, b))) {
        for (hashes, root_hash) in proofs.iter().flat_map(|proof| roots.iter().map(move |root| (proof, root))) {
            tried += 1;
            let evidence =
                ForkEvidence { smaller: smaller.clone(), larger: larger.clone(), root_hash: *root_hash, hashes: hashes.clone() };
            assert!(evidence.check_contradiction().is_err());
        }
    }
    assert_eq!(tried, 144 * 78 * 12);
}

#[test]
fn both_checkpoints_are_the_log_s_own() {
    let good = evidence(5, 9, 2);
    let other = |tree: &SignedCheckpoint, key: &SigningKey| tree.checkpoint().sign(key).unwrap();
    for key in [key(2), SigningKey::new("other.example", KeyType::Ed25519, [1; 32]).unwrap()] {
        // Signed by somebody else under the same name: nobody the policy knows.
        if key.verifier().name() == ORIGIN {
            let smaller = ForkEvidence { smaller: other(&good.smaller, &key), ..good.clone() };
            let larger = ForkEvidence { larger: other(&good.larger, &key), ..good.clone() };
            assert_eq!(smaller.verify(&policy()), EvidenceFacts::Untrusted);
            assert_eq!(larger.verify(&policy()), EvidenceFacts::Untrusted);
        }
        let foreign = Policy::from_vkey(&key.verifier().to_string()).unwrap();
        assert_eq!(good.verify(&foreign), EvidenceFacts::Untrusted);
    }
    // A checkpoint of another origin with the log's own key is not the log's.
    let elsewhere = Checkpoint::new("other.example", 5, *good.smaller.checkpoint().root()).unwrap();
    let signature = key(1).sign_note(&elsewhere.to_string()).unwrap();
    let note = Note::new(elsewhere.to_string(), vec![signature]).unwrap();
    let smaller = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(ForkEvidence { smaller: smaller.clone(), ..good.clone() }.verify(&policy()), EvidenceFacts::Untrusted);
    assert_ne!(ForkEvidence { smaller, ..good.clone() }.check_contradiction(), Ok(()));
    // Two keys of one log, both listed: the log is answerable for both.
    let policy = format!("log {}\nlog {}\nquorum none\n", key(1).verifier(), key(2).verifier());
    let both = ForkEvidence { larger: other(&good.larger, &key(2)), ..good };
    let facts = both.verify(&Policy::parse(policy.as_bytes()).unwrap());
    assert!(matches!(facts, EvidenceFacts::Fork { smaller, larger } if smaller != larger));
}

#[test]
fn every_line_of_the_notes_counts() {
    let good = evidence(5, 9, 2);
    let text = good.to_string();
    // Each byte of the file, flipped in its lowest bit: refused, or never again evidence.
    for place in 0..text.len() - 1 {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        match ForkEvidence::parse(&bytes) {
            Err(error) => assert_eq!(error.code(), Code::BadEvidence),
            Ok(changed) => assert!(!holds(&changed), "byte {place}"),
        }
    }
    for end in 0..text.len() {
        assert_eq!(ForkEvidence::parse(&text.as_bytes()[..end]).unwrap_err().code(), Code::BadEvidence);
    }
    for (from, to) in [("\"hashes\":[", "\"hashes\": ["), ("}\n", ",\"more\":1}\n"), ("}\n", "}\n\n"), ("fork/1", "fork/2")] {
        assert_eq!(ForkEvidence::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err().code(), Code::BadEvidence, "{to}");
    }
    let many = text.replacen("\"hashes\":[", &format!("\"hashes\":[{}", format!("\"{}=\",", "A".repeat(43)).repeat(60)), 1);
    assert_eq!(ForkEvidence::parse(many.as_bytes()).unwrap_err().member_name(), Some("hashes"));
    assert_eq!(ForkEvidence::parse(&vec![b'x'; 1 << 21]).unwrap_err().code(), Code::BadEvidence);
}
