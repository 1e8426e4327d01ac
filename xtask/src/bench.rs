//! `cargo xtask bench`: measurements. They fail for nothing but an error.

use crate::needs::{self, Need};
use crate::package;
use crate::run::{Run, cargo, target};
use anyhow::{Context, Result, bail};
use std::fs;

const ENTRIES: u32 = 100_000;

/// Runs what `arguments` ask for: `npm [--entries N]`, `log` or `postgres`.
pub fn main(arguments: &[String]) -> Result<()> {
    match arguments {
        [name] if name == "postgres" => postgres(),
        [name] if name == "log" => log(),
        [name] if name == "npm" => npm(ENTRIES),
        [name, flag, number] if name == "npm" && flag == "--entries" => {
            npm(number.parse().with_context(|| format!("`{number}` is no number of entries"))?)
        }
        _ => bail!("`bench` takes `npm`, with `--entries N` or without, `log`, or `postgres`"),
    }
}

/// The ledger: sealing by several writers, and exporting.
fn postgres() -> Result<()> {
    for need in [Need::BenchTools, Need::PostgresTools, Need::Postgres] {
        need.meet()?;
    }
    package::build()?;
    let programs = needs::postgres().context("PostgreSQL is missing")?;
    Run::new("node").args(["benches/postgres.mjs"]).env("POSTGRES_BIN", programs).run()
}

/// Receipts, a witness and tiles.
fn log() -> Result<()> {
    Need::BenchTools.meet()?;
    package::build()?;
    cargo(["build", "--release", "--package", "call-verify", "--features", "call-verify/witness"]).run()?;
    // Built before it is measured.
    cargo(["bench", "--no-run", "--package", "call-stream-verify", "--bench", "receipts"]).run()?;
    let program = target()?.join("release").join("call-verify");
    Run::new("node").args(["benches/log.mjs", "--program"]).args([program]).run()
}

/// The npm package under Node against what one would write in JavaScript, over a bundle of so many entries.
fn npm(entries: u32) -> Result<()> {
    Need::BenchTools.meet()?;
    package::build()?;
    let folder = target()?.join("bench");
    fs::create_dir_all(&folder)?;
    let bundle = folder.join(format!("{entries}.ndjson"));
    // The bundle that the native benchmark measures.
    cargo(["bench", "--quiet", "--package", "call-stream-verify", "--bench", "verify"])
        .env("ENTRIES", entries.to_string())
        .env("WRITE", &bundle)
        .run()?;
    Run::new("node").args(["benches/npm.mjs".as_ref(), bundle.as_os_str()]).run()
}
