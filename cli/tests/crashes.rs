//! What can go wrong under a chain file: a process that dies at any moment, a full disk, a second process, a lost pipe.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{AT, Desk, ORIGIN, TENANT, call, file};

const MANY: usize = 5_000;

fn seal_line(chain: &str) -> String {
    format!("seal calls.ndjson --chain {chain} --tenant {TENANT} --origin {ORIGIN} --at {AT} --repair-tail --json")
}

/// Lines that were said of calls, as far as they are whole: what a reader of the pipe could act on.
fn acknowledged(stdout: &[u8]) -> Vec<Value> {
    let whole = stdout.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    stdout[..whole]
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_acknowledged() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..MANY).map(call)));
    let begun = Instant::now();
    let said = desk.run(&seal_line("whole.ndjson")).exit(0).stdout.len();
    let whole_run = begun.elapsed();
    let whole = desk.read("whole.ndjson");

    let (mut kills, mut partial, mut seed) = (0_u32, 0_u32, 0x2545_F491_4F6C_DD1D_u64);
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for round in 0..32 {
        // A chain that is whole is begun anew.
        if desk.exists("chain.ndjson") && desk.read("chain.ndjson") == whole {
            std::fs::remove_file(desk.path("chain.ndjson")).unwrap();
        }
        let mut command = desk.command();
        command.args(seal_line("chain.ndjson").split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // The program waits while nobody reads what it says, so most kills meet it somewhere in the middle of appending;
        // some come at any time from its start.
        let mut stdout = child.stdout.take().unwrap();
        let mut read = Vec::new();
        if round % 4 == 0 {
            thread::sleep(whole_run / 1000 * u32::try_from(random(800)).unwrap());
        } else {
            stdout.by_ref().take(u64::try_from(random(said)).unwrap()).read_to_end(&mut read).unwrap();
            thread::sleep(Duration::from_micros(u64::try_from(random(4000)).unwrap()));
        }
        child.kill().unwrap();
        stdout.read_to_end(&mut read).unwrap();
        let said = acknowledged(&read);
        if child.wait().unwrap().code().is_none() {
            kills += 1;
            partial += u32::from(!said.is_empty() && said.len() < MANY);
        }
        let there = if desk.exists("chain.ndjson") { desk.read("chain.ndjson") } else { Vec::new() };
        assert!(whole.starts_with(&there), "what is on disk is a piece of the whole chain");
        let lines: Vec<&[u8]> = there.split_inclusive(|byte| *byte == b'\n').collect();
        for line in said {
            let seq = usize::try_from(line["seq"].as_u64().unwrap()).unwrap();
            let entry: Value = serde_json::from_slice(lines[seq + 1]).unwrap();
            assert_eq!(entry["entry_hash"], line["entry_hash"], "acknowledged and not on disk");
        }
    }
    desk.run(&seal_line("chain.ndjson")).exit(0);
    assert!(desk.read("chain.ndjson") == whole, "the same bytes as without interruption");
    println!("{kills} kills, {partial} of them between acknowledgements");
    assert!(kills >= 20 && partial >= 10);
}

