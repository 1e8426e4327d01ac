//! Versions, revocations and presented calls: FORMAT §3, §4 and §9.
use super::lines::*;
use super::notes::*;
use super::{Run, of_type};
use crate::bundle::TrustSpec;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone)]
pub(super) struct Version {
    pub(super) number: u64,
    pub(super) hash: Hash,
    pub(super) record: Value,
    pub(super) revoked: bool,
}

/// §3, §4: versions and revocations in the order of the chain.
pub(super) fn records(
    entries: &[&Value],
    manifest: Option<&Value>,
    start: u64,
    policy: &Policy,
    run: &mut Run,
) -> BTreeMap<String, Vec<Version>> {
    let mut calls: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    let mut sealed = BTreeSet::new();
    let mut unresolved = Vec::new();
    for line in entries {
        let entry = &line["entry"];
        let (payload, entity) = (&entry["payload"], entry["entity_id"].as_str().unwrap());
        match entry["event_type"].as_str().unwrap() {
            "version.created" => {
                if !is_version(payload) || payload["call_id"] != entity {
                    run.bad("a version record breaks its format");
                    continue;
                }
                if manifest.is_some_and(|manifest| payload["tenant_id"] != manifest["chain"]["tenant_id"]) {
                    run.bad("a version of another tenant");
                }
                let number = payload["version"].as_u64().unwrap();
                let versions = calls.entry(entity.to_owned()).or_default();
                let supersedes = payload["supersedes"].as_u64();
                let next = versions.last().map(|version| version.number + 1);
                // In a range the first versions may lie in front of it.
                let fits = next.map_or(number == 1 || start > 0 || manifest.is_none(), |next| next == number);
                if !fits || supersedes != (number > 1).then(|| number - 1) {
                    run.bad("version numbers");
                }
                let hash = hash_of(&payload["canonical_payload_hash"]).unwrap();
                if !sealed.insert(hash) {
                    run.bad("a payload sealed twice");
                }
                check_record_signatures("call-stream-verify/version/1", payload, policy, run);
                versions.push(Version { number, hash, record: payload.clone(), revoked: false });
            }
            "version.revoked" => {
                if !is_revocation(payload) || !is_uuid(&entry["entity_id"]) {
                    run.bad("a revocation breaks its format");
                    continue;
                }
                check_record_signatures("call-stream-verify/revocation/1", payload, policy, run);
                let number = payload["version"].as_u64().unwrap();
                let version =
                    calls.get_mut(entity).and_then(|versions| versions.iter_mut().rev().find(|version| version.number == number));
                match version {
                    Some(version) if Some(version.hash) == hash_of(&payload["canonical_payload_hash"]) => version.revoked = true,
                    Some(_) => run.bad("a revocation of another payload"),
                    None => unresolved.push((entity, number, hash_of(&payload["canonical_payload_hash"]).unwrap())),
                }
            }
            _ => {}
        }
    }
    for (entity, number, hash) in unresolved {
        let first = calls.get(entity).map(|versions| versions[0].number);
        // In a range the version may lie in front of it, unless the range shows that it cannot.
        if start == 0 || first.is_some_and(|first| number >= first) || sealed.contains(&hash) {
            run.bad("a revocation of no version");
        }
    }
    calls
}

pub(super) fn is_version(record: &Value) -> bool {
    let hashes = has_exactly(&record["component_hashes"], &["metadata", "transcript"], &["recording"]);
    let fields: Vec<&str> = MEMBERS[..15].iter().copied().chain(["recording"]).collect();
    let commitments = has_exactly(&record["field_commitments"], &fields[..14], &fields[14..]);
    let parts = if hashes { &record["component_hashes"] } else { &record["field_commitments"] };
    has_exactly(
        record,
        &["call_id", "tenant_id", "version", "schema", "canonical_payload_hash", "finalized_at", "verification_status"],
        &["component_hashes", "field_commitments", "supersedes", "signatures"],
    ) && hashes != commitments
        && record.get("component_hashes").is_some() != record.get("field_commitments").is_some()
        && parts.as_object().is_some_and(|parts| parts.values().all(is_hash))
        && is_uuid(&record["call_id"])
        && is_uuid(&record["tenant_id"])
        && is_count(&record["version"])
        && record["version"] != 0
        && record["schema"] == "call/1"
        && is_hash(&record["canonical_payload_hash"])
        && time_of(&record["finalized_at"]).is_some()
        && record["verification_status"] == "verified"
        && record.get("supersedes").is_none_or(is_count)
        && record.get("signatures").is_none_or(is_signatures)
}

pub(super) fn is_signatures(value: &Value) -> bool {
    value.as_array().is_some_and(|lines| !lines.is_empty() && lines.iter().all(Value::is_string))
}

