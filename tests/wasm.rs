//! The exported functions inside WebAssembly, in Node and in a browser's worker.
//!
//! The shared vectors run through the npm package (`tests/js`); here stands what needs no file.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#![allow(clippy::unwrap_used, reason = "tests fail by panic")]

use call_stream_verify::Digest;
use call_stream_verify::algorithms::sha256_lanes;
use call_stream_verify::bindings::{Verifier, canonicalize_call, cid_of_call, hash_call};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const RECORD: &str = r#"{ "recording_ref": "", "transcript": "Caller: hello\nAI: good evening", "purpose": "reservation",
    "sentiment": "NEUTRAL", "ai_agent": "CSAI", "abandoned": false, "transferred": false, "answered": true,
    "disposition": "completed", "duration": 1.05e2, "direction": "Inbound", "caller": "+1 (305) 555-0123",
    "timestamp": "2026-10-01T10:00:00.000+02:00", "tenant_id": "7E57D004-2B97-4E7A-B45F-5387367791CD",
    "call_id": "0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b" }"#;
const PAYLOAD: &str = r#"{"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","tenant_id":"7e57d004-2b97-4e7a-b45f-5387367791cd","timestamp":"2026-10-01T08:00:00Z","caller":"+13055550123","direction":"inbound","duration":105,"disposition":"completed","answered":true,"transferred":false,"abandoned":false,"ai_agent":"CSAI","sentiment":"neutral","purpose":"reservation","transcript":"Caller: hello\nAI: good evening"}"#;
// `printf %s "$PAYLOAD" | sha256sum`
const HASH: &str = "1a14c499a81d6130da1a0ea69e3b625a65a9c7b8c8f1ecb3a6861cad4a148a3e";

#[wasm_bindgen_test]
fn a_record_is_brought_to_its_canonical_payload() {
    let payload = canonicalize_call(RECORD.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(payload).unwrap(), PAYLOAD);
}

#[wasm_bindgen_test]
fn digests_are_those_of_sha256sum() {
    assert_eq!(Digest::of(PAYLOAD.as_bytes()).to_string(), HASH);
    let hashes = hash_call(RECORD.as_bytes()).unwrap();
    assert!(hashes.contains(&format!("\"canonical_payload_hash\":\"{HASH}\"")), "{hashes}");
    let cid = cid_of_call(RECORD.as_bytes()).unwrap();
    assert!(hashes.contains(&format!("\"cid\":\"{cid}\"")), "{hashes}");
}

#[wasm_bindgen_test]
fn four_lanes_agree_with_one_message_at_a_time_for_every_length() {
    let bytes: Vec<u8> = (0..400u32).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect();
    let messages: Vec<&[u8]> = (0..400).filter_map(|number| bytes.get(..number * 163 % 400)).collect();
    let expected: Vec<Digest> = messages.iter().copied().map(Digest::of).collect();
    assert_eq!(sha256_lanes::digest_all(&messages), expected);
    for count in 0..9 {
        assert_eq!(sha256_lanes::digest_all(messages.get(..count).unwrap()), expected.get(..count).unwrap());
    }
}

#[wasm_bindgen_test]
fn a_refusal_is_a_plain_object_with_code_and_member() {
    let refusal = canonicalize_call(RECORD.replace("1.05e2", "-1").as_bytes()).unwrap_err();
    assert_eq!(member(&refusal, "code"), JsValue::from("bad-member"));
    assert_eq!(member(&refusal, "member"), JsValue::from("duration"));
    assert!(member(&refusal, "message").is_string());
    assert!(!refusal.is_instance_of::<js_sys::Error>());
}

#[wasm_bindgen_test]
fn any_chunking_gives_the_same_report() {
    let bundle = b"{\"type\":\"manifest\"}\nno bundle\n";
    let mut verifier = Verifier::new("{}".to_owned()).unwrap();
    verifier.push(&Uint8Array::from(bundle.as_slice()));
    let whole = verifier.finish();
    assert!(whole.contains("\"verdict\":\"not_proven\""), "{whole}");
    for size in 1..bundle.len() {
        let mut verifier = Verifier::new("{}".to_owned()).unwrap();
        for chunk in bundle.chunks(size) {
            verifier.push(&Uint8Array::from(chunk));
        }
        assert_eq!(verifier.finish(), whole, "in chunks of {size}");
    }
}

fn member(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from(name)).unwrap()
}
