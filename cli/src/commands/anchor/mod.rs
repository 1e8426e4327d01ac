//! `anchor`: a checkpoint bounded in time by OpenTimestamps or a time-stamping authority: what to stamp out, proofs in. FORMAT §7. No calendar,
//! authority or chain is asked: whatever client there is speaks to them.

mod token;
mod verify;

use crate::anchor_file;
use crate::durable::{self, Readers};
use crate::history::History;
use crate::output::{Exit, Failure, Output, Run};
use crate::own_files;
use call_stream_verify::Code;
use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::bitcoin::Headers;
use call_stream_verify::algorithms::opentimestamps::{Attestation, Attested, Proof};
use call_stream_verify::objects::anchor::{AnchorFacts, compute_anchored_digest};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    /// Write what is to be stamped: the text of the newest checkpoint, for `ots stamp`, `openssl ts -query` or any other client
    Stamp(Stamp),
    /// Merge proofs of one digest, as calendars complete them, into one that shows what all of them show
    Upgrade(Upgrade),
    /// Say what a proof shows of a checkpoint: pending, commits to a block, confirmed by a header that you give; or stamped by an authority
    Verify(verify::Args),
}

#[derive(Debug, clap::Args)]
struct Stamp {
    /// Checkpoint, or a bundle, chain file, folder of tiles or receipt that holds one
    #[arg(value_name = "CHECKPOINT")]
    checkpoint: PathBuf,
    /// Write the 32 bytes of its SHA-256 digest instead, as calendars take them
    #[arg(long)]
    digest: bool,
    /// Write to this file, and print the digest; to standard output unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Upgrade {
    /// Proofs of one digest, detached .ots files
    #[arg(value_name = "PROOF", required = true)]
    proofs: Vec<PathBuf>,
    /// Write the proof to this file; to standard output unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Stamps, merges or judges; only what a header confirms ends with 0 where a proof is judged.
pub fn run(args: &Args, output: &mut Output) -> Run {
    match &args.step {
        Step::Stamp(args) => stamp(args, output),
        Step::Upgrade(args) => upgrade(args, output),
        Step::Verify(args) => verify::run(args, output),
    }
}

fn stamp(args: &Stamp, output: &mut Output) -> Run {
    own_files::refuse_output(args.output.as_deref(), [args.checkpoint.clone()])?;
    let history = History::read(&args.checkpoint, None)?;
    let signed = history.signed.ok_or_else(|| no_checkpoint(&args.checkpoint))?;
    let checkpoint = signed.checkpoint();
    let (text, digest) = (checkpoint.to_string(), compute_anchored_digest(checkpoint));
    let bytes = if args.digest { digest.as_bytes() } else { text.as_bytes() };
    if let Some(path) = &args.output {
        durable::replace(path, bytes, Readers::Usual)?;
    }
    if output.is_json() {
        let line = json!({
            "origin": checkpoint.origin(), "size": checkpoint.size(), "root_hash": checkpoint.root(), "digest": digest, "text": text,
        });
        output.line(&line.to_string());
    } else if args.output.is_some() {
        output.line(&digest.to_string());
    } else {
        output.bytes(bytes);
    }
    Ok(Exit::Done)
}

fn upgrade(args: &Upgrade, output: &mut Output) -> Run {
    own_files::refuse_output(args.output.as_deref(), args.proofs.iter().cloned())?;
    let mut merged: Option<Proof> = None;
    for path in &args.proofs {
        let proof = anchor_file::read(path)?;
        let proof = match merged.take() {
            None => proof,
            Some(known) => known.merge(proof).map_err(|error| Failure::from(error).in_file(path))?,
        };
        merged = Some(proof);
    }
    let Some(proof) = merged else { return Ok(Exit::Done) };
    let bytes = proof.encode();
    if let Some(path) = &args.output {
        durable::replace(path, &bytes, Readers::Usual)?;
    }
    let headers = Headers::default();
    let facts = AnchorFacts::of_proof(&proof, &headers);
    if output.is_json() {
        let line = json!({
            "digest": proof.digest(), "state": state(&facts), "attestations": attestations(&proof, &headers), "proof": base64::encode(&bytes),
        });
        output.line(&line.to_string());
        return Ok(Exit::Done);
    }
    if args.output.is_none() {
        output.bytes(&bytes);
    }
    let count = proof.attested().len();
    let plural = if count == 1 { "attestation" } else { "attestations" };
    output.note(&format!("{count} {plural}: {}", words(&facts)));
    Ok(Exit::Done)
}

fn state(facts: &AnchorFacts<'_>) -> &'static str {
    match facts {
        AnchorFacts::Confirmed { .. } => "confirmed",
        AnchorFacts::CommitsTo(_) => "commits-to-block",
        AnchorFacts::Pending => "pending",
        AnchorFacts::NotJudged => "not-judged",
    }
}

fn words(facts: &AnchorFacts<'_>) -> String {
    match facts {
        AnchorFacts::Confirmed { header, .. } => {
            let time = header.time().map(|time| time.to_string()).unwrap_or_default();
            format!("It was there before a header that you gave, of {time} by its maker's clock.")
        }
        AnchorFacts::CommitsTo(height) => format!("It commits to block {height} of Bitcoin, header not checked."),
        AnchorFacts::Pending => "It is pending: a calendar has taken it and is yet to name a block.".to_owned(),
        AnchorFacts::NotJudged => "Nobody attests it whose word is checked here.".to_owned(),
    }
}

fn attestations(proof: &Proof, headers: &Headers) -> Vec<Value> {
    let describe = |attested: &Attested<'_>| {
        let state = state(&AnchorFacts::of(attested, headers));
        match attested.attestation {
            Attestation::Bitcoin(height) => json!({ "kind": "bitcoin", "state": state, "height": height }),
            Attestation::Pending(uri) => json!({ "kind": "pending", "state": state, "uri": uri }),
            Attestation::Other(..) => json!({ "kind": "other", "state": state }),
        }
    };
    proof.attested().iter().map(describe).collect()
}

fn no_checkpoint(path: &Path) -> Failure {
    Failure::new(Code::NoCheckpoint, "").saying("There is no checkpoint in it.".to_owned()).in_file(path)
}
