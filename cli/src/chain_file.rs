//! The chain file: an audit chain as its issuer keeps it, one JSON object a line, only ever appended to.
//!
//! ```json
//! {"type":"header","chain":{"created_at":"2026-01-01T00:00:00Z","format":"call-stream-verify/1",…}}
//! {"type":"entry","seq":0,"entry_hash":"31f3…","entry":{…}}
//! {"type":"checkpoint","note":"callstream.example/audit/f8c570d5\n1\nsYwa…\n\n— callstream.example/audit/f8c570d5 ZclgtI…\n"}
//! ```
//!
//! Entry and checkpoint lines are those of a bundle, byte for byte. A file is verified whole whenever it is opened: nothing is appended to
//! a chain that does not hold together. One writer at a time holds an exclusive lock, readers share one. Lines are written in batches, each
//! with one write and brought to disk before anything is said of it, so a process that dies at any moment leaves every acknowledged line
//! and at most a piece of a line behind, which is found, named, and moved away only when asked.

use crate::durable::{self, Readers};
use crate::output::Failure;
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::bundle::writer::format_checkpoint_line;
use call_stream_verify::composition::seal::ChainState;
use call_stream_verify::objects::chain::Header;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::values::limits::LINE_BYTES;
use call_stream_verify::{Code, Digest, Error};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const HEADER_START: &str = "{\"type\":\"header\",\"chain\":";

/// A checkpoint that the chain file holds.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its line.
    pub line: u64,
    /// The checkpoint and its signatures, which nobody looked at.
    pub signed: SignedCheckpoint,
}

/// An open chain file, locked until it is dropped.
pub struct ChainFile {
    path: PathBuf,
    /// `None` until a new chain is written for the first time.
    file: Option<File>,
    state: ChainState,
    hashes: Vec<Digest>,
    checkpoints: Vec<Stored>,
    /// Length of the lines that are known to be whole.
    end: u64,
    lines: u64,
}

/// How to open a chain file for writing.
#[derive(Debug, Default)]
pub struct Opening {
    /// Move a torn tail to a file of its own.
    pub repair_tail: bool,
    /// The header to begin a chain with where there is none.
    pub create: Option<Header>,
}

impl ChainFile {
    /// Opens a chain for reading.
    ///
    /// **Errors**: `unreadable`, `chain-locked`, `not-a-chain`, `torn-tail`, `chain-damaged`.
    /// **Cost**: about a microsecond an entry; memory: 32 bytes an entry and 200 a call.
    pub fn read(path: &Path) -> Result<ChainFile, Failure> {
        let file = File::open(path).map_err(|reason| Failure::unreadable(path, &reason))?;
        lock(path, file.try_lock_shared())?;
        ChainFile::load(path, file, &Opening::default(), false)
    }

