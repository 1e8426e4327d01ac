//! `keygen`: a new signing key in a file of its owner's, its vkey on stdout; or the vkey of a key that was made before.

use crate::key_file;
use crate::output::{Exit, Output, Run, inert};
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The key's name: for a log the chain's origin, such as example.com/audit/7e57d004
    #[arg(value_name = "NAME", required_unless_present = "public")]
    name: Option<String>,
    /// Make a witness's key, which cosigns checkpoints and signs nothing else
    #[arg(long)]
    witness: bool,
    /// Make the witness's key one of ML-DSA-44 (type 0x06), which holds against quantum computers; not every verifier knows it yet
    #[arg(long, requires = "witness")]
    ml_dsa: bool,
    /// File for the key, which must not be there yet; unless given, the key's name with `-` for `/`, and `.key`
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make no key: print the vkey of the one in this file
    #[arg(long, value_name = "KEYFILE", conflicts_with_all = ["name", "witness", "ml_dsa", "output"])]
    public: Option<PathBuf>,
}

/// Makes the key, unless there is one, and prints what verifies its signatures.
pub fn run(args: &Args, output: &mut Output) -> Run {
    if let Some(path) = &args.public {
        print(&key_file::read(path)?, path, output);
        return Ok(Exit::Done);
    }
    let name = args.name.as_deref().unwrap_or_default();
    let key_type = match (args.witness, args.ml_dsa) {
        (true, true) => KeyType::MlDsaCosignature,
        (true, false) => KeyType::Cosignature,
        (false, _) => KeyType::Ed25519,
    };
    let key = SigningKey::new(name, key_type, key_file::random()?)?;
    let path = args.output.clone().unwrap_or_else(|| file_name(name));
    key_file::create(&path, &key)?;
    print(&key, &path, output);
    if !output.is_json() {
        output.note(&format!("the secret key is in {}; keep it to yourself", inert(&path.to_string_lossy())));
    }
    Ok(Exit::Done)
}

fn print(key: &SigningKey, path: &Path, output: &mut Output) {
    let vkey = key.verifier().to_string();
    if output.is_json() {
        output.line(&json!({ "vkey": vkey, "file": path.to_string_lossy() }).to_string());
    } else {
        output.line(&vkey);
    }
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
