//! What a file shows of a log: the leaves of its entries, where it holds them from the first on, and the checkpoints it carries.
//!
//! A bundle, a chain file and a folder of tiles show both, a range its checkpoints, and so do a checkpoint's note, a receipt and a
//! `.tlog-proof`.

use crate::chain_file::{ChainFile, Found, next_line, scan_header};
use crate::input;
use crate::leaves::{open, read_bundle};
use crate::output::Failure;
use crate::tile_files;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::tiles::{Kind, decode_hashes, tiles_of};
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::objects::checkpoint::{CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::values::limits::{LINE_BYTES, NOTE_BYTES, PROOF_HASHES};
use call_stream_verify::{Code, Digest, Error};
use std::io::BufRead;
use std::path::Path;

/// Longest text of a log proof: the note, 63 hashes and data beside them.
const PROOF_BYTES: usize = NOTE_BYTES + (PROOF_HASHES + 2) * 64 + LINE_BYTES;

/// What one file shows.
pub struct History {
    /// The log's origin.
    pub origin: String,
    /// Leaf hashes from entry 0 on.
    pub leaves: Option<Vec<Digest>>,
    /// Its largest checkpoint, of those that count.
    pub signed: Option<SignedCheckpoint>,
    /// All checkpoints of that origin, the largest first, whether they count or not.
    pub checkpoints: Vec<SignedCheckpoint>,
}

impl History {
    /// Reads a file. Given a policy, only checkpoints count that a key of it signed; a bad signature by one is refused.
    ///
    /// **Errors**: those of the kind of file it is; `root-mismatch` if the checkpoint is not of the entries beside it.
    pub fn read(path: &Path, policy: Option<&Policy>) -> Result<History, Failure> {
        let refuse = |error: Error| Failure::from(error).in_file(path);
        if input::is_stdin(path) {
            return Err(refuse(Error::new(Code::BadOption, "Name a file: it may have to be read more than once.")));
        }
        let (origin, leaves, mut checkpoints) = if path.is_dir() { read_tiles(path)? } else { read_file(path)? };
        checkpoints.retain(|signed| signed.checkpoint().origin() == origin);
        checkpoints.sort_by_key(|signed| std::cmp::Reverse(signed.checkpoint().size()));
        let signed = largest(&checkpoints, policy).map_err(refuse)?;
        if let (Some(leaves), Some(signed)) = (&leaves, &signed) {
            let root = prefix(leaves, signed.checkpoint().size()).map(merkle::root_hash);
            if root != Some(*signed.checkpoint().root()) {
                return Err(refuse(Error::new(Code::RootMismatch, "It contradicts itself: verify it first.")));
            }
        }
        Ok(History { origin, leaves, signed, checkpoints })
    }

    /// How many entries it speaks of: those it holds, or else those of its checkpoint.
    pub fn size(&self) -> Option<u64> {
        let held = self.leaves.as_ref().map(|leaves| u64::try_from(leaves.len()).unwrap_or(u64::MAX));
        held.or_else(|| self.signed.as_ref().map(|signed| signed.checkpoint().size()))
    }

    /// The root over its first entries, where that is known.
    pub fn root(&self, size: u64) -> Option<Digest> {
        match &self.leaves {
            Some(leaves) => prefix(leaves, size).map(merkle::root_hash),
            None => {
                self.signed.as_ref().map(SignedCheckpoint::checkpoint).filter(|tree| tree.size() == size).map(|tree| *tree.root())
            }
        }
    }
}

/// Origin, leaves from entry 0 on, and checkpoints, which nobody has looked at.
type Shown = (String, Option<Vec<Digest>>, Vec<SignedCheckpoint>);

fn read_file(path: &Path) -> Result<Shown, Failure> {
    let refuse = |error: Error| Failure::from(error).in_file(path);
    let first = first_line(path)?;
    Ok(if scan_header(&first).is_some() {
        let chain = ChainFile::read(path)?;
        let leaves = chain.leaves(chain.state().size()).unwrap_or_default();
        let checkpoints = chain.checkpoints().iter().map(|stored| stored.signed.clone()).collect();
        (chain.state().header().origin.clone(), Some(leaves), checkpoints)
    } else if first.starts_with(b"{\"type\":\"receipt\"") {
        let bytes = input::read(path, LINE_BYTES + 1)?;
        of_one(Receipt::parse(&bytes).map_err(refuse)?.proof.checkpoint)
    } else if first.starts_with(b"{") {
        match Line::scan(first.strip_suffix(b"\n").unwrap_or(&first)) {
            Ok(Line::Manifest(manifest)) if manifest.range.start > 0 => (manifest.chain.origin, None, read_checkpoints(path)?),
            _ => {
                let mut checkpoints = Vec::new();
                let (state, leaves) = read_bundle(path, |line| take_checkpoint(line, &mut checkpoints))?;
                (state.header().origin.clone(), Some(leaves), checkpoints)
            }
        }
    } else if first.starts_with(b"c2sp.org/tlog-proof") {
        let text = input::read_text(path, PROOF_BYTES, Code::BadProof)?;
        of_one(LogProof::parse(&text).map_err(refuse)?.checkpoint)
    } else {
        of_one(SignedCheckpoint::parse(&input::read(path, NOTE_BYTES)?).map_err(refuse)?)
    })
}

/// The leaves of a log of tiles, up to its checkpoint.
fn read_tiles(folder: &Path) -> Result<Shown, Failure> {
    let missing = |name: &str| Failure::new(Code::TileMissing, "").in_file(&folder.join(name));
    let note = tile_files::read(folder, "checkpoint")?.ok_or_else(|| missing("checkpoint"))?;
    let signed = SignedCheckpoint::parse(&note).map_err(|error| Failure::from(error).in_file(&folder.join("checkpoint")))?;
    let mut leaves = Vec::new();
    for tile in tiles_of(Kind::Hashes(0), signed.checkpoint().size()) {
        let there = tile_files::read(folder, &tile.to_string())?;
        let (found, bytes) = match there {
            Some(bytes) => (tile, bytes),
            None => {
                let whole = tile.whole();
                (whole, tile_files::read(folder, &whole.to_string())?.ok_or_else(|| missing(&tile.to_string()))?)
            }
        };
        let hashes = decode_hashes(&bytes, found.width);
        let hashes = hashes.ok_or_else(|| Failure::new(Code::TileMalformed, "").in_file(&folder.join(found.to_string())))?;
        leaves.extend(hashes.into_iter().take(usize::from(tile.width)));
    }
    Ok((signed.checkpoint().origin().to_owned(), Some(leaves), vec![signed]))
}

/// The first leaves.
pub fn prefix(leaves: &[Digest], size: u64) -> Option<&[Digest]> {
    leaves.get(..usize::try_from(size).ok()?)
}

fn of_one(signed: SignedCheckpoint) -> Shown {
    (signed.checkpoint().origin().to_owned(), None, vec![signed])
}

fn first_line(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut first = Vec::new();
    next_line(path, &mut open(path)?, &mut first)?;
    Ok(first)
}

fn take_checkpoint(line: &Line<'_>, checkpoints: &mut Vec<SignedCheckpoint>) -> Result<(), Error> {
    if let Line::Checkpoint(note) = line {
        checkpoints.push(SignedCheckpoint::parse(note.as_bytes())?);
    }
    Ok(())
}

/// The checkpoints of a range, up to its end line; its entries are not judged.
fn read_checkpoints(path: &Path) -> Result<Vec<SignedCheckpoint>, Failure> {
    let refuse = |error: Error| Failure::from(error).in_file(path);
    let mut reader: Box<dyn BufRead> = open(path)?;
    let (mut bytes, mut checkpoints) = (Vec::new(), Vec::new());
    for number in 1.. {
        let found = next_line(path, &mut reader, &mut bytes)?;
        let line = match found {
            Found::Line => Line::scan(bytes.strip_suffix(b"\n").unwrap_or(&bytes)),
            Found::TooLong => return Err(refuse(Error::new(Code::LineTooLong, "").line(number))),
            Found::End | Found::Torn => return Err(refuse(Error::new(Code::CutOff, "").line(number))),
        };
        let line = line.map_err(|_| refuse(Error::new(Code::NotCanonical, "").line(number)))?;
        take_checkpoint(&line, &mut checkpoints).map_err(|error| refuse(error.line(number)))?;
        if matches!(line, Line::End(_)) {
            break;
        }
    }
    Ok(checkpoints)
}

/// The first that counts.
fn largest(checkpoints: &[SignedCheckpoint], policy: Option<&Policy>) -> Result<Option<SignedCheckpoint>, Error> {
    for signed in checkpoints {
        match policy.map(|policy| policy.verify(signed)) {
            None | Some(CheckpointFacts::Trusted(_)) => return Ok(Some(signed.clone())),
            Some(CheckpointFacts::Untrusted) => {}
            Some(CheckpointFacts::BadLogSignature(_)) => return Err(Error::new(Code::CheckpointBadSignature, "")),
            Some(CheckpointFacts::BadCosignature(_)) => return Err(Error::new(Code::CosignatureBad, "")),
        }
    }
    Ok(None)
}
