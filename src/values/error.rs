//! What goes wrong: an opaque [`Error`] with a code, a place and a sentence.
//!
//! An `Error` means "this cannot be judged or taken". What was judged and does not hold is a finding in a report, never an `Error`.
//! Details are `&'static str`: no text of the data being read can reach a message.

use super::codes::Code;
use std::fmt;

/// Result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal: its code, its place, and what is wrong in words that hold no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    detail: &'static str,
    member: Option<String>,
    line: Option<u64>,
    offset: Option<u64>,
}

impl Error {
    /// A refusal without a place. `detail` narrows the code's sentence and may be empty.
    #[must_use]
    pub fn new(code: Code, detail: &'static str) -> Error {
        Error { code, detail, member: None, line: None, offset: None }
    }

    /// Names the member, option or field it is about.
    #[must_use]
    pub fn member(mut self, member: impl Into<String>) -> Error {
        self.member = Some(member.into());
        self
    }

    /// Names the line, counted from 1.
    #[must_use]
    pub fn line(mut self, line: u64) -> Error {
        self.line = Some(line);
        self
    }

    /// Names the byte, counted from 0 at the beginning of the text that was read.
    #[must_use]
    pub fn offset(mut self, offset: usize) -> Error {
        self.offset = u64::try_from(offset).ok();
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What narrows the code's sentence; may be empty.
    #[must_use]
    pub fn detail(&self) -> &'static str {
        self.detail
    }

    /// The member, option or field it is about.
    #[must_use]
    pub fn member_name(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line_number(&self) -> Option<u64> {
        self.line
    }

    /// The byte offset in the text that was read.
    #[must_use]
    pub fn byte_offset(&self) -> Option<u64> {
        self.offset
    }

    /// The code's sentence, narrowed by the detail, without the place.
    #[must_use]
    pub fn message(&self) -> String {
        message(self.code, self.detail)
    }
}

/// A code's sentence, narrowed by `detail`.
pub(crate) fn message(code: Code, detail: &str) -> String {
    match detail {
        "" => code.sentence().to_owned(),
        _ => format!("{} {detail}", code.sentence()),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message())?;
        let mut places = Vec::new();
        if let Some(member) = &self.member {
            places.push(format!("member {}", member.escape_debug()));
        }
        if let Some(line) = self.line {
            places.push(format!("line {line}"));
        }
        if let Some(offset) = self.offset {
            places.push(format!("byte {offset}"));
        }
        if !places.is_empty() {
            write!(f, " ({})", places.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
