//! `anchor verify`: what a proof shows of a checkpoint, or of any other digest.

use super::{attestations, no_checkpoint, state, token, words};
use crate::anchor_file;
use crate::history::History;
use crate::output::{Exit, Failure, Output, Run, inert};
use call_stream_verify::objects::anchor::{AnchorFacts, compute_anchored_digest};
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::{Code, Digest, Error};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Proof, a detached .ots file; with --ca a time-stamp token or the response that it came in
    #[arg(value_name = "PROOF")]
    pub proof: PathBuf,
    /// Checkpoint, or a bundle, chain file, folder of tiles or receipt that holds it
    #[arg(value_name = "CHECKPOINT", required_unless_present = "digest")]
    checkpoint: Option<PathBuf>,
    /// Instead of a checkpoint, the SHA-256 digest of any file, in hex
    #[arg(long, value_name = "HEX", conflicts_with = "checkpoint")]
    digest: Option<String>,
    /// Headers of Bitcoin blocks from a place you trust: 80 bytes each, or 160 hex digits a line, in order; an empty line between those
    /// that do not follow each other
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,
    /// Certificates of time-stamping authorities that you trust, PEM or DER: the proof is a token of RFC 3161
    #[arg(long, value_name = "FILE", conflicts_with = "headers")]
    ca: Option<PathBuf>,
}

/// What a proof has to be about.
pub struct Subject {
    pub digest: Digest,
    checkpoint: Option<Checkpoint>,
}

impl Subject {
    /// What the arguments name: of several checkpoints in a file the one that the proof is about, or else the newest.
    ///
    /// **Errors**: `bad-option`, `no-checkpoint`, those of [`History::read`].
    pub fn read(args: &Args, proven: Digest) -> Result<Subject, Failure> {
        let Some(path) = &args.checkpoint else {
            let refuse = || Error::new(Code::BadOption, "Expected 64 lower-case hex digits.").member("digest");
            let digest = Digest::parse(args.digest.as_deref().unwrap_or_default()).ok_or_else(refuse)?;
            return Ok(Subject { digest, checkpoint: None });
        };
        let history = History::read(path, None)?;
        let mut all = history.checkpoints.iter().map(|signed| signed.checkpoint());
        let newest = all.next().ok_or_else(|| no_checkpoint(path))?;
        let about = std::iter::once(newest).chain(all).find(|checkpoint| compute_anchored_digest(checkpoint) == proven);
        let checkpoint = about.unwrap_or(newest).clone();
        Ok(Subject { digest: compute_anchored_digest(&checkpoint), checkpoint: Some(checkpoint) })
    }

    /// What a proof comes to, as one JSON object with these members behind those of every judgment.
    pub fn line(&self, result: &str, why: &str, proven: Digest, more: Value) -> String {
        let tree = self.checkpoint.as_ref();
        let mut line = json!({
            "result": result, "why": why, "origin": tree.map(Checkpoint::origin), "size": tree.map(Checkpoint::size),
            "root_hash": tree.map(Checkpoint::root), "expected": self.digest, "computed": proven,
        });
        if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        line.to_string()
    }

    /// Says what it is, and what was not looked at.
    pub fn say(&self, output: &mut Output) {
        match &self.checkpoint {
            Some(checkpoint) => {
                let (origin, size) = (inert(checkpoint.origin()), checkpoint.size());
                output.line(&format!("{origin}: {size} entries, digest {}", self.digest));
                output.note("no signature of the checkpoint was checked");
            }
            None => output.line(&format!("Digest {}", self.digest)),
        }
    }
}

/// Judges a proof; only what a header or an authority confirms ends with 0.
pub fn run(args: &Args, output: &mut Output) -> Run {
    match &args.ca {
        Some(ca) => token::run(args, ca, output),
        None => judge(args, output),
    }
}

fn judge(args: &Args, output: &mut Output) -> Run {
    let headers = args.headers.as_deref().map(anchor_file::read_headers).transpose()?.unwrap_or_default();
    let proof = anchor_file::read(&args.proof)?;
    let refuse = || Failure::new(Code::BadAnchor, "It is not over a SHA-256 digest.").in_file(&args.proof);
    let proven = proof.digest().ok_or_else(refuse)?;
    let subject = Subject::read(args, proven)?;
    let facts = AnchorFacts::of_proof(&proof, &headers);
    let (result, word, exit, why) = match facts {
        _ if proven != subject.digest => {
            ("mismatch", "Mismatch", Exit::Mismatch, "The proof is about another digest.".to_owned())
        }
        AnchorFacts::Confirmed { .. } => (state(&facts), "Confirmed", Exit::Done, words(&facts)),
        _ => (state(&facts), "Not proven", Exit::NotProven, words(&facts)),
    };
    if output.is_json() {
        let block = if exit == Exit::Mismatch { None } else { block(&facts) };
        let more = json!({ "block": block, "attestations": attestations(&proof, &headers) });
        output.line(&subject.line(result, &why, proven, more));
        return Ok(exit);
    }
    output.line(&format!("{word}: {why}"));
    match (exit, facts) {
        (Exit::Mismatch, _) => output.line(&format!("The proof is about {proven}.")),
        (_, AnchorFacts::Confirmed { header, followed_by, height }) => output.line(&format!(
            "Block {height} as the proof says, {}, difficulty {}, followed by {followed_by} of your headers. That it stands in the best chain of Bitcoin is for you to know.",
            header.name(),
            header.difficulty(),
        )),
        _ => {}
    }
    subject.say(output);
    Ok(exit)
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
