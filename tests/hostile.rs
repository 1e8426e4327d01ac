//! Bundles by a forger who recomputes every hash that can be recomputed: what is left to him is never `verified`.
//!
//! Counts, head and envelope of the end line always fit here; only trust from outside, or a rule, can tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;

use bundle::TrustSpec;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::reader::LineReader;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::composition::report::ClaimState;
use call_stream_verify::objects::call::{Call, Member};
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::objects::cosignature;
use call_stream_verify::{Code, Digest, Results, Segment, Trust, Verdict, evaluate};
use issuer::{Issuer, SEED, has, judge, lines, note, part};

#[test]
fn a_revocation_that_was_cut_off_or_written_out_of_the_chain_is_missed() {
    let mut issuer = Issuer::new();
    let call = issuer.sealed();
    let forged = issuer.chain.clone();
    issuer.revoke(call.call_id(), 0);
    issuer.chain.append("x", "model.invoked", "{}");
    let checkpoint = note(&issuer.signed(3));
    let honest = judge(&lines(&issuer.chain, &[&call], std::slice::from_ref(&checkpoint)), &issuer.trust());
    assert_eq!(honest.verdict, Verdict::Revoked, "{}", honest.to_json());

    let cut = judge(&lines(&forged, &[&call], std::slice::from_ref(&checkpoint)), &issuer.trust());
    assert!(cut.verdict == Verdict::Mismatch && has(&cut, Code::CheckpointBeyondChain), "{}", cut.to_json());
    let mut rewritten = forged.clone();
    rewritten.append("x", "model.invoked", "{}");
    rewritten.append("x", "model.invoked", "{}");
    let report = judge(&lines(&rewritten, &[&call], &[checkpoint]), &issuer.trust());
    assert!(report.verdict == Verdict::Mismatch && has(&report, Code::RootMismatch), "{}", report.to_json());
    for chain in [forged, rewritten] {
        let report = judge(&lines(&chain, &[&call], &[]), &issuer.trust());
        assert!(report.verdict == Verdict::NotProven && has(&report, Code::NoTrustedCheckpoint), "{}", report.to_json());
    }
}

#[test]
fn data_of_an_older_version_do_not_come_back() {
    let mut issuer = Issuer::new();
    let first = issuer.sealed();
    let second = issuer.call(first.call_id(), None);
    issuer.seal(&second);
    let report = judge(&lines(&issuer.chain, &[&first], &[note(&issuer.signed(2))]), &issuer.trust());
    assert!(report.verdict == Verdict::Mismatch && has(&report, Code::CallMismatch), "{}", report.to_json());

    issuer.revoke(first.call_id(), 1);
    for call in [&first, &second] {
        let report = judge(&lines(&issuer.chain, &[call], &[note(&issuer.signed(3))]), &issuer.trust());
        assert_eq!(report.verdict, Verdict::Revoked, "{}", report.to_json());
    }
}

#[test]
fn records_under_the_name_of_another_call_are_a_mismatch() {
    // A revocation that names another call revokes neither, and is seen.
    let mut issuer = Issuer::new();
    let (one, other) = (issuer.sealed(), issuer.sealed());
    issuer.revoke(other.call_id(), 0);
    let report = judge(&lines(&issuer.chain, &[&one, &other], &[note(&issuer.signed(3))]), &issuer.trust());
    assert!(report.verdict == Verdict::Mismatch && has(&report, Code::RevokesNothing), "{}", report.to_json());

    let mut issuer = Issuer::new();
    let call_id = issuer.rng.uuid();
    let call = issuer.call(call_id, None);
    let record = issuer.record(&call).format();
    let elsewhere = issuer.rng.uuid();
    issuer.chain.append(&elsewhere.to_string(), "version.created", &record);
    let report = judge(&lines(&issuer.chain, &[&call], &[note(&issuer.signed(1))]), &issuer.trust());
    assert!(report.verdict == Verdict::Mismatch && has(&report, Code::VersionBadRecord), "{}", report.to_json());
}

