//! What suites need beside Rust, and how each need is met: found, installed, or named as missing.

use crate::run::{self, Run, cargo, root};
use anyhow::{Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

// Pinned, so that a new release of a tool cannot change what a run says.
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const RFC8785: &str = "rfc8785==0.1.4";
const WITNESS_LOG: &str = "witness-log==0.6.1";
const OPENTIMESTAMPS: [&str; 3] = ["opentimestamps==0.4.5", "python-bitcoinlib==0.12.2", "pycryptodomex==3.24.2"];

/// Something a suite cannot run without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The `wasm32-unknown-unknown` target of the pinned toolchain.
    WasmTarget,
    /// Node.js 20 or newer, with npm.
    Node,
    /// The npm packages that build the package.
    PackageTools,
    /// The npm packages that test it.
    TestTools,
    /// The npm packages that the portal is made with.
    PortalTools,
    /// The npm packages with which it is compared.
    BenchTools,
    /// The npm packages that pack it, check it, bundle it and run it.
    PackagingTools,
    /// The npm packages that hold the runtimes for which the edge handler is made.
    EdgeTools,
    /// The npm packages of other projects that read what this one writes.
    ForeignTools,
    /// The npm packages that speak to PostgreSQL, and that are one.
    PostgresTools,
    /// PostgreSQL's server and its programs.
    Postgres,
    /// Chromium.
    Chromium,
    /// Chromium's WebDriver.
    ChromeDriver,
    /// Firefox.
    Firefox,
    /// jq.
    Jq,
    /// OpenSSL's program, a time-stamping authority of the tests.
    OpenSsl,
    /// Go with its module package, whose sumdb is a second opinion on notes and trees.
    Go,
    /// Python's rfc8785, a second opinion on canonical JSON.
    PythonRfc8785,
    /// Python's witness-log, a witness and a log of another project.
    PythonWitnessLog,
    /// Python's opentimestamps, the reference implementation, in a folder of its own.
    PythonOpenTimestamps,
    /// cargo-deny.
    CargoDeny,
    /// A nightly toolchain and cargo-fuzz.
    CargoFuzz,
}

impl Need {
    /// Meets the need, installing where that is allowed; the error says what is missing.
    pub fn meet(self) -> Result<()> {
        match self {
            Need::WasmTarget => wasm_target(),
            Need::Node => node(),
            Need::PackageTools => npm_packages("pkg-config"),
            Need::TestTools => npm_packages("tests"),
            Need::PortalTools => npm_packages("www"),
            Need::BenchTools => npm_packages("benches"),
            Need::PackagingTools => npm_packages("tests/packaging"),
            Need::EdgeTools => npm_packages("tests/edge"),
            Need::ForeignTools => npm_packages("tests/foreign"),
            Need::PostgresTools => npm_packages("tests/postgres"),
            Need::Postgres => match postgres() {
                Some(_) => Ok(()),
                None => debian_package("PostgreSQL", "postgresql"),
            },
            Need::Chromium => debian_program("chromium", "chromium"),
            Need::ChromeDriver => debian_program("chromedriver", "chromium-driver"),
            Need::Firefox => debian_program("firefox-esr", "firefox-esr"),
            Need::Jq => debian_program("jq", "jq"),
            Need::OpenSsl => debian_program("openssl", "openssl"),
            Need::Go => {
                debian_program("go", "golang-go")?;
                let sumdb = Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb");
                if sumdb.exists() { Ok(()) } else { debian_package("sumdb for Go", "golang-golang-x-mod-dev") }
            }
            Need::PythonRfc8785 => python_package("rfc8785", RFC8785),
            Need::PythonWitnessLog => python_package("witness_log", WITNESS_LOG),
            Need::PythonOpenTimestamps => python_opentimestamps(),
            Need::CargoDeny => cargo_tool("deny", CARGO_DENY),
            Need::CargoFuzz => {
                if !cargo(["+nightly", "--version"]).works() {
                    Run::new("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]).run()?;
                }
                cargo_tool("fuzz", CARGO_FUZZ)
            }
        }
    }
}

fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    // Without rustup the toolchain came from elsewhere; whether it has the target, the build will say.
    let Ok(installed) = Run::new("rustup").args(["target", "list", "--installed"]).output() else {
        return Ok(());
    };
    if installed.lines().any(|line| line == TARGET) {
        return Ok(());
    }
    Run::new("rustup").args(["target", "add", TARGET]).run()
}

