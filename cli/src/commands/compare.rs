//! `compare`: what two parties were shown of one log. The same, one continues the other, or a fork: then the log has contradicted itself,
//! and where it has signed both, that can be shown to anybody.

use super::cosign::read_proof;
use crate::args::KeyArgs;
use crate::durable::{self, Readers};
use crate::history::{History, prefix};
use crate::output::{Exit, Failure, Output, Run, inert};
use crate::own_files;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::objects::fork_evidence::ForkEvidence;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Code, Digest, Error};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bundle, chain file, folder of tiles, checkpoint, receipt or .tlog-proof; of a range its newest checkpoint counts
    #[arg(value_name = "A")]
    first: PathBuf,
    /// The other one
    #[arg(value_name = "B")]
    second: PathBuf,
    /// Consistency proof between two checkpoints, hashes in base64, one a line, as `prove consistency` writes it
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// If it is a fork that the log has signed, write the evidence to this file
    #[arg(short, long, value_name = "EVIDENCE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyArgs,
}

/// How the second stands to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Same,
    FirstExtends,
    SecondExtends,
    /// With the first entry that differs, where both show theirs.
    Fork(Option<u64>),
    Unrelated,
    Unknown,
}

/// Compares, and writes the evidence of a fork.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let inputs = [args.first.clone(), args.second.clone()].into_iter().chain(args.proof.clone()).chain(args.keys.files());
    own_files::refuse_output(args.output.as_deref(), inputs)?;
    let trust = args.keys.trust()?;
    let policy = trust.policy();
    let (first, second) = (History::read(&args.first, policy)?, History::read(&args.second, policy)?);
    let proof = args.proof.as_deref().map(read_proof).transpose()?;
    let relation = relate(&first, &second, proof.as_deref())?;
    let evidence = match relation {
        Relation::Fork(_) => policy.and_then(|_| find_evidence(&first, &second)),
        _ => None,
    };
    if let (Some(path), Some(evidence)) = (&args.output, &evidence) {
        durable::replace(path, evidence.to_string().as_bytes(), Readers::Usual)?;
    }
    say(&first, &second, relation, evidence.as_ref(), policy, output);
    if let (Some(path), false) = (&args.output, output.is_json()) {
        let path = inert(&path.to_string_lossy()).into_owned();
        output.note(&match evidence {
            Some(_) => format!("the evidence is in {path}"),
            None => format!("there is no evidence, and {path} was not written"),
        });
    }
    Ok(match relation {
        Relation::Same | Relation::FirstExtends | Relation::SecondExtends => Exit::Done,
        Relation::Fork(_) => Exit::Mismatch,
        Relation::Unrelated | Relation::Unknown => Exit::NotProven,
    })
}

fn relate(first: &History, second: &History, proof: Option<&[Digest]>) -> Result<Relation, Failure> {
    if first.origin != second.origin {
        return Ok(Relation::Unrelated);
    }
    if let (Some(a), Some(b)) = (&first.leaves, &second.leaves)
        && let Some(place) = a.iter().zip(b).position(|(a, b)| a != b)
    {
        return Ok(Relation::Fork(u64::try_from(place).ok()));
    }
    // Without any checkpoint that counts, a range shows nothing that could be compared.
    let Some((a, b)) = first.size().zip(second.size()) else { return Ok(Relation::Unknown) };
    let longer = match a.cmp(&b) {
        std::cmp::Ordering::Equal => Relation::Same,
        std::cmp::Ordering::Greater => Relation::FirstExtends,
        std::cmp::Ordering::Less => Relation::SecondExtends,
    };
    let size = a.min(b);
    // Every tree continues the empty one.
    if size == 0 || first.leaves.is_some() && second.leaves.is_some() {
        return Ok(longer);
    }
    match (first.root(size), second.root(size)) {
        (Some(a), Some(b)) if a == b => return Ok(longer),
        (Some(_), Some(_)) => return Ok(Relation::Fork(None)),
        _ => {}
    }
    let Some(hashes) = proof else { return Ok(Relation::Unknown) };
    let (smaller, larger) = if a < b { (first, second) } else { (second, first) };
    let roots = smaller.root(size).zip(larger.root(a.max(b)));
    match roots.is_some_and(|(from, to)| merkle::verify_consistency(size, a.max(b), &from, &to, hashes)) {
        true => Ok(longer),
        // A proof that does not hold shows nothing: anybody can make one.
        false => Err(Error::new(Code::ConsistencyMismatch, "").into()),
    }
}

