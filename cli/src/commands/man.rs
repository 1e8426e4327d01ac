//! `man`: the manual in roff, one page for the program and one for each command.

use crate::args::Cli;
use crate::output::{Exit, Failure, Output, Run};
use call_stream_verify::Code;
use clap::CommandFactory;
use clap_mangen::Man;
use std::fs;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write a file for each page into this directory, instead of all pages to stdout
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Writes the pages: `man -l <(call-verify man)` shows them.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let mut program = Cli::command();
    program.build();
    let mut pages = vec![(String::from("call-verify"), program.clone())];
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = format!("call-verify-{}", command.get_name());
        pages.push((name.clone(), command.clone().name(name)));
    }
    for (name, command) in pages {
        let mut page = Vec::new();
        Man::new(command).render(&mut page).map_err(|reason| Failure::new(Code::Internal, "").because(&reason))?;
        match &args.dir {
            Some(dir) => {
                let path = dir.join(format!("{name}.1"));
                fs::write(&path, &page).map_err(|reason| Failure::unwritable(&path, &reason))?;
            }
            None => output.bytes(&page),
        }
    }
    Ok(Exit::Done)
}
