//! What every line must be: canonical JSON with the members of its type, values of their forms.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub(super) type Hash = [u8; 32];

pub(super) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

pub(super) fn hmac(key: &[u8], message: &[u8]) -> Hash {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

pub(super) fn jcs(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).unwrap()
}

pub(super) fn hash_of(value: &Value) -> Option<Hash> {
    let text = value.as_str()?;
    let bytes = hex::decode(text).ok()?;
    (hex::encode(&bytes) == text).then_some(())?;
    bytes.try_into().ok()
}

pub(super) fn is_hash(value: &Value) -> bool {
    hash_of(value).is_some()
}

pub(super) fn is_uuid(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            })
    })
}

/// `YYYY-MM-DDTHH:MM:SS[.f]Z`, to seconds since some day.
pub(super) fn time_of(value: &Value) -> Option<i64> {
    let text = value.as_str()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    if fraction.is_some_and(|f| f.is_empty() || f.len() > 6 || f.ends_with('0') || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    if whole.len() != pattern.len()
        || !whole.bytes().zip(pattern).all(|(b, p)| if *p == b'd' { b.is_ascii_digit() } else { b == *p })
    {
        return None;
    }
    let part = |from: usize, to: usize| whole[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute, second) = (part(11, 13), part(14, 16), part(17, 19));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let valid = year >= 1
        && (1..=12).contains(&month)
        && day >= 1
        && day <= lengths[month as usize - 1]
        && hour < 24
        && minute < 60
        && second < 60;
    let days = (1..year).map(|y| 365 + i64::from(y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))).sum::<i64>()
        + lengths[..(month.max(1) as usize - 1).min(11)].iter().sum::<i64>()
        + day;
    valid.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

pub(super) fn is_count(value: &Value) -> bool {
    value.as_u64().is_some_and(|count| count <= 9_007_199_254_740_991)
}

pub(super) fn is_text(value: &Value, most: usize) -> bool {
    value.as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()))
}

pub(super) fn is_token(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        text.len() <= 64
            && text.bytes().next().is_some_and(lower)
            && text.bytes().all(|byte| lower(byte) || byte == b'_' || byte == b'-')
    })
}

pub(super) const MEMBERS: [&str; 16] = [
    "call_id",
    "tenant_id",
    "timestamp",
    "caller",
    "direction",
    "duration",
    "disposition",
    "answered",
    "transferred",
    "abandoned",
    "ai_agent",
    "sentiment",
    "purpose",
    "transcript",
    "recording_ref",
    "salt",
];

pub(super) fn is_member(name: &str, value: &Value) -> bool {
    match name {
        "call_id" | "tenant_id" => is_uuid(value),
        "timestamp" => time_of(value).is_some(),
        "caller" => match value.as_str() {
            Some(text) if text.starts_with('+') => {
                let digits = &text[1..];
                (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
            }
            _ => is_text(value, 256),
        },
        "direction" => value == "inbound" || value == "outbound",
        "duration" => is_count(value),
        "disposition" | "sentiment" => is_token(value),
        "answered" | "transferred" | "abandoned" => value.is_boolean(),
        "ai_agent" | "purpose" => is_text(value, 256),
        "transcript" => value.is_string(),
        "recording_ref" => is_text(value, 2048),
        "salt" => is_hash(value),
        _ => false,
    }
}

/// The rules of every JSON text in here that a parse tree shows.
pub(super) fn is_sound(value: &Value, depth: usize) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Number(_) => {
            let text = jcs(value);
            text.contains(['.', 'e'])
                || text.trim_start_matches('-').parse::<u64>().is_ok_and(|number| number <= 9_007_199_254_740_991)
        }
        Value::Array(items) => depth < 32 && items.iter().all(|item| is_sound(item, depth + 1)),
        Value::Object(members) => {
            depth < 32
                && members.len() <= 256
                && members.iter().all(|(name, item)| !name.contains('\0') && is_sound(item, depth + 1))
        }
        _ => true,
    }
}

/// The text of an object with its members in this order, or `None` if it has others. A name that ends in `?` may be absent.
pub(super) fn in_order(
    object: &Map<String, Value>,
    names: &[&str],
    write: impl Fn(&str, &Value) -> Option<String>,
) -> Option<String> {
    let mut parts = Vec::new();
    for name in names {
        let optional = name.ends_with('?');
        let name = name.trim_end_matches('?');
        match object.get(name) {
            Some(value) => parts.push(format!("{}:{}", jcs(&Value::from(name)), write(name, value)?)),
            None if optional => {}
            None => return None,
        }
    }
    (parts.len() == object.len()).then(|| format!("{{{}}}", parts.join(",")))
}

pub(super) fn keep(holds: bool, value: &Value) -> Option<String> {
    holds.then(|| jcs(value))
}

pub(super) fn has_exactly(object: &Value, required: &[&str], optional: &[&str]) -> bool {
    object.as_object().is_some_and(|object| {
        required.iter().all(|name| object.contains_key(*name))
            && object.keys().all(|name| required.contains(&name.as_str()) || optional.contains(&name.as_str()))
    })
}

