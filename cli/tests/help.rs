//! Help offline: every code is explained, and completions and manual pages exist for every command.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panic")]

mod support;

use call_stream_verify::Code;
use support::Desk;

const COMMANDS: &[&str] = &[
    "canonicalize",
    "hash",
    "seal",
    "append",
    "revoke",
    "record",
    "export",
    "verify",
    "verify-call",
    "receipt",
    "keygen",
    "sign",
    "checkpoint",
    "cosign",
    #[cfg(feature = "witness")]
    "witness",
    "prove",
    "anchor",
    "compare",
    "verify-evidence",
    "agree",
    "segment",
    "merge",
    "cid",
    "explain",
    "completions",
    "man",
];

#[test]
fn every_code_is_explained() {
    let desk = Desk::new();
    let list = desk.run("explain").ok();
    assert_eq!(list.lines().count(), Code::ALL.len());
    for (code, line) in Code::ALL.iter().zip(desk.run("explain --json").lines()) {
        assert_eq!((&line["code"], &line["sentence"]), (&code.name().into(), &code.sentence().into()));
    }
    for code in ["link-broken", "LINK-BROKEN", "link_broken"] {
        let text = desk.run(&format!("explain {code}")).ok();
        assert!(
            text.starts_with("link-broken\n") && text.contains(Code::LinkBroken.explanation()) && text.contains("exit status 1"),
            "{text}"
        );
    }
    let unknown = desk.run("explain lnik-broken").exit(2);
    assert!(unknown.stdout.is_empty() && unknown.stderr.contains("near: link-broken"), "{}", unknown.stderr);
    desk.run("explain lnik-broken --json").refused(2, "bad-option");
}

#[test]
fn every_command_has_help_a_manual_page_and_completions() {
    let desk = Desk::new();
    let help = desk.run("--help").ok();
    let manual = desk.run("man").ok();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        assert!(desk.run(&format!("{command} --help")).ok().contains("Usage:"), "{command}");
        assert!(manual.contains(&format!(".TH call-verify-{command} 1")), "{command}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&format!("completions {shell}")).ok();
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
    }
    std::fs::create_dir(desk.path("pages")).unwrap();
    desk.run("man --dir pages").ok();
    assert_eq!(std::fs::read_dir(desk.path("pages")).unwrap().count(), COMMANDS.len() + 1);
    desk.run("man --dir missing --json").refused(5, "unwritable");
    assert!(desk.run("--version").ok().starts_with("call-verify "));
}

#[test]
fn a_cid_is_that_of_the_payload() {
    let desk = Desk::new();
    desk.write("record.json", support::call(0).to_string());
    let hash = desk.run("hash record.json").ok();
    let cid = desk.run("cid record.json").ok();
    assert_eq!(desk.run(&format!("cid --digest {hash}")).ok(), cid);
    assert!(cid.starts_with("bafkrei"));
    // The recording is a component; `sha256sum` of the file agrees.
    desk.write("empty.wav", "");
    let with: serde_json::Value = serde_json::from_str(&desk.run("hash record.json --recording empty.wav --json").ok()).unwrap();
    assert_eq!(with["component_hashes"]["recording"], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(with["cid"], cid.trim());
    desk.run("hash record.json --recording missing.wav --json").refused(5, "unreadable");
}
