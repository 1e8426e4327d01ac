//! The law of sealing: whatever the pure functions write, the verifier judges as the writer meant it, and reading it back
//! leads to the same state.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::composition::bundle::line::{Line, Manifest};
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::composition::chain_state::{ChainEnd, ChainState, NewEntry};
use call_stream_verify::composition::seal::{AttemptResult, Withdrawal, append_event, checkpoint, record_attempt, revoke, seal};
use call_stream_verify::objects::call::{Call, Finalization, Member};
use call_stream_verify::objects::chain::Header;
use call_stream_verify::objects::event::Actor;
use call_stream_verify::{Code, Digest, Results, Timestamp, Trust, Uuid, Verdict, json, verify};
use proptest::prelude::*;
use std::collections::BTreeMap;

const TENANT: &str = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const ORIGIN: &str = "callstream.example/audit/7e57d004";
const FINAL: Finalization = Finalization { transcript_complete: true, metadata_locked: true, ai_outputs_stable: true };

/// What a writer does next. Calls are few, so that versions pile up.
#[derive(Clone, Debug)]
enum Step {
    Seal { call: u8, text: String, salted: bool, recording: bool, signed: bool },
    Revoke { call: u8, signed: bool },
    Attempt { call: u8 },
    Event { text: String },
    Checkpoint,
}

fn step() -> impl Strategy<Value = Step> {
    let text = prop_oneof!["[a-c]", "\\PC{0,12}", Just("\u{7f}\u{2028}\"\\\n\u{1}".to_owned())];
    prop_oneof![
        6 => (0..5_u8, text, any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(call, text, salted, recording, signed)| Step::Seal { call, text, salted, recording, signed }),
        1 => (0..5_u8, any::<bool>()).prop_map(|(call, signed)| Step::Revoke { call, signed }),
        2 => (0..5_u8).prop_map(|call| Step::Attempt { call }),
        1 => "\\PC{0,8}".prop_map(|text| Step::Event { text }),
        1 => Just(Step::Checkpoint),
    ]
}

fn record(call: u8, text: &str, salted: bool) -> Call<'static> {
    let mut record = serde_json::json!({
        "call_id": format!("0d9c2b1e-6f3a-4c55-9b0e-{call:012x}"), "tenant_id": TENANT, "timestamp": "2026-10-01T08:00:00Z",
        "caller": "anonymous", "direction": "inbound", "duration": 5, "disposition": "completed", "answered": true, "transferred": false,
        "abandoned": false, "ai_agent": "CSAI", "sentiment": "neutral", "purpose": "reservation", "transcript": text,
    });
    if salted {
        record["salt"] = Digest::of(&[call]).to_string().into();
    }
    Call::parse(record.to_string().as_bytes()).unwrap().call
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::new(1_790_000_000 + seconds, 0).unwrap()
}

/// A writer, and what it knows of what it wrote.
struct Writer {
    chain: ChainState,
    key: SigningKey,
    lines: Vec<NewEntry>,
    notes: BTreeMap<u64, String>,
    /// Of each call its present record and whether that is revoked.
    calls: BTreeMap<u8, (Call<'static>, bool)>,
    /// Every record that was ever sealed.
    seen: Vec<Digest>,
}

impl Writer {
    fn new() -> Writer {
        let header = Header { tenant_id: Uuid::parse(TENANT).unwrap(), origin: ORIGIN.to_owned(), created_at: at(0) };
        let key = SigningKey::new(ORIGIN, KeyType::Ed25519, [7; 32]).unwrap();
        let chain = ChainState::new(header);
        Writer { chain, key, lines: Vec::new(), notes: BTreeMap::new(), calls: BTreeMap::new(), seen: Vec::new() }
    }

