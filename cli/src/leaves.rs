//! The tree of a chain, from whatever holds its entries: a chain file, or a bundle that begins at entry 0.

use crate::chain_file::{ChainFile, Found, next_line, scan_header};
use crate::input;
use crate::output::Failure;
use call_stream_verify::algorithms::gzip::MAGIC;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::chain_state::ChainState;
use call_stream_verify::{Code, Digest, Error};
use flate2::bufread::GzDecoder;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Leaf hashes of a chain, in order; each entry was hashed and its link checked.
pub struct Leaves {
    /// The chain's origin.
    pub origin: String,
    leaves: Vec<Digest>,
}

impl Leaves {
    /// Reads a chain file or a bundle.
    ///
    /// **Errors**: those of [`ChainFile::read`]; for a bundle `not-a-bundle`, `chain-damaged` with the line, `cut-off`.
    pub fn read(path: &Path) -> Result<Leaves, Failure> {
        let mut reader = open(path)?;
        let start = reader.fill_buf().map_err(|reason| Failure::unreadable(path, &reason))?;
        let first: Vec<u8> = start.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default().to_vec();
        if scan_header(&first).is_some() && !input::is_stdin(path) {
            drop(reader);
            let chain = ChainFile::read(path)?;
            let leaves = chain.leaves(chain.state().size()).unwrap_or_default();
            return Ok(Leaves { origin: chain.state().header().origin.clone(), leaves });
        }
        let (state, leaves) = read(path, &mut reader, |_| Ok(()))?;
        Ok(Leaves { origin: state.header().origin.clone(), leaves })
    }

    /// How many there are.
    pub fn size(&self) -> u64 {
        u64::try_from(self.leaves.len()).unwrap_or(u64::MAX)
    }

    /// The first of them.
    pub fn first(&self, size: u64) -> Option<&[Digest]> {
        self.leaves.get(..usize::try_from(size).ok()?)
    }
}

/// Reads a bundle that begins at entry 0 up to its end line, and shows every line between to `see`; gives what is known of the chain, and
/// its leaf hashes in order. Each entry was hashed and its link checked.
///
/// **Errors**: `unreadable`, `not-a-bundle`, `chain-damaged` and `not-canonical` with the line, `cut-off`; what `see` refuses.
pub fn read_bundle(path: &Path, see: impl FnMut(&Line<'_>) -> Result<(), Error>) -> Result<(ChainState, Vec<Digest>), Failure> {
    read(path, &mut open(path)?, see)
}

/// Opens a file, and inflates it where it is compressed.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    const CAPACITY: usize = 1024 * 1024;
    let mut reader = BufReader::with_capacity(CAPACITY, input::open(path)?);
    let start = reader.fill_buf().map_err(|reason| Failure::unreadable(path, &reason))?;
    if start.starts_with(&MAGIC) {
        return Ok(Box::new(BufReader::with_capacity(CAPACITY, GzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

fn read(
    path: &Path,
    reader: &mut impl BufRead,
    mut see: impl FnMut(&Line<'_>) -> Result<(), Error>,
) -> Result<(ChainState, Vec<Digest>), Failure> {
    let refuse = |error: Error| Failure::from(error).in_file(path);
    let not_a_bundle = |detail| refuse(Error::new(Code::NotABundle, detail));
    let mut bytes = Vec::new();
    let mut state: Option<ChainState> = None;
    let mut leaves = Vec::new();
    let mut line = 0;
    loop {
        let found = next_line(path, reader, &mut bytes)?;
        line += 1;
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let parsed = match found {
            Found::Line => Line::scan(text),
            Found::End | Found::Torn if line == 1 => return Err(not_a_bundle("")),
            Found::End | Found::Torn => return Err(refuse(Error::new(Code::CutOff, "").line(line))),
            Found::TooLong => return Err(refuse(Error::new(Code::LineTooLong, "").line(line))),
        };
        match (parsed, state) {
            (Ok(Line::Manifest(manifest)), None) if manifest.range.start == 0 => state = Some(ChainState::new(manifest.chain)),
            (Ok(Line::Manifest(_)), None) => return Err(not_a_bundle("It does not begin at entry 0.")),
            (_, None) => return Err(not_a_bundle("")),
            (Ok(Line::End(_)), Some(state)) => return Ok((state, leaves)),
            (Ok(Line::Manifest(_)) | Err(_), Some(_)) => return Err(refuse(Error::new(Code::NotCanonical, "").line(line))),
            (Ok(parsed), Some(mut chain)) => {
                if let Line::Entry(entry) = &parsed {
                    chain.take(entry).map_err(|error| refuse(error.line(line)))?;
                    leaves.push(merkle::leaf_hash(&entry.entry_hash));
                }
                see(&parsed).map_err(|error| refuse(error.line(line)))?;
                state = Some(chain);
            }
        }
    }
}
