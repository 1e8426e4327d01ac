//! The RFC 8785 writer and the scanner of what it writes, against other implementations and against each other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs,
    clippy::excessive_precision
)]

#[path = "support/bundle.rs"]
mod bundle;
mod support;

use bundle::{Rng, odd_object, odd_value};
use call_stream_verify::Digest;
use call_stream_verify::canonical::{self, Scanner};
use call_stream_verify::json::{self, Value};
use call_stream_verify::objects::call::Call;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use support::{corpora, files, read, read_json, read_text, vectors};

fn is_canonical(bytes: &[u8]) -> bool {
    Scanner::new(bytes).is_ok_and(|mut scanner| scanner.value(0).is_some() && scanner.is_at_end())
}

fn canonicalize(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let value = json::parse(bytes).map_err(|error| error.code().name())?;
    canonical::format(&value).map_err(|error| error.code().name())
}

#[test]
fn json_canonicalization_data_come_out_byte_for_byte() {
    let Some(folder) = corpora("json-canonicalization") else { return };
    let folder = folder.join("json-canonicalization/testdata");
    let inputs = files(&folder.join("input"));
    for path in &inputs {
        let name = path.file_name().unwrap();
        let expected = read(folder.join("output").join(name));
        assert_eq!(canonicalize(&read(path)).unwrap(), expected, "{name:?}");
        let hex: String = read_text(folder.join("outhex").join(name).with_extension("txt")).split_whitespace().collect();
        assert_eq!(hex::encode(&expected), hex, "{name:?}");
        assert!(is_canonical(&expected), "{name:?}");
    }
    assert_eq!(inputs.len(), 6);
}

#[test]
fn a_hundred_thousand_numbers_are_written_as_ecmascript_writes_them() {
    let Some(folder) = corpora("json-canonicalization") else { return };
    let (mut lines, mut scanned) = (0, 0);
    for line in read_text(folder.join("json-canonicalization/es6testfile100k.txt")).lines() {
        let (bits, expected) = line.split_once(',').unwrap();
        let number = f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        lines += 1;
        assert_eq!(canonical::format_number(number), expected, "{bits}");
        // The scanner takes what the writer writes, but for whole literals beyond 2^53 - 1.
        let whole = !expected.contains(['.', 'e']) && number.abs() > 9_007_199_254_740_991.0;
        assert_eq!(is_canonical(expected.as_bytes()), !whole, "{bits} {expected}");
        assert_eq!(canonical::format(&Value::Number(number)).is_ok(), !whole, "{bits}");
        scanned += usize::from(!whole);
    }
    assert_eq!(lines, 100_000);
    assert!(scanned > 90_000, "{scanned}");
}

#[test]
fn numbers_half_way_between_two_shortest_spellings_take_the_even_one() {
    for (number, expected) in [
        (1_424_953_923_781_206.25, "1424953923781206.2"),
        (1_424_953_923_781_206.75, "1424953923781206.8"),
        (2f64.powi(-25), "2.9802322387695312e-8"),
        (9.5367431640625e-7, "9.5367431640625e-7"),
        (-562_949_953_421_312.25, "-562949953421312.2"),
    ] {
        assert_eq!(canonical::format_number(number), expected);
    }
    let mut rng = Rng(53);
    let mut ties = 0;
    for round in 0..400_000 {
        let number = match round % 4 {
            0 => f64::from_bits(rng.next()),
            places => (rng.next() >> (11 + rng.below(12))) as f64 / 2f64.powi((rng.below(28) * places.min(1)) as i32),
        };
        if !number.is_finite() {
            continue;
        }
        let expected = serde_json_canonicalizer::to_string(&number).unwrap();
        assert_eq!(canonical::format_number(number), expected, "{:016x}", number.to_bits());
        ties += usize::from(
            format!("{number:e}").replace('.', "").split_once('e').unwrap().0
                != expected.replace(['.', '-'], "").split('e').next().unwrap().trim_matches('0'),
        );
    }
    println!("{ties} numbers that Rust prints in other digits");
    assert!(ties > 0);
}

/// Edge documents that this format refuses and RFC 8785 alone would take, with the code.
const REFUSED_HERE: &[(&str, &str)] = &[
    ("-0", "json-negative-zero"),
    ("1e21", "json-number-range"),
    ("2^53+1", "json-number-range"),
    ("2^63", "json-number-range"),
    ("ctl", "json-nul"),
    ("depth 128", "json-depth"),
];

