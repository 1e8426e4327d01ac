//! `completions`: a completion script for a shell.

use crate::args::Cli;
use crate::output::{Exit, Output, Run};
use clap::CommandFactory;
use clap_complete::Shell;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Shell that will read the script
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "call-verify", &mut script);
    output.bytes(&script);
    Ok(Exit::Done)
}
