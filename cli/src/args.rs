//! What the command line may say: the commands, the options that all share, and what a verifier brings along.

use crate::commands;
use crate::input;
use crate::output::{Failure, Format};
use call_stream_verify::algorithms::note::VerifierKey;
use call_stream_verify::values::limits::POLICY_BYTES;
use call_stream_verify::{Code, Error, Level, Trust};
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};

/// Seal recorded calls and verify their exports.
#[derive(Debug, Parser)]
#[command(name = "call-verify", version, propagate_version = true, after_help = EXIT_STATUS)]
pub struct Cli {
    /// How the result is written
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = Format::Human, display_order = 900)]
    format: Format,
    /// The same as --format json
    #[arg(long, global = true, display_order = 901, overrides_with = "format")]
    json: bool,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 verified or done, 1 mismatch, 2 usage, 3 not proven, 4 revoked, \
5 unreadable, refused or not a bundle, 6 limit exceeded, 130 interrupted. With several bundles the first of 1, 5, 6, 3, 4, 0 that applies.\n\
`call-verify explain CODE` says more about every code.";

impl Cli {
    /// The format asked for.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the canonical payload of a call record: the bytes that are hashed
    Canonicalize(commands::canonicalize::Args),
    /// Compute the canonical payload hash of a call record
    Hash(commands::hash::Args),
    /// Seal finalized calls: append their version records to a chain file
    Seal(commands::seal::Args),
    /// Append any event to a chain file
    Append(commands::append::Args),
    /// Revoke a version of a call
    Revoke(commands::revoke::Args),
    /// Record a verification attempt
    Record(commands::record::Args),
    /// Export a chain and its calls as a bundle
    Export(commands::export::Args),
    /// Verify bundles and give a verdict
    Verify(commands::verify::Args),
    /// Verify one call by its receipt
    VerifyCall(commands::verify_call::Args),
    /// Take the receipt of one call from a bundle
    Receipt(commands::receipt::Args),
    /// Make a signing key, or print the vkey of one
    Keygen(commands::keygen::Args),
    /// Sign a version or revocation record
    Sign(commands::sign::Args),
    /// Write a signed checkpoint of a chain
    Checkpoint(commands::checkpoint::Args),
    /// Cosign a checkpoint as a witness
    Cosign(commands::cosign::Args),
    /// Cosign what logs send over HTTP, as a witness
    #[cfg(feature = "witness")]
    Witness(commands::witness::Args),
    /// Compute Merkle proofs
    Prove(commands::prove::Args),
    /// Bound a checkpoint in time: what to stamp out, proofs in (OpenTimestamps, or tokens of RFC 3161); no network
    Anchor(commands::anchor::Args),
    /// Compare two exports or checkpoints of a log: same, one continues the other, or a fork
    Compare(commands::compare::Args),
    /// Verify evidence of a fork, as `compare` writes it
    VerifyEvidence(commands::verify_evidence::Args),
    /// Whether validators came to the same result, by what they signed
    Agree(commands::agree::Args),
    /// Fold a part of a bundle into a segment, for `merge`
    Segment(commands::segment::Args),
    /// Merge segments, and report once they are a whole bundle
    Merge(commands::merge::Args),
    /// Compute the CID of a call record's payload
    Cid(commands::cid::Args),
    /// Explain a code, or list all of them
    Explain(commands::explain::Args),
    /// Write a completion script for a shell
    Completions(commands::completions::Args),
    /// Write the manual pages
    Man(commands::man::Args),
}

/// What a verifier trusts, given apart from the data.
#[derive(Args, Debug)]
#[command(next_help_heading = "What you trust")]
pub struct TrustArgs {
    #[command(flatten)]
    keys: KeyArgs,
    /// Head that you know from elsewhere: number of entries and hash of the last
    #[arg(long, value_name = "SIZE:HEAD")]
    expect: Option<String>,
    /// Tenant whose chain it must be
    #[arg(long, value_name = "UUID")]
    tenant: Option<String>,
    /// Least level that a `verified` must reach: L2 to L5; L3 unless given, L4 at least where the policy has a quorum
    #[arg(long, value_name = "LEVEL")]
    min_level: Option<String>,
    /// Ask for the chain alone: a bundle without calls may then be verified
    #[arg(long)]
    chain_only: bool,
}

