//! `export`: a chain and the present state of its calls as one bundle. FORMAT §8.
//!
//! Checkpoints stand directly behind the last entry they cover, so that a verifier can compare each one as it reads. Signatures of the same
//! checkpoint are gathered in one note.

use super::checkpoint::read_note;
use crate::anchor_file;
use crate::car_file;
use crate::chain_file::ChainFile;
use crate::durable::{Readers, Replacement};
use crate::options::{TimeArgs, member};
use crate::output::{Exit, Failure, Output, Run, inert};
use crate::own_files;
use crate::records;
use crate::salts::Salts;
use crate::tile_files;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{Note, NoteSignature};
use call_stream_verify::algorithms::opentimestamps::Proof;
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::objects::anchor::compute_anchored_digest;
use call_stream_verify::objects::call::{Call, Member};
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::values::limits::{ENVELOPE_BYTES, NOTE_SIGNATURES};
use call_stream_verify::{Code, Digest, Error, Timestamp, Uuid};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a verifier keeps of a checkpoint beside its line.
const TREE_BYTES: usize = 1024;
/// The newest checkpoints under which the place of a part is proven; each takes a hash of every entry.
const PROVEN_CHECKPOINTS: usize = 16;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Chain file
    #[arg(value_name = "CHAIN")]
    chain: PathBuf,
    /// Call records as they are now, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "CALLS")]
    calls: Option<PathBuf>,
    /// Entries A up to B, without B, with proofs of their place; all unless given
    #[arg(long, value_name = "A..B", value_parser = range)]
    range: Option<Range<u64>>,
    /// Withhold these members of every call; takes calls that were sealed with a salt
    #[arg(long, value_name = "MEMBER,…", value_delimiter = ',', value_parser = member)]
    redact: Vec<Member>,
    /// Checkpoint of this chain to put in beside those of the chain file; may be given several times
    #[arg(long, value_name = "NOTE")]
    checkpoint: Vec<PathBuf>,
    /// OpenTimestamps proof of a checkpoint that the export holds, to put in; may be given several times
    #[arg(long, value_name = "PROOF")]
    anchor: Vec<PathBuf>,
    #[command(flatten)]
    time: TimeArgs,
    /// Write the log as static files (C2SP tlog-tiles) under the newest checkpoint: hashes alone, no call and no payload
    #[arg(long, value_name = "DIR", conflicts_with_all = ["calls", "range", "redact", "anchor", "output", "at"])]
    tiles: Option<PathBuf>,
    /// Write the payloads of the sealed calls as a CAR file, one raw block each, for tools that address content by its CID
    #[arg(long, value_name = "FILE", requires = "calls", conflicts_with_all = ["range", "redact", "checkpoint", "anchor", "output", "at", "tiles"])]
    car: Option<PathBuf>,
    /// Write the bundle to this file, compressed if its name ends in .gz; to standard output unless given
    #[arg(short, long, value_name = "BUNDLE")]
    output: Option<PathBuf>,
}

/// Writes the bundle.
pub fn run(args: &Args, output: &mut Output) -> Run {
    if args.redact.contains(&Member::CallId) {
        return Err(Error::new(Code::BadOption, "A call's name is always shown.").member("redact").into());
    }
    let inputs = args.calls.iter().chain(&args.checkpoint).chain(&args.anchor).cloned();
    let output_file = args.output.as_deref().or(args.car.as_deref());
    own_files::refuse_output(output_file, inputs.chain(own_files::of_chain(&args.chain)))?;
    let chain = ChainFile::read(&args.chain)?;
    if let (Some(car), Some(calls)) = (&args.car, &args.calls) {
        return car_file::write(car, &chain, calls, output);
    }
    let export = Export::new(args, &chain, output)?;
    if let Some(folder) = &args.tiles {
        return write_tiles(folder, &export, output);
    }
    let salts = Salts::open(chain.path(), false)?;
    match &args.output {
        None => {
            let mut out = BufWriter::with_capacity(256 * 1024, Stdout(output));
            let unwritable = |reason: &io::Error| Failure::unwritable(Path::new("-"), reason);
            let notes = export.write(&salts, &mut out, &unwritable)?;
            out.flush().map_err(|reason| unwritable(&reason))?;
            drop(out);
            notes.say(output);
        }
        Some(path) => {
            let mut file = Replacement::begin(path, Readers::Usual)?;
            let unwritable = |reason: &io::Error| Failure::unwritable(path, reason);
            let notes = if path.extension().is_some_and(|extension| extension == "gz") {
                let mut out = compressor(&mut file);
                let notes = export.write(&salts, &mut out, &unwritable)?;
                out.finish().and_then(|mut out| out.flush()).map_err(|reason| unwritable(&reason))?;
                notes
            } else {
                let mut out = BufWriter::with_capacity(256 * 1024, &mut file);
                let notes = export.write(&salts, &mut out, &unwritable)?;
                out.flush().map_err(|reason| unwritable(&reason))?;
                notes
            };
            file.finish()?;
            notes.say(output);
        }
    }
    Ok(Exit::Done)
}

