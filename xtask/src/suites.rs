//! The suites. To add one: a row in [`SUITES`] and a function.
//!
//! Files decide what belongs to a suite, so that nothing has to be listed by hand: Rust test binaries and Node test files
//! whose names begin with `vectors` or `corpora` read the shared data and make suites of their own.

use crate::needs::{self, Need};
use crate::run::{self, Run, cargo, root, target};
use crate::{package, serve, site};
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

/// When a suite runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Always.
    Usual,
    /// With `--slow`, by name, or in CI.
    Slow,
}

/// A named step of the test run.
pub struct Suite {
    /// How it is asked for.
    pub name: &'static str,
    /// What its passing says.
    pub claim: &'static str,
    /// When it runs.
    pub kind: Kind,
    /// What it cannot run without.
    pub needs: &'static [Need],
    /// Runs it.
    pub run: fn() -> Result<()>,
}

const fn suite(name: &'static str, claim: &'static str, needs: &'static [Need], run: fn() -> Result<()>) -> Suite {
    Suite { name, claim, kind: Kind::Usual, needs, run }
}

const fn slow(name: &'static str, claim: &'static str, needs: &'static [Need], run: fn() -> Result<()>) -> Suite {
    Suite { name, claim, kind: Kind::Slow, needs, run }
}

/// Every suite, in the order in which they run: cheap ones first.
pub const SUITES: &[Suite] = &[
    suite("fmt", "Rust sources are formatted", &[], fmt),
    suite("clippy", "no lint speaks up, native and wasm", &[Need::WasmTarget], clippy),
    suite("docs", "documentation builds without a warning, and the README's commands exist", &[], docs),
    suite("deny", "licences, sources and bans of dependencies", &[Need::CargoDeny], deny),
    suite("rust", "unit, integration and documentation tests", &[Need::Jq], rust),
    suite("vectors", "the shared vectors, native", &[Need::Vectors], || rust_binaries("vectors")),
    suite("corpora", "the shared corpora of foreign truth, native", &[Need::Corpora], || rust_binaries("corpora")),
    suite("wasm-node", "the wasm tests in Node", &[Need::WasmTarget, Need::Node], || wasm(&[])),
    suite(
        "wasm-chromium",
        "the wasm tests in a worker of headless Chromium",
        &[Need::WasmTarget, Need::Chromium, Need::ChromeDriver],
        || wasm(&[("WASM_BINDGEN_USE_DEDICATED_WORKER", "1")]),
    ),
    suite("npm", "the npm package in Node", &[Need::PackageTools, Need::TestTools], || js("", &["vectors", "corpora"])),
    suite(
        "npm-vectors",
        "the shared vectors through the npm package",
        &[Need::PackageTools, Need::TestTools, Need::Vectors],
        || js("vectors", &[]),
    ),
    suite("browser", "the portal in headless Chromium", &[Need::PackageTools, Need::TestTools, Need::Chromium], browser),
    suite("fuzz", "every fuzz target, one minute each", &[Need::CargoFuzz], fuzz),
    slow("slow", "the ignored tests: exhaustive mutants", &[], exhaustive),
];

/// The packages whose tests stand for the product. Testing xtask together with them would compile shared dependencies twice,
/// as its own features differ.
const PRODUCT: [&str; 4] = ["--package", "call-stream-verify", "--package", "call-verify"];
const XTASK: [&str; 2] = ["--package", "xtask"];
const WASM: [&str; 6] = ["--package", "call-stream-verify", "--features", "bindings", "--target", "wasm32-unknown-unknown"];
const WASM_TEST: [&str; 2] = ["--test", "wasm"];

fn fmt() -> Result<()> {
    cargo(["fmt", "--all", "--check"]).run()
}

fn clippy() -> Result<()> {
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    cargo(["clippy", "--all-targets"]).args(PRODUCT).args(STRICT).run()?;
    cargo(["clippy", "--all-targets"]).args(XTASK).args(STRICT).run()?;
    cargo(["clippy", "--lib"]).args(WASM_TEST).args(WASM).args(STRICT).run()
}

fn docs() -> Result<()> {
    cargo(["doc", "--no-deps"]).args(PRODUCT).env("RUSTDOCFLAGS", "-D warnings").run()?;
    readme_commands()
}

/// Every `cargo xtask …` and `call-verify …` line of the README's code blocks names a command that there is.
fn readme_commands() -> Result<()> {
    let readme = fs::read_to_string(root().join("README.md")).context("cannot read README.md")?;
    let mut in_block = false;
    let mut found = 0_u32;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if !in_block {
            continue;
        }
        let line = line.trim_start().trim_start_matches("$ ");
        let command = |program: &str| line.strip_prefix(program)?.split_whitespace().next();
        if let Some(command) = command("cargo xtask ") {
            found += 1;
            if !crate::USAGE.lines().any(|usage| usage.split_whitespace().next() == Some(command)) {
                bail!("README.md shows `cargo xtask {command}`, which does not exist");
            }
        }
        if let Some(command) = command("call-verify ") {
            found += 1;
            let help = cargo(["run", "--quiet", "--package", "call-verify", "--", command, "--help"]);
            if !help.works() {
                bail!("README.md shows `call-verify {command}`, which does not exist");
            }
        }
    }
    if found == 0 {
        bail!("README.md shows no command in a code block");
    }
    println!("README.md: {found} commands exist");
    Ok(())
}

