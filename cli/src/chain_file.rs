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
//!
//! A chain is begun under the lock too: its file is created empty and locked, and removed if nothing comes to stand in it. An empty file,
//! left by a process that died in between, is a chain that is yet to be begun.

use crate::durable::{self, Readers};
use crate::output::Failure;
use crate::own_files::own_name;
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::composition::bundle::writer::format_checkpoint_line;
use call_stream_verify::composition::chain_state::ChainState;
use call_stream_verify::objects::chain::Header;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::values::limits::LINE_BYTES;
use call_stream_verify::{Code, Digest, Error};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Its own name, whatever link led to it.
    path: PathBuf,
    file: Arc<File>,
    /// Whether this process created the file.
    is_created: bool,
    state: ChainState,
    hashes: Vec<Digest>,
    checkpoints: Vec<Stored>,
    /// Size and root of those; with the origin that is all a checkpoint says.
    known: HashSet<(u64, Digest)>,
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
    /// What to say where there is neither.
    pub absent: &'static str,
}

impl ChainFile {
    /// Opens a chain for reading.
    ///
    /// **Errors**: `unreadable`, `chain-locked`, `not-a-chain`, `torn-tail`, `chain-damaged`.
    /// **Cost**: about a microsecond an entry; memory: 32 bytes an entry and 200 a call.
    pub fn read(path: &Path) -> Result<ChainFile, Failure> {
        let path = &own_name(path).map_err(|reason| Failure::unreadable(path, &reason))?;
        let file = File::open(path).map_err(|reason| Failure::unreadable(path, &reason))?;
        lock(path, file.try_lock_shared())?;
        ChainFile::load(path, file, &Opening::default(), false)
    }

    /// Opens a chain for writing. Of a chain that is to be begun there is an empty, locked file until the first [`ChainFile::append`].
    ///
    /// **Errors**: as for reading, and `unwritable`; `not-a-chain` where there is none and no header to begin one.
    pub fn write(path: &Path, opening: Opening) -> Result<ChainFile, Failure> {
        loop {
            let nowhere = |_| Failure::new(Code::NotAChain, "It is a link that leads nowhere.").in_file(path);
            let path = &own_name(path).map_err(nowhere)?;
            let Some((file, is_created)) = open(path, &opening)? else { continue };
            lock(path, file.try_lock())?;
            // Whoever created it may have removed it before it was locked here.
            if is_named(&file, path).map_err(|reason| Failure::unwritable(path, &reason))? {
                let mut chain = ChainFile::load(path, file, &opening, true)?;
                chain.is_created = is_created;
                return Ok(chain);
            }
        }
    }

    fn begin(path: &Path, file: Arc<File>, header: Header) -> ChainFile {
        let state = ChainState::new(header);
        let (hashes, checkpoints, known) = (Vec::new(), Vec::new(), HashSet::new());
        ChainFile { path: path.to_owned(), file, is_created: false, state, hashes, checkpoints, known, end: 0, lines: 0 }
    }

