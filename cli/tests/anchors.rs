//! `anchor` and `--headers`: what is stamped, what is merged, what is confirmed and by what; and files that are none of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use call_stream_verify::Digest;
use serde_json::Value;
use support::{AT, Desk, call, file};

const SPEC: &str = include_str!("../../SPEC.md");
const MAGIC: &str = "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294";
const GENESIS: &str = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";

fn block(name: &str) -> &'static str {
    let (_, rest) = SPEC.split_once(&format!("\n```{name}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A proof over this digest that a calendar of this name has promised to complete.
fn pending(digest: &str, calendar: &str) -> Vec<u8> {
    let length = calendar.len();
    unhex(&format!("{MAGIC}0108{digest}0083dfe30d2ef90c8e{:02x}{length:02x}{}", length + 1, hex(calendar.as_bytes())))
}

/// A desk with the specification's checkpoint, its anchor, and the header that confirms it.
fn document() -> Desk {
    let desk = Desk::new();
    desk.write("note", format!("{}\n", block("text checkpoint")));
    desk.write("note.ots", unhex(block("hex anchor")));
    desk.write("headers", format!("{}\n", block("hex block-header")));
    desk.write("genesis", unhex(GENESIS));
    desk
}

/// A desk with a chain of three calls, signed and exported.
fn own() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    desk.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson --at {AT}")).ok();
    (desk, vkey)
}

#[test]
fn what_is_stamped_is_the_checkpoint_s_text_and_its_digest() {
    let (desk, _) = own();
    let text = desk.text("note").split_inclusive('\n').take(3).collect::<String>();
    let digest = Digest::of(text.as_bytes());
    for input in ["note", "bundle.ndjson", "chain.ndjson"] {
        assert_eq!(desk.run(&format!("anchor stamp {input}")).ok(), text);
        assert_eq!(desk.run(&format!("anchor stamp {input} -o text")).ok(), format!("{digest}\n"));
        assert_eq!(desk.text("text"), text);
        assert_eq!(desk.run(&format!("anchor stamp {input} --digest -o digest")).ok(), format!("{digest}\n"));
        assert_eq!(desk.read("digest"), digest.as_bytes());
        let line = &desk.run(&format!("anchor stamp {input} --json")).lines()[0];
        assert_eq!(
            (&line["digest"], &line["text"], &line["size"]),
            (&digest.to_string().into(), &text.clone().into(), &3.into())
        );
    }
    desk.run("anchor stamp note -o note --json").refused(2, "bad-option");
    assert!(desk.text("note").starts_with(&text));
}

#[test]
fn a_proof_is_confirmed_by_its_header_alone() {
    let desk = document();
    let done = desk.run("anchor verify note.ots note --headers headers").exit(0);
    assert!(done.stdout.starts_with("Confirmed: ") && done.stdout.contains("2026-10-01T11:00:00Z"), "{}", done.stdout);
    assert!(done.stdout.contains("difficulty 1,") && done.stdout.contains("best chain"), "{}", done.stdout);
    assert!(done.stderr.contains("no signature"), "{}", done.stderr);
    let line = &desk.run("anchor verify note.ots note --headers headers --json").exit(0).lines()[0];
    assert_eq!((&line["result"], &line["block"]["difficulty"], &line["size"]), (&"confirmed".into(), &1.into(), &2.into()));
    assert_eq!(line["expected"], line["computed"]);
    assert_eq!(line["attestations"].as_array().unwrap().len(), 2);

    for headers in ["", "--headers genesis"] {
        let done = desk.run(&format!("anchor verify note.ots note {headers}")).exit(3);
        assert!(done.stdout.starts_with("Not proven: It commits to block 3 of Bitcoin, header not checked."), "{}", done.stdout);
        let line = &desk.run(&format!("anchor verify note.ots note {headers} --json")).exit(3).lines()[0];
        assert_eq!((&line["result"], &line["block"]["height"]), (&"commits-to-block".into(), &3.into()));
    }
    let digest = line["computed"].as_str().unwrap();
    desk.write("pending.ots", pending(digest, "https://a.example"));
    let done = desk.run("anchor verify pending.ots note --headers headers").exit(3);
    assert!(done.stdout.starts_with("Not proven: It is pending"), "{}", done.stdout);
    desk.write("other.ots", unhex(&format!("{MAGIC}0108{digest}00010203040506070800")));
    let line = &desk.run("anchor verify other.ots note --headers headers --json").exit(3).lines()[0];
    assert_eq!(line["result"], "not-judged");
    desk.write("foreign.ots", pending(&"11".repeat(32), "https://a.example"));
    let done = desk.run("anchor verify foreign.ots note --headers headers").exit(1);
    assert!(done.stdout.starts_with("Mismatch: ") && done.stdout.contains(&"11".repeat(32)), "{}", done.stdout);
}

#[test]
fn samples_of_the_reference_client_are_judged_by_their_files_digests() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/opentimestamps-client/examples");
    if !folder.is_dir() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "anchors: no corpora beside the project");
        return println!("skipped: anchors: no corpora beside the project");
    }
    let desk = document();
    let mut judged = 0;
    for (name, state) in [
        ("hello-world.txt", "It commits to block 358391 of Bitcoin, header not checked."),
        ("bad-stamp.txt", "It commits to block 358391 of Bitcoin, header not checked."),
        ("different-blockchains.txt", "It commits to block 455605 of Bitcoin, header not checked."),
        ("empty", "It commits to block 129405 of Bitcoin, header not checked."),
        ("incomplete.txt", "It is pending"),
        ("two-calendars.txt", "It is pending"),
        ("merkle1.txt", "It is pending"),
        ("known-and-unknown-notary.txt", "It is pending"),
        ("unknown-notary.txt", "Nobody attests it"),
    ] {
        let file = std::fs::read(folder.join(name)).unwrap();
        let proof = folder.join(format!("{name}.ots"));
        let verify = |digest: &str| desk.run(&format!("anchor verify {} --digest {digest} --headers headers", proof.display()));
        let done = verify(&Digest::of(&file).to_string()).exit(3);
        assert!(done.stdout.starts_with(&format!("Not proven: {state}")), "{name}: {}", done.stdout);
        verify(&Digest::of(b"another file").to_string()).exit(1);
        judged += 1;
    }
    println!("opentimestamps-client | we judge theirs | {judged} samples by the digests of their files");
    desk.run("anchor verify note.ots --digest 00 --json").refused(2, "bad-option");
    desk.run("anchor verify note.ots").exit(2);
}

