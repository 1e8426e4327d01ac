//! `receipt` and `verify-call`: a receipt for every call of the sample bundles, and what is refused in words.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{AT, Desk, SECRET, call, call_id, edited, file};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/public/samples");

/// A desk with five calls, sealed, under a checkpoint and exported; and the log's key.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..5).map(call)));
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    export(&desk, "");
    (desk, vkey)
}

fn export(desk: &Desk, options: &str) {
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson --at {AT} {options}")).ok();
}

fn take(desk: &Desk, n: usize) -> support::Done {
    desk.run(&format!("receipt bundle.ndjson {} -o receipt --json", call_id(n)))
}

#[track_caller]
fn report(done: &support::Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", done.stdout, done.stderr))
}

#[test]
fn a_receipt_of_every_sample_call_says_what_verify_says_of_it() {
    let desk = Desk::new();
    let trust = format!("--policy {SAMPLES}/policy.txt --json");
    let (mut verified, mut revoked) = (0, 0);
    for name in ["honest", "revoked"] {
        let bundle = format!("{SAMPLES}/{name}.ndjson");
        let whole = report(&desk.run(&format!("verify {bundle} {trust} --all")));
        let results = whole["results"].as_array().unwrap();
        for result in results.iter().step_by(7).chain(results.iter().filter(|result| result["result"] == "revoked")) {
            let id = result["call_id"].as_str().unwrap();
            let taken = desk.run(&format!("receipt {bundle} {id} -o receipt --json"));
            if result["result"] == "revoked" {
                taken.refused(5, "call-revoked");
                revoked += 1;
                continue;
            }
            taken.ok();
            let alone = report(&desk.run(&format!("verify-call --receipt receipt {trust}")).exit(0));
            assert_eq!((&alone["verdict"], &alone["level"]), (&json!("verified"), &json!("L3")), "{alone}");
            assert_eq!(alone["results"], json!([result]));
            for member in ["chain_id", "tenant_id", "origin"] {
                assert_eq!(alone["chain"][member], whole["chain"][member]);
            }
            verified += 1;
        }
    }
    assert!(verified > 40 && revoked > 0, "{verified} verified, {revoked} revoked");
}

#[test]
fn the_call_that_was_tampered_with_gets_no_receipt_and_the_others_do() {
    let desk = Desk::new();
    let bundle = format!("{SAMPLES}/tampered.ndjson");
    let whole = report(&desk.run(&format!("verify {bundle} --policy {SAMPLES}/policy.txt --json --all")));
    let mut results: BTreeMap<&str, usize> = BTreeMap::new();
    for result in whole["results"].as_array().unwrap() {
        let done = desk.run(&format!("receipt {bundle} {} --json", result["call_id"].as_str().unwrap()));
        match result["result"].as_str().unwrap() {
            "verified" if results.get("verified") < Some(&5) => drop(done.ok()),
            "verified" => {}
            "mismatch" => drop(done.refused(5, "call-mismatch")),
            other => panic!("{other}"),
        }
        *results.entry(result["result"].as_str().unwrap()).or_default() += 1;
    }
    assert!(results["mismatch"] > 0 && results["verified"] > 5, "{results:?}");
    let redacted = format!("{SAMPLES}/redacted.ndjson");
    let whole = report(&desk.run(&format!("verify {redacted} --policy {SAMPLES}/policy.txt --json --all")));
    let id = whole["results"][0]["call_id"].as_str().unwrap();
    let error = desk.run(&format!("receipt {redacted} {id} --json")).refused(5, "no-calls");
    assert!(error["message"].as_str().unwrap().contains("in part"), "{error}");
    desk.run(&format!("receipt {SAMPLES}/cut-off.ndjson {id} --json")).refused(5, "cut-off");
}

