//! `agree`: whether k of n validators came to the same report about the same head.

use crate::args::ValidatorArgs;
use crate::input;
use crate::output::{Exit, Failure, Output, Run};
use call_stream_verify::algorithms::note::VerifierKey;
use call_stream_verify::composition::attestation::{ATTESTATION_BYTES, Attestation, Outcome};
use call_stream_verify::{Code, Error, Level};
use serde_json::json;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Signed results, as `verify --attest` writes them
    #[arg(value_name = "RESULT", required = true)]
    results: Vec<PathBuf>,
    /// How many of the validators you trust must agree; all of them unless given
    #[arg(long, value_name = "K")]
    threshold: Option<NonZeroUsize>,
    #[command(flatten)]
    validators: ValidatorArgs,
}

/// Judges what the validators signed: exit 0 if enough of them came to the same `verified`.
///
/// Two keys of the same public key are one validator, whatever their names.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let trust = args.validators.trust()?;
    let Some(policy) = trust.policy() else {
        return Err(Error::new(Code::BadOption, "Give the keys of the validators that you trust.").member("key").into());
    };
    let validators: BTreeSet<&[u8]> = policy.logs().iter().map(VerifierKey::key_bytes).collect();
    let threshold = args.threshold.map_or(validators.len(), NonZeroUsize::get);
    if threshold > validators.len() {
        return Err(Error::new(Code::BadOption, "There are fewer validators that you trust.").member("threshold").into());
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut refuted = None;
    let mut strangers = 0_u64;
    for path in &args.results {
        let bytes = input::read(path, ATTESTATION_BYTES)?;
        let result = Attestation::parse(&bytes).map_err(|error| Failure::from(error).in_file(path))?;
        match policy.logs().iter().find(|key| result.names(key)) {
            None => strangers += 1,
            Some(key) if !result.is_signed_by(key) => {
                refuted.get_or_insert(format!("A result carries a bad signature under {}.", result.key_id()));
            }
            Some(key) => add(&mut groups, result.outcome(), key),
        }
    }
    let judgement = judge(&groups, threshold, refuted);
    tell(&groups, &judgement, (threshold, validators.len(), strangers), output);
    Ok(judgement.exit)
}

/// Validators of one result.
struct Group {
    outcome: Outcome,
    /// Public keys, so that nobody counts twice.
    keys: BTreeSet<Vec<u8>>,
    /// Their names.
    names: BTreeSet<String>,
}

fn add(groups: &mut Vec<Group>, outcome: &Outcome, key: &VerifierKey) {
    let place = groups.iter().position(|group| group.outcome == *outcome).unwrap_or_else(|| {
        groups.push(Group { outcome: outcome.clone(), keys: BTreeSet::new(), names: BTreeSet::new() });
        groups.len() - 1
    });
    if let Some(group) = groups.get_mut(place) {
        group.keys.insert(key.key_bytes().to_vec());
        group.names.insert(key.name().to_owned());
    }
}

struct Judgement {
    result: &'static str,
    word: &'static str,
    why: String,
    exit: Exit,
}

fn judge(groups: &[Group], threshold: usize, refuted: Option<String>) -> Judgement {
    let mismatch = |why| Judgement { result: "disagreed", word: "Disagreed", why, exit: Exit::Mismatch };
    if let Some(why) = refuted {
        return mismatch(why);
    }
    for (place, one) in groups.iter().enumerate() {
        for other in groups.iter().skip(place + 1).filter(|other| other.outcome.origin == one.outcome.origin) {
            // Results as of different places of one log do not contradict each other.
            if other.outcome.size == one.outcome.size {
                let of =
                    if other.outcome.head == one.outcome.head { "reports about the same head" } else { "heads of the same size" };
                return mismatch(format!("Validators that you trust came to different {of}."));
            }
        }
    }
    let enough: Vec<&Group> = groups.iter().filter(|group| group.keys.len() >= threshold).collect();
    let newest = enough.iter().max_by_key(|group| (group.keys.len(), group.outcome.size));
    let is_one_verdict = enough.iter().all(|group| newest.is_some_and(|newest| newest.outcome.verdict == group.outcome.verdict));
    let Some(most) = newest.filter(|_| is_one_verdict) else {
        let why = "Too few validators that you trust came to the same result.".to_owned();
        return Judgement { result: "not_proven", word: "Not proven", why, exit: Exit::NotProven };
    };
    let exit = Exit::of_report(most.outcome.verdict.exit_code());
    let validators = if most.keys.len() == 1 { "validator" } else { "validators" };
    let why = format!("{} {validators} came to this result: {}.", most.keys.len(), most.outcome.verdict.name());
    Judgement { result: "agreed", word: "Agreed", why, exit }
}

fn tell(groups: &[Group], judgement: &Judgement, (threshold, trusted, strangers): (usize, usize, u64), output: &mut Output) {
    if output.is_json() {
        let groups: Vec<_> = groups
            .iter()
            .map(|Group { outcome, names, keys }| {
                json!({
                    "origin": outcome.origin, "size": outcome.size, "head": outcome.head, "verdict": outcome.verdict, "level": outcome.level,
                    "minimum_level": outcome.minimum_level, "report": outcome.report, "validators": names, "count": keys.len(),
                })
            })
            .collect();
        let line = json!({
            "result": judgement.result, "why": judgement.why, "threshold": threshold, "trusted": trusted, "untrusted_results": strangers,
            "results": groups,
        });
        output.line(&line.to_string());
        return;
    }
    output.line(&format!("{}: {}", judgement.word, judgement.why));
    for Group { outcome, names, keys } in groups {
        let level = outcome.level.map_or("no level", Level::name);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        output.line(&format!(
            "{} of {trusted}: {} ({level}), {} as of {} entries, head {}, report {}: {}",
            keys.len(),
            outcome.verdict.name(),
            outcome.origin,
            outcome.size,
            outcome.head,
            outcome.report,
            names.join(", ")
        ));
    }
    if strangers > 0 {
        output.line(&format!("Left out, as their keys are not listed: {strangers}."));
    }
}
