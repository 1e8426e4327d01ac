//! `seal`: finalized calls in, version records appended to the chain file. FORMAT §1, finalization gate, and §3.
//!
//! Every record is checked before the first is sealed, so a file with one bad line seals nothing. What is to be appended waits in memory or,
//! if it is much, in a nameless file beside the chain: hashes, no text of a call. Then it is appended in batches, and a call is named on
//! stdout once its entry is on disk. Whatever was interrupted is completed by running the same command again.

use crate::chain_file::ChainFile;
use crate::durable;
use crate::input;
use crate::options::{BeginArgs, ChainArgs, SignerArgs, TimeArgs};
use crate::output::{Exit, Failure, Output, Run, to_json};
use crate::records::{self, Record};
use crate::salts::Salts;
use call_stream_verify::composition::seal::{Sealed, drop_uncovered, seal};
use call_stream_verify::objects::call::{Call, Components, Finalization, Member};
use call_stream_verify::values::digest::Hasher;
use call_stream_verify::{Code, Digest, Error, Uuid};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::SpooledTempFile;

/// Lines that are brought to disk at once.
const BATCH_LINES: usize = 1000;
/// Bytes of lines that are brought to disk at once.
const BATCH_BYTES: usize = 1024 * 1024;
/// Bytes that wait in memory before they wait in a file.
const SPOOL_BYTES: usize = 8 * 1024 * 1024;

/// What is stated by running the command, and how it may be run again.
const STATEMENT: &str = "By giving a record you state that the call is final: its transcript complete, its metadata locked, its AI \
outputs stable. Say with --open what is not.\n\
If one record is refused, none is sealed. What is sealed already is not sealed again: after an interruption, run the same command.\n\
Salts once chosen are in CHAIN.salts and are given to the same calls again, with or without --salt. Keep that file as you keep the calls.";

#[derive(Debug, clap::Args)]
#[command(after_help = STATEMENT)]
pub struct Args {
    /// Call records, one JSON object a line; `-` is standard input
    #[arg(value_name = "CALLS")]
    calls: PathBuf,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    begin: BeginArgs,
    #[command(flatten)]
    time: TimeArgs,
    #[command(flatten)]
    signer: SignerArgs,
    /// Give every call without a salt 32 random bytes of its own, kept in CHAIN.salts: its hashes then tell nothing to whoever guesses, and
    /// members can be withheld from exports
    #[arg(long)]
    salt: bool,
    /// Leave out a member that no hash covers, instead of refusing the record; may be given several times
    #[arg(long, value_name = "MEMBER")]
    drop: Vec<String>,
    /// Seal the recordings too: files in this directory, each named like the last part of its call's recording_ref
    #[arg(long, value_name = "DIR")]
    recording: Option<PathBuf>,
    /// State that something of these calls is not final yet, which refuses them; may be given several times
    #[arg(long, value_enum, value_name = "STATEMENT")]
    open: Vec<Open>,
}

/// What can still be open of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum Open {
    /// Speech may be added
    TranscriptComplete,
    /// Metadata may change
    MetadataLocked,
    /// Sentiment, purpose and the like may change
    AiOutputsStable,
}

/// Seals every call of the file, or none.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let signer = args.signer.read()?;
    let at = args.time.time()?;
    let mut chain = args.chain.open_or_begin(&args.begin, at)?;
    let mut salts = Salts::open(chain.path(), args.chain.repair_tail)?;
    let is_final = |open| !args.open.contains(&open);
    let statement = Finalization {
        transcript_complete: is_final(Open::TranscriptComplete),
        metadata_locked: is_final(Open::MetadataLocked),
        ai_outputs_stable: is_final(Open::AiOutputsStable),
    };

    let mut waiting = Waiting::new(chain.path());
    let (mut sealed, mut existing, mut revoked) = (0_u64, 0_u64, 0_u64);
    let mut succession = Succession::default();
    let mut fresh = Vec::new();
    let on_disk = chain.state().size();
    records::for_each(&args.calls, |line, record| {
        let salt = salt(&record, args.salt, &mut salts, &chain)?;
        let call = drop_uncovered(record.normalize(salt)?, &args.drop)?;
        let recording = args.recording.as_deref().map(|folder| hash_recording(&call, folder)).transpose()?.flatten();
        let result = seal(chain.state_mut().end_mut(), &call, statement, recording, at, signer.as_ref());
        let result = succession.follow(line, &call, result, &chain).map_err(|failure| failure.in_file(&args.calls))?;
        match &result.entry {
            Some(entry) => {
                sealed += 1;
                fresh.push(entry.entry_hash);
            }
            None => existing += 1,
        }
        let entry_hash = match usize::try_from(result.seq.saturating_sub(on_disk)) {
            Ok(place) if result.seq >= on_disk => fresh.get(place).copied(),
            _ => chain.hash_at(result.seq),
        };
        revoked += u64::from(result.revoked);
        waiting.add(&acknowledgement(&call, &result, entry_hash, output.is_json()), &result)
    })?;

    succession.end().map_err(|failure| failure.in_file(&args.calls))?;
    salts.save()?;
    waiting.append(&mut chain, output)?;
    if !output.is_json() {
        let (size, head) = (chain.state().size(), chain.state().head());
        let revoked = if revoked > 0 { format!(", {revoked} of them revoked") } else { String::new() };
        let entries = if size == 1 { "entry" } else { "entries" };
        output.note(&format!("{sealed} sealed, {existing} there already{revoked}; the chain has {size} {entries}, head {head}"));
    }
    Ok(Exit::Done)
}

