//! Messages lead on: each says what is there, what is missing and what to do instead.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use call_stream_verify::{Code, Effect};
use support::{AT, Desk, ORIGIN, TENANT, call, call_id, file};

/// A desk with a signed chain of three salted calls and its export; and the chain's key.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("--salt").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson --at {AT}")).ok();
    (desk, vkey)
}

/// Runs a line that is refused, and gives what it says to people, which its JSON says too.
#[track_caller]
fn refusal(desk: &Desk, line: &str, exit: i32, code: &str) -> String {
    let human = desk.run(line).exit(exit);
    assert!(human.stdout.is_empty() && human.stderr.starts_with(&format!("error[{code}]: ")), "{}", human.stderr);
    let error = desk.run(&format!("{line} --json")).refused(exit, code);
    let message = error["message"].as_str().unwrap();
    assert!(human.stderr.contains(message), "{message}\n{}", human.stderr);
    human.stderr
}

#[test]
fn a_key_that_is_there_is_said_to_be_there() {
    let desk = Desk::new();
    desk.log_key();
    let key = desk.text("log.key");
    let said = refusal(&desk, "keygen example.com/a --output log.key", 5, "unwritable");
    assert_eq!(said, "error[unwritable]: log.key is there already; a key is never overwritten.\n");
    assert_eq!(desk.text("log.key"), key);
    let said = refusal(&desk, "keygen example.com/a --output no/such/folder.key", 5, "unwritable");
    assert!(said.contains("Check the permissions"), "{said}");
}

#[test]
fn a_key_file_gives_its_vkey_again() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    let witness = desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    assert_eq!(desk.run("keygen --public log.key").ok().trim(), vkey);
    assert_eq!(desk.run("keygen --public witness.key").ok(), witness);
    let [line] = &desk.run("keygen --public log.key --json").exit(0).lines()[..] else { panic!("one line") };
    assert_eq!((&line["vkey"], &line["file"]), (&vkey.as_str().into(), &"log.key".into()));
    for more in ["example.com/a", "--witness", "--output other.key"] {
        desk.run(&format!("keygen --public log.key {more}")).exit(2);
    }
    desk.run("keygen").exit(2);
    desk.run("keygen --public nothere.key --json").refused(5, "unreadable");
    assert!(!desk.exists("other.key"));
}

#[test]
fn a_vkey_that_is_neither_file_nor_key_is_named_so() {
    let (desk, vkey) = desk();
    desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    for line in ["verify bundle.ndjson --key nothere.vkey", "cosign note --key witness.key --state state --log nothere.vkey"] {
        let said = refusal(&desk, line, 2, "bad-key");
        assert!(said.contains("There is no file of that name, and it is no vkey. (option --"), "{said}");
    }
    let said = refusal(&desk, &format!("verify bundle.ndjson --key x{vkey}"), 2, "bad-key");
    assert!(said.contains("Its key ID does not fit its name and public key. (option --key)"), "{said}");
}

#[test]
fn a_secret_key_is_no_trust_and_is_not_shown() {
    let (desk, _) = desk();
    let secret = desk.text("log.key").trim().to_owned();
    desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    desk.write("policy", format!("log {secret}\nquorum none\n"));
    let cosign = "cosign note --key witness.key --state state --begin --log";
    for (line, code) in [
        ("verify bundle.ndjson --key log.key".to_owned(), "bad-key"),
        (format!("verify bundle.ndjson --key {secret}"), "bad-key"),
        ("verify bundle.ndjson --policy log.key".to_owned(), "bad-key"),
        ("verify bundle.ndjson --policy policy".to_owned(), "bad-policy"),
        (format!("{cosign} log.key"), "bad-key"),
        (format!("{cosign} {secret}"), "bad-key"),
    ] {
        let said = refusal(&desk, &line, 2, code);
        assert!(said.contains("This is the secret key. Do not hand it around; give the vkey."), "{said}");
        assert!(!said.contains("PRIVATE+KEY+"), "a message shows a secret key");
    }
    assert!(!desk.exists("state"));
}

