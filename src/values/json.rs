//! The strict JSON reader for records that come in: RFC 8259 restricted to I-JSON (RFC 7493), into a [`Value`].
//!
//! Any spelling of an accepted text is taken (`"\u0041"`, `1.05e2`, white space); what has no single meaning is refused:
//! duplicate members at any depth, lone surrogates, U+0000, byte order marks, whole-number literals beyond ±(2^53−1),
//! numbers that overflow, and minus zero. Lines of an export are not read here but by [`crate::algorithms::canonical`].

use super::codes::Code;
use super::error::{Error, Result};
use super::limits::{JSON_DEPTH, JSON_MEMBERS, SAFE_INTEGER};

/// A JSON value. Members keep the order in which they came; no name occurs twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A finite number that is not minus zero.
    Number(f64),
    /// A string without U+0000.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member of that name, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Reads one JSON text with nothing but white space around it.
///
/// **Errors**: codes beginning with `json-`, with the byte offset.
/// **Cost**: one pass; memory in proportion to the text.
/// **Source**: RFC 8259, RFC 7493 §2.
///
/// ```
/// use call_stream_verify::json;
/// assert!(json::parse(br#"{"a": [1, 2.50]}"#).is_ok());
/// let error = json::parse(br#"{"a":1,"\u0061":2}"#).unwrap_err();
/// assert_eq!((error.code().name(), error.byte_offset()), ("json-duplicate-member", Some(7)));
/// ```
pub fn parse(bytes: &[u8]) -> Result<Value> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(Error::new(Code::JsonBom, "").offset(0));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Error::new(Code::JsonUtf8, "").offset(error.valid_up_to()))?;
    let mut reader = Reader { text, at: 0 };
    reader.white_space();
    if reader.peek().is_none() {
        return Err(Error::new(Code::JsonEmpty, "").offset(0));
    }
    let value = reader.value(0)?;
    reader.white_space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.syntax("Something follows the JSON text.")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn refuse(&self, code: Code, detail: &'static str) -> Error {
        Error::new(code, detail).offset(self.at)
    }

    fn syntax(&self, detail: &'static str) -> Error {
        match self.peek() {
            Some(_) => self.refuse(Code::JsonSyntax, detail),
            None => self.refuse(Code::JsonSyntax, "The text ends too early."),
        }
    }

    fn literal(&mut self, literal: &str, value: Value) -> Result<Value> {
        if !self.rest().starts_with(literal) {
            return Err(self.syntax("Expected a value."));
        }
        self.at += literal.len();
        Ok(value)
    }

    fn byte(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    /// `depth` counts the arrays and objects around this value.
    fn value(&mut self, depth: usize) -> Result<Value> {
        match self.peek() {
            Some(b'{' | b'[') if depth >= JSON_DEPTH => Err(self.refuse(Code::JsonDepth, "")),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Value::String),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.syntax("Expected a value.")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value> {
        let mut items = Vec::new();
        self.at += 1;
        self.white_space();
        if self.byte(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.white_space();
            items.push(self.value(depth)?);
            self.white_space();
            if self.byte(b']') {
                return Ok(Value::Array(items));
            }
            if !self.byte(b',') {
                return Err(self.syntax("Expected a comma or the end of the array."));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value> {
        let mut members: Vec<(String, Value)> = Vec::new();
        let mut places = Vec::new();
        self.at += 1;
        self.white_space();
        if self.byte(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.white_space();
            if self.peek() != Some(b'"') {
                return Err(self.syntax("Expected a member name."));
            }
            if members.len() == JSON_MEMBERS {
                return Err(self.refuse(Code::JsonMembers, ""));
            }
            places.push(self.at);
            let name = self.string()?;
            self.white_space();
            if !self.byte(b':') {
                return Err(self.syntax("Expected a colon."));
            }
            self.white_space();
            members.push((name, self.value(depth)?));
            self.white_space();
            if self.byte(b'}') {
                break;
            }
            if !self.byte(b',') {
                return Err(self.syntax("Expected a comma or the end of the object."));
            }
        }
        match second_of_a_pair(&members, &places) {
            Some(place) => Err(Error::new(Code::JsonDuplicateMember, "").offset(place)),
            None => Ok(Value::Object(members)),
        }
    }

    fn number(&mut self) -> Result<Value> {
        let start = self.at;
        let negative = self.byte(b'-');
        if !self.byte(b'0') && self.digits() == 0 {
            return Err(self.syntax("Expected a digit."));
        }
        let whole = self.at;
        if self.byte(b'.') && self.digits() == 0 {
            return Err(self.syntax("Expected a digit."));
        }
        if self.byte(b'e') || self.byte(b'E') {
            let _ = self.byte(b'+') || self.byte(b'-');
            if self.digits() == 0 {
                return Err(self.syntax("Expected a digit."));
            }
        }
        let literal = self.text.get(start..self.at).unwrap_or_default();
        let refuse = |code| Err(Error::new(code, "").offset(start));
        if whole == self.at {
            let digits = literal.trim_start_matches('-');
            if digits.parse::<u64>().ok().is_none_or(|value| value > SAFE_INTEGER) {
                return refuse(Code::JsonNumberRange);
            }
        }
        match literal.parse::<f64>() {
            Ok(value) if !value.is_finite() => refuse(Code::JsonNumberRange),
            Ok(value) if negative && value == 0.0 => refuse(Code::JsonNegativeZero),
            Ok(value) => Ok(Value::Number(value)),
            Err(_) => refuse(Code::JsonSyntax),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Result<String> {
        let mut string = String::new();
        self.at += 1;
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)).unwrap_or(rest.len());
            string.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                Some(_) => return Err(self.syntax("Control characters are written as escapes.")),
                None => return Err(self.syntax("")),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let start = self.at;
        self.at += 1;
        let simple = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape(start);
            }
            _ => return Err(self.syntax("Unknown escape.")),
        };
        self.at += 1;
        Ok(simple)
    }

    /// After `\u`: four digits, and for the first half of a pair `\u` and four more.
    fn unicode_escape(&mut self, start: usize) -> Result<char> {
        let first = self.four_digits()?;
        let unit = match first {
            0 => return Err(Error::new(Code::JsonNul, "").offset(start)),
            0xD800..=0xDBFF if self.rest().starts_with("\\u") => {
                self.at += 2;
                let second = self.four_digits()?;
                let (0xDC00..=0xDFFF) = second else {
                    return Err(Error::new(Code::JsonSurrogate, "").offset(start));
                };
                0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            _ => first,
        };
        char::from_u32(unit).ok_or_else(|| Error::new(Code::JsonSurrogate, "").offset(start))
    }

    fn four_digits(&mut self) -> Result<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let value = value.ok_or_else(|| self.syntax("Expected four hex digits."))?;
        self.at += 4;
        Ok(value)
    }
}

/// The place of the first name that an earlier member has already.
fn second_of_a_pair(members: &[(String, Value)], places: &[usize]) -> Option<usize> {
    let mut names: Vec<(&str, usize)> = members.iter().map(|(name, _)| name.as_str()).zip(places.iter().copied()).collect();
    names.sort_unstable();
    let pairs = names.iter().zip(names.iter().skip(1));
    pairs.filter(|(first, second)| first.0 == second.0).map(|(_, second)| second.1).min()
}
