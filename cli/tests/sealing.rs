//! Sealing and exporting through the program: what is sealed verifies, what is refused leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panic")]

mod support;

use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use support::{AT, Desk, ORIGIN, SECRET, TENANT, call, call_id, edited, entries, file};

#[track_caller]
fn verdict(done: &support::Done) -> Value {
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    report["verdict"].clone()
}

#[test]
fn what_is_sealed_and_exported_verifies() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..25).map(call)));
    let vkey = desk.log_key();
    let said = desk.seal_new("--sign log.key --json").exit(0);
    assert_eq!(said.lines().len(), 25);
    let entry = &entries(&desk.path("chain.ndjson"))[3];
    assert_eq!(said.lines()[3]["entry_hash"], entry["entry_hash"]);
    assert_eq!(entry["entry"]["payload"]["finalized_at"], AT);
    assert_eq!(entry["entry"]["payload"]["signatures"].as_array().unwrap().len(), 1);

    desk.run("checkpoint chain.ndjson --key log.key").ok();
    let report: Value = serde_json::from_str(&desk.export_and_verify("", &vkey).ok()).unwrap();
    assert_eq!(report["verdict"], "verified");
    assert_eq!(report["calls"]["verified"], 25);
    assert_eq!(report["claims"]["version_signatures"]["state"], "proven");

    // The same bytes, compressed or not, to a file or not.
    let plain = desk.read("bundle.ndjson");
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson.gz --at {AT}")).ok();
    let mut inflated = Vec::new();
    flate2::read::GzDecoder::new(File::open(desk.path("bundle.ndjson.gz")).unwrap()).read_to_end(&mut inflated).unwrap();
    assert_eq!(inflated, plain);
    let stdout = desk.run(&format!("export chain.ndjson --calls calls.ndjson --at {AT}")).ok();
    assert_eq!(stdout.as_bytes(), plain);
    let done = desk.run(&format!("verify bundle.ndjson.gz --key {vkey} --json"));
    assert_eq!(verdict(&done.exit(0)), "verified");
}

#[test]
fn sealing_again_changes_nothing_and_says_so() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..5).map(call)));
    let first = desk.seal_new("--json").exit(0).lines();
    let chain = desk.read("chain.ndjson");
    let second = desk.run("seal calls.ndjson --chain chain.ndjson --json").exit(0).lines();
    assert_eq!(desk.read("chain.ndjson"), chain);
    for (first, second) in first.iter().zip(&second) {
        assert_eq!((&first["status"], &second["status"]), (&json!("sealed"), &json!("existing")));
        for member in ["call_id", "version", "seq", "canonical_payload_hash", "entry_hash"] {
            assert_eq!(first[member], second[member]);
        }
    }
    // Another spelling of the same call is the same call; the same call twice in a file is sealed once.
    let respelled = edited(2, "timestamp", "2026-10-01T08:00:00.000Z");
    let input = file([call(7), respelled, call(7)]);
    let third = desk.run_with("seal - --chain chain.ndjson --json", input).exit(0).lines();
    let statuses: Vec<&Value> = third.iter().map(|line| &line["status"]).collect();
    assert_eq!(statuses, ["sealed", "existing", "existing"]);
}