#[test]
fn a_redacted_call_stands_under_the_salt_of_each_member_and_no_other() {
    let mut issuer = Issuer::new();
    let call_id = issuer.rng.uuid();
    let call = issuer.call(call_id, Some([5; 32]));
    issuer.seal(&call);
    let checkpoint = note(&issuer.signed(1));
    let withheld: Vec<Member> =
        Member::ALL.into_iter().filter(|member| !matches!(member, Member::Answered | Member::Transferred)).collect();
    let (mut writer, _) = BundleWriter::new(&Manifest {
        chain: issuer.chain.header.clone(),
        range: 0..1,
        prev_hash: issuer.chain.header.chain_id(),
        exported_at: issuer.chain.header.created_at,
    });
    let all = Member::ALL.to_vec();
    let name_alone = writer.redacted(&call, &all).unwrap();
    let two = writer.redacted(&call, &withheld).unwrap();
    let salts: Vec<&str> = two.rsplit_once("\"salts\":").unwrap().1.split('"').filter(|text| text.len() == 64).collect();
    assert_eq!(salts.len(), 3);
    let exchanged = two.replace(salts[1], "?").replace(salts[2], salts[1]).replace('?', salts[2]);
    let denied = two.replace("\"answered\":true", "\"answered\":?").replace("\"answered\":false", "\"answered\":true");
    let denied = denied.replace("\"answered\":?", "\"answered\":false");
    let other_salt = name_alone.replace(salts[0], salts[1]);
    for (line, verdict) in [
        (&name_alone, Verdict::Verified),
        (&two, Verdict::Verified),
        (&exchanged, Verdict::Mismatch),
        (&denied, Verdict::Mismatch),
        (&other_salt, Verdict::Mismatch),
    ] {
        let report = judge(&lines(&issuer.chain, &[], &[checkpoint.clone(), line.clone()]), &issuer.trust());
        assert_eq!(report.verdict, verdict, "{}", report.to_json());
    }
    // Shown in part and in full is shown twice.
    let report = judge(&lines(&issuer.chain, &[&call], &[checkpoint, name_alone]), &issuer.trust());
    assert!(report.verdict == Verdict::NotProven && has(&report, Code::CallTwice), "{}", report.to_json());
}

#[test]
fn a_call_without_its_salt_or_with_one_too_many_is_not_what_was_sealed() {
    let mut issuer = Issuer::new();
    let (plain_id, salted_id) = (issuer.rng.uuid(), issuer.rng.uuid());
    let plain = issuer.call(plain_id, None);
    let salted = issuer.call(salted_id, Some([5; 32]));
    issuer.seal(&plain);
    issuer.seal(&salted);
    let salt = format!(",\"salt\":\"{}\"", "05".repeat(32));
    let with = Call::parse(format!("{}{salt}}}", plain.payload().strip_suffix('}').unwrap()).as_bytes()).unwrap().call;
    let without = Call::parse(salted.payload().replace(&salt, "").as_bytes()).unwrap().call;
    assert_eq!(without.salt(), None);
    let checkpoint = [note(&issuer.signed(2))];
    for call in [&with, &without] {
        let report = judge(&lines(&issuer.chain, &[call], &checkpoint), &issuer.trust());
        assert_eq!(report.verdict, Verdict::Mismatch, "{}", report.to_json());
    }
}

