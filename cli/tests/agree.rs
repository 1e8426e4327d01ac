//! `verify --attest` and `agree`: validators' signed results, and whether they came to the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use support::Desk;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/public/samples");

/// A desk with three validators' keys; returns their vkeys.
fn desk() -> (Desk, [String; 3]) {
    let desk = Desk::new();
    let vkeys = ["a", "b", "c"]
        .map(|name| desk.run(&format!("keygen validator.example/{name} -o {name}.key")).ok().trim_end().to_owned());
    (desk, vkeys)
}

fn attest(desk: &Desk, who: &str, sample: &str, trust: &str, exit: i32) {
    desk.run(&format!("verify {SAMPLES}/{sample}.ndjson {trust} --attest {who}.key --result {who}.{sample}.json")).exit(exit);
}

#[track_caller]
fn agree(desk: &Desk, line: &str, exit: i32) -> Value {
    let done = desk.run(&format!("agree {line} --json")).exit(exit);
    let [said] = &done.lines()[..] else { panic!("one line") };
    // People are told the same.
    desk.run(&format!("agree {line}")).exit(exit);
    said.clone()
}

#[test]
fn validators_of_one_export_agree_and_the_exit_is_that_of_the_verdict() {
    let (desk, [a, b, c]) = desk();
    let keys = format!("--key {a} --key {b} --key {c}");
    for (sample, exit) in [("honest", 0), ("tampered", 1), ("revoked", 4), ("cut-off", 3)] {
        for who in ["a", "b", "c"] {
            attest(&desk, who, sample, &format!("--policy {SAMPLES}/policy.txt"), exit);
        }
        let said = agree(&desk, &format!("a.{sample}.json b.{sample}.json c.{sample}.json {keys}"), exit);
        assert_eq!((&said["result"], &said["results"][0]["count"]), (&Value::from("agreed"), &Value::from(3)));
    }
}

#[test]
fn too_few_prove_nothing_and_nobody_counts_twice_or_unasked() {
    let (desk, [a, b, c]) = desk();
    for who in ["a", "b", "c"] {
        attest(&desk, who, "honest", &format!("--policy {SAMPLES}/policy.txt"), 0);
    }
    let two = format!("--key {a} --key {b}");
    assert_eq!(agree(&desk, &format!("a.honest.json {two}"), 3)["result"], "not_proven");
    assert_eq!(agree(&desk, &format!("a.honest.json a.honest.json {two}"), 3)["result"], "not_proven");
    let said = agree(&desk, &format!("a.honest.json c.honest.json {two}"), 3);
    assert_eq!((&said["result"], &said["untrusted_results"]), (&Value::from("not_proven"), &Value::from(1)));
    assert_eq!(agree(&desk, &format!("a.honest.json c.honest.json {two} --threshold 1"), 0)["result"], "agreed");
    // The same public key under another name is the same validator.
    let key = desk.text("a.key");
    let seed = key.trim_end().splitn(5, '+').nth(4).unwrap();
    let other = call_stream_verify::algorithms::note::SigningKey::new(
        "validator.example/z",
        call_stream_verify::algorithms::note::KeyType::Ed25519,
        call_stream_verify::algorithms::base64::decode(seed).unwrap()[1..].try_into().unwrap(),
    )
    .unwrap();
    desk.write("z.key", format!("{}\n", other.to_secret_text()));
    attest(&desk, "z", "honest", &format!("--policy {SAMPLES}/policy.txt"), 0);
    let z = other.verifier().to_string();
    desk.run(&format!("agree a.honest.json z.honest.json --key {a} --key {z} --key {c} --json")).refused(2, "bad-policy");
    assert_eq!(agree(&desk, &format!("a.honest.json z.honest.json {two}"), 3)["untrusted_results"], 1);
    desk.run(&format!("agree a.honest.json {two} --threshold 3")).exit(2);
    desk.run("agree a.honest.json").exit(2);
}

#[test]
fn other_reports_or_heads_and_bad_signatures_are_a_disagreement() {
    let (desk, [a, b, c]) = desk();
    let keys = format!("--key {a} --key {b} --key {c} --threshold 2");
    attest(&desk, "a", "honest", &format!("--policy {SAMPLES}/policy.txt"), 0);
    attest(&desk, "b", "honest", &format!("--policy {SAMPLES}/policy.txt"), 0);
    attest(&desk, "c", "honest", "", 3);
    assert_eq!(agree(&desk, &format!("a.honest.json b.honest.json {keys}"), 0)["result"], "agreed");
    let said = agree(&desk, &format!("a.honest.json b.honest.json c.honest.json {keys}"), 1);
    assert_eq!(said["result"], "disagreed");
    assert!(said["why"].as_str().unwrap().contains("different reports about the same head"), "{said}");
    // Another place of the log contradicts nobody.
    attest(&desk, "c", "revoked", &format!("--policy {SAMPLES}/policy.txt"), 4);
    assert_eq!(agree(&desk, &format!("a.honest.json b.honest.json c.revoked.json {keys}"), 0)["result"], "agreed");
    let result = desk.text("a.honest.json");
    let stranger = desk.text("b.honest.json");
    let (start, end) = (result.find("\"sig\"").unwrap(), stranger.find("\"sig\"").unwrap());
    desk.write("forged.json", format!("{}{}", &result[..start], &stranger[end..]));
    assert_eq!(agree(&desk, &format!("forged.json b.honest.json {keys}"), 1)["result"], "disagreed");
    // Every other spelling is refused.
    for changed in [
        result.trim_end().to_owned(),
        format!("{result}\n"),
        result.replacen("\":", "\": ", 1),
        result.replace("in-toto+json", "in-toto"),
        result.replacen("eyJ", "eyK", 1),
        result.replacen("],", "],,", 1).replacen("}]}", "},{}]}", 1),
        String::new(),
    ] {
        desk.write("changed.json", &changed);
        desk.run(&format!("agree changed.json {keys} --json")).refused(5, "bad-attestation");
    }
}

#[test]
fn as_many_for_one_verdict_as_for_another_prove_nothing_whatever_the_order() {
    let (desk, [a, b, _]) = desk();
    attest(&desk, "a", "honest", &format!("--policy {SAMPLES}/policy.txt"), 0);
    attest(&desk, "b", "revoked", &format!("--policy {SAMPLES}/policy.txt"), 4);
    for order in ["a.honest.json b.revoked.json", "b.revoked.json a.honest.json"] {
        let said = agree(&desk, &format!("{order} --key {a} --key {b} --threshold 1"), 3);
        assert_eq!(said["result"], "not_proven");
    }
}

#[test]
fn a_result_is_of_one_export_and_of_something() {
    let (desk, _) = desk();
    let sample = format!("{SAMPLES}/honest.ndjson");
    desk.run(&format!("verify {sample} {sample} --attest a.key --result r.json")).exit(2);
    desk.run(&format!("verify {sample} --attest a.key --result r.json --format junit")).exit(2);
    desk.run(&format!("verify {sample} --attest a.key --result r.json --all")).exit(2);
    desk.run(&format!("verify {sample} --attest a.key")).exit(2);
    desk.write("empty.ndjson", "");
    desk.run("verify empty.ndjson --attest a.key --result r.json").exit(5);
    desk.write("kept.ndjson", "not to be lost\n");
    desk.run("verify kept.ndjson --attest a.key --result kept.ndjson").exit(2);
    assert_eq!(desk.text("kept.ndjson"), "not to be lost\n");
    assert!(!desk.exists("r.json"));
}
