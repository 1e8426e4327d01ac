//! Input that is no bundle, is damaged or cannot be read: each with its code, place and exit status, never a success, never a panic.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use std::io::Write;
use support::{AT, Desk, Done, TENANT, call, file};

/// A desk with a sealed, signed and exported bundle of three calls; and its key.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson --at {AT}")).ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson.gz --at {AT}")).ok();
    (desk, vkey)
}

/// Runs `verify` in human form and as JSON, with one thread and with three; expects this exit status, finding and line in all.
#[track_caller]
fn expect(desk: &Desk, vkey: &str, name: &str, exit: i32, code: &str, line: Option<u64>) {
    for jobs in [1, 3] {
        let human = desk.run(&format!("verify {name} --key {vkey} --jobs {jobs}")).exit(exit);
        no_success(&human);
        assert!(human.stdout.contains(code), "{name}: {}", human.stdout);
        let json = desk.run(&format!("verify {name} --key {vkey} --jobs {jobs} --json")).exit(exit);
        let report: Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(report["verdict"], "not_proven", "{name}");
        let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code);
        let finding = finding.unwrap_or_else(|| panic!("{name}: no {code} in {}", json.stdout));
        assert_eq!(finding["line"].as_u64(), line, "{name}: {finding}");
    }
}

#[track_caller]
fn no_success(done: &Done) {
    assert!(done.code.is_some_and(|code| code != 0), "{:?}", done.code);
    let said = format!("{}{}", done.stdout, done.stderr).to_lowercase();
    for word in ["verified", "panicked", "success"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
}

#[test]
fn what_is_no_bundle_is_named_so() {
    let (desk, vkey) = desk();
    desk.write("empty", "");
    desk.write("words", "This is no bundle.\n");
    desk.write("binary", (0..20_000u32).map(|n| u8::try_from(n * 7919 % 251).unwrap_or_default() | 0x80).collect::<Vec<u8>>());
    desk.write("other.json", "{\"format\":\"call-stream-verify/1\"}\n");
    desk.write("deep", format!("{}{}\n", "[".repeat(33), "]".repeat(33)));
    desk.write("only-lf", "\n");
    for name in ["empty", "words", "binary", "other.json", "deep", "only-lf"] {
        expect(&desk, &vkey, name, 5, "not-a-bundle", Some(1));
    }
}

#[test]
fn gzip_is_one_whole_member_and_nothing_behind_it() {
    let (desk, vkey) = desk();
    let whole = desk.read("bundle.ndjson.gz");
    desk.run(&format!("verify bundle.ndjson.gz --key {vkey}")).ok();
    desk.write("cut.gz", &whole[..whole.len() / 2]);
    expect(&desk, &vkey, "cut.gz", 3, "gzip-damaged", None);
    desk.write("cut-trailer.gz", &whole[..whole.len() - 1]);
    expect(&desk, &vkey, "cut-trailer.gz", 3, "gzip-damaged", None);
    desk.write("two.gz", [&whole[..], &whole[..]].concat());
    expect(&desk, &vkey, "two.gz", 3, "gzip-trailing", None);
    desk.write("behind.gz", [&whole[..], b"\n"].concat());
    expect(&desk, &vkey, "behind.gz", 3, "gzip-trailing", None);
}

#[test]
fn lines_that_are_cut_too_long_or_not_canonical_are_named_with_their_number() {
    let (desk, vkey) = desk();
    let text = desk.text("bundle.ndjson");
    let lines: Vec<&str> = text.lines().collect();
    let count = u64::try_from(lines.len()).unwrap();
    let with = |third: &str| {
        let mut lines = lines.clone();
        lines[2] = third;
        format!("{}\n", lines.join("\n"))
    };

    desk.write("cut", &text[..text.len() - 1]);
    expect(&desk, &vkey, "cut", 3, "cut-off", Some(count));
    desk.write("no-end", format!("{}\n", lines[..lines.len() - 1].join("\n")));
    expect(&desk, &vkey, "no-end", 3, "cut-off", Some(count - 1));
    desk.write("behind", format!("{text}\n"));
    expect(&desk, &vkey, "behind", 3, "trailing-bytes", Some(count + 1));

    desk.write("long", with(&format!("{{\"type\":\"call\",\"call\":\"{}\"}}", "x".repeat(17 << 20))));
    expect(&desk, &vkey, "long", 6, "line-too-long", Some(3));
    desk.write("endless", [lines[0].as_bytes(), b"\n", &vec![b'x'; 20 << 20]].concat());
    expect(&desk, &vkey, "endless", 6, "line-too-long", Some(2));

    let nested = format!("{{\"type\":\"call\",\"call\":{}1{}}}", "{\"a\":".repeat(33), "}".repeat(33));
    desk.write("nested", with(&nested));
    expect(&desk, &vkey, "nested", 3, "not-canonical", Some(3));
    let payload = lines[1].replacen("\"payload\":{", &format!("\"payload\":{{\"a\":{}1{},", "[".repeat(33), "]".repeat(33)), 1);
    desk.write("nested-entry", with(&payload));
    expect(&desk, &vkey, "nested-entry", 3, "not-canonical", Some(3));
    desk.write("spaced", with(&lines[2].replacen(':', ": ", 1)));
    expect(&desk, &vkey, "spaced", 3, "not-canonical", Some(3));
    desk.write(
        "not-utf8",
        with("?").replace('?', "\u{0}").into_bytes().iter().map(|b| if *b == 0 { 0xFF } else { *b }).collect::<Vec<u8>>(),
    );
    expect(&desk, &vkey, "not-utf8", 3, "not-canonical", Some(3));
    desk.write("crlf", text.replace('\n', "\r\n"));
    expect(&desk, &vkey, "crlf", 5, "not-a-bundle", Some(1));
}

#[test]
fn a_checkpoint_with_65_signature_lines_is_beyond_the_limit() {
    let (desk, vkey) = desk();
    let text = desk.text("bundle.ndjson");
    let line = text.lines().position(|line| line.starts_with("{\"type\":\"checkpoint\"")).unwrap();
    let more = "\\n— other.example/log AAAAAAAA".repeat(64);
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(n, text)| if n == line { text.replacen("\\n\"}", &format!("{more}\\n\"}}"), 1) } else { text.to_owned() })
        .collect();
    desk.write("signatures", format!("{}\n", lines.join("\n")));
    let json = desk.run(&format!("verify signatures --key {vkey} --json"));
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "note-too-large").cloned();
    assert_eq!(finding.unwrap()["line"], line + 1);
    // The changed line also breaks the envelope: what does not hold comes first.
    no_success(&desk.run(&format!("verify signatures --key {vkey}")).exit(1));
}

