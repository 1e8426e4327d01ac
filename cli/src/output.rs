//! What the program says: results on stdout, refusals and progress on stderr, and the exit status.
//!
//! Text that comes from data or file names goes through [`inert`] before a person sees it: no control, direction or format character
//! of it acts on a terminal. A result that could not be written is never a success.

use crate::args::Command;
use anstyle::{AnsiColor, Style};
use call_stream_verify::{Code, Effect, Error};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Sentences for people
    Human,
    /// One JSON document for each input, one a line
    Json,
    /// One JSON object a line: findings, results, claims, and the report's summary last
    Ndjson,
    /// JUnit XML, for continuous integration
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// The exit status. FORMAT §10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Verified; or, where nothing is verified, done.
    Done,
    Mismatch,
    Usage,
    NotProven,
    Revoked,
    /// Unreadable, refused, or not a bundle.
    Refused,
    Limit,
    Interrupted,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Mismatch => 1,
            Exit::Usage => 2,
            Exit::NotProven => 3,
            Exit::Revoked => 4,
            Exit::Refused => 5,
            Exit::Limit => 6,
            Exit::Interrupted => 130,
        }
    }

    /// The status of that number, as reports give it.
    pub fn of_report(code: u8) -> Exit {
        match code {
            0 => Exit::Done,
            1 => Exit::Mismatch,
            2 => Exit::Usage,
            4 => Exit::Revoked,
            5 => Exit::Refused,
            6 => Exit::Limit,
            _ => Exit::NotProven,
        }
    }

    /// The status of two inputs together. What is unreadable or beyond a limit was not judged, so both stand where `not proven` does,
    /// in front of it, as they say more.
    pub fn worst(self, other: Exit) -> Exit {
        let order = [Exit::Interrupted, Exit::Usage, Exit::Mismatch, Exit::Refused, Exit::Limit, Exit::NotProven, Exit::Revoked];
        order.into_iter().find(|exit| *exit == self || *exit == other).unwrap_or(Exit::Done)
    }

    /// The status that a refusal with this code leads to.
    pub fn of_refusal(code: Code) -> Exit {
        match code.effect() {
            Effect::Usage => Exit::Usage,
            Effect::Limit => Exit::Limit,
            // What would be a finding in a report keeps a command from doing its work.
            Effect::Refused | Effect::Mismatch | Effect::NotProven | Effect::Revoked | Effect::Warning => Exit::Refused,
        }
    }
}

/// What a command comes to.
pub type Run = Result<Exit, Failure>;

/// A refusal, with the file it is about and the system's reason where there is one.
#[derive(Clone, Debug)]
pub struct Failure(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    error: Error,
    file: Option<String>,
    reason: Option<String>,
    /// Said instead of the code's sentence and explanation.
    own_words: Option<String>,
}

impl Failure {
    /// A refusal without a place.
    pub fn new(code: Code, detail: &'static str) -> Failure {
        Error::new(code, detail).into()
    }

    /// A file that cannot be read.
    pub fn unreadable(path: &Path, reason: &io::Error) -> Failure {
        Failure::new(Code::Unreadable, "").in_file(path).because(reason)
    }

    /// A file that cannot be written.
    pub fn unwritable(path: &Path, reason: &io::Error) -> Failure {
        Failure::new(Code::Unwritable, "").in_file(path).because(reason)
    }

    /// Says this instead of the code's sentence and explanation; text of data or file names in it must be [`inert`].
    pub fn saying(mut self, message: String) -> Failure {
        self.0.own_words = Some(message);
        self
    }

    /// Names the file.
    pub fn in_file(mut self, path: &Path) -> Failure {
        self.0.file = Some(path.to_string_lossy().into_owned());
        self
    }

    /// Adds the system's reason.
    pub fn because(mut self, reason: &io::Error) -> Failure {
        self.0.reason = Some(reason.to_string());
        self
    }

    /// Whether it names a file.
    pub fn has_file(&self) -> bool {
        self.0.file.is_some()
    }

    /// The refusal itself.
    pub fn error(&self) -> &Error {
        &self.0.error
    }

    /// The status it leads to.
    pub fn exit(&self) -> Exit {
        Exit::of_refusal(self.0.error.code())
    }

