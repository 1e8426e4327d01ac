//! What a witness remembers: for every origin the largest checkpoint that it cosigned.
//!
//! ```json
//! {"format":"call-stream-verify/witness/1","logs":{"callstream.example/audit/f8c570d5":{"size":2,"root_hash":"sYwa…"}}}
//! ```
//!
//! It is on disk before a cosignature is given out: a witness that forgot could vouch for two histories.

use crate::durable::{self, Readers};
use crate::input;
use crate::output::Failure;
use crate::own_files;
use call_stream_verify::algorithms::base64;
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::values::json::{self, Value};
use call_stream_verify::{Code, Digest, Error};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const FORMAT: &str = "call-stream-verify/witness/1";
const STATE_BYTES: usize = 16 * 1024 * 1024;

/// The state of a witness, locked until it is dropped.
pub struct WitnessState {
    path: PathBuf,
    logs: BTreeMap<String, (u64, Digest)>,
    _lock: File,
}

impl WitnessState {
    /// Opens the state, or begins that of a witness that has cosigned nothing, which is not on disk before it is to remember something.
    ///
    /// **Errors**: `unreadable`, `unwritable`, `bad-state`; `bad-option` if a state to begin is there or one to open is not.
    pub fn open(path: &Path, begin: bool) -> Result<WitnessState, Failure> {
        // Under every name of the state the lock is one file.
        let path = &own_files::own_name(path).map_err(|reason| {
            Failure::new(Code::Unreadable, "It is a link that leads nowhere.").in_file(path).because(&reason)
        })?;
        check_begin(path, begin)?;
        let lock_path = own_files::lock(path);
        let unwritable = |reason: &io::Error| Failure::unwritable(&lock_path, reason);
        let options = Readers::Usual.options().create(true).append(true).open(&lock_path);
        let lock = options.map_err(|reason| unwritable(&reason))?;
        lock.try_lock().map_err(|reason| match reason {
            TryLockError::WouldBlock => Failure::new(Code::Unwritable, "Another process is using it.").in_file(path),
            TryLockError::Error(reason) => unwritable(&reason),
        })?;
        let mut state = WitnessState { path: path.to_owned(), logs: BTreeMap::new(), _lock: lock };
        // Another process may have begun it meanwhile.
        check_begin(path, begin)?;
        if begin {
            return Ok(state);
        }
        let text = input::read_text(path, STATE_BYTES, Code::BadState)?;
        let refuse = || Failure::new(Code::BadState, "It is not a witness's state.").in_file(path);
        let value = json::parse(text.as_bytes()).map_err(|_| refuse())?;
        state.logs = parse(&value).ok_or_else(refuse)?;
        Ok(state)
    }

    /// The largest checkpoint of this origin that was cosigned: its size and root.
    pub fn latest(&self, origin: &str) -> Option<(u64, Digest)> {
        self.logs.get(origin).copied()
    }

    /// Remembers a checkpoint, and brings that to disk.
    ///
    /// **Errors**: `unwritable`.
    pub fn remember(&mut self, checkpoint: &Checkpoint) -> Result<(), Failure> {
        self.logs.insert(checkpoint.origin().to_owned(), (checkpoint.size(), *checkpoint.root()));
        let log = |(origin, (size, root)): (&String, &(u64, Digest))| {
            (origin.clone(), serde_json::json!({ "size": size, "root_hash": base64::encode(root.as_bytes()) }))
        };
        let logs: serde_json::Map<String, serde_json::Value> = self.logs.iter().map(log).collect();
        let text = format!("{}\n", serde_json::json!({ "format": FORMAT, "logs": logs }));
        durable::replace(&self.path, text.as_bytes(), Readers::Usual)
    }
}

/// A state is begun where there is none, and only if that is said: one that was lost must not be taken for a new witness's.
fn check_begin(path: &Path, begin: bool) -> Result<(), Failure> {
    let refuse = |detail| Err(Failure::from(Error::new(Code::BadOption, detail).member("begin")).in_file(path));
    // What cannot be read may hold what was signed.
    match path.try_exists().map_err(|reason| Failure::unreadable(path, &reason))? {
        false if !begin => refuse("There is no such state. Only for a witness that has never cosigned anything it is begun."),
        true if begin => refuse("This witness has a state already."),
        _ => Ok(()),
    }
}

fn parse(value: &Value) -> Option<BTreeMap<String, (u64, Digest)>> {
    if value.get("format") != Some(&Value::String(FORMAT.to_owned())) {
        return None;
    }
    let Some(Value::Object(logs)) = value.get("logs") else { return None };
    logs.iter().map(|(origin, log)| Some((origin.clone(), parse_log(log)?))).collect()
}

fn parse_log(log: &Value) -> Option<(u64, Digest)> {
    let (Some(Value::Number(size)), Some(Value::String(root))) = (log.get("size"), log.get("root_hash")) else { return None };
    // The reader has refused what is beyond 2^53 − 1; a whole number's text is its digits.
    let size = call_stream_verify::canonical::format_number(*size).parse().ok()?;
    Some((size, base64::decode_digest(root)?))
}

/// A refusal of a checkpoint that does not continue what was cosigned.
pub fn not_consistent(detail: &'static str) -> Error {
    Error::new(Code::NotConsistent, detail)
}
