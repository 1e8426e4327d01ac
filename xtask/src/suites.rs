//! The suites. To add one: a row in [`SUITES`] and a function.
//!
//! Files decide what belongs to a suite, so that nothing has to be listed by hand. Tests that read the shared data print a line
//! `skipped: NAME: REASON` where it is absent; such lines reach the summary.

use crate::needs::{self, Need};
use crate::run::{self, Run, cargo, root, target};
use crate::{package, serve, site, wasm as wasm_module};
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

/// What a suite that passed has to say.
#[derive(Default)]
pub struct Notes {
    /// Parts that were not run, and why; in CI each is a failure.
    pub skipped: Vec<String>,
    /// Anything else worth reading in the summary.
    pub said: Vec<String>,
}

impl Notes {
    /// The notes in what tests printed.
    fn of(printed: &str) -> Notes {
        let skipped = printed.lines().filter(|line| line.starts_with("skipped: ")).map(str::to_owned).collect();
        Notes { skipped, said: Vec::new() }
    }
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
    pub run: fn() -> Result<Notes>,
}

const fn suite(name: &'static str, claim: &'static str, needs: &'static [Need], run: fn() -> Result<Notes>) -> Suite {
    Suite { name, claim, kind: Kind::Usual, needs, run }
}

const fn slow(name: &'static str, claim: &'static str, needs: &'static [Need], run: fn() -> Result<Notes>) -> Suite {
    Suite { name, claim, kind: Kind::Slow, needs, run }
}

/// Every suite, in the order in which they run: cheap ones first.
pub const SUITES: &[Suite] = &[
    suite("fmt", "Rust sources are formatted", &[], fmt),
    suite("clippy", "no lint speaks up, native and wasm", &[Need::WasmTarget], clippy),
    suite("docs", "documentation builds without a warning, and the README's commands exist", &[], docs),
    suite("deny", "licences, sources and bans of dependencies", &[Need::CargoDeny], deny),
    suite(
        "rust",
        "unit, integration and documentation tests",
        &[Need::Jq, Need::Node, Need::Go, Need::OpenSsl, Need::PythonRfc8785],
        rust,
    ),
    suite("wasm-node", "the wasm tests in Node", &[Need::WasmTarget, Need::Node], || wasm(&[])),
    suite(
        "wasm-chromium",
        "the wasm tests in a worker of headless Chromium",
        &[Need::WasmTarget, Need::Chromium, Need::ChromeDriver],
        || wasm(&[("WASM_BINDGEN_USE_DEDICATED_WORKER", "1")]),
    ),
    suite("reproducible", "the module has the same bytes when it is built in another folder", &[Need::PackageTools], || {
        wasm_module::check_reproducible().map(|()| Notes::default())
    }),
    suite(
        "npm",
        "the npm package in Node, with the shared vectors",
        &[Need::PackageTools, Need::TestTools, Need::BenchTools],
        npm,
    ),
    suite(
        "packaging",
        "the packed npm package in every runtime and bundler it names, with the command line's bytes",
        &[Need::PackageTools, Need::PackagingTools, Need::Chromium, Need::Firefox],
        packaging,
    ),
    suite(
        "edge",
        "the edge handler, and its templates in Deno, workerd, edge-runtime, Node and Bun",
        &[Need::PackageTools, Need::EdgeTools],
        edge,
    ),
    suite(
        "postgres",
        "the ledger in servers of PostgreSQL (Debian's, 16, 17, 18) and in PGlite: guards, tenants, crashes, exports that the command line judges",
        &[Need::PackageTools, Need::EdgeTools, Need::BenchTools, Need::PostgresTools, Need::Postgres],
        postgres,
    ),
    suite(
        "browser",
        "the portal in headless Chromium and Firefox, on a site, offline and as one file",
        &[Need::PackageTools, Need::PortalTools, Need::TestTools, Need::PackagingTools, Need::Chromium, Need::Firefox, Need::Jq],
        browser,
    ),
    suite(
        "foreign",
        "tools of other projects read what the command line writes, and it reads theirs",
        &[Need::PackageTools, Need::ForeignTools, Need::PythonWitnessLog, Need::PythonOpenTimestamps],
        foreign,
    ),
    suite("fuzz", "every fuzz target, one minute each", &[Need::CargoFuzz], fuzz),
    slow("slow", "the ignored tests: exhaustive mutants, a gigabyte", &[], exhaustive),
    slow("npm-slow", "a gigabyte through the npm package", &[Need::PackageTools, Need::TestTools], npm_slow),
];

/// The packages whose tests stand for the product. Testing xtask together with them would compile shared dependencies twice,
/// as its own features differ.
const PRODUCT: [&str; 4] = ["--package", "call-stream-verify", "--package", "call-verify"];
/// The features of the command line, which a build without them lacks.
const FEATURES: [&str; 2] = ["--features", "call-verify/witness"];
const XTASK: [&str; 2] = ["--package", "xtask"];
const WASM: [&str; 6] = ["--package", "call-stream-verify", "--features", "bindings", "--target", "wasm32-unknown-unknown"];
const WASM_TEST: [&str; 2] = ["--test", "wasm"];

fn fmt() -> Result<Notes> {
    cargo(["fmt", "--all", "--check"]).run()?;
    Ok(Notes::default())
}

fn clippy() -> Result<Notes> {
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    cargo(["clippy", "--all-targets"]).args(PRODUCT).args(FEATURES).args(STRICT).run()?;
    cargo(["clippy", "--all-targets", "--package", "call-verify"]).args(STRICT).run()?;
    cargo(["clippy", "--all-targets"]).args(XTASK).args(STRICT).run()?;
    cargo(["clippy", "--lib"]).args(WASM_TEST).args(WASM).args(STRICT).run()?;
    Ok(Notes::default())
}