    fn take(&mut self, number: i64, step: &Step) {
        let time = at(number);
        match step {
            Step::Seal { call, text, salted, recording, signed } => {
                let record = record(*call, text, *salted);
                let hash = Digest::of(record.payload().as_bytes());
                let recording = recording.then(|| Digest::of(&[*call, 1]));
                let before = self.chain.clone();
                let signer = signed.then(|| self.key.clone());
                let at_end = seal(&mut self.end_for(record.call_id()), &record, FINAL, recording, time, signer.as_ref());
                let sealed = seal(self.chain.end_mut(), &record, FINAL, recording, time, signer.as_ref());
                assert_eq!(at_end, sealed);
                let present = self.calls.get(call).filter(|(present, _)| present.payload() == record.payload());
                match (sealed, present) {
                    (Ok(sealed), None) => {
                        assert!(!self.seen.contains(&hash));
                        self.seen.push(hash);
                        self.lines.push(sealed.entry.unwrap());
                        self.calls.insert(*call, (record, false));
                    }
                    (Ok(sealed), Some((_, is_revoked))) => {
                        assert_eq!((sealed.entry, sealed.revoked), (None, *is_revoked));
                        assert_eq!(self.chain.head(), before.head());
                    }
                    (Err(error), _) => {
                        let latest = self.calls.get(call).map(|(latest, _)| latest);
                        match error.code() {
                            Code::SaltMissing => {
                                assert!(latest.is_some_and(|latest| latest.salt().is_some()) && record.salt().is_none());
                            }
                            code => assert_eq!((code, self.seen.contains(&hash)), (Code::AlreadySealed, true)),
                        }
                        assert_eq!((self.chain.head(), self.chain.size()), (before.head(), before.size()));
                    }
                }
            }
            Step::Revoke { call, signed } => {
                let actor = Actor { kind: "user".into(), id: "u".into() };
                let call_id = record(*call, "", false).call_id();
                let withdrawal = Withdrawal { call_id, version: None, reason: "r", policy: "p", actor };
                let signer = signed.then(|| self.key.clone());
                let at_end = revoke(&mut self.end_for(call_id), &withdrawal, time, signer.as_ref());
                let revoked = revoke(self.chain.end_mut(), &withdrawal, time, signer.as_ref());
                assert_eq!(at_end, revoked);
                match (revoked, self.calls.get_mut(call)) {
                    (Ok(revoked), Some((_, is_revoked))) => {
                        assert_eq!(revoked.entry.is_none(), *is_revoked);
                        *is_revoked = true;
                        self.lines.extend(revoked.entry);
                    }
                    (result, call) => assert_eq!((result.unwrap_err().code(), call), (Code::NoSuchVersion, None)),
                }
            }
            Step::Attempt { call } => {
                let actor = Actor { kind: "validator".into(), id: "v".into() };
                let Some((present, is_revoked)) = self.calls.get(call) else { return };
                let mut end = self.end_for(present.call_id());
                let at_end = record_attempt(&mut end, present, "recompute", actor.clone(), time);
                let recorded = record_attempt(self.chain.end_mut(), present, "recompute", actor, time);
                assert_eq!(at_end, recorded);
                let recorded = recorded.unwrap();
                assert_eq!(recorded.result, if *is_revoked { AttemptResult::Revoked } else { AttemptResult::Verified });
                self.lines.push(recorded.entry);
            }
            Step::Event { text } => {
                let payload = json::parse(serde_json::json!({ "text": text }).to_string().as_bytes()).unwrap();
                self.lines.push(append_event(self.chain.end_mut(), "desk", "note.added", &payload, time).unwrap());
            }
            Step::Checkpoint => {
                self.notes.insert(self.chain.size(), checkpoint(&self.chain, &self.key).unwrap().to_string());
            }
        }
    }

    /// What a database knows: the end of the chain and the versions of one call.
    fn end_for(&self, call_id: Uuid) -> ChainEnd {
        let mut end = ChainEnd::new(self.chain.header().tenant_id, self.chain.size(), self.chain.head());
        let mut number = 0;
        for line in &self.lines {
            if line.text.starts_with(&format!("{{\"entity_id\":\"{call_id}\",\"event_type\":\"version.created\"")) {
                number += 1;
                let (_, is_revoked) = self.chain.calls().version(call_id, number).unwrap();
                end.know_version(&line.text, line.seq, is_revoked).unwrap();
            }
        }
        end
    }

