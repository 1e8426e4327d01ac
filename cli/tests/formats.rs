//! Every form of a report says the same verdict, is well-formed, and shows no text of a call.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use support::{AT, Desk, Done, SECRET, call, call_id, file};

const FORMATS: [&str; 5] = ["human", "json", "ndjson", "junit", "sarif"];

/// A desk with an honest bundle, a tampered, a revoked, a cut one, one with a line that is none, and one that is redacted.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..4).map(call)));
    desk.seal_new("--salt").exit(0);
    let export = |name: &str, more: &str| {
        desk.run("checkpoint chain.ndjson --key log.key").ok();
        desk.run(&format!("export chain.ndjson --calls calls.ndjson -o {name}.ndjson --at {AT} {more}"))
    };
    export("honest", "").ok();
    export("redacted", "--redact caller,transcript").ok();
    let text = desk.text("honest.ndjson");
    desk.write("tampered.ndjson", text.replacen("\"duration\":61", "\"duration\":62", 1));
    desk.write("cut.ndjson", &text[..text.len() * 2 / 3]);
    let (head, rest) = text.split_at(text.match_indices('\n').nth(2).unwrap().0 + 1);
    desk.write("strange.ndjson", format!("{head}{{\"type\":\"{SECRET}\",\"{SECRET}\":\"\\u001b[2J{SECRET}\"}}\n{rest}"));
    desk.run(&format!(
        "revoke {} --chain chain.ndjson --version 1 --reason duplicate --policy retention-7 --actor system:desk --at {AT}",
        call_id(2)
    ))
    .ok();
    export("revoked", "").ok();
    (desk, vkey)
}

/// Name, verdict and exit code of each bundle.
const BUNDLES: [(&str, &str, i32); 6] = [
    ("honest", "verified", 0),
    ("redacted", "verified", 0),
    ("tampered", "mismatch", 1),
    ("revoked", "revoked", 4),
    ("cut", "not_proven", 3),
    ("strange", "not_proven", 3),
];

fn verify(desk: &Desk, vkey: &str, name: &str, more: &str) -> Done {
    desk.run(&format!("verify {name}.ndjson --key {vkey} {more}"))
}

#[test]
fn all_formats_agree_and_show_no_text_of_a_call() {
    let (desk, vkey) = desk();
    for (name, verdict, exit) in BUNDLES {
        for format in FORMATS {
            for all in ["", "--all"] {
                let done = verify(&desk, &vkey, name, &format!("--format {format} {all}")).exit(exit);
                for text in [&done.stdout, &done.stderr] {
                    assert!(!text.contains(SECRET), "{name} as {format} {all}: {text}");
                    assert!(!text.contains('\u{1b}'), "{name} as {format}: {text}");
                }
                assert!(done.stderr.is_empty(), "{name} as {format}: {}", done.stderr);
            }
        }
        let json: Value = serde_json::from_str(&verify(&desk, &vkey, name, "--json").stdout).unwrap();
        assert_eq!(json["verdict"], verdict);
        assert_eq!(verify(&desk, &vkey, name, "--format json").stdout, verify(&desk, &vkey, name, "--json").stdout);
    }
}

#[test]
fn people_read_the_verdict_first_and_the_good_word_only_if_it_holds() {
    let (desk, vkey) = desk();
    for (name, verdict, _) in BUNDLES {
        let text = verify(&desk, &vkey, name, "").stdout;
        let word = match verdict {
            "verified" => "Verified — ",
            "mismatch" => "Mismatch — ",
            "revoked" => "Revoked — ",
            _ => "Not proven — ",
        };
        assert!(text.starts_with(word), "{text}");
        assert_eq!(text.to_lowercase().contains("verified"), verdict == "verified", "{name}: {text}");
        assert_eq!(text.contains("Findings"), verdict != "verified", "{name}: {text}");
        assert!(text.lines().skip(1).all(|line| line.chars().count() <= 110), "{text}");
    }
    let honest = verify(&desk, &vkey, "honest", "").stdout;
    assert!(honest.contains("4 of 4 calls, as of 4 entries, head ") && honest.contains(", level L3\n"), "{honest}");
    let redacted = verify(&desk, &vkey, "redacted", "--all").stdout;
    assert!(redacted.contains("withholds caller, transcript"), "{redacted}");
    // Without a key the same bundle proves less, and says what is missing.
    let alone = desk.run("verify honest.ndjson").exit(3);
    assert!(alone.stdout.contains("no-trusted-checkpoint") && alone.stdout.contains("--key"), "{}", alone.stdout);
}

