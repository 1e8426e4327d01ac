//! `export --tiles` and `verify --tiles`: a log as static files that grows, survives a kill, and that Go's sumdb reads.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{AT, Desk, SECRET, call, call_id, file};

/// A desk with a chain of this many calls under a checkpoint; and the key.
fn desk(calls: usize) -> (Desk, String) {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..calls).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("").ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    (desk, vkey)
}

fn grow(desk: &Desk, calls: std::ops::Range<usize>) {
    desk.run_with(&format!("seal - --chain chain.ndjson --at {AT}"), file(calls.map(call))).ok();
    desk.run("checkpoint chain.ndjson --key log.key").ok();
}

/// Every file below a folder, by its path.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    found.insert(path.strip_prefix(folder).unwrap().display().to_string(), fs::read(&path).unwrap());
                }
            }
        }
    }
    found
}

#[test]
fn a_log_grows_by_files_alone_and_is_verified_at_every_step() {
    let (desk, vkey) = desk(3);
    let mut before = BTreeMap::new();
    for (step, calls) in [0..3, 3..255, 255..256, 256..300, 300..700].into_iter().enumerate() {
        if step > 0 {
            grow(&desk, calls.clone());
        }
        desk.run("export chain.ndjson --tiles log").ok();
        let done = desk.run(&format!("verify --tiles log --key {vkey} --json")).exit(0);
        let [report] = &done.lines()[..] else { panic!("one line") };
        assert_eq!((&report["verdict"], &report["size"]), (&"verified".into(), &calls.end.into()));
        let now = tree(&desk.path("log"));
        // Nothing but the checkpoint is ever changed or removed.
        assert!(before.iter().all(|(name, bytes)| name == "checkpoint" || now.get(name) == Some(bytes)));
        desk.run("export chain.ndjson --tiles log").ok();
        assert_eq!(tree(&desk.path("log")), now, "the same again changes nothing");
        before = now;
    }
    assert!(["tile/0/002.p/188", "tile/entries/001", "tile/1/000.p/2"].iter().all(|name| before.contains_key(*name)));
    let shown: Vec<u8> = before.into_values().flatten().collect();
    for word in [SECRET, &call_id(0), "reservation"] {
        assert!(!shown.windows(word.len()).any(|piece| piece == word.as_bytes()), "a tile shows {word}");
    }
    let human = desk.run(&format!("verify --tiles log --key {vkey}")).ok();
    assert!(human.starts_with("Verified — log: ") && human.contains("append only"), "{human}");
    // The chain it was written from is compared with it, and an export.
    desk.run("export chain.ndjson -o bundle.ndjson").ok();
    for other in ["chain.ndjson", "bundle.ndjson", "log/checkpoint"] {
        assert_eq!(desk.run(&format!("compare log {other} --key {vkey} --json")).exit(0).lines()[0]["relation"], "same");
    }
}

#[test]
fn go_s_sumdb_reads_the_log_and_proves_every_record() {
    let (desk, vkey) = desk(600);
    desk.run("export chain.ndjson --tiles log").ok();
    let go = Command::new("go")
        .args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/go_tiles/main.go")])
        .args([desk.path("log").as_os_str(), vkey.as_ref()])
        .envs([("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOFLAGS", "")])
        .output();
    match go {
        Ok(output) if output.status.success() => {
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "600 600 86");
        }
        Ok(output) if !String::from_utf8_lossy(&output.stderr).contains("cannot find package") => {
            panic!("{}", String::from_utf8_lossy(&output.stderr))
        }
        _ => println!("skipped: tiles: no Go with golang.org/x/mod/sumdb"),
    }
}

