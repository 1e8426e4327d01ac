//! How fast the whole verification is, against the straightforward program and against the hash alone, in one run.
//!
//! `cargo bench --bench verify [-- ENTRIES [only=N | write=FILE]]`: medians over several rounds in which the competitors take turns, so that a busy
//! machine slows all of them. Ratios are what counts; the nanoseconds are this machine's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "../tests/support/large.rs"]
mod large;

use call_stream_verify::algorithms::{merkle, sha256_lanes};
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::bundle::reader::LineReader;
use call_stream_verify::composition::segment::Segment;
use call_stream_verify::{Digest, Level, Results, Trust, Verdict, verify};
use sha2::{Digest as _, Sha256};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 9;

fn main() {
    let entries: usize = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(100_000);
    let bundle = large::bundle(entries, large::Shape::SEALS);
    // For the benchmark of the wasm module, which wants the same bundle as a file.
    if let Some(path) = std::env::args().find_map(|arg| arg.strip_prefix("write=").map(str::to_owned)) {
        std::fs::write(path, &bundle).unwrap();
        return;
    }
    let text = std::str::from_utf8(&bundle).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("{\"type\":\"entry\"")).collect();
    let canonical: Vec<&str> = lines.iter().map(|line| &line[line.find(",\"entry\":").unwrap() + 9..line.len() - 1]).collect();
    let bytes: usize = canonical.iter().map(|entry| entry.len()).sum();
    println!("{entries} entries of {} bytes on average, {} MB", bytes / entries, bundle.len() / 1_000_000);

    type Competitor<'a> = (&'static str, Box<dyn Fn() + 'a>);
    let competitors: Vec<Competitor<'_>> = vec![
        ("serde_json::Value + serde_json_canonicalizer + sha2, hashes and links only", Box::new(|| straightforward(&lines))),
        ("whole verification: canonical check, hashes, links, records, Merkle root, calls, report", Box::new(|| whole(&bundle))),
        ("   of it the fold without the report", Box::new(|| fold(&bundle))),
        ("   of it the canonical scan of lines", Box::new(|| scan(&lines))),
        ("   of it the hashes of entries", Box::new(|| hash(&canonical))),
        ("   of it the Merkle root", Box::new(|| root(entries))),
        ("SHA-256 of the same entries, sha2 crate, nothing else", Box::new(|| raw(&canonical))),
    ];
    // For a profiler: one competitor alone.
    if let Some(only) = std::env::args().find_map(|arg| arg.strip_prefix("only=").and_then(|number| number.parse::<usize>().ok()))
    {
        let start = Instant::now();
        (0..ROUNDS * 5).for_each(|_| competitors[only].1());
        println!("{} ns an entry  {}", start.elapsed().as_nanos() / (ROUNDS * 5 * entries) as u128, competitors[only].0);
        return;
    }
    let mut times = vec![Vec::new(); competitors.len()];
    for _ in 0..ROUNDS {
        for ((_, run), times) in competitors.iter().zip(&mut times) {
            let start = Instant::now();
            run();
            times.push(start.elapsed().as_nanos() as f64 / entries as f64);
        }
    }
    let medians: Vec<f64> = times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect();
    for ((name, _), median) in competitors.iter().zip(&medians) {
        println!("{median:8.0} ns an entry  {:6.2} x the first  {name}", medians[0] / median);
    }
    println!("the whole verification takes {:.2} x the time of SHA-256 alone", medians[1] / medians[medians.len() - 1]);
}

fn straightforward(lines: &[&str]) {
    let mut previous = None;
    for line in lines {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let hash = hex::encode(Sha256::digest(serde_json_canonicalizer::to_vec(&line["entry"]).unwrap()));
        assert_eq!(line["entry_hash"], hash.as_str());
        assert!(previous.is_none_or(|previous: String| line["entry"]["prev_hash"] == previous.as_str()));
        previous = Some(hash);
    }
    black_box(previous);
}

fn trust() -> Trust {
    Trust::new().with_minimum_level(Level::L2).unwrap().with_chain_only(true)
}

fn whole(bundle: &[u8]) {
    let report = verify(bundle, trust(), Results::NotVerified);
    assert_eq!(report.verdict, Verdict::Verified);
    black_box(report);
}

fn fold(bundle: &[u8]) {
    let trust = trust();
    let mut reader = LineReader::new(Segment::new(&trust));
    reader.push(bundle, &trust);
    black_box(reader.finish());
}

fn scan(lines: &[&str]) {
    for line in lines {
        black_box(Line::scan(line.as_bytes()).unwrap());
    }
}

fn hash(entries: &[&str]) {
    for entries in entries.chunks(64) {
        black_box(sha256_lanes::digest_all(entries));
    }
}

fn root(entries: usize) {
    let mut range = merkle::CompactRange::empty(0);
    let leaves = vec![Digest([7; 32]); 64];
    for _ in 0..entries / 64 {
        range.append_all(merkle::leaf_hashes(&leaves));
    }
    black_box(range.root());
}

fn raw(entries: &[&str]) {
    for entry in entries {
        black_box(Sha256::digest(entry.as_bytes()));
    }
}
