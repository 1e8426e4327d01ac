//! The JavaScript bindings: bytes in, report JSON out. They decide nothing.
//!
//! No JavaScript object keyed by data crosses this boundary, since `__proto__` is a legal member name: options come as JSON text of
//! fixed shape, results go as JSON text. What is refused is thrown as a plain object `{ code, message, member?, line?, offset? }`;
//! verdicts are data.

mod attestation;
mod checkpoint;
mod options;
mod sealing;

use crate::composition::bundle::reader::{self, LineReader};
use crate::composition::segment::Segment;
use crate::objects::call::{Call, Normalized};
use crate::objects::policy::Witness;
use crate::values::digest;
use crate::{Code, Digest, Error, Results, Trust, cid_of};
pub use attestation::{attest, make_key, vkey_of};
pub use checkpoint::{attach_signature, checkpoint_text, sign_checkpoint};
use js_sys::Uint8Array;
use options::Options;
pub use sealing::{append_event, chain_id, record_verification, revoke_version, seal_call};
use serde::Serialize;
use wasm_bindgen::prelude::*;

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

fn call(record: &[u8]) -> Result<Normalized, JsValue> {
    Call::parse(record).map_err(|error| refuse(&error))
}

/// Copies bytes into the module piece by piece: its memory never shrinks, and a large input shall not make it large.
fn each_piece(bytes: &Uint8Array, mut take: impl FnMut(&[u8])) {
    const PIECE: u32 = 256 * 1024;
    let mut piece = vec![0; usize::try_from(bytes.length().min(PIECE)).unwrap_or_default()];
    let mut start = 0;
    while start < bytes.length() {
        let end = bytes.length().min(start.saturating_add(PIECE));
        let part = bytes.subarray(start, end);
        piece.truncate(usize::try_from(part.length()).unwrap_or_default());
        part.copy_to(&mut piece);
        take(&piece);
        start = end;
    }
}

/// A count as JavaScript counts, exact up to 2^53.
#[allow(clippy::as_conversions, clippy::cast_precision_loss, reason = "no input has 2^53 bytes")]
fn float(count: u64) -> f64 {
    count as f64
}

/// Verifies a bundle that comes in chunks of any size.
#[wasm_bindgen]
pub struct Verifier {
    /// As they came: a saved state holds them.
    options: String,
    verifier: reader::Verifier,
    results: Results,
}

#[wasm_bindgen]
impl Verifier {
    /// A verifier with these options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: String) -> Result<Verifier, JsValue> {
        let (trust, results) = trust(&options)?;
        Ok(Verifier { options, verifier: reader::Verifier::new(trust), results })
    }

    /// Goes on from a saved state, under its own options if no others are given.
    pub fn resume(state: &str, options: Option<String>) -> Result<Verifier, JsValue> {
        let broken = || refuse(&Error::new(Code::BadState, "It is no state, or was damaged or changed."));
        let parts = state.split_once('\n').and_then(|(digest, body)| Some((digest, body, body.split_once('\n')?)));
        let (digest, body, (saved, state)) = parts.ok_or_else(broken)?;
        if Digest::of(body.as_bytes()).to_string() != digest {
            return Err(broken());
        }
        let options = options.unwrap_or_else(|| saved.to_owned());
        let (trust, results) = trust(&options)?;
        let verifier = reader::Verifier::resume(state, trust).map_err(|error| refuse(&error))?;
        Ok(Verifier { options, verifier, results })
    }

    /// The run as text: a digest of the rest, the options, and the core's state.
    pub fn save(&self) -> String {
        let body = format!("{}\n{}", self.options, self.verifier.save());
        format!("{}\n{body}", Digest::of(body.as_bytes()))
    }

    /// Takes the next bytes; returns how many bytes of plain text all so far are, to which the work is in proportion.
    pub fn push(&mut self, chunk: &Uint8Array) -> f64 {
        each_piece(chunk, |piece| self.verifier.push(piece));
        float(self.verifier.work())
    }

    /// Takes lines that [`fold`] has folded, with how many bytes they are.
    pub fn append(&mut self, segment: &[u8], bytes: u32) -> Result<(), JsValue> {
        let part = Segment::from_bytes(segment, self.verifier.trust());
        part.and_then(|part| self.verifier.append(part, bytes.into())).map_err(|error| refuse(&error))
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

/// SHA-256 of bytes that come in chunks of any size.
#[wasm_bindgen]
#[derive(Default)]
pub struct Hasher(digest::Hasher);

#[wasm_bindgen]
impl Hasher {
    /// A hash of nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Adds bytes.
    pub fn push(&mut self, chunk: &Uint8Array) {
        each_piece(chunk, |piece| self.0.update(piece));
    }

    /// The digest of all bytes; the hasher is used up.
    pub fn finish(self) -> String {
        self.0.finish().to_string()
    }
}

/// Folds lines of a plain bundle that begin at the beginning of a line, for a verifier elsewhere to append.
#[wasm_bindgen]
pub fn fold(lines: &Uint8Array, options: &str) -> Result<Vec<u8>, JsValue> {
    let (trust, _) = trust(options)?;
    let mut reader = LineReader::new(Segment::new(&trust));
    each_piece(lines, |piece| reader.push(piece, &trust));
    Ok(reader.finish().to_bytes())
}

fn trust(options: &str) -> Result<(Trust, Results), JsValue> {
    Options::parse(options).and_then(Options::into_trust).map_err(|error| refuse(&error))
}

/// The report on a receipt, as JSON text; a record that is given is judged in place of the receipt's call.
#[wasm_bindgen(js_name = verifyReceipt)]
pub fn verify_receipt(receipt: &[u8], options: &str, record: Option<Vec<u8>>, later: Option<Vec<u8>>) -> Result<String, JsValue> {
    let (trust, _) = trust(options)?;
    let report = match later {
        None => crate::verify_receipt(receipt, &trust, record.as_deref()),
        Some(later) => {
            let mut verifier = crate::Verifier::new(trust);
            verifier.push(&later);
            let (later, trust) = verifier.into_segment();
            crate::verify_receipt_with_later(receipt, &trust, record.as_deref(), &later)
        }
    };
    report.map(|report| report.to_json()).map_err(|error| refuse(&error))
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

/// What a policy or a vkey trusts, as JSON text.
#[wasm_bindgen(js_name = parsePolicy)]
pub fn parse_policy(text: &str) -> Result<String, JsValue> {
    #[derive(Serialize)]
    struct Member {
        name: String,
        vkey: String,
        counts: bool,
    }
    #[derive(Serialize)]
    struct Description {
        logs: Vec<String>,
        revokers: Vec<String>,
        witnesses: Vec<Member>,
        quorum: bool,
        quorum_intersecting: bool,
    }
    let trust = Trust::new().with_policy_or_key(text).map_err(|error| refuse(&error))?;
    let Some(policy) = trust.policy() else { return Ok("null".to_owned()) };
    let member = |witness: &Witness| Member {
        name: String::from_utf8_lossy(witness.name()).into_owned(),
        vkey: witness.key().to_string(),
        counts: witness.counts(),
    };
    let description = Description {
        logs: policy.logs().iter().map(ToString::to_string).collect(),
        revokers: policy.revokers().iter().map(ToString::to_string).collect(),
        witnesses: policy.witnesses().iter().map(member).collect(),
        quorum: !policy.quorum_is_none(),
        quorum_intersecting: policy.intersecting(),
    };
    Ok(serde_json::to_string(&description).unwrap_or_default())
}