fn deny() -> Result<()> {
    if cargo(["deny", "fetch", "db"]).works() {
        return cargo(["deny", "--all-features", "check"]).run();
    }
    println!("the advisory database is out of reach; advisories are not checked");
    cargo(["deny", "--all-features", "check", "licenses", "bans", "sources"]).run()
}

fn rust() -> Result<()> {
    let (_, others): (Vec<String>, Vec<String>) =
        test_binaries()?.into_iter().partition(|name| name.starts_with("vectors") || name.starts_with("corpora"));
    let ours = others.iter().filter(|name| *name != "wasm").flat_map(|name| ["--test", name.as_str()]);
    cargo(["test"]).args(PRODUCT).args(["--lib", "--bins"]).args(ours).run()?;
    cargo(["test", "--doc", "--package", "call-stream-verify"]).run()?;
    cargo(["test"]).args(XTASK).run()
}

fn rust_binaries(prefix: &str) -> Result<()> {
    let names: Vec<String> = test_binaries()?.into_iter().filter(|name| name.starts_with(prefix)).collect();
    if names.is_empty() {
        bail!("no test binary's name begins with `{prefix}`");
    }
    cargo(["test"]).args(PRODUCT).args(names.iter().flat_map(|name| ["--test", name.as_str()])).run()
}

/// The integration test binaries of the product, by name.
fn test_binaries() -> Result<Vec<String>> {
    let metadata = run::metadata()?;
    let packages = metadata.get("packages").and_then(|packages| packages.as_array()).context("no packages")?;
    let mut names = Vec::new();
    for package in packages {
        let name = package.get("name").and_then(|name| name.as_str()).unwrap_or_default();
        if !PRODUCT.contains(&name) {
            continue;
        }
        for target in package.get("targets").and_then(|targets| targets.as_array()).into_iter().flatten() {
            let is_test = target.pointer("/kind/0").and_then(|kind| kind.as_str()) == Some("test");
            if let Some(name) = target.get("name").and_then(|name| name.as_str()).filter(|_| is_test) {
                names.push(name.to_owned());
            }
        }
    }
    Ok(names)
}

fn wasm(environment: &[(&str, &str)]) -> Result<()> {
    let run = cargo(["test"]).args(WASM_TEST).args(WASM);
    let run = environment.iter().fold(run, |run, (name, value)| run.env(name, *value));
    let said = run.run_and_read()?;
    // The runner ends well when it finds no test to run.
    if !said.lines().any(|line| line.starts_with("test result: ok. ") && !line.contains(" 0 passed")) {
        bail!("no wasm test ran");
    }
    Ok(())
}

/// The files of `tests/js` whose names begin with `prefix` and with none of `others`.
fn js(prefix: &str, others: &[&str]) -> Result<()> {
    let files: Vec<PathBuf> = run::files("tests/js", ".test.mjs")?
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(prefix) && !others.iter().any(|other| name.starts_with(other))
        })
        .collect();
    if files.is_empty() {
        bail!("tests/js has no file {prefix}*.test.mjs");
    }
    package::build()?;
    node_test(&files).run()
}

fn browser() -> Result<()> {
    let files = run::files("tests/browser", ".test.mjs")?;
    if files.is_empty() {
        bail!("tests/browser has no file *.test.mjs");
    }
    let staged = site::stage()?;
    let browser = needs::chromium().context("chromium is missing")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    let address = format!("http://{}/", listener.local_addr()?);
    thread::spawn(move || serve::serve(&listener, &staged));
    node_test(&files).env("CHROMIUM", browser).env("SITE", address).run()
}

fn node_test(files: &[PathBuf]) -> Run {
    Run::new("node").args(["--test", "--test-reporter=spec"]).args(files)
}

const FUZZ_SECONDS: u32 = 60;

fn fuzz() -> Result<()> {
    let sources = run::files("fuzz/fuzz_targets", ".rs")?;
    let names: VecDeque<String> =
        sources.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    if names.is_empty() {
        bail!("fuzz/fuzz_targets has no target");
    }
    let folder = target()?.join("fuzz");
    cargo(["+nightly", "fuzz", "build", "--target-dir"]).args([&folder]).run()?;
    let host = host()?;
    let queue = Mutex::new(names);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(name) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                    let binary = folder.join(&host).join("release").join(&name);
                    if let Err(error) = fuzz_one(&name, &binary)
                        && let Ok(mut failures) = failures.lock()
                    {
                        failures.push(format!("{name}: {error:#}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    if failures.is_empty() { Ok(()) } else { bail!("{}", failures.join("; ")) }
}

fn fuzz_one(name: &str, binary: &Path) -> Result<()> {
    let corpus = root().join("fuzz/corpus").join(name);
    let artifacts = root().join("fuzz/artifacts").join(name);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    // Committed seeds are read, never written: libFuzzer adds to the first folder only.
    let seeds = Some(root().join("fuzz/seeds").join(name)).filter(|seeds| seeds.is_dir());
    Run::new(binary)
        .args([format!("-max_total_time={FUZZ_SECONDS}"), format!("-artifact_prefix={}/", artifacts.display())])
        .args(["-print_final_stats=1", "-verbosity=0"])
        .args(std::iter::once(corpus).chain(seeds))
        .run()
}

fn host() -> Result<String> {
    let version = Run::new("rustc").args(["-vV"]).output()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

fn exhaustive() -> Result<()> {
    cargo(["test", "--profile", "slow"]).args(PRODUCT).args(["--lib", "--tests", "--", "--ignored", "--nocapture"]).run()
}