/// Writes the log as tiles, up to its newest checkpoint.
fn write_tiles(folder: &Path, export: &Export<'_>, output: &Output) -> Run {
    let newest = export.checkpoints.iter().next_back().and_then(|(_, notes)| notes.first());
    let signed = newest.ok_or_else(|| Failure::new(Code::NoCheckpoint, "").in_file(&export.args.chain))?;
    let written = tile_files::write(folder, export.chain, signed)?;
    if !output.is_json() {
        let size = signed.checkpoint().size();
        let behind = export.chain.state().size() - size;
        output.note(&format!("{size} entries, {written} files written"));
        if behind > 0 {
            output.note(&format!("{behind} entries behind the newest checkpoint are left out"));
        }
    }
    Ok(Exit::Done)
}

/// One gzip member whose bytes depend on nothing but what is written.
fn compressor<W: Write>(out: W) -> GzEncoder<BufWriter<W>> {
    // No time, no name, and 255 for an unknown system.
    GzBuilder::new().mtime(0).operating_system(255).write(BufWriter::with_capacity(256 * 1024, out), Compression::default())
}

/// Standard output as [`Output`] has it.
struct Stdout<'a>(&'a mut Output);

impl Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.bytes(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is worth saying about an export.
#[derive(Default)]
struct Notes {
    entries: u64,
    calls: u64,
    unknown: u64,
    first_unknown: Option<Uuid>,
    uncovered: HashSet<String>,
}

impl Notes {
    fn say(self, output: &Output) {
        if output.is_json() {
            return;
        }
        if !self.uncovered.is_empty() {
            let mut names: Vec<String> = self.uncovered.iter().map(|name| inert(name).into_owned()).collect();
            names.sort_unstable();
            output.note(&format!("no hash covers {}; left out", names.join(", ")));
        }
        if let Some(call_id) = self.first_unknown {
            output.note(&format!(
                "{} calls stand in no entry of this chain, the first {call_id}; they cannot be verified",
                self.unknown
            ));
        }
        output.note(&format!("{} entries, {} calls", self.entries, self.calls));
    }
}

struct Export<'a> {
    args: &'a Args,
    chain: &'a ChainFile,
    range: Range<u64>,
    exported_at: Timestamp,
    /// By size.
    checkpoints: BTreeMap<u64, Vec<SignedCheckpoint>>,
    /// Anchors, each with the size of its checkpoint.
    anchors: Vec<(u64, Proof)>,
}

