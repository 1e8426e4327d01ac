//! `anchor`: a checkpoint bounded in time by OpenTimestamps or a time-stamping authority: what to stamp out, proofs in. FORMAT §7. No calendar,
//! authority or chain is asked: whatever client there is speaks to them.

use crate::anchor_file;
use crate::durable::{self, Readers};
use crate::history::History;
use crate::input;
use crate::output::{Exit, Failure, Output, Run, inert};
use crate::own_files;
use crate::timestamp::{self, Judgment};
use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::bitcoin::Headers;
use call_stream_verify::algorithms::opentimestamps::{Attestation, Attested, Proof};
use call_stream_verify::objects::anchor::{AnchorFacts, compute_anchored_digest};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::{Code, Digest};
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
    Verify(Verify),
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

#[derive(Debug, clap::Args)]
struct Verify {
    /// Proof, a detached .ots file; with --ca a time-stamp token or the response that it came in
    #[arg(value_name = "PROOF")]
    proof: PathBuf,
    /// Checkpoint, or a bundle, chain file, folder of tiles or receipt that holds it
    #[arg(value_name = "CHECKPOINT")]
    checkpoint: PathBuf,
    /// Headers of Bitcoin blocks from a place you trust: 80 bytes each, or 160 hex digits a line, in order; an empty line between those
    /// that do not follow each other
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,
    /// Certificates of time-stamping authorities that you trust, PEM or DER: the proof is a token of RFC 3161
    #[arg(long, value_name = "FILE", conflicts_with = "headers")]
    ca: Option<PathBuf>,
}

/// Stamps, merges or judges; only what a header confirms ends with 0 where a proof is judged.
pub fn run(args: &Args, output: &mut Output) -> Run {
    match &args.step {
        Step::Stamp(args) => stamp(args, output),
        Step::Upgrade(args) => upgrade(args, output),
        Step::Verify(args) => match &args.ca {
            Some(ca) => verify_token(args, ca, output),
            None => verify(args, output),
        },
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

/// What a proof and a checkpoint come to.
struct Judged<'a> {
    result: &'static str,
    exit: Exit,
    why: String,
    checkpoint: &'a Checkpoint,
    facts: AnchorFacts<'a>,
}

fn verify(args: &Verify, output: &mut Output) -> Run {
    let headers = args.headers.as_deref().map(anchor_file::read_headers).transpose()?.unwrap_or_default();
    let proof = anchor_file::read(&args.proof)?;
    let digest =
        proof.digest().ok_or_else(|| Failure::new(Code::BadAnchor, "It is not over a SHA-256 digest.").in_file(&args.proof))?;
    let history = History::read(&args.checkpoint, None)?;
    let newest = history.checkpoints.first().ok_or_else(|| no_checkpoint(&args.checkpoint))?;
    let anchored = history.checkpoints.iter().find(|signed| compute_anchored_digest(signed.checkpoint()) == digest);
    let judged = judge(&proof, &headers, anchored, newest);
    if output.is_json() {
        let checkpoint = judged.checkpoint;
        let line = json!({
            "result": judged.result, "why": judged.why, "origin": checkpoint.origin(), "size": checkpoint.size(),
            "root_hash": checkpoint.root(), "expected": compute_anchored_digest(checkpoint), "computed": digest,
            "block": anchored.and_then(|_| block(&judged.facts)), "attestations": attestations(&proof, &headers),
        });
        output.line(&line.to_string());
    } else {
        say(&judged, digest, output);
    }
    Ok(judged.exit)
}

fn judge<'a>(
    proof: &Proof,
    headers: &'a Headers,
    anchored: Option<&'a SignedCheckpoint>,
    newest: &'a SignedCheckpoint,
) -> Judged<'a> {
    let facts = AnchorFacts::of_proof(proof, headers);
    let checkpoint = anchored.unwrap_or(newest).checkpoint();
    if anchored.is_none() {
        let why = "The proof is about another digest than that of the checkpoint.".to_owned();
        return Judged { result: "mismatch", exit: Exit::Mismatch, why, checkpoint, facts };
    }
    let exit = if matches!(facts, AnchorFacts::Confirmed { .. }) { Exit::Done } else { Exit::NotProven };
    Judged { result: state(&facts), exit, why: words(&facts), checkpoint, facts }
}