pub(super) fn is_hashes(value: &Value) -> bool {
    let digest =
        |value: &Value| value.as_str().and_then(|text| STANDARD.decode(text).ok()).is_some_and(|bytes| bytes.len() == 32);
    value.as_array().is_some_and(|hashes| hashes.len() <= 63 && hashes.iter().all(digest))
}

pub(super) fn is_entry(entry: &Value) -> bool {
    let event_type = entry["event_type"].as_str().unwrap_or_default();
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    has_exactly(entry, &["entity_id", "event_type", "payload", "prev_hash", "timestamp"], &[])
        && is_text(&entry["entity_id"], 256)
        && event_type.len() <= 64
        && event_type.split('.').all(word)
        && entry["payload"].is_object()
        && is_hash(&entry["prev_hash"])
        && time_of(&entry["timestamp"]).is_some()
}

pub(super) fn is_header(header: &Value) -> bool {
    let origin = header["origin"].as_str().unwrap_or_default();
    has_exactly(header, &["format", "hash", "tenant_id", "origin", "created_at"], &[])
        && header["format"] == "call-stream-verify/1"
        && header["hash"] == "sha-256"
        && is_uuid(&header["tenant_id"])
        && is_text(&header["origin"], 256)
        && origin.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+')
        && !origin.contains("://")
        && time_of(&header["created_at"]).is_some()
}

/// The canonical text of a line of the format that has this content, or `None` if there is no such line.
pub(super) fn canonical_line(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    let types = |name: &str, value: &Value| keep(name == "type", value);
    match object.get("type")?.as_str()? {
        "manifest" => {
            in_order(object, &["type", "format", "chain", "range", "prev_hash", "exported_at"], |name, value| match name {
                "format" => keep(value == "call-stream-verify/1", value),
                "chain" => keep(is_header(value), value),
                "range" => {
                    let (start, end) = (value["start"].as_u64()?, value["end"].as_u64()?);
                    (start <= end && is_count(&value["end"])).then_some(())?;
                    in_order(value.as_object()?, &["start", "end"], |_, value| Some(jcs(value)))
                }
                "prev_hash" => keep(is_hash(value), value),
                "exported_at" => keep(time_of(value).is_some(), value),
                _ => types(name, value),
            })
        }
        "entry" => in_order(object, &["type", "seq", "entry_hash", "entry"], |name, value| match name {
            "seq" => keep(is_count(value), value),
            "entry_hash" => keep(is_hash(value), value),
            "entry" => keep(is_entry(value), value),
            _ => types(name, value),
        }),
        "call" => in_order(object, &["type", "call"], |name, value| match name {
            "call" => {
                let names: Vec<String> = MEMBERS
                    .iter()
                    .map(|m| format!("{m}{}", if matches!(*m, "recording_ref" | "salt") { "?" } else { "" }))
                    .collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                in_order(value.as_object()?, &names, |name, value| keep(is_member(name, value), value))
            }
            _ => types(name, value),
        }),
        "redacted" => in_order(object, &["type", "call", "salts"], |name, value| {
            let names: Vec<String> =
                MEMBERS[..15].iter().map(|m| format!("{m}{}", if *m == "call_id" { "" } else { "?" })).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            match name {
                "call" => in_order(value.as_object()?, &names, |name, value| keep(is_member(name, value), value)),
                "salts" => {
                    let shown = object["call"].as_object()?;
                    let salts = value.as_object()?;
                    (shown.len() == salts.len() && shown.keys().all(|name| salts.contains_key(name))).then_some(())?;
                    in_order(salts, &names, |_, value| keep(is_hash(value), value))
                }
                _ => types(name, value),
            }
        }),
        "checkpoint" => {
            in_order(
                object,
                &["type", "note"],
                |name, value| if name == "note" { keep(value.is_string(), value) } else { types(name, value) },
            )
        }
        "anchor" => in_order(object, &["type", "kind", "size", "proof"], |name, value| match name {
            "kind" => keep(value == "opentimestamps", value),
            "size" => keep(is_count(value), value),
            "proof" => keep(STANDARD.decode(value.as_str()?).ok()?.len() <= 65_536, value),
            _ => types(name, value),
        }),
        "consistency" => in_order(object, &["type", "from", "to", "hashes"], |name, value| match name {
            "from" | "to" => keep(is_count(value), value),
            "hashes" => keep(is_hashes(value), value),
            _ => types(name, value),
        }),
        "inclusion" => in_order(object, &["type", "seq", "size", "hashes"], |name, value| match name {
            "seq" | "size" => keep(is_count(value), value),
            "hashes" => keep(is_hashes(value), value),
            _ => types(name, value),
        }),
        "end" => in_order(object, &["type", "entries", "calls", "head", "envelope"], |name, value| match name {
            "entries" | "calls" => keep(is_count(value), value),
            "head" | "envelope" => keep(is_hash(value), value),
            _ => types(name, value),
        }),
        _ => None,
    }
}
