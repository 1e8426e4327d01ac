//! Hex, base64, UUIDs, times, telephone numbers, counts and CIDs: one spelling each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, clippy::as_conversions)]

mod support;

use call_stream_verify::algorithms::base64;
use call_stream_verify::canonical::Scanner;
use call_stream_verify::json::Value;
use call_stream_verify::objects::call::{Call, Member};
use call_stream_verify::{Digest, Timestamp, Trust, Uuid, cid_of};
use std::collections::BTreeMap;
use support::{corpora, read_json};

/// What the list of strict encodings proposes and this format decides otherwise; `true`: taken here.
const OTHERWISE: &[(&str, &str, bool)] = &[
    // Fractions have one to six digits here and none if zero, not always three.
    ("timestamp", "2026-11-23T08:59:01Z", true),
    ("timestamp", "2026-11-23T08:59:01.123456Z", true),
    ("timestamp", "2024-02-29T00:00:00.000Z", false),
];

fn is_taken(kind: &str, text: &str) -> bool {
    match kind {
        "sha256hex" => Digest::parse(text).is_some(),
        "base64-32" => base64::decode_digest(text).is_some(),
        "uuid" => Uuid::parse_canonical(text).is_some(),
        "timestamp" => Timestamp::parse_canonical(text).is_some(),
        "e164" => text.starts_with('+') && normalized(Member::Caller, text).as_deref() == Some(text),
        "decimal-count" => {
            let mut scanner = Scanner::of(text);
            scanner.integer().is_some() && scanner.is_at_end()
        }
        other => panic!("{other}"),
    }
}

/// The text that a call record keeps of this value.
fn normalized(member: Member, text: &str) -> Option<String> {
    let mut record = call_stream_verify::json::parse(
        br#"{"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","tenant_id":"7e57d004-2b97-4e7a-b45f-5387367791cd","timestamp":"2026-10-01T08:00:00Z",
        "caller":"x","direction":"inbound","duration":1,"disposition":"done","answered":true,"transferred":true,"abandoned":true,"ai_agent":"x",
        "sentiment":"x","purpose":"x","transcript":""}"#,
    )
    .unwrap();
    let Value::Object(members) = &mut record else { panic!() };
    members.iter_mut().filter(|(name, _)| name == member.name()).for_each(|(_, value)| *value = Value::String(text.to_owned()));
    Call::normalize(&record).ok()?.call.string(member).map(|text| text.into_owned())
}

#[test]
fn strict_encodings_are_taken_and_refused_as_listed() {
    let Some(folder) = corpora("strict-encodings") else { return };
    let file = read_json(folder.join("derived/strict-encodings.json"));
    let mut kinds = BTreeMap::<&str, usize>::new();
    let mut otherwise = Vec::new();
    for case in file["cases"].as_array().unwrap() {
        let (kind, text, accept) =
            (case["kind"].as_str().unwrap(), case["text"].as_str().unwrap(), case["accept"].as_bool().unwrap());
        *kinds.entry(kind).or_default() += 1;
        let taken = is_taken(kind, text);
        if taken != accept {
            otherwise.push((kind, text, taken));
        }
        if kind == "decimal-count" {
            // The same rule where a size comes from the command line.
            assert_eq!(Trust::new().with_expected_head(&format!("{text}:{}", Digest::of(b""))).is_ok(), taken, "{text}");
        }
    }
    assert_eq!(kinds.values().sum::<usize>(), 79);
    assert_eq!(kinds.len(), 6);
    let unexpected: Vec<_> = otherwise.iter().filter(|case| !OTHERWISE.contains(case)).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    assert_eq!(
        otherwise.len(),
        file["cases"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|case| { OTHERWISE.iter().any(|(kind, text, _)| case["kind"] == *kind && case["text"] == *text) })
            .count()
    );
    println!("decided otherwise: {otherwise:?}");
}

