//! Bundles from any bytes: the report is the same for any chunks and any segments, segments come back from their text, and what nobody vouched for
//! is never verified. `corpus/bundle` may be filled from sample bundles; a few lines made here lead the way.
//!
//! The input is also taken as a list of changes to honest bundles that a pinned key vouches for. A changed one that still verifies has
//! the same entries in the same order, the same manifest, checkpoints and proofs in the same order, and no other calls.
#![no_main]

#[path = "../../tests/support/bundle.rs"]
mod bundle;

use bundle::{Made, make};
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::bundle::reader::LineReader;
use call_stream_verify::{Level, Results, Segment, Trust, Verdict, Verifier, evaluate, verify};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::LazyLock;

const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

/// Honest bundles with a key or policy that vouches for them at the default level.
static HONEST: LazyLock<Vec<Made>> = LazyLock::new(|| {
    let vouched =
        |made: &Made| made.trust.policy.is_some() && made.trust.minimum_level.is_none() && made.verdict == Verdict::Verified;
    (0..200).map(make).filter(vouched).take(16).collect()
});

/// Changes lines and bytes, five bytes of `changes` a change.
fn change(made: &Made, changes: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = made.lines.iter().map(|line| line.clone().into_bytes()).collect();
    for change in changes.chunks_exact(5).take(16) {
        let [kind, line, high, low, byte] = *change else { break };
        if lines.is_empty() {
            break;
        }
        let place = usize::from(line) % lines.len();
        let other = usize::from(low) % lines.len();
        let text = &mut lines[place];
        let at = usize::from(u16::from_be_bytes([high, low])) % text.len().max(1);
        match kind % 9 {
            0 if !text.is_empty() => text[at] ^= byte,
            1 if !text.is_empty() => text[at] = b"0123456789abcdef"[usize::from(byte % 16)],
            2 => text.insert(at, byte),
            3 if !text.is_empty() => drop(text.remove(at)),
            4 => drop(lines.remove(place)),
            5 => lines.swap(place, other),
            6 => lines.insert(other, lines[place].clone()),
            7 => lines.insert(other, HONEST[usize::from(byte) % HONEST.len()].lines[0].clone().into_bytes()),
            8 => text.truncate(at),
            _ => {}
        }
    }
    lines.concat()
}

fn check_changed(data: &[u8]) {
    let Some((&number, changes)) = data.split_first() else { return };
    let made = &HONEST[usize::from(number) % HONEST.len()];
    let changed = change(made, changes);
    let report = verify(&changed, made.trust.trust(), Results::All);
    if changed == made.bytes() {
        assert_eq!(report.verdict, Verdict::Verified);
    }
    if report.verdict == Verdict::Verified {
        let kind = |line: &[u8]| match Line::scan(line.strip_suffix(b"\n").unwrap_or(line)).expect("it was judged") {
            Line::Entry(_) => "entry",
            Line::Call(_) | Line::Redacted(_) => "call",
            Line::End(_) => "end",
            _ => "envelope",
        };
        let honest = made.bytes();
        let (old, new) = (lines_of(&honest), lines_of(&changed));
        for wanted in ["entry", "envelope"] {
            assert!(
                new.iter().filter(|line| kind(line) == wanted).eq(old.iter().filter(|line| kind(line) == wanted)),
                "{wanted}"
            );
        }
        let (_, calls) = new.split_last().expect("it has lines");
        assert!(calls.iter().all(|line| old.contains(line)), "a line that nobody vouched for");
    }
}

fn lines_of(bundle: &[u8]) -> Vec<&[u8]> {
    bundle.split_inclusive(|byte| *byte == b'\n').collect()
}

fuzz_target!(|data: &[u8]| {
    check_changed(data);
    let Some((&cut, bundle)) = data.split_first() else { return };
    let pinned = Trust::new().with_key(KEY).expect("a key");
    let lenient = pinned.clone().with_minimum_level(Level::L2).expect("a level").with_chain_only(true);
    // Nobody can sign for the key of an example whose secret is not here.
    assert_ne!(verify(bundle, pinned, Results::All).verdict, Verdict::Verified);

    let report = verify(bundle, lenient.clone(), Results::All);
    let json = report.to_json();
    let mut verifier = Verifier::new(lenient.clone());
    bundle.chunks(usize::from(cut) + 1).for_each(|chunk| verifier.push(chunk));
    assert_eq!(verifier.finish(Results::All).to_json(), json);

    if !bundle.starts_with(&[0x1F, 0x8B]) {
        let lines: Vec<&[u8]> = bundle.split_inclusive(|byte| *byte == b'\n').collect();
        let mut merged = Segment::new(&lenient);
        for part in lines.chunks(usize::from(cut % 7) + 1) {
            let mut reader = LineReader::new(Segment::new(&lenient));
            reader.push(&part.concat(), &lenient);
            merged.merge(reader.finish()).expect("one trust");
        }
        assert_eq!(evaluate(&merged, &lenient, Results::All).to_json(), json);
        let resumed = Segment::resume(&merged.save(), &lenient).expect("what is saved is resumed");
        assert_eq!(evaluate(&resumed, &lenient, Results::All).to_json(), json);
        for line in &lines {
            // A line has one spelling: a line that is taken holds no other text that reads the same.
            if Line::scan(line.strip_suffix(b"\n").unwrap_or(line)).is_ok() {
                let value: serde_json::Value = serde_json::from_slice(line).expect("a line is JSON");
                assert!(value.is_object());
            }
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    const PIECES: [&[u8]; 6] = [
        b"{\"type\":\"manifest\",\"format\":\"call-stream-verify/1\",\"chain\":{\"created_at\":\"2026-01-01T00:00:00Z\",\"format\":\"call-stream-verify/1\",\"hash\":\"sha-256\",\"origin\":\"example.com/foo\",\"tenant_id\":\"7e57d004-2b97-4e7a-b45f-5387367791cd\"},\"range\":{\"start\":0,\"end\":1},\"prev_hash\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"exported_at\":\"2026-01-01T00:00:00Z\"}\n",
        b"{\"type\":\"entry\",\"seq\":0,\"entry_hash\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"entry\":{\"entity_id\":\"x\",\"event_type\":\"a.b\",\"payload\":{},\"prev_hash\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"timestamp\":\"2026-01-01T00:00:00Z\"}}\n",
        b"{\"type\":\"inclusion\",\"seq\":0,\"size\":1,\"hashes\":[]}\n",
        b"{\"type\":\"checkpoint\",\"note\":\"example.com/foo\\n1\\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\\n\\n\\u2014 example.com/foo AAAA\\n\"}\n",
        b"{\"type\":\"end\",\"entries\":1,\"calls\":0,\"head\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"envelope\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n",
        b"\n",
    ];
    let piece = PIECES[seed as usize / 4 % PIECES.len()];
    if seed % 4 == 0 && size + piece.len() <= max_size {
        let at = if size == 0 { 0 } else { data[..size].iter().rposition(|byte| *byte == b'\n').map_or(size, |at| at + 1) };
        data.copy_within(at..size, at + piece.len());
        data[at..at + piece.len()].copy_from_slice(piece);
        return size + piece.len();
    }
    fuzzer_mutate(data, size, max_size)
});
