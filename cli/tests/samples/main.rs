//! The sample bundles are golden: the program makes the very bytes that are kept, and judges each as it always did.
//! With `WRITE_SAMPLES=1`, which is `cargo xtask samples`, they are written anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panic")]

mod make;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn kept(name: &str) -> PathBuf {
    project("www/public/samples").join(name)
}

#[test]
fn the_samples_are_made_again_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    make::make(Path::new(env!("CARGO_BIN_EXE_call-verify")), &project("tests/keys"), folder.path()).unwrap();
    for name in make::FILES {
        if std::env::var_os("WRITE_SAMPLES").is_some() {
            fs::create_dir_all(project("www/public/samples")).unwrap();
            fs::copy(folder.path().join(name), kept(name)).unwrap();
        }
        let (made, kept) = (fs::read(folder.path().join(name)).unwrap(), fs::read(kept(name)).unwrap());
        assert!(made == kept, "{name} has other bytes than the one that is kept; `cargo xtask samples` writes them anew");
        assert!(kept.len() <= 1024 * 1024, "{name} is too large to be kept");
    }
}

#[test]
fn every_sample_is_judged_as_it_always_was() {
    for (name, verdict, exit) in make::VERDICTS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_call-verify"));
        let output =
            command.arg("verify").arg(kept(name)).arg("--policy").arg(kept("policy.txt")).arg("--json").output().unwrap();
        assert_eq!(output.status.code(), Some(exit), "{name}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report.get("verdict").and_then(|verdict| verdict.as_str()), Some(verdict), "{name}");
    }
}