#[test]
fn a_torn_tail_is_found_named_and_moved_away_only_when_asked() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..4).map(call)));
    desk.seal_new("").ok();
    let whole = desk.read("chain.ndjson");
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for length in (last + 1..whole.len()).step_by(37).chain([whole.len() - 1]) {
        desk.write("chain.ndjson", &whole[..length]);
        let error = desk.run("seal calls.ndjson --chain chain.ndjson --json").refused(5, "torn-tail");
        assert_eq!(error["line"], 5);
        assert!(error["message"].as_str().unwrap().contains(&format!("byte {last}")), "{error}");
        desk.run("export chain.ndjson --json").refused(5, "torn-tail");
        assert_eq!(desk.read("chain.ndjson"), whole[..length], "never repaired in silence");
        desk.run(&format!("seal calls.ndjson --chain chain.ndjson --at {AT} --repair-tail")).ok();
        assert_eq!(desk.read("chain.ndjson"), whole);
        let piece = format!("chain.ndjson.torn-{last}");
        assert_eq!(desk.read(&piece), whole[last..length]);
        std::fs::remove_file(desk.path(&piece)).unwrap();
    }
    // A piece kept by an earlier repair is not written over by another; one that was interrupted is completed.
    let kept = format!("chain.ndjson.torn-{last}");
    desk.write(&kept, "something else");
    for _ in 0..2 {
        desk.write("chain.ndjson", &whole[..whole.len() - 1]);
        desk.run(&format!("seal calls.ndjson --chain chain.ndjson --at {AT} --repair-tail")).ok();
        assert_eq!(desk.read("chain.ndjson"), whole);
        assert_eq!(desk.text(&kept), "something else");
        assert_eq!(desk.read(&format!("{kept}-2")), whole[last..whole.len() - 1]);
        assert!(!desk.exists(&format!("{kept}-3")));
    }

    // The first write of all was torn.
    for length in [1, 30, 100] {
        desk.write("chain.ndjson", &whole[..length]);
        desk.seal_new("--json").refused(5, "torn-tail");
        desk.seal_new("--repair-tail").ok();
        assert_eq!(desk.read("chain.ndjson"), whole);
    }
}

#[test]
fn a_torn_salts_file_is_found_too() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..2).map(call)));
    desk.seal_new("--salt").ok();
    let chain = desk.read("chain.ndjson");
    let salts = desk.text("chain.ndjson.salts");
    desk.write("chain.ndjson.salts", format!("{salts}{{\"call_id\":\"0d9"));
    desk.run("seal calls.ndjson --chain chain.ndjson --json").refused(5, "torn-tail");
    desk.run("seal calls.ndjson --chain chain.ndjson --repair-tail").ok();
    assert_eq!((desk.text("chain.ndjson.salts"), desk.read("chain.ndjson")), (salts.clone(), chain));
    desk.write("chain.ndjson.salts", salts.replacen("salt", "SALT", 1));
    desk.run("seal calls.ndjson --chain chain.ndjson --json").refused(5, "chain-damaged");
}

#[test]
fn a_full_disk_leaves_what_was_there_and_what_was_acknowledged() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3000).map(call)));
    desk.run(&seal_line("whole.ndjson")).exit(0);
    let whole = desk.read("whole.ndjson");
    // A limit on the size of files stands for the disk's end; blocks of 512 bytes.
    for blocks in [1, 700, 1500, 2000, 3000] {
        let _ = std::fs::remove_file(desk.path("chain.ndjson"));
        let done = desk.shell(&format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$CV\" {}", seal_line("chain.ndjson")));
        let said = acknowledged(done.stdout.as_bytes());
        assert!(said.len() < 3000);
        done.refused(5, "unwritable");
        let there = if desk.exists("chain.ndjson") { desk.read("chain.ndjson") } else { Vec::new() };
        assert!(whole.starts_with(&there), "the piece that did not fit is taken back");
        assert!(there.is_empty() || there.ends_with(b"\n"));
        assert_eq!(there.split(|byte| *byte == b'\n').count().saturating_sub(2), said.len(), "exactly what was acknowledged");
        desk.run(&seal_line("chain.ndjson")).exit(0);
        assert_eq!(desk.read("chain.ndjson"), whole);
    }
    // Killed by the limit instead: the piece stays, and is found.
    let _ = std::fs::remove_file(desk.path("chain.ndjson"));
    let done = desk.shell(&format!("ulimit -f 1500; exec \"$CV\" {}", seal_line("chain.ndjson")));
    assert_eq!(done.code, None, "killed by a signal");
    let strict = seal_line("chain.ndjson").replace(" --repair-tail", "");
    desk.run(&strict).refused(5, "torn-tail");
    desk.run(&seal_line("chain.ndjson")).exit(0);
    assert_eq!(desk.read("chain.ndjson"), whole);
}