#[test]
fn the_forty_edge_documents_come_out_as_required_or_are_refused_by_name() {
    let Some(folder) = corpora("jcs-edge-40") else { return };
    let file = read_json(folder.join("derived/jcs-edge-40.json"));
    let mut differing = BTreeMap::new();
    let mut counts = [0; 2];
    for case in file["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let input = match case["input_hex"].as_str() {
            Some(hex) if !hex.is_empty() => hex::decode(hex).unwrap(),
            _ => ["[".repeat(100_000), "]".repeat(100_000)].concat().into_bytes(),
        };
        match (case["required"].as_str().unwrap(), canonicalize(&input)) {
            (required, Err(code)) if required.starts_with("REJECT") => {
                assert!(code.starts_with("json-"), "{name}: {code}");
                counts[0] += 1;
            }
            (required, Ok(_)) if required.starts_with("REJECT") => panic!("{name} was taken"),
            (_, Err(code)) => drop(differing.insert(name, code)),
            (required, Ok(output)) => {
                counts[1] += 1;
                assert_eq!(hex::encode(&output), required, "{name}");
                assert!(is_canonical(&output), "{name}");
            }
        }
    }
    assert_eq!(differing, REFUSED_HERE.iter().copied().collect());
    assert_eq!(counts[0] + counts[1] + REFUSED_HERE.len(), 40);
}

#[test]
fn the_scanner_takes_what_the_writer_writes_and_no_other_spelling_of_it() {
    let mut rng = Rng(8785);
    let (mut edits, mut json_edits) = (0, 0);
    for round in 0..1500 {
        let value = if round % 3 == 0 { odd_object(&mut rng, 5) } else { odd_value(&mut rng, 5) };
        let text = canonical::format(&value).unwrap();
        assert!(is_canonical(&text), "{}", String::from_utf8_lossy(&text));
        assert_eq!(canonicalize(&text).unwrap(), text);
        assert_eq!(text, serde_json_canonicalizer::to_vec(&serde_json::from_slice::<serde_json::Value>(&text).unwrap()).unwrap());
        for _ in 0..60 {
            let mut edited = text.clone();
            let at = rng.below(edited.len());
            let byte = *rng.pick(b" \n\t0123456789+-.eE\"\\/u{}[],:abn\x00\x1f\x7f\xc3\xa9");
            match rng.below(4) {
                0 => edited.insert(at, byte),
                1 => drop(edited.splice(at..=at, [byte])),
                2 => edited[at] ^= 1 << rng.below(8),
                _ => drop(edited.splice(at..=at, [])),
            }
            edits += 1;
            // Canonical is exactly: taken by the reader, and written by the writer as it stands.
            let expected = canonicalize(&edited).is_ok_and(|canonical| canonical == edited);
            json_edits += usize::from(json::parse(&edited).is_ok());
            assert_eq!(is_canonical(&edited), expected, "{:?}", String::from_utf8_lossy(&edited));
        }
    }
    println!("{edits} edits, {json_edits} of them JSON");
    assert!(edits == 90_000 && json_edits > 5_000, "{edits} {json_edits}");
}

#[test]
fn the_scanner_takes_exactly_the_numbers_that_are_their_own_canonical_form() {
    let mut rng = Rng(6754);
    let mut taken = 0;
    for _ in 0..200_000 {
        let number = match rng.below(4) {
            0 => canonical::format_number(bundle::odd_number(&mut rng)),
            1 => format!("{}", f64::from_bits(rng.next())),
            2 => format!("{:e}", f64::from_bits(rng.next())),
            _ => (0..1 + rng.below(20)).map(|_| char::from(*rng.pick(b"0011223456789-+.e"))).collect(),
        };
        let expected = canonicalize(number.as_bytes()).is_ok_and(|canonical| canonical == number.as_bytes());
        assert_eq!(is_canonical(number.as_bytes()), expected, "{number}");
        taken += usize::from(expected);
    }
    assert!(taken > 20_000, "{taken}");
}

#[test]
fn depth_and_member_limits_are_the_same_for_reader_and_scanner() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    assert!(is_canonical(&nested(32)) && !is_canonical(&nested(33)) && !is_canonical(&nested(1_000_000)));
    let members = |count: usize| {
        let members: Vec<String> = (0..count).map(|number| format!("\"{number:03}\":0")).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    assert!(is_canonical(&members(256)) && !is_canonical(&members(257)));
}

// What anybody can run at home.

