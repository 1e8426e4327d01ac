//! Bundles from any bytes: the report is the same for any chunks and any segments, segments come back from their text, and what nobody vouched for
//! is never verified. `corpus/bundle` may be filled from sample bundles; a few lines made here lead the way.
#![no_main]

use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::bundle::reader::LineReader;
use call_stream_verify::{Level, Results, Segment, Trust, Verdict, Verifier, evaluate, verify};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

fuzz_target!(|data: &[u8]| {
    let Some((&cut, bundle)) = data.split_first() else { return };
    let pinned = Trust::new().with_policy(KEY).expect("a key");
    let lenient = pinned.clone().with_minimum_level(Level::L0).with_chain_only(true);
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