#[test]
fn other_outputs_that_cannot_be_written_are_no_success_either() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..50).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("").ok();
    for line in [
        "export chain.ndjson --calls calls.ndjson".to_owned(),
        "checkpoint chain.ndjson --key log.key".to_owned(),
        "seal calls.ndjson --chain chain.ndjson".to_owned(),
        "prove inclusion chain.ndjson 3".to_owned(),
        format!("verify chain.ndjson --key {vkey}"),
    ] {
        let done = desk.shell(&format!("exec \"$CV\" {line} --json >/dev/full"));
        done.refused(5, "unwritable");
    }
    let whole = desk.run(&format!("export chain.ndjson --calls calls.ndjson --at {AT}")).ok();
    desk.write("bundle.ndjson", "an older bundle");
    let done =
        desk.shell("trap '' XFSZ; ulimit -f 20; exec \"$CV\" export chain.ndjson --calls calls.ndjson -o bundle.ndjson --json");
    done.refused(5, "unwritable");
    assert_eq!(desk.text("bundle.ndjson"), "an older bundle");
    desk.run(&format!("export chain.ndjson --calls calls.ndjson --at {AT} -o bundle.ndjson")).ok();
    assert_eq!(desk.text("bundle.ndjson"), whole);
    desk.run("export chain.ndjson -o /dev/full --json").refused(5, "unwritable");
    desk.run("keygen example.com/a -o log.key --json").refused(5, "unwritable");
    desk.run("export chain.ndjson -o no/such/folder --json").refused(5, "unwritable");
    desk.run("export chain.ndjson -o . --json").refused(5, "unwritable");
    let left: Vec<_> = std::fs::read_dir(desk.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".call-verify")), "{left:?}");
}

#[test]
fn one_writer_at_a_time() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..2).map(call)));
    desk.log_key();
    desk.seal_new("").ok();
    let chain = desk.read("chain.ndjson");
    let held = File::open(desk.path("chain.ndjson")).unwrap();
    held.lock().unwrap();
    for line in ["seal calls.ndjson --chain chain.ndjson", "export chain.ndjson", "checkpoint chain.ndjson --key log.key"] {
        desk.run(&format!("{line} --json")).refused(5, "chain-locked");
    }
    held.unlock().unwrap();
    // Readers do not keep each other out, but writers.
    held.lock_shared().unwrap();
    desk.run("export chain.ndjson").ok();
    desk.run("seal calls.ndjson --chain chain.ndjson --json").refused(5, "chain-locked");
    drop(held);
    desk.run("seal calls.ndjson --chain chain.ndjson").ok();
    assert_eq!(desk.read("chain.ndjson"), chain);
}

