//! OpenTimestamps proofs and block headers from any bytes: no panic, and what is taken encodes back to itself. The same bytes as the tree of a
//! proof, and as changes of the specification's anchor: its header confirms no other digest.
#![no_main]

use call_stream_verify::algorithms::bitcoin::Headers;
use call_stream_verify::algorithms::opentimestamps::{Attestation, Proof};
use call_stream_verify::objects::anchor::AnchorFacts;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SPEC: &str = include_str!("../../SPEC.md");
static ANCHOR: LazyLock<Vec<u8>> = LazyLock::new(|| hex::decode(block("hex anchor")).unwrap());
static HEADERS: LazyLock<Headers> = LazyLock::new(|| Headers::parse(block("hex block-header").as_bytes()).unwrap());
/// Magic, version and digest.
const HEAD: usize = 65;

fn block(name: &str) -> &'static str {
    let (_, rest) = SPEC.split_once(&format!("\n```{name}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

/// Looks at a proof; whether its header confirms it.
fn is_confirmed(bytes: &[u8]) -> bool {
    let strict = Proof::decode(bytes);
    let Ok(proof) = Proof::decode_any_order(bytes) else {
        assert!(strict.is_err());
        return false;
    };
    let encoded = proof.encode();
    assert_eq!(strict.is_ok(), encoded == bytes);
    assert_eq!(Proof::decode(&encoded).as_ref(), Ok(&proof));
    assert_eq!(proof.clone().merge(proof.clone()).as_ref(), Ok(&proof));
    for attested in proof.attested() {
        let is_root = attested.message.as_ref().is_none_or(|message| message.len() == 32);
        assert!(is_root || !matches!(attested.attestation, Attestation::Bitcoin(_)));
    }
    matches!(AnchorFacts::of_proof(&proof, &HEADERS), AnchorFacts::Confirmed { .. })
}

fuzz_target!(|data: &[u8]| {
    is_confirmed(data);
    is_confirmed(&[&ANCHOR[..HEAD], data].concat());
    let mut bytes = ANCHOR.clone();
    for change in data.chunks_exact(2) {
        let place = usize::from(change[0]) % bytes.len();
        bytes[place] = change[1];
    }
    assert!(!is_confirmed(&bytes) || bytes[..HEAD] == ANCHOR[..HEAD]);

    if let Ok(headers) = Headers::parse(data) {
        assert!(headers.find(&[0; 32]).is_none_or(|(header, _)| header.difficulty() >= 1));
    }
});
