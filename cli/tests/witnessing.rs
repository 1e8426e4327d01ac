//! Keys, checkpoints, witnesses and proofs through the program.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panic")]

mod support;

use call_stream_verify::algorithms::{base64, merkle};
use serde_json::Value;
use support::{AT, Desk, ORIGIN, call, entries, file};

/// A desk with a chain of three calls, a log key, and its vkey.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("").ok();
    (desk, vkey)
}

fn seal_more(desk: &Desk, calls: std::ops::Range<usize>) {
    desk.run_with("seal - --chain chain.ndjson", file(calls.map(call))).ok();
}

#[test]
fn a_key_is_its_owner_s_and_never_written_over() {
    let desk = Desk::new();
    let vkey = desk.run("keygen example.com/audit/1").ok();
    assert!(vkey.starts_with("example.com/audit/1+"));
    let key = desk.text("example.com-audit-1.key");
    assert!(key.starts_with("PRIVATE+KEY+example.com/audit/1+"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(desk.path("example.com-audit-1.key").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    desk.run("keygen example.com/audit/1 --json").refused(5, "unwritable");
    assert_eq!(desk.text("example.com-audit-1.key"), key);
    desk.run("keygen a+b --json").refused(2, "bad-key");
    assert_ne!(desk.run("keygen example.com/audit/1 -o other.key").ok(), vkey);
    assert!(!desk.exists("a-b.key"));
}

#[test]
fn the_same_chain_has_the_same_checkpoint_and_keeps_it_once() {
    let (desk, vkey) = desk();
    let note = desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    let chain = desk.read("chain.ndjson");
    assert_eq!(desk.run("checkpoint chain.ndjson --key log.key").ok(), note);
    assert_eq!((desk.read("chain.ndjson"), desk.text("note")), (chain, note.clone()));
    // The root is that of the leaves as RFC 6962 has them.
    let leaves: Vec<_> = entries(&desk.path("chain.ndjson"))
        .iter()
        .map(|line| merkle::leaf_hash(&call_stream_verify::Digest::parse(line["entry_hash"].as_str().unwrap()).unwrap()))
        .collect();
    let root = base64::encode(merkle::root_hash(&leaves).as_bytes());
    assert!(note.starts_with(&format!("{ORIGIN}\n3\n{root}\n\n— {ORIGIN} ")), "{note}");
    assert!(vkey.starts_with(ORIGIN));

    desk.run("keygen other.example/log -o other.key").ok();
    desk.run("checkpoint chain.ndjson --key other.key --json").refused(2, "bad-key");
    desk.run(&format!("keygen {ORIGIN} --witness -o witness.key")).ok();
    desk.run("checkpoint chain.ndjson --key witness.key --json").refused(2, "bad-key");
    desk.write("bad.key", "PRIVATE");
    desk.run("checkpoint chain.ndjson --key bad.key --json").refused(2, "bad-key-file");
}

#[test]
fn a_chain_rewritten_behind_its_checkpoint_is_not_signed_again() {
    let (desk, _) = desk();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    let text = desk.text("chain.ndjson");
    let note = text.lines().last().unwrap().to_owned();
    // Another history of the same length, sound in itself, with the old checkpoint behind it.
    std::fs::remove_file(desk.path("chain.ndjson")).unwrap();
    desk.write("calls.ndjson", file((10..13).map(call)));
    desk.seal_new("").ok();
    desk.write("chain.ndjson", format!("{}{note}\n", desk.text("chain.ndjson")));
    let error = desk.run("checkpoint chain.ndjson --key log.key --json").refused(5, "chain-damaged");
    assert_eq!(error["line"], 5);
}

#[test]
fn a_witness_cosigns_what_continues_and_nothing_else() {
    let (desk, vkey) = desk();
    let witness = desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    desk.run("checkpoint chain.ndjson --key log.key -o three").ok();
    let cosign = |note: &str, options: &str| {
        desk.run(&format!("cosign {note} --key witness.key --log {vkey} --state state --at {AT} --json {options}"))
    };
    cosign("three", "--begin").exit(0);
    let state = desk.text("state");
    // The same once more, and nothing that goes back.
    cosign("three", "-o cosigned").exit(0);
    assert_eq!(desk.text("state"), state);

    seal_more(&desk, 3..8);
    desk.run("checkpoint chain.ndjson --key log.key -o eight").ok();
    cosign("eight", "").refused(2, "bad-option");
    assert_eq!(desk.text("state"), state);
    let proof = desk.run("prove consistency chain.ndjson 3 8").ok();
    desk.write("proof", &proof);
    desk.write("bad-proof", proof.lines().rev().map(|line| format!("{line}\n")).collect::<String>());
    cosign("eight", "--proof bad-proof").refused(5, "not-consistent");
    desk.write("no-proof", "what?\n");
    cosign("eight", "--proof no-proof").refused(2, "bad-option");
    assert_eq!(desk.text("state"), state);
    cosign("eight", "--proof proof").exit(0);
    cosign("three", "").refused(5, "not-consistent");

    // The chain file or a bundle shows it as well.
    seal_more(&desk, 8..9);
    desk.run("checkpoint chain.ndjson --key log.key -o nine").ok();
    desk.run("export chain.ndjson -o bundle.ndjson.gz").ok();
    cosign("nine", "--chain bundle.ndjson.gz").exit(0);
    seal_more(&desk, 9..10);
    desk.run("checkpoint chain.ndjson --key log.key -o ten").ok();
    cosign("ten", "--chain bundle.ndjson.gz").refused(5, "not-consistent");
    cosign("ten", "--chain chain.ndjson -o ten-cosigned").exit(0);

    // A fork, signed by the log: sound in itself, and not what was cosigned.
    let fork = Desk::new();
    fork.write("calls.ndjson", file((20..31).map(call)));
    fork.write("log.key", desk.text("log.key"));
    fork.seal_new("").ok();
    desk.write("fork", fork.run("checkpoint chain.ndjson --key log.key").ok());
    std::fs::copy(fork.path("chain.ndjson"), desk.path("fork.ndjson")).unwrap();
    cosign("fork", "--chain fork.ndjson").refused(5, "not-consistent");
    cosign("fork", "--chain chain.ndjson").refused(5, "not-consistent");

    // A note by nobody, and a state that is none.
    desk.write("unsigned", desk.text("ten").replacen("— ", "— x", 1));
    cosign("unsigned", "").refused(2, "bad-checkpoint");
    desk.write("forged", desk.text("ten").replacen("\n10\n", "\n11\n", 1));
    cosign("forged", "").refused(2, "bad-checkpoint");
    desk.write("state", "{}");
    cosign("ten", "").refused(2, "bad-state");

    // The cosigned note goes into the chain and makes the export reach L4.
    desk.run("checkpoint chain.ndjson --add ten-cosigned").ok();
    desk.run("checkpoint chain.ndjson --add fork --json").refused(5, "not-consistent");
    desk.run("export chain.ndjson -o bundle.ndjson").ok();
    let bundle = desk.text("bundle.ndjson");
    assert_eq!(bundle.lines().filter(|line| line.starts_with("{\"type\":\"checkpoint\"")).count(), 4, "one note a checkpoint");
    desk.write("policy", format!("log {vkey}\nwitness w1 {}\nquorum w1\n", witness.trim()));
    let report: Value = serde_json::from_str(&desk.run("verify bundle.ndjson --policy policy --chain-only --json").ok()).unwrap();
    assert_eq!((&report["verdict"], &report["level"]), (&"verified".into(), &"L4".into()));
}

#[test]
fn a_witness_of_the_other_kind_makes_an_export_reach_l4_too() {
    let (desk, vkey) = desk();
    let key = desk.run("keygen witness.example/pq --witness --ml-dsa -o witness.key").ok();
    assert_eq!(desk.run("keygen --public witness.key").ok(), key);
    desk.run("keygen witness.example/pq --ml-dsa").exit(2);
    desk.run("checkpoint chain.ndjson --key witness.key --json").refused(2, "bad-key");
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    desk.run(&format!("cosign note --key witness.key --log {vkey} --state state --begin -o cosigned")).ok();
    desk.run("checkpoint chain.ndjson --add cosigned").ok();
    desk.run("export chain.ndjson -o bundle.ndjson").ok();
    desk.write("policy", format!("log {vkey}\nwitness w {key}quorum w\n"));
    let report: Value = serde_json::from_str(&desk.run("verify bundle.ndjson --policy policy --chain-only --json").ok()).unwrap();
    assert_eq!((&report["verdict"], &report["level"]), (&"verified".into(), &"L4".into()));
    // A verifier that lists it as a log is told so.
    desk.write("policy", format!("log {key}quorum none\n"));
    desk.run("verify bundle.ndjson --policy policy --chain-only --json").refused(2, "bad-policy");
}

#[test]
fn a_witness_begins_only_when_told_so_and_only_once() {
    let (desk, vkey) = desk();
    desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    let cosign = |options: &str| desk.run(&format!("cosign note --key witness.key --log {vkey} --json {options}"));
    let error = cosign("--state state").refused(2, "bad-option");
    assert_eq!(error["member"], "begin");
    assert!(!desk.exists("state") && !desk.exists("state.lock"), "a wrong name leaves nothing behind");
    cosign("--state state --begin").ok();
    let state = desk.text("state");
    let error = cosign("--state state --begin").refused(2, "bad-option");
    assert_eq!((&error["member"], desk.text("state")), (&"begin".into(), state));
    cosign("--state state").ok();
    // A state that was lost is not begun anew in silence.
    std::fs::remove_file(desk.path("state")).unwrap();
    cosign("--state state").refused(2, "bad-option");
}

#[test]
fn a_witness_takes_no_more_logs_than_its_state_is_read_with() {
    let (desk, vkey) = desk();
    desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    let cosign = || desk.run(&format!("cosign note --key witness.key --log {vkey} --state state --json"));
    let state_of = |count: usize| {
        let log = |number| format!(r#""log.example/{number}":{{"root_hash":"{}","size":1}}"#, base64::encode(&[7; 32]));
        let logs: Vec<String> = (0..count).map(log).collect();
        format!("{{\"format\":\"call-stream-verify/witness/1\",\"logs\":{{{}}}}}\n", logs.join(","))
    };
    desk.write("state", state_of(256));
    cosign().refused(2, "bad-state");
    assert_eq!(desk.text("state"), state_of(256));
    desk.write("state", state_of(255));
    cosign().ok();
    // What was remembered is read again.
    cosign().ok();
}

#[test]
fn proofs_lead_to_the_root() {
    let (desk, _) = desk();
    seal_more(&desk, 3..14);
    let prove = |line: &str| serde_json::from_str::<Value>(&desk.run(&format!("prove {line} --json")).ok()).unwrap();
    let hashes = |proof: &Value| -> Vec<call_stream_verify::Digest> {
        proof["hashes"].as_array().unwrap().iter().map(|hash| base64::decode_digest(hash.as_str().unwrap()).unwrap()).collect()
    };
    let digest = |text: &Value| call_stream_verify::Digest::parse(text.as_str().unwrap()).unwrap();
    let lines = entries(&desk.path("chain.ndjson"));
    for size in 1..=14_u64 {
        let of_size = prove(&format!("inclusion chain.ndjson 0 --size {size}"));
        let root = digest(&of_size["root_hash"]);
        for seq in [0, size / 2, size - 1] {
            let proof = prove(&format!("inclusion chain.ndjson {seq} --size {size}"));
            let leaf = merkle::leaf_hash(&digest(&lines[usize::try_from(seq).unwrap()]["entry_hash"]));
            assert!(merkle::verify_inclusion(seq, size, &leaf, &root, &hashes(&proof)));
        }
        let proof = prove(&format!("consistency chain.ndjson {size}"));
        assert!(merkle::verify_consistency(size, 14, &root, &digest(&proof["root_hash"]), &hashes(&proof)));
    }
    for line in [
        "inclusion chain.ndjson 14",
        "inclusion chain.ndjson 0 --size 15",
        "consistency chain.ndjson 0",
        "consistency chain.ndjson 5 4",
    ] {
        desk.run(&format!("prove {line} --json")).refused(2, "bad-option");
    }
    desk.run("prove inclusion calls.ndjson 0 --json").refused(5, "not-a-bundle");
}