/// The salt of a call that has none of its own: the one chosen before, or a new one if that is wanted.
///
/// **Errors**: `salt-missing` for a call whose sealed versions had another.
fn salt(record: &Record, choose: bool, salts: &mut Salts, chain: &ChainFile) -> Result<Option<Digest>, Failure> {
    let Some(call_id) = record.unsalted() else { return Ok(None) };
    let known = salts.get(call_id);
    if known.is_some() || !choose {
        return Ok(known);
    }
    match chain.state().calls().latest(call_id).map(|latest| latest.digests.components) {
        None => {}
        Some(Components::Commitments(_)) => return Err(Error::new(Code::SaltMissing, "").member(Member::Salt.name()).into()),
        Some(Components::Hashes { .. }) => {
            // What was sealed without a salt is not sealed again for want of one.
            let payload = record.clone().normalize(None)?.call;
            if chain.state().calls().version_of(call_id, &Digest::of(payload.payload().as_bytes())).is_some() {
                return Ok(None);
            }
        }
    }
    salts.choose(call_id).map(Some)
}

/// Versions of one call that follow each other in a file, so that the file can be sealed again as it is.
///
/// The data of an earlier version are refused, unless the file goes on to the version behind it.
#[derive(Default)]
struct Succession(HashMap<Uuid, Earlier>);

/// A record that holds what an earlier version holds, and the refusal that stands unless the next version follows.
struct Earlier {
    version: u64,
    refusal: Error,
}

impl Succession {
    fn follow(
        &mut self,
        line: u64,
        call: &Call<'_>,
        result: call_stream_verify::Result<Sealed>,
        chain: &ChainFile,
    ) -> Result<Sealed, Failure> {
        let call_id = call.call_id();
        let (sealed, refusal) = match result {
            Ok(sealed) => (sealed, None),
            Err(error) => {
                let hash = Digest::of(call.payload().as_bytes());
                // Not one that was sealed with another recording.
                let superseded = error.code() == Code::AlreadySealed && error.member_name() == Some("canonical_payload_hash");
                let earlier = chain.state().calls().version_of(call_id, &hash).filter(|_| superseded);
                let latest = chain.state().calls().latest(call_id).map(|latest| latest.number);
                let Some(earlier) = earlier.filter(|earlier| Some(earlier.number) < latest) else {
                    return Err(error.line(line).into());
                };
                let (version, seq, revoked) = (earlier.number, earlier.seq, earlier.is_revoked());
                (Sealed { version, seq, canonical_payload_hash: hash, entry: None, revoked }, Some(error.line(line)))
            }
        };
        let before = self.0.remove(&call_id);
        if let Some(before) = before {
            if sealed.version == before.version {
                self.0.insert(call_id, before);
                return Ok(sealed);
            }
            if sealed.version != before.version + 1 {
                return Err(before.refusal.into());
            }
        }
        if let Some(refusal) = refusal {
            self.0.insert(call_id, Earlier { version: sealed.version, refusal });
        }
        Ok(sealed)
    }

    /// Refuses what no later version followed, the first by line.
    fn end(self) -> Result<(), Failure> {
        let refusals = self.0.into_values().map(|earlier| earlier.refusal);
        refusals.min_by_key(Error::line_number).map_or(Ok(()), |refusal| Err(refusal.into()))
    }
}

/// What is said of a version, as JSON.
#[derive(serde::Serialize)]
pub struct VersionLine {
    /// What became of it.
    pub status: &'static str,
    pub call_id: Uuid,
    pub version: u64,
    pub seq: Option<u64>,
    pub canonical_payload_hash: Digest,
    pub entry_hash: Option<Digest>,
}

/// What is said of a call once it is on disk.
fn acknowledgement(call: &Call<'_>, result: &Sealed, entry_hash: Option<Digest>, is_json: bool) -> String {
    let Sealed { version, seq, canonical_payload_hash, entry, revoked } = result;
    let status = match (entry, revoked) {
        (Some(_), _) => "sealed",
        (None, false) => "existing",
        (None, true) => "revoked",
    };
    let call_id = call.call_id();
    if is_json {
        let (version, seq, hash) = (*version, Some(*seq), *canonical_payload_hash);
        let line = VersionLine { status, call_id, version, seq, canonical_payload_hash: hash, entry_hash };
        return format!("{}\n", to_json(&line));
    }
    format!("{status} {call_id} version {version} seq {seq} {canonical_payload_hash}\n")
}

