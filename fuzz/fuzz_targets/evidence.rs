//! Evidence of a fork, a verifier's memory and tiles from any bytes: no panic, and what is taken formats back to itself. The same bytes as
//! changes of the specification's evidence: whatever they touch, it is no longer confirmed.
#![no_main]

use call_stream_verify::algorithms::tiles::{decode_entries, decode_hashes, encode_hashes};
use call_stream_verify::composition::memory::Memory;
use call_stream_verify::composition::verify::tiles::verify_tiles;
use call_stream_verify::objects::fork_evidence::{EvidenceFacts, ForkEvidence};
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Trust, Verdict};
use libfuzzer_sys::fuzz_target;
use std::convert::Infallible;
use std::sync::LazyLock;

static SPEC: &str = include_str!("../../SPEC.md");
static EVIDENCE: LazyLock<String> = LazyLock::new(|| format!("{}\n", block("json fork-evidence")));
static VKEY: LazyLock<&str> = LazyLock::new(|| block("text log-vkey"));

fn block(name: &str) -> &'static str {
    let (_, rest) = SPEC.split_once(&format!("\n```{name}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

fuzz_target!(|data: &[u8]| {
    if let Ok(memory) = Memory::parse(data) {
        assert_eq!(memory.to_string().as_bytes(), data);
    }
    let width = u16::from(data.first().copied().unwrap_or(1));
    if let Some(hashes) = decode_hashes(data, width) {
        assert_eq!(encode_hashes(&hashes), data);
    }
    if let Some(entries) = decode_entries(data, width) {
        assert_eq!(entries.iter().map(|entry| 2 + entry.len()).sum::<usize>(), data.len());
    }
    // A log all of whose files are these bytes.
    let trust = Trust::new().with_key(*VKEY).unwrap();
    let report = verify_tiles(&trust, |_| Ok::<_, Infallible>(Some(data.to_vec())));
    assert!(report.is_ok_and(|report| report.verdict != Verdict::Verified));

    if let Ok(evidence) = ForkEvidence::parse(data) {
        assert_eq!(evidence.to_string().as_bytes(), data);
    }
    let mut bytes = EVIDENCE.clone().into_bytes();
    for change in data.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] = change[2];
    }
    if let Ok(evidence) = ForkEvidence::parse(&bytes) {
        let confirmed = matches!(evidence.verify(&Policy::from_vkey(*VKEY).unwrap()), EvidenceFacts::Fork { .. });
        assert!(!confirmed || bytes == EVIDENCE.as_bytes());
    }
});
