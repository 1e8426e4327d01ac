//! The vectors that an independent implementation of the format made: every call and every bundle, through the Rust API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

mod support;

use call_stream_verify::objects::call::{Call, Components};
use call_stream_verify::{Level, Results, Trust, Verdict, Verifier, canonical};
use std::path::Path;
use support::{read, read_json, read_text, vectors};

#[test]
fn every_call_of_the_vectors_is_canonicalized_or_refused_as_stated() {
    let Some(folder) = vectors("calls") else { return };
    let file = read_json(folder.join("calls.json"));
    let (mut taken, mut refused) = (0, 0);
    for case in file["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let result = Call::parse(case["input"].as_str().unwrap().as_bytes());
        match (&case["refused"], result) {
            (serde_json::Value::Null, Ok(normalized)) => {
                taken += 1;
                let call = &normalized.call;
                assert_eq!(call.payload(), case["payload"].as_str().unwrap(), "{name}: payload");
                let digests = call.compute_digests(None);
                assert_eq!(
                    digests.canonical_payload_hash.to_string(),
                    case["canonical_payload_hash"].as_str().unwrap(),
                    "{name}: hash"
                );
                match &digests.components {
                    Components::Hashes { metadata, transcript, recording: None } => {
                        assert_eq!(case["component_hashes"].as_object().unwrap().len(), 2, "{name}");
                        assert_eq!(
                            metadata.to_string(),
                            case["component_hashes"]["metadata"].as_str().unwrap(),
                            "{name}: metadata"
                        );
                        assert_eq!(
                            transcript.to_string(),
                            case["component_hashes"]["transcript"].as_str().unwrap(),
                            "{name}: transcript"
                        );
                    }
                    Components::Commitments(commitments) => {
                        let expected = case["field_commitments"].as_object().unwrap();
                        let computed: serde_json::Map<_, _> = commitments
                            .iter()
                            .map(|(field, digest)| (field.name().to_owned(), digest.to_string().into()))
                            .collect();
                        assert_eq!(&computed, expected, "{name}: commitments");
                    }
                    other => panic!("{name}: {other:?}"),
                }
                let uncovered: Vec<&str> =
                    case["uncovered"].as_array().into_iter().flatten().map(|n| n.as_str().unwrap()).collect();
                let mut found: Vec<&str> = normalized.uncovered.iter().map(String::as_str).collect();
                let mut expected = uncovered;
                found.sort_unstable();
                expected.sort_unstable();
                assert_eq!(found, expected, "{name}: uncovered members");
                // What was normalized is canonical, and reads back as itself.
                let mut scanner = canonical::Scanner::of(call.payload());
                assert_eq!(Call::scan(&mut scanner).unwrap().payload(), call.payload(), "{name}");
                assert_eq!(Call::parse(call.payload().as_bytes()).unwrap().call.payload(), call.payload(), "{name}");
            }
            (serde_json::Value::Null, Err(error)) => panic!("{name}: refused: {error}"),
            (_, Ok(_)) => panic!("{name}: taken, though {}", case["refused"]),
            (refusal, Err(error)) => {
                refused += 1;
                let code = error.code().name();
                match refusal["kind"].as_str().unwrap() {
                    "json" => assert!(code.starts_with("json-"), "{name}: {code}"),
                    kind => assert_eq!(code, kind, "{name}"),
                }
                if let Some(member) = refusal["member"].as_str() {
                    assert_eq!(error.member_name(), Some(member), "{name}");
                }
            }
        }
    }
    assert_eq!((taken, refused), (68, 84));
}

fn trust(folder: &Path, case: &serde_json::Value) -> Trust {
    let mut trust = Trust::new();
    if let Some(policy) = case["policy"].as_str() {
        trust = trust.with_policy(read_text(folder.join(policy))).unwrap();
    }
    let mut args = case["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap());
    while let Some(arg) = args.next() {
        trust = match arg {
            "--chain-only" => trust.with_chain_only(true),
            "--min-level" => trust.with_minimum_level(Level::parse(args.next().unwrap()).unwrap()).unwrap(),
            "--expect" => trust.with_expected_head(args.next().unwrap()).unwrap(),
            "--tenant" => trust.with_tenant(args.next().unwrap()).unwrap(),
            other => panic!("{other}"),
        };
    }
    trust
}

#[test]
fn every_bundle_of_the_vectors_gets_the_verdict_stated_whatever_the_chunks() {
    let Some(folder) = vectors("bundles").map(|folder| folder.join("bundles")) else { return };
    let file = read_json(folder.join("cases.json"));
    let mut counts = [0; 4];
    for case in file["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let bytes = read(folder.join(case["bundle"].as_str().unwrap()));
        let trust = trust(&folder, case);
        let report = call_stream_verify::verify(&bytes, trust.clone(), Results::NotVerified);
        assert_eq!(report.verdict.name(), case["verdict"].as_str().unwrap(), "{name}: {}\n{}", case["why"], report.to_json());
        match report.verdict {
            Verdict::Verified => counts[0] += 1,
            Verdict::Mismatch => counts[1] += 1,
            Verdict::NotProven => counts[2] += 1,
            Verdict::Revoked => counts[3] += 1,
        }
        let code = report.exit_code();
        match report.verdict {
            Verdict::Verified => assert_eq!(code, 0, "{name}"),
            Verdict::Mismatch => assert_eq!(code, 1, "{name}"),
            Verdict::Revoked => assert_eq!(code, 4, "{name}"),
            Verdict::NotProven => assert!(matches!(code, 3 | 5 | 6), "{name}: {code}"),
        }
        for size in [1, 7, 1000] {
            let mut verifier = Verifier::new(trust.clone());
            bytes.chunks(size).for_each(|chunk| verifier.push(chunk));
            assert_eq!(verifier.finish(Results::NotVerified).to_json(), report.to_json(), "{name} in chunks of {size}");
        }
    }
    assert_eq!(counts, [19, 16, 16, 1], "verified, mismatch, not proven, revoked");
}