impl<'a> Export<'a> {
    fn new(args: &'a Args, chain: &'a ChainFile, output: &Output) -> Result<Export<'a>, Failure> {
        let size = chain.state().size();
        let range = args.range.clone().unwrap_or(0..size);
        if range.end > size {
            return Err(Error::new(Code::BadOption, "The chain has fewer entries.").member("range").into());
        }
        let mut export =
            Export { args, chain, range, exported_at: args.time.time()?, checkpoints: BTreeMap::new(), anchors: Vec::new() };
        for stored in chain.checkpoints() {
            export.add_checkpoint(stored.signed.clone())?;
        }
        for path in &args.checkpoint {
            let signed = read_note(path)?;
            chain.check_checkpoint(&signed).map_err(|detail| Failure::new(Code::NotConsistent, detail).in_file(path))?;
            export.add_checkpoint(signed)?;
        }
        let dropped = export.drop_older();
        if dropped > 0 && !output.is_json() {
            output.note(&format!("{dropped} older checkpoints are left out; the newest decides"));
        }
        for path in &args.anchor {
            export.add_anchor(path)?;
        }
        Ok(export)
    }

    /// Takes an anchor of a checkpoint that is there; several of one checkpoint are merged.
    fn add_anchor(&mut self, path: &Path) -> Result<(), Failure> {
        let refuse = |error: Error| Failure::from(error).in_file(path);
        let proof = anchor_file::read(path)?;
        let mut notes = self.checkpoints.values().flatten().map(SignedCheckpoint::checkpoint);
        let anchored = notes.find(|checkpoint| proof.digest() == Some(compute_anchored_digest(checkpoint)));
        let anchored = anchored.ok_or_else(|| refuse(Error::new(Code::BadAnchor, "It is of no checkpoint in this export.")))?;
        let size = anchored.size();
        match self.anchors.iter_mut().find(|(known, _)| *known == size) {
            None => self.anchors.push((size, proof)),
            Some((_, known)) => *known = known.clone().merge(proof).map_err(refuse)?,
        }
        Ok(())
    }

    /// Takes a checkpoint that is of use within the range; a note with the same text gets its signatures.
    fn add_checkpoint(&mut self, signed: SignedCheckpoint) -> Result<(), Failure> {
        let size = signed.checkpoint().size();
        // A whole chain is compared with what covers no more of it; a part is proven under what covers all of it.
        let is_of_use = if self.range.start == 0 { size <= self.range.end } else { size >= self.range.end };
        if !is_of_use {
            return Ok(());
        }
        let kept = self.checkpoints.entry(size).or_default();
        match kept.iter_mut().find(|kept| kept.note().text() == signed.note().text()) {
            None => kept.push(signed),
            Some(kept) => *kept = united(kept, &signed)?,
        }
        Ok(())
    }

    /// Drops the oldest checkpoints where all together would be more than a verifier keeps, half of that being left for proofs, and for a
    /// part more than it is worth proving under.
    fn drop_older(&mut self) -> usize {
        let mut bytes = 0;
        let mut least = 0;
        let most = if self.range.start == 0 { usize::MAX } else { PROVEN_CHECKPOINTS };
        for (place, (size, notes)) in self.checkpoints.iter().rev().enumerate() {
            bytes += notes.iter().map(|signed| signed.to_string().len() * 2 + TREE_BYTES).sum::<usize>();
            if bytes > ENVELOPE_BYTES / 2 || place >= most {
                least = size + 1;
                break;
            }
        }
        let kept = self.checkpoints.split_off(&least);
        std::mem::replace(&mut self.checkpoints, kept).values().map(Vec::len).sum()
    }

    fn write(&self, salts: &Salts, out: &mut impl Write, unwritable: &dyn Fn(&io::Error) -> Failure) -> Result<Notes, Failure> {
        let mut put = |line: String| out.write_all(line.as_bytes()).map_err(|reason| unwritable(&reason));
        let start = self.range.start;
        let before = start.checked_sub(1).and_then(|before| self.chain.hash_at(before));
        let manifest = Manifest {
            chain: self.chain.state().header().clone(),
            range: self.range.clone(),
            prev_hash: before.unwrap_or_else(|| self.chain.state().header().chain_id()),
            exported_at: self.exported_at,
        };
        let (mut writer, line) = BundleWriter::new(&manifest);
        put(line)?;
        // A checkpoint of the empty chain stands in front of all entries.
        self.put_checkpoints(0, &mut writer, &mut put)?;
        self.chain.for_each_entry(self.range.clone(), |seq, hash, text| {
            put(writer.entry(seq, hash, text))?;
            let size = seq + 1;
            if start == 0 { self.put_checkpoints(size, &mut writer, &mut put) } else { Ok(()) }
        })?;
        if start > 0 {
            self.put_proven_checkpoints(&mut writer, &mut put)?;
        }
        for (size, proof) in &self.anchors {
            put(writer.anchor(*size, &proof.encode()))?;
        }
        let mut notes = Notes { entries: self.range.end - start, ..Notes::default() };
        self.put_calls(salts, &mut writer, &mut put, &mut notes)?;
        put(writer.end())?;
        Ok(notes)
    }

    fn put_checkpoints(
        &self,
        size: u64,
        writer: &mut BundleWriter,
        put: &mut impl FnMut(String) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let notes = self.checkpoints.get(&size).filter(|_| self.range.start == 0);
        notes.into_iter().flatten().try_for_each(|signed| put(writer.checkpoint(&signed.to_string())))
    }

    /// The checkpoints of a part, each with proofs that the first and last entry stand under it.
    fn put_proven_checkpoints(
        &self,
        writer: &mut BundleWriter,
        put: &mut impl FnMut(String) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for (size, notes) in &self.checkpoints {
            for signed in notes {
                put(writer.checkpoint(&signed.to_string()))?;
            }
            let Some(leaves) = self.chain.leaves(*size).filter(|_| !self.range.is_empty()) else { continue };
            for (seq, proof) in prove_ends(&leaves, &self.range) {
                put(writer.inclusion(seq, *size, &proof))?;
            }
        }
        Ok(())
    }

    fn put_calls(
        &self,
        salts: &Salts,
        writer: &mut BundleWriter,
        put: &mut impl FnMut(String) -> Result<(), Failure>,
        notes: &mut Notes,
    ) -> Result<(), Failure> {
        let Some(path) = &self.args.calls else { return Ok(()) };
        let mut seen: HashSet<Uuid> = HashSet::new();
        records::for_each(path, |_, record| {
            let record = record.normalize_with(salts)?;
            let call_id = record.call.call_id();
            if !seen.insert(call_id) {
                return Err(Error::new(Code::CallTwice, "Give one record for each call: its present state.")
                    .member("call_id")
                    .into());
            }
            if self.chain.state().calls().latest(call_id).is_none() {
                notes.unknown += 1;
                notes.first_unknown = notes.first_unknown.or(Some(call_id));
            }
            notes.calls += 1;
            notes.uncovered.extend(record.uncovered);
            put(self.format_call(&record.call, writer)?)
        })
    }

    fn format_call(&self, call: &Call<'_>, writer: &mut BundleWriter) -> Result<String, Failure> {
        match self.args.redact.is_empty() {
            true => Ok(writer.call(call)),
            false => Ok(writer.redacted(call, &self.args.redact)?),
        }
    }
}