    fn export(&mut self) -> String {
        self.take(0, &Step::Checkpoint);
        let header = self.chain.header().clone();
        let manifest = Manifest { range: 0..self.chain.size(), prev_hash: header.chain_id(), chain: header, exported_at: at(0) };
        let (mut writer, mut bundle) = BundleWriter::new(&manifest);
        for (size, entry) in (1..).zip(&self.lines) {
            bundle += &writer.entry(entry.seq, &entry.entry_hash, &entry.text);
            bundle.extend(self.notes.get(&size).map(|note| writer.checkpoint(note)));
        }
        for (call, _) in self.calls.values() {
            bundle += &match call.salt() {
                Some(_) => writer.redacted(call, &[Member::Transcript]).unwrap(),
                None => writer.call(call),
            };
        }
        bundle + &writer.end()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_sealed_is_judged_as_it_was_meant(steps in prop::collection::vec(step(), 1..40)) {
        let mut writer = Writer::new();
        for (number, step) in (0..).zip(&steps) {
            writer.take(number, step);
        }
        let bundle = writer.export();
        let trust = Trust::new().with_key(&writer.key.verifier().to_string()).unwrap();
        let report = verify(bundle.as_bytes(), trust, Results::All);
        let expected = match () {
            () if writer.calls.is_empty() => Verdict::NotProven,
            () if writer.calls.values().any(|(_, revoked)| *revoked) => Verdict::Revoked,
            () => Verdict::Verified,
        };
        prop_assert_eq!(report.verdict, expected, "{}", report.to_json());
        prop_assert_eq!(report.calls.not_presented, 0);

        // Read back, entry by entry.
        let mut read = ChainState::new(writer.chain.header().clone());
        for line in bundle.lines() {
            if let Ok(Line::Entry(entry)) = Line::scan(line.as_bytes()) {
                read.take(&entry).unwrap();
            }
        }
        prop_assert_eq!((read.size(), read.head(), read.root()), (writer.chain.size(), writer.chain.head(), writer.chain.root()));
        prop_assert_eq!(report.as_of.root_hash, (read.size() > 0).then(|| read.root()));
        for (call, (present, revoked)) in &writer.calls {
            let latest = read.calls().latest(present.call_id()).unwrap();
            prop_assert_eq!(latest.revoked, *revoked, "call {}", call);
            prop_assert_eq!(latest.digests.canonical_payload_hash, Digest::of(present.payload().as_bytes()));
        }
    }
}

#[test]
fn a_witness_key_signs_no_version_and_the_chain_stays_as_it_was() {
    let mut writer = Writer::new();
    let witness = SigningKey::new("w.example", KeyType::Cosignature, [1; 32]).unwrap();
    let before = writer.chain.head();
    let error = seal(writer.chain.end_mut(), &record(0, "", false), FINAL, None, at(0), Some(&witness)).unwrap_err();
    assert_eq!((error.code(), writer.chain.head(), writer.chain.size()), (Code::BadKey, before, 0));
}

#[test]
fn entries_that_do_not_fit_are_not_taken() {
    let mut writer = Writer::new();
    for call in 0..3 {
        writer.take(0, &Step::Seal { call, text: String::new(), salted: false, recording: false, signed: false });
    }
    let lines: Vec<String> = writer.lines.iter().map(NewEntry::format_line).collect();
    let take = |chain: &mut ChainState, line: &str| match Line::scan(line.trim_end().as_bytes()) {
        Ok(Line::Entry(entry)) => chain.take(&entry).map_err(|error| error.member_name().unwrap_or_default().to_owned()),
        other => panic!("{other:?}"),
    };
    let mut chain = ChainState::new(writer.chain.header().clone());
    assert_eq!(take(&mut chain, &lines[1]), Err("seq".to_owned()));
    take(&mut chain, &lines[0]).unwrap();
    assert_eq!(take(&mut chain, &lines[0]), Err("seq".to_owned()));
    let moved = lines[2].replacen("\"seq\":2", "\"seq\":1", 1);
    assert_eq!(take(&mut chain, &moved), Err("prev_hash".to_owned()));
    let redated = lines[1].replacen("26-09-21", "26-09-22", 1);
    assert_ne!(redated, lines[1]);
    assert_eq!(take(&mut chain, &redated), Err("entry_hash".to_owned()));
    take(&mut chain, &lines[1]).unwrap();
    take(&mut chain, &lines[2]).unwrap();
    assert_eq!(chain.head(), writer.chain.head());
}