#[test]
fn a_chain_that_is_yet_to_be_begun_asks_for_what_is_missing() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0)]));
    let (tenant, origin) = (format!("--tenant {TENANT}"), format!("--origin {ORIGIN}"));
    for (begin, expected) in [
        ("", "There is no such chain yet; name --tenant and --origin to begin one. (new.ndjson)\n"),
        (&tenant, "There is no such chain yet; to begin one, --origin is missing. (new.ndjson)\n"),
        (&origin, "There is no such chain yet; to begin one, --tenant is missing. (new.ndjson)\n"),
    ] {
        let said = refusal(&desk, &format!("seal calls.ndjson --chain new.ndjson {begin}"), 5, "not-a-chain");
        assert_eq!(said, format!("error[not-a-chain]: {expected}"));
    }
    // Some commands begin none.
    desk.log_key();
    let revoke = format!("revoke {} --chain new.ndjson --reason duplicate --policy p --actor system:desk", call_id(0));
    for line in [revoke.as_str(), "checkpoint new.ndjson --key log.key"] {
        let said = refusal(&desk, line, 5, "not-a-chain");
        assert!(said.contains("There is no such chain; `call-verify seal` begins one.") && !said.contains("--tenant"), "{said}");
    }
    assert!(!desk.exists("new.ndjson"));
}

#[test]
fn a_place_beyond_the_chain_is_named_with_those_that_are_there() {
    let (desk, _) = desk();
    for (line, expected) in [
        ("inclusion chain.ndjson 99", "There is no such entry: the chain has 3 entries, 0 to 2. (argument SEQ)"),
        ("inclusion chain.ndjson 2 --size 2", "There is no such entry: the tree has 2 entries, 0 to 1. (argument SEQ)"),
        ("inclusion chain.ndjson 1 --size 1", "There is no such entry: the tree has 1 entry, 0. (argument SEQ)"),
        ("inclusion chain.ndjson 0 --size 0", "There is no such entry: the tree has 0 entries. (argument SEQ)"),
        ("inclusion chain.ndjson 0 --size 4", "There is no such tree: the chain has 3 entries. (option --size)"),
        ("consistency chain.ndjson 1 4", "There is no such tree: the chain has 3 entries. (argument TO)"),
        ("consistency chain.ndjson 4", "There is no such smaller tree: its size is 1 to 3. (argument FROM)"),
        ("consistency chain.ndjson 0", "There is no such smaller tree: its size is 1 to 3. (argument FROM)"),
        ("consistency chain.ndjson 1 0", "There is no such smaller tree: the larger one has 0 entries. (argument FROM)"),
    ] {
        let said = refusal(&desk, &format!("prove {line}"), 2, "bad-option");
        assert_eq!(said, format!("error[bad-option]: {expected}\n"));
    }
}

#[test]
fn a_witness_takes_the_log_s_key_from_a_file_too() {
    let (desk, vkey) = desk();
    desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    desk.write("log.vkey", format!("{vkey}\n"));
    let cosign = |state: &str, log: &str| {
        desk.run(&format!("cosign note --key witness.key --state {state} --begin --log {log} --at {AT}")).ok()
    };
    assert_eq!(cosign("state", "log.vkey"), cosign("other", &vkey));
    let over = desk.run("cosign note --key witness.key --state third --begin --log log.vkey -o log.vkey --json");
    over.refused(2, "bad-option");
    assert_eq!(desk.text("log.vkey").trim(), vkey);
}

