//! `checkpoint`: the chain's root under the log's signature, kept in the chain file and printed as a note. FORMAT §5.

use crate::chain_file::{ChainFile, Opening};
use crate::durable::{self, Readers};
use crate::input;
use crate::key_file;
use crate::options::NO_CHAIN;
use crate::output::{Exit, Failure, Output, Run};
use crate::own_files;
use call_stream_verify::algorithms::note::SignatureCheck;
use call_stream_verify::composition::seal::checkpoint;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::values::limits::NOTE_BYTES;
use call_stream_verify::{Code, Error};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Chain file
    #[arg(value_name = "CHAIN")]
    chain: PathBuf,
    /// Key of the log; its name is the chain's origin
    #[arg(long, value_name = "KEYFILE", required_unless_present = "add")]
    key: Option<PathBuf>,
    /// Keep a checkpoint of this chain that witnesses have cosigned, instead of signing one
    #[arg(long, value_name = "NOTE", conflicts_with = "key")]
    add: Option<PathBuf>,
    /// Write the note to this file too
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// If the chain file ends in the middle of a line, move that piece to a file of its own and go on
    #[arg(long)]
    repair_tail: bool,
}

/// Signs the chain as it stands; the same chain gives the same checkpoint, which is then kept once.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let inputs = args.key.iter().chain(&args.add).cloned();
    own_files::refuse_output(args.output.as_deref(), inputs.chain(own_files::of_chain(&args.chain)))?;
    let mut chain = ChainFile::write(&args.chain, Opening { repair_tail: args.repair_tail, create: None, absent: NO_CHAIN })?;
    let signed = match (&args.key, &args.add) {
        (Some(key), _) => sign(&chain, key)?,
        (None, Some(note)) => added(&chain, note)?,
        (None, None) => return Err(Error::new(Code::BadOption, "A key or a note is needed.").member("key").into()),
    };
    let is_kept = chain.checkpoints().iter().any(|stored| stored.signed == signed);
    if is_kept {
        chain.append(b"")?;
    } else {
        chain.append_checkpoint(&signed)?;
    }
    print(&signed, args.output.as_deref(), output)?;
    Ok(Exit::Done)
}

/// Signs the chain, unless the key signed something else before.
fn sign(chain: &ChainFile, key: &Path) -> Result<SignedCheckpoint, Failure> {
    let key = key_file::read_signer(key)?;
    for stored in chain.checkpoints() {
        // Its root was compared with the entries when the chain was opened.
        if stored.signed.note().check(key.verifier()) == SignatureCheck::Bad {
            let error = Error::new(Code::ChainDamaged, "A checkpoint carries a bad signature under this key.");
            return Err(Failure::from(error.line(stored.line).member("note")).in_file(chain.path()));
        }
    }
    Ok(checkpoint(chain.state(), &key)?)
}

/// A note that holds a kept checkpoint with all its signatures, and more of them.
fn added(chain: &ChainFile, path: &Path) -> Result<SignedCheckpoint, Failure> {
    let refuse = |error: Error| Failure::from(error).in_file(path);
    let signed = read_note(path)?;
    chain.check_checkpoint(&signed).map_err(|detail| refuse(Error::new(Code::NotConsistent, detail)))?;
    let extends = |kept: &SignedCheckpoint| {
        kept.note().text() == signed.note().text()
            && kept.note().signatures().iter().all(|line| signed.note().signatures().contains(line))
    };
    match chain.checkpoints().iter().any(|stored| extends(&stored.signed)) {
        true => Ok(signed),
        false => Err(refuse(Error::new(Code::BadCheckpoint, "It is none that this chain holds, with further signatures."))),
    }
}

/// Reads a checkpoint's note.
///
/// **Errors**: `unreadable`, `note-too-large`, `bad-note`, `bad-checkpoint`.
pub fn read_note(path: &Path) -> Result<SignedCheckpoint, Failure> {
    let bytes = input::read(path, NOTE_BYTES)?;
    SignedCheckpoint::parse(&bytes).map_err(|error| Failure::from(error).in_file(path))
}

/// Writes a note to stdout, and to a file where one is named.
///
/// **Errors**: `unwritable`.
pub fn print(signed: &SignedCheckpoint, file: Option<&Path>, output: &mut Output) -> Result<(), Failure> {
    let note = signed.to_string();
    if let Some(path) = file {
        durable::replace(path, note.as_bytes(), Readers::Usual)?;
    }
    if output.is_json() {
        let checkpoint = signed.checkpoint();
        let line = json!({
            "origin": checkpoint.origin(), "size": checkpoint.size(), "root_hash": checkpoint.root(), "note": note,
        });
        output.line(&line.to_string());
    } else {
        output.bytes(note.as_bytes());
    }
    Ok(())
}
