//! Names that lead to the same file: no output takes the place of what a command reads or keeps, and links change nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use support::{AT, Desk, call, call_id, file};

/// A desk with all kinds of files that commands read, and the vkey of its log.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    let vkey = desk.log_key();
    desk.write("log.vkey", &vkey);
    desk.write("policy", format!("log {vkey}\nquorum none\n"));
    desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    desk.seal_new("--salt").ok();
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    cosign(&desk, &vkey, "note", "state", "--begin -o cosigned").ok();
    desk.run("export chain.ndjson --calls calls.ndjson -o bundle.ndjson").ok();
    desk.run("segment bundle.ndjson --lines 0..3 --key log.vkey -o first").ok();
    desk.run("segment bundle.ndjson --lines 3.. --key log.vkey -o second").ok();
    desk.write("proof", "");
    (desk, vkey)
}

fn cosign(desk: &Desk, vkey: &str, note: &str, state: &str, more: &str) -> support::Done {
    desk.run(&format!("cosign {note} --key witness.key --log {vkey} --state {state} --at {AT} --json {more}"))
}

fn files(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let names = fs::read_dir(desk.path(".")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| desk.path(name).is_file()).map(|name| (name.clone(), desk.read(&name))).collect()
}

#[test]
fn no_output_takes_the_place_of_what_its_command_reads_or_keeps() {
    let (desk, vkey) = desk();
    let cosign = format!("cosign note --key witness.key --log {vkey} --state state");
    let new_witness = format!("cosign note --key witness.key --log {vkey} --state new --begin");
    let before = files(&desk);
    for (line, own) in [
        ("checkpoint chain.ndjson --key log.key", vec!["chain.ndjson", "chain.ndjson.salts", "log.key"]),
        ("checkpoint chain.ndjson --add cosigned", vec!["cosigned"]),
        (&cosign, vec!["note", "witness.key", "state", "state.lock"]),
        (&format!("{cosign} --chain chain.ndjson"), vec!["chain.ndjson", "chain.ndjson.salts"]),
        (&format!("{cosign} --proof proof"), vec!["proof"]),
        (&new_witness, vec!["new", "new.lock"]),
        (
            "export chain.ndjson --calls calls.ndjson --checkpoint note --checkpoint cosigned",
            vec!["chain.ndjson", "chain.ndjson.salts", "calls.ndjson", "note", "cosigned"],
        ),
        (&format!("receipt bundle.ndjson {}", call_id(0)), vec!["bundle.ndjson"]),
        ("segment bundle.ndjson --lines 0.. --key log.vkey", vec!["bundle.ndjson", "log.vkey"]),
        ("segment bundle.ndjson --lines 0.. --policy policy", vec!["policy"]),
        ("merge first second --key log.vkey", vec!["first", "second", "log.vkey"]),
    ] {
        for name in own {
            symlink(name, desk.path("link")).unwrap();
            let absolute = desk.path(name).display().to_string();
            let mut spellings = vec![name.to_owned(), format!("./{name}"), absolute];
            if desk.exists(name) {
                fs::hard_link(desk.path(name), desk.path("hard")).unwrap();
                spellings.extend(["link".to_owned(), "hard".to_owned()]);
            }
            for output in spellings {
                let error = desk.run(&format!("{line} -o {output} --json")).refused(2, "bad-option");
                assert_eq!(error["member"], "output", "{line} -o {output}");
            }
            fs::remove_file(desk.path("link")).unwrap();
            let _ = fs::remove_file(desk.path("hard"));
            assert!(files(&desk) == before, "{line} -o {name} changed something");
        }
    }
    // Standard input is a file now and then. A device is nobody's own.
    let done = desk.shell("exec \"$CV\" segment - --lines 0.. --key log.vkey -o bundle.ndjson --json < bundle.ndjson");
    assert_eq!(done.refused(2, "bad-option")["member"], "output");
    assert!(files(&desk) == before);
    desk.shell("exec \"$CV\" segment - --lines 0..0 --key log.vkey -o /dev/null < /dev/null").ok();
    // A key is never written over either, and what is given beside the command's own files is.
    desk.run("keygen example.com/a -o log.key --json").refused(5, "unwritable");
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
}

