//! Logs of tiles, somebody else's and ours: the signed tree and nothing else is verified, and every changed file is named.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::algorithms::tiles::{Kind, encode_entries, encode_hashes, level_above, tiles_of};
use call_stream_verify::composition::verify::tiles::{TilesReport, verify_tiles};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::objects::cosignature;
use call_stream_verify::{Code, Digest, Level, Trust, Verdict};
use std::collections::BTreeMap;
use std::convert::Infallible;
use support::{corpora, read, read_text};

const ORIGIN: &str = "log.example/calls";

type Files = BTreeMap<String, Vec<u8>>;

fn key(seed: u8) -> SigningKey {
    SigningKey::new(ORIGIN, KeyType::Ed25519, [seed; 32]).unwrap()
}

fn trust() -> Trust {
    Trust::new().with_key(&key(1).verifier().to_string()).unwrap()
}

fn judge(files: &Files, trust: &Trust) -> TilesReport {
    let read = |name: &str| Ok::<_, Infallible>(files.get(name).cloned());
    verify_tiles(trust, read).unwrap_or_else(|never| match never {})
}

fn entries(count: u32) -> Vec<Digest> {
    (0..count).map(|place| Digest::of(&place.to_be_bytes())).collect()
}

fn signed(leaves: &[Digest]) -> SignedCheckpoint {
    let size = u64::try_from(leaves.len()).unwrap();
    Checkpoint::new(ORIGIN, size, merkle::root_hash(leaves)).unwrap().sign(&key(1)).unwrap()
}

/// A log of this many entries.
fn log(count: u32) -> Files {
    let (entries, size) = (entries(count), u64::from(count));
    let mut hashes = merkle::leaf_hashes(&entries);
    let mut files = Files::from([("checkpoint".to_owned(), signed(&hashes).to_string().into_bytes())]);
    for (tile, entries) in tiles_of(Kind::Entries, size).zip(entries.chunks(256)) {
        files.insert(tile.to_string(), encode_entries(entries));
    }
    for level in 0..8 {
        for (tile, hashes) in tiles_of(Kind::Hashes(level), size).zip(hashes.chunks(256)) {
            files.insert(tile.to_string(), encode_hashes(hashes));
        }
        hashes = level_above(&hashes);
    }
    files
}

#[test]
fn a_real_log_is_verified_at_every_size_and_in_no_other_spelling() {
    let Some(corpora) = corpora("tiles") else { return };
    let folder = corpora.join("tessera-log/testdata/log");
    let trust = Trust::new().with_key(&read_text(corpora.join("tessera-log/vkey"))).unwrap();
    let mut changes = 0;
    for size in 1..=15 {
        let names = ["tile/0/000", "tile/entries/000"].map(|tile| format!("{tile}.p/{size}"));
        let mut files: Files = names.into_iter().map(|name| (name.clone(), read(folder.join(name)))).collect();
        files.insert("checkpoint".to_owned(), read(folder.join(format!("checkpoint.{size}"))));
        let report = judge(&files, &trust);
        assert_eq!((report.verdict, report.level, report.size), (Verdict::Verified, Some(Level::L3), Some(size)), "{report:?}");
        for (name, bytes) in &files {
            for place in 0..bytes.len() {
                let mut changed = files.clone();
                changed.get_mut(name).unwrap()[place] ^= 1;
                assert_ne!(judge(&changed, &trust).verdict, Verdict::Verified, "{name}, byte {place}");
                changes += 1;
            }
        }
    }
    let empty = Files::from([("checkpoint".to_owned(), read(folder.join("checkpoint.0")))]);
    let report = judge(&empty, &trust);
    assert_eq!((report.verdict, report.findings[0].code), (Verdict::NotProven, Code::NothingToVerify));
    println!("16 checkpoints, {changes} changes");
    assert!(changes > 7_000);
}

