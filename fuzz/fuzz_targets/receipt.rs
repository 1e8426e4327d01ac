//! Receipts and log proofs from any bytes: no panic, what is taken formats back to itself, and nothing is verified without trust. The same
//! bytes as changes of the specification's receipt: whatever they touch but the time in a header that nothing binds, it is not verified.
#![no_main]

use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::{Trust, Verdict, verify_receipt};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SPEC: &str = include_str!("../../SPEC.md");
static RECEIPT: LazyLock<String> = LazyLock::new(|| format!("{}\n", block("json receipt")));
static TRUST: LazyLock<Trust> = LazyLock::new(|| Trust::new().with_key(block("text log-vkey")).unwrap());

fn block(name: &str) -> &'static str {
    let (_, rest) = SPEC.split_once(&format!("\n```{name}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

fuzz_target!(|data: &[u8]| {
    judge(data, &Trust::new());
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(proof) = LogProof::parse(text)
    {
        assert_eq!(proof.to_string(), text);
    }
    let mut bytes = RECEIPT.clone().into_bytes();
    for change in data.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] = change[2];
    }
    if judge(&bytes, &TRUST) == Some(Verdict::Verified) {
        let created = RECEIPT.find("\"created_at\"").unwrap();
        let unbound = created..created + "\"created_at\":\"2026-10-01T10:00:00Z\"".len();
        let changed = bytes.iter().zip(RECEIPT.as_bytes()).enumerate().filter(|(_, (new, old))| new != old);
        for (place, _) in changed {
            assert!(unbound.contains(&place), "byte {place}");
        }
    }
});

/// The verdict, if it is a receipt; one that trusts nothing comes to no `verified`, and its own call beside it changes nothing.
fn judge(bytes: &[u8], trust: &Trust) -> Option<Verdict> {
    let report = verify_receipt(bytes, trust, None);
    let receipt = Receipt::parse(bytes);
    assert_eq!(report.as_ref().err(), receipt.as_ref().err());
    let receipt = receipt.ok()?;
    assert_eq!(receipt.to_string().as_bytes(), bytes);
    let report = report.ok()?;
    assert_eq!(verify_receipt(bytes, trust, Some(receipt.call.payload().as_bytes())).as_ref(), Ok(&report));
    assert!(trust.policy().is_some() || report.verdict != Verdict::Verified);
    Some(report.verdict)
}