#[test]
fn the_latest_version_under_the_newest_checkpoint_is_taken_from_plain_and_compressed_bundles() {
    let (desk, vkey) = desk();
    desk.write("calls.ndjson", file([edited(2, "purpose", "complaint")]));
    desk.run("seal calls.ndjson --chain chain.ndjson --at 2026-10-03T00:00:00Z").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run_with("append --chain chain.ndjson --entity desk --type note.added --at 2026-10-04T00:00:00Z", "{}").exit(0);
    desk.write("calls.ndjson", file((0..5).map(|n| if n == 2 { edited(2, "purpose", "complaint") } else { call(n) })));
    export(&desk, "");
    let human = desk.run(&format!("receipt bundle.ndjson {} -o receipt", call_id(2))).exit(0);
    assert!(
        human.stdout.is_empty() && human.stderr.contains("version 2, entry 5, under a checkpoint of 6 entries"),
        "{}",
        human.stderr
    );
    let plain = desk.text("receipt");
    assert_eq!(plain.lines().count(), 1);
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson.gz --at {AT}")).ok();
    assert_eq!(desk.run(&format!("receipt bundle.ndjson.gz {}", call_id(2).to_uppercase())).ok(), plain);
    assert_eq!(desk.shell(&format!("\"$CV\" receipt - {} < bundle.ndjson", call_id(2))).ok(), plain);
    let report = report(&desk.run(&format!("verify-call --receipt receipt --key {vkey} --json")).exit(0));
    assert_eq!((&report["as_of"]["size"], &report["results"][0]["version"]), (&json!(6), &json!(2)));

    let proof = desk.run(&format!("receipt bundle.ndjson {} --proof", call_id(2))).ok();
    let receipt: Value = serde_json::from_str(&plain).unwrap();
    assert_eq!(receipt["proof"], proof);
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex 5\n"), "{proof}");
    // Another tool needs no call: the proof alone is to be had without it.
    desk.run(&format!("export chain.ndjson -o bundle.ndjson --at {AT}")).ok();
    assert_eq!(desk.run(&format!("receipt bundle.ndjson {} --proof", call_id(2))).ok(), proof);
    let error = desk.run(&format!("receipt bundle.ndjson {} --json", call_id(2))).refused(5, "no-calls");
    assert!(error["message"].as_str().unwrap().contains("does not present"), "{error}");
}

#[test]
fn a_record_is_verified_by_the_receipt_of_its_call_in_every_format() {
    let (desk, vkey) = desk();
    take(&desk, 3).ok();
    desk.write("record", call(3).to_string());
    desk.write("changed", edited(3, "answered", false).to_string());
    desk.write("other", call(1).to_string());
    desk.write("noted", edited(3, "agent_note", "fine").to_string());
    desk.write("key", &vkey);
    for (record, trust, exit) in [
        ("", "--key key", 0),
        ("record", "--key key", 0),
        ("noted", "--key key", 0),
        ("changed", "--key key", 1),
        ("other", "--key key", 3),
        ("record", "", 3),
        ("changed", "", 1),
        ("record", "--key key --min-level L4", 3),
    ] {
        for format in ["human", "json", "ndjson", "junit", "sarif"] {
            let done = desk.run(&format!("verify-call {record} --receipt receipt {trust} --format {format}")).exit(exit);
            assert!(!done.stdout.is_empty() && !done.stdout.contains(SECRET), "{record} {trust} {format}");
        }
    }
    assert_eq!(desk.run_with("verify-call - --receipt receipt --key key --json", call(3).to_string()).code, Some(0));
    let receipt = desk.read("receipt");
    assert_eq!(desk.run_with("verify-call record --receipt - --key key --json", receipt).code, Some(0));
    let human = desk.run("verify-call record --receipt receipt --key key").ok();
    assert!(human.starts_with("Verified — receipt: 1 of 1 calls, as of 4 entries"), "{human}");
    assert!(human.contains("cannot be seen"), "{human}");
}

