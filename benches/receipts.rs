//! How long it takes to verify receipts natively, for `benches/log.mjs`, which compares.
//!
//! `RECEIPTS` names a file of receipts, one a line, `POLICY` the policy or vkey under which each must be verified. Prints the nanoseconds a receipt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::as_conversions, missing_docs)]

use call_stream_verify::{Trust, Verdict, verify_receipt};
use std::env::var;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let read = |name: &str| std::fs::read(var(name).expect(name)).unwrap();
    let (receipts, policy) = (read("RECEIPTS"), read("POLICY"));
    let receipts: Vec<&[u8]> = receipts.split_inclusive(|byte| *byte == b'\n').collect();
    let policy = String::from_utf8(policy).unwrap();
    let start = Instant::now();
    for receipt in &receipts {
        // As in the other runtimes, the policy is read with each receipt.
        let trust = Trust::new().with_policy_or_key(policy.trim()).unwrap();
        let report = verify_receipt(receipt, &trust, None).unwrap();
        assert_eq!(report.verdict, Verdict::Verified);
        black_box(report);
    }
    println!("{}", start.elapsed().as_nanos() as f64 / receipts.len() as f64);
}