#[test]
fn proofs_of_one_digest_are_merged_and_what_was_there_is_untouched_where_they_are_not() {
    let desk = document();
    let digest = desk.run("anchor stamp note --json").lines()[0]["digest"].as_str().unwrap().to_owned();
    desk.write("a.ots", pending(&digest, "https://a.example"));
    desk.run("anchor upgrade a.ots note.ots -o both.ots").ok();
    desk.run("anchor upgrade note.ots a.ots -o again.ots").ok();
    assert_eq!(desk.read("both.ots"), desk.read("again.ots"));
    let line = &desk.run("anchor verify both.ots note --headers headers --json").exit(0).lines()[0];
    assert_eq!(line["attestations"].as_array().unwrap().len(), 3);
    desk.run("anchor upgrade note.ots -o same.ots").ok();
    assert_eq!(desk.read("same.ots"), desk.read("note.ots"));
    // Branches in another order are brought into theirs.
    let [a, b] = ["a", "b"].map(|name| hex(&pending(&digest, &format!("https://{name}.example"))[65..]));
    desk.write("unordered.ots", unhex(&format!("{MAGIC}0108{digest}ff{b}{a}")));
    desk.run("anchor upgrade unordered.ots -o ordered.ots").ok();
    assert_eq!(desk.read("ordered.ots"), unhex(&format!("{MAGIC}0108{digest}ff{a}{b}")));
    let line = &desk.run("anchor upgrade a.ots note.ots --json").exit(0).lines()[0];
    assert_eq!((&line["state"], &line["digest"]), (&"commits-to-block".into(), &digest.into()));

    desk.write("foreign.ots", pending(&"11".repeat(32), "https://a.example"));
    let before = desk.read("both.ots");
    let refusal = desk.run("anchor upgrade note.ots foreign.ots -o both.ots --json").refused(5, "bad-anchor");
    assert!(refusal["message"].as_str().unwrap().contains("different digests"), "{refusal}");
    assert_eq!(desk.read("both.ots"), before);
    desk.run("anchor upgrade note.ots a.ots -o a.ots --json").refused(2, "bad-option");
}

