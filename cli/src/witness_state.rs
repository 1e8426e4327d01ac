//! What a witness remembers: for every origin the largest checkpoint that it cosigned, with the log's signature and its own.
//!
//! ```json
//! {"format":"call-stream-verify/witness/1","logs":{"callstream.example/audit/f8c570d5":{"size":2,"root_hash":"sYwa…","note":"…"}}}
//! ```
//!
//! It is on disk before a cosignature is given out: a witness that forgot could vouch for two histories.

use crate::output::Failure;
use crate::state_file::{StateFile, Words};
use call_stream_verify::algorithms::base64;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::values::json::{self, Value};
use call_stream_verify::values::limits::JSON_MEMBERS;
use call_stream_verify::{Code, Digest, Error};
use std::collections::BTreeMap;
use std::path::Path;

const FORMAT: &str = "call-stream-verify/witness/1";

const WORDS: Words = Words {
    absent: "There is no such state. Only for a witness that has never cosigned anything it is begun.",
    present: "This witness has a state already.",
};

/// The state of a witness, locked until it is dropped.
pub struct WitnessState {
    file: StateFile,
    logs: BTreeMap<String, Log>,
}

#[derive(Clone)]
struct Log {
    size: u64,
    root: Digest,
    /// Absent from states that did not keep it yet.
    note: Option<String>,
}

impl WitnessState {
    /// Opens the state, or begins that of a witness that has cosigned nothing.
    ///
    /// **Errors**: those of [`StateFile::open`]; `bad-state`.
    pub fn open(path: &Path, begin: bool) -> Result<WitnessState, Failure> {
        let (file, text) = StateFile::open(path, begin, &WORDS)?;
        let Some(text) = text else { return Ok(WitnessState { file, logs: BTreeMap::new() }) };
        let refuse = || Failure::new(Code::BadState, "It is not a witness's state.").in_file(path);
        let value = json::parse(text.as_bytes()).map_err(|_| refuse())?;
        Ok(WitnessState { file, logs: parse(&value).ok_or_else(refuse)? })
    }

    /// The largest checkpoint of this origin that was cosigned: its size and root.
    pub fn latest(&self, origin: &str) -> Option<(u64, Digest)> {
        self.logs.get(origin).map(|log| (log.size, log.root))
    }

    /// The notes that were cosigned last, each with its origin.
    #[cfg(feature = "witness")]
    pub fn notes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.logs.iter().filter_map(|(origin, log)| Some((origin.as_str(), log.note.as_deref()?)))
    }

    /// Brings what is remembered to disk, also if that is nothing yet.
    ///
    /// **Errors**: `unwritable`.
    #[cfg(feature = "witness")]
    pub fn save(&self) -> Result<(), Failure> {
        self.file.replace(&format(&self.logs))
    }

    /// Remembers cosigned checkpoints, and brings that to disk at once. What could not be written is not remembered either.
    ///
    /// **Errors**: `unwritable`; `bad-state` if there would be more logs than a state is read with: one that cannot be read any more tempts its
    /// owner to begin anew.
    pub fn remember<'a>(&mut self, cosigned: impl IntoIterator<Item = &'a SignedCheckpoint>) -> Result<(), Failure> {
        let mut logs = self.logs.clone();
        for signed in cosigned {
            let checkpoint = signed.checkpoint();
            let log = Log { size: checkpoint.size(), root: *checkpoint.root(), note: Some(signed.to_string()) };
            logs.insert(checkpoint.origin().to_owned(), log);
        }
        if logs.len() > JSON_MEMBERS {
            return Err(Failure::new(
                Code::BadState,
                "It holds 256 logs, the most that there may be: keep another state for more.",
            ));
        }
        self.file.replace(&format(&logs))?;
        self.logs = logs;
        Ok(())
    }
}

fn format(logs: &BTreeMap<String, Log>) -> String {
    let log = |(origin, log): (&String, &Log)| {
        let mut value = serde_json::json!({ "size": log.size, "root_hash": base64::encode(log.root.as_bytes()) });
        if let (Some(note), Some(members)) = (&log.note, value.as_object_mut()) {
            members.insert("note".to_owned(), note.clone().into());
        }
        (origin.clone(), value)
    };
    let logs: serde_json::Map<String, serde_json::Value> = logs.iter().map(log).collect();
    format!("{}\n", serde_json::json!({ "format": FORMAT, "logs": logs }))
}

fn parse(value: &Value) -> Option<BTreeMap<String, Log>> {
    if value.get("format") != Some(&Value::String(FORMAT.to_owned())) {
        return None;
    }
    let Some(Value::Object(logs)) = value.get("logs") else { return None };
    logs.iter().map(|(origin, log)| Some((origin.clone(), parse_log(log)?))).collect()
}

fn parse_log(log: &Value) -> Option<Log> {
    let (Some(Value::Number(size)), Some(Value::String(root))) = (log.get("size"), log.get("root_hash")) else { return None };
    let note = match log.get("note") {
        Some(Value::String(note)) => Some(note.clone()),
        None => None,
        Some(_) => return None,
    };
    // The reader has refused what is beyond 2^53 − 1; a whole number's text is its digits.
    let size = call_stream_verify::canonical::format_number(*size).parse().ok()?;
    Some(Log { size, root: base64::decode_digest(root)?, note })
}

/// A refusal of a checkpoint that does not continue what was cosigned.
pub fn not_consistent(detail: &'static str) -> Error {
    Error::new(Code::NotConsistent, detail)
}