    /// The sentence, with the system's reason; no place and no data.
    pub fn message(&self) -> String {
        match (&self.0.own_words, &self.0.reason) {
            (Some(message), _) => message.clone(),
            (None, Some(reason)) => format!("{} {}.", self.0.error.message(), inert(reason)),
            (None, None) => self.0.error.message(),
        }
    }

    /// Where it is, in words: file, line, member, byte.
    pub fn place(&self) -> Option<String> {
        let error = &self.0.error;
        let parts = [
            self.0.file.as_deref().map(|file| inert(file).into_owned()),
            error.line_number().map(|line| format!("line {line}")),
            error.member_name().map(|member| named(error.code(), member)),
            error.byte_offset().map(|offset| format!("byte {offset}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The one line that `--json` puts on stderr.
    pub fn to_json(&self) -> String {
        let error = &self.0.error;
        let message = match self.place() {
            Some(place) => format!("{} ({place})", self.message()),
            None => self.message(),
        };
        let line = ErrorLine { code: error.code().name(), member: error.member_name(), line: error.line_number(), message };
        line.to_json()
    }
}

/// A refusal as JSON.
#[derive(serde::Serialize)]
struct ErrorLine<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    message: String,
}

impl ErrorLine<'_> {
    fn to_json(&self) -> String {
        inert_json(&format!("{{\"error\":{}}}", to_json(self)))
    }
}

/// The JSON text of something that always has one: structs of strings, numbers and lists.
pub fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What a refusal names, in words: an option, an argument, or a member of a record.
fn named(code: Code, name: &str) -> String {
    let is_argument = name.bytes().all(|byte| byte.is_ascii_uppercase());
    match code {
        Code::BadOption if is_argument => format!("argument {}", inert(name)),
        Code::BadOption | Code::BadKey => format!("option --{}", inert(name.trim_start_matches('-'))),
        _ => format!("member {}", inert(name)),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure(Box::new(Inner { error, file: None, reason: None, own_words: None }))
    }
}

/// Where results and refusals go.
pub struct Output {
    format: Format,
    /// Standard output failed: what was said there is lost.
    lost: Option<io::Error>,
}

impl Output {
    /// An output in this format.
    pub fn new(format: Format) -> Output {
        Output { format, lost: None }
    }

    /// The format asked for.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether results and refusals are to be JSON.
    pub fn is_json(&self) -> bool {
        matches!(self.format, Format::Json | Format::Ndjson)
    }

    /// Refuses the formats of reports for commands that write none.
    pub fn check_format(&self, command: &Command) -> Result<(), Failure> {
        let reports = matches!(command, Command::Verify(_) | Command::VerifyCall(_) | Command::Merge(_));
        match self.format {
            Format::Junit | Format::Sarif if !reports => {
                Err(Error::new(Code::BadOption, "Only reports of verify, verify-call and merge are written in this format.")
                    .member("format")
                    .into())
            }
            _ => Ok(()),
        }
    }

    /// Writes bytes to stdout as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.lost.is_none() {
            self.lost = io::stdout().lock().write_all(bytes).err();
        }
    }

    /// Writes a line to stdout as it is.
    pub fn line(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(b"\n");
    }

    /// Writes text for people to stdout; its colors stay only where they are wanted and shown. Text of data in it must be [`inert`].
    pub fn styled(&mut self, text: &str) {
        if self.lost.is_none() {
            self.lost = anstream::stdout().lock().write_all(text.as_bytes()).err();
        }
    }

    /// Writes a note for people to stderr; `text` must be [`inert`].
    pub fn note(&self, text: &str) {
        note(text);
    }

    /// Says on stderr why something was refused.
    pub fn failure(&self, failure: &Failure) {
        if self.is_json() {
            return stderr(&format!("{}\n", failure.to_json()));
        }
        let code = failure.error().code();
        let place = failure.place().map(|place| format!(" ({place})")).unwrap_or_default();
        let (red, reset) = (ERROR.render(), ERROR.render_reset());
        let explanation = match failure.0.own_words {
            Some(_) => String::new(),
            None => format!("  {}\n", code.explanation()),
        };
        stderr(&format!("{red}error[{}]:{reset} {}{place}\n{explanation}", code.name(), failure.message()));
    }

