//! `verify --since`: a memory in a file, which is begun once, moves forward only, and survives a kill at any moment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};
use support::{AT, Desk, Done, call, file};

/// A desk with `first.ndjson` of three calls, `second.ndjson.gz` of five, `fork.ndjson` of six others; and the key of all.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let vkey = desk.log_key();
    let export = |name: &str| {
        desk.run("checkpoint chain.ndjson --key log.key").ok();
        desk.run(&format!("export chain.ndjson --calls calls.ndjson -o {name} --at {AT}")).ok();
    };
    desk.write("calls.ndjson", file((10..16).map(call)));
    desk.seal_new("").ok();
    export("fork.ndjson");
    std::fs::remove_file(desk.path("chain.ndjson")).unwrap();
    desk.write("calls.ndjson", file((0..3).map(call)));
    desk.seal_new("").ok();
    export("first.ndjson");
    desk.write("calls.ndjson", file((0..5).map(call)));
    desk.run(&format!("seal calls.ndjson --chain chain.ndjson --at {AT}")).ok();
    export("second.ndjson.gz");
    desk.run("export chain.ndjson --range 3..5 -o range.ndjson").ok();
    (desk, vkey)
}

fn size(desk: &Desk) -> u64 {
    let state: Value = serde_json::from_str(&desk.text("state")).unwrap();
    state["logs"][0]["size"].as_u64().unwrap()
}

#[test]
fn the_memory_moves_forward_and_refuses_what_goes_back_or_forks() {
    let (desk, vkey) = desk();
    let verify = |line: &str| desk.run(&format!("verify {line} --key {vkey} --since state --json"));
    let codes = |done: Done| -> Vec<String> {
        let findings = done.lines().into_iter().flat_map(|report| report["findings"].as_array().unwrap().clone());
        findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(verify("first.ndjson").refused(2, "bad-option")["member"], "begin");
    assert!(!desk.exists("state") && !desk.exists("state.lock"));
    let first = verify("first.ndjson --begin").ok();
    // The report is the one that is given without a memory.
    assert_eq!(first, desk.run(&format!("verify first.ndjson --key {vkey} --json")).ok());
    assert_eq!(size(&desk), 3);
    assert_eq!(verify("first.ndjson --begin").refused(2, "bad-option")["member"], "begin");
    for jobs in [1, 3] {
        assert_eq!(codes(verify(&format!("fork.ndjson --jobs {jobs}")).exit(1)), ["history-forked"]);
    }
    assert_eq!(size(&desk), 3);
    verify("range.ndjson --chain-only").ok();
    assert_eq!(size(&desk), 5);
    let state = desk.text("state");
    assert_eq!(codes(verify("first.ndjson").exit(1)), ["history-rolled-back"]);
    // Several at once: each as if alone.
    assert_eq!(codes(verify("second.ndjson.gz first.ndjson second.ndjson.gz fork.ndjson").exit(1)).len(), 2);
    assert_eq!(desk.text("state"), state);
    let human = desk.run(&format!("verify fork.ndjson --key {vkey} --since state")).exit(1);
    assert!(human.stdout.starts_with("Mismatch") && human.stdout.contains("another history"), "{}", human.stdout);
    // Without the key there is nothing to recall, and nothing is proven.
    desk.run("verify second.ndjson.gz --since state").exit(3);
    assert_eq!(desk.text("state"), state);
}

#[test]
fn a_state_that_is_none_is_refused_and_left_as_it_is() {
    let (desk, vkey) = desk();
    let verify = || desk.run(&format!("verify first.ndjson --key {vkey} --since state --json"));
    desk.run(&format!("verify first.ndjson --key {vkey} --since state --begin")).ok();
    let whole = desk.text("state");
    desk.write("big", vec![b'x'; (16 << 20) + 1]);
    for text in ["", "{}", &whole[..whole.len() - 1], &whole[1..], &desk.text("first.ndjson"), &desk.text("big")] {
        desk.write("state", text);
        verify().refused(2, "bad-state");
        assert_eq!(desk.text("state"), text);
    }
    desk.write("state", &whole);
    desk.run(&format!("verify nothere --key {vkey} --since state --json")).refused(5, "unreadable");
    desk.run(&format!("verify first.ndjson --key {vkey} --begin")).exit(2);
    verify().ok();
    assert_eq!(desk.text("state"), whole);
    // What cannot be remembered is not reported as verified.
    #[cfg(unix)]
    {
        std::fs::remove_file(desk.path("state")).unwrap();
        desk.run(&format!("verify first.ndjson --key {vkey} --since no/such/state --begin --json")).refused(5, "unwritable");
    }
}

#[test]
fn a_process_killed_at_any_moment_leaves_the_old_memory_or_the_new_one() {
    let (desk, vkey) = desk();
    let line = format!("verify first.ndjson second.ndjson.gz --key {vkey} --since state --json");
    desk.run(&format!("verify first.ndjson --key {vkey} --since state --begin")).ok();
    let old = desk.text("state");
    let begun = Instant::now();
    desk.run(&line).ok();
    let whole_run = begun.elapsed();
    let new = desk.text("state");
    assert_ne!(old, new);
    let (mut kills, mut moved, mut seed) = (0, 0, 0x2545_F491_4F6C_DD1D_u64);
    for _ in 0..120 {
        desk.write("state", &old);
        let mut command = desk.command();
        command.args(line.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        thread::sleep(whole_run / 1000 * u32::try_from((seed >> 33) % 1000).unwrap() + Duration::from_micros(1));
        child.kill().unwrap();
        let done = child.wait_with_output().unwrap();
        kills += u32::from(done.status.code().is_none());
        let state = desk.text("state");
        assert!(state == old || state == new, "{state}");
        moved += u32::from(state == new);
        // What was reported is remembered.
        let reported = String::from_utf8(done.stdout).unwrap().lines().count();
        assert!(reported < 2 || state == new);
        desk.run(&line).exit(if state == new { 1 } else { 0 });
    }
    println!("{kills} kills, {moved} behind the move");
    assert!(kills >= 30);
}