#[test]
fn a_chain_has_the_same_salts_and_the_same_lock_under_every_name() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..2).map(call)));
    desk.seal_new("--salt").ok();
    let (chain, salts) = (desk.read("chain.ndjson"), desk.read("chain.ndjson.salts"));
    fs::create_dir(desk.path("elsewhere")).unwrap();
    symlink("../chain.ndjson", desk.path("elsewhere/link")).unwrap();
    for salt in ["", "--salt"] {
        desk.run(&format!("seal calls.ndjson --chain elsewhere/link {salt}")).ok();
        assert_eq!((desk.read("chain.ndjson"), desk.read("chain.ndjson.salts")), (chain.clone(), salts.clone()));
    }
    let export = |name: &str| desk.run(&format!("export {name} --calls calls.ndjson --at {AT} --redact caller")).ok();
    assert_eq!(export("elsewhere/link"), export("chain.ndjson"));
    let held = File::open(desk.path("chain.ndjson")).unwrap();
    held.lock().unwrap();
    desk.run("seal calls.ndjson --chain elsewhere/link --json").refused(5, "chain-locked");
    drop(held);
    // A piece that is moved away comes to stand beside the chain, not beside the link.
    desk.write("chain.ndjson", &chain[..chain.len() - 1]);
    desk.run(&format!("seal calls.ndjson --chain elsewhere/link --at {AT} --repair-tail")).ok();
    assert_eq!(desk.read("chain.ndjson"), chain);
    let beside = fs::read_dir(desk.path("elsewhere")).unwrap().count();
    assert_eq!(beside, 1, "nothing stands beside the link");

    symlink("nowhere", desk.path("dangling")).unwrap();
    let begin = format!("seal calls.ndjson --tenant {} --origin {} --chain dangling --json", support::TENANT, support::ORIGIN);
    desk.run(&begin).refused(5, "not-a-chain");
    desk.run("export dangling --json").refused(5, "unreadable");
    assert!(!desk.exists("nowhere"));
}

#[test]
fn a_witness_has_the_same_state_and_the_same_lock_under_every_name() {
    let (desk, vkey) = desk();
    fs::create_dir(desk.path("elsewhere")).unwrap();
    symlink("../state", desk.path("elsewhere/link")).unwrap();
    let held = File::open(desk.path("state.lock")).unwrap();
    held.lock().unwrap();
    for state in ["state", "elsewhere/link", "elsewhere/../state"] {
        cosign(&desk, &vkey, "note", state, "").refused(5, "unwritable");
    }
    drop(held);
    desk.run_with("seal - --chain chain.ndjson", file([call(3)])).ok();
    desk.run("checkpoint chain.ndjson --key log.key -o four").ok();
    cosign(&desk, &vkey, "four", "elsewhere/link", "--chain chain.ndjson").ok();
    assert!(desk.text("state").contains("\"size\":4"));
    assert!(fs::symlink_metadata(desk.path("elsewhere/link")).unwrap().is_symlink());
    assert_eq!(fs::read_dir(desk.path("elsewhere")).unwrap().count(), 1, "no lock of its own beside the link");
    cosign(&desk, &vkey, "note", "elsewhere/link", "").refused(5, "not-consistent");

    symlink("nowhere", desk.path("dangling")).unwrap();
    for begin in ["", "--begin"] {
        cosign(&desk, &vkey, "note", "dangling", begin).refused(5, "unreadable");
    }
    assert!(!desk.exists("nowhere") && !desk.exists("dangling.lock") && !desk.exists("nowhere.lock"));
}