    /// Opens a chain for writing. A chain that is to be begun is not on disk before the first [`ChainFile::append`].
    ///
    /// **Errors**: as for reading, and `unwritable`; `not-a-chain` where there is none and no header to begin one.
    pub fn write(path: &Path, opening: Opening) -> Result<ChainFile, Failure> {
        let file = match Readers::Usual.options().read(true).append(true).open(path) {
            Ok(file) => file,
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
                let missing = || Failure::new(Code::NotAChain, "It does not exist.").in_file(path);
                return Ok(ChainFile::begin(path, None, opening.create.ok_or_else(missing)?));
            }
            Err(reason) => return Err(Failure::unwritable(path, &reason)),
        };
        lock(path, file.try_lock())?;
        ChainFile::load(path, file, &opening, true)
    }

    fn begin(path: &Path, file: Option<File>, header: Header) -> ChainFile {
        let state = ChainState::new(header);
        ChainFile { path: path.to_owned(), file, state, hashes: Vec::new(), checkpoints: Vec::new(), end: 0, lines: 0 }
    }

    fn load(path: &Path, file: File, opening: &Opening, is_writer: bool) -> Result<ChainFile, Failure> {
        let refuse = |error: Error| Failure::from(error).in_file(path);
        let mut reader = BufReader::with_capacity(1024 * 1024, &file);
        let mut line = Vec::new();
        let first = next_line(path, &mut reader, &mut line)?;
        let header = match first {
            Found::Line => scan_header(&line).ok_or_else(|| refuse(Error::new(Code::NotAChain, "")))?,
            // A process died between creating the file and writing to it, or before its first write was whole.
            Found::Torn if is_header_piece(&line) && !opening.repair_tail => return Err(durable::torn(path, 1, 0)),
            Found::Torn if !is_header_piece(&line) => return Err(refuse(Error::new(Code::NotAChain, ""))),
            Found::TooLong => return Err(refuse(Error::new(Code::NotAChain, ""))),
            Found::Torn | Found::End => {
                if first == Found::Torn {
                    durable::cut_tail(path, &file, 0, &line)?;
                }
                let missing = || refuse(Error::new(Code::NotAChain, "It is empty."));
                let header = opening.create.clone().filter(|_| is_writer).ok_or_else(missing)?;
                return Ok(ChainFile::begin(path, Some(file), header));
            }
        };
        let mut chain = ChainFile::begin(path, None, header);
        chain.lines = 1;
        chain.end = length(&line);
        loop {
            match next_line(path, &mut reader, &mut line)? {
                Found::End => break,
                Found::Line => {
                    let text = line.strip_suffix(b"\n").unwrap_or(&line);
                    chain.take(text).map_err(|error| refuse(error.line(chain.lines + 1)))?;
                    chain.lines += 1;
                    chain.end += length(&line);
                }
                Found::TooLong => {
                    let error = Error::new(Code::ChainDamaged, "A line is longer than 16 MiB.");
                    return Err(refuse(error.line(chain.lines + 1)));
                }
                Found::Torn if opening.repair_tail => {
                    durable::cut_tail(path, &file, chain.end, &line)?;
                    break;
                }
                Found::Torn => return Err(durable::torn(path, chain.lines + 1, chain.end)),
            }
        }
        drop(reader);
        chain.file = Some(file);
        Ok(chain)
    }

    fn take(&mut self, text: &[u8]) -> Result<(), Error> {
        let damaged = |detail| Error::new(Code::ChainDamaged, detail);
        match Line::scan(text) {
            Ok(Line::Entry(entry)) => {
                self.state.take(&entry)?;
                self.hashes.push(entry.entry_hash);
                Ok(())
            }
            Ok(Line::Checkpoint(note)) => {
                let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| damaged(error.detail()).member("note"))?;
                // The same text with further signatures was compared where it stood first.
                let is_known = |stored: &Stored| stored.signed.note().text() == signed.note().text();
                if !self.checkpoints.iter().rev().any(is_known) {
                    self.check_checkpoint(&signed).map_err(|detail| damaged(detail).member("note"))?;
                }
                self.checkpoints.push(Stored { line: self.lines + 1, signed });
                Ok(())
            }
            Ok(_) => Err(damaged("A line of this type does not stand in a chain file.").member("type")),
            Err(place) => {
                let error = damaged("A line is not in its one canonical spelling.");
                Err(match place.member {
                    Some(member) => error.member(member),
                    None => error,
                })
            }
        }
    }

    /// Says why a checkpoint is not one of this chain, if so. Its signatures are not looked at.
    pub fn check_checkpoint(&self, signed: &SignedCheckpoint) -> Result<(), &'static str> {
        let checkpoint = signed.checkpoint();
        if checkpoint.origin() != self.state.header().origin {
            return Err("A checkpoint is of another origin.");
        }
        match self.root_at(checkpoint.size()) {
            None => Err("A checkpoint covers more entries than stand in front of it: entries were cut away."),
            Some(root) if root != *checkpoint.root() => Err("A checkpoint has another root than the entries in front of it."),
            Some(_) => Ok(()),
        }
    }

    /// The root over the first `size` entries.
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        if size == self.state.size() {
            return Some(self.state.root());
        }
        self.leaves(size).map(|leaves| merkle::root_hash(&leaves))
    }

    /// Leaf hashes of the first `size` entries.
    pub fn leaves(&self, size: u64) -> Option<Vec<Digest>> {
        let hashes = self.hashes.get(..usize::try_from(size).ok()?)?;
        Some(hashes.iter().map(merkle::leaf_hash).collect())
    }

    /// Hash of the entry at a position.
    pub fn hash_at(&self, seq: u64) -> Option<Digest> {
        self.hashes.get(usize::try_from(seq).ok()?).copied()
    }

    /// What the chain's entries say.
    pub fn state(&self) -> &ChainState {
        &self.state
    }

    /// The same, to add entries; their lines must then be given to [`ChainFile::append`].
    pub fn state_mut(&mut self) -> &mut ChainState {
        &mut self.state
    }

    /// The file's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoints in the order of their lines; each fits the entries in front of it.
    pub fn checkpoints(&self) -> &[Stored] {
        &self.checkpoints
    }

    /// Whether the chain is yet to be begun on disk.
    pub fn is_new(&self) -> bool {
        self.end == 0
    }

    /// Appends whole lines and brings them to disk, together with all in front of them. With no lines it only does the latter.
    ///
    /// **Errors**: `unwritable`; the file then ends where it did before, or, if even that fails, in a torn tail.
    pub fn append(&mut self, lines: &[u8]) -> Result<(), Failure> {
        if self.is_new() && lines.is_empty() {
            return Ok(());
        }
        let mut batch = Vec::new();
        if self.is_new() {
            batch = format!("{HEADER_START}{}}}\n", self.state.header().format()).into_bytes();
        }
        batch.extend_from_slice(lines);
        let (path, is_new, end) = (self.path.clone(), self.is_new(), self.end);
        let created = self.file.is_none();
        let file = self.open_new()?;
        let written = write_batch(file, end, &batch).and_then(|()| if is_new { durable::sync_folder(&path) } else { Ok(()) });
        match written {
            Ok(()) => {
                self.end += length(&batch);
                Ok(())
            }
            Err(reason) => {
                if created {
                    drop(fs::remove_file(&path));
                }
                Err(Failure::unwritable(&path, &reason))
            }
        }
    }

    fn open_new(&mut self) -> Result<&File, Failure> {
        let path = &self.path;
        let file = match self.file.take() {
            Some(file) => file,
            None => {
                let opened = Readers::Usual.options().read(true).append(true).create_new(true).open(path);
                let file = opened.map_err(|reason| match reason.kind() {
                    io::ErrorKind::AlreadyExists => Failure::new(Code::ChainLocked, "").in_file(path),
                    _ => Failure::unwritable(path, &reason),
                })?;
                lock(path, file.try_lock())?;
                file
            }
        };
        Ok(self.file.insert(file))
    }

    /// Appends a checkpoint line.
    ///
    /// **Errors**: `unwritable`.
    pub fn append_checkpoint(&mut self, signed: &SignedCheckpoint) -> Result<(), Failure> {
        self.append(format_checkpoint_line(&signed.to_string()).as_bytes())
    }

    /// Reads the entries in `range` once more, in order.
    ///
    /// **Errors**: `unreadable`, `chain-damaged` if the file was changed meanwhile, and what `take` returns.
    pub fn for_each_entry(
        &self,
        range: std::ops::Range<u64>,
        mut take: impl FnMut(u64, &Digest, &str) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut source = file;
        source.seek(SeekFrom::Start(0)).map_err(|reason| Failure::unreadable(&self.path, &reason))?;
        let mut reader = BufReader::with_capacity(1024 * 1024, source.take(self.end));
        let mut line = Vec::new();
        while next_line(&self.path, &mut reader, &mut line)? == Found::Line {
            let Ok(Line::Entry(entry)) = Line::scan(line.strip_suffix(b"\n").unwrap_or(&line)) else { continue };
            if self.hash_at(entry.seq) != Some(entry.entry.compute_hash()) {
                return Err(Failure::new(Code::ChainDamaged, "It was changed while it was read.").in_file(&self.path));
            }
            if range.contains(&entry.seq) {
                take(entry.seq, &entry.entry_hash, entry.entry.text)?;
            }
        }
        Ok(())
    }
}

