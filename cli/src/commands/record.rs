//! `record`: being written.

use crate::output::{Failure, Output, Run};
use call_stream_verify::Code;

#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _output: &mut Output) -> Run {
    Err(Failure::new(Code::Internal, "This command is not built yet."))
}
