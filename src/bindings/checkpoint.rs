//! Checkpoints for whoever keeps the chain: its size and root in, a signed note out.

use super::options::Options;
use super::refuse;
use crate::algorithms::note::{Note, NoteSignature, SignatureCheck, SigningKey, VerifierKey};
use crate::objects::checkpoint::Checkpoint;
use crate::{Code, Error, Result};
use wasm_bindgen::prelude::*;

/// The text of a checkpoint, which a log signs.
#[wasm_bindgen(js_name = checkpointText)]
pub fn checkpoint_text(options: &str) -> std::result::Result<String, JsValue> {
    text_in(options).map_err(|error| refuse(&error))
}

/// The text under the log's signature, as a note.
#[wasm_bindgen(js_name = signCheckpoint)]
pub fn sign_checkpoint(text: &str, key: &str) -> std::result::Result<String, JsValue> {
    let signed = Checkpoint::parse(text).and_then(|checkpoint| checkpoint.sign(&SigningKey::parse_ed25519(key.trim())?));
    signed.map(|signed| signed.to_string()).map_err(|error| refuse(&error))
}

/// The text with a signature that was made elsewhere, as a note.
#[wasm_bindgen(js_name = attachSignature)]
pub fn attach_signature(text: &str, vkey: &str, signature: &[u8]) -> std::result::Result<String, JsValue> {
    attach(text, vkey, signature).map(|note| note.to_string()).map_err(|error| refuse(&error))
}

fn text_in(options: &str) -> Result<String> {
    let missing = |name: &str| Error::new(Code::BadOption, "It is missing.").member(name);
    let mut options = Options::parse(options)?;
    let origin = options.required("origin")?;
    let size = options.number("size")?.ok_or_else(|| missing("size"))?;
    let root = options.digest("rootHash")?.ok_or_else(|| missing("rootHash"))?;
    options.end()?;
    Ok(Checkpoint::new(&origin, size, root)?.to_string())
}

fn attach(text: &str, vkey: &str, signature: &[u8]) -> Result<Note> {
    let (checkpoint, key) = (Checkpoint::parse(text)?, VerifierKey::parse(vkey.trim())?);
    if key.name() != checkpoint.origin() {
        return Err(Error::new(Code::BadKey, "A log's key is named like its origin."));
    }
    let note = Note::new(text, vec![NoteSignature::by(&key, signature.to_vec())])?;
    match note.check(&key) {
        SignatureCheck::Good => Ok(note),
        SignatureCheck::Bad | SignatureCheck::Absent => Err(Error::new(Code::BadKey, "It did not make this signature.")),
    }
}
