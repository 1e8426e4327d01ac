//! Keys that come and go: which entries and checkpoints a trusted key may sign, and who may revoke.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests fail by panic")]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/signers.rs"]
mod signers;

use bundle::{Chain, Rng, TrustSpec};
use call_stream_verify::algorithms::canonical;
use call_stream_verify::algorithms::note::SigningKey;
use call_stream_verify::composition::seal::{sign, sign_key_event};
use call_stream_verify::composition::segment::Segment;
use call_stream_verify::composition::verify::evaluate;
use call_stream_verify::json::parse;
use call_stream_verify::objects::call::Call;
use call_stream_verify::objects::chain::Header;
use call_stream_verify::objects::event::{Actor, Revocation};
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::objects::version::{KEY_ADDED_DOMAIN, KEY_RETIRED_DOMAIN, REVOCATION_DOMAIN, Signatures, VERSION_DOMAIN};
use call_stream_verify::{Code, Report, Results, Verdict};
use issuer::{Issuer, has, judge, lines, note};
use signers::log;

/// A log that changes its key.
struct Rotation {
    issuer: Issuer,
    old: SigningKey,
    new: SigningKey,
    calls: Vec<Call<'static>>,
    notes: Vec<String>,
}

impl Rotation {
    fn new() -> Rotation {
        let issuer = Issuer::new();
        let origin = issuer.chain.header.origin.clone();
        Rotation { issuer, old: log(&origin, 1), new: log(&origin, 2), calls: Vec::new(), notes: Vec::new() }
    }

    /// Seals a call, its version signed by the key.
    fn seal(&mut self, key: &SigningKey) {
        let call_id = self.issuer.rng.uuid();
        let call = self.issuer.call(call_id, None);
        let mut record = self.issuer.record(&call);
        record.signatures = sign(Some(key), VERSION_DOMAIN, &record.format()).unwrap();
        self.issuer.versions.push((call_id, record.version, record.digests.canonical_payload_hash));
        self.issuer.chain.append(&call_id.to_string(), "version.created", &record.format());
        self.calls.push(call);
    }

