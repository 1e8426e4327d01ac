//! Every small change of a sample bundle: no mutant is ever `verified`, and no revoked bundle becomes so.
//!
//! A revoked call may differ from what was sealed (an erasure can be rightful), so some mutants of a revoked bundle stay `revoked`.
//! The normal run takes a sample, spread evenly; the slow one takes all: every bit flipped, every byte deleted, bytes put in
//! at every place, every truncation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

mod support;

use call_stream_verify::{Results, Trust, Verdict, verify};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Two of them verify, one is revoked; between them they have salts, redactions, odd numbers, revocations and witnesses.
const SAMPLES: [(&str, Verdict); 5] = [
    ("honest-3", Verdict::Verified),
    ("honest-redacted", Verdict::Verified),
    ("honest-witnessed", Verdict::Verified),
    ("revoked-one", Verdict::Revoked),
    ("honest-events", Verdict::Verified),
];

/// What is put in at every place.
const INSERTED: &[u8] = b"\n \"09,}";

fn mutant_count(bytes: &[u8]) -> usize {
    bytes.len() * 8 + bytes.len() + bytes.len() + (bytes.len() + 1) * INSERTED.len()
}

/// The mutant of that number: flips first, then deletions, truncations and insertions.
fn mutant(bytes: &[u8], number: usize) -> Vec<u8> {
    let length = bytes.len();
    let mut mutant = bytes.to_vec();
    let number = match number {
        flip if flip < length * 8 => {
            mutant[flip / 8] ^= 1 << (flip % 8);
            return mutant;
        }
        number => number - length * 8,
    };
    if number < length {
        mutant.remove(number);
    } else if number < 2 * length {
        mutant.truncate(number - length);
    } else {
        let number = number - 2 * length;
        mutant.insert(number / INSERTED.len(), INSERTED[number % INSERTED.len()]);
    }
    mutant
}

fn run(samples: &[(&str, Verdict)], step: usize) -> Option<usize> {
    let folder = support::vectors("mutants")?.join("bundles");
    let total = AtomicUsize::new(0);
    for (name, verdict) in samples {
        let bytes = support::read(folder.join(format!("{name}.ndjson")));
        let trust = Trust::new().with_policy(support::read_text(folder.join(format!("{name}.policy")))).unwrap();
        assert_eq!(verify(&bytes, trust.clone(), Results::NotVerified).verdict, *verdict, "{name}");
        let count = mutant_count(&bytes);
        let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<&str, usize>::new()));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut found = BTreeMap::<&str, usize>::new();
                    loop {
                        let number = next.fetch_add(step, Ordering::Relaxed);
                        if number >= count {
                            break;
                        }
                        let mutant = mutant(&bytes, number);
                        assert_ne!(mutant, bytes, "{name}: mutant {number} is no mutant");
                        let report = verify(&mutant, trust.clone(), Results::NotVerified);
                        assert_ne!(report.verdict, Verdict::Verified, "{name}: mutant {number}: {}", report.to_json());
                        if *verdict == Verdict::Verified {
                            assert_ne!(report.verdict, Verdict::Revoked, "{name}: mutant {number}: {}", report.to_json());
                        }
                        *found.entry(report.verdict.name()).or_default() += 1;
                    }
                    for (verdict, count) in found {
                        *verdicts.lock().unwrap().entry(verdict).or_default() += count;
                    }
                });
            }
        });
        let verdicts = verdicts.into_inner().unwrap();
        let ran: usize = verdicts.values().sum();
        println!("{name}: {ran} of {count} mutants of {} bytes: {verdicts:?}", bytes.len());
        assert_eq!(ran, count.div_ceil(step));
        total.fetch_add(ran, Ordering::Relaxed);
    }
    Some(total.into_inner())
}

#[test]
fn no_mutant_of_a_sample_is_verified() {
    // A prime step meets every kind of mutant and every bit.
    let Some(total) = run(&SAMPLES, 97) else { return };
    assert!(total > 8_000, "{total}");
}

#[test]
#[ignore = "slow: about a million mutants"]
fn no_mutant_at_all_is_verified() {
    let Some(total) = run(&SAMPLES, 1) else { return };
    println!("{total} mutants");
    assert!(total > 800_000, "{total}");
}