#[test]
fn versions_supersede_each_other_and_old_data_do_not_come_back() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file([call(0), call(1)]));
    desk.seal_new("").ok();
    desk.write("calls.ndjson", file([edited(0, "sentiment", "positive"), call(1)]));
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    let entry = &entries(&desk.path("chain.ndjson"))[2]["entry"]["payload"];
    assert_eq!((&entry["version"], &entry["supersedes"]), (&json!(2), &json!(1)));

    let chain = desk.read("chain.ndjson");
    let error = desk.run_with("seal - --chain chain.ndjson --json", file([call(9), call(0)])).refused(5, "already-sealed");
    assert_eq!(error["line"], 2);
    assert_eq!(desk.read("chain.ndjson"), chain, "nothing is sealed, not even the line in front");

    desk.run("checkpoint chain.ndjson --key log.key").ok();
    assert_eq!(verdict(&desk.export_and_verify("", &vkey).exit(0)), "verified");

    // Revoked: its data add nothing, other data do.
    let revoke =
        format!("revoke {} --chain chain.ndjson --reason court-order --policy retention/2 --actor user:u-17 --json", call_id(1));
    assert_eq!(desk.run(&revoke).exit(0).lines()[0]["status"], "revoked");
    let chain = desk.read("chain.ndjson");
    assert_eq!(desk.run(&revoke).exit(0).lines()[0]["status"], "existing");
    assert_eq!(desk.read("chain.ndjson"), chain);
    let again = desk.run_with("seal - --chain chain.ndjson --json", file([call(1)])).exit(0).lines();
    assert_eq!((&again[0]["status"], &again[0]["version"]), (&json!("revoked"), &json!(1)));
    assert_eq!(desk.read("chain.ndjson"), chain);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    assert_eq!(verdict(&desk.export_and_verify("", &vkey).exit(4)), "revoked");
    desk.write("calls.ndjson", file([edited(0, "sentiment", "positive"), edited(1, "purpose", "corrected")]));
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    assert_eq!(verdict(&desk.export_and_verify("", &vkey).exit(0)), "verified");

    desk.run(&format!("{} --version 9", revoke)).refused(5, "no-such-version");
    desk.run(&revoke.replace(&call_id(1), &call_id(99))).refused(5, "no-such-version");
    desk.run(&revoke.replace("user:u-17", "validator:x")).refused(2, "bad-option");
}

#[test]
fn a_file_with_several_versions_of_a_call_can_be_sealed_again_as_it_is() {
    let desk = Desk::new();
    let second = || edited(0, "sentiment", "positive");
    let third = || edited(0, "sentiment", "negative");
    desk.write("calls.ndjson", file([call(0), call(1), second(), second(), third()]));
    let first = desk.seal_new("--json").exit(0).lines();
    let statuses = |lines: &[Value]| lines.iter().map(|line| line["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(statuses(&first), ["sealed", "sealed", "sealed", "existing", "sealed"]);
    let chain = desk.read("chain.ndjson");
    let again = desk.run("seal calls.ndjson --chain chain.ndjson --json").exit(0).lines();
    assert_eq!(statuses(&again), ["existing"; 5]);
    let versions: Vec<&Value> = again.iter().map(|line| &line["version"]).collect();
    assert_eq!(versions, [1, 1, 2, 2, 3]);
    assert_eq!(desk.read("chain.ndjson"), chain);

    // What does not lead to the latest version is refused where it stands.
    for (calls, line) in [
        (file([call(9), call(0)]), 2),
        (file([call(0), third()]), 1),
        (file([call(0), second()]), 2),
        (file([second(), call(0), third()]), 1),
    ] {
        let error = desk.run_with("seal - --chain chain.ndjson --json", calls).refused(5, "already-sealed");
        assert_eq!(error["line"], line);
        assert_eq!(desk.read("chain.ndjson"), chain);
    }
    let said = desk.run_with("seal - --chain chain.ndjson --json", file([call(5), call(5)])).exit(0).lines();
    assert_eq!(said[0]["entry_hash"], said[1]["entry_hash"]);
    assert!(said[1]["entry_hash"].is_string());
}

#[test]
fn what_was_sealed_without_a_salt_is_not_sealed_again_for_want_of_one() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0), edited(0, "sentiment", "positive"), call(1)]));
    desk.seal_new("").ok();
    let chain = desk.read("chain.ndjson");
    desk.run("seal calls.ndjson --chain chain.ndjson --salt").ok();
    assert_eq!(desk.read("chain.ndjson"), chain);
    let changed = file([edited(0, "sentiment", "negative")]);
    let line = &desk.run_with("seal - --chain chain.ndjson --salt --json", changed).exit(0).lines()[0];
    assert_eq!((&line["status"], &line["version"]), (&json!("sealed"), &json!(3)));
    assert!(desk.exists("chain.ndjson.salts"));
}

