//! Any division of a bundle gives the same report bytes: threads, standard input, segments of any lines merged in any grouping.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panic")]

mod support;

use support::{AT, Desk, call, edited, file};

/// A desk with a bundle of `count` calls, honest and with the last one edited behind the seal; and the key of its log.
fn desk(count: usize) -> (Desk, String) {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..count).map(call)));
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o honest.ndjson --at {AT}")).ok();
    let last = count - 1;
    desk.write("calls.ndjson", file((0..last).map(call).chain([edited(last, "duration", 9)])));
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o edited.ndjson --at {AT}")).ok();
    (desk, vkey)
}

/// Report and exit code.
fn verify(desk: &Desk, line: &str) -> (Option<i32>, String) {
    let done = desk.run(&format!("verify {line} --json"));
    (done.code, done.stdout)
}

#[test]
fn any_number_of_threads_and_standard_input_give_the_same_report() {
    // Payloads of 1 to 40 kB: shares begin in the middle of lines and some lines span several.
    let desk = Desk::new();
    let vkey = desk.log_key();
    let calls = (0..60).map(|n| edited(n, "transcript", "Caller: hello\n".repeat(1 + n * 47 % 3000)));
    desk.write("calls.ndjson", file(calls));
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o honest.ndjson --at {AT}")).ok();
    let text = desk.text("honest.ndjson");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    desk.write("swapped.ndjson", [&lines[..5], &[lines[6], lines[5]], &lines[7..]].concat().concat());
    desk.write("tampered.ndjson", text.replacen("\"duration\":90", "\"duration\":91", 1));
    desk.write("garbage.ndjson", [&lines[..30], &["{}\n"], &lines[30..]].concat().concat());
    desk.write("cut.ndjson", &text[..text.len() / 2]);
    for (name, exit) in [("honest", 0), ("swapped", 1), ("tampered", 1), ("garbage", 3), ("cut", 3)] {
        let one = verify(&desk, &format!("{name}.ndjson --key {vkey} --jobs 1"));
        assert_eq!(one.0, Some(exit), "{name}: {}", one.1);
        for jobs in [2, 3, 4, 5, 6, 7, 8, 61, 256] {
            assert_eq!(verify(&desk, &format!("{name}.ndjson --key {vkey} --jobs {jobs}")), one, "{name}: {jobs} jobs");
        }
        let piped = desk.run_with(&format!("verify - --key {vkey} --json"), desk.read(&format!("{name}.ndjson")));
        assert_eq!((piped.code, piped.stdout), one, "{name}: standard input");
    }
}

/// Shares are 4 MiB at most: here each thread folds several.
#[test]
fn threads_take_turns_at_a_large_file() {
    let desk = Desk::new();
    let vkey = desk.log_key();
    desk.write("calls.ndjson", file((0..50).map(|n| edited(n, "transcript", "Caller: hello\n".repeat(20_000)))));
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o honest.ndjson --at {AT}")).ok();
    let one = verify(&desk, &format!("honest.ndjson --key {vkey}"));
    assert_eq!(one.0, Some(0), "{}", one.1);
    let mut text = desk.read("honest.ndjson");
    assert!(text.len() > 12 << 20);
    assert_eq!(verify(&desk, &format!("honest.ndjson --key {vkey} --jobs 2")), one);
    let place = text.len() - 5_000_000;
    text[place] = b'\n';
    desk.write("broken.ndjson", text);
    let one = verify(&desk, &format!("broken.ndjson --key {vkey}"));
    assert_eq!(one.0, Some(3), "{}", one.1);
    assert_eq!(verify(&desk, &format!("broken.ndjson --key {vkey} --jobs 2")), one);
}

#[test]
fn merged_segments_report_what_verify_reports() {
    let (desk, vkey) = desk(12);
    for name in ["honest.ndjson", "edited.ndjson"] {
        let whole = verify(&desk, &format!("{name} --key {vkey}"));
        let count = desk.text(name).lines().count();
        let trust = format!("--key {vkey}");
        for cuts in [vec![0], vec![0, 1], vec![0, 5], vec![0, 1, 2, 13, 20], (0..count).collect()] {
            let mut parts = Vec::new();
            for (n, start) in cuts.iter().enumerate() {
                let end = cuts.get(n + 1).map(usize::to_string).unwrap_or_default();
                desk.run(&format!("segment {name} --lines {start}..{end} {trust} -o part{n}")).ok();
                parts.push(format!("part{n}"));
            }
            let merged = desk.run(&format!("merge {} {trust} --json", parts.join(" ")));
            assert_eq!((merged.code, merged.stdout), whole, "{name}: {cuts:?}");
            // Grouped otherwise: the later ones first.
            if parts.len() > 2 {
                desk.run(&format!("merge {} {trust} -o later", parts[1..].join(" "))).ok();
                let merged = desk.run(&format!("merge part0 later {trust} --json"));
                assert_eq!((merged.code, merged.stdout), whole, "{name}: {cuts:?}, grouped");
            }
        }
        let piped = desk.run_with(&format!("segment - --lines 0..{} {trust}", count + 100), desk.read(name)).ok();
        desk.write("all", piped);
        let merged = desk.run(&format!("merge all {trust} --json"));
        assert_eq!((merged.code, merged.stdout), whole, "{name}: a range behind the last line");
    }
}

#[test]
fn segments_of_a_compressed_bundle_are_those_of_the_plain_one() {
    let (desk, vkey) = desk(6);
    desk.write("calls.ndjson", file((0..6).map(call)));
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o honest.ndjson.gz --at {AT}")).ok();
    let plain = desk.run(&format!("segment honest.ndjson --lines 2..9 --key {vkey}")).ok();
    assert_eq!(desk.run(&format!("segment honest.ndjson.gz --lines 2..9 --key {vkey}")).ok(), plain);
    let bytes = desk.read("honest.ndjson.gz");
    desk.write("cut.gz", &bytes[..bytes.len() - 4]);
    desk.run(&format!("segment cut.gz --lines 2..9 --key {vkey} --json")).refused(5, "gzip-damaged");
}

#[test]
fn a_segment_is_merged_only_whole_and_under_its_own_trust() {
    let (desk, vkey) = desk(4);
    desk.run(&format!("segment honest.ndjson --lines 0..4 --key {vkey} -o first")).ok();
    desk.run(&format!("segment honest.ndjson --lines 4.. --key {vkey} -o second")).ok();
    desk.run("merge first second --json").refused(2, "bad-state");
    let first = desk.read("first");
    desk.write("cut", &first[..first.len() - 2]);
    desk.run(&format!("merge cut second --key {vkey} --json")).refused(2, "bad-state");
    let flipped: Vec<u8> = first.iter().enumerate().map(|(n, byte)| if n == 200 { byte ^ 1 } else { *byte }).collect();
    desk.write("flipped", flipped);
    desk.run(&format!("merge flipped second --key {vkey} --json")).refused(2, "bad-state");
    desk.run(&format!("merge honest.ndjson --key {vkey} --json")).refused(2, "bad-state");
    // A part that is missing, doubled or out of order is found, not repaired.
    for parts in ["first", "second", "second first", "first first second", "first second second"] {
        let done = desk.run(&format!("merge {parts} --key {vkey} --json"));
        assert!(matches!(done.code, Some(1 | 3 | 5)), "{parts}: {:?}", done.code);
    }
    desk.run(&format!("merge first second --key {vkey}")).ok();
}
