//! The vectors of the format through the program: payloads and refusals of call records, verdicts and exit codes of bundles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::Desk;

/// The vectors, or `None` where there are none beside the project; in continuous integration there are.
fn vectors(suite: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    if path.is_dir() {
        return Some(path.canonicalize().unwrap());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{suite}: no vectors beside the project");
    println!("skipped: {suite}: no vectors beside the project");
    None
}

fn cases(path: &Path) -> Vec<Value> {
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["cases"].as_array().unwrap().clone()
}

#[test]
fn every_call_record_has_its_payload_or_its_refusal() {
    let Some(vectors) = vectors("calls.json") else { return };
    let desk = Desk::new();
    let cases = cases(&vectors.join("calls.json"));
    let (mut accepted, mut refused) = (0, 0);
    for case in &cases {
        let (name, input) = (&case["name"], case["input"].as_str().unwrap());
        let payload = desk.run_with("canonicalize -", input);
        let hash = desk.run_with("hash --json", input);
        if let Some(expected) = case["payload"].as_str() {
            assert_eq!((payload.code, payload.stdout.as_str()), (Some(0), expected), "{name}");
            let computed: Value = serde_json::from_str(&hash.exit(0).stdout).unwrap();
            for member in ["canonical_payload_hash", "component_hashes", "field_commitments", "cid"] {
                assert_eq!(computed.get(member), case.get(member), "{name}: {member}");
            }
            let none = Value::Array(Vec::new());
            assert_eq!(&computed["uncovered"], case.get("uncovered").unwrap_or(&none), "{name}");
            assert_eq!(desk.run_with("hash", input).ok().trim_end(), case["canonical_payload_hash"].as_str().unwrap(), "{name}");
            assert_eq!(desk.run_with("cid", input).ok().trim_end(), case["cid"].as_str().unwrap(), "{name}");
            accepted += 1;
        } else {
            assert_eq!((payload.code, payload.stdout.as_str()), (Some(5), ""), "{name}");
            assert_eq!((hash.code, hash.stdout.as_str()), (Some(5), ""), "{name}");
            assert_eq!(hash.stderr.lines().count(), 1, "{name}: {}", hash.stderr);
            let error: Value = serde_json::from_str(&hash.stderr).unwrap();
            let (code, kind) = (error["error"]["code"].as_str().unwrap(), case["refused"]["kind"].as_str().unwrap());
            assert!(if kind == "json" { code.starts_with("json-") } else { code == kind }, "{name}: {code} instead of {kind}");
            assert_eq!(error["error"]["member"], case["refused"]["member"], "{name}");
            refused += 1;
        }
    }
    println!("{accepted} accepted, {refused} refused");
    assert_eq!(accepted + refused, cases.len());
    assert!(accepted >= 50 && refused >= 50, "{accepted} accepted, {refused} refused");
}

#[test]
fn every_bundle_has_its_verdict_and_exit_code() {
    let Some(vectors) = vectors("bundles") else { return };
    let vectors = vectors.join("bundles");
    let desk = Desk::new();
    let cases = cases(&vectors.join("cases.json"));
    let mut verified = 0;
    for case in &cases {
        let name = &case["name"];
        let run = |more: &[&str]| {
            let mut command = desk.command();
            command.arg("verify").arg(vectors.join(case["bundle"].as_str().unwrap()));
            if let Some(policy) = case["policy"].as_str() {
                command.arg("--policy").arg(vectors.join(policy));
            }
            command.args(case["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()));
            support::Done::of(command.args(more).output().unwrap())
        };
        let json = run(&["--json"]);
        let report: Value = serde_json::from_str(&json.stdout).unwrap();
        let verdict = case["verdict"].as_str().unwrap();
        assert_eq!(report["verdict"], verdict, "{name}: {}", case["why"]);
        let exits: &[i32] = match verdict {
            "verified" => &[0],
            "mismatch" => &[1],
            "revoked" => &[4],
            "not_proven" => &[3, 5, 6],
            _ => panic!("{name}: {verdict}"),
        };
        assert!(exits.contains(&json.code.unwrap()), "{name}: exit {:?}", json.code);
        for jobs in ["2", "5"] {
            assert_eq!(run(&["--json", "--jobs", jobs]).stdout, json.stdout, "{name}: {jobs} jobs");
        }
        let human = run(&[]);
        assert_eq!(human.code, json.code, "{name}");
        assert_eq!(human.stdout.starts_with("Verified — "), verdict == "verified", "{name}: {}", human.stdout);
        let says_it = human.stdout.to_lowercase().contains("verified");
        assert_eq!(says_it, verdict == "verified", "{name}: {}", human.stdout);
        verified += usize::from(verdict == "verified");
    }
    println!("{} bundles, {verified} of them verified", cases.len());
    assert!(cases.len() >= 50 && verified >= 10, "{} bundles, {verified} of them verified", cases.len());
}