#[test]
fn colors_are_for_terminals_and_for_those_who_want_them() {
    let (desk, vkey) = desk();
    let run = |set: &[&str]| {
        let mut command = desk.command();
        command.args(["verify", "tampered.ndjson", "--key", &vkey]).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command.envs(set.iter().map(|name| (*name, "1")));
        String::from_utf8(command.output().unwrap().stdout).unwrap().contains('\u{1b}')
    };
    assert!(!run(&[]), "no terminal");
    assert!(run(&["CLICOLOR_FORCE"]), "asked for");
    assert!(!run(&["NO_COLOR"]) && !run(&["NO_COLOR", "CLICOLOR_FORCE"]), "not wanted");
}

#[test]
fn ndjson_is_one_object_a_line_and_ends_with_the_report() {
    let (desk, vkey) = desk();
    for (name, verdict, exit) in BUNDLES {
        let lines = verify(&desk, &vkey, name, "--format ndjson --all").lines();
        let last = lines.last().unwrap();
        assert_eq!((&last["type"], &last["verdict"], &last["exit"]), (&"report".into(), &verdict.into(), &exit.into()));
        assert!(lines.iter().all(|line| line["input"] == format!("{name}.ndjson")));
        let report: Value = serde_json::from_str(&verify(&desk, &vkey, name, "--json --all").stdout).unwrap();
        for (kind, list) in [("finding", "findings"), ("result", "results")] {
            let count = lines.iter().filter(|line| line["type"] == kind).count();
            assert_eq!(count, report[list].as_array().unwrap().len(), "{name}: {kind}");
        }
        assert_eq!(lines.iter().filter(|line| line["type"] == "claim").count(), report["claims"].as_object().unwrap().len());
    }
}

/// Reads JUnit as continuous integration does; `None` where there is no Python.
fn junit_counts(desk: &Desk, name: &str) -> Option<Vec<u64>> {
    const SCRIPT: &str = "import sys,xml.etree.ElementTree as t\nr=t.parse(sys.argv[1]).getroot()\nassert r.tag=='testsuites'\n\
        n=lambda k:len(list(r.iter(k)))\nassert [int(r.get(k)) for k in ('tests','failures','errors')]==[n('testcase'),n('failure'),n('error')]\n\
        assert all(c.get('name') and c.get('classname') for c in r.iter('testcase'))\nprint(n('testsuite'),n('testcase'),n('failure'),n('error'))";
    let Ok(output) = std::process::Command::new("python3").args(["-c", SCRIPT]).arg(desk.path(name)).output() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "junit: no python3");
        println!("skipped: junit: no python3");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().split_whitespace().map(|count| count.parse().unwrap()).collect())
}

