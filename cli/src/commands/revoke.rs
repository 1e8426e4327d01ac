//! `revoke`: withdraws a version of a call, with the reason and the rule it is done under. FORMAT §4, `version.revoked`.

use super::seal::VersionLine;
use crate::options::{ChainArgs, SignerArgs, TimeArgs, actor, uuid};
use crate::output::{Exit, Output, Run, to_json};
use call_stream_verify::Uuid;
use call_stream_verify::composition::seal::{Withdrawal, revoke};

#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub struct Args {
    /// Call whose version is revoked
    #[arg(value_name = "CALL_ID", value_parser = uuid)]
    call_id: Uuid,
    #[command(flatten)]
    chain: ChainArgs,
    /// Code for the reason, such as court-order; 1 to 256 characters
    #[arg(long, value_name = "CODE")]
    reason: String,
    /// Rule it is done under, such as retention/2; 1 to 256 characters
    #[arg(long, value_name = "POLICY")]
    policy: String,
    /// Who does it; TYPE is user or system
    #[arg(long, value_name = "TYPE:ID")]
    actor: String,
    /// Version; the latest unless given
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    #[command(flatten)]
    signer: SignerArgs,
    #[command(flatten)]
    time: TimeArgs,
}

/// Revokes the version; one that is revoked already stays as it is.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let actor = actor(&args.actor, &["user", "system"])?;
    let signer = args.signer.read()?;
    let at = args.time.time()?;
    let mut chain = args.chain.open()?;
    let withdrawal =
        Withdrawal { call_id: args.call_id, version: args.version, reason: &args.reason, policy: &args.policy, actor };
    let revoked = revoke(chain.state_mut().end_mut(), &withdrawal, at, signer.as_ref())?;
    let line = revoked.entry.as_ref().map(|entry| entry.format_line()).unwrap_or_default();
    chain.append(line.as_bytes())?;
    let status = if revoked.entry.is_some() { "revoked" } else { "existing" };
    let (call_id, version, hash) = (args.call_id, revoked.version, revoked.canonical_payload_hash);
    if output.is_json() {
        let (seq, entry_hash) = revoked.entry.map(|entry| (entry.seq, entry.entry_hash)).unzip();
        output.line(&to_json(&VersionLine { status, call_id, version, seq, canonical_payload_hash: hash, entry_hash }));
    } else {
        match revoked.entry {
            Some(entry) => output.line(&format!("{status} {call_id} version {version} seq {} {hash}", entry.seq)),
            None => {
                output.line(&format!("{status} {call_id} version {version} {hash}"));
                output.note("the version was revoked already; the first revocation counts");
            }
        }
    }
    Ok(Exit::Done)
}