#[test]
fn ingest_folds_what_means_the_same_and_refuses_the_rest() {
    for (member, text, expected) in [
        (Member::CallId, "2EB8AA08-AA98-41EA-B4AA-73B441D16380", Some("2eb8aa08-aa98-41ea-b4aa-73b441d16380")),
        (Member::CallId, "{2eb8aa08-aa98-41ea-b4aa-73b441d16380}", None),
        (Member::Timestamp, "2026-11-23t08:59:01.123z", Some("2026-11-23T08:59:01.123Z")),
        (Member::Timestamp, "2026-11-23T08:59:01.120+00:00", Some("2026-11-23T08:59:01.12Z")),
        (Member::Timestamp, "2026-11-23T08:59:01.000-00:00", Some("2026-11-23T08:59:01Z")),
        (Member::Timestamp, "2026-11-23T10:59:01.123+02:00", Some("2026-11-23T08:59:01.123Z")),
        (Member::Timestamp, "2026-01-01T00:30:00+01:00", Some("2025-12-31T23:30:00Z")),
        (Member::Timestamp, "0001-01-01T00:00:00+00:01", None),
        (Member::Timestamp, "9999-12-31T23:59:59-00:01", None),
        (Member::Timestamp, "2026-11-23 08:59:01.123Z", None),
        (Member::Timestamp, "2026-11-23T08:59:01.1234567Z", None),
        (Member::Timestamp, "2016-12-31T23:59:60Z", None),
        (Member::Timestamp, "2026-11-23T24:00:00Z", None),
        (Member::Timestamp, "2026-11-23T08:59:01", None),
        (Member::Caller, "+1 (415) 555-01.23", Some("+14155550123")),
        (Member::Caller, "+1\u{a0}4155550123", None),
        (Member::Caller, "+14155550123\u{202c}", None),
        (Member::Caller, "+0155550123", None),
        (Member::Caller, "+1234567890123456", None),
        (Member::Caller, "14155550123", Some("14155550123")),
        (Member::Caller, "anonymous", Some("anonymous")),
        (Member::Caller, "\u{ff0b}14155550123", Some("\u{ff0b}14155550123")),
        (Member::Caller, "", None),
        (Member::Direction, "INBOUND", Some("inbound")),
        (Member::Direction, "internal", None),
        (Member::Disposition, "No-Answer", Some("no-answer")),
        (Member::Disposition, "-x", None),
        (Member::Disposition, "é", None),
        (Member::Sentiment, "", None),
    ] {
        assert_eq!(normalized(member, text).as_deref(), expected, "{member:?} {text:?}");
    }
    for (text, count) in [("x", 256), ("é", 256), ("😀", 256)] {
        assert!(normalized(Member::Purpose, &text.repeat(count)).is_some(), "{text}");
        assert!(normalized(Member::Purpose, &text.repeat(count + 1)).is_none(), "{text}");
    }
}

/// Date-times and UUIDs that JSON Schema takes and this format refuses, or the other way round: `true`: taken here.
const SCHEMA_OTHERWISE: &[(&str, bool)] = &[
    // Leap seconds and more than six digits of fraction are refused.
    ("1998-12-31T23:59:60Z", false),
    ("1998-12-31T15:59:60.123-08:00", false),
    ("1985-04-12T00:59:59.999999999999999Z", false),
];

#[test]
fn json_schema_test_suite_is_followed_but_for_what_is_listed() {
    let Some(folder) = corpora("JSON-Schema-Test-Suite") else { return };
    let mut strings = 0;
    let mut otherwise = Vec::new();
    for (name, take) in [
        ("date-time", (|text| Timestamp::parse(text).is_some()) as fn(&str) -> bool),
        ("uuid", |text| Uuid::parse(text).is_some()),
    ] {
        let file = read_json(folder.join(format!("JSON-Schema-Test-Suite/tests/v1/format/{name}.json")));
        for case in file.as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap()) {
            let Some(text) = case["data"].as_str() else { continue };
            strings += 1;
            if take(text) != case["valid"].as_bool().unwrap() {
                otherwise.push((text.to_owned(), take(text)));
            }
        }
    }
    println!("{strings} strings");
    assert!(strings >= 40, "{strings}");
    let listed: Vec<(String, bool)> = SCHEMA_OTHERWISE.iter().map(|(text, taken)| ((*text).to_owned(), *taken)).collect();
    assert_eq!(otherwise, listed);
}

#[test]
fn cids_are_those_of_multiformats() {
    let Some(folder) = corpora("cid-vectors") else { return };
    let file = read_json(folder.join("derived/cid-vectors.json"));
    let mut raw = 0;
    for vector in file["vectors"].as_array().unwrap().iter().filter(|vector| vector["codec"] == "raw") {
        let digest = Digest::of(&support::hex(&vector["input_hex"]));
        assert_eq!(cid_of(&digest), vector["base32"].as_str().unwrap());
        raw += 1;
    }
    assert_eq!(raw, 10);
    for negative in file["negative"].as_array().unwrap() {
        assert_ne!(cid_of(&Digest::of(b"")), negative["text"].as_str().unwrap());
    }
}