#[test]
fn a_folder_that_holds_something_else_is_left_as_it_is() {
    let (desk, _) = desk(5);
    desk.run("export chain.ndjson --tiles log").ok();
    let refused = |name: &str, bytes: &[u8], exit: i32, code: &str| {
        let there = desk.read(name);
        desk.write(name, bytes);
        let before = tree(&desk.path("log"));
        desk.run("export chain.ndjson --tiles log --json").refused(exit, code);
        assert_eq!(tree(&desk.path("log")), before);
        desk.write(name, there);
    };
    let tile = desk.read("log/tile/0/000.p/5");
    refused("log/tile/0/000.p/5", &tile[..159], 5, "not-consistent");
    refused("log/tile/entries/000.p/5", &tile, 5, "not-consistent");
    refused("log/checkpoint", b"what?", 2, "bad-note");
    // A later state, and another log.
    let older = desk.read("chain.ndjson");
    grow(&desk, 5..7);
    desk.run("export chain.ndjson --tiles log").ok();
    let newer = desk.read("chain.ndjson");
    desk.write("chain.ndjson", &older);
    desk.run("export chain.ndjson --tiles log --json").refused(5, "not-consistent");
    fs::remove_file(desk.path("chain.ndjson")).unwrap();
    desk.write("calls.ndjson", file((20..30).map(call)));
    desk.seal_new("").ok();
    desk.run("export chain.ndjson --tiles other --json").refused(5, "no-checkpoint");
    assert!(!desk.exists("other"));
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run("export chain.ndjson --tiles log --json").refused(5, "not-consistent");
    desk.write("chain.ndjson", &newer);
    desk.run("export chain.ndjson --tiles log").ok();
    desk.write("file", "");
    desk.run("export chain.ndjson --tiles file --json").refused(5, "unreadable");
    for more in ["--calls calls.ndjson", "--range 0..3", "-o bundle", "--redact caller"] {
        desk.run(&format!("export chain.ndjson --tiles log {more}")).exit(2);
    }
}

#[test]
fn what_is_verified_is_a_whole_log_under_a_key() {
    let (desk, vkey) = desk(300);
    desk.run("export chain.ndjson --tiles log").ok();
    desk.run("verify --tiles log --json").exit(3);
    std::fs::create_dir(desk.path("empty")).unwrap();
    let nothing = desk.run(&format!("verify --tiles empty --key {vkey} --json")).exit(3);
    assert_eq!(nothing.lines()[0]["findings"][0]["code"], "tile-missing");
    let mut bytes = desk.read("log/tile/entries/000");
    bytes[300] ^= 1;
    desk.write("log/tile/entries/000", bytes);
    let done = desk.run(&format!("verify --tiles log --key {vkey} --json")).exit(1);
    let finding = &done.lines()[0]["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["seq"], &finding["member"]),
        (&"tile-mismatch".into(), &8.into(), &"tile/entries/000".into())
    );
    let human = desk.run(&format!("verify --tiles log --key {vkey}")).exit(1);
    assert!(
        human.stdout.starts_with("Mismatch — log: ") && !human.stdout.to_lowercase().contains("verified"),
        "{}",
        human.stdout
    );
    desk.write("log/checkpoint", vec![b'x'; 1 << 20]);
    desk.run(&format!("verify --tiles log --key {vkey} --json")).exit(6);
    desk.run(&format!("verify --tiles log --key {vkey} --format sarif")).exit(2);
    desk.run(&format!("verify --tiles log bundle --key {vkey}")).exit(2);
    desk.run("verify").exit(2);
}

#[test]
fn an_export_killed_at_any_moment_never_leaves_a_checkpoint_without_its_tiles() {
    let (desk, vkey) = desk(3);
    desk.run("export chain.ndjson --tiles log").ok();
    grow(&desk, 3..1300);
    // The shortest of several: on a busy machine one run says little, and a kill behind the end is none.
    let run = |n: u32| {
        let begun = Instant::now();
        desk.run(&format!("export chain.ndjson --tiles whole-{n}")).ok();
        begun.elapsed()
    };
    let whole_run = (0..4).map(run).min().unwrap();
    let whole = tree(&desk.path("whole-0"));
    let (mut kills, mut seed) = (0, 0x2545_F491_4F6C_DD1D_u64);
    for round in 0..40 {
        let name = format!("log-{round}");
        desk.shell(&format!("cp -r log {name}")).ok();
        let mut command = desk.command();
        command.args(["export", "chain.ndjson", "--tiles", &name]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        thread::sleep(whole_run / 1000 * u32::try_from((seed >> 33) % 1000).unwrap() + Duration::from_micros(1));
        child.kill().unwrap();
        kills += u32::from(child.wait().unwrap().code().is_none());
        // What is served in between is a whole log, the old one or the new one.
        desk.run(&format!("verify --tiles {name} --key {vkey} --json")).ok();
        desk.run(&format!("export chain.ndjson --tiles {name}")).ok();
        let now = tree(&desk.path(&name));
        assert!(whole.iter().all(|(file, bytes)| now.get(file) == Some(bytes)));
    }
    println!("{kills} kills");
    assert!(kills >= 10);
}