#[test]
fn a_record_whose_signatures_no_verifier_reads_is_not_appended() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0)]));
    let hash = desk.seal_new("--json").exit(0).lines()[0]["canonical_payload_hash"].as_str().unwrap().to_owned();
    let chain = desk.read("chain.ndjson");
    let line = "foreign.example AAAAAAAA";
    for (signatures, taken) in [(vec![line; 65], false), (vec!["x"], false), (vec![line; 64], true)] {
        let actor = json!({"id": "u", "type": "user"});
        let payload = json!({
            "actor": actor, "canonical_payload_hash": hash, "policy": "p", "reason": "r", "signatures": signatures, "version": 1
        });
        desk.write("payload.json", payload.to_string());
        let run =
            desk.run(&format!("append payload.json --chain chain.ndjson --type version.revoked --entity {} --json", call_id(0)));
        if taken {
            run.ok();
        } else {
            assert_eq!(run.refused(5, "bad-event")["member"], "signatures");
            assert_eq!(desk.read("chain.ndjson"), chain);
        }
    }
}

#[test]
fn a_call_that_was_salted_is_not_sealed_without_its_salt_or_with_another() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0), call(1)]));
    desk.seal_new("--salt").ok();
    let salts = desk.read("chain.ndjson.salts");
    let chain = desk.read("chain.ndjson");
    std::fs::remove_file(desk.path("chain.ndjson.salts")).unwrap();
    for option in ["", "--salt"] {
        let error = desk.run(&format!("seal calls.ndjson --chain chain.ndjson --json {option}")).refused(5, "salt-missing");
        assert_eq!((&error["line"], &error["member"]), (&json!(1), &json!("salt")));
        assert_eq!(desk.read("chain.ndjson"), chain);
        assert!(!desk.path("chain.ndjson.salts").exists());
    }
    desk.write("chain.ndjson.salts", salts);
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    assert_eq!(desk.read("chain.ndjson"), chain);
}

#[test]
fn a_refused_record_seals_nothing_and_is_named() {
    let desk = Desk::new();
    let refuse = |calls: String, options: &str, code: &str| {
        desk.write("calls.ndjson", calls);
        let exit = if code == "line-too-long" { 6 } else { 5 };
        let error = desk.seal_new(&format!("--json {options}")).refused(exit, code);
        assert!(!desk.exists("chain.ndjson") && !desk.exists("chain.ndjson.salts"), "nothing was begun");
        error
    };
    let error = refuse(file([call(0), edited(1, "caller", format!("+0{SECRET}"))]), "--salt", "bad-member");
    assert_eq!((&error["line"], &error["member"]), (&json!(2), &json!("caller")));
    let error = refuse(file([edited(0, "tenant_id", call_id(0))]), "", "foreign-tenant");
    assert_eq!((&error["line"], &error["member"]), (&json!(1), &json!("tenant_id")));
    let error = refuse(file([edited(0, "disposition", "in-progress")]), "", "not-finalized");
    assert_eq!(error["member"], "disposition");
    let error = refuse(file([call(0)]), "--open ai_outputs_stable", "not-finalized");
    assert_eq!(error["member"], "ai_outputs_stable");
    let error = refuse(file([edited(0, "crm_note", SECRET)]), "", "uncovered-member");
    assert_eq!(error["member"], "crm_note");
    let error = refuse(format!("{}\n{}\n", call(0), call(1)).replacen('\n', "\n\n", 1), "", "json-empty");
    assert_eq!(error["line"], 2);
    refuse(String::new(), "", "json-empty");
    refuse(format!("[{}]\n", call(0)), "", "bad-call");
    refuse(format!("\u{feff}{}\n", call(0)), "", "json-bom");
    refuse(file([edited(0, "transcript", "x".repeat(16 * 1024 * 1024 - 1000))]), "", "line-too-long");
    refuse(file([edited(0, "transcript", "x".repeat(17 * 1024 * 1024))]), "", "line-too-long");
    refuse(file([call(0)]), "--recording nowhere", "recording-unreadable");

    desk.write("calls.ndjson", file([edited(0, "crm_note", SECRET)]));
    desk.seal_new("--json --drop transcript").refused(2, "bad-option");
    desk.seal_new("--drop crm_note").ok();
    assert!(!desk.text("chain.ndjson").contains(SECRET));
}