#[test]
fn a_report_gives_the_head_to_expect_later_and_says_where_calls_are_shown_in_part() {
    let (desk, vkey) = desk();
    let expected = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("  Expected head for a later export: "));
        line.map(str::to_owned)
    };
    let verified = desk.run(&format!("verify bundle.ndjson --key {vkey}")).ok();
    assert!(!verified.contains("as far as shown"), "{verified}");
    let head = expected(&verified).unwrap();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o part.ndjson --redact caller --at {AT}")).ok();
    let redacted = desk.run(&format!("verify part.ndjson --key {vkey} --expect {head}")).ok();
    let first = redacted.lines().next().unwrap();
    assert!(first.contains("3 of 3 calls, as far as shown, as of 3 entries"), "{first}");

    assert_eq!(expected(&desk.run("verify bundle.ndjson").exit(3).stdout), None);
    let revoke = "--chain chain.ndjson --version 1 --reason duplicate --policy p --actor system:desk";
    desk.run(&format!("revoke {} {revoke} --at {AT}", call_id(2))).ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o later.ndjson --at {AT}")).ok();
    let revoked = desk.run(&format!("verify later.ndjson --key {vkey} --expect {head}")).exit(4).stdout;
    assert!(expected(&revoked).unwrap().starts_with("4:"), "{revoked}");
}

#[test]
fn an_exit_status_stands_with_the_codes_that_lead_to_it() {
    let desk = Desk::new();
    for code in Code::ALL.iter().filter(|code| code.effect() == Effect::NotProven) {
        let text = desk.run(&format!("explain {}", code.name())).ok();
        let (status, other) = if *code == Code::NotABundle { (5, 3) } else { (3, 5) };
        let last = text.lines().last().unwrap();
        assert!(last.contains(&format!("exit status {status}.")) && !last.contains(&other.to_string()), "{text}");
    }
}

#[test]
fn help_says_that_a_file_is_meant() {
    let desk = Desk::new();
    for (command, expected) in [
        ("append", "File with the payload,"),
        ("record", "File with the call record as it is now,"),
        ("sign", "File with the version or revocation record "),
    ] {
        let help = desk.run(&format!("{command} --help")).ok();
        assert!(help.contains(expected), "{help}");
    }
}

#[test]
fn files_for_another_command_are_said_to_be() {
    let (desk, vkey) = desk();
    desk.run("keygen validator.example/a -o alice.key").ok();
    desk.run(&format!("verify bundle.ndjson --key {vkey} --attest alice.key --result signed")).ok();
    let other = Desk::new();
    other.write("calls.ndjson", file((5..8).map(call)));
    other.write("log.key", desk.text("log.key"));
    other.seal_new("").ok();
    desk.write("fork", other.run("checkpoint chain.ndjson --key log.key").ok());
    desk.run(&format!("compare bundle.ndjson fork --key {vkey} -o evidence")).exit(1);
    desk.run(&format!("verify bundle.ndjson --key {vkey} --since memory --begin")).ok();
    for (name, hint) in [
        ("signed", "It is a validator's signed result: `call-verify agree` reads it."),
        ("evidence", "It is evidence of a fork: `call-verify verify-evidence` verifies it."),
        ("calls.ndjson", "It looks like call records: seal them, and export the chain."),
        ("memory", ""),
    ] {
        let done = desk.run(&format!("verify {name} --key {vkey} --json")).exit(5);
        let message = done.lines()[0]["findings"][0]["message"].as_str().unwrap().to_owned();
        assert_eq!(message, format!("This is not a bundle. {hint}").trim_end(), "{name}");
    }
}

#[test]
fn what_was_written_is_said_and_where() {
    let (desk, vkey) = desk();
    desk.run("keygen validator.example/a -o alice.key").ok();
    let verify = |options: &str| desk.run(&format!("verify bundle.ndjson --key {vkey} {options}"));
    let first = verify("--since memory --begin --attest alice.key --result signed").exit(0).stderr;
    assert_eq!(first, "note: memory remembers this head of 3 entries\nnote: the signed result is in signed\n");
    assert_eq!(verify("--since memory").exit(0).stderr, "note: memory is as it was: it remembers what is proven here\n");
    let unproven = verify(&format!("--since memory --expect 9:{}", "0".repeat(64))).stderr;
    assert_eq!(unproven, "note: memory is as it was: no head was proven that it could remember\n");
    assert!(verify("--since memory --json").exit(0).stderr.is_empty(), "a program that reads JSON looks for itself");

    let other = Desk::new();
    other.write("calls.ndjson", file((5..8).map(call)));
    other.write("log.key", desk.text("log.key"));
    other.seal_new("").ok();
    desk.write("fork", other.run("checkpoint chain.ndjson --key log.key").ok());
    let compare = |line: &str| desk.run(&format!("compare {line} --key {vkey} -o evidence"));
    assert_eq!(compare("bundle.ndjson note").exit(0).stderr, "note: there is no evidence, and evidence was not written\n");
    assert!(!desk.exists("evidence"));
    assert_eq!(compare("bundle.ndjson fork").exit(1).stderr, "note: the evidence is in evidence\n");
    assert!(desk.exists("evidence"));
}