/// The keys that a verifier trusts.
#[derive(Args, Debug)]
#[command(next_help_heading = "What you trust")]
pub struct KeyArgs {
    /// Policy: the logs and witnesses you trust (C2SP tlog-policy)
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    policy: Option<PathBuf>,
    /// Key of a log you trust: a vkey, or a file that holds one; may be given several times
    #[arg(long, value_name = "VKEY")]
    key: Vec<String>,
}

/// The keys of the validators whose signed results count.
#[derive(Args, Debug)]
#[command(next_help_heading = "Whom you trust")]
pub struct ValidatorArgs {
    /// Policy whose `log` lines are the validators you trust
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    policy: Option<PathBuf>,
    /// Key of a validator you trust: a vkey, or a file that holds one; may be given several times
    #[arg(long, value_name = "VKEY")]
    key: Vec<String>,
}

impl ValidatorArgs {
    /// Reads what the options name.
    ///
    /// **Errors**: those of [`KeyArgs::trust`].
    pub fn trust(&self) -> Result<Trust, Failure> {
        KeyArgs { policy: self.policy.clone(), key: self.key.clone() }.trust()
    }
}

impl KeyArgs {
    /// The files that these options name.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        let keys = self.key.iter().map(PathBuf::from).filter(|path| path.exists());
        self.policy.iter().cloned().chain(keys)
    }

    /// Reads what the options name.
    ///
    /// **Errors**: `bad-key`, `bad-policy`, `unreadable`.
    pub fn trust(&self) -> Result<Trust, Failure> {
        let mut trust = Trust::new();
        if let Some(path) = &self.policy {
            let text = input::read_small(path, POLICY_BYTES, Code::BadPolicy)?;
            trust = trust.with_policy(&text).map_err(|error| Failure::from(error).in_file(path))?;
        }
        if let Some(policy) = policy_of_keys(&self.key)? {
            trust = trust.with_policy_or_key(&policy)?;
        }
        Ok(trust)
    }
}

impl TrustArgs {
    /// The files that these options name.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.keys.files()
    }

    /// Reads what the options name.
    ///
    /// **Errors**: `bad-option`, `bad-key`, `bad-policy`, `unreadable`.
    pub fn trust(&self) -> Result<Trust, Failure> {
        let mut trust = self.keys.trust()?.with_chain_only(self.chain_only);
        if let Some(expect) = &self.expect {
            trust = trust.with_expected_head(expect)?;
        }
        if let Some(tenant) = &self.tenant {
            trust = trust.with_tenant(tenant)?;
        }
        if let Some(name) = &self.min_level {
            let refuse = || Error::new(Code::BadOption, "Expected L2, L3, L4 or L5.").member("min-level");
            trust =
                trust.with_minimum_level(Level::parse(name).ok_or_else(refuse)?).map_err(|error| error.member("min-level"))?;
        }
        Ok(trust)
    }
}

/// The policy that lists these keys as logs and asks for no witnesses; one key stays as it is.
fn policy_of_keys(keys: &[String]) -> Result<Option<String>, Failure> {
    let mut vkeys = Vec::new();
    for key in keys {
        let vkey = read_vkey(key, "key")?;
        if !vkeys.contains(&vkey) {
            vkeys.push(vkey);
        }
    }
    Ok(match vkeys.as_slice() {
        [] => None,
        [vkey] => Some(vkey.clone()),
        _ => {
            let logs: String = vkeys.iter().map(|vkey| format!("log {vkey}\n")).collect();
            Some(format!("{logs}quorum none\n"))
        }
    })
}

/// A vkey as given to an option, or the one that a file of that name holds.
///
/// **Errors**: `bad-key`, `unreadable`.
pub fn read_vkey(text: &str, option: &str) -> Result<String, Failure> {
    let path = Path::new(text);
    let given = text.trim();
    match VerifierKey::parse(given) {
        Ok(_) => Ok(given.to_owned()),
        Err(_) if path.exists() => {
            let held = input::read_text(path, POLICY_BYTES, Code::BadKey)?;
            let held = held.trim();
            VerifierKey::parse(held).map_err(|error| Failure::from(error).in_file(path))?;
            Ok(held.to_owned())
        }
        // No vkey that was misspelled, but a name.
        Err(_) if given.matches('+').count() < 2 => {
            Err(Error::new(Code::BadKey, "There is no file of that name, and it is no vkey.").member(option).into())
        }
        Err(error) => Err(error.member(option).into()),
    }
}
