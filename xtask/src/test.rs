//! `cargo xtask test`: chooses suites, meets their needs, runs each, and says by name how it went.

use crate::suites::{Kind, Notes, SUITES, Suite};
use anyhow::{Result, bail};
use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

enum Outcome {
    Passed(Notes),
    Failed(String),
    Skipped(String),
}

struct Done {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
}

struct Wanted {
    names: Vec<String>,
    slow: bool,
    list: bool,
}

/// Runs what `arguments` ask for.
pub fn main(arguments: &[String]) -> Result<ExitCode> {
    // Nobody watches a CI run: what is skipped there would never be missed.
    let ci = env::var("CI").is_ok_and(|value| value == "true");
    let wanted = parse(arguments)?;
    if wanted.list {
        for suite in SUITES {
            let slow = if suite.kind == Kind::Slow { " (with --slow)" } else { "" };
            println!("{:<14} {}{slow}", suite.name, suite.claim);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (chosen, left): (Vec<&Suite>, Vec<&Suite>) = SUITES.iter().partition(|suite| is_chosen(suite, &wanted, ci));
    let done: Vec<Done> = chosen.into_iter().map(|suite| run(suite, ci)).collect();
    Ok(report(&done, &left))
}

fn parse(arguments: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted { names: Vec::new(), slow: false, list: false };
    for argument in arguments {
        match argument.as_str() {
            "--slow" => wanted.slow = true,
            "--list" => wanted.list = true,
            name if SUITES.iter().any(|suite| suite.name == name) => wanted.names.push(name.to_owned()),
            other => bail!("there is no suite `{other}`; `cargo xtask test --list` names them"),
        }
    }
    Ok(wanted)
}

fn is_chosen(suite: &Suite, wanted: &Wanted, ci: bool) -> bool {
    let named = wanted.names.iter().any(|name| name == suite.name);
    let in_all = wanted.names.is_empty() && (suite.kind == Kind::Usual || ci);
    named || in_all || (wanted.slow && suite.kind == Kind::Slow)
}

fn run(suite: &Suite, ci: bool) -> Done {
    let start = Instant::now();
    println!("\n=== {}: {}", suite.name, suite.claim);
    let missing = suite.needs.iter().find_map(|need| need.meet().err());
    let outcome = match missing {
        Some(missing) if ci => Outcome::Failed(format!("skipped: {missing:#}")),
        Some(missing) => Outcome::Skipped(format!("{missing:#}")),
        None => match (suite.run)() {
            Ok(notes) if ci && !notes.skipped.is_empty() => Outcome::Failed(notes.skipped.join("; ")),
            Ok(notes) => Outcome::Passed(notes),
            Err(error) => Outcome::Failed(format!("{error:#}")),
        },
    };
    if let Outcome::Failed(why) = &outcome {
        println!("{} failed: {why}", suite.name);
    }
    Done { name: suite.name, outcome, time: start.elapsed() }
}

fn report(done: &[Done], left: &[&Suite]) -> ExitCode {
    println!("\n=== summary");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for Done { name, outcome, time } in done {
        let seconds = time.as_secs_f64();
        let (word, why) = match outcome {
            Outcome::Passed(_) => {
                passed += 1;
                ("passed", "")
            }
            Outcome::Failed(why) => {
                failed += 1;
                ("FAILED", why.as_str())
            }
            Outcome::Skipped(why) => {
                skipped += 1;
                ("skipped", why.as_str())
            }
        };
        println!("{}", format!("{word:<8} {name:<14} {seconds:>7.1} s  {why}").trim_end());
        if let Outcome::Passed(notes) = outcome {
            skipped += notes.skipped.len();
            for note in notes.skipped.iter().chain(&notes.said) {
                println!("{:<9}{note}", "");
            }
        }
    }
    if !left.is_empty() {
        let names: Vec<&str> = left.iter().map(|suite| suite.name).collect();
        println!("not asked for: {}", names.join(", "));
    }
    let total: Duration = done.iter().map(|done| done.time).sum();
    println!("total {:.1} s", total.as_secs_f64());
    // The last line of the run, for people and programs alike.
    let skips = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
    println!("{passed} passed, {failed} failed{skips}");
    // A run in which nothing passed has shown nothing.
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