#[test]
fn files_that_are_no_chains_are_told_apart() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0)]));
    desk.run("seal calls.ndjson --chain chain.ndjson --json").refused(5, "not-a-chain");
    desk.seal_new("--json").exit(0);
    desk.run(&format!("seal calls.ndjson --chain chain.ndjson --tenant {} --json", call_id(0))).refused(2, "bad-option");
    desk.run("seal calls.ndjson --chain chain.ndjson --origin other.example/log --json").refused(2, "bad-option");
    desk.run("seal nowhere.ndjson --chain chain.ndjson --json").refused(5, "unreadable");
    desk.run("seal . --chain chain.ndjson --json").refused(5, "unreadable");
    desk.run("seal calls.ndjson --chain calls.ndjson --json").refused(5, "not-a-chain");
    desk.run("seal calls.ndjson --chain . --json").refused(5, "unwritable");
    desk.run("export nowhere.ndjson --json").refused(5, "unreadable");
    desk.run("export calls.ndjson --json").refused(5, "not-a-chain");
    desk.write("binary", [0, 159, 146, 150]);
    desk.run("export binary --json").refused(5, "not-a-chain");
    desk.write("empty", "");
    desk.run("export empty --json").refused(5, "not-a-chain");
    desk.run("seal calls.ndjson --chain empty --json").refused(5, "not-a-chain");
    let begin = format!("seal calls.ndjson --tenant {TENANT} --origin {ORIGIN} --json");
    desk.run(&format!("{begin} --chain empty")).exit(0);
    desk.run(&format!("{begin} --chain no/such/chain.ndjson")).refused(5, "unwritable");
}

#[test]
fn every_thirteenth_byte_changed_in_a_chain_file_stops_the_next_seal() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0), call(1)]));
    desk.log_key();
    desk.seal_new("--at 2026-10-02T00:00:00Z").exit(2); // given twice
    desk.seal_new("").ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    let chain = desk.read("chain.ndjson");
    let signature = String::from_utf8(chain.clone()).unwrap().find('—').unwrap();
    for place in (0..chain.len()).step_by(13) {
        let mut changed = chain.clone();
        changed[place] ^= 1;
        desk.write("chain.ndjson", &changed);
        let done = desk.run("seal calls.ndjson --chain chain.ndjson --json");
        // A checkpoint's signature is looked at by whoever has the key.
        let in_signature = place >= signature && done.code == Some(0);
        assert!(in_signature || done.code == Some(5), "byte {place}: {:?}", done.stderr);
        assert_eq!(desk.read("chain.ndjson"), changed, "nothing is appended to a broken chain");
    }
    // Entries cut away in front of a checkpoint, and doubled or exchanged lines.
    let text = String::from_utf8(chain).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for order in [&[0, 1, 3][..], &[0, 1, 1, 2, 3], &[0, 2, 1, 3], &[0, 0, 1, 2, 3], &[1, 2, 3]] {
        let changed: String = order.iter().map(|line| lines[*line]).collect();
        desk.write("chain.ndjson", changed);
        assert_eq!(desk.run("seal calls.ndjson --chain chain.ndjson").code, Some(5), "{order:?}");
        assert_eq!(desk.run("export chain.ndjson").code, Some(5), "{order:?}");
    }
}

