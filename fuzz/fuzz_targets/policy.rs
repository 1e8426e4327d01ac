//! Policies from any bytes: no panic, more cosignatures never meet less, and the exact rule for quorums that cannot be split agrees with
//! trying every pair of sets.
//!
//! No fuzzer finds a key ID, so `$0` to `$9` in the input stand for ten witness keys and `@0` to `@9` for ten log keys; `$0` to `$2` are of
//! ML-DSA-44, `$5` to `$9` have the public keys of `@0` to `@4`.
#![no_main]

use call_stream_verify::Code;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::objects::policy::Policy;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KEYS: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| {
    [(KeyType::Cosignature, 10), (KeyType::Ed25519, 15)].map(|(key_type, first)| {
        let key = |seed| {
            let key_type = if seed < 13 { KeyType::MlDsaCosignature } else { key_type };
            SigningKey::new("example.com/k", key_type, [seed; 32]).unwrap().verifier().to_string()
        };
        (first..first + 10).map(key).collect()
    })
});

fn expand(data: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = data;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.first()) {
            (b'$' | b'@', Some(digit @ b'0'..=b'9')) => {
                text.extend_from_slice(KEYS[usize::from(*byte == b'@')][usize::from(digit - b'0')].as_bytes());
                rest = &tail[1..];
            }
            _ => text.push(*byte),
        }
    }
    text
}

fuzz_target!(|data: &[u8]| {
    let text = expand(data);
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(error) => return assert_eq!(error.code(), Code::BadPolicy),
    };
    assert!(text.ends_with(b"\n"));
    let witnesses = policy.witnesses();
    if witnesses.len() > 8 {
        return;
    }
    let met = |set: u32| policy.is_met(|witness| witnesses.iter().position(|other| other == witness).is_some_and(|place| set >> place & 1 == 1));
    let counting = (0..).zip(witnesses).filter(|(_, witness)| witness.counts()).fold(0, |set, (place, _)| set | 1_u32 << place);
    let sets: Vec<u32> = (0..1 << witnesses.len()).filter(|set| set & !counting == 0 && met(*set)).collect();
    assert_eq!(met(u32::MAX), sets.contains(&counting));
    assert_eq!(met(0), policy.quorum_is_none());
    for set in &sets {
        for place in 0..8 {
            assert!(met(set | 1 << place));
        }
    }
    let disjoint = sets.iter().any(|one| sets.iter().any(|other| one & other == 0));
    assert_eq!(policy.intersecting(), policy.quorum_is_none() || !disjoint);
});
