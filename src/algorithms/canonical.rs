//! Canonical JSON: a writer for RFC 8785 (JCS) and a scanner that accepts only what the writer writes.
//!
//! ```json
//! {"a":[null,true,1e+21,0.5],"é":"\u0007\n"}
//! ```
//!
//! Numbers are ECMAScript's (`JSON.stringify`), members sorted by UTF-16 code units, strings with the fewest escapes.
//! The [`Scanner`] works on borrowed bytes and builds no tree: once it has passed, the slice itself is the canonical
//! form and can be hashed. What it leaves out on purpose: numbers whose canonical literal would be a whole number beyond
//! ±(2^53−1), since no strict reader takes that literal back.

use crate::values::codes::Code;
use crate::values::error::{Error, Result};
use crate::values::json::Value;
use crate::values::limits::{JSON_DEPTH, JSON_MEMBERS, SAFE_INTEGER};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The canonical form of a value.
///
/// **Errors**: `json-number-range` for a number that is not finite, or whose canonical literal is a whole number beyond
/// ±(2^53−1).
/// **Source**: RFC 8785 §3.2.
///
/// ```
/// use call_stream_verify::{canonical, json};
/// let value = json::parse(br#"{ "b": 1.0, "a": "\u0041" }"#).unwrap();
/// assert_eq!(canonical::format(&value).unwrap(), br#"{"a":"A","b":1}"#);
/// ```
pub fn format(value: &Value) -> Result<Vec<u8>> {
    let mut out = String::new();
    write_value(&mut out, value)?;
    Ok(out.into_bytes())
}