#[test]
fn salted_calls_can_be_shown_in_part() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..3).map(call)));
    desk.seal_new("--salt").ok();
    let chain = desk.read("chain.ndjson");
    let salts = desk.text("chain.ndjson.salts");
    assert_eq!(salts.lines().count(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = desk.path("chain.ndjson.salts").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // The same salts again, whether asked for or not.
    desk.run("seal calls.ndjson --chain chain.ndjson --salt").ok();
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    assert_eq!((desk.read("chain.ndjson"), desk.text("chain.ndjson.salts")), (chain, salts));

    desk.run("checkpoint chain.ndjson --key log.key").ok();
    assert_eq!(verdict(&desk.export_and_verify("", &vkey).exit(0)), "verified");
    assert!(desk.text("bundle.ndjson").contains(SECRET));
    assert_eq!(verdict(&desk.export_and_verify("--redact transcript,caller", &vkey).exit(0)), "verified");
    let bundle = desk.text("bundle.ndjson");
    assert!(!bundle.contains(SECRET) && !bundle.contains("\"salt\""));

    desk.run("export chain.ndjson --calls calls.ndjson --redact call_id --json").refused(2, "bad-option");
    let call = call(9);
    desk.run_with("export chain.ndjson --calls - --redact caller --json", file([call])).refused(5, "redact-needs-salt");
    // A record that carries its own salt keeps it.
    let own = edited(5, "salt", "ab".repeat(32));
    desk.run_with("seal - --chain chain.ndjson --salt --json", file([own])).exit(0);
    assert!(!desk.text("chain.ndjson.salts").contains(&call_id(5)));
}

#[test]
fn a_part_of_a_chain_verifies_under_a_checkpoint_with_proofs() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..20).map(call)));
    desk.seal_new("").ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.write("later.ndjson", file((20..33).map(call)));
    desk.run("seal later.ndjson --chain chain.ndjson").ok();
    let early = desk.export_and_verify("", &vkey).exit(3);
    assert_eq!(verdict(&early), "not_proven", "entries behind the newest checkpoint");
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    assert_eq!(verdict(&desk.export_and_verify("", &vkey).exit(0)), "verified");

    // The last entries, with the calls that they seal.
    desk.run("export chain.ndjson --calls later.ndjson --range 20..33 -o part.ndjson").ok();
    let report: Value = serde_json::from_str(&desk.run(&format!("verify part.ndjson --key {vkey} --json")).ok()).unwrap();
    assert_eq!((&report["verdict"], &report["calls"]["verified"]), (&json!("verified"), &json!(13)));
    // In the middle, and one entry alone.
    for range in ["3..9", "19..20", "32..33"] {
        desk.run(&format!("export chain.ndjson --range {range} -o part.ndjson")).ok();
        let done = desk.run(&format!("verify part.ndjson --key {vkey} --chain-only --json")).exit(0);
        assert_eq!(verdict(&done), "verified", "{range}");
    }
    // From the beginning, up to the older checkpoint.
    desk.run("export chain.ndjson --calls calls.ndjson --range 0..20 -o part.ndjson").ok();
    assert_eq!(verdict(&desk.run(&format!("verify part.ndjson --key {vkey} --json")).exit(0)), "verified");
    desk.run("export chain.ndjson --range 0..34 --json").refused(2, "bad-option");
    desk.run("export chain.ndjson --range 5..5 --json").refused(2, "bad-option");
}

#[test]
fn an_edited_call_is_exported_as_it_is_and_found() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..3).map(call)));
    desk.seal_new("").ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.write("calls.ndjson", file([call(0), edited(1, "duration", 1), call(7)]));
    let done = desk.run("export chain.ndjson --calls calls.ndjson -o bundle.ndjson").exit(0);
    assert!(done.stderr.contains(&call_id(7)), "a call that is not sealed is named");
    assert_eq!(verdict(&desk.run(&format!("verify bundle.ndjson --key {vkey} --json")).exit(1)), "mismatch");
    let twice = file([call(0), call(0)]);
    let error = desk.run_with("export chain.ndjson --calls - --json", twice).refused(5, "call-twice");
    assert_eq!(error["line"], 2);
    let chain = desk.read("chain.ndjson");
    desk.run("export chain.ndjson -o chain.ndjson --json").refused(2, "bad-option");
    assert_eq!(desk.read("chain.ndjson"), chain);
}