fn node() -> Result<()> {
    let Ok(version) = Run::new("node").args(["--version"]).output() else { bail!("node is missing (20 or newer)") };
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    match major.parse::<u32>() {
        Ok(major) if major >= 20 => Ok(()),
        _ => bail!("node {} is too old (20 or newer)", version.trim()),
    }
}

/// `npm ci` in `folder`, unless what lies there is what the lock file asks for.
fn npm_packages(folder: &str) -> Result<()> {
    node()?;
    let lock = root().join(folder).join("package-lock.json");
    let stamp = root().join(folder).join("node_modules").join(".installed-lock");
    let wanted = fs::read(&lock)?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    Run::new("npm").args(["ci", "--no-audit", "--no-fund"]).within(folder).run()?;
    fs::write(&stamp, wanted)?;
    Ok(())
}

/// Where the browser lies: `CHROMIUM`, or the search path.
pub fn chromium() -> Option<PathBuf> {
    env::var_os("CHROMIUM").map(PathBuf::from).or_else(|| run::which("chromium"))
}

/// Where Firefox lies: `FIREFOX`, or the search path.
pub fn firefox() -> Option<PathBuf> {
    env::var_os("FIREFOX").map(PathBuf::from).or_else(|| run::which("firefox-esr"))
}

/// The folder of PostgreSQL's programs: `POSTGRES_BIN`, or the newest that Debian installs.
pub fn postgres() -> Option<PathBuf> {
    const OLDEST: u32 = 15;
    if let Some(named) = env::var_os("POSTGRES_BIN") {
        return Some(named.into());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let found = versions.filter_map(|version| {
        let number = version.file_name().to_str()?.parse::<u32>().ok().filter(|number| *number >= OLDEST)?;
        Some((number, version.path().join("bin"))).filter(|(_, programs)| programs.join("initdb").is_file())
    });
    found.max().map(|(_, programs)| programs)
}

fn debian_program(program: &str, package: &str) -> Result<()> {
    let named = match program {
        "chromium" => chromium().is_some(),
        "firefox-esr" => firefox().is_some(),
        // The name by which wasm-bindgen-test finds it, too.
        "chromedriver" => env::var_os("CHROMEDRIVER").is_some(),
        _ => false,
    };
    if named || run::which(program).is_some() {
        return Ok(());
    }
    debian_package(program, package)
}

fn debian_package(what: &str, package: &str) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() || Run::new("id").args(["-u"]).output()?.trim() != "0" {
        bail!("{what} is missing, and only root on Debian may install it here");
    }
    let install = || {
        Run::new("apt-get")
            .args(["install", "-y", "-q", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive")
    };
    // A package list may be absent or name versions that are gone; one update mends both.
    if install().run().is_err() {
        Run::new("apt-get").args(["update", "-q"]).run()?;
        install().run()?;
    }
    Ok(())
}

fn python_package(module: &str, package: &str) -> Result<()> {
    if Run::new("python3").args(["-c", &format!("import {module}")]).works() {
        return Ok(());
    }
    Run::new("python3").args(["-m", "pip", "install", "--quiet", package]).run()
}

/// Where opentimestamps lies: its licence asks for more than a notice, so that it stays apart from everything that is built here.
pub fn opentimestamps() -> Result<PathBuf> {
    Ok(run::target()?.join("python").join("opentimestamps"))
}

fn python_opentimestamps() -> Result<()> {
    let folder = opentimestamps()?;
    let reads = Run::new("python3").args(["-c", "import opentimestamps.core.timestamp"]).env("PYTHONPATH", &folder);
    if reads.works() {
        return Ok(());
    }
    let install = Run::new("python3").args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]);
    install.args([folder]).args(OPENTIMESTAMPS).run()
}

fn cargo_tool(name: &str, version: &str) -> Result<()> {
    if cargo([name, "--version"]).works() {
        return Ok(());
    }
    // A debug build answers as well and is there in a third of the time.
    let package = format!("cargo-{name}@{version}");
    cargo(["install", "--locked", "--debug", &package]).run()
}