#[test]
fn what_cannot_be_taken_or_read_is_refused_in_one_sentence() {
    let (desk, _) = desk();
    let id = call_id(1);
    take(&desk, 1).ok();
    desk.write("record", call(1).to_string());
    desk.write("bad", "{");
    desk.write("cut", desk.text("receipt").trim_end());
    desk.write("two", desk.text("receipt").repeat(2));
    for (line, exit, code) in [
        ("verify-call record --receipt absent".to_owned(), 5, "unreadable"),
        ("verify-call absent --receipt receipt".to_owned(), 5, "unreadable"),
        ("verify-call record --receipt record".to_owned(), 5, "bad-receipt"),
        ("verify-call record --receipt bundle.ndjson".to_owned(), 5, "bad-receipt"),
        ("verify-call record --receipt cut".to_owned(), 5, "bad-receipt"),
        ("verify-call record --receipt two".to_owned(), 5, "bad-receipt"),
        ("verify-call bad --receipt receipt".to_owned(), 5, "json-syntax"),
        ("verify-call - --receipt -".to_owned(), 2, "bad-option"),
        ("verify-call record --receipt receipt --key nobody".to_owned(), 2, "bad-key"),
        (format!("receipt absent {id}"), 5, "unreadable"),
        (format!("receipt chain.ndjson {id}"), 5, "not-a-bundle"),
        (format!("receipt record {id}"), 5, "not-a-bundle"),
        (format!("receipt bundle.ndjson {}", call_id(9)), 5, "call-not-sealed"),
        (format!("receipt bundle.ndjson {id} -o bundle.ndjson"), 2, "bad-option"),
        (format!("receipt bundle.ndjson {id} -o absent/receipt"), 5, "unwritable"),
    ] {
        let error = desk.run(&format!("{line} --json")).refused(exit, code);
        assert!(error["message"].as_str().unwrap().len() > 20, "{line}: {error}");
    }
    desk.run("receipt bundle.ndjson nobody").exit(2);
    desk.run("verify-call record").exit(2);
    desk.run(&format!("receipt bundle.ndjson {id} --format sarif")).exit(2);

    let lines: Vec<String> = desk.text("bundle.ndjson").lines().map(|line| format!("{line}\n")).collect();
    let of = |kind: &str| lines.iter().position(|line| line.starts_with(&format!("{{\"type\":\"{kind}\""))).unwrap();
    let bundle = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        desk.write("bundle.ndjson", lines.concat());
        take(&desk, 1)
    };
    bundle(&|lines| drop(lines.remove(of("checkpoint")))).refused(5, "no-checkpoint");
    bundle(&|lines| drop(lines.remove(of("entry")))).refused(5, "chain-damaged");
    bundle(&|lines| lines[of("checkpoint")] = lines[of("checkpoint")].replacen("\\n5\\n", "\\n4\\n", 1))
        .refused(5, "not-consistent");
    bundle(&|lines| lines[of("checkpoint")] = lines[of("checkpoint")].replacen("\\n5\\n", "\\n6\\n", 1))
        .refused(5, "not-consistent");
    bundle(&|lines| lines.insert(1, "{\"type\":\"surprise\"}\n".to_owned())).refused(5, "not-canonical");
    bundle(&|lines| lines.insert(1, lines[of("call") + 1].clone())).refused(5, "call-twice");
    bundle(&|lines| drop(lines.pop())).refused(5, "cut-off");

    // Sealed again behind the newest checkpoint: what it covers is no longer the latest version.
    desk.write("calls.ndjson", file([edited(1, "purpose", "complaint")]));
    desk.run("seal calls.ndjson --chain chain.ndjson --at 2026-10-03T00:00:00Z").exit(0);
    export(&desk, "");
    take(&desk, 1).refused(5, "no-checkpoint");
    desk.run(&format!("revoke {id} --chain chain.ndjson --reason r --policy p --actor user:u --at {AT}")).exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    export(&desk, "");
    take(&desk, 1).refused(5, "call-revoked");
    export(&desk, "--range 1..3");
    take(&desk, 1).refused(5, "not-a-bundle");
}