#[test]
fn keys_speak_in_their_own_roles_only() {
    let mut issuer = Issuer::new();
    let call = issuer.sealed();
    let origin = issuer.chain.header.origin.clone();
    let log = issuer.log.verifier().to_string();
    let policy = |witness: &SigningKey| TrustSpec {
        policy: Some(format!("log {log}\nwitness w {}\nquorum w\n", witness.verifier())),
        ..TrustSpec::default()
    };
    let witness = SigningKey::new("w.example", KeyType::Cosignature, [9; 32]).unwrap();

    // The log's own key as a witness, under whatever name, makes no quorum.
    for name in [origin.as_str(), "w.example"] {
        let double = SigningKey::new(name, KeyType::Cosignature, SEED).unwrap();
        let mut signed = issuer.signed(1);
        signed.add_signature(cosignature::sign(&signed, &double, 1).unwrap()).unwrap();
        let report = judge(&lines(&issuer.chain, &[&call], &[note(&signed)]), &policy(&double));
        assert!(report.verdict == Verdict::NotProven && has(&report, Code::QuorumNotMet), "{}", report.to_json());
    }
    // A witness's key named like the log signs no checkpoint in its stead.
    let posing = SigningKey::new(&origin, KeyType::Ed25519, [9; 32]).unwrap();
    let mut signed = issuer.chain.checkpoint(1).sign(&posing).unwrap();
    signed.add_signature(cosignature::sign(&signed, &witness, 1).unwrap()).unwrap();
    let report = judge(&lines(&issuer.chain, &[&call], &[note(&signed)]), &policy(&witness));
    assert!(report.verdict == Verdict::NotProven && has(&report, Code::CheckpointUntrusted), "{}", report.to_json());
    // A trusted log's checkpoint of another origin binds nothing here.
    let elsewhere = SigningKey::new("other.example/log", KeyType::Ed25519, [7; 32]).unwrap();
    let root = *issuer.chain.checkpoint(1).root();
    let signed = Checkpoint::new("other.example/log", 1, root).unwrap().sign(&elsewhere).unwrap();
    let trust =
        TrustSpec { policy: Some(format!("log {log}\nlog {}\nquorum none\n", elsewhere.verifier())), ..TrustSpec::default() };
    let report = judge(&lines(&issuer.chain, &[&call], &[note(&signed)]), &trust);
    assert!(report.verdict == Verdict::Mismatch && has(&report, Code::OriginMismatch), "{}", report.to_json());
}

#[test]
fn a_head_or_checkpoint_in_front_of_the_entries_covers_none_of_them() {
    let mut issuer = Issuer::new();
    issuer.chain.append("x", "model.invoked", "{}");
    let call = issuer.sealed();
    let report = judge(&lines(&issuer.chain, &[&call], &[note(&issuer.signed(0))]), &issuer.trust());
    assert!(report.verdict == Verdict::NotProven && has(&report, Code::UnanchoredTail), "{}", report.to_json());
    let begin = TrustSpec { expect: Some((0, issuer.chain.header.chain_id())), ..TrustSpec::default() };
    let report = judge(&lines(&issuer.chain, &[&call], &[]), &begin);
    assert!(report.verdict == Verdict::NotProven && has(&report, Code::UnanchoredTail), "{}", report.to_json());
    // Of a part, the head in front of it is known; what follows could be anything.
    let front = TrustSpec { expect: Some((1, issuer.chain.before(1))), ..TrustSpec::default() };
    let report = judge(&part(&issuer.chain, 1, &[&call], &[]), &front);
    assert!(report.verdict == Verdict::NotProven && has(&report, Code::RangeWithoutProof), "{}", report.to_json());
    let chain_alone = TrustSpec { chain_only: true, ..front };
    let report = judge(&part(&issuer.chain, 1, &[], &[]), &chain_alone);
    assert_eq!(report.verdict, Verdict::NotProven, "{}", report.to_json());
}

#[test]
fn a_flood_of_warnings_hides_neither_a_mismatch_nor_what_failed() {
    let mut issuer = Issuer::new();
    let call = issuer.sealed();
    for _ in 0..1_100 {
        issuer.chain.append("x", "verification.recorded", "{}");
    }
    let size = issuer.chain.entries.len();
    let good = lines(&issuer.chain, &[&call], &[note(&issuer.signed(size))]);
    assert_eq!(judge(&good, &issuer.trust()).verdict, Verdict::Verified);
    let mut bad = good;
    let end = String::from_utf8(bad.pop().unwrap()).unwrap();
    let (before, _) = end.split_once("\"envelope\"").unwrap();
    bad.push(format!("{before}\"envelope\":\"{}\"}}\n", "0".repeat(64)).into_bytes());
    let expect = TrustSpec { expect: Some((1, Digest([0; 32]))), ..issuer.trust() };
    let report = judge(&bad, &expect);
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert!(report.more_findings);
    for name in ["export_complete", "expected_head"] {
        let claim = report.claims.0.iter().find(|claim| claim.name == name).unwrap();
        assert_eq!(claim.state, ClaimState::Failed, "{name}");
    }
}

