//! The JavaScript bindings: bytes in, report JSON out. They decide nothing.
//!
//! No JavaScript object keyed by data crosses this boundary, since `__proto__` is a legal member name. What is refused is
//! thrown as a plain object `{ code, message, member?, line?, offset? }`; verdicts are data.

use crate::composition::bundle::reader;
use crate::objects::call::Call;
use crate::{Code, Error, Level, Results, Trust, cid_of};
use js_sys::{Object, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// The option object of `verify` and `Verifier`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    policy: Option<String>,
    expect: Option<String>,
    tenant: Option<String>,
    min_level: Option<String>,
    chain_only: bool,
    all: bool,
}

impl Options {
    fn read(options: JsValue) -> Result<(Trust, Results), JsValue> {
        let refuse_option = |detail, name: &str| refuse(&Error::new(Code::BadOption, detail).member(name));
        let options: Options = match options.dyn_ref::<Object>() {
            None if options.is_undefined() || options.is_null() => Options::default(),
            None => return Err(refuse_option("Expected an object.", "options")),
            Some(object) => {
                // A misspelled option must not be a weaker question, and serde-wasm-bindgen passes over names it doesn't know.
                for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
                    let value = Reflect::get(object, &JsValue::from_str(&name)).unwrap_or(JsValue::UNDEFINED);
                    let fits = match name.as_str() {
                        "policy" | "expect" | "tenant" | "minLevel" => value.is_string(),
                        "chainOnly" | "all" => value.as_bool().is_some(),
                        _ => return Err(refuse_option("There is no such option.", &name)),
                    };
                    if !fits && !value.is_undefined() {
                        return Err(refuse_option("It is of the wrong type.", &name));
                    }
                }
                serde_wasm_bindgen::from_value(options)
                    .map_err(|_| refuse_option("An option is of the wrong type.", "options"))?
            }
        };
        let results = if options.all { Results::All } else { Results::NotVerified };
        options.trust().map(|trust| (trust, results)).map_err(|error| refuse(&error))
    }

    fn trust(self) -> crate::Result<Trust> {
        let mut trust = Trust::new().with_chain_only(self.chain_only);
        if let Some(policy) = self.policy {
            trust = trust.with_policy_or_key(&policy)?;
        }
        if let Some(expect) = self.expect {
            trust = trust.with_expected_head(&expect)?;
        }
        if let Some(tenant) = self.tenant {
            trust = trust.with_tenant(&tenant)?;
        }
        if let Some(level) = self.min_level {
            let level =
                Level::parse(&level).ok_or_else(|| Error::new(Code::BadOption, "Expected L2 to L5.").member("minLevel"))?;
            trust = trust.with_minimum_level(level).map_err(|error| error.member("minLevel"))?;
        }
        Ok(trust)
    }
}

#[derive(Serialize)]
struct Refusal<'a> {
    code: &'static str,
    message: String,
    member: Option<&'a str>,
    line: Option<u64>,
    offset: Option<u64>,
}

fn refuse(error: &Error) -> JsValue {
    let message = match (error.code(), error.member_name()) {
        (Code::BadOption, Some(option)) => format!("{} (option {})", error.message(), option.escape_debug()),
        _ => error.message(),
    };
    let refusal = Refusal {
        code: error.code().name(),
        message,
        member: error.member_name(),
        line: error.line_number(),
        offset: error.byte_offset(),
    };
    refusal.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

fn call(record: &[u8]) -> Result<crate::objects::call::Normalized, JsValue> {
    Call::parse(record).map_err(|error| refuse(&error))
}

/// Copies bytes into the module piece by piece: its memory never shrinks, and a large input shall not make it large.
fn push(verifier: &mut reader::Verifier, bytes: &Uint8Array) {
    const PIECE: u32 = 256 * 1024;
    let mut piece = vec![0; usize::try_from(bytes.length().min(PIECE)).unwrap_or_default()];
    let mut start = 0;
    while start < bytes.length() {
        let end = bytes.length().min(start.saturating_add(PIECE));
        let part = bytes.subarray(start, end);
        piece.truncate(usize::try_from(part.length()).unwrap_or_default());
        part.copy_to(&mut piece);
        verifier.push(&piece);
        start = end;
    }
}

/// Verifies a whole bundle; returns the report's JSON text.
#[wasm_bindgen]
pub fn verify(bundle: &Uint8Array, options: JsValue) -> Result<String, JsValue> {
    let (trust, results) = Options::read(options)?;
    let mut verifier = reader::Verifier::new(trust);
    push(&mut verifier, bundle);
    Ok(verifier.finish(results).to_json())
}

/// Verifies a bundle that comes in chunks of any size.
#[wasm_bindgen]
pub struct Verifier {
    verifier: reader::Verifier,
    results: Results,
}

#[wasm_bindgen]
impl Verifier {
    /// A verifier with these options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Verifier, JsValue> {
        let (trust, results) = Options::read(options)?;
        Ok(Verifier { verifier: reader::Verifier::new(trust), results })
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &Uint8Array) {
        push(&mut self.verifier, chunk);
    }

    /// How far the run has come: `{ bytes, lines, entries, calls }`.
    pub fn progress(&self) -> JsValue {
        self.verifier.progress().serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
    }

    /// Ends the input and returns the report's JSON text; the verifier is used up.
    pub fn finish(self) -> String {
        self.verifier.finish(self.results).to_json()
    }
}

/// The canonical payload of a call record.
#[wasm_bindgen(js_name = canonicalizeCall)]
pub fn canonicalize_call(record: &[u8]) -> Result<Vec<u8>, JsValue> {
    call(record).map(|normalized| normalized.call.payload().as_bytes().to_vec())
}

/// What hashing a call record gives, as JSON text.
#[wasm_bindgen(js_name = hashCall)]
pub fn hash_call(record: &[u8]) -> Result<String, JsValue> {
    call(record).map(|normalized| normalized.describe(None))
}

/// The content identifier of a call record's canonical payload.
#[wasm_bindgen(js_name = cidOf)]
pub fn cid_of_call(record: &[u8]) -> Result<String, JsValue> {
    call(record).map(|normalized| cid_of(&normalized.call.compute_digests(None).canonical_payload_hash))
}

/// What a code means, as JSON text `{ code, severity, sentence, explanation }`; undefined for a code that does not exist.
#[wasm_bindgen]
pub fn explain(code: &str) -> Option<String> {
    let code = Code::parse(code)?;
    #[derive(Serialize)]
    struct Explanation {
        code: &'static str,
        severity: &'static str,
        sentence: &'static str,
        explanation: &'static str,
    }
    let explanation = Explanation {
        code: code.name(),
        severity: code.effect().severity(),
        sentence: code.sentence(),
        explanation: code.explanation(),
    };
    serde_json::to_string(&explanation).ok()
}
