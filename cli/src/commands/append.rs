//! `append`: any event of the issuer's into the chain, hashed and linked like the rest. FORMAT §4.

use crate::input;
use crate::options::{BeginArgs, ChainArgs, SignerArgs, TimeArgs};
use crate::output::{Exit, Output, Run};
use call_stream_verify::composition::chain_state::NewEntry;
use call_stream_verify::composition::seal::{append_event, sign_key_event};
use call_stream_verify::json;
use call_stream_verify::objects::event::{KEY_ADDED, KEY_RETIRED};
use std::path::PathBuf;

/// How events of known types are taken.
const KNOWN_TYPES: &str = "Events of the types version.created, version.revoked, verification.recorded, key.added and key.retired must have \
the format of their type and keep its rules, so that records made and signed elsewhere can be appended too. \
--sign signs a key.added or key.retired: only one that a trusted key signs has a meaning.";

#[derive(Debug, clap::Args)]
#[command(after_help = KNOWN_TYPES)]
pub struct Args {
    /// File with the payload, a JSON object; standard input if absent or `-`
    #[arg(value_name = "PAYLOAD")]
    payload: Option<PathBuf>,
    #[command(flatten)]
    chain: ChainArgs,
    /// What the event is about, 1 to 256 characters
    #[arg(long, value_name = "ID")]
    entity: String,
    /// Type of the event: lower-case words with dots between them
    #[arg(long = "type", value_name = "TYPE")]
    event_type: String,
    #[command(flatten)]
    begin: BeginArgs,
    #[command(flatten)]
    signer: SignerArgs,
    #[command(flatten)]
    time: TimeArgs,
}

/// Appends the event.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let mut payload = json::parse(&input::read_record(args.payload.as_deref())?)?;
    let at = args.time.time()?;
    let signer = args.signer.read()?;
    let mut chain = args.chain.open_or_begin(&args.begin, at)?;
    if let Some(signer) = &signer {
        chain.state_mut().end_mut().check_signer(signer)?;
        payload = sign_key_event(&args.entity, &args.event_type, &payload, signer)?;
    }
    let entry = append_event(chain.state_mut().end_mut(), &args.entity, &args.event_type, &payload, at)?;
    chain.append(entry.format_line().as_bytes())?;
    say(&entry, output);
    if matches!(args.event_type.as_str(), KEY_ADDED | KEY_RETIRED) && payload.get("signatures").is_none() {
        output.note("No key signs this event, so verifiers pass it over. Append it with --sign and a key that they trust.");
    }
    Ok(Exit::Done)
}

fn say(entry: &NewEntry, output: &mut Output) {
    if output.is_json() {
        output.line(&serde_json::json!({ "status": "appended", "seq": entry.seq, "entry_hash": entry.entry_hash }).to_string());
    } else {
        output.line(&format!("appended seq {} {}", entry.seq, entry.entry_hash));
    }
}
