//! A validator's key and signed results.

use super::refuse;
use crate::algorithms::note::{KeyType, SigningKey};
use crate::composition::attestation::{Attestation, Outcome};
use crate::{Code, Error, Result};
use wasm_bindgen::prelude::*;

/// Makes a signing key from 32 random bytes; returns its secret text.
#[wasm_bindgen(js_name = makeKey)]
pub fn make_key(name: &str, seed: &[u8]) -> std::result::Result<String, JsValue> {
    let key = <[u8; 32]>::try_from(seed)
        .map_err(|_| Error::new(Code::BadOption, "Expected 32 bytes.").member("seed"))
        .and_then(|seed| SigningKey::new_ed25519(name, KeyType::Ed25519, seed));
    key.map(|key| key.to_secret_text()).map_err(|error| refuse(&error))
}

/// The vkey of a secret key's text.
#[wasm_bindgen(js_name = vkeyOf)]
pub fn vkey_of(key: &str) -> std::result::Result<String, JsValue> {
    read_key(key).map(|key| key.verifier().to_string()).map_err(|error| refuse(&error))
}

/// Signs what a report came to; returns the line.
#[wasm_bindgen(js_name = attest)]
pub fn attest(report: &str, key: &str) -> std::result::Result<String, JsValue> {
    let attestation = Outcome::of_report(report).and_then(|outcome| Attestation::sign(outcome, &read_key(key)?));
    attestation.map(|attestation| attestation.to_string()).map_err(|error| refuse(&error))
}

fn read_key(text: &str) -> Result<SigningKey> {
    SigningKey::parse_ed25519(text.strip_suffix('\n').unwrap_or(text))
}