fn docs() -> Result<Notes> {
    cargo(["doc", "--no-deps"]).args(PRODUCT).args(FEATURES).env("RUSTDOCFLAGS", "-D warnings").run()?;
    readme_commands()?;
    Ok(Notes::default())
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
            let run = cargo(["run", "--quiet", "--package", "call-verify"]).args(FEATURES);
            let help = run.args(["--", command, "--help"]);
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

fn deny() -> Result<Notes> {
    if cargo(["deny", "fetch", "db"]).works() {
        cargo(["deny", "--all-features", "check"]).run()?;
        return Ok(Notes::default());
    }
    cargo(["deny", "--all-features", "check", "licenses", "bans", "sources"]).run()?;
    let said = vec!["advisories were not checked: their database is out of reach".to_owned()];
    Ok(Notes { skipped: Vec::new(), said })
}

fn rust() -> Result<Notes> {
    let binaries = test_binaries()?;
    let binaries = binaries.iter().filter(|name| *name != "wasm").flat_map(|name| ["--test", name.as_str()]);
    let tests = cargo(["test"]).args(PRODUCT).args(FEATURES).args(["--lib", "--bins"]).args(binaries);
    let printed = tests.args(["--", "--show-output"]).run_and_read()?;
    cargo(["test", "--doc", "--package", "call-stream-verify"]).run()?;
    cargo(["test"]).args(XTASK).run()?;
    Ok(Notes::of(&printed))
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

fn wasm(environment: &[(&str, &str)]) -> Result<Notes> {
    let run = cargo(["test"]).args(WASM_TEST).args(WASM);
    let printed = environment.iter().fold(run, |run, (name, value)| run.env(name, *value)).run_and_read()?;
    // The runner ends well when it finds no test to run.
    if !printed.lines().any(|line| line.starts_with("test result: ok. ") && !line.contains(" 0 passed")) {
        bail!("no wasm test ran");
    }
    Ok(Notes::of(&printed))
}

fn npm() -> Result<Notes> {
    package::build()?;
    let program = program()?;
    Ok(Notes::of(&node_test("tests/js", ".test.mjs")?.env("CALL_VERIFY", program).run_and_read()?))
}

fn edge() -> Result<Notes> {
    package::build()?;
    // What the command line says of an export is what its receivers will hear.
    let program = program()?;
    Ok(Notes::of(&node_test("tests/edge", ".test.mjs")?.env("CALL_VERIFY", program).run_and_read()?))
}

/// Builds the command line, and says where it is.
fn program() -> Result<PathBuf> {
    cargo(["build", "--package", "call-verify"]).args(FEATURES).run()?;
    Ok(target()?.join("debug").join("call-verify"))
}

fn foreign() -> Result<Notes> {
    package::build()?;
    let program = program()?;
    let tests = node_test("tests/foreign", ".test.mjs")?;
    let tests = tests.env("CALL_VERIFY", program).env("OPENTIMESTAMPS", needs::opentimestamps()?);
    Ok(Notes::of(&tests.run_and_read()?))
}

fn postgres() -> Result<Notes> {
    package::build()?;
    let program = program()?;
    let tests = node_test("tests/postgres", ".test.mjs")?
        .env("CALL_VERIFY", program)
        .env("POSTGRES_BIN", needs::postgres().context("PostgreSQL is missing")?);
    Ok(Notes::of(&tests.run_and_read()?))
}

fn npm_slow() -> Result<Notes> {
    package::build()?;
    Ok(Notes::of(&node_test("tests/js", ".slow.mjs")?.run_and_read()?))
}

fn packaging() -> Result<Notes> {
    package::build()?;
    let program = program()?;
    let tests = node_test("tests/packaging", ".test.mjs")?
        .env("CALL_VERIFY", program)
        .env("CHROMIUM", needs::chromium().context("chromium is missing")?)
        .env("FIREFOX", needs::firefox().context("firefox-esr is missing")?);
    Ok(Notes::of(&tests.run_and_read()?))
}

fn browser() -> Result<Notes> {
    let tests = node_test("tests/browser", ".test.mjs")?;
    let staged = site::stage()?;
    let chromium = needs::chromium().context("chromium is missing")?;
    let firefox = needs::firefox().context("firefox-esr is missing")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    let address = format!("http://{}/", listener.local_addr()?);
    thread::spawn(move || serve::serve(&listener, &staged));
    Ok(Notes::of(&tests.env("CHROMIUM", chromium).env("FIREFOX", firefox).env("SITE", address).run_and_read()?))
}

/// Node's test runner over the files of `folder` whose names end like this.
fn node_test(folder: &str, ending: &str) -> Result<Run> {
    let files = run::files(folder, ending)?;
    if files.is_empty() {
        bail!("{folder} has no file *{ending}");
    }
    Ok(Run::new("node").args(["--test", "--test-reporter=spec"]).args(files))
}

const FUZZ_SECONDS: u32 = 60;

fn fuzz() -> Result<Notes> {
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
    if failures.is_empty() { Ok(Notes::default()) } else { bail!("{}", failures.join("; ")) }
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

fn exhaustive() -> Result<Notes> {
    let printed = cargo(["test", "--profile", "slow"])
        .args(PRODUCT)
        .args(FEATURES)
        .args(["--lib", "--tests", "--", "--ignored", "--show-output"])
        .run_and_read()?;
    Ok(Notes::of(&printed))
}