fn write_value(out: &mut String, value: &Value) -> Result<()> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, *number)?,
        Value::String(string) => write_string(out, string),
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_value(out, item)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<&(String, Value)> = members.iter().collect();
            sorted.sort_by(|a, b| compare_utf16(&a.0, &b.0));
            out.push('{');
            for (place, (name, value)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_string(out, name);
                out.push(':');
                write_value(out, value)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// A string with its quotes, as [`write_string`] writes it.
#[must_use]
pub fn quoted(string: &str) -> String {
    let mut out = String::new();
    write_string(&mut out, string);
    out
}

/// Writes a string with its quotes, escaped as RFC 8785 §3.2.2.2.
pub fn write_string(out: &mut String, string: &str) {
    out.push('"');
    let mut rest = string;
    while let Some(place) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
        let (plain, tail) = rest.split_at(place);
        out.push_str(plain);
        let mut tail = tail.chars();
        match tail.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(control) => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            None => {}
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn write_number(out: &mut String, number: f64) -> Result<()> {
    if number.is_nan() {
        return Err(Error::new(Code::JsonNumberRange, "Not a number."));
    }
    let literal = format_number(number);
    // Beyond 2^53 − 1 the literal of a whole number is no I-JSON, until ECMAScript changes to an exponent at 1e21.
    if number.abs() > 9_007_199_254_740_991.0 && !literal.contains('e') {
        return Err(Error::new(Code::JsonNumberRange, "Its canonical literal would be refused by strict readers."));
    }
    out.push_str(&literal);
    Ok(())
}

/// The literal that ECMAScript's `Number::toString` gives for a finite number; minus zero gives `0`.
///
/// **Source**: ECMA-262 §6.1.6.1.20, which RFC 8785 §3.2.2.3 refers to.
#[must_use]
pub fn format_number(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    // Rust prints the shortest digits that read back to the same number, the closest of them, as ECMAScript asks.
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = halves_to_even(mantissa.replace('.', ""), number);
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let point = exponent + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let split = |at: i32| digits.split_at_checked(usize::try_from(at).unwrap_or_default()).unwrap_or((&digits, ""));
    let sign = if number < 0.0 { "-" } else { "" };
    match point {
        1..=21 if count <= point => format!("{sign}{digits}{}", zeros(point - count)),
        1..=21 => {
            let (whole, fraction) = split(point);
            format!("{sign}{whole}.{fraction}")
        }
        -5..=0 => format!("{sign}0.{}{digits}", zeros(-point)),
        _ => {
            let (first, more) = split(1);
            let dot = if more.is_empty() { "" } else { "." };
            format!("{sign}{first}{dot}{more}e{exponent:+}")
        }
    }
}

/// Of two shortest digit strings that are equally close to the number, ECMAScript takes the even one; Rust rounds up.
///
/// That happens where the exact decimal expansion is one digit longer, a 5: 1424953923781206.25. Such numbers are an odd
/// mantissa over 2 to the `places`, so their digits are the mantissa times 5 to the `places`.
fn halves_to_even(digits: String, number: f64) -> String {
    let bits = number.to_bits();
    let (exponent, fraction) = (bits >> 52 & 0x7FF, bits & 0x000F_FFFF_FFFF_FFFF);
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let zeros = mantissa.trailing_zeros();
    // Beyond 27 places the expansion has more than the 18 digits in question.
    let places = (1075 - i64::from(zeros)).checked_sub_unsigned(exponent).and_then(|places| u32::try_from(places).ok());
    let Some(places @ 1..=27) = places else { return digits };
    let exact = u128::from(mantissa >> zeros) * 5u128.pow(places);
    let down = exact / 10;
    let even = down + (down & 1);
    match digits.parse::<u128>() {
        Ok(value) if (down..=down + 1).contains(&value) && value != even => {
            let literal = format!("{even}e-{}", places - 1);
            if literal.parse() == Ok(number.abs()) { even.to_string() } else { digits }
        }
        _ => digits,
    }
}

/// Order of member names: by UTF-16 code units, RFC 8785 §3.2.3.
#[must_use]
pub fn compare_utf16(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// Reads canonical JSON from borrowed bytes, piece by piece. Every method either passes over exactly the piece asked
/// for and returns it, or returns `None` and leaves the position where the piece should have begun or broke.
///
/// The bytes must be valid UTF-8; that is checked once, when the scanner is made.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// A scanner at the beginning of `bytes`; `Err` holds the offset of the first byte that is no UTF-8.
    pub fn new(bytes: &'a [u8]) -> std::result::Result<Scanner<'a>, usize> {
        std::str::from_utf8(bytes).map(Scanner::of).map_err(|error| error.valid_up_to())
    }

    /// A scanner at the beginning of `text`.
    #[must_use]
    pub fn of(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    /// The position, in bytes.
    #[must_use]
    #[inline(always)]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// What was read since `start`.
    #[must_use]
    #[inline(always)]
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Goes to a position that was passed before.
    pub fn skip_to(&mut self, offset: usize) {
        self.at = offset.min(self.text.len());
    }

    /// What stands between here and `end`.
    #[must_use]
    pub fn up_to(&self, end: usize) -> Option<&'a str> {
        self.text.get(self.at..end)
    }

    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over exactly these bytes.
    #[inline(always)]
    pub fn literal(&mut self, literal: &str) -> Option<()> {
        let found = self.rest().starts_with(literal.as_bytes());
        found.then(|| self.at += literal.len())
    }

    /// A string that needs no escapes and has `length` bytes, without its quotes: digests, UUIDs.
    #[inline(always)]
    pub fn fixed(&mut self, length: usize) -> Option<&'a str> {
        let start = self.at;
        let rest = self.rest();
        if rest.first() != Some(&b'"') || rest.get(length + 1) != Some(&b'"') {
            return None;
        }
        let string = self.text.get(start + 1..start + 1 + length)?;
        self.at += length + 2;
        Some(string)
    }

    /// A string in canonical spelling, still escaped, without its quotes.
    pub fn string(&mut self) -> Option<&'a str> {
        let rest = self.rest().strip_prefix(b"\"")?;
        let mut length = 0;
        loop {
            length += plain_prefix(rest.get(length..)?);
            match rest.get(length)? {
                b'"' => break,
                b'\\' => length += canonical_escape(rest.get(length..)?)?,
                _ => {
                    self.at += 1 + length;
                    return None;
                }
            }
        }
        let start = self.at + 1;
        self.at = start + length + 1;
        self.text.get(start..start + length)
    }

    /// A whole number from 0 to 2^53 − 1.
    pub fn integer(&mut self) -> Option<u64> {
        let mut value = 0;
        let mut digits = 0;
        for byte in self.rest().iter().take_while(|byte| byte.is_ascii_digit()) {
            // No overflow: 16 digits are more than any number within the limit has.
            value = value * 10 + u64::from(byte - b'0');
            digits += 1;
            if digits > 16 {
                return None;
            }
        }
        if digits == 0 || value > SAFE_INTEGER || digits > 1 && self.peek() == Some(b'0') {
            return None;
        }
        self.at += digits;
        Some(value)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Option<bool> {
        match self.literal("true") {
            Some(()) => Some(true),
            None => self.literal("false").map(|()| false),
        }
    }

    /// Any canonical value; `depth` counts the arrays and objects around it.
    pub fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(depth).map(|_| ()),
            b'[' => self.array(depth),
            b'"' => self.string().map(|_| ()),
            b't' | b'f' => self.boolean().map(|_| ()),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    /// Any canonical object: the slice with its braces.
    pub fn object(&mut self, depth: usize) -> Option<&'a str> {
        let start = self.at;
        if depth >= JSON_DEPTH {
            return None;
        }
        self.literal("{")?;
        if self.literal("}").is_some() {
            return Some(self.since(start));
        }
        let mut last: Option<&str> = None;
        for _ in 0..JSON_MEMBERS {
            let before = self.at;
            let name = self.string()?;
            if last.is_some_and(|last| compare_escaped(last, name) != Ordering::Less) {
                self.at = before;
                return None;
            }
            last = Some(name);
            self.literal(":")?;
            self.value(depth + 1)?;
            if self.literal("}").is_some() {
                return Some(self.since(start));
            }
            self.literal(",")?;
        }
        None
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        if depth >= JSON_DEPTH {
            return None;
        }
        self.literal("[")?;
        if self.literal("]").is_some() {
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            if self.literal("]").is_some() {
                return Some(());
            }
            self.literal(",")?;
        }
    }

    fn number(&mut self) -> Option<()> {
        let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'0'..=b'9');
        let length = self.rest().iter().take_while(is_part).count();
        let literal = self.text.get(self.at..self.at + length)?;
        if !is_canonical_number(literal) {
            return None;
        }
        self.at += length;
        Some(())
    }
}

