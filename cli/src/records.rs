//! Files of call records: one JSON object a line, in any spelling, the state of the calls as their database has it.

use crate::chain_file::{Found, next_line};
use crate::input;
use crate::output::Failure;
use crate::progress::Progress;
use crate::salts::Salts;
use call_stream_verify::objects::call::{Call, Member, Normalized};
use call_stream_verify::values::json::{self, Value};
use call_stream_verify::{Code, Digest, Error, Uuid};
use std::io::BufReader;
use std::path::Path;

/// A record as it stands in a file.
#[derive(Clone)]
pub struct Record(Value);

impl Record {
    /// Reads the JSON text of a record.
    ///
    /// **Errors**: codes beginning with `json-`.
    pub fn parse(bytes: &[u8]) -> Result<Record, Failure> {
        Ok(Record(json::parse(bytes)?))
    }

    /// The call, if it is one and carries no salt of its own.
    pub fn unsalted(&self) -> Option<Uuid> {
        let is_absent = matches!(self.0.get(Member::Salt.name()), None | Some(Value::Null));
        match self.0.get(Member::CallId.name()) {
            Some(Value::String(text)) if is_absent => Uuid::parse(text),
            _ => None,
        }
    }

    /// Normalizes the record, with this salt if it carries none.
    ///
    /// **Errors**: those of [`Call::normalize`].
    pub fn normalize(mut self, salt: Option<Digest>) -> Result<Normalized, Failure> {
        if let (Some(_), Some(salt), Value::Object(members)) = (self.unsalted(), salt, &mut self.0) {
            members.retain(|(member, _)| member != Member::Salt.name());
            members.push((Member::Salt.name().to_owned(), Value::String(salt.to_string())));
        }
        Ok(Call::normalize(&self.0)?)
    }

    /// Normalizes the record with the salt that was chosen for it before, if there is one.
    ///
    /// **Errors**: those of [`Call::normalize`].
    pub fn normalize_with(self, salts: &Salts) -> Result<Normalized, Failure> {
        let salt = self.unsalted().and_then(|call_id| salts.get(call_id));
        self.normalize(salt)
    }
}

/// Reads every record of a file, and gives each with its line.
///
/// **Errors**: `unreadable`, `line-too-long`, what [`Record::parse`] refuses (an empty line is `json-empty`), and what `take` returns, each
/// with its line and the file's name; `json-empty` for a file without any record.
pub fn for_each(path: &Path, take: impl FnMut(u64, Record) -> Result<(), Failure>) -> Result<(), Failure> {
    let progress = Progress::new(input::length(path));
    let result = read(path, &progress, take);
    progress.finish();
    result
}

fn read(path: &Path, progress: &Progress, mut take: impl FnMut(u64, Record) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut reader = BufReader::with_capacity(1024 * 1024, input::open(path)?);
    let mut bytes = Vec::new();
    let refuse = |error: Error| Failure::from(error).in_file(path);
    let mut line = 0;
    loop {
        let found = next_line(path, &mut reader, &mut bytes)?;
        match found {
            Found::End if line == 0 => return Err(refuse(Error::new(Code::JsonEmpty, "The file holds no call record."))),
            Found::End => return Ok(()),
            Found::TooLong => return Err(refuse(Error::new(Code::LineTooLong, "").line(line + 1))),
            Found::Line | Found::Torn => {}
        }
        line += 1;
        progress.add(bytes.len());
        Record::parse(&bytes).and_then(|record| take(line, record)).map_err(|failure| place(failure, line, path))?;
    }
}

/// Names line and file, unless the failure is about another file.
fn place(failure: Failure, line: u64, path: &Path) -> Failure {
    if failure.has_file() || failure.error().line_number().is_some() {
        return failure;
    }
    Failure::from(failure.error().clone().line(line)).in_file(path)
}