#[test]
fn recordings_are_sealed_by_their_bytes() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    std::fs::create_dir(desk.path("recordings")).unwrap();
    desk.write("recordings/0.wav", "RIFF");
    desk.write("calls.ndjson", file([call(0), edited(1, "recording_ref", Value::Null)]));
    desk.seal_new("--recording recordings").ok();
    let versions = entries(&desk.path("chain.ndjson"));
    let hash = call_stream_verify::Digest::of(b"RIFF").to_string();
    assert_eq!(versions[0]["entry"]["payload"]["component_hashes"]["recording"], hash);
    assert_eq!(versions[1]["entry"]["payload"]["component_hashes"].get("recording"), None);

    // Sealing again needs no recording; another one is not what was sealed.
    let chain = desk.read("chain.ndjson");
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    desk.write("recordings/0.wav", "RIFX");
    let error = desk.run("seal calls.ndjson --chain chain.ndjson --recording recordings --json").refused(5, "already-sealed");
    assert_eq!(error["member"], "recording");
    assert_eq!(desk.read("chain.ndjson"), chain);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    assert_eq!(verdict(&desk.export_and_verify("", &vkey).exit(0)), "verified");
}

#[test]
fn attempts_are_recorded_whatever_they_find() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file([call(0)]));
    desk.seal_new("--salt").ok();
    desk.write("same.json", call(0).to_string());
    desk.write("edited.json", edited(0, "duration", 1).to_string());
    desk.write("moved.json", edited(0, "tenant_id", call_id(3)).to_string());
    desk.write("unknown.json", call(9).to_string());
    let record = |file: &str| desk.run(&format!("record {file} --chain chain.ndjson --actor validator:nightly --json"));
    assert_eq!(record("same.json").exit(0).lines()[0]["result"], "verified");
    assert_eq!(record("edited.json").exit(1).lines()[0]["result"], "mismatch");
    assert_eq!(record("moved.json").exit(1).lines()[0]["result"], "mismatch");
    record("unknown.json").refused(5, "no-such-version");
    desk.run(&format!("revoke {} --chain chain.ndjson --reason r --policy p --actor system:s", call_id(0))).ok();
    assert_eq!(record("same.json").exit(4).lines()[0]["result"], "revoked");
    assert_eq!(record("edited.json").exit(4).lines()[0]["result"], "revoked");
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    let report: Value = serde_json::from_str(&desk.export_and_verify("", &vkey).exit(4).stdout).unwrap();
    assert_eq!(report["attempts"], 5);
    assert!(!report.to_string().contains("attempt-bad-record"));
}

#[test]
fn a_key_that_the_chain_has_retired_signs_nothing_more() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    let new = desk.run(&format!("keygen {ORIGIN} -o new.key")).ok();
    desk.write("calls.ndjson", file([call(0)]));
    desk.seal_new("--sign log.key").ok();
    desk.write("retired", json!({ "vkey": vkey.trim(), "reason": "rotation" }).to_string());
    desk.run(&format!("append retired --chain chain.ndjson --entity {ORIGIN} --type key.retired --sign new.key")).ok();
    let unsigned = desk.run(&format!("append retired --chain chain.ndjson --entity {ORIGIN} --type key.retired"));
    assert!(unsigned.stderr.contains("verifiers pass it over"), "{}", unsigned.stderr);
    desk.write("added", json!({ "vkey": new.trim() }).to_string());
    let before = desk.read("chain.ndjson");
    let late = format!("append added --chain chain.ndjson --entity {ORIGIN} --type key.added --sign log.key --json");
    desk.run(&late).refused(2, "bad-key");
    let seal = |key: &str| desk.run_with(&format!("seal - --chain chain.ndjson --sign {key} --json"), file([call(1)]));
    let revoke = |key: &str| {
        format!("revoke {} --chain chain.ndjson --reason r --policy p --actor system:s --sign {key} --json", call_id(0))
    };
    seal("log.key").refused(2, "bad-key");
    desk.run(&revoke("log.key")).refused(2, "bad-key");
    desk.run("checkpoint chain.ndjson --key log.key --json").refused(2, "bad-key");
    assert_eq!(desk.read("chain.ndjson"), before);
    seal("new.key").exit(0);
    desk.run(&revoke("new.key")).exit(0);
    desk.run("checkpoint chain.ndjson --key new.key").ok();
    // Nor are lines taken that no verifier would read as signatures.
    desk.write("bad", json!({ "vkey": new.trim(), "signatures": ["none"] }).to_string());
    desk.run(&format!("append bad --chain chain.ndjson --entity {ORIGIN} --type key.added --json")).refused(5, "bad-event");
    desk.write("policy", format!("log {}\nlog {}\nquorum none\n", vkey.trim(), new.trim()));
    desk.run("export chain.ndjson -o bundle.ndjson").ok();
    let report: Value = serde_json::from_str(&desk.run("verify bundle.ndjson --policy policy --chain-only --json").ok()).unwrap();
    assert_eq!((&report["verdict"], report["findings"].as_array().map(Vec::len)), (&"verified".into(), Some(0)), "{report}");
}