/// Runs the program, gives it `input` and leaves its standard input open.
fn begin(desk: &Desk, line: &str, input: &[u8]) -> (Child, ChildStdin) {
    let mut command = desk.command();
    command.args(line.split_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    (child, stdin)
}

#[track_caller]
fn wait_until(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never came");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_chain_is_locked_before_it_is_begun_and_its_salts_with_it() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file([call(0)]));
    let line = seal_line("chain.ndjson").replace("calls.ndjson", "-") + " --salt";
    let (first, stdin) = begin(&desk, &line, &[]);
    wait_until(|| desk.exists("chain.ndjson"));
    thread::sleep(Duration::from_millis(100));
    desk.seal_new("--salt --json").refused(5, "chain-locked");
    assert!(!desk.exists("chain.ndjson.salts"));
    let mut stdin = stdin;
    stdin.write_all(file([call(0)]).as_bytes()).unwrap();
    drop(stdin);
    support::Done::of(first.wait_with_output().unwrap()).ok();
    assert_eq!(desk.text("chain.ndjson.salts").lines().count(), 1);
    let chain = desk.read("chain.ndjson");
    desk.seal_new("--salt").ok();
    assert_eq!((desk.read("chain.ndjson"), desk.text("chain.ndjson.salts").lines().count()), (chain, 1));
}

#[test]
fn a_chain_that_was_not_begun_leaves_no_file_and_one_that_was_there_stays() {
    let desk = Desk::new();
    desk.write("calls.ndjson", "{}\n");
    desk.seal_new("--salt --json").refused(5, "missing-member");
    assert!(!desk.exists("chain.ndjson") && !desk.exists("chain.ndjson.salts"));
    desk.write("chain.ndjson", "");
    desk.seal_new("--json").refused(5, "missing-member");
    assert_eq!(desk.text("chain.ndjson"), "", "whose it is, is not known");
    // An interruption in between leaves an empty file at most, which is then begun.
    std::fs::remove_file(desk.path("chain.ndjson")).unwrap();
    let (mut child, stdin) = begin(&desk, &seal_line("chain.ndjson").replace("calls.ndjson", "-"), &[]);
    wait_until(|| desk.exists("chain.ndjson"));
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    assert_eq!(desk.text("chain.ndjson"), "");
    desk.write("calls.ndjson", file([call(0)]));
    desk.seal_new("").ok();
}

#[test]
fn many_who_begin_a_chain_and_give_up_lose_nothing_of_who_begins_it() {
    let desk = Desk::new();
    desk.write("bad.ndjson", "{}\n");
    desk.write("calls.ndjson", file([call(0)]));
    for _ in 0..20 {
        let spawn = |calls: &str| {
            let mut command = desk.command();
            command.args(seal_line("chain.ndjson").replace("calls.ndjson", calls).split_whitespace());
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<_> = (0..6).map(|n| spawn(if n % 2 == 0 { "bad.ndjson" } else { "calls.ndjson" })).collect();
        let said: Vec<_> = children.into_iter().map(|child| acknowledged(&child.wait_with_output().unwrap().stdout)).collect();
        let sealed = said.iter().flatten().filter(|line| line["status"] == "sealed").count();
        assert!(sealed <= 1, "sealed once");
        // Whoever was told so finds it. Where all met a locked chain or gave up, nothing is there, or an empty file: one that another
        // process created and lost the lock of is left alone, since whose it is, is not known.
        let left = if desk.exists("chain.ndjson") { desk.text("chain.ndjson") } else { String::new() };
        assert_eq!(left.lines().count(), 2 * sealed);
        assert!(sealed == 0 || desk.exists("chain.ndjson"));
        drop(std::fs::remove_file(desk.path("chain.ndjson")));
    }
}

#[test]
fn an_interrupted_export_leaves_no_piece_and_shows_none_to_others_meanwhile() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..2000).map(call)));
    desk.seal_new("").ok();
    let pieces = || -> Vec<_> {
        let entries = std::fs::read_dir(desk.path(".")).unwrap().map(|entry| entry.unwrap());
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".call-verify-")).collect()
    };
    let (child, stdin) = begin(&desk, "export chain.ndjson --calls - -o bundle.ndjson", &desk.read("calls.ndjson"));
    wait_until(|| pieces().iter().any(|piece| piece.metadata().is_ok_and(|metadata| metadata.len() > 0)));
    for piece in pieces() {
        assert_eq!(piece.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    drop(stdin);
    assert!(pieces().is_empty() && !desk.exists("bundle.ndjson"), "{:?}", pieces());

    // What is whole is as any other new file.
    desk.run("export chain.ndjson --calls calls.ndjson -o bundle.ndjson").ok();
    let mode = |name: &str| desk.path(name).metadata().unwrap().permissions().mode();
    assert_eq!(mode("bundle.ndjson"), mode("calls.ndjson"));
    desk.shell("umask 027; exec \"$CV\" export chain.ndjson -o bundle.ndjson").ok();
    assert_eq!(mode("bundle.ndjson") & 0o777, 0o640);
    assert!(pieces().is_empty());
}

#[test]
fn writers_at_the_same_moment_leave_one_sound_chain() {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..500).map(call)));
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = desk.command();
            command.args(seal_line("chain.ndjson").split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        })
        .collect();
    let codes: Vec<_> = children.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 5))), "{codes:?}");
    assert!(codes.contains(&Some(0)));
    desk.run(&seal_line("whole.ndjson")).exit(0);
    thread::sleep(Duration::from_millis(1));
    assert_eq!(desk.read("chain.ndjson"), desk.read("whole.ndjson"));
}
