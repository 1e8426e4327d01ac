//! Sealing for whoever keeps the chain, such as a database: its end and one call in, the next entry out.

use super::options::Options;
use super::refuse;
use crate::algorithms::canonical::quoted;
use crate::algorithms::note::SigningKey;
use crate::composition::chain_state::{ChainEnd, NewEntry};
use crate::composition::seal::{self, Withdrawal};
use crate::objects::call::{Call, Finalization};
use crate::objects::chain::Header;
use crate::objects::event::{Actor, VERIFICATION_RECORDED, VERSION_CREATED, VERSION_REVOKED};
use crate::values::json;
use crate::{Code, Error, Result, Timestamp, Uuid, cid_of};
use wasm_bindgen::prelude::*;

/// Seals a call; returns JSON text.
#[wasm_bindgen(js_name = sealCall)]
pub fn seal_call(record: &[u8], options: &str) -> std::result::Result<String, JsValue> {
    seal_in(record, options).map_err(|error| refuse(&error))
}

/// Verifies a call's present record against its latest version and records the attempt; returns JSON text.
#[wasm_bindgen(js_name = recordVerification)]
pub fn record_verification(record: &[u8], options: &str) -> std::result::Result<String, JsValue> {
    record_in(record, options).map_err(|error| refuse(&error))
}

/// Revokes a version of a call; returns JSON text.
#[wasm_bindgen(js_name = revokeVersion)]
pub fn revoke_version(call_id: &str, options: &str) -> std::result::Result<String, JsValue> {
    revoke_in(call_id, options).map_err(|error| refuse(&error))
}

/// Adds an event of a type that has no function of its own; returns the entry as JSON text.
#[wasm_bindgen(js_name = appendEvent)]
pub fn append_event(payload: &[u8], options: &str) -> std::result::Result<String, JsValue> {
    append_in(payload, options).map_err(|error| refuse(&error))
}

/// The hash in front of a chain's first entry.
#[wasm_bindgen(js_name = chainId)]
pub fn chain_id(header: &str) -> std::result::Result<String, JsValue> {
    let header = Options::parse(header).and_then(|mut options| {
        let (tenant_id, origin, created_at) =
            (options.uuid("tenantId")?, options.required("origin")?, options.time("createdAt")?);
        options.end()?;
        if !crate::objects::chain::is_origin(&origin) {
            return Err(Error::new(Code::BadOption, "Expected a schema-less URL without spaces and plus signs.").member("origin"));
        }
        Ok(Header { tenant_id, origin, created_at })
    });
    header.map(|header| header.chain_id().to_string()).map_err(|error| refuse(&error))
}

fn seal_in(record: &[u8], options: &str) -> Result<String> {
    let mut options = Options::parse(options)?;
    let record = Call::parse(record)?;
    let mut chain = read_chain(options.object("chain")?, Some(record.call.call_id()))?;
    let mut stated = options.object("statement")?;
    let statement = Finalization {
        transcript_complete: stated.flag("transcriptComplete")?,
        metadata_locked: stated.flag("metadataLocked")?,
        ai_outputs_stable: stated.flag("aiOutputsStable")?,
    };
    stated.end()?;
    let at = options.time("at")?;
    let recording = options.digest("recording")?;
    let dropped = options.texts("drop")?;
    let key = read_key(&mut options)?;
    options.end()?;
    let call = seal::drop_uncovered(record, &dropped)?;
    let sealed = seal::seal(&mut chain, &call, statement, recording, at, key.as_ref())?;
    let status = if sealed.entry.is_some() { "sealed" } else { "existing" };
    let hash = sealed.canonical_payload_hash;
    Ok(format!(
        "{{\"status\":\"{status}\",\"call_id\":\"{}\",\"version\":{},\"seq\":{},\"canonical_payload_hash\":\"{hash}\",\"cid\":\"{}\",\"revoked\":{},\"entry\":{}}}",
        call.call_id(),
        sealed.version,
        sealed.seq,
        cid_of(&hash),
        sealed.revoked,
        format_entry(sealed.entry.as_ref()),
    ))
}

