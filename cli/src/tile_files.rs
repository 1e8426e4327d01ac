//! A log of tiles on disk: written so that whoever serves the folder while it grows never serves a checkpoint whose tiles are not there.
//!
//! Files appear whole, tiles before the checkpoint. What is there already must be the same: nothing is changed, and nothing removed, so that
//! a reader of an older checkpoint still finds its partial tiles.

use crate::chain_file::ChainFile;
use crate::durable::{self, Readers};
use crate::output::Failure;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::tiles::{Kind, Tile, encode_entries, encode_hashes, level_above, tiles_of};
use call_stream_verify::composition::verify::tiles::TILE_BYTES;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::{Code, Digest};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

const CHECKPOINT: &str = "checkpoint";

/// Writes the first entries of a chain, those under this checkpoint of it; how many files were written.
///
/// **Errors**: `not-consistent` if the folder holds another log, a later state or other tiles; `unreadable`, `unwritable`.
pub fn write(folder: &Path, chain: &ChainFile, signed: &SignedCheckpoint) -> Result<u64, Failure> {
    let size = signed.checkpoint().size();
    check_continues(folder, chain, size)?;
    let entries: Vec<Digest> = (0..size).map_while(|seq| chain.hash_at(seq)).collect();
    let mut written = 0;
    let mut put = |tile: Tile, bytes: &[u8]| -> Result<(), Failure> {
        let path = folder.join(tile.to_string());
        match read(folder, &tile.to_string())? {
            Some(there) if there == bytes => Ok(()),
            Some(_) => Err(Failure::new(Code::NotConsistent, "The folder holds another tile of this name.").in_file(&path)),
            None => {
                fs::create_dir_all(durable::folder(&path)).map_err(|reason| Failure::unwritable(&path, &reason))?;
                written += 1;
                durable::replace(&path, bytes, Readers::Usual)
            }
        }
    };
    for (tile, entries) in tiles_of(Kind::Entries, size).zip(entries.chunks(256)) {
        put(tile, &encode_entries(entries))?;
    }
    let mut hashes = merkle::leaf_hashes(&entries);
    let mut level = 0;
    while !hashes.is_empty() {
        for (tile, hashes) in tiles_of(Kind::Hashes(level), size).zip(hashes.chunks(256)) {
            put(tile, &encode_hashes(hashes))?;
        }
        hashes = level_above(&hashes);
        level += 1;
    }
    let note = signed.to_string();
    fs::create_dir_all(folder).map_err(|reason| Failure::unwritable(folder, &reason))?;
    if read(folder, CHECKPOINT)?.is_none_or(|there| there != note.as_bytes()) {
        written += 1;
        durable::replace(&folder.join(CHECKPOINT), note.as_bytes(), Readers::Usual)?;
    }
    Ok(written)
}

/// A folder that holds a log already must hold an earlier state of this one.
fn check_continues(folder: &Path, chain: &ChainFile, size: u64) -> Result<(), Failure> {
    let Some(there) = read(folder, CHECKPOINT)? else { return Ok(()) };
    let path = folder.join(CHECKPOINT);
    let there = SignedCheckpoint::parse(&there).map_err(|error| Failure::from(error).in_file(&path))?;
    let refuse = |detail| Err(Failure::new(Code::NotConsistent, detail).in_file(&path));
    match chain.check_checkpoint(&there) {
        Err(detail) => refuse(detail),
        Ok(()) if there.checkpoint().size() > size => refuse("It is newer than the newest checkpoint of the chain."),
        Ok(()) => Ok(()),
    }
}

/// The bytes of a log's file, if it is there; of a longer one than any file of a log one byte more than that.
///
/// **Errors**: `unreadable`.
pub fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    let path = folder.join(name);
    let most = u64::try_from(TILE_BYTES).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    match File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(reason) if reason.kind() == ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(Failure::unreadable(&path, &reason)),
    }
}