#[test]
fn logs_of_one_to_three_levels_are_verified_and_every_damaged_file_is_named() {
    for count in [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000] {
        let files = log(count);
        let report = judge(&files, &trust());
        assert_eq!((report.verdict, report.level), (Verdict::Verified, Some(Level::L3)), "{count}: {:?}", report.findings);
        // Of a large log only some files: the first, the last and all above the leaves.
        let last: Vec<String> = [Kind::Hashes(0), Kind::Entries]
            .iter()
            .flat_map(|kind| tiles_of(*kind, u64::from(count)).last())
            .map(|tile| tile.to_string())
            .collect();
        let chosen = files.keys().filter(|name| {
            count < 1000
                || name.ends_with("/000")
                || last.contains(name)
                || !name.starts_with("tile/0") && !name.starts_with("tile/e")
        });
        for name in chosen.filter(|name| *name != "checkpoint") {
            let judge_with = |change: &dyn Fn(&mut Vec<u8>)| {
                let mut changed = files.clone();
                change(changed.get_mut(name).unwrap());
                judge(&changed, &trust())
            };
            let named = |report: &TilesReport, code: Code| {
                report.findings.iter().any(|finding| finding.code == code && finding.member.as_deref() == Some(name.as_str()))
            };
            let mut gone = files.clone();
            gone.remove(name);
            let report = judge(&gone, &trust());
            assert!(report.verdict == Verdict::NotProven && named(&report, Code::TileMissing), "{count}: {name}");
            let report = judge_with(&|bytes| {
                bytes.pop();
            });
            assert!(report.verdict == Verdict::NotProven && named(&report, Code::TileMalformed), "{count}: {name}");
            let report = judge_with(&|bytes| bytes.push(0));
            assert!(report.verdict == Verdict::NotProven && named(&report, Code::TileMalformed), "{count}: {name}");
            let report = judge_with(&|bytes| *bytes.last_mut().unwrap() ^= 1);
            assert_eq!(report.verdict, Verdict::Mismatch, "{count}: {name}");
            if name.starts_with("tile/0/") {
                assert!(report.findings.iter().any(|finding| finding.code == Code::RootMismatch), "{count}: {name}");
            } else {
                assert!(named(&report, Code::TileMismatch), "{count}: {name}: {:?}", report.findings);
            }
        }
    }
}

#[test]
fn a_whole_tile_stands_in_for_a_partial_one() {
    let mut files = log(512);
    let older = log(300);
    files.insert("checkpoint".to_owned(), older["checkpoint"].clone());
    assert_eq!(judge(&files, &trust()).verdict, Verdict::NotProven, "the partial tile of level 1 is missing");
    files.insert("tile/1/000.p/1".to_owned(), older["tile/1/000.p/1"].clone());
    assert_eq!(judge(&files, &trust()).verdict, Verdict::Verified);
    files.get_mut("tile/0/001").unwrap()[43 * 32] ^= 1;
    assert_eq!(judge(&files, &trust()).verdict, Verdict::Mismatch);
}

#[test]
fn without_a_trusted_checkpoint_nothing_is_verified() {
    let files = log(300);
    let other = Trust::new().with_key(&key(2).verifier().to_string()).unwrap();
    for trust in [Trust::new(), other, Trust::new().with_minimum_level(Level::L2).unwrap()] {
        let report = judge(&files, &trust);
        assert_eq!((report.verdict, report.level), (Verdict::NotProven, None));
        assert!(report.findings.iter().any(|finding| finding.code == Code::NoTrustedCheckpoint));
    }
    for (bytes, verdict, code) in [
        (None, Verdict::NotProven, Code::TileMissing),
        (Some(b"no note".to_vec()), Verdict::NotProven, Code::CheckpointMalformed),
        (Some(vec![b'x'; 300_000]), Verdict::NotProven, Code::NoteTooLarge),
        (
            Some(String::from_utf8(files["checkpoint"].clone()).unwrap().replace("\n300\n", "\n301\n").into_bytes()),
            Verdict::Mismatch,
            Code::CheckpointBadSignature,
        ),
        (Some(log(299)["checkpoint"].clone()), Verdict::NotProven, Code::TileMissing),
        (Some(log(301)["checkpoint"].clone()), Verdict::NotProven, Code::TileMissing),
        (
            Some(
                Checkpoint::new(ORIGIN, (1 << 53) - 1, Digest::of(b"")).unwrap().sign(&key(1)).unwrap().to_string().into_bytes(),
            ),
            Verdict::NotProven,
            Code::TileMissing,
        ),
    ] {
        let mut files = files.clone();
        match bytes {
            Some(bytes) => files.insert("checkpoint".to_owned(), bytes),
            None => files.remove("checkpoint"),
        };
        let report = judge(&files, &trust());
        assert_eq!((report.verdict, report.level, report.findings[0].code), (verdict, None, code));
    }
}

#[test]
fn a_quorum_and_a_level_are_asked_for_as_of_a_bundle() {
    let witness = SigningKey::new("w.example", KeyType::Cosignature, [9; 32]).unwrap();
    let policy = format!("log {}\nwitness w {}\nquorum w\n", key(1).verifier(), witness.verifier());
    let trust = Trust::new().with_policy(policy).unwrap();
    let mut files = log(5);
    let report = judge(&files, &trust);
    assert_eq!(
        (report.verdict, report.level, report.findings[0].code),
        (Verdict::NotProven, Some(Level::L3), Code::QuorumNotMet)
    );
    let mut note = SignedCheckpoint::parse(&files["checkpoint"]).unwrap();
    note.add_signature(cosignature::sign(&note, &witness, 1).unwrap()).unwrap();
    files.insert("checkpoint".to_owned(), note.to_string().into_bytes());
    let report = judge(&files, &trust);
    assert_eq!((report.verdict, report.level, report.minimum_level), (Verdict::Verified, Some(Level::L4), Level::L4));
    let report = judge(&files, &trust.clone().with_minimum_level(Level::L5).unwrap());
    assert_eq!((report.verdict, report.findings[0].code), (Verdict::NotProven, Code::LevelNotReached));
}
