//! `call-verify`: seals recorded calls and verifies their exports on the command line.
//!
//! The verdicts are the library's. This program reads arguments and files, spreads work over threads, shows progress, and says what
//! came out: the result on stdout, everything else on stderr, and an exit status (FORMAT §10, [`output::Exit`]).
//! It has no network code unless it is built with the feature `witness`, reads no configuration and no home directory.
#![forbid(unsafe_code)]

mod anchor_file;
mod args;
mod car_file;
mod chain_file;
mod commands;
mod durable;
mod fold;
mod formats;
mod history;
mod input;
mod key_file;
mod leaves;
mod options;
mod output;
mod own_files;
mod progress;
mod records;
mod salts;
mod since;
mod state_file;
mod tile_files;
mod timestamp;
#[cfg(feature = "witness")]
mod witness;
#[cfg(feature = "witness")]
mod witness_http;
mod witness_state;

use args::{Cli, Command};
use clap::Parser;
use output::{Exit, Output, Run};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Interrupted: whatever was acknowledged is on disk already, what was not whole yet goes, and no verdict is given.
    if ctrlc::set_handler(|| durable::exit_without_pieces(Exit::Interrupted.code().into())).is_err() {
        // Without the handler the system ends the program by the signal, which shells show as 130 as well.
    }
    let exit = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => output::usage(&error),
    };
    ExitCode::from(exit.code())
}

fn run(cli: Cli) -> Exit {
    let mut output = Output::new(cli.format());
    let result = output.check_format(&cli.command).and_then(|()| dispatch(&cli.command, &mut output));
    match result {
        Ok(exit) => output.finish(exit),
        Err(failure) => {
            output.failure(&failure);
            output.finish(failure.exit())
        }
    }
}

fn dispatch(command: &Command, output: &mut Output) -> Run {
    match command {
        Command::Canonicalize(args) => commands::canonicalize::run(args, output),
        Command::Hash(args) => commands::hash::run(args, output),
        Command::Seal(args) => commands::seal::run(args, output),
        Command::Append(args) => commands::append::run(args, output),
        Command::Revoke(args) => commands::revoke::run(args, output),
        Command::Record(args) => commands::record::run(args, output),
        Command::Export(args) => commands::export::run(args, output),
        Command::Verify(args) => commands::verify::run(args, output),
        Command::VerifyCall(args) => commands::verify_call::run(args, output),
        Command::Receipt(args) => commands::receipt::run(args, output),
        Command::Keygen(args) => commands::keygen::run(args, output),
        Command::Sign(args) => commands::sign::run(args, output),
        Command::Checkpoint(args) => commands::checkpoint::run(args, output),
        Command::Cosign(args) => commands::cosign::run(args, output),
        #[cfg(feature = "witness")]
        Command::Witness(args) => commands::witness::run(args, output),
        Command::Prove(args) => commands::prove::run(args, output),
        Command::Anchor(args) => commands::anchor::run(args, output),
        Command::Compare(args) => commands::compare::run(args, output),
        Command::VerifyEvidence(args) => commands::verify_evidence::run(args, output),
        Command::Agree(args) => commands::agree::run(args, output),
        Command::Segment(args) => commands::segment::run(args, output),
        Command::Merge(args) => commands::merge::run(args, output),
        Command::Cid(args) => commands::cid::run(args, output),
        Command::Explain(args) => commands::explain::run(args, output),
        Command::Completions(args) => commands::completions::run(args, output),
        Command::Man(args) => commands::man::run(args, output),
    }
}