#[test]
fn what_cannot_be_read_is_said_on_stderr_with_the_file() {
    let (desk, vkey) = desk();
    std::fs::create_dir(desk.path("folder")).unwrap();
    for name in ["missing", "folder"] {
        let done = desk.run(&format!("verify {name} --key {vkey}")).exit(5);
        assert!(
            done.stdout.is_empty() && done.stderr.contains("error[unreadable]") && done.stderr.contains(name),
            "{}",
            done.stderr
        );
        no_success(&done);
        for command in ["hash", "canonicalize", "cid", "verify"] {
            let error = desk.run(&format!("{command} {name} --json")).refused(5, "unreadable");
            assert!(error["message"].as_str().unwrap().contains(name), "{error}");
        }
        desk.run(&format!("verify bundle.ndjson --policy {name} --json")).refused(5, "unreadable");
        desk.run(&format!("segment {name} --lines 0..1 --json")).refused(5, "unreadable");
        desk.run(&format!("merge {name} --json")).refused(5, "unreadable");
    }
    // One that is unreadable beside one that is fine: nothing of the run is a success, and the other's report is there.
    let both = desk.run(&format!("verify missing bundle.ndjson --key {vkey} --json")).exit(5);
    let lines = both.lines();
    assert_eq!((lines.len(), &lines[0]["error"]["code"], &lines[1]["verdict"]), (2, &"unreadable".into(), &"verified".into()));
}

#[test]
fn a_segment_takes_the_place_of_a_file_and_of_nothing_else() {
    let (desk, vkey) = desk();
    std::fs::create_dir(desk.path("folder")).unwrap();
    let segment =
        |target: &str, more: &str| desk.run(&format!("segment bundle.ndjson --lines 0.. --key {vkey} -o {target} {more}"));
    for target in ["folder", "missing/part"] {
        segment(target, "--json").refused(5, "unwritable");
    }
    segment("part", "").ok();
    segment("part", "").ok();
    desk.run(&format!("merge part --key {vkey}")).ok();
}

#[test]
fn several_bundles_are_as_good_as_the_worst() {
    let (desk, vkey) = desk();
    let text = desk.text("bundle.ndjson");
    desk.write("tampered", text.replacen("\"duration\":60", "\"duration\":61", 1));
    desk.write("cut", &text[..text.len() - 1]);
    desk.write("words", "words\n");
    let run = |names: &str| desk.run(&format!("verify {names} --key {vkey} --json"));
    assert_eq!(run("bundle.ndjson bundle.ndjson").code, Some(0));
    assert_eq!(run("bundle.ndjson cut bundle.ndjson").code, Some(3));
    assert_eq!(run("cut words").code, Some(5));
    assert_eq!(run("missing words cut tampered bundle.ndjson").code, Some(1));
    let order: Vec<Value> = run("tampered cut bundle.ndjson").lines().iter().map(|line| line["verdict"].clone()).collect();
    assert_eq!(order, ["mismatch", "not_proven", "verified"]);
}