#[test]
fn bad_input_is_refused_with_its_code_by_every_step() {
    let desk = document();
    desk.write("empty", "");
    desk.write("cut.ots", &desk.read("note.ots")[..80]);
    desk.write("long.ots", vec![0; 65_537]);
    desk.write("half", &unhex(GENESIS)[..79]);
    desk.write("words", "These are no headers.");
    desk.write("huge", vec![b'0'; (4 << 20) + 1]);
    for (name, exit, code) in [
        ("missing", 5, "unreadable"),
        (".", 5, "unreadable"),
        ("empty", 5, "bad-anchor"),
        ("note", 5, "bad-anchor"),
        ("cut.ots", 5, "bad-anchor"),
        ("long.ots", 6, "proof-too-large"),
    ] {
        desk.run(&format!("anchor verify {name} note --json")).refused(exit, code);
        desk.run(&format!("anchor upgrade {name} -o out --json")).refused(exit, code);
        desk.run(&format!("anchor upgrade note.ots {name} -o out --json")).refused(exit, code);
        assert!(!desk.exists("out"));
    }
    for (name, exit, code) in [
        ("missing", 5, "unreadable"),
        ("empty", 2, "bad-headers"),
        ("half", 2, "bad-headers"),
        ("words", 2, "bad-headers"),
        ("note.ots", 2, "bad-headers"),
        ("huge", 2, "bad-headers"),
    ] {
        desk.run(&format!("anchor verify note.ots note --headers {name} --json")).refused(exit, code);
        desk.run(&format!("verify note --headers {name} --json")).refused(exit, code);
    }
    for (name, exit, code) in [("missing", 5, "unreadable"), ("words", 2, "bad-note"), ("note.ots", 2, "bad-note")] {
        desk.run(&format!("anchor verify note.ots {name} --json")).refused(exit, code);
        desk.run(&format!("anchor stamp {name} --json")).refused(exit, code);
    }
    desk.run("anchor").exit(2);
    let digest = "11".repeat(20);
    desk.write("sha1.ots", unhex(&format!("{MAGIC}0102{digest}00010203040506070800")));
    desk.run("anchor verify sha1.ots note --json").refused(5, "bad-anchor");
    let (chain, _) = own();
    chain.write(
        "no.ndjson",
        chain
            .text("bundle.ndjson")
            .lines()
            .filter(|line| !line.contains("\"checkpoint\""))
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    );
    let refusal = chain.run("anchor stamp no.ndjson --json").refused(5, "no-checkpoint");
    assert!(refusal["message"].as_str().unwrap().starts_with("There is no checkpoint in it."), "{refusal}");
}

