//! `receipt`: what proves one call alone, taken from a bundle. FORMAT §7.

use super::export::united;
use crate::durable::{self, Readers};
use crate::leaves::read_bundle;
use crate::options::uuid;
use crate::output::{Exit, Failure, Output, Run};
use crate::own_files;
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::composition::bundle::line::Line;
use call_stream_verify::objects::call::Call;
use call_stream_verify::objects::chain::{Entry, Header};
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::objects::event::Event;
use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::{Code, Digest, Effect, Error, Trust, Uuid, verify_receipt};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bundle, plain or gzip, that begins at entry 0 and presents the call in full; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The call
    #[arg(value_name = "CALL_ID", value_parser = uuid)]
    call_id: Uuid,
    /// Write the proof alone, as other tools of transparency logs read it (C2SP tlog-proof)
    #[arg(long)]
    proof: bool,
    /// Write to this file; to standard output unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the receipt of the call's latest version under the newest checkpoint.
pub fn run(args: &Args, output: &mut Output) -> Run {
    own_files::refuse_output(args.output.as_deref(), [args.bundle.clone()])?;
    let mut found = Found::new(args.call_id);
    let (state, leaves) = read_bundle(&args.bundle, |line| found.see(line))?;
    let refuse = |code, detail| Failure::new(code, detail).in_file(&args.bundle);
    let sealed = state.calls().latest(args.call_id).ok_or_else(|| refuse(Code::CallNotSealed, ""))?;
    if sealed.revoked {
        return Err(refuse(Code::CallRevoked, "A receipt could not show that, so none is made of a revoked call."));
    }
    let checkpoint = found.newest(&state.header().origin, &leaves).map_err(|failure| failure.in_file(&args.bundle))?;
    let size = checkpoint.checkpoint().size();
    let hashes = usize::try_from(size).ok().and_then(|size| leaves.get(..size)).and_then(|leaves| {
        let index = usize::try_from(sealed.seq).ok()?;
        merkle::inclusion_proof(leaves, index)
    });
    let hashes = hashes.ok_or_else(|| refuse(Code::NoCheckpoint, ""))?;
    let proof = LogProof { extra: None, index: sealed.seq, hashes, checkpoint };
    let text = if args.proof {
        proof.to_string()
    } else {
        found.receipt(state.header().clone(), proof).map_err(|failure| failure.in_file(&args.bundle))?
    };
    match &args.output {
        None => output.bytes(text.as_bytes()),
        Some(path) => durable::replace(path, text.as_bytes(), Readers::Usual)?,
    }
    if !output.is_json() {
        output.note(&format!("version {}, entry {}, under a checkpoint of {size} entries", sealed.number, sealed.seq));
    }
    Ok(Exit::Done)
}

/// What a bundle holds for one call.
struct Found {
    call_id: Uuid,
    /// The entry of its latest version.
    entry: String,
    /// Its payload.
    call: Option<String>,
    /// Whether it is presented in part.
    in_part: bool,
    /// The checkpoints of the largest size.
    checkpoints: Vec<SignedCheckpoint>,
}

impl Found {
    fn new(call_id: Uuid) -> Found {
        Found { call_id, entry: String::new(), call: None, in_part: false, checkpoints: Vec::new() }
    }

    fn see(&mut self, line: &Line<'_>) -> Result<(), Error> {
        match line {
            Line::Entry(line) => {
                if let Event::VersionCreated(record) = &line.entry.event
                    && record.as_ref().as_ref().is_ok_and(|record| record.call_id == self.call_id)
                {
                    line.entry.text.clone_into(&mut self.entry);
                }
            }
            Line::Call(call) if call.call_id() == self.call_id => {
                if self.call.is_some() {
                    return Err(Error::new(Code::CallTwice, ""));
                }
                self.call = Some(call.payload().to_owned());
            }
            Line::Redacted(redacted) => self.in_part |= redacted.call_id == self.call_id,
            Line::Checkpoint(note) => {
                let signed = SignedCheckpoint::parse(note.as_bytes())?;
                let size = signed.checkpoint().size();
                self.checkpoints.retain(|kept| kept.checkpoint().size() >= size);
                if self.checkpoints.iter().all(|kept| kept.checkpoint().size() == size) {
                    self.checkpoints.push(signed);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The newest checkpoint, with all its signatures; its tree is that of the entries.
    fn newest(&self, origin: &str, leaves: &[Digest]) -> Result<SignedCheckpoint, Failure> {
        let (first, others) = self.checkpoints.split_first().ok_or_else(|| Error::new(Code::NoCheckpoint, ""))?;
        let fits = |signed: &SignedCheckpoint| {
            let tree = signed.checkpoint();
            let covered = usize::try_from(tree.size()).ok().and_then(|size| leaves.get(..size));
            tree.origin() == origin && covered.is_some_and(|leaves| merkle::root_hash(leaves) == *tree.root())
        };
        if !self.checkpoints.iter().all(fits) {
            return Err(Failure::new(Code::NotConsistent, "The newest checkpoint of the export is not of its entries."));
        }
        others.iter().try_fold(first.clone(), |kept, signed| united(&kept, signed))
    }

    /// The text of the receipt, which holds as far as that can be known without a key.
    fn receipt(&self, chain: Header, proof: LogProof) -> Result<String, Failure> {
        let Some(payload) = &self.call else {
            let what = if self.in_part { "presents this call in part" } else { "does not present this call" };
            let remedy = "A receipt holds the whole call: export the chain with its record, or write the --proof alone.";
            return Err(Failure::new(Code::NoCalls, "").saying(format!("The export {what}. {remedy}")));
        };
        let internal = || Error::new(Code::Internal, "What was read cannot be read again.");
        let call = Call::scan(&mut Scanner::of(payload)).map_err(|_| internal())?;
        let entry = Entry::scan(&mut Scanner::of(&self.entry)).ok_or_else(internal)?;
        let entry_hash = entry.compute_hash();
        let text = Receipt { call, entry, entry_hash, chain, proof }.to_string();
        let report = verify_receipt(text.as_bytes(), &Trust::new(), None)?;
        match report.findings.iter().find(|finding| finding.code.effect() == Effect::Mismatch) {
            Some(finding) => Err(Failure::new(finding.code, "No receipt is made of what does not hold.")),
            None => Ok(text),
        }
    }
}
