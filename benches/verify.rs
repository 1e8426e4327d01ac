//! How fast the whole verification is, against the straightforward program and against the hash alone, in one run.
//!
//! `cargo bench --bench verify` measures 100,000 entries with criterion and prints ratios at the end. Ratios are what counts; the nanoseconds are
//! this machine's. `ENTRIES=1000000` asks for another number. `WRITE=FILE` writes the bundle instead, for the benchmark of the npm package.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "../tests/support/large.rs"]
mod large;

use call_stream_verify::algorithms::{merkle, sha256_lanes};
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::bundle::reader::LineReader;
use call_stream_verify::composition::segment::Segment;
use call_stream_verify::{Digest, Level, Results, Trust, Verdict, verify};
use criterion::{Criterion, Throughput};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::env::var;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    let entries: usize = var("ENTRIES").map_or(100_000, |entries| entries.parse().expect("ENTRIES is a number"));
    let bundle = large::bundle(entries, large::Shape::SEALS);
    if let Ok(path) = var("WRITE") {
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
        ("whole verification", Box::new(|| whole(&bundle))),
        ("of it the fold without the report", Box::new(|| fold(&bundle))),
        ("of it the canonical scan of lines", Box::new(|| scan(&lines))),
        ("of it the hashes of entries", Box::new(|| hash(&canonical))),
        ("of it the Merkle root", Box::new(|| root(entries))),
        ("SHA-256 of the same entries, sha2 crate, nothing else", Box::new(|| raw(&canonical))),
    ];
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("verify");
    group.throughput(Throughput::Bytes(bundle.len() as u64)).sample_size(10);
    let mut medians = Vec::new();
    for (name, run) in &competitors {
        let times: RefCell<Vec<f64>> = RefCell::default();
        group.bench_function(*name, |bencher| {
            bencher.iter_custom(|rounds| {
                let mut whole = Duration::ZERO;
                for _ in 0..rounds {
                    let start = Instant::now();
                    run();
                    let time = start.elapsed();
                    times.borrow_mut().push(time.as_nanos() as f64 / entries as f64);
                    whole += time;
                }
                whole
            });
        });
        let mut times = times.into_inner();
        times.sort_by(f64::total_cmp);
        medians.push(times.get(times.len() / 2).copied());
    }
    group.finish();
    println!("ns an entry, and how many times as fast as the first:");
    for ((name, _), median) in competitors.iter().zip(&medians) {
        if let (Some(median), Some(first)) = (median, medians[0]) {
            println!("{median:8.0} {:7.2} x  {name}", first / median);
        }
    }
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