#[test]
fn a_folder_is_no_file_and_one_that_is_missing_no_log() {
    let (desk, vkey) = desk();
    desk.run("export chain.ndjson --tiles log").ok();
    let said = refusal(&desk, &format!("verify --tiles nothere --key {vkey}"), 5, "unreadable");
    assert!(said.contains("(nothere)"), "{said}");
    refusal(&desk, &format!("verify --tiles note --key {vkey}"), 5, "unreadable");
    let human = desk.run(&format!("verify log --key {vkey}")).exit(5);
    assert!(human.stderr.contains("if it is a log of tiles, name it with --tiles. (log)"), "{}", human.stderr);
    desk.run(&format!("verify --tiles log --key {vkey}")).ok();
}

#[test]
fn several_records_beside_a_receipt_are_too_many() {
    let (desk, vkey) = desk();
    desk.run(&format!("receipt bundle.ndjson {} -o receipt", call_id(1))).ok();
    let verify = |name: &str| format!("verify-call {name} --receipt receipt --key {vkey}");
    let said = refusal(&desk, &verify("calls.ndjson"), 5, "json-syntax");
    assert!(
        said.contains("There are several records, and a receipt is of one call: give its record alone. (calls.ndjson)"),
        "{said}"
    );
    desk.write("one", format!("{}\n\n", call(1)));
    desk.run(&verify("one")).ok();
    // What is no record to begin with is not counted.
    desk.write("broken", format!("{{\"a\":\n{}", file([call(1)])));
    let said = refusal(&desk, &verify("broken"), 5, "json-syntax");
    assert!(!said.contains("several"), "{said}");
}

#[test]
fn an_option_that_is_missing_is_named() {
    let (desk, _) = desk();
    let said = |line: &str| desk.run(&format!("{line} --json")).refused(2, "bad-option");
    for (line, member, missing) in [
        ("cosign note --key log.key --state x", "log", "--log <VKEY>"),
        ("verify bundle.ndjson --attest log.key", "result", "--result <FILE>"),
        ("verify-call", "receipt", "--receipt <FILE>"),
        ("verify", "BUNDLE", "<BUNDLE>..."),
    ] {
        let error = said(line);
        let sentence = Code::BadOption.sentence();
        assert_eq!((&error["member"], &error["message"]), (&member.into(), &format!("{sentence} Missing: {missing}.").into()));
    }
    let several = said("cosign note --key log.key");
    assert!(
        several.get("member").is_none()
            && several["message"].as_str().unwrap().ends_with("Missing: --log <VKEY>, --state <FILE>.")
    );
    // Where it depends on the rest what is missing, it is asked for.
    let error = said("agree note");
    assert_eq!(error["member"], "key");
    let sentence = "An option is missing, or has a value that cannot be used. Give the keys of the validators that you trust.";
    assert!(error["message"].as_str().unwrap().starts_with(sentence), "{error}");
}

#[test]
fn the_help_of_agree_speaks_of_validators() {
    let desk = Desk::new();
    let help = desk.run("agree --help").ok();
    assert!(help.contains("Key of a validator you trust") && help.contains("`log` lines are the validators"), "{help}");
    assert!(!help.contains("Key of a log"), "{help}");
    assert!(desk.run("verify-evidence --help").ok().contains("Key of a log"));
}