pub(super) fn is_revocation(record: &Value) -> bool {
    has_exactly(record, &["version", "canonical_payload_hash", "reason", "policy", "actor"], &["signatures"])
        && is_count(&record["version"])
        && record["version"] != 0
        && is_hash(&record["canonical_payload_hash"])
        && is_text(&record["reason"], 256)
        && is_text(&record["policy"], 256)
        && has_exactly(&record["actor"], &["type", "id"], &[])
        && (record["actor"]["type"] == "user" || record["actor"]["type"] == "system")
        && is_text(&record["actor"]["id"], 256)
        && record.get("signatures").is_none_or(is_signatures)
}

/// §6.
pub(super) fn check_record_signatures(domain: &str, record: &Value, policy: &Policy, run: &mut Run) {
    let mut unsigned = record.clone();
    let Some(lines) = unsigned.as_object_mut().unwrap().remove("signatures") else { return };
    let text = format!("{domain}\n{}\n", jcs(&unsigned));
    if lines.as_array().unwrap().len() > 64 {
        run.open("more signatures than are read");
    }
    for line in lines.as_array().unwrap().iter().take(64) {
        let good = match signature_line(line.as_str().unwrap()) {
            Some(signature) => match policy.logs.iter().find(|log| names(&signature, log)) {
                Some(log) => log.verify(text.as_bytes(), &signature.bytes[4..]),
                None => true,
            },
            None => false,
        };
        if !good {
            run.bad("a bad signature on a record");
        }
    }
}

#[allow(clippy::too_many_arguments)]
pub(super) fn judge_calls(
    lines: &[(&str, Value)],
    calls: &BTreeMap<String, Vec<Version>>,
    all_entries: bool,
    start: u64,
    under: Option<u64>,
    trust: &TrustSpec,
    run: &mut Run,
) -> bool {
    let mut revoked = false;
    let presented: Vec<&Value> = of_type(lines, "call").chain(of_type(lines, "redacted")).map(|(_, line)| line).collect();
    if presented.is_empty() && !trust.chain_only {
        run.open("no calls");
    }
    for line in &presented {
        let call = &line["call"];
        let call_id = call["call_id"].as_str().unwrap();
        if presented.iter().filter(|other| other["call"]["call_id"] == call_id).count() > 1 {
            run.open("a call presented twice");
            continue;
        }
        let latest = calls.get(call_id).and_then(|versions| versions.last());
        if !all_entries || (start > 0 && under.is_none()) {
            run.open("later entries may decide");
            continue;
        }
        let Some(latest) = latest else {
            run.open("a call that was never sealed");
            continue;
        };
        if latest.revoked {
            revoked = true;
            continue;
        }
        if line["type"] == "call" {
            if !matches(call, latest) {
                run.bad("a call is not what was sealed");
            }
        } else if let Some(sealed) = latest.record["field_commitments"].as_object() {
            for (name, value) in call.as_object().unwrap() {
                let salt = hash_of(&line["salts"][name.as_str()]).unwrap();
                if sealed.get(name).and_then(hash_of) != Some(hmac(&salt, jcs(value).as_bytes())) {
                    run.bad("a disclosed member is not what was sealed");
                }
            }
        } else {
            run.open("redacted without commitments");
        }
    }
    revoked
}

/// §2, §9: rebuild the canonical payload, hash, compare.
pub(super) fn matches(call: &Value, latest: &Version) -> bool {
    let without = |left_out: &str| {
        let members = MEMBERS.iter().filter(|name| **name != left_out).filter_map(|name| Some((name, call.get(name)?)));
        let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\":{}", jcs(value))).collect();
        format!("{{{}}}", members.join(","))
    };
    let mut holds = sha256(without("").as_bytes()) == latest.hash;
    match (call.get("salt"), latest.record["component_hashes"].as_object(), latest.record["field_commitments"].as_object()) {
        (None, Some(components), _) => {
            let transcript = sha256(call["transcript"].as_str().unwrap().as_bytes());
            holds &= hash_of(&components["metadata"]) == Some(sha256(without("transcript").as_bytes()));
            holds &= hash_of(&components["transcript"]) == Some(transcript);
        }
        (Some(salt), _, Some(commitments)) => {
            let salt = hash_of(salt).unwrap();
            let mut expected: BTreeMap<&str, Hash> = BTreeMap::new();
            for name in &MEMBERS[..15] {
                if let Some(value) = call.get(name) {
                    let field_salt = hmac(&salt, format!("call/1:{name}").as_bytes());
                    expected.insert(name, hmac(&field_salt, jcs(value).as_bytes()));
                }
            }
            let sealed: BTreeMap<&str, Hash> = commitments
                .iter()
                .filter(|(name, _)| *name != "recording")
                .map(|(name, hash)| (name.as_str(), hash_of(hash).unwrap()))
                .collect();
            holds &= sealed == expected;
        }
        _ => holds = false,
    }
    holds
}
