//! The strict JSON reader against other people's JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

mod support;

use call_stream_verify::canonical;
use call_stream_verify::json::{self, Value};
use std::collections::BTreeMap;
use support::{corpora, files, read, read_json};

/// Valid JSON that is not I-JSON as this format restricts it, with the code that says so.
const REFUSED: &[(&str, &str)] = &[
    ("y_number_minus_zero", "json-negative-zero"),
    ("y_number_negative_zero", "json-negative-zero"),
    ("y_object_duplicated_key", "json-duplicate-member"),
    ("y_object_duplicated_key_and_value", "json-duplicate-member"),
    ("y_object_escaped_null_in_key", "json-nul"),
    ("y_string_null_escape", "json-nul"),
];

/// Texts on which RFC 8259 leaves readers free, with the code, or `taken`.
const FREE: &[(&str, &str)] = &[
    ("i_number_double_huge_neg_exp", "taken"),
    ("i_number_huge_exp", "json-number-range"),
    ("i_number_neg_int_huge_exp", "json-number-range"),
    ("i_number_pos_double_huge_exp", "json-number-range"),
    ("i_number_real_neg_overflow", "json-number-range"),
    ("i_number_real_pos_overflow", "json-number-range"),
    ("i_number_real_underflow", "taken"),
    ("i_number_too_big_neg_int", "json-number-range"),
    ("i_number_too_big_pos_int", "json-number-range"),
    ("i_number_very_big_negative_int", "json-number-range"),
    ("i_object_key_lone_2nd_surrogate", "json-surrogate"),
    ("i_string_1st_surrogate_but_2nd_missing", "json-surrogate"),
    ("i_string_1st_valid_surrogate_2nd_invalid", "json-surrogate"),
    ("i_string_UTF-16LE_with_BOM", "json-utf8"),
    ("i_string_UTF-8_invalid_sequence", "json-utf8"),
    ("i_string_UTF8_surrogate_U+D800", "json-utf8"),
    ("i_string_incomplete_surrogate_and_escape_valid", "json-surrogate"),
    ("i_string_incomplete_surrogate_pair", "json-surrogate"),
    ("i_string_incomplete_surrogates_escape_valid", "json-surrogate"),
    ("i_string_invalid_lonely_surrogate", "json-surrogate"),
    ("i_string_invalid_surrogate", "json-surrogate"),
    ("i_string_invalid_utf-8", "json-utf8"),
    ("i_string_inverted_surrogates_U+1D11E", "json-surrogate"),
    ("i_string_iso_latin_1", "json-utf8"),
    ("i_string_lone_second_surrogate", "json-surrogate"),
    ("i_string_lone_utf8_continuation_byte", "json-utf8"),
    ("i_string_not_in_unicode_range", "json-utf8"),
    ("i_string_overlong_sequence_2_bytes", "json-utf8"),
    ("i_string_overlong_sequence_6_bytes", "json-utf8"),
    ("i_string_overlong_sequence_6_bytes_null", "json-utf8"),
    ("i_string_truncated-utf-8", "json-utf8"),
    ("i_string_utf16BE_no_BOM", "json-utf8"),
    ("i_string_utf16LE_no_BOM", "json-utf8"),
    ("i_structure_500_nested_arrays", "json-depth"),
    ("i_structure_UTF-8_BOM_empty_object", "json-bom"),
];

fn outcome(bytes: &[u8]) -> &'static str {
    json::parse(bytes).map_or_else(|error| error.code().name(), |_| "taken")
}

#[test]
fn json_test_suite_is_taken_or_refused_by_name() {
    let Some(folder) = corpora("JSONTestSuite") else { return };
    let (mut refused, mut free) = (BTreeMap::new(), BTreeMap::new());
    let mut counts = [0; 3];
    for path in files(&folder.join("JSONTestSuite/test_parsing")) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let outcome = outcome(&read(&path));
        match name.split_at(2) {
            ("n_", _) => {
                counts[0] += 1;
                assert!(outcome.starts_with("json-"), "{name} was taken");
            }
            ("y_", _) => {
                counts[1] += 1;
                if outcome != "taken" {
                    refused.insert(name, outcome);
                }
            }
            _ => {
                counts[2] += 1;
                free.insert(name, outcome);
            }
        }
    }
    assert_eq!(counts, [188, 95, 35]);
    let listed = |list: &[(&'static str, &'static str)]| {
        list.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(refused, listed(REFUSED));
    assert_eq!(free, listed(FREE));
}