/// The SHA-256 of a call's recording; `None` for a call without one.
fn hash_recording(call: &Call<'_>, folder: &Path) -> Result<Option<Digest>, Failure> {
    let Some(reference) = call.string(Member::RecordingRef) else { return Ok(None) };
    let refuse = |detail| Error::new(Code::RecordingUnreadable, detail).member(Member::RecordingRef.name());
    let name = file_name(&reference).ok_or_else(|| refuse("The reference ends in no file name."))?;
    let path = folder.join(name);
    let unreadable = |reason: &io::Error| Failure::from(refuse("")).because(reason);
    let mut file = File::open(path).map_err(|reason| unreadable(&reason))?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; input::CHUNK];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some(hasher.finish())),
            Ok(count) => hasher.update(buffer.get(..count).unwrap_or_default()),
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
            Err(reason) => return Err(unreadable(&reason)),
        }
    }
}

/// The last part of a reference, without a URL's query; `None` if it could lead out of the directory.
fn file_name(reference: &str) -> Option<&str> {
    let path = match reference.contains("://") {
        true => reference.split(['?', '#']).next()?,
        false => reference,
    };
    let name = path.rsplit('/').next()?;
    let leads_out = matches!(name, "" | "." | "..") || name.contains(['\\', '\0']) || cfg!(windows) && name.contains(':');
    (!leads_out).then_some(name)
}

/// Entries that wait until every record is checked: for each call the length of what is said of it, that of its line, and both.
struct Waiting {
    folder: PathBuf,
    spool: SpooledTempFile,
}

impl Waiting {
    fn new(chain: &Path) -> Waiting {
        let folder = durable::folder(chain).to_owned();
        Waiting { spool: tempfile::spooled_tempfile_in(SPOOL_BYTES, &folder), folder }
    }

    fn add(&mut self, acknowledgement: &str, sealed: &Sealed) -> Result<(), Failure> {
        let line = sealed.entry.as_ref().map(|entry| entry.format_line()).unwrap_or_default();
        let mut write = || {
            for text in [acknowledgement, &line] {
                let length = u32::try_from(text.len()).map_err(io::Error::other)?;
                self.spool.write_all(&length.to_le_bytes())?;
            }
            self.spool.write_all(acknowledgement.as_bytes())?;
            self.spool.write_all(line.as_bytes())
        };
        write().map_err(|reason| Failure::unwritable(&self.folder, &reason))
    }

    /// Appends what waits, and names each call once it is on disk.
    fn append(mut self, chain: &mut ChainFile, output: &mut Output) -> Result<(), Failure> {
        let unreadable = |reason: io::Error| Failure::unreadable(&self.folder, &reason);
        self.spool.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut spool = io::BufReader::with_capacity(BATCH_BYTES, self.spool);
        let (mut said, mut lines, mut count) = (Vec::new(), Vec::new(), 0);
        while next(&mut spool, &mut said, &mut lines).map_err(unreadable)? {
            count += 1;
            if count >= BATCH_LINES || lines.len() >= BATCH_BYTES {
                chain.append(&lines)?;
                output.bytes(&said);
                (said, lines, count) = (Vec::new(), Vec::new(), 0);
            }
        }
        if count > 0 {
            chain.append(&lines)?;
            output.bytes(&said);
        }
        Ok(())
    }
}

/// Adds what waits next; `false` if there is nothing more.
fn next(spool: &mut impl Read, said: &mut Vec<u8>, lines: &mut Vec<u8>) -> io::Result<bool> {
    let mut lengths = [[0; 4]; 2];
    for (place, length) in lengths.iter_mut().enumerate() {
        match spool.read_exact(length) {
            Err(reason) if place == 0 && reason.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            other => other?,
        }
    }
    for (length, out) in lengths.into_iter().zip([said, lines]) {
        let length = u64::from(u32::from_le_bytes(length));
        let read = spool.take(length).read_to_end(out)?;
        if u64::try_from(read).ok() != Some(length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_looked_for_under_the_last_part_of_its_reference_and_nowhere_else() {
        assert_eq!(file_name("https://rec.example/a/1.wav"), Some("1.wav"));
        assert_eq!(file_name("https://rec.example/1.wav?sig=a/b#t"), Some("1.wav"));
        assert_eq!(file_name("1.wav"), Some("1.wav"));
        assert_eq!(file_name("what?.wav"), Some("what?.wav"));
        for reference in ["https://rec.example/", "..", "a/..", "a/.", "a\\..\\b", ""] {
            assert_eq!(file_name(reference), None, "{reference}");
        }
    }
}
