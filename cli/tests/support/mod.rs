//! What the suites of the command line share: a directory of their own, the program, and calls to seal.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each suite uses a part; tests fail by panic"
)]

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const TENANT: &str = "7e57d004-2b97-4e7a-b45f-5387367791cd";
pub const ORIGIN: &str = "callstream.example/audit/7e57d004";
pub const AT: &str = "2026-10-02T00:00:00Z";
/// Stands in every call's transcript and caller; no message may show it.
pub const SECRET: &str = "Xyzzy-Plugh";

/// A directory that is removed in the end, in which the program runs.
pub struct Desk(tempfile::TempDir);

/// What a run of the program came to.
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    pub fn of(output: Output) -> Done {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Expects success, and gives stdout.
    #[track_caller]
    pub fn ok(self) -> String {
        self.exit(0).stdout
    }

    #[track_caller]
    pub fn exit(self, code: i32) -> Done {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Expects a refusal with this exit status and code, and gives its error object.
    #[track_caller]
    pub fn refused(self, exit: i32, code: &str) -> Value {
        let done = self.exit(exit);
        let line = done.stderr.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no error object: {}", done.stderr));
        let error = error.get("error").cloned().unwrap();
        assert_eq!(error["code"], code, "{error}");
        assert!(!done.stderr.contains(SECRET), "a message shows text of a call");
        error
    }

    /// The lines of stdout, each a JSON object.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Desk {
    pub fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    #[track_caller]
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_call-verify"));
        command.current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// Runs the program; the arguments are parted by spaces.
    pub fn run(&self, line: &str) -> Done {
        Done::of(self.command().args(line.split_whitespace()).output().unwrap())
    }

    /// Runs the program with this standard input.
    pub fn run_with(&self, line: &str, input: impl AsRef<[u8]>) -> Done {
        let mut command = self.command();
        command.args(line.split_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that refuses early does not read everything.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        Done::of(child.wait_with_output().unwrap())
    }

    /// Runs a line of the shell in which `"$CV"` is the program.
    pub fn shell(&self, script: &str) -> Done {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(self.0.path()).env("CV", env!("CARGO_BIN_EXE_call-verify"));
        Done::of(command.stdin(Stdio::null()).output().unwrap())
    }

    /// Seals `calls.ndjson` into a new chain `chain.ndjson`, with further options.
    pub fn seal_new(&self, options: &str) -> Done {
        self.run(&format!("seal calls.ndjson --chain chain.ndjson --tenant {TENANT} --origin {ORIGIN} --at {AT} {options}"))
    }

    /// Makes `log.key`, and gives its vkey.
    pub fn log_key(&self) -> String {
        self.run(&format!("keygen {ORIGIN} -o log.key")).ok().trim().to_owned()
    }

    /// Exports the chain with `calls.ndjson` and verifies it, with further options of the export.
    pub fn export_and_verify(&self, options: &str, vkey: &str) -> Done {
        self.run(&format!("export chain.ndjson --calls calls.ndjson -o bundle.ndjson --at {AT} {options}")).ok();
        self.run(&format!("verify bundle.ndjson --key {vkey} --json"))
    }
}

/// The name of call `n`.
pub fn call_id(n: usize) -> String {
    format!("0d9c2b1e-6f3a-4c55-9b0e-{n:012x}")
}

/// Call `n` of the tenant.
pub fn call(n: usize) -> Value {
    json!({
        "call_id": call_id(n), "tenant_id": TENANT, "timestamp": "2026-10-01T10:00:00+02:00", "caller": format!("sip:{SECRET}@example.com"),
        "direction": "Inbound", "duration": 60 + n, "disposition": "Completed", "answered": true, "transferred": false, "abandoned": false,
        "ai_agent": "CSAI", "sentiment": "neutral", "purpose": "reservation",
        "transcript": format!("Caller: hello, {SECRET} number {n}\nAI: good evening"),
        "recording_ref": format!("https://rec.example/{n}.wav?token=1"),
    })
}

/// Call `n` with another value of a member.
pub fn edited(n: usize, member: &str, value: impl Into<Value>) -> Value {
    let mut call = call(n);
    call[member] = value.into();
    call
}

/// Calls as a file, one a line.
pub fn file(calls: impl IntoIterator<Item = Value>) -> String {
    calls.into_iter().map(|call| format!("{call}\n")).collect()
}

/// The entry lines of a chain file or bundle, as JSON.
pub fn entries(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == "entry").collect()
}
