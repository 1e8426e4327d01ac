//! `cosign`: a witness's statement that a checkpoint continues every one it has cosigned before. C2SP tlog-witness, done by hand.

use super::checkpoint::{print, read_note};
use crate::args::read_vkey;
use crate::input;
use crate::key_file;
use crate::leaves::Leaves;
use crate::options::TimeArgs;
use crate::output::{Exit, Failure, Output, Run};
use crate::own_files;
use crate::witness_state::{WitnessState, not_consistent};
use call_stream_verify::algorithms::note::{SignatureCheck, VerifierKey};
use call_stream_verify::algorithms::{base64, merkle};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::objects::cosignature;
use call_stream_verify::values::limits::PROOF_HASHES;
use call_stream_verify::{Code, Digest, Error};
use std::path::{Path, PathBuf};

/// Longest proof file: 63 lines of 44 characters, and some.
const PROOF_BYTES: usize = 64 * 1024;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Checkpoint, a signed note; `-` is standard input
    #[arg(value_name = "NOTE")]
    note: PathBuf,
    /// Key of the witness
    #[arg(long, value_name = "KEYFILE")]
    key: PathBuf,
    /// Key of the log, which you have over a way you trust: a vkey, or a file that holds one
    #[arg(long, value_name = "VKEY")]
    log: String,
    /// What this witness has cosigned. Keep it: a witness without its memory vouches for nothing
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Begin the state: this witness has never cosigned anything
    #[arg(long)]
    begin: bool,
    /// Chain file or bundle, to see for oneself that the checkpoint continues the last one cosigned
    #[arg(long, value_name = "FILE", conflicts_with = "proof")]
    chain: Option<PathBuf>,
    /// Consistency proof from the last size cosigned, hashes in base64, one a line
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Write the note to this file too
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    time: TimeArgs,
}

/// Cosigns the checkpoint, or refuses.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let log_file = Path::new(&args.log);
    let log_file = log_file.exists().then(|| log_file.to_owned());
    let inputs = [&args.note, &args.key].into_iter().chain(&args.proof).cloned().chain(log_file);
    let own =
        inputs.chain(own_files::of_state(&args.state)).chain(args.chain.iter().flat_map(|chain| own_files::of_chain(chain)));
    own_files::refuse_output(args.output.as_deref(), own)?;
    let key = key_file::read_cosigner(&args.key)?;
    let log = VerifierKey::parse(&read_vkey(&args.log, "log")?)?;
    let mut signed = read_note(&args.note)?;
    check_log(&signed, &log).map_err(|error| Failure::from(error).in_file(&args.note))?;

    let checkpoint = signed.checkpoint().clone();
    let leaves = args.chain.as_deref().map(Leaves::read).transpose()?;
    if let Some(leaves) = &leaves {
        check_leaves(leaves, &checkpoint)?;
    }
    if checkpoint.size() == 0 && *checkpoint.root() != Digest::of(b"") {
        return Err(not_consistent("A tree without leaves has another root.").into());
    }
    let mut state = WitnessState::open(&args.state, args.begin)?;
    if let Some((size, root)) = state.latest(checkpoint.origin()) {
        check_consistent(size, &root, &checkpoint, leaves.as_ref(), args.proof.as_deref())?;
    }
    let time = u64::try_from(args.time.time()?.seconds());
    let time = time.map_err(|_| Error::new(Code::BadOption, "A cosignature is not dated before 1970.").member("at"))?;
    let cosignature = cosignature::sign(&signed, &key, time)?;
    signed.add_signature(cosignature)?;
    state.remember([&signed.signed_by(&[&log, key.verifier()])?])?;
    print(&signed, args.output.as_deref(), output)?;
    Ok(Exit::Done)
}

/// The note must be the log's own.
fn check_log(signed: &SignedCheckpoint, log: &VerifierKey) -> Result<(), Error> {
    if log.name() != signed.checkpoint().origin() {
        return Err(Error::new(Code::BadCheckpoint, "Its origin is not the name of the log's key."));
    }
    match signed.note().check(log) {
        SignatureCheck::Good => Ok(()),
        SignatureCheck::Bad => Err(Error::new(Code::BadCheckpoint, "The log's signature does not verify.")),
        SignatureCheck::Absent => Err(Error::new(Code::BadCheckpoint, "The log has not signed it.")),
    }
}

/// Entries that are shown must be those of the checkpoint.
fn check_leaves(leaves: &Leaves, checkpoint: &Checkpoint) -> Result<(), Error> {
    let root = leaves.first(checkpoint.size()).map(merkle::root_hash);
    if leaves.origin != checkpoint.origin() {
        return Err(not_consistent("The chain given is of another origin."));
    }
    match root {
        Some(root) if root == *checkpoint.root() => Ok(()),
        Some(_) => Err(not_consistent("The chain given has another root.")),
        None => Err(not_consistent("The chain given has fewer entries.")),
    }
}

/// A checkpoint must continue the last one cosigned, of this size and root.
fn check_consistent(
    size: u64,
    root: &Digest,
    checkpoint: &Checkpoint,
    leaves: Option<&Leaves>,
    proof: Option<&Path>,
) -> Result<(), Failure> {
    if checkpoint.size() < size {
        return Err(not_consistent("It has fewer entries than the last one cosigned.").into());
    }
    if checkpoint.size() == size {
        return match checkpoint.root() == root {
            true => Ok(()),
            false => Err(not_consistent("It has the size of the last one cosigned and another root.").into()),
        };
    }
    // Every tree continues the empty one.
    if size == 0 {
        return Ok(());
    }
    let holds = match (leaves, proof) {
        (Some(leaves), _) => leaves.first(size).map(merkle::root_hash) == Some(*root),
        (None, Some(path)) => merkle::verify_consistency(size, checkpoint.size(), root, checkpoint.root(), &read_proof(path)?),
        (None, None) => {
            let detail = "Say with --chain or --proof how the checkpoint continues the last one cosigned.";
            return Err(Error::new(Code::BadOption, detail).member("proof").into());
        }
    };
    if holds { Ok(()) } else { Err(not_consistent("").into()) }
}

/// Reads hashes in base64, one a line.
pub(super) fn read_proof(path: &Path) -> Result<Vec<Digest>, Failure> {
    let text = input::read_text(path, PROOF_BYTES, Code::BadOption)?;
    let mut hashes = Vec::new();
    for (line, hash) in (1..).zip(text.lines()) {
        let refuse = || {
            let error = Error::new(Code::BadOption, "A proof holds at most 63 hashes in base64, one a line.");
            Failure::from(error.member("proof").line(line)).in_file(path)
        };
        let hash = base64::decode_digest(hash).filter(|_| hashes.len() < PROOF_HASHES).ok_or_else(refuse)?;
        hashes.push(hash);
    }
    Ok(hashes)
}
