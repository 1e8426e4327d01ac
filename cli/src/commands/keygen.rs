//! `keygen`: a new signing key in a file of its owner's, its vkey on stdout.

use crate::key_file;
use crate::output::{Exit, Output, Run, inert};
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The key's name: for a log the chain's origin, such as example.com/audit/7e57d004
    #[arg(value_name = "NAME")]
    name: String,
    /// Make a witness's key, which cosigns checkpoints and signs nothing else
    #[arg(long)]
    witness: bool,
    /// File for the key, which must not be there yet; unless given, the key's name with `-` for `/`, and `.key`
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Makes the key, and prints what verifies its signatures.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let key_type = if args.witness { KeyType::Cosignature } else { KeyType::Ed25519 };
    let key = SigningKey::new(&args.name, key_type, key_file::random()?)?;
    let path = args.output.clone().unwrap_or_else(|| file_name(&args.name));
    key_file::create(&path, &key)?;
    let vkey = key.verifier().to_string();
    if output.is_json() {
        output.line(&json!({ "vkey": vkey, "file": path.to_string_lossy() }).to_string());
    } else {
        output.line(&vkey);
        output.note(&format!("the secret key is in {}; keep it to yourself", inert(&path.to_string_lossy())));
    }
    Ok(Exit::Done)
}

fn file_name(name: &str) -> PathBuf {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    PathBuf::from(format!("{}.key", name.trim_start_matches(['.', '-'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_name_makes_a_file_name_in_this_directory() {
        assert_eq!(file_name("example.com/audit/7e57"), PathBuf::from("example.com-audit-7e57.key"));
        assert_eq!(file_name("../../etc/x"), PathBuf::from("etc-x.key"));
        assert_eq!(file_name("-rf"), PathBuf::from("rf.key"));
    }
}
