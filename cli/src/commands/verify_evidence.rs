//! `verify-evidence`: whether a log has signed two histories, seen with nothing but the evidence and the log's key.

use crate::args::KeyArgs;
use crate::input;
use crate::output::{Exit, Failure, Output, Run};
use call_stream_verify::objects::fork_evidence::{EVIDENCE_BYTES, EvidenceFacts, ForkEvidence};
use call_stream_verify::{Code, Error};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Evidence of a fork; `-` is standard input
    #[arg(value_name = "EVIDENCE")]
    evidence: PathBuf,
    #[command(flatten)]
    keys: KeyArgs,
}

/// Judges the evidence: exit 0 if the log has forked.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let trust = args.keys.trust()?;
    let Some(policy) = trust.policy() else {
        return Err(Error::new(Code::BadOption, "Give the key of the log, over a way you trust.").member("key").into());
    };
    let bytes = input::read(&args.evidence, EVIDENCE_BYTES)?;
    let evidence = ForkEvidence::parse(&bytes).map_err(|error| Failure::from(error).in_file(&args.evidence))?;
    let (smaller, larger) = (evidence.smaller.checkpoint(), evidence.larger.checkpoint());
    let (result, exit, why, signers) = match evidence.verify(policy) {
        EvidenceFacts::Fork { smaller, larger } => (
            "confirmed",
            Exit::Done,
            "The log has signed two histories, of which the larger does not continue the smaller.".to_owned(),
            vec![smaller, larger],
        ),
        EvidenceFacts::Untrusted => (
            "not_proven",
            Exit::NotProven,
            "A checkpoint is not signed by a key of this log that you trust.".to_owned(),
            Vec::new(),
        ),
        EvidenceFacts::BadSignature(key) => {
            ("refuted", Exit::Mismatch, format!("A checkpoint carries a bad signature under {key}."), Vec::new())
        }
        EvidenceFacts::Refuted(why) => ("refuted", Exit::Mismatch, why.to_owned(), Vec::new()),
    };
    if output.is_json() {
        let side =
            |tree: &call_stream_verify::objects::checkpoint::Checkpoint| json!({ "size": tree.size(), "root_hash": tree.root() });
        let line = json!({
            "result": result, "why": why, "origin": larger.origin(), "smaller": side(smaller), "larger": side(larger),
            "root_hash": evidence.root_hash, "signers": signers,
        });
        output.line(&line.to_string());
    } else {
        let word = match exit {
            Exit::Done => "Confirmed",
            Exit::Mismatch => "Refuted",
            _ => "Not proven",
        };
        output.line(&format!("{word}: {why}"));
        if exit == Exit::Done {
            output.line(&format!(
                "{}: {} and {} entries, signed by {}",
                larger.origin(),
                smaller.size(),
                larger.size(),
                signers.join(" and ")
            ));
        }
    }
    Ok(exit)
}
