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