#[test]
fn the_reader_and_serde_json_agree_on_every_text_that_is_taken() {
    let Some(folder) = corpora("JSONTestSuite") else { return };
    let mut compared = 0;
    for path in files(&folder.join("JSONTestSuite")) {
        let bytes = read(&path);
        let Ok(value) = json::parse(&bytes) else { continue };
        let other: serde_json::Value =
            serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if let Ok(canonical) = canonical::format(&value) {
            assert_eq!(canonical, serde_json_canonicalizer::to_vec(&other).unwrap(), "{}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 90, "{compared}");
}

#[test]
fn every_naughty_string_comes_back() {
    let Some(folder) = corpora("blns") else { return };
    let strings = read_json(folder.join("blns/blns.json"));
    let strings = strings.as_array().unwrap();
    assert_eq!(strings.len(), 515);
    for string in strings {
        let string = string.as_str().unwrap();
        let value = Value::Object(vec![(string.to_owned(), Value::String(string.to_owned()))]);
        let text = canonical::format(&value).unwrap();
        if string.contains('\0') {
            assert_eq!(outcome(&text), "json-nul");
            continue;
        }
        assert_eq!(json::parse(&text).unwrap(), value, "{string:?}");
        let mut scanner = canonical::Scanner::new(&text).unwrap();
        assert!(scanner.value(0).is_some() && scanner.is_at_end(), "{string:?}");
        let escaped = &std::str::from_utf8(&text).unwrap()[2..];
        assert_eq!(canonical::unescape(&escaped[..(escaped.len() - 5) / 2]).as_ref().len(), string.len(), "{string:?}");
        let spelled: String = string.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
        assert_eq!(json::parse(format!("\"{spelled}\"").as_bytes()).unwrap(), Value::String(string.to_owned()), "{string:?}");
    }
}

#[test]
fn limits_are_exact() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(outcome(nested(32).as_bytes()), "taken");
    assert_eq!(outcome(nested(33).as_bytes()), "json-depth");
    assert_eq!(outcome(nested(1_000_000).as_bytes()), "json-depth");
    let members = |count: usize| {
        let members: Vec<String> = (0..count).map(|number| format!("\"{number}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(outcome(members(256).as_bytes()), "taken");
    assert_eq!(outcome(members(257).as_bytes()), "json-members");
    for (text, expected) in [
        ("9007199254740991", "taken"),
        ("-9007199254740991", "taken"),
        ("9007199254740992", "json-number-range"),
        ("-9007199254740992", "json-number-range"),
        ("99999999999999999999999", "json-number-range"),
        ("9007199254740993.0", "taken"),
        ("1e308", "taken"),
        ("1.7976931348623157e308", "taken"),
        ("1.7976931348623159e308", "json-number-range"),
        ("1e400", "json-number-range"),
        ("-0", "json-negative-zero"),
        ("-0.0", "json-negative-zero"),
        ("-0e5", "json-negative-zero"),
        ("-1e-400", "json-negative-zero"),
        ("1e-400", "taken"),
        ("\"\\u0000\"", "json-nul"),
        ("{\"\\u0000\":1}", "json-nul"),
        ("{\"a\":1,\"\\u0061\":1}", "json-duplicate-member"),
        ("[[{\"x\":{\"a\":1,\"b\":2,\"a\":1}}]]", "json-duplicate-member"),
        ("", "json-empty"),
        (" \n", "json-empty"),
    ] {
        assert_eq!(outcome(text.as_bytes()), expected, "{text}");
    }
}
