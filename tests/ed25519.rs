//! Ed25519 against three corpora of edge cases: which signatures are accepted, one by one.
//!
//! The expected sets are those that `ed25519-dalek` 3 `verify_strict` accepted when all verifiers were measured. A public key that is
//! refused when it is read counts as a refused signature.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use call_stream_verify::algorithms::ed25519::PublicKey;
use serde_json::Value;

fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(signature) = signature.try_into() else { return false };
    PublicKey::parse(key.try_into().unwrap()).is_some_and(|key| key.verify(message, signature))
}

/// Compares verdicts with the column of the strict reading; returns how many were accepted of how many.
fn compare(verdicts: &Value, corpus: &str, ours: &[bool]) -> (usize, usize) {
    let columns = verdicts[format!("{corpus}_columns")].as_array().unwrap();
    let column = columns.iter().position(|name| name == "dalek_strict").unwrap();
    let rows = verdicts[corpus].as_array().unwrap();
    assert_eq!(rows.len(), ours.len());
    for (number, (row, ours)) in rows.iter().zip(ours).enumerate() {
        assert_eq!(row.as_str().unwrap().as_bytes()[column] == b'1', *ours, "{corpus} vector {number}");
    }
    (ours.iter().filter(|accepted| **accepted).count(), ours.len())
}

#[test]
fn exactly_the_strict_sets_are_accepted() {
    let Some(corpora) = support::corpora("ed25519") else { return };
    let verdicts = support::read_json(corpora.join("derived/ed25519-verdicts.json"));

    let cctv = support::read_json(corpora.join("CCTV-ed25519/ed25519/ed25519vectors.json"));
    let ours: Vec<bool> = cctv
        .as_array()
        .unwrap()
        .iter()
        .map(|vector| {
            accepts(&support::hex(&vector["key"]), vector["msg"].as_str().unwrap().as_bytes(), &support::hex(&vector["sig"]))
        })
        .collect();
    assert_eq!(compare(&verdicts, "cctv", &ours), (43, 914));

    let wycheproof = support::read_json(corpora.join("wycheproof/testvectors_v1/ed25519_test.json"));
    let mut ours = Vec::new();
    for group in wycheproof["testGroups"].as_array().unwrap() {
        let key = support::hex(&group["publicKey"]["pk"]);
        for test in group["tests"].as_array().unwrap() {
            let accepted = accepts(&key, &support::hex(&test["msg"]), &support::hex(&test["sig"]));
            assert_eq!(accepted, test["result"] == "valid", "Wycheproof {}", test["tcId"]);
            ours.push(accepted);
        }
    }
    assert_eq!(compare(&verdicts, "wyche", &ours), (88, 151));

    let speccheck = support::read_json(corpora.join("ed25519-speccheck/cases.json"));
    let ours: Vec<bool> = speccheck
        .as_array()
        .unwrap()
        .iter()
        .map(|case| accepts(&support::hex(&case["pub_key"]), &support::hex(&case["message"]), &support::hex(&case["signature"])))
        .collect();
    assert_eq!(compare(&verdicts, "spec", &ours), (1, 12));
}

#[test]
fn a_key_of_small_order_is_refused_before_any_signature() {
    let Some(corpora) = support::corpora("ed25519") else { return };
    let cctv = support::read_json(corpora.join("CCTV-ed25519/ed25519/ed25519vectors.json"));
    let mut ran = 0;
    for vector in cctv.as_array().unwrap() {
        let flagged = |flag: &str| vector["flags"].as_array().is_some_and(|flags| flags.iter().any(|name| name == flag));
        let key: [u8; 32] = support::hex(&vector["key"]).try_into().unwrap();
        let weak = flagged("low_order_A") || flagged("non_canonical_A");
        assert_eq!(PublicKey::parse(&key).is_none(), weak, "CCTV vector {}", vector["number"]);
        ran += 1;
    }
    assert_eq!(ran, 914);
}
