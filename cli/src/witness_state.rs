//! What a witness remembers: for every origin the largest checkpoint that it cosigned.
//!
//! ```json
//! {"format":"call-stream-verify/witness/1","logs":{"callstream.example/audit/f8c570d5":{"size":2,"root_hash":"sYwa…"}}}
//! ```
//!
//! It is on disk before a cosignature is given out: a witness that forgot could vouch for two histories.

use crate::output::Failure;
use crate::state_file::{StateFile, Words};
use call_stream_verify::algorithms::base64;
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::values::json::{self, Value};
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
    logs: BTreeMap<String, (u64, Digest)>,
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
        self.file.replace(&text)
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
