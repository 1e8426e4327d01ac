//! `prove`: Merkle proofs over a chain, as RFC 6962 has them. FORMAT §5.

use crate::leaves::Leaves;
use crate::output::{Exit, Failure, Output, Run};
use call_stream_verify::algorithms::{base64, merkle};
use call_stream_verify::{Code, Digest, Error};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    proof: Proof,
}

#[derive(Debug, clap::Subcommand)]
enum Proof {
    /// Prove that an entry stands at its place in the tree of a size
    Inclusion {
        /// Chain file, or a bundle that begins at entry 0
        #[arg(value_name = "CHAIN")]
        chain: PathBuf,
        /// Position of the entry, from 0
        #[arg(value_name = "SEQ")]
        seq: u64,
        /// Size of the tree; all entries unless given
        #[arg(long, value_name = "N")]
        size: Option<u64>,
    },
    /// Prove that the tree of one size continues the tree of a smaller one
    Consistency {
        /// Chain file, or a bundle that begins at entry 0
        #[arg(value_name = "CHAIN")]
        chain: PathBuf,
        /// The smaller size, at least 1
        #[arg(value_name = "FROM")]
        from: u64,
        /// The larger size; all entries unless given
        #[arg(value_name = "TO")]
        to: Option<u64>,
    },
}

/// Prints the hashes in base64, one a line; none if the proof is empty.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let (proof, head) = match &args.proof {
        Proof::Inclusion { chain, seq, size } => {
            let leaves = Leaves::read(chain)?;
            let all = leaves.size();
            let size = size.unwrap_or(all);
            let leaves = leaves.first(size).ok_or_else(|| no_such_size("size", all))?;
            let index = usize::try_from(*seq).ok();
            let proof = index.and_then(|index| merkle::inclusion_proof(leaves, index)).ok_or_else(|| no_such_entry(size, all))?;
            let head = json!({ "type": "inclusion", "seq": seq, "size": size, "root_hash": merkle::root_hash(leaves) });
            (proof, head)
        }
        Proof::Consistency { chain, from, to } => {
            let leaves = Leaves::read(chain)?;
            let all = leaves.size();
            let to = to.unwrap_or(all);
            let leaves = leaves.first(to).ok_or_else(|| no_such_size("TO", all))?;
            let size = usize::try_from(*from).ok();
            let proof = size.and_then(|size| merkle::consistency_proof(leaves, size)).ok_or_else(|| no_such_start(to))?;
            let head = json!({ "type": "consistency", "from": from, "to": to, "root_hash": merkle::root_hash(leaves) });
            (proof, head)
        }
    };
    print(&proof, head, output);
    Ok(Exit::Done)
}

fn print(proof: &[Digest], mut head: serde_json::Value, output: &mut Output) {
    let hashes: Vec<String> = proof.iter().map(|hash| base64::encode(hash.as_bytes())).collect();
    if output.is_json() {
        if let Some(members) = head.as_object_mut() {
            members.insert("hashes".to_owned(), json!(hashes));
        }
        output.line(&head.to_string());
    } else {
        for hash in hashes {
            output.line(&hash);
        }
    }
}

fn refuse(member: &str, message: String) -> Failure {
    Failure::from(Error::new(Code::BadOption, "").member(member)).saying(message)
}

fn no_such_size(member: &str, all: u64) -> Failure {
    refuse(member, format!("There is no such tree: the chain has {}.", entries(all)))
}

fn no_such_entry(size: u64, all: u64) -> Failure {
    let tree = if size == all { "chain" } else { "tree" };
    let places = match size {
        0 => String::new(),
        1 => ", 0".to_owned(),
        _ => format!(", 0 to {}", size - 1),
    };
    refuse("SEQ", format!("There is no such entry: the {tree} has {}{places}.", entries(size)))
}

fn no_such_start(to: u64) -> Failure {
    let sizes = if to == 0 { "the larger one has 0 entries".to_owned() } else { format!("its size is 1 to {to}") };
    refuse("FROM", format!("There is no such smaller tree: {sizes}."))
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