#[test]
fn segments_that_are_missing_doubled_or_exchanged_are_never_verified() {
    let mut issuer = Issuer::new();
    let calls = [issuer.sealed(), issuer.sealed(), issuer.sealed()];
    let calls: Vec<&Call<'_>> = calls.iter().collect();
    let lines = lines(&issuer.chain, &calls, &[note(&issuer.signed(3))]);
    let trust: Trust = issuer.trust().trust();
    let segments: Vec<Segment> = lines
        .iter()
        .map(|line| {
            let mut reader = LineReader::new(Segment::new(&trust));
            reader.push(line, &trust);
            // Each has been somewhere else and back.
            Segment::resume(&reader.finish().save(), &trust).unwrap()
        })
        .collect();
    let judge = |order: &[usize]| {
        let mut whole = Segment::new(&trust);
        order.iter().for_each(|place| whole.merge(segments[*place].clone()).unwrap());
        evaluate(&whole, &trust, Results::All)
    };
    let order: Vec<usize> = (0..segments.len()).collect();
    assert_eq!(judge(&order).verdict, Verdict::Verified);
    for place in 0..order.len() {
        let mut missing = order.clone();
        missing.remove(place);
        assert_ne!(judge(&missing).verdict, Verdict::Verified, "without {place}");
        for at in 0..=order.len() {
            let mut doubled = order.clone();
            doubled.insert(at, place);
            assert_ne!(judge(&doubled).verdict, Verdict::Verified, "{place} again at {at}");
        }
        for other in place + 1..order.len() {
            let mut exchanged = order.clone();
            exchanged.swap(place, other);
            // Calls and checkpoints may stand anywhere behind the manifest, even in front of the last entry, which is line 3.
            let free = (3..8).contains(&place) && (3..8).contains(&other);
            assert_eq!(judge(&exchanged).verdict == Verdict::Verified, free, "{place} for {other}");
        }
    }
}

#[test]
fn the_bytes_of_a_segment_that_were_changed_are_refused_or_the_only_ones_of_another_segment() {
    let mut issuer = Issuer::new();
    let calls = [issuer.sealed(), issuer.sealed()];
    let calls: Vec<&Call<'_>> = calls.iter().collect();
    let lines = lines(&issuer.chain, &calls, &[note(&issuer.signed(2))]);
    let trust: Trust = issuer.trust().trust();
    let mut reader = LineReader::new(Segment::new(&trust));
    reader.push(&lines.concat(), &trust);
    let bytes = reader.finish().to_bytes();
    assert_eq!(Segment::from_bytes(&bytes, &trust).unwrap().to_bytes(), bytes);
    let (mut refused, mut accepted) = (0, 0);
    let mut check = |other: &[u8]| match Segment::from_bytes(other, &trust) {
        Ok(segment) => {
            assert!(segment.to_bytes() == other, "another spelling was read");
            accepted += 1;
        }
        Err(error) => {
            assert_eq!(error.code(), Code::BadState);
            refused += 1;
        }
    };
    for place in 0..bytes.len() {
        for byte in [0, 1, 2, 0x7f, 0x80, 0xff, bytes[place] ^ 1, bytes[place] ^ 0x80] {
            let mut other = bytes.clone();
            other[place] = byte;
            check(&other);
        }
        // A byte less, a byte more, and a number that goes on without need.
        check(&[&bytes[..place], &bytes[place + 1..]].concat());
        check(&[&bytes[..place], &[0], &bytes[place..]].concat());
        check(&[&bytes[..place], &[bytes[place] | 0x80, 0], &bytes[place + 1..]].concat());
        check(&bytes[..place]);
    }
    assert!(refused > 0 && accepted > 0, "{refused} refused, {accepted} read");
}
