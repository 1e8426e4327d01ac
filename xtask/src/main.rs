//! `cargo xtask`: what the project does to itself. See [`USAGE`].
//!
//! Everything runs on a fresh clone: what a command needs and may install, it installs (see [`needs`]).

mod bench;
mod needs;
mod package;
mod run;
mod serve;
mod site;
mod suites;
mod test;
mod wasm;

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  start [--port N]               build everything and serve the portal at a printed address
  site                           build everything and stage what `start` serves in target/site
  shots                          make pictures of the portal's states in target/shots (includes `site`)
  test [SUITE…] [--list] [--slow]
                                 run the named suites, or every suite this machine can run
  bench npm [--entries N]        measure the npm package against verifiers in plain JavaScript
  bench log                      measure receipts verified natively, as WebAssembly and in JavaScript, a witness over HTTP, and tiles
  bench postgres                 measure the ledger: seals by 1, 8 and 32 writers, and exports
  wasm                           build the WebAssembly module and its glue into pkg-config/dist
  package                        build the npm package in pkg-config/dist (includes `wasm`)
  samples                        write www/public/samples: the golden sample bundles, made by the command line
  codes                          write codes.ts and explanations.ts in pkg-config/src from the table of codes
  test-runner FILE               run a wasm test binary (cargo calls this)
";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let command = arguments.next().unwrap_or_default();
    match dispatch(&command.to_string_lossy(), arguments.collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, arguments: Vec<OsString>) -> Result<ExitCode> {
    if command == "test-runner" {
        let name = OsString::from("wasm-bindgen-test-runner");
        wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::iter::once(name).chain(arguments))?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments: Vec<String> = arguments
        .into_iter()
        .map(|argument| argument.into_string().ok().context("an argument is not UTF-8"))
        .collect::<Result<_>>()?;
    match command {
        "test" => return test::main(&arguments),
        "start" => site::start(port(&arguments)?)?,
        "bench" => bench::main(&arguments)?,
        "site" => {
            none(command, &arguments)?;
            let staged = site::stage()?;
            println!("staged in {}", staged.display());
        }
        "shots" => {
            none(command, &arguments)?;
            site::shots()?;
        }
        "wasm" => {
            none(command, &arguments)?;
            wasm::build()?;
        }
        "package" => {
            none(command, &arguments)?;
            package::build()?;
        }
        "samples" => {
            none(command, &arguments)?;
            run::cargo(["test", "--quiet", "--package", "call-verify", "--test", "samples", "again"])
                .env("WRITE_SAMPLES", "1")
                .run()?;
        }
        "codes" => {
            none(command, &arguments)?;
            run::cargo(["test", "--quiet", "--package", "call-stream-verify", "--test", "codes"])
                .env("WRITE_CODES", "1")
                .run()?;
        }
        "help" | "--help" | "-h" => print!("{USAGE}"),
        "" => bail!("which command?\n\n{USAGE}"),
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn none(command: &str, arguments: &[String]) -> Result<()> {
    match arguments.first() {
        Some(argument) => bail!("`{command}` takes no `{argument}`"),
        None => Ok(()),
    }
}

fn port(arguments: &[String]) -> Result<Option<u16>> {
    match arguments {
        [] => Ok(None),
        [flag, number] if flag == "--port" => number.parse().map(Some).with_context(|| format!("`{number}` is no port number")),
        _ => bail!("`start` takes only `--port N`"),
    }
}
