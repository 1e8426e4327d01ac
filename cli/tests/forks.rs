//! `compare` and `verify-evidence`: how two files of one log stand to each other, and that a fork can be shown to anybody.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use support::{AT, Desk, call, call_id, file};

/// A desk with two histories of one log that part at entry 2, `a-N` and `b-N`: bundle, checkpoint, receipt and proof of each size; and the key.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let vkey = desk.log_key();
    for history in ["a", "b"] {
        for size in [3, 5] {
            let from = if history == "a" { 2 } else { 12 };
            desk.write("calls.ndjson", file((0..2).chain(from..from + size - 2).map(call)));
            if size == 3 {
                desk.seal_new("").ok();
            } else {
                desk.run(&format!("seal calls.ndjson --chain chain.ndjson --at {AT}")).ok();
            }
            let name = format!("{history}-{size}");
            desk.run(&format!("checkpoint chain.ndjson --key log.key -o {name}.note")).ok();
            desk.run(&format!("export chain.ndjson --calls calls.ndjson -o {name}.ndjson --at {AT}")).ok();
            desk.run(&format!("export chain.ndjson --range 1..{size} -o {name}-range.ndjson.gz --at {AT}")).ok();
            desk.run(&format!("receipt {name}.ndjson {} -o {name}.receipt", call_id(0))).ok();
            desk.run(&format!("receipt {name}.ndjson {} --proof -o {name}.tlog-proof", call_id(0))).ok();
        }
        std::fs::rename(desk.path("chain.ndjson"), desk.path(&format!("{history}.chain"))).unwrap();
    }
    (desk, vkey)
}

#[track_caller]
fn compare(desk: &Desk, line: &str, exit: i32, relation: &str) -> Value {
    let done = desk.run(&format!("compare {line} --json")).exit(exit);
    let [said] = &done.lines()[..] else { panic!("one line") };
    assert_eq!(said["relation"], relation, "{line}: {said}");
    // People are told the same.
    desk.run(&format!("compare {line}")).exit(exit);
    said.clone()
}

const NOTES: [&str; 4] = [".note", ".receipt", ".tlog-proof", "-range.ndjson.gz"];

#[test]
fn one_history_is_the_same_or_continued_whatever_shows_it() {
    let (desk, vkey) = desk();
    for kind in [".ndjson"].into_iter().chain(NOTES) {
        compare(&desk, &format!("a-5.ndjson a-5{kind} --key {vkey}"), 0, "same");
        compare(&desk, &format!("a-5.ndjson a-3{kind} --key {vkey}"), 0, "first-extends");
        compare(&desk, &format!("a-3{kind} a.chain"), 0, "second-extends");
        compare(&desk, &format!("a-3{kind} a-3.note"), 0, "same");
    }
    for kind in NOTES {
        // Two checkpoints alone do not say how they stand to each other.
        compare(&desk, &format!("a-3{kind} a-5.note"), 3, "unknown");
        compare(&desk, &format!("a-3.ndjson a-5{kind}"), 3, "unknown");
    }
    desk.write("proof", desk.run("prove consistency a.chain 3 5").ok());
    compare(&desk, "a-3.note a-5.receipt --proof proof", 0, "second-extends");
    compare(&desk, "a-5.note a-3.ndjson --proof proof", 0, "first-extends");
    desk.run("compare b-3.note a-5.note --proof proof --json").refused(5, "consistency-mismatch");
}

#[test]
fn a_fork_is_shown_with_the_log_s_key_alone() {
    let (desk, vkey) = desk();
    let mut shown = 0;
    let kinds: Vec<&str> = [".ndjson"].into_iter().chain(NOTES).collect();
    for (small, large) in [(3, 3), (3, 5), (5, 3), (5, 5)] {
        for (a, b) in kinds.iter().flat_map(|a| kinds.iter().map(move |b| (a, b))) {
            let holds_larger = small == large || if small > large { *a == ".ndjson" } else { *b == ".ndjson" };
            let line = format!("a-{small}{a} b-{large}{b} --key {vkey}");
            if !holds_larger {
                // The smaller one's entries alone show a fork only if they reach as far.
                continue;
            }
            let said = compare(&desk, &format!("{line} -o evidence"), 1, "fork");
            let both = *a == ".ndjson" && *b == ".ndjson";
            assert_eq!(said["first_difference"], if both { 2.into() } else { Value::Null });
            assert_eq!(
                desk.run(&format!("verify-evidence evidence --key {vkey} --json")).exit(0).lines()[0]["result"],
                "confirmed"
            );
            assert_eq!(said["evidence"], serde_json::from_str::<Value>(&desk.text("evidence")).unwrap());
            std::fs::remove_file(desk.path("evidence")).unwrap();
            shown += 1;
        }
    }
    assert_eq!(shown, 2 * 25 + 2 * 5);
}