/// The evidence, if both have a checkpoint, and the entries of the larger one are there.
fn find_evidence(first: &History, second: &History) -> Option<ForkEvidence> {
    let (a, b) = (first.signed.as_ref()?, second.signed.as_ref()?);
    let of_pair = |smaller: &SignedCheckpoint, larger: &SignedCheckpoint, leaves: Option<&[Digest]>| {
        let (from, to) = (smaller.checkpoint().size(), larger.checkpoint().size());
        let (root_hash, hashes) = match leaves.and_then(|leaves| prefix(leaves, to)) {
            _ if from == to => (*larger.checkpoint().root(), Vec::new()),
            Some(leaves) => {
                (merkle::root_hash(prefix(leaves, from)?), merkle::consistency_proof(leaves, usize::try_from(from).ok()?)?)
            }
            None => return None,
        };
        let evidence = ForkEvidence { smaller: smaller.clone(), larger: larger.clone(), root_hash, hashes };
        evidence.check_contradiction().is_ok().then_some(evidence)
    };
    if a.checkpoint().size() <= b.checkpoint().size() {
        of_pair(a, b, second.leaves.as_deref())
    } else {
        of_pair(b, a, first.leaves.as_deref())
    }
}

fn say(
    first: &History,
    second: &History,
    relation: Relation,
    evidence: Option<&ForkEvidence>,
    policy: Option<&Policy>,
    output: &mut Output,
) {
    let (word, sentence) = match relation {
        Relation::Same => ("same", "Same: both show the same entries.".to_owned()),
        Relation::FirstExtends => ("first-extends", "Consistent: the first continues the second.".to_owned()),
        Relation::SecondExtends => ("second-extends", "Consistent: the second continues the first.".to_owned()),
        Relation::Fork(Some(place)) => ("fork", format!("Fork: the two part at entry {place}.")),
        Relation::Fork(None) => ("fork", "Fork: the smaller is not the beginning of the larger.".to_owned()),
        Relation::Unrelated => ("unrelated", "Unrelated: they are of different logs.".to_owned()),
        Relation::Unknown => (
            "unknown",
            "Unknown: nothing shows how the two stand to each other. Give the entries of the larger, or a --proof.".to_owned(),
        ),
    };
    let why = match (relation, evidence) {
        (Relation::Fork(_), None) if policy.is_none() => {
            "Whether the log has signed both was not checked: give its key, and evidence can be written."
        }
        (Relation::Fork(_), None) => {
            "It cannot be shown to others: the log has not signed both, or the larger one's entries are not here."
        }
        (Relation::Fork(_), Some(_)) => "The log has signed both.",
        _ => "",
    };
    if output.is_json() {
        let side = |history: &History| {
            let signed = history.signed.as_ref().map(|signed| signed.checkpoint().size());
            json!({ "origin": history.origin, "size": history.size(), "signed_size": signed })
        };
        let place = if let Relation::Fork(place) = relation { place } else { None };
        let evidence = evidence.and_then(|evidence| serde_json::from_str::<serde_json::Value>(&evidence.to_string()).ok());
        let line = json!({
            "relation": word, "first": side(first), "second": side(second), "first_difference": place,
            "signatures_checked": policy.is_some(), "evidence": evidence,
        });
        return output.line(&line.to_string());
    }
    output.line(&sentence);
    if !why.is_empty() {
        output.line(why);
    }
    if policy.is_none() {
        output.note("no key was given: signatures were not checked");
    }
}