#[test]
fn events_of_any_type_are_appended_in_canonical_form() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    let append = |kind: &str, entity: &str, payload: &str| {
        let line =
            format!("append - --chain chain.ndjson --tenant {TENANT} --origin {ORIGIN} --entity {entity} --type {kind} --json");
        desk.run_with(&line, payload)
    };
    append("note.added", "desk-1", "{ \"b\": 1.50, \"a\": [\"\\u0041\"] }").exit(0);
    assert_eq!(entries(&desk.path("chain.ndjson"))[0]["entry"]["payload"].to_string(), "{\"a\":[\"A\"],\"b\":1.5}");
    append("key.added", ORIGIN, &json!({ "vkey": vkey }).to_string()).exit(0);
    let old = desk.run(&format!("keygen {ORIGIN} -o old.key")).ok();
    append("key.retired", ORIGIN, &json!({ "vkey": old.trim(), "reason": "rotation" }).to_string()).exit(0);

    for (kind, entity, payload, exit, code) in [
        ("Note", "x", "{}", 5, "bad-event"),
        ("note", "x", "[]", 5, "bad-event"),
        ("note", "x", "{\"a\":1,\"a\":2}", 5, "json-duplicate-member"),
        ("note", "x", "{\"a\":1e20}", 5, "json-number-range"),
        ("version.created", "x", "{}", 5, "bad-event"),
        ("version.revoked", "x", "{}", 5, "bad-event"),
        ("verification.recorded", "x", "{}", 5, "bad-event"),
        ("key.added", "x", "{\"vkey\":\"x\"}", 5, "bad-event"),
    ] {
        let before = desk.read("chain.ndjson");
        append(kind, entity, payload).refused(exit, code);
        assert_eq!(desk.read("chain.ndjson"), before);
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(31), "]".repeat(31));
    append("note", "x", &deep).refused(5, "bad-event");

    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run("export chain.ndjson -o bundle.ndjson").ok();
    assert_eq!(verdict(&desk.run(&format!("verify bundle.ndjson --key {vkey} --chain-only --json")).exit(0)), "verified");
}

#[test]
fn a_version_made_and_signed_elsewhere_is_appended_by_the_same_rules() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file([call(0)]));
    desk.seal_new("").ok();
    let version = entries(&desk.path("chain.ndjson"))[0]["entry"]["payload"].clone();
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    let append = |payload: &Value| {
        let line = format!(
            "append - --chain other.ndjson --tenant {TENANT} --origin {ORIGIN} --entity {} --type version.created --json",
            call_id(0)
        );
        desk.run_with(&line, payload.to_string())
    };
    // serde_json sorts members, which is the canonical form here.
    desk.write("version.json", version.to_string());
    let line = desk.run("sign version.json --key log.key").ok();
    let mut signed = version.clone();
    signed["signatures"] = json!([line.trim()]);
    append(&signed).exit(0);
    let error = append(&signed).refused(5, "bad-event");
    assert_eq!(error["member"], "version");
    std::fs::rename(desk.path("other.ndjson"), desk.path("chain.ndjson")).unwrap();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    let report: Value = serde_json::from_str(&desk.export_and_verify("", &vkey).ok()).unwrap();
    assert_eq!(report["claims"]["version_signatures"]["state"], "proven");

    desk.run_with("sign - --key log.key --json", format!(" {version}")).refused(5, "bad-event");
    desk.run_with("sign - --key log.key --json", "{}").refused(5, "bad-event");
}
