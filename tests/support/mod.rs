//! What the suites share: where foreign truth lies, and how it is read.
//!
//! Corpora and vectors are read in place, in `../shared` beside the project. Where they are absent a suite says so and is skipped;
//! with `CI=true` that is a failure.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each suite uses a part; tests fail by panic"
)]

use call_stream_verify::Digest;
use call_stream_verify::algorithms::base64;
use std::path::{Path, PathBuf};

/// The directory of a corpus, or `None` where there are no corpora.
pub fn corpora(suite: &str) -> Option<PathBuf> {
    shared(suite, "corpora", "no corpora beside the project")
}

/// The directory of the format's vectors, or `None` where there are none.
pub fn vectors(suite: &str) -> Option<PathBuf> {
    shared(suite, "vectors", "no vectors beside the project")
}

fn shared(suite: &str, folder: &str, absent: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{suite}: {absent}");
    println!("skipped: {suite}: {absent}");
    None
}

/// The bytes of a file.
pub fn read(path: impl AsRef<Path>) -> Vec<u8> {
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// The text of a file.
pub fn read_text(path: impl AsRef<Path>) -> String {
    String::from_utf8(read(path)).unwrap()
}

/// The JSON of a file.
pub fn read_json(path: impl AsRef<Path>) -> serde_json::Value {
    serde_json::from_slice(&read(path)).unwrap()
}

/// All files below a directory, sorted.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { directories.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// A digest in base64, as proofs write it.
pub fn digest(value: &serde_json::Value) -> Option<Digest> {
    base64::decode_digest(value.as_str()?)
}

/// Bytes in hex.
pub fn hex(value: &serde_json::Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}