/// Whether a program is there; in CI it must be.
fn has(program: &str, suite: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{suite}: no {program}");
        println!("skipped: {suite}: no {program}");
    }
    found
}

fn pipe(program: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{program}");
    output.stdout
}

/// Canonical payloads, and the records they were made from.
fn payloads() -> Option<Vec<String>> {
    let file = read_json(vectors("payloads")?.join("calls.json"));
    let cases = file["cases"].as_array().unwrap();
    Some(
        cases
            .iter()
            .filter_map(|case| Some(Call::parse(case["input"].as_str()?.as_bytes()).ok()?.call.payload().to_owned()))
            .collect(),
    )
}

/// Lines of an honest bundle.
fn lines() -> Option<Vec<String>> {
    let folder = vectors("lines")?.join("bundles");
    let names = ["honest-9", "honest-events", "honest-salted", "honest-redacted"];
    Some(
        names
            .iter()
            .flat_map(|name| read_text(folder.join(format!("{name}.ndjson"))).lines().map(str::to_owned).collect::<Vec<_>>())
            .collect(),
    )
}

#[test]
fn node_stringifies_every_payload_to_the_same_bytes() {
    let (Some(payloads), true) = (payloads(), has("node", "payloads by JSON.stringify")) else { return };
    let script = "const l=require('fs').readFileSync(0,'utf8').split('\\n');process.stdout.write(l.map(t=>t&&JSON.stringify(JSON.parse(t))).join('\\n'))";
    let input = payloads.join("\n");
    assert_eq!(String::from_utf8(pipe("node", &["-e", script], input.as_bytes())).unwrap(), input);
    assert_eq!(payloads.len(), 68);
}

#[test]
fn jq_and_sha256sum_agree_with_every_hash_of_a_line() {
    let (Some(lines), true, true) = (lines(), has("jq", "hashes by jq"), has("sha256sum", "hashes by sha256sum")) else { return };
    let mut compared = 0;
    for line in lines.iter().filter(|line| line.starts_with("{\"type\":\"entry\"")) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let printed = pipe("jq", &["-jc", ".entry"], line.as_bytes());
        let (_, slice) = line.split_once(",\"entry\":").unwrap();
        if slice.strip_suffix('}').unwrap().as_bytes() != printed {
            // jq escapes U+007F, and prints some fractions and exponents in its own way: only in events of no known type.
            assert_eq!(value["entry"]["event_type"], "model.invoked", "{line}");
            continue;
        }
        let sum = String::from_utf8(pipe("sha256sum", &[], &printed)).unwrap();
        assert_eq!(value["entry_hash"], sum[..64]);
        compared += 1;
    }
    println!("{compared} entries");
    assert!(compared >= 20, "{compared}");
}

#[test]
fn sha256sum_of_a_transcript_is_its_component_hash() {
    let (Some(payloads), true) = (payloads(), has("sha256sum", "transcripts by sha256sum")) else { return };
    for payload in payloads.iter().take(20) {
        let call = Call::parse(payload.as_bytes()).unwrap().call;
        let value: serde_json::Value = serde_json::from_str(payload).unwrap();
        let transcript = value["transcript"].as_str().unwrap();
        let sum = String::from_utf8(pipe("sha256sum", &[], transcript.as_bytes())).unwrap();
        assert_eq!(Digest::of(transcript.as_bytes()).to_string(), sum[..64]);
        if let call_stream_verify::objects::call::Components::Hashes { transcript, .. } = call.compute_digests(None).components {
            assert_eq!(transcript.to_string(), sum[..64]);
        }
    }
}

#[test]
fn python_rfc8785_writes_the_same_bytes_where_it_is_installed() {
    let found = Command::new("python3")
        .args(["-c", "import rfc8785"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        println!("skipped: PyPI rfc8785: not importable");
        return;
    }
    let mut rng = Rng(3);
    let texts: Vec<String> =
        (0..300).map(|_| String::from_utf8(canonical::format(&odd_object(&mut rng, 4)).unwrap()).unwrap()).collect();
    let script = "import sys,json,rfc8785\nfor l in sys.stdin.buffer.read().split(b'\\n'):\n  sys.stdout.buffer.write(rfc8785.dumps(json.loads(l))+b'\\n')";
    let output = pipe("python3", &["-c", script], texts.join("\n").as_bytes());
    assert_eq!(String::from_utf8(output).unwrap().trim_end_matches('\n'), texts.join("\n"));
}