#[test]
fn an_export_carries_anchors_of_its_checkpoints_and_verification_says_what_they_are_worth() {
    let (desk, vkey) = own();
    let digest = desk.run("anchor stamp chain.ndjson --json").lines()[0]["digest"].as_str().unwrap().to_owned();
    desk.write("a.ots", pending(&digest, "https://a.example"));
    desk.write("b.ots", pending(&digest, "https://b.example"));
    desk.write("foreign.ots", pending(&"11".repeat(32), "https://a.example"));
    // A newer checkpoint stands behind the anchored one.
    desk.write("more.ndjson", file((3..5).map(call)));
    desk.run(&format!("seal more.ndjson --chain chain.ndjson --at {AT}")).ok();
    desk.run("checkpoint chain.ndjson --key log.key -o newer").ok();
    desk.write("calls.ndjson", file((0..5).map(call)));
    desk.run("export chain.ndjson --calls calls.ndjson --anchor a.ots --anchor b.ots -o anchored.ndjson").ok();
    let text = desk.text("anchored.ndjson");
    assert_eq!(text.matches("{\"type\":\"anchor\",\"kind\":\"opentimestamps\",\"size\":3,").count(), 1);
    let report: Value =
        serde_json::from_str(&desk.run(&format!("verify anchored.ndjson --key {vkey} --json")).exit(0).stdout).unwrap();
    let finding = &report["findings"][0];
    assert!(finding["code"] == "anchor-not-checked" && finding["message"].as_str().unwrap().contains("pending"), "{report}");
    assert_eq!(report["claims"]["bounded_in_time"]["state"], "not_checked");
    desk.run(&format!("verify anchored.ndjson --key {vkey} --min-level L5")).exit(3);
    // The older checkpoint of the chain is found for it, and so is that of a file of its own.
    desk.run("anchor verify a.ots chain.ndjson").exit(3);
    desk.run("anchor verify a.ots anchored.ndjson").exit(3);
    desk.run("anchor verify a.ots newer").exit(1);

    let refusal =
        desk.run("export chain.ndjson --calls calls.ndjson --anchor foreign.ots -o out --json").refused(5, "bad-anchor");
    assert!(refusal["message"].as_str().unwrap().contains("no checkpoint in this export"), "{refusal}");
    assert!(!desk.exists("out"));
    // What another anchor is put in the place of it is a mismatch.
    desk.run("export chain.ndjson --calls calls.ndjson -o plain.ndjson").ok();
    desk.run("export chain.ndjson --calls calls.ndjson --anchor a.ots -o a.ots --json").refused(2, "bad-option");
}

#[test]
fn headers_raise_a_bundle_to_l5_in_one_piece_and_from_segments() {
    let desk = document();
    let anchor = {
        let line = &desk.run("anchor upgrade note.ots --json").lines()[0];
        format!(
            "{{\"type\":\"anchor\",\"kind\":\"opentimestamps\",\"size\":2,\"proof\":\"{}\"}}\n",
            line["proof"].as_str().unwrap()
        )
    };
    let mut lines: Vec<String> = block("ndjson bundle").lines().map(|line| format!("{line}\n")).collect();
    let end = lines.pop().unwrap();
    lines.push(anchor);
    let envelope: String = lines
        .iter()
        .filter(|line| {
            ["manifest", "checkpoint", "anchor"].iter().any(|kind| line.starts_with(&format!("{{\"type\":\"{kind}\"")))
        })
        .cloned()
        .collect();
    let (before, _) = end.split_once("\"envelope\":\"").unwrap();
    lines.push(format!("{before}\"envelope\":\"{}\"}}\n", Digest::of(envelope.as_bytes())));
    desk.write("bundle.ndjson", lines.concat());
    desk.write("policy", format!("{}\n", block("text policy")));
    let verify = "verify bundle.ndjson --policy policy --min-level L5";
    desk.run(verify).exit(3);
    desk.run(&format!("{verify} --headers genesis")).exit(3);
    let whole = desk.run(&format!("{verify} --headers headers --json")).exit(0).stdout;
    let report: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!((&report["level"], &report["verdict"]), (&"L5".into(), &"verified".into()));
    assert_eq!(desk.run(&format!("{verify} --headers headers --jobs 3 --json")).exit(0).stdout, whole);
    let middle = lines.len() - 2;
    desk.run(&format!("segment bundle.ndjson --policy policy --lines 0..{middle} -o a")).ok();
    desk.run(&format!("segment bundle.ndjson --policy policy --lines {middle}.. -o b")).ok();
    let merged = desk.run("merge a b --policy policy --min-level L5 --headers headers --json").exit(0).stdout;
    assert_eq!(merged, whole);
}