    fn load(path: &Path, file: File, opening: &Opening, is_writer: bool) -> Result<ChainFile, Failure> {
        let refuse = |error: Error| Failure::from(error).in_file(path);
        let file = Arc::new(file);
        let mut reader = BufReader::with_capacity(1024 * 1024, Arc::clone(&file));
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
                return Ok(ChainFile::begin(path, file, header));
            }
        };
        let mut chain = ChainFile::begin(path, Arc::clone(&file), header);
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
                let checkpoint = signed.checkpoint();
                let said = (checkpoint.size(), *checkpoint.root());
                // One of fewer entries was compared where it stood first; further signatures do not change what it says.
                let is_known = said.0 != self.state.size() && self.known.contains(&said);
                if !is_known || checkpoint.origin() != self.state.header().origin {
                    self.check_checkpoint(&signed).map_err(|detail| damaged(detail).member("note"))?;
                    self.known.insert(said);
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
        let written = write_batch(&self.file, self.end, &batch);
        let written = written.and_then(|()| if self.is_new() { durable::sync_folder(&self.path) } else { Ok(()) });
        written.map_err(|reason| Failure::unwritable(&self.path, &reason))?;
        self.end += length(&batch);
        Ok(())
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
        let mut source = &*self.file;
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

impl Drop for ChainFile {
    fn drop(&mut self) {
        // Still under the lock. Where no system tells whether a file has its name yet, an empty one stays; it is none the worse for it.
        let is_empty = || self.file.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if cfg!(unix) && self.is_created && is_empty() {
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Opens a file to append to it, or creates it if that is allowed, and says whether it did; `None` if it is to be tried again.
fn open(path: &Path, opening: &Opening) -> Result<Option<(File, bool)>, Failure> {
    let mut options = Readers::Usual.options();
    options.read(true).append(true);
    let reason = match options.open(path) {
        Ok(file) => return Ok(Some((file, false))),
        Err(reason) => reason,
    };
    match reason.kind() {
        io::ErrorKind::NotFound if opening.create.is_some() => match options.create_new(true).open(path) {
            Ok(file) => Ok(Some((file, true))),
            // Another process was faster.
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(reason) => Err(Failure::unwritable(path, &reason)),
        },
        io::ErrorKind::NotFound => Err(Failure::new(Code::NotAChain, "").in_file(path).saying(opening.absent.to_owned())),
        _ => Err(Failure::unwritable(path, &reason)),
    }
}

/// Whether the file is still the one of this name.
#[cfg(unix)]
fn is_named(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let opened = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (opened.dev(), opened.ino())),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(reason) => Err(reason),
    }
}

#[cfg(not(unix))]
fn is_named(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panic")]
mod tests {
    use super::*;
    use call_stream_verify::algorithms::base64;
    use call_stream_verify::algorithms::note::{KeyType, SigningKey};
    use call_stream_verify::composition::seal::{append_event, checkpoint};
    use call_stream_verify::{Timestamp, Uuid, json};
    use std::time::{Duration, Instant};

    const ORIGIN: &str = "callstream.example/audit/7e57d004";

    /// A chain of events, with what `also` puts behind each, given the state and the signature of a checkpoint.
    fn lines(count: usize, also: impl Fn(&ChainState, &str) -> String) -> String {
        let created_at = Timestamp::parse("2026-10-02T00:00:00Z").unwrap();
        let tenant_id = Uuid::parse("7e57d004-2b97-4e7a-b45f-5387367791cd").unwrap();
        let mut state = ChainState::new(Header { tenant_id, origin: ORIGIN.to_owned(), created_at });
        let key = SigningKey::new(ORIGIN, KeyType::Ed25519, [7; 32]).unwrap();
        let signature = checkpoint(&state, &key).unwrap().note().signatures()[0].to_string();
        let mut text = format!("{HEADER_START}{}}}\n", state.header().format());
        for _ in 0..count {
            let payload = json::parse(b"{}").unwrap();
            text += &append_event(state.end_mut(), "entity", "something.happened", &payload, created_at).unwrap().format_line();
            text += &also(&state, &signature);
        }
        text
    }

    fn checkpoint_line(state: &ChainState, signature: &str) -> String {
        let (size, root) = (state.size(), base64::encode(state.root().as_bytes()));
        format_checkpoint_line(&format!("{ORIGIN}\n{size}\n{root}\n\n— {signature}\n"))
    }

    fn open(text: impl AsRef<[u8]>) -> Result<ChainFile, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        ChainFile::read(file.path())
    }

    #[test]
    fn every_changed_byte_is_found_but_in_a_checkpoint_s_signature() {
        let text = lines(3, checkpoint_line);
        assert!(open(&text).is_ok());
        // From its dash to the end of its line.
        let signatures: Vec<_> =
            text.match_indices('—').map(|(start, _)| start..start + text[start..].find("\\n\"}").unwrap()).collect();
        assert_eq!(signatures.len(), 3);
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] ^= 1;
            let in_signature = signatures.iter().any(|range| range.contains(&place));
            assert!(in_signature || open(&changed).is_err(), "byte {place}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_lost_its_name_is_not_taken_for_the_one_that_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chain.ndjson");
        let opened = File::create(&path).unwrap();
        assert!(is_named(&opened, &path).unwrap());
        fs::remove_file(&path).unwrap();
        assert!(!is_named(&opened, &path).unwrap());
        let other = File::create(&path).unwrap();
        assert!(!is_named(&opened, &path).unwrap() && is_named(&other, &path).unwrap());
    }

    #[test]
    fn a_checkpoint_is_compared_with_the_entries_wherever_it_stands() {
        let text = lines(4, checkpoint_line);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let again = |more: &str| open(format!("{text}{more}"));
        // With further signatures it says the same.
        let more = lines[2].replace("\\n\"}", "\\n— a.example/w AAAAAAAA\\n\"}");
        assert_eq!(again(&more).unwrap().checkpoints().len(), 5);
        let root = |place: usize| lines[place].split("\\n").nth(2).unwrap();
        for (place, from, to) in
            [(2, root(2), root(4)), (8, root(8), root(2)), (2, ORIGIN, "other.example/log"), (2, "\\n1\\n", "\\n2\\n")]
        {
            let wrong = lines[place].replacen(from, to, 1);
            assert_ne!(wrong, lines[place]);
            assert_eq!(again(&wrong).err().unwrap().error().code(), Code::ChainDamaged, "{wrong}");
        }
    }

    #[test]
    fn many_checkpoints_cost_no_more_than_their_lines() {
        let open = |text: String| {
            let measure = |_| {
                let begun = Instant::now();
                let count = open(&text).unwrap().checkpoints().len();
                (begun.elapsed(), count)
            };
            (0..2).map(measure).min().unwrap()
        };
        const COUNT: usize = 24_000;
        let (bare, _) = open(lines(COUNT, |_, _| String::new()));
        let (full, count) = open(lines(COUNT, checkpoint_line));
        assert_eq!(count, COUNT);
        println!("{bare:?} without, {full:?} with a checkpoint behind every entry");
        assert!(full < bare * 5 + Duration::from_millis(200), "{bare:?} without, {full:?} with");
    }
}
