//! Running other programs, and where things lie.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The project's folder.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        // Cargo names the folder of the running checkout; the path known when xtask was compiled may be another one's.
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let package = PathBuf::from(package);
        package.parent().map_or(package.clone(), Path::to_path_buf)
    })
}

/// Cargo's target folder.
pub fn target() -> Result<PathBuf> {
    let metadata = metadata()?;
    let path = metadata.get("target_directory").and_then(|path| path.as_str());
    Ok(path.context("cargo metadata names no target directory")?.into())
}

/// What `cargo metadata` says of the workspace, without its dependencies.
pub fn metadata() -> Result<serde_json::Value> {
    let text = cargo(["metadata", "--no-deps", "--format-version", "1"]).output()?;
    serde_json::from_str(&text).context("cargo metadata printed no JSON")
}

/// The files directly in `folder` (relative to the project) whose names end in `suffix`, sorted.
pub fn files(folder: &str, suffix: &str) -> Result<Vec<PathBuf>> {
    let path = root().join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in path.read_dir().with_context(|| format!("cannot list {folder}"))? {
        let path = entry?.path();
        if path.is_file() && path.to_string_lossy().ends_with(suffix) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Where `program` lies on the search path.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// A program about to run in the project's folder.
pub struct Run {
    command: Command,
    shown: String,
}

/// Cargo, through the search path, so that `+toolchain` works.
pub fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    Run::new("cargo").args(arguments)
}

impl Run {
    /// `program` without arguments.
    pub fn new(program: impl AsRef<OsStr>) -> Run {
        let mut command = Command::new(program.as_ref());
        command.current_dir(root());
        let shown = Path::new(program.as_ref()).file_name().unwrap_or(program.as_ref()).to_string_lossy().into_owned();
        Run { command, shown }
    }

    /// More arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Run {
        for argument in arguments {
            let argument = argument.as_ref();
            self.shown.push(' ');
            self.shown.push_str(&argument.to_string_lossy().replace(&*root().to_string_lossy(), "."));
            self.command.arg(argument);
        }
        self
    }

    /// One environment variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Run {
        self.command.env(name, value.into());
        self
    }

    /// Another folder than the project's, relative to it or absolute.
    pub fn within(mut self, folder: impl AsRef<Path>) -> Run {
        self.command.current_dir(root().join(folder));
        self
    }

    /// Runs it with our output streams; anything but exit status 0 is an error.
    pub fn run(mut self) -> Result<()> {
        println!("$ {}", self.shown);
        let status = self.command.stdin(Stdio::null()).status();
        let status = status.with_context(|| format!("cannot start `{}`", self.shown))?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.shown);
        }
        Ok(())
    }

    /// Runs it like [`Run::run`], and returns what it printed on stdout, too.
    pub fn run_and_read(mut self) -> Result<String> {
        println!("$ {}", self.shown);
        let child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("cannot start `{}`", self.shown))?;
        let mut text = String::new();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.with_context(|| format!("cannot read from `{}`", self.shown))?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                text.push_str(&line);
                text.push('\n');
            }
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.shown);
        }
        Ok(text)
    }

    /// Runs it silently and returns its stdout.
    pub fn output(mut self) -> Result<String> {
        let output = self.command.stdin(Stdio::null()).output();
        let output = output.with_context(|| format!("cannot start `{}`", self.shown))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` ended with {}: {}", self.shown, output.status, said.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Whether it runs silently to exit status 0.
    pub fn works(mut self) -> bool {
        let status = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }
}
