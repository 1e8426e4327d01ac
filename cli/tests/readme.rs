//! The README's tour and its Rust example are what they seem: the commands run as they stand, the example compiles and judges.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap()
}

/// The bodies of the fenced blocks that begin with this line.
fn blocks(text: &str, fence: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == fence {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect());
        }
    }
    blocks
}

/// The tour as a script that stops at the first command whose exit status is not the one that stands beside it.
fn script(tour: &str) -> (String, usize) {
    let mut script = String::from("set -eu\n");
    let mut expected = 0;
    for line in tour.lines() {
        match line.rsplit_once("# exit ") {
            Some((command, status)) => {
                expected += 1;
                script.push_str(&format!("{command} && status=0 || status=$?\n"));
                script
                    .push_str(&format!("[ $status -eq {status} ] || {{ echo \"exit $status, not {status}\" >&2; exit 99; }}\n"));
            }
            None => script.push_str(&format!("{line}\n")),
        }
    }
    (script, expected)
}

/// The directory in which the tour was run, and what it printed.
fn run_tour() -> (tempfile::TempDir, String) {
    let tour = blocks(&readme(), "```sh tour").concat();
    let (script, expected) = script(&tour);
    assert!(expected >= 3, "the tour shows how it fails, too");
    let folder = tempfile::tempdir().unwrap();
    let programs = PathBuf::from(env!("CARGO_BIN_EXE_call-verify")).parent().unwrap().to_owned();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let run = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).env("PATH", path).output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{}\n{printed}\n{}", run.status, String::from_utf8_lossy(&run.stderr));
    (folder, printed)
}

#[test]
fn the_tour_runs_as_it_stands_and_its_exports_are_judged_as_it_says() {
    let (folder, printed) = run_tour();
    for word in ["Verified", "Mismatch", "Revoked"] {
        assert!(printed.contains(word), "{word}: {printed}");
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let vkey = String::from_utf8(read("log.vkey")).unwrap();
    assert!(holds(&read("export.ndjson"), &vkey).unwrap());
    assert!(!holds(&read("tampered.ndjson"), &vkey).unwrap());
}

#[test]
fn the_rust_example_is_the_code_below() {
    let this = include_str!("readme.rs");
    let [example] = &blocks(&readme(), "```rust")[..] else { panic!("the README has one Rust example") };
    assert!(this.contains(example.as_str()), "{example}");
}

#[test]
fn the_exit_statuses_are_those_of_the_specification() {
    let spec = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md")).unwrap();
    let statuses = |text: &str, heading: &str| -> Vec<String> {
        let (_, table) = text.split_once(heading).expect("a table of exit statuses");
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        rows.filter_map(|row| row.split('|').nth(1)).map(|status| status.trim().to_owned()).collect()
    };
    let stated = statuses(&readme(), "| exit | meaning |");
    assert_eq!(stated, statuses(&spec, "| status | meaning |"));
    assert_eq!(stated.len(), 8);
}

use call_stream_verify::{Results, Trust, Verdict, verify};

fn holds(export: &[u8], vkey: &str) -> call_stream_verify::Result<bool> {
    let report = verify(export, Trust::new().with_key(vkey)?, Results::NotVerified);
    for finding in &report.findings {
        eprintln!("{}: {}", finding.code.name(), finding.message());
    }
    Ok(report.verdict == Verdict::Verified)
}