fn record_in(record: &[u8], options: &str) -> Result<String> {
    let mut options = Options::parse(options)?;
    let call = Call::parse(record)?.call;
    let mut chain = read_chain(options.object("chain")?, Some(call.call_id()))?;
    let (method, at) = (options.required("method")?, options.time("at")?);
    let actor = read_actor(options.object("actor")?)?;
    options.end()?;
    let recorded = seal::record_attempt(&mut chain, &call, &method, actor, at)?;
    Ok(format!(
        "{{\"call_id\":\"{}\",\"result\":\"{}\",\"version\":{},\"expected_hash\":\"{}\",\"computed_hash\":\"{}\",\"entry\":{}}}",
        call.call_id(),
        recorded.result.name(),
        recorded.version,
        recorded.expected,
        recorded.computed,
        format_entry(Some(&recorded.entry)),
    ))
}

fn revoke_in(call_id: &str, options: &str) -> Result<String> {
    let call_id = Uuid::parse(call_id).ok_or_else(|| Error::new(Code::BadOption, "Expected a UUID.").member("callId"))?;
    let mut options = Options::parse(options)?;
    let mut chain = read_chain(options.object("chain")?, Some(call_id))?;
    let version = options.number("version")?;
    let (reason, policy) = (options.required("reason")?, options.required("policy")?);
    let actor = read_actor(options.object("actor")?)?;
    let at: Timestamp = options.time("at")?;
    let key = read_key(&mut options)?;
    options.end()?;
    let withdrawal = Withdrawal { call_id, version, reason: &reason, policy: &policy, actor };
    let revoked = seal::revoke(&mut chain, &withdrawal, at, key.as_ref())?;
    let status = if revoked.entry.is_some() { "revoked" } else { "existing" };
    Ok(format!(
        "{{\"status\":\"{status}\",\"call_id\":\"{call_id}\",\"version\":{},\"canonical_payload_hash\":\"{}\",\"entry\":{}}}",
        revoked.version,
        revoked.canonical_payload_hash,
        format_entry(revoked.entry.as_ref()),
    ))
}

fn append_in(payload: &[u8], options: &str) -> Result<String> {
    let payload = json::parse(payload)?;
    let mut options = Options::parse(options)?;
    let mut chain = read_chain(options.object("chain")?, None)?;
    let (entity_id, event_type, at) = (options.required("entityId")?, options.required("eventType")?, options.time("at")?);
    options.end()?;
    // A call's own events follow rules that only its versions can show.
    if matches!(event_type.as_str(), VERSION_CREATED | VERSION_REVOKED | VERIFICATION_RECORDED) {
        let detail = "Calls are sealed, revoked and verified by functions of their own.";
        return Err(Error::new(Code::BadEvent, detail).member("event_type"));
    }
    let entry = seal::append_event(&mut chain, &entity_id, &event_type, &payload, at)?;
    Ok(format!("{{\"entry\":{}}}", format_entry(Some(&entry))))
}

fn read_chain(mut options: Options, call_id: Option<Uuid>) -> Result<ChainEnd> {
    let missing = |name: &str| Error::new(Code::BadOption, "It is missing.").member(name);
    let tenant_id = options.uuid("tenantId")?;
    let size = options.number("size")?.ok_or_else(|| missing("size"))?;
    let head = options.digest("head")?.ok_or_else(|| missing("head"))?;
    let mut chain = ChainEnd::new(tenant_id, size, head);
    for mut version in options.objects("versions")? {
        let seq = version.number("seq")?.ok_or_else(|| missing("seq"))?;
        let (entry, revoked) = (version.required("entry")?, version.required_flag("revoked")?);
        version.end()?;
        if Some(chain.know_version(&entry, seq, revoked)?) != call_id {
            return Err(Error::new(Code::ChainDamaged, "It is a version of another call.").member("versions"));
        }
    }
    options.end()?;
    Ok(chain)
}

fn read_actor(mut options: Options) -> Result<Actor<'static>> {
    let (kind, id) = (options.required("type")?, options.required("id")?);
    options.end()?;
    Ok(Actor { kind: kind.into(), id: id.into() })
}

fn read_key(options: &mut Options) -> Result<Option<SigningKey>> {
    options.text("key")?.map(|key| SigningKey::parse_ed25519(key.trim())).transpose()
}

fn format_entry(entry: Option<&NewEntry>) -> String {
    let Some(NewEntry { seq, entry_hash, text }) = entry else { return "null".to_owned() };
    let quoted = quoted(text);
    format!("{{\"seq\":{seq},\"entry_hash\":\"{entry_hash}\",\"text\":{quoted}}}")
}