/// Inclusion proofs of the first and the last entry of a range.
fn prove_ends(leaves: &[Digest], range: &Range<u64>) -> Vec<(u64, Vec<Digest>)> {
    let last = range.end.saturating_sub(1);
    let ends = if range.start == last { vec![last] } else { vec![range.start, last] };
    let prove = |seq: u64| Some((seq, merkle::inclusion_proof(leaves, usize::try_from(seq).ok()?)?));
    ends.into_iter().filter_map(prove).collect()
}

/// The same checkpoint with the signatures of both, as many as a note holds.
pub(super) fn united(first: &SignedCheckpoint, second: &SignedCheckpoint) -> Result<SignedCheckpoint, Failure> {
    let mut lines: Vec<NoteSignature> = Vec::new();
    for line in first.note().signatures().iter().chain(second.note().signatures()) {
        if !lines.contains(line) && lines.len() < NOTE_SIGNATURES {
            lines.push(line.clone());
        }
    }
    let note = Note::new(first.note().text(), lines)?;
    Ok(SignedCheckpoint::parse(note.to_string().as_bytes())?)
}

/// Reads `A..B`.
fn range(text: &str) -> Result<Range<u64>, &'static str> {
    let expected = "expected A..B, two numbers of entries, the second the larger";
    let (start, end) = text.split_once("..").ok_or(expected)?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let (start, end) = number(start).zip(number(end)).ok_or(expected)?;
    if start < end { Ok(start..end) } else { Err(expected) }
}