fn say(judged: &Judged<'_>, digest: Digest, output: &mut Output) {
    let word = match judged.exit {
        Exit::Done => "Confirmed",
        Exit::Mismatch => "Mismatch",
        _ => "Not proven",
    };
    output.line(&format!("{word}: {}", judged.why));
    let checkpoint = judged.checkpoint;
    let (origin, size) = (inert(checkpoint.origin()), checkpoint.size());
    match (judged.exit, judged.facts) {
        (Exit::Mismatch, _) => {
            output.line(&format!(
                "{origin}: {size} entries, digest {}; the proof has {digest}",
                compute_anchored_digest(checkpoint)
            ));
        }
        (Exit::Done, AnchorFacts::Confirmed { header, followed_by, height }) => {
            output.line(&format!("{origin}: {size} entries, digest {digest}"));
            output.line(&format!(
                "Block {height} as the proof says, {}, difficulty {}, followed by {followed_by} of your headers. That it stands in the best chain of Bitcoin is for you to know.",
                header.name(),
                header.difficulty(),
            ));
        }
        _ => output.line(&format!("{origin}: {size} entries, digest {digest}")),
    }
    output.note("no signature of the checkpoint was checked");
}

fn verify_token(args: &Verify, ca: &Path, output: &mut Output) -> Run {
    let read = |path: &Path, limit, code| input::read_small(path, limit, code);
    let authorities = timestamp::read_authorities(&read(ca, timestamp::AUTHORITY_BYTES, Code::BadAuthority)?)
        .map_err(|error| Failure::from(error).in_file(ca))?;
    let token = timestamp::Token::parse(&read(&args.proof, timestamp::TOKEN_BYTES, Code::BadTimestamp)?)
        .map_err(|error| Failure::from(error).in_file(&args.proof))?;
    let history = History::read(&args.checkpoint, None)?;
    let newest = history.checkpoints.first().ok_or_else(|| no_checkpoint(&args.checkpoint))?;
    let stamped = history.checkpoints.iter().find(|signed| compute_anchored_digest(signed.checkpoint()) == token.imprint);
    let checkpoint = stamped.unwrap_or(newest).checkpoint();
    let digest = compute_anchored_digest(checkpoint);
    let (result, word, exit, why, stamp) = match timestamp::judge(&token, &digest, &authorities) {
        Judgment::Stamped(stamp) => {
            let why = format!("It was there when {} stamped it, at {} by its clock.", inert(&stamp.signer), stamp.time);
            ("stamped", "Stamped", Exit::Done, why, Some(stamp))
        }
        Judgment::Mismatch(why) => ("mismatch", "Mismatch", Exit::Mismatch, why.to_owned(), None),
        Judgment::NotProven(why) => ("not-proven", "Not proven", Exit::NotProven, why.to_owned(), None),
    };
    if output.is_json() {
        let stamp = stamp.map(|stamp| {
            json!({
                "time": stamp.time, "signer": stamp.signer, "authority": stamp.authority, "policy": stamp.policy, "serial": stamp.serial,
            })
        });
        let line = json!({
            "result": result, "why": why, "origin": checkpoint.origin(), "size": checkpoint.size(), "root_hash": checkpoint.root(),
            "expected": digest, "computed": token.imprint, "stamp": stamp,
        });
        output.line(&line.to_string());
        return Ok(exit);
    }
    output.line(&format!("{word}: {why}"));
    output.line(&format!("{}: {} entries, digest {digest}", inert(checkpoint.origin()), checkpoint.size()));
    if let Some(stamp) = stamp {
        let authority = inert(&stamp.authority);
        output.line(&format!("Under {authority}, which you trust; policy {}, number {}.", stamp.policy, stamp.serial));
        output.line("Whether a certificate was revoked was not checked.");
    }
    output.note("no signature of the checkpoint was checked");
    Ok(exit)
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

fn block(facts: &AnchorFacts<'_>) -> Option<Value> {
    match facts {
        AnchorFacts::Confirmed { header, followed_by, height } => Some(json!({
            "height": height, "hash": header.name(), "time": header.time(), "difficulty": header.difficulty(), "followed_by": followed_by,
        })),
        AnchorFacts::CommitsTo(height) => Some(json!({ "height": height })),
        AnchorFacts::Pending | AnchorFacts::NotJudged => None,
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