    fn key_event(&mut self, event_type: &str, subject: &SigningKey, signer: Option<&SigningKey>) {
        let vkey = subject.verifier();
        let reason = if event_type == "key.retired" { r#""reason":"rotation","# } else { "" };
        let mut payload = parse(format!(r#"{{{reason}"vkey":"{vkey}"}}"#).as_bytes()).unwrap();
        if let Some(signer) = signer {
            payload = sign_key_event(vkey.name(), event_type, &payload, signer).unwrap();
        }
        let text = String::from_utf8(canonical::format(&payload).unwrap()).unwrap();
        self.issuer.chain.append(vkey.name(), event_type, &text);
    }

    /// A checkpoint over what is there.
    fn checkpoint(&mut self, key: &SigningKey) {
        self.notes.push(note(&self.issuer.chain.checkpoint(self.issuer.chain.entries.len()).sign(key).unwrap()));
    }

    fn trust(&self) -> TrustSpec {
        let logs = format!("log {}\nlog {}\n", self.old.verifier(), self.new.verifier());
        TrustSpec { policy: Some(format!("{logs}quorum none\n")), ..TrustSpec::default() }
    }

    fn export(&self) -> Vec<Vec<u8>> {
        lines(&self.issuer.chain, &self.calls.iter().collect::<Vec<_>>(), &self.notes)
    }

    fn report(&self) -> Report {
        let export = self.export();
        let report = judge(&export, &self.trust());
        // Wherever the export is cut into segments, the same comes out.
        let trust = self.trust().trust();
        for middle in 0..=export.len() {
            let fold = |part: &[Vec<u8>]| {
                let mut segment = Segment::new(&trust);
                part.iter().for_each(|line| segment.push_line(line.strip_suffix(b"\n").unwrap(), &trust));
                Segment::resume(&segment.save(), &trust).unwrap()
            };
            let mut whole = fold(&export[..middle]);
            whole.merge(fold(&export[middle..])).unwrap();
            assert_eq!(evaluate(&whole, &trust, Results::All), report, "cut at {middle}");
        }
        report
    }
}

fn places(report: &Report, code: Code) -> Vec<Option<u64>> {
    report.findings.iter().filter(|finding| finding.code == code).map(|finding| finding.seq).collect()
}

/// Entries 0 and 1 by the old key, 2 and 3 the change, 4 by the new one.
fn rotated() -> Rotation {
    let mut rotation = Rotation::new();
    let (old, new) = (rotation.old.clone(), rotation.new.clone());
    rotation.seal(&old);
    rotation.seal(&old);
    rotation.checkpoint(&old);
    rotation.key_event("key.added", &new, Some(&old));
    rotation.key_event("key.retired", &old, Some(&new));
    rotation.seal(&new);
    rotation.checkpoint(&new);
    rotation
}

#[test]
fn a_change_of_keys_breaks_neither_old_checkpoints_nor_new_ones() {
    let rotation = rotated();
    let report = rotation.report();
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Verified, 0), "{}", report.to_json());
    // The export of before the change, too.
    let mut before = Rotation::new();
    let old = before.old.clone();
    before.seal(&old);
    before.checkpoint(&old);
    assert_eq!(before.report().verdict, Verdict::Verified);
}

#[test]
fn a_retired_key_signs_no_later_entry() {
    let mut rotation = rotated();
    let (old, new) = (rotation.old.clone(), rotation.new.clone());
    rotation.seal(&old);
    rotation.seal(&new);
    rotation.checkpoint(&new);
    let report = rotation.report();
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert_eq!(places(&report, Code::KeyNotValid), [Some(5)]);
}

#[test]
fn a_retired_key_signs_no_checkpoint_over_later_entries() {
    for covered in [3, 4, 5] {
        let mut rotation = rotated();
        rotation.notes.truncate(1);
        let checkpoint = rotation.issuer.chain.checkpoint(covered);
        rotation.notes.push(note(&checkpoint.sign(&rotation.old).unwrap()));
        rotation.checkpoint(&rotation.new.clone());
        let report = rotation.report();
        // The entry with which it is retired is number 3: a tree of 4 holds it.
        let expected = if covered == 3 { Verdict::Verified } else { Verdict::Mismatch };
        assert_eq!((report.verdict, has(&report, Code::KeyNotValid)), (expected, covered > 3), "covering {covered}");
    }
}

#[test]
fn a_key_signs_nothing_in_front_of_the_entry_that_adds_it() {
    let mut rotation = Rotation::new();
    let (old, new) = (rotation.old.clone(), rotation.new.clone());
    rotation.seal(&new);
    rotation.seal(&old);
    rotation.checkpoint(&new);
    rotation.key_event("key.added", &new, Some(&old));
    rotation.checkpoint(&new);
    let report = rotation.report();
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert_eq!(places(&report, Code::KeyNotValid), [Some(0), None], "the version, and the first checkpoint");
}

#[test]
fn a_key_event_that_no_trusted_key_signs_has_no_meaning() {
    let stranger = log("stranger.example", 9);
    for signer in [None, Some(&stranger)] {
        let mut rotation = Rotation::new();
        let (old, new) = (rotation.old.clone(), rotation.new.clone());
        rotation.key_event("key.retired", &old, signer);
        rotation.key_event("key.added", &new, signer);
        rotation.seal(&old);
        rotation.checkpoint(&old);
        assert_eq!(rotation.report().verdict, Verdict::Verified);
    }
    // A key cannot say when it begins itself, for then a stolen one could.
    let mut rotation = Rotation::new();
    let new = rotation.new.clone();
    rotation.seal(&new);
    rotation.key_event("key.added", &new, Some(&new));
    rotation.checkpoint(&new);
    assert_eq!(rotation.report().verdict, Verdict::Verified);
}

#[test]
fn a_bad_signature_on_a_key_event_is_a_mismatch_and_no_way_around_a_retirement() {
    let stranger = log("stranger.example", 9);
    for (event_type, reason) in [("key.retired", r#""reason":"r","#), ("key.added", "")] {
        let mut rotation = Rotation::new();
        let (old, new) = (rotation.old.clone(), rotation.new.clone());
        let subjects = [&old, &new, &stranger];
        for subject in subjects {
            let vkey = subject.verifier();
            let other = if reason.is_empty() { &new } else { &old };
            let domain = if reason.is_empty() { KEY_RETIRED_DOMAIN } else { KEY_ADDED_DOMAIN };
            let signed = sign(Some(&old), domain, &format!(r#"{{{reason}"vkey":"{}"}}"#, other.verifier())).unwrap();
            for line in [signed.lines[0].as_ref(), "no signature line"] {
                let mut rotation = Rotation::new();
                rotation.seal(&old);
                let payload = format!(r#"{{{reason}"signatures":["{line}"],"vkey":"{vkey}"}}"#);
                rotation.issuer.chain.append(vkey.name(), event_type, &payload);
                rotation.checkpoint(&old);
                let report = rotation.report();
                let found = (report.verdict, places(&report, Code::SignatureBad));
                assert_eq!(found, (Verdict::Mismatch, vec![Some(1)]), "{event_type} of {vkey}");
            }
        }
        // By a key that nobody trusts it is as good as none.
        let line = &sign(Some(&stranger), KEY_ADDED_DOMAIN, "{}").unwrap().lines[0];
        let payload = format!(r#"{{{reason}"signatures":["{line}"],"vkey":"{}"}}"#, old.verifier());
        rotation.seal(&old);
        rotation.issuer.chain.append(old.verifier().name(), event_type, &payload);
        rotation.checkpoint(&old);
        assert_eq!(rotation.report().verdict, Verdict::Verified);
    }
}

#[test]
fn a_key_with_the_longest_name_is_retired_like_any_other() {
    let mut rotation = Rotation::new();
    let origin = format!("callstream.example/{}", "a".repeat(237));
    rotation.issuer.chain = Chain::new(Header { origin: origin.clone(), ..rotation.issuer.chain.header.clone() });
    (rotation.old, rotation.new) = (log(&origin, 1), log(&origin, 2));
    let (old, new) = (rotation.old.clone(), rotation.new.clone());
    rotation.seal(&old);
    rotation.key_event("key.retired", &old, Some(&new));
    rotation.seal(&old);
    rotation.checkpoint(&new);
    let report = rotation.report();
    assert_eq!((report.verdict, places(&report, Code::KeyNotValid)), (Verdict::Mismatch, vec![Some(2)]));
}

#[test]
fn a_key_may_retire_itself_and_never_comes_back() {
    let mut rotation = Rotation::new();
    let (old, new) = (rotation.old.clone(), rotation.new.clone());
    rotation.seal(&old);
    rotation.key_event("key.retired", &old, Some(&old));
    rotation.checkpoint(&new);
    assert_eq!(rotation.report().verdict, Verdict::Verified);
    rotation.key_event("key.added", &old, Some(&new));
    rotation.seal(&old);
    rotation.checkpoint(&new);
    let report = rotation.report();
    assert_eq!((report.verdict, places(&report, Code::KeyNotValid)), (Verdict::Mismatch, vec![Some(3)]));
}

#[test]
fn a_key_event_is_signed_by_a_key_that_is_valid_there() {
    let mut rotation = rotated();
    let (old, new) = (rotation.old.clone(), rotation.new.clone());
    rotation.key_event("key.retired", &new, Some(&old));
    rotation.checkpoint(&new);
    let report = rotation.report();
    assert_eq!((report.verdict, places(&report, Code::KeyNotValid)), (Verdict::Mismatch, vec![Some(5), None]));
}

/// What an entry is, in a literal reading of the rule.
#[derive(Clone, Copy)]
enum Entry {
    Sealed { by: usize },
    Key { is_retired: bool, subject: usize, by: usize },
}

/// First and last position of a key's own, as the rule has them.
fn bounds(entries: &[Entry], key: usize) -> (Option<usize>, Option<usize>) {
    let first = |wanted: bool| {
        entries.iter().position(|entry| match entry {
            Entry::Key { is_retired, subject, by } => *is_retired == wanted && *subject == key && (wanted || *by != key),
            Entry::Sealed { .. } => false,
        })
    };
    let (added, retired) = (first(false), first(true));
    (added.filter(|added| retired.is_none_or(|retired| *added < retired)), retired)
}

#[test]
fn whatever_keys_do_what_is_not_valid_is_what_the_rule_says() {
    let mut rng = Rng(20_261_125);
    let mut verdicts = [0, 0];
    for _ in 0..150 {
        let mut rotation = Rotation::new();
        let keys = [rotation.old.clone(), rotation.new.clone()];
        let mut entries = Vec::new();
        let mut signed = Vec::new();
        for _ in 0..3 + rng.below(5) {
            let by = rng.below(2);
            if rng.one_in(3) {
                let (is_retired, subject) = (rng.one_in(2), rng.below(2));
                let event_type = if is_retired { "key.retired" } else { "key.added" };
                rotation.key_event(event_type, &keys[subject], Some(&keys[by]));
                entries.push(Entry::Key { is_retired, subject, by });
            } else {
                rotation.seal(&keys[by]);
                entries.push(Entry::Sealed { by });
            }
            if rng.one_in(4) {
                let by = rng.below(2);
                rotation.checkpoint(&keys[by]);
                signed.push((entries.len() - 1, by));
            }
        }
        rotation.seal(&keys[0]);
        entries.push(Entry::Sealed { by: 0 });
        let by = rng.below(2);
        rotation.checkpoint(&keys[by]);
        signed.push((entries.len() - 1, by));
        for (place, entry) in entries.iter().enumerate() {
            match entry {
                Entry::Sealed { by } => signed.push((place, *by)),
                Entry::Key { subject, by, .. } if subject != by => signed.push((place, *by)),
                Entry::Key { .. } => {}
            }
        }
        let is_misused = signed.iter().any(|(place, by)| {
            let (begin, end) = bounds(&entries, *by);
            begin.is_some_and(|begin| *place < begin) || end.is_some_and(|end| *place >= end)
        });
        let report = rotation.report();
        assert_eq!(has(&report, Code::KeyNotValid), is_misused, "{}", report.to_json());
        assert_eq!(report.verdict, if is_misused { Verdict::Mismatch } else { Verdict::Verified }, "{}", report.to_json());
        verdicts[usize::from(is_misused)] += 1;
    }
    assert!(verdicts.iter().all(|count| *count > 20), "{verdicts:?}");
}

#[test]
fn where_the_policy_asks_for_it_another_key_than_the_sealers_revokes() {
    let revoker = log("compliance.example/revoker", 7);
    let stranger = log("compliance.example/revoker", 8);
    let mut verdicts = Vec::new();
    for signer in [None, Some("log"), Some("stranger"), Some("revoker")] {
        let mut rotation = Rotation::new();
        let old = rotation.old.clone();
        rotation.seal(&old);
        let (call_id, version, canonical_payload_hash) = rotation.issuer.versions[0];
        let actor = Actor { kind: "user".into(), id: "u".into() };
        let (reason, policy) = ("r".into(), "p".into());
        let mut revocation =
            Revocation { version, canonical_payload_hash, reason, policy, actor, signatures: Signatures::default() };
        let key = signer.map(|name| match name {
            "log" => &old,
            "stranger" => &stranger,
            _ => &revoker,
        });
        revocation.signatures = sign(key, REVOCATION_DOMAIN, &revocation.format()).unwrap();
        rotation.issuer.chain.append(&call_id.to_string(), "version.revoked", &revocation.format());
        rotation.checkpoint(&old);
        let export = rotation.export();
        assert_eq!(judge(&export, &rotation.trust()).verdict, Verdict::Revoked, "nobody asks");
        let policy = format!("log {}\nrevoker {}\nquorum none\n", old.verifier(), revoker.verifier());
        let report = judge(&export, &TrustSpec { policy: Some(policy), ..TrustSpec::default() });
        assert_eq!(has(&report, Code::RevocationUnauthorized), report.verdict == Verdict::Mismatch);
        assert_eq!((report.calls.revoked, report.calls.verified), (1, 0), "it is revoked in any case");
        verdicts.push(report.verdict);
    }
    assert_eq!(verdicts, [Verdict::Mismatch, Verdict::Mismatch, Verdict::Mismatch, Verdict::Revoked]);
}

#[test]
fn who_revokes_does_not_seal() {
    let revoker = log("compliance.example/revoker", 7);
    let mut rotation = Rotation::new();
    rotation.seal(&revoker);
    let old = rotation.old.clone();
    rotation.checkpoint(&old);
    let policy = format!("log {}\nrevoker {}\nquorum none\n", old.verifier(), revoker.verifier());
    let report = judge(&rotation.export(), &TrustSpec { policy: Some(policy), ..TrustSpec::default() });
    assert!(has(&report, Code::SignatureUntrusted), "its signature on a version counts for nothing");
    // Nor is it the key of a checkpoint.
    rotation.notes.clear();
    rotation.checkpoint(&log(&rotation.issuer.chain.header.origin, 7));
    assert_ne!(judge(&rotation.export(), &rotation.trust()).verdict, Verdict::Verified);
}

#[test]
fn revokers_in_a_policy_are_keys_of_their_own() {
    let (sealer, revoker) = (log("a.example", 1), log("r.example", 2));
    let refused = |text: String| Policy::parse(text.as_bytes()).unwrap_err().to_string();
    let (s, r) = (sealer.verifier(), revoker.verifier());
    assert_eq!(
        Policy::parse(format!("revoker {r}\nlog {s}\nquorum none\n").as_bytes()).unwrap().revokers(),
        std::slice::from_ref(r)
    );
    for lines in [format!("log {s}\nrevoker {s}\n"), format!("revoker {}\nlog {s}\n", log("r.example", 1).verifier())] {
        assert!(refused(format!("{lines}quorum none\n")).contains("policy"), "{lines}");
    }
    for lines in [
        format!("revoker {r}\nrevoker {r}\n"),
        format!("revoker {r} https://r.example\n"),
        "revoker\n".to_owned(),
        format!("revoker {}\n", signers::witness("w.example", 3).verifier()),
    ] {
        assert!(refused(format!("log {s}\n{lines}quorum none\n")).contains("policy"), "{lines}");
    }
}
