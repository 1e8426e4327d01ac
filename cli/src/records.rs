//! Files of call records: one JSON object a line, in any spelling, the state of the calls as their database has it.

use crate::chain_file::{Found, next_line};
use crate::input;
use crate::output::Failure;
use crate::salts::Salts;
use call_stream_verify::objects::call::{Call, Member, Normalized};
use call_stream_verify::values::json::{self, Value};
use call_stream_verify::{Code, Digest, Error, Uuid};
use std::io::BufReader;
use std::path::Path;

/// Where the salt of a record without one comes from.
pub enum Salting<'a> {
    /// From those that were chosen before; a call without one stays without.
    Known(&'a Salts),
    /// From those, and where there is none it is chosen now.
    Choose(&'a mut Salts),
}

impl Salting<'_> {
    fn salt(&mut self, call_id: Uuid) -> Result<Option<Digest>, Failure> {
        match self {
            Salting::Known(salts) => Ok(salts.get(call_id)),
            Salting::Choose(salts) => salts.choose(call_id).map(Some),
        }
    }
}

/// Reads and normalizes every record of a file, and gives each with its line.
///
/// **Errors**: `unreadable`, `line-too-long`, what [`Call::parse`] refuses (an empty line is `json-empty`), and what `take` returns, each
/// with its line and the file's name; `json-empty` for a file without any record.
pub fn for_each(
    path: &Path,
    salting: &mut Salting<'_>,
    mut take: impl FnMut(u64, Normalized) -> Result<(), Failure>,
) -> Result<(), Failure> {
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
        let record = parse(&bytes, salting).map_err(|failure| place(failure, line, path))?;
        take(line, record).map_err(|failure| place(failure, line, path))?;
    }
}

/// Reads and normalizes one record, and gives it its salt.
///
/// **Errors**: those of [`Call::parse`].
pub fn parse(bytes: &[u8], salting: &mut Salting<'_>) -> Result<Normalized, Failure> {
    let mut value = json::parse(bytes)?;
    let name = Member::Salt.name();
    let has_salt = !matches!(value.get(name), None | Some(Value::Null));
    let call_id = match value.get(Member::CallId.name()) {
        Some(Value::String(text)) => Uuid::parse(text),
        _ => None,
    };
    if let (false, Some(call_id), Value::Object(members)) = (has_salt, call_id, &mut value)
        && let Some(salt) = salting.salt(call_id)?
    {
        members.retain(|(member, _)| member != name);
        members.push((name.to_owned(), Value::String(salt.to_string())));
    }
    Ok(Call::normalize(&value)?)
}

/// Names line and file, unless the failure is about another file.
fn place(failure: Failure, line: u64, path: &Path) -> Failure {
    if failure.has_file() || failure.error().line_number().is_some() {
        return failure;
    }
    Failure::from(failure.error().clone().line(line)).in_file(path)
}
