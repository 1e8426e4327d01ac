//! `witness`: cosigns what logs send over HTTP. C2SP tlog-witness; `cosign` does the same by hand, with the same state.

use crate::args::read_vkey;
use crate::input;
use crate::key_file;
use crate::output::{Failure, Output, Run};
use crate::witness::Witness;
use crate::witness_http;
use crate::witness_state::WitnessState;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::values::limits::POLICY_BYTES;
use call_stream_verify::{Code, Error};
use serde_json::json;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Key of the witness; several cosign side by side
    #[arg(long, value_name = "KEYFILE", required = true)]
    key: Vec<PathBuf>,
    /// Key of a log that may ask: a vkey, or a file that holds one; may be given several times
    #[arg(long, value_name = "VKEY", required_unless_present = "policy")]
    log: Vec<String>,
    /// Policy whose logs may ask (C2SP tlog-policy)
    #[arg(long, value_name = "FILE", conflicts_with = "log")]
    policy: Option<PathBuf>,
    /// What this witness has cosigned. Keep it: a witness without its memory vouches for nothing
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Begin the state: this witness has never cosigned anything
    #[arg(long)]
    begin: bool,
    /// Address and port to listen on; port 0 takes a free one. Plain HTTP: open it to others behind a proxy with TLS alone
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Time that a client has to send a request
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=300))]
    timeout: u64,
}

/// Listens until it is interrupted.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let keys = args.key.iter().map(|path| key_file::read_cosigner(path)).collect::<Result<Vec<_>, _>>()?;
    let policy = policy(args)?;
    let state = WitnessState::open(&args.state, args.begin)?;
    if args.begin {
        // The first request may come much later; by then the state must not be missed.
        state.save()?;
    }
    let refuse = |reason: &std::io::Error| {
        Failure::from(Error::new(Code::BadOption, "Nobody can listen there.").member("listen")).because(reason)
    };
    let listener = TcpListener::bind(args.listen).map_err(|reason| refuse(&reason))?;
    let address = listener.local_addr().map_err(|reason| refuse(&reason))?;
    if output.is_json() {
        let vkeys: Vec<String> = keys.iter().map(|key| key.verifier().to_string()).collect();
        output.line(&json!({ "url": format!("http://{address}/"), "vkeys": vkeys }).to_string());
    } else {
        output.line(&format!("listening on http://{address}/"));
    }
    let witness = Witness { policy, keys, state };
    match witness_http::serve(listener, witness, Duration::from_secs(args.timeout)) {
        Ok(never) => match never {},
        Err(reason) => Err(refuse(&reason)),
    }
}

/// The logs that are named.
fn policy(args: &Args) -> Result<Policy, Failure> {
    if let Some(path) = &args.policy {
        let text = input::read_small(path, POLICY_BYTES, Code::BadPolicy)?;
        return Policy::parse(&text).map_err(|error| Failure::from(error).in_file(path));
    }
    let mut lines = String::new();
    for log in &args.log {
        let vkey = read_vkey(log, "log")?;
        Policy::from_vkey(&vkey).map_err(|error| error.member("log"))?;
        if !lines.contains(&vkey) {
            lines.push_str(&format!("log {vkey}\n"));
        }
    }
    Ok(Policy::parse(format!("{lines}quorum none\n").as_bytes())?)
}