#[test]
fn what_the_log_did_not_sign_is_a_fork_without_evidence() {
    let (desk, vkey) = desk();
    // Entries behind the last checkpoint.
    for history in ["a", "b"] {
        let calls = file([call(if history == "a" { 40 } else { 50 })]);
        let chain = desk.text("a.chain");
        let lines: Vec<&str> = chain.lines().take(5).collect();
        desk.write(history, format!("{}\n", lines.join("\n")));
        desk.run_with(&format!("seal - --chain {history} --at {AT}"), calls).ok();
    }
    let said = compare(&desk, &format!("a b --key {vkey} -o evidence"), 1, "fork");
    assert_eq!((&said["first_difference"], &said["evidence"]), (&3.into(), &Value::Null));
    assert!(!desk.exists("evidence"));
    let human = desk.run("compare a b").exit(1);
    assert!(human.stdout.starts_with("Fork: the two part at entry 3.") && human.stderr.contains("signatures were not checked"));

    // Checkpoints that another key has signed do not count, and a bad signature is none.
    desk.run(&format!("keygen {} -o other.key", support::ORIGIN)).ok();
    let other = desk.run("keygen --public other.key").ok();
    let said = compare(&desk, &format!("a-5.ndjson b-5.ndjson --key {}", other.trim()), 1, "fork");
    assert_eq!((&said["first"]["signed_size"], &said["evidence"]), (&Value::Null, &Value::Null));
    compare(&desk, &format!("a-5.ndjson b-5.note --key {}", other.trim()), 3, "unknown");
    desk.write("forged", desk.text("a-3.note").replacen("\n3\n", "\n4\n", 1));
    desk.run(&format!("compare a-5.ndjson forged --key {vkey} --json")).refused(5, "checkpoint-bad-signature");
}

#[test]
fn evidence_that_does_not_hold_is_told_from_what_is_none() {
    let (desk, vkey) = desk();
    compare(&desk, &format!("a-5.ndjson b-3.ndjson --key {vkey} -o evidence"), 1, "fork");
    let text = desk.text("evidence");
    let judge = |text: &str, key: &str| {
        desk.write("changed", text);
        desk.run(&format!("verify-evidence changed --key {key} --json"))
    };
    let human = desk.run(&format!("verify-evidence evidence --key {vkey}")).ok();
    assert!(human.starts_with("Confirmed: ") && human.contains("3 and 5 entries"), "{human}");
    desk.run(&format!("keygen {} -o other.key", support::ORIGIN)).ok();
    let other = desk.run("keygen --public other.key").ok();
    assert_eq!(judge(&text, other.trim()).exit(3).lines()[0]["result"], "not_proven");
    let value: Value = serde_json::from_str(&text).unwrap();
    let hash = value["hashes"][0].as_str().unwrap();
    let root = value["root_hash"].as_str().unwrap();
    for changed in [text.replacen(hash, root, 1), text.replacen("\\n3\\n", "\\n2\\n", 1)] {
        assert_eq!(judge(&changed, &vkey).exit(1).lines()[0]["result"], "refuted");
    }
    for none in ["", "{}\n", &text[..text.len() - 1], &text.replace(',', ", "), &desk.text("a-3.note"), &desk.text("a-3.ndjson")]
    {
        judge(none, &vkey).refused(5, "bad-evidence");
    }
    desk.run("verify-evidence evidence --json").refused(2, "bad-option");
    desk.run(&format!("verify-evidence nothere --key {vkey} --json")).refused(5, "unreadable");
}

#[test]
fn what_cannot_be_compared_is_refused_or_said_to_be_of_different_logs() {
    let (desk, vkey) = desk();
    for (bad, exit, code) in
        [("nothere", 5, "unreadable"), ("empty", 2, "bad-note"), ("cut", 5, "cut-off"), ("tampered", 5, "chain-damaged")]
    {
        match bad {
            "empty" => desk.write("empty", ""),
            "cut" => desk.write("cut", &desk.text("a-3.ndjson")[..900]),
            "tampered" => desk.write("tampered", desk.text("a-3.ndjson").replacen("\"version\":1", "\"version\":2", 1)),
            _ => {}
        }
        desk.run(&format!("compare {bad} a-3.note --json")).refused(exit, code);
        desk.run(&format!("compare a-3.note {bad} --json")).refused(exit, code);
    }
    // An export whose checkpoint is not that of its entries.
    let (a, b) = (desk.text("a-3.ndjson"), desk.text("b-3.ndjson"));
    let checkpoint = |text: &str| text.lines().find(|line| line.starts_with("{\"type\":\"checkpoint\"")).unwrap().to_owned();
    desk.write("mixed", a.replace(&checkpoint(&a), &checkpoint(&b)));
    desk.run(&format!("compare mixed a-3.note --key {vkey} --json")).refused(5, "root-mismatch");
    desk.run("keygen other.example -o other.key").ok();
    desk.write("calls.ndjson", file([call(0)]));
    desk.run(&format!("seal calls.ndjson --chain other --tenant {} --origin other.example", support::TENANT)).ok();
    desk.run("checkpoint other --key other.key -o other.note").ok();
    compare(&desk, "a-3.note other.note", 3, "unrelated");
    compare(&desk, "other a.chain", 3, "unrelated");
    let error = desk.run("compare a-3.ndjson b-3.ndjson -o a-3.ndjson --json").refused(2, "bad-option");
    assert_eq!(error["member"], "output");
}