#[test]
fn a_malformed_question_is_a_usage_error() {
    let (desk, vkey) = desk();
    desk.write("policy", "log nothing\nquorum none\n");
    desk.write("cut-policy", format!("log {vkey}\nquorum none"));
    desk.write("key-with-more", format!("{vkey}\nquorum none\n"));
    for (arguments, code) in [
        ("--no-such-flag", "bad-option"),
        ("--min-level L6", "bad-option"),
        ("--min-level l3", "bad-option"),
        ("--expect 3", "bad-option"),
        ("--expect 3:ABC", "bad-option"),
        ("--tenant me", "bad-option"),
        ("--jobs 0", "bad-option"),
        ("--jobs 1000000", "bad-option"),
        ("--key nothing", "bad-key"),
        ("--key key-with-more", "bad-key"),
        ("--key log.key", "bad-key"),
        ("--policy policy", "bad-policy"),
        ("--policy cut-policy", "bad-policy"),
        ("--policy bundle.ndjson.gz", "bad-policy"),
        ("-", "bad-option"),
    ] {
        let error = desk.run(&format!("verify bundle.ndjson - {arguments} --json")).refused(2, code);
        assert!(!error.to_string().contains("PRIVATE"), "{error}");
        no_success(&desk.run(&format!("verify bundle.ndjson - {arguments}")).exit(2));
    }
    let nothing = desk.run("").exit(2);
    assert!(nothing.stdout.is_empty() && nothing.stderr.contains("Usage:"), "{}", nothing.stderr);
    for line in [
        "no-such-command",
        "verify",
        "verify bundle.ndjson --policy policy --key x",
        "hash --format yaml",
        "hash --format junit",
        "segment bundle.ndjson",
        "segment bundle.ndjson --lines 3",
        "segment bundle.ndjson --lines 4..3",
        "explain no-such-code",
        "cid --digest 12",
    ] {
        let done = desk.run(line).exit(2);
        assert!(done.stdout.is_empty() && !done.stderr.is_empty(), "{line}");
        no_success(&done);
    }
    let error = desk.run(&format!("verify bundle.ndjson --key {vkey} --tenant {TENANT}0 --json")).refused(2, "bad-option");
    assert_eq!(error["member"], "tenant");
    let error = desk.run("verify bundle.ndjson --policy policy --json").refused(2, "bad-policy");
    assert_eq!(error["line"], 1);
}

#[test]
fn a_record_is_one_object_of_the_length_of_a_line() {
    let desk = Desk::new();
    desk.run_with("hash --json", "").refused(5, "json-empty");
    desk.run_with("hash --json", format!("{}\n{}\n", call(0), call(1))).refused(5, "json-syntax");
    desk.run_with("hash --json", format!("{}1{}", "[".repeat(33), "]".repeat(33))).refused(5, "json-depth");
    desk.run_with("hash --json", [0xFF; 100]).refused(5, "json-utf8");
    desk.run_with("canonicalize --json", format!("\"{}\"", "x".repeat(17 << 20))).refused(6, "line-too-long");
}

/// What nobody can read any more is no success, though the verdict was one.
#[cfg(unix)]
#[test]
fn a_lost_verdict_is_no_success() {
    let (desk, vkey) = desk();
    for format in ["human", "json", "ndjson", "junit", "sarif"] {
        // The reader is gone before anything is written: the program waits for the line that only then comes.
        let script = format!(
            "{{ {{ sleep 0.3; cat bundle.ndjson; }} | \"$CV\" verify - --key {vkey} --format {format}; echo $? > status; }} | true; sleep 0.1; \
             while ! [ -s status ]; do sleep 0.1; done"
        );
        let done = desk.shell(&script);
        assert_eq!(desk.text("status").trim(), "5", "{format}: {}", done.stderr);
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
        std::fs::remove_file(desk.path("status")).unwrap();
    }
    if std::path::Path::new("/dev/full").exists() {
        for command in [format!("verify bundle.ndjson --key {vkey}"), "explain".to_owned(), "--help".to_owned(), "man".to_owned()]
        {
            let done = desk.shell(&format!("\"$CV\" {command} > /dev/full")).exit(5);
            assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_gives_no_verdict() {
    let (desk, vkey) = desk();
    let mut command = desk.command();
    command.args(["verify", "-", "--key", &vkey]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than a pipe holds: once it is written, the program reads.
    stdin.write_all(&vec![b'x'; 1 << 20]).unwrap();
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    drop(stdin);
}