fn is_canonical_number(literal: &str) -> bool {
    let digits = literal.strip_prefix('-').unwrap_or(literal);
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole && digits.len() <= 15 {
        return match digits.bytes().next() {
            Some(b'0') => literal == "0",
            first => first.is_some(),
        };
    }
    if is_plain_fraction(digits) {
        return true;
    }
    let Ok(number) = literal.parse::<f64>() else { return false };
    number.is_finite()
        && format_number(number) == literal
        && (!whole || digits.parse::<u64>().is_ok_and(|value| value <= SAFE_INTEGER))
}

/// Whether these are the digits of a number such as `12.5` whose spelling is canonical for sure, without computing it.
///
/// No two decimals of 15 digits are the same `f64`, so that no other spelling is as short. From 0.000001 on there is no exponent.
fn is_plain_fraction(digits: &str) -> bool {
    let Some((whole, fraction)) = digits.as_bytes().iter().position(|byte| *byte == b'.').and_then(|dot| {
        let (whole, rest) = digits.as_bytes().split_at_checked(dot)?;
        Some((whole, rest.get(1..)?))
    }) else {
        return false;
    };
    let leads = match whole {
        [b'0'] => !fraction.starts_with(b"000000"),
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    leads && digits.len() <= 16 && whole.iter().chain(fraction).all(u8::is_ascii_digit) && matches!(fraction, [.., b'1'..=b'9'])
}

/// How many bytes at the beginning need no look: no quote, backslash or control character.
fn plain_prefix(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The classic test for a zero byte: exact for the lowest one, which is all that is asked.
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut length = 0;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        let word = u64::from_le_bytes(eight);
        let quotes = zero_byte(word ^ (ONES * u64::from(b'"')));
        let backslashes = zero_byte(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = quotes | backslashes | controls;
        if found != 0 {
            return length + usize::try_from(found.trailing_zeros() / 8).unwrap_or_default();
        }
        length += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    length + chunks.remainder().iter().position(is_special).unwrap_or(chunks.remainder().len())
}

/// The length of the escape at the beginning, if it is how RFC 8785 writes that character.
fn canonical_escape(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = bytes.get(2..6)?;
            let [b'0', b'0', high, low] = *digits else { return None };
            // U+0000 is refused everywhere; U+0008 to U+000D have short escapes, all but U+000B.
            let canonical = match high {
                b'0' => matches!(low, b'1'..=b'7' | b'b' | b'e' | b'f'),
                b'1' => low.is_ascii_digit() || matches!(low, b'a'..=b'f'),
                _ => false,
            };
            canonical.then_some(6)
        }
        _ => None,
    }
}