#[test]
fn junit_has_a_case_for_each_call_and_none_passes_that_is_not_verified() {
    let (desk, vkey) = desk();
    // The verdict's case is one more than the calls judged.
    for (name, counts) in
        [("honest", [1, 5, 0, 0]), ("redacted", [1, 5, 0, 0]), ("tampered", [1, 5, 2, 0]), ("revoked", [1, 5, 2, 0])]
    {
        desk.write("report.xml", verify(&desk, &vkey, name, "--format junit").stdout);
        let Some(found) = junit_counts(&desk, "report.xml") else { return };
        assert_eq!(found, counts, "{name}: {}", desk.text("report.xml"));
    }
    for name in ["cut", "strange", "missing"] {
        desk.write("report.xml", verify(&desk, &vkey, name, "--format junit").stdout);
        let Some(found) = junit_counts(&desk, "report.xml") else { return };
        assert!(found[2] + found[3] > 0, "{name}: {}", desk.text("report.xml"));
    }
    desk.write("a&b<\"'>.ndjson", desk.read("honest.ndjson"));
    let strange = desk
        .command()
        .args(["verify", "a&b<\"'>.ndjson", "honest.ndjson", "--key", &vkey, "--format", "junit"])
        .output()
        .unwrap();
    desk.write("report.xml", strange.stdout);
    assert_eq!(junit_counts(&desk, "report.xml").unwrap_or_else(|| vec![2, 10, 0, 0]), [2, 10, 0, 0]);
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let (desk, vkey) = desk();
    for (name, _, exit) in BUNDLES {
        let log: Value = serde_json::from_str(&verify(&desk, &vkey, name, "--format sarif").stdout).unwrap();
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(log["runs"].as_array().unwrap().len(), 1);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(run["tool"]["driver"]["name"], "call-verify");
        assert_eq!(
            (&run["invocations"][0]["executionSuccessful"], &run["invocations"][0]["exitCode"]),
            (&true.into(), &exit.into())
        );
        let results = run["results"].as_array().unwrap();
        for result in results {
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[rule]["id"], result["ruleId"]);
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            // SARIF 2.1.0 §3.27.10: a level other than none needs the kind fail.
            assert_eq!(result["kind"] == "fail", result["level"] != "none");
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], format!("{name}.ndjson"));
            assert!(place["region"].is_null() || place["region"]["startLine"].as_u64().unwrap() >= 1);
        }
        let passes = results.iter().filter(|result| result["kind"] == "pass").count();
        assert_eq!(passes, usize::from(exit == 0), "{name}");
    }
    let log: Value = serde_json::from_str(&verify(&desk, &vkey, "missing", "--format sarif").exit(5).stdout).unwrap();
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "unreadable");
}

#[test]
fn refusals_of_records_show_the_member_and_not_its_value() {
    let desk = Desk::new();
    for (member, value) in
        [("duration", "SECRET"), ("caller", "+SECRET"), ("transcript", "7"), ("timestamp", "SECRET"), ("direction", "SECRET")]
    {
        let mut record = call(0);
        record[member] = if value == "7" { 7.into() } else { value.replace("SECRET", SECRET).into() };
        let done = desk.run_with("hash", record.to_string()).exit(5);
        assert!(done.stdout.is_empty() && done.stderr.contains(&format!("member {member}")), "{}", done.stderr);
        assert!(!done.stderr.contains(SECRET), "{}", done.stderr);
        assert_eq!(desk.run_with("hash --json", record.to_string()).refused(5, "bad-member")["member"], member);
    }
    // A name that a record brings along is shown so that it can do nothing to a terminal.
    let mut record = call(0);
    record["\u{1b}[2J\u{202e}x"] = 1.into();
    let done = desk.run_with("hash", record.to_string()).exit(0);
    assert!(done.stderr.contains("\\u{1b}[2J\\u{202e}x") && !done.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", done.stderr);
    // As JSON it is the same name, and as harmless.
    let name = "\u{1b}[2J\u{9b}2J\u{7f}\u{202e}\u{200b}\u{e0001}x";
    let mut record = call(0);
    record[name] = 1.into();
    desk.write("calls.ndjson", format!("{record}\n"));
    let done = desk.seal_new("--json");
    assert!(done.stderr.trim_end().chars().all(|c| c.is_ascii() && !c.is_control()), "{:?}", done.stderr);
    assert_eq!(done.refused(5, "uncovered-member")["member"], name);
}