    /// Ends the output: the exit status, which is no success if anything written to stdout was lost.
    pub fn finish(mut self, exit: Exit) -> Exit {
        if self.lost.is_none() {
            self.lost = io::stdout().lock().flush().err();
        }
        match &self.lost {
            None => exit,
            Some(reason) => {
                let failure = Failure::new(Code::Unwritable, "The result on standard output is lost.").because(reason);
                self.failure(&failure);
                failure.exit()
            }
        }
    }
}

/// Style of what matters most.
pub const STRONG: Style = Style::new().bold();
/// Style of the word in front of a refusal.
const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Style of the word in front of a note.
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// As [`Output::note`], from any thread.
pub fn note(text: &str) {
    stderr(&format!("{}note:{} {text}\n", NOTE.render(), NOTE.render_reset()));
}

/// Writes to stderr; where even that fails there is nobody left to tell, and the exit status remains.
fn stderr(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Says what is wrong with the command line, or gives the help or version asked for.
pub fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        return match error.print().and_then(|()| io::stdout().flush()) {
            Ok(()) => Exit::Done,
            Err(_) => Exit::Refused,
        };
    }
    // The line is malformed, so clap has no options to ask.
    let given: Vec<_> = std::env::args_os().skip(1).take_while(|arg| arg != "--").collect();
    let spaced = given.windows(2).any(|pair| matches!(pair, [option, value] if option == "--format" && value == "json"));
    if spaced || given.iter().any(|arg| arg == "--json" || arg == "--format=json") {
        let missing = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::Strings(missing)) if error.kind() == ErrorKind::MissingRequiredArgument => missing.as_slice(),
            _ => &[],
        };
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let detail = match missing {
            [] => inert(first.strip_prefix("error: ").unwrap_or(first)).into_owned(),
            missing => format!("Missing: {}.", missing.join(", ")),
        };
        // `--key <KEYFILE>` is the option key, `<NOTE>` the argument NOTE.
        let name = |argument: &str| {
            let option = argument.strip_prefix("--").and_then(|option| option.split(' ').next());
            option.unwrap_or(argument.trim_matches(['<', '>', '.'])).to_owned()
        };
        let member = if let [argument] = missing { Some(name(argument)) } else { None };
        let message = format!("{} {detail}", Code::BadOption.sentence());
        let line = ErrorLine { code: Code::BadOption.name(), member: member.as_deref(), line: None, message };
        stderr(&format!("{}\n", line.to_json()));
    } else {
        let _ = error.print();
    }
    Exit::Usage
}

/// Text of data made harmless to terminals and readers: control, direction and other invisible characters are written as `\u{…}`.
pub fn inert(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmless(c) { out.push(c) } else { out.extend(c.escape_unicode()) }
    }
    Cow::Owned(out)
}

/// JSON of which the same holds: those characters, which stand in strings alone, are written as JSON escapes.
fn inert_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_harmless(c) {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Neither a control nor a format character (Unicode Cc, Cf, Zl, Zp and what renders as nothing).
fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_inert() {
        assert_eq!(inert("log.example/a é 中"), "log.example/a é 中");
        assert_eq!(inert("a\u{1b}[31mb\u{202e}c\u{9b}d\r\n"), "a\\u{1b}[31mb\\u{202e}c\\u{9b}d\\u{d}\\u{a}");
    }

    #[test]
    fn json_of_control_and_direction_characters_is_inert_and_says_the_same() {
        let text = "é 中 \u{1b}[2J \u{7f} \u{9b}2J \u{202e} \u{200b} \u{e0001} \" \\";
        let json = inert_json(&to_json(&text));
        assert_eq!(json, "\"é 中 \\u001b[2J \\u007f \\u009b2J \\u202e \\u200b \\udb40\\udc01 \\\" \\\\\"");
        assert_eq!(serde_json::from_str::<String>(&json).ok().as_deref(), Some(text));
    }

    #[test]
    fn the_worst_of_several_decides() {
        assert_eq!(Exit::Done.worst(Exit::Revoked), Exit::Revoked);
        assert_eq!(Exit::Revoked.worst(Exit::NotProven), Exit::NotProven);
        assert_eq!(Exit::NotProven.worst(Exit::Limit), Exit::Limit);
        assert_eq!(Exit::Limit.worst(Exit::Refused), Exit::Refused);
        assert_eq!(Exit::Refused.worst(Exit::Mismatch), Exit::Mismatch);
        assert_eq!(Exit::Done.worst(Exit::Done), Exit::Done);
    }
}
