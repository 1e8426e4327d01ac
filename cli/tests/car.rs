//! `export --car`: refusals, and the shape of the file; tests/foreign holds it against @ipld/car.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use support::{Desk, call, edited, file};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    desk.seal_new("").ok();
    desk
}

#[test]
fn blocks_stand_in_the_order_of_the_records_behind_a_header_that_names_them() {
    let desk = desk();
    desk.run("export chain.ndjson --calls calls.ndjson --car calls.car").ok();
    let car = desk.read("calls.car");
    let mut rest = car.as_slice();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = rest[0];
            rest = &rest[1..];
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        parts.push(&rest[..length]);
        rest = &rest[length..];
    }
    assert_eq!(parts.len(), 4);
    for (n, block) in parts[1..].iter().enumerate() {
        let payload = desk.run_with("canonicalize", call(n).to_string()).ok();
        assert!(block.ends_with(payload.as_bytes()) && block.len() == payload.len() + 36);
        assert!(parts[0].windows(36).any(|piece| piece == &block[..36]));
    }
    desk.run("export chain.ndjson --calls calls.ndjson --car again.car").ok();
    assert_eq!(desk.read("again.car"), car);
}

#[test]
fn what_cannot_be_written_is_refused_and_nothing_is_left_behind() {
    let desk = desk();
    let refused = |line: &str, exit: i32, code: &str| {
        desk.run(&format!("export {line} --car calls.car --json")).refused(exit, code);
        assert!(!desk.exists("calls.car"));
    };
    desk.write("twice.ndjson", file([call(0), call(0)]));
    desk.write("bad.ndjson", "{}\n");
    refused("chain.ndjson --calls twice.ndjson", 5, "call-twice");
    refused("chain.ndjson --calls bad.ndjson", 5, "missing-member");
    refused("chain.ndjson --calls nothere", 5, "unreadable");
    refused("calls.ndjson --calls calls.ndjson", 5, "not-a-chain");
    refused("chain.ndjson --calls -", 2, "bad-option");
    for more in
        ["--range 0..1 --calls calls.ndjson", "--redact caller --calls calls.ndjson", "", "--tiles log --calls calls.ndjson"]
    {
        desk.run(&format!("export chain.ndjson {more} --car calls.car")).exit(2);
    }
    let error = desk.run("export chain.ndjson --calls calls.ndjson --car calls.ndjson --json").refused(2, "bad-option");
    assert_eq!(error["member"], "output");
    // What differs from what is sealed is said and left out.
    desk.write("calls.ndjson", file([edited(0, "duration", 1), call(1)]));
    let done = desk.run("export chain.ndjson --calls calls.ndjson --car calls.car").exit(0);
    assert!(done.stderr.contains("1 calls are left out") && done.stderr.contains("1 payloads"), "{}", done.stderr);
}