/// Compares member names that are still escaped.
fn compare_escaped(a: &str, b: &str) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let (Some(x), Some(y)) = (a.as_bytes().get(same), b.as_bytes().get(same)) else { return a.len().cmp(&b.len()) };
    // UTF-8 and UTF-16 sort differently only where a character beyond U+FFFF (first byte F0 and up) meets one from U+E000 on
    // (EE, EF); escapes sort as what they stand for.
    let simple = |byte: &u8| *byte < 0xEE && *byte != b'\\';
    let escaped = || a.as_bytes().iter().take(same).any(|byte| *byte == b'\\');
    if simple(x) && simple(y) && !escaped() { x.cmp(y) } else { compare_utf16(&unescape(a), &unescape(b)) }
}

/// The string that a canonically escaped slice stands for.
#[must_use]
pub fn unescape(escaped: &str) -> Cow<'_, str> {
    if !escaped.contains('\\') {
        return Cow::Borrowed(escaped);
    }
    let mut string = String::with_capacity(escaped.len());
    let mut rest = escaped.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            string.push(character);
            continue;
        }
        string.push(match rest.next() {
            Some('b') => '\u{8}',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\u{c}',
            Some('r') => '\r',
            Some('u') => {
                let digits = rest.as_str().get(..4).unwrap_or_default();
                let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                rest = rest.as_str().get(4..).unwrap_or_default().chars();
                code.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(other) => other,
            None => break,
        });
    }
    Cow::Owned(string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_wise_search_agrees_with_the_byte_wise_one() {
        for special in 0..=255u8 {
            for place in 0..20 {
                let mut bytes = vec![b'a'; 20];
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = special;
                }
                let expected = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)).unwrap_or(20);
                assert_eq!(plain_prefix(&bytes), expected, "byte {special} at {place}");
            }
        }
    }

    #[test]
    fn what_is_plain_for_sure_is_what_the_writer_writes() {
        let is_written = |digits: &str| digits.parse::<f64>().is_ok_and(|number| format_number(number) == digits);
        let pieces =
            ["0", "00", "000000", "0000", "1", "5", "10", "90", "123456", "99999999", "12345678901234", "", ".", "e1", "-"];
        let mut plain = 0;
        for whole in pieces {
            for first in pieces {
                for last in pieces {
                    let digits = format!("{whole}.{first}{last}");
                    plain += u32::from(is_plain_fraction(&digits));
                    assert!(!is_plain_fraction(&digits) || is_written(&digits), "{digits}");
                }
            }
        }
        assert!(plain > 100, "{plain}");
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (number, length) = (state >> 14, state % 15);
            let digits = format!("{:.*}", usize::try_from(length).unwrap_or_default(), (number % 10u64.pow(15)).to_string());
            let dot = usize::try_from(state >> 60).unwrap_or_default().min(digits.len());
            let (whole, fraction) = digits.split_at(dot);
            let digits = format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole });
            assert!(!is_plain_fraction(&digits) || is_written(&digits), "{digits}");
        }
        for (digits, expected) in [
            ("0.000001", true),
            ("0.0000001", false),
            ("12.5", true),
            ("12.50", false),
            ("01.5", false),
            (".5", false),
            ("5.", false),
        ] {
            assert_eq!(is_plain_fraction(digits), expected, "{digits}");
        }
    }

    #[test]
    fn only_the_spelling_that_the_writer_writes_is_scanned() {
        let good = ["{}", "[]", r#"{"a":1,"b":[true,null]}"#, r#""\u0001\u000b\n""#, "1e+21", "-5e-324", r#"{"":0," ":0}"#];
        for text in good {
            let mut scanner = Scanner::of(text);
            assert!(scanner.value(0).is_some() && scanner.is_at_end(), "{text}");
        }
        let bad = [
            "{ }",
            "[1, 2]",
            r#"{"b":1,"a":2}"#,
            r#"{"a":1,"a":2}"#,
            r#""\u000A""#,
            r#""\u0041""#,
            r#""\/""#,
            "1.0",
            "1e21",
            "-0",
            "01",
            "9007199254740992",
            r#""\u0000""#,
            "tru",
            "[1,]",
            r#"{"a":1,}"#,
            "\"\n\"",
            "",
            "\"",
            "{",
            "1E+21",
            "0.10",
        ];
        for text in bad {
            let mut scanner = Scanner::of(text);
            assert!(scanner.value(0).is_none() || !scanner.is_at_end(), "{text}");
        }
    }
}