/// Writes one batch at the end, which must be at `end`, and brings it to disk.
fn write_batch(mut file: &File, end: u64, batch: &[u8]) -> io::Result<()> {
    if file.metadata()?.len() != end {
        return Err(io::Error::other("it was changed by a process that does not respect the lock"));
    }
    file.write_all(batch).and_then(|()| file.sync_data()).inspect_err(|_| {
        // What was written of it is not acknowledged. If it cannot be taken back, the next run finds it as a torn tail or as whole lines.
        let _ = file.set_len(end).and_then(|()| file.sync_data());
    })
}

fn lock(path: &Path, taken: Result<(), TryLockError>) -> Result<(), Failure> {
    taken.map_err(|reason| match reason {
        TryLockError::WouldBlock => Failure::new(Code::ChainLocked, "").in_file(path),
        TryLockError::Error(reason) => Failure::new(Code::Unwritable, "It cannot be locked.").in_file(path).because(&reason),
    })
}

/// What stands next in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A line with its LF.
    Line,
    /// The last bytes, without an LF.
    Torn,
    /// More bytes than a line has.
    TooLong,
    /// Nothing.
    End,
}

/// Reads the next line into `line`.
///
/// **Errors**: `unreadable`.
pub fn next_line(path: &Path, reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<Found, Failure> {
    line.clear();
    let most = u64::try_from(LINE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    reader.by_ref().take(most).read_until(b'\n', line).map_err(|reason| Failure::unreadable(path, &reason))?;
    Ok(match line.last() {
        None => Found::End,
        Some(b'\n') => Found::Line,
        Some(_) if line.len() > LINE_BYTES => Found::TooLong,
        Some(_) => Found::Torn,
    })
}

/// The header of a header line.
pub fn scan_header(line: &[u8]) -> Option<Header> {
    let mut scanner = Scanner::new(line).ok()?;
    scanner.literal(HEADER_START)?;
    let header = Header::scan(&mut scanner)?;
    scanner.literal("}\n")?;
    scanner.is_at_end().then_some(header)
}

/// Whether bytes without an LF can be the beginning of a header line.
fn is_header_piece(piece: &[u8]) -> bool {
    let start = HEADER_START.as_bytes();
    piece.starts_with(start) || start.starts_with(piece)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
