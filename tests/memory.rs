//! What a run keeps: bounded memory for any size of bundle, and work that grows in proportion to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "support/large.rs"]
mod large;

use call_stream_verify::{Level, Results, Trust, Verdict, Verifier};
use large::Shape;
use std::io::{Result, Write};

/// A bundle that is verified while it is made.
struct Sink {
    verifier: Verifier,
    bytes: u64,
}

impl Write for Sink {
    fn write(&mut self, chunk: &[u8]) -> Result<usize> {
        self.verifier.push(chunk);
        self.bytes += chunk.len() as u64;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

fn run(entries: usize, shape: Shape) -> u64 {
    let trust = Trust::new().with_minimum_level(Level::L2).unwrap().with_chain_only(!shape.calls);
    let mut sink = Sink { verifier: Verifier::new(trust), bytes: 0 };
    large::write(&mut sink, entries, shape);
    let report = sink.verifier.finish(Results::NotVerified);
    assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_json());
    assert_eq!(report.calls.total, if shape.calls { entries as u64 } else { 0 });
    sink.bytes
}

/// Most memory that this process ever held, in bytes, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

// One test: the peak is that of the process.
#[test]
#[ignore = "slow: a gigabyte"]
fn a_gigabyte_is_verified_within_64_mib_and_160_bytes_a_call() {
    let calls = 520_000;
    let bytes = run(calls, Shape { transcript: 1000, ..Shape::CALLS });
    println!("{calls} calls, {} MB", bytes / 1_000_000);
    assert!(bytes > 1_000_000_000, "{bytes}");
    let Some(peak) = peak() else {
        println!("skipped: peak memory: no /proc/self/status here");
        return;
    };
    let allowed = 64 * 1024 * 1024 + 160 * calls as u64;
    println!("peak {} MB, allowed {} MB: {} bytes a call over all", peak / 1_000_000, allowed / 1_000_000, peak / calls as u64);
    assert!(peak <= allowed, "{peak} bytes, {allowed} allowed");
}
