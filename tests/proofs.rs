//! Proof lines, tails and checkpoints: whatever a bundle lets a verifier compute is compared, trusted or not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;

use bundle::TrustSpec;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::algorithms::{base64, merkle};
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::composition::report::ClaimState;
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::event::{Actor, Revocation};
use call_stream_verify::objects::version::Signatures;
use call_stream_verify::values::limits::RETAINED_LEAVES;
use call_stream_verify::{Code, Digest, Level, Results, Trust, Uuid, Verdict, Verifier};
use issuer::{Issuer, has, judge, lines, note, part};

fn proof(kind: &str, from: u64, to: u64, hashes: &[Digest]) -> String {
    let (first, second) = if kind == "consistency" { ("from", "to") } else { ("seq", "size") };
    let hashes: Vec<String> = hashes.iter().map(|hash| format!("\"{}\"", base64::encode(hash.as_bytes()))).collect();
    format!("{{\"type\":\"{kind}\",\"{first}\":{from},\"{second}\":{to},\"hashes\":[{}]}}\n", hashes.join(","))
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap()
}

/// A chain of a sealed call and nine other entries.
fn ten() -> (Issuer, call_stream_verify::Call<'static>) {
    let mut issuer = Issuer::new();
    let call = issuer.sealed();
    for _ in 0..9 {
        issuer.chain.append("x", "model.invoked", "{}");
    }
    (issuer, call)
}

#[test]
fn every_proof_in_a_whole_chain_is_checked_against_the_entries_signed_or_not() {
    let (issuer, call) = ten();
    let leaves = issuer.chain.leaves();
    let checkpoint = note(&issuer.signed(10));
    let verdict = |proof: String| {
        let report = judge(&lines(&issuer.chain, &[&call], &[checkpoint.clone(), proof]), &issuer.trust());
        (report.verdict, report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>())
    };
    let mut checked = 0;
    for size in 1..=10 {
        for seq in 0..size {
            let mut hashes = merkle::inclusion_proof(&leaves[..index(size)], index(seq)).unwrap();
            assert_eq!(verdict(proof("inclusion", seq, size, &hashes)), (Verdict::Verified, vec![]));
            hashes.push(Digest([1; 32]));
            assert_eq!(verdict(proof("inclusion", seq, size, &hashes)), (Verdict::Mismatch, vec![Code::InclusionMismatch]));
            checked += 1;
        }
        for from in 1..=size {
            let mut hashes = merkle::consistency_proof(&leaves[..index(size)], index(from)).unwrap();
            assert_eq!(verdict(proof("consistency", from, size, &hashes)), (Verdict::Verified, vec![]));
            hashes.push(Digest([1; 32]));
            assert_eq!(verdict(proof("consistency", from, size, &hashes)), (Verdict::Mismatch, vec![Code::ConsistencyMismatch]));
            checked += 1;
        }
    }
    assert_eq!(checked, 110);
    for (kind, from, to) in [("consistency", 5, 2), ("consistency", 12, 5)] {
        assert_eq!(verdict(proof(kind, from, to, &[])), (Verdict::Mismatch, vec![Code::ConsistencyMismatch]));
    }
    for (seq, size) in [(6, 6), (9, 6), (12, 11), (0, 0)] {
        assert_eq!(verdict(proof("inclusion", seq, size, &[])), (Verdict::Mismatch, vec![Code::InclusionMismatch]));
    }
    // Nothing follows from what lies beyond the chain, or from the empty tree.
    for line in [proof("inclusion", 0, 12, &[]), proof("consistency", 5, 12, &[]), proof("consistency", 0, 5, &[])] {
        assert_eq!(verdict(line), (Verdict::Verified, vec![Code::ProofNotChecked]));
    }
    assert_eq!(verdict(proof("consistency", 0, 5, &[Digest([1; 32])])).0, Verdict::Mismatch);
}

#[test]
fn entries_behind_what_is_trusted_are_never_verified_whatever_level_is_asked_for() {
    let (issuer, call) = ten();
    for size in 1..10 {
        for checkpoint in [true, false] {
            let mut trust = TrustSpec { minimum_level: Some(Level::L2), ..TrustSpec::default() };
            let mut more = Vec::new();
            if checkpoint {
                trust.policy = issuer.trust().policy;
                more.push(note(&issuer.signed(size)));
            } else {
                trust.expect = Some((size as u64, issuer.chain.entries[size - 1].0));
            }
            let report = judge(&lines(&issuer.chain, &[&call], &more), &trust);
            assert!(report.verdict == Verdict::NotProven && has(&report, Code::UnanchoredTail), "{}", report.to_json());
        }
    }
    // Without any trust there is no tail, and L2 is what was asked for.
    let trust = TrustSpec { minimum_level: Some(Level::L2), ..TrustSpec::default() };
    assert_eq!(judge(&lines(&issuer.chain, &[&call], &[]), &trust).verdict, Verdict::Verified);
}

#[test]
fn a_revocation_in_a_range_that_can_name_no_version_in_front_of_it_is_a_mismatch() {
    let revocation = |version: u64, hash: Digest| {
        let actor = Actor { kind: "user".into(), id: "u".into() };
        let (reason, policy, signatures) = ("r".into(), "p".into(), Signatures::default());
        Revocation { version, canonical_payload_hash: hash, reason, policy, actor, signatures }.format()
    };
    // (versions in front of the range, versions in it before the revocation, the revoked number, whose hash, versions after it)
    let unseen = None;
    for (before, within, number, hash, after, fits) in [
        (1, 0, 1, Some(0), 0, true),
        (1, 1, 1, Some(0), 0, true),
        (0, 1, 5, unseen, 0, false),
        (1, 1, 7, unseen, 0, false),
        (1, 1, 1, Some(1), 0, false),
        (0, 0, 2, unseen, 2, false),
        (1, 0, 2, unseen, 1, false),
        (1, 0, 1, Some(0), 1, true),
    ] {
        let mut issuer = Issuer::new();
        let call_id: Uuid = issuer.rng.uuid();
        let seal = |issuer: &mut Issuer| {
            let call = issuer.call(call_id, None);
            issuer.seal(&call);
            call
        };
        issuer.chain.append("x", "model.invoked", "{}");
        (0..before).for_each(|_| drop(seal(&mut issuer)));
        let start = issuer.chain.entries.len();
        (0..within).for_each(|_| drop(seal(&mut issuer)));
        let hash = hash.map_or(Digest([9; 32]), |place: usize| issuer.versions[place].2);
        issuer.chain.append(&call_id.to_string(), "version.revoked", &revocation(number, hash));
        (0..after).for_each(|_| drop(seal(&mut issuer)));
        issuer.chain.append("x", "model.invoked", "{}");
        let end = issuer.chain.entries.len();
        let leaves = issuer.chain.leaves();
        let ends = [start, end - 1]
            .map(|seq| proof("inclusion", seq as u64, end as u64, &merkle::inclusion_proof(&leaves, seq).unwrap()));
        let more = [&[note(&issuer.signed(end))], &ends[..]].concat();
        let trust = TrustSpec { chain_only: true, ..issuer.trust() };
        let report = judge(&part(&issuer.chain, start, &[], &more), &trust);
        let expected = if fits { Verdict::Verified } else { Verdict::Mismatch };
        assert_eq!(report.verdict, expected, "{before} {within} {number} {after}: {}", report.to_json());
        assert_eq!(has(&report, Code::RevokesNothing), !fits);
    }
}

#[test]
fn a_record_that_commits_to_less_than_every_required_member_is_refused() {
    let mut issuer = Issuer::new();
    let call_id = issuer.rng.uuid();
    let call = issuer.call(call_id, Some([7; 32]));
    let record = issuer.record(&call).format();
    let start = record.find("\"duration\":").unwrap();
    let without = format!("{}{}", &record[..start], &record[start + "\"duration\":\"\",".len() + 64..]);
    issuer.chain.append(&call_id.to_string(), "version.created", &without);
    let report = judge(&lines(&issuer.chain, &[], &[note(&issuer.signed(1))]), &issuer.trust());
    assert!(report.verdict == Verdict::Mismatch && has(&report, Code::VersionBadRecord), "{}", report.to_json());
    assert_eq!(report.findings[0].member.as_deref(), Some("field_commitments"));
}

#[test]
fn bytes_behind_the_end_line_hide_no_mismatch_and_claim_no_completeness() {
    let (issuer, call) = ten();
    let honest = lines(&issuer.chain, &[&call], &[note(&issuer.signed(10))]);
    let mut changed = honest.clone();
    changed[0] =
        String::from_utf8(changed[0].clone()).unwrap().replace("\"exported_at\":\"20", "\"exported_at\":\"21").into_bytes();
    for (mut lines, verdict) in [(honest, Verdict::NotProven), (changed, Verdict::Mismatch)] {
        lines.push(b"\n".to_vec());
        let report = judge(&lines, &issuer.trust());
        assert!(report.verdict == verdict && has(&report, Code::TrailingBytes), "{}", report.to_json());
        assert_eq!(report.level, None);
        let complete = report.claims.0.iter().find(|claim| claim.name == "export_complete").unwrap();
        let expected = if verdict == Verdict::Mismatch { ClaimState::Failed } else { ClaimState::NotChecked };
        assert_eq!(complete.state, expected);
    }
}

#[test]
fn what_does_not_begin_with_a_manifest_is_not_judged() {
    let (issuer, call) = ten();
    let mut lines = lines(&issuer.chain, &[&call], &[]);
    lines.remove(0);
    lines[0] = String::from_utf8(lines[0].clone()).unwrap().replace("\"version\":1", "\"version\":2").into_bytes();
    let report = judge(&lines, &issuer.trust());
    assert_eq!((report.verdict, report.exit_code(), report.level), (Verdict::NotProven, 5, None));
    assert_eq!(report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::NotABundle]);
}

#[test]
fn what_else_a_file_seems_to_be_is_said() {
    let (issuer, call) = ten();
    let bundle = lines(&issuer.chain, &[&call], &[]).concat();
    let text = String::from_utf8(bundle).unwrap();
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let cases: [(Vec<u8>, &str); 8] = [
        (utf16, "another encoding"),
        (format!("\u{feff}{text}").into_bytes(), "byte order mark"),
        (text.replace('\n', "\r\n").into_bytes(), "CR LF"),
        (text.replace("{\"type\"", "{\n  \"type\"").into_bytes(), "laid out anew"),
        (b"PK\x03\x04\x14\x00\n".to_vec(), "ZIP archive"),
        (b"{\"type\":\"receipt\",\"call\":{}}\n".to_vec(), "receipt of one call"),
        (b"{\"call_id\":\"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b\"}\n".to_vec(), "call records"),
        (b"hello\n".to_vec(), ""),
    ];
    for (bytes, hint) in cases {
        let mut verifier = Verifier::new(Trust::new());
        verifier.push(&bytes);
        let report = verifier.finish(Results::NotVerified);
        assert_eq!((report.verdict, report.exit_code()), (Verdict::NotProven, 5));
        let finding = &report.findings[0];
        assert!(finding.code == Code::NotABundle && finding.detail.contains(hint), "{hint}: {}", finding.detail);
        assert_eq!(finding.detail.is_empty(), hint.is_empty());
    }
}

#[test]
fn what_exceeds_a_limit_is_named_so_and_is_no_mismatch() {
    let (mut issuer, call) = ten();
    let exit = |issuer: &Issuer, more: &[String]| {
        let report = judge(&lines(&issuer.chain, &[&call], more), &issuer.trust());
        (report.exit_code(), report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>())
    };
    let checkpoint = note(&issuer.signed(10));
    let anchor = |length: usize| {
        let proof = base64::encode(&vec![0; length]);
        format!("{{\"type\":\"anchor\",\"kind\":\"opentimestamps\",\"size\":1,\"proof\":\"{proof}\"}}\n")
    };
    let long = |count: usize| proof("consistency", 1, 1 << 50, &vec![Digest([0; 32]); count]);
    assert_eq!(exit(&issuer, &[checkpoint.clone(), anchor(65_536)]), (3, vec![Code::AnchorMalformed]));
    assert_eq!(exit(&issuer, &[checkpoint.clone(), anchor(65_537)]), (6, vec![Code::ProofTooLarge]));
    assert_eq!(exit(&issuer, &[checkpoint.clone(), long(63)]), (0, vec![Code::ProofNotChecked]));
    assert_eq!(exit(&issuer, &[checkpoint, long(64)]), (6, vec![Code::ProofTooLarge]));

    let call_id = issuer.rng.uuid();
    let signed = issuer.call(call_id, None);
    let mut record = issuer.record(&signed);
    record.signatures = Signatures::new(vec!["foreign.example AAAAAAAA".to_owned(); 65]);
    issuer.chain.append(&call_id.to_string(), "version.created", &record.format());
    let (code, findings) = exit(&issuer, &[note(&issuer.signed(11))]);
    assert_eq!((code, findings.contains(&Code::NoteTooLarge)), (6, true));
}

#[test]
fn keys_that_sign_records_and_are_not_trusted_are_named_once() {
    let mut issuer = Issuer::new();
    for place in 0..40u8 {
        let call_id = issuer.rng.uuid();
        let call = issuer.call(call_id, None);
        let mut record = issuer.record(&call);
        let name = format!("signer{}.example", place % 20);
        record.signatures = Signatures::new(vec![format!("{name} {}", base64::encode(&[place % 20; 68]))]);
        issuer.chain.append(&call_id.to_string(), "version.created", &record.format());
    }
    let trust = TrustSpec { chain_only: true, ..issuer.trust() };
    let report = judge(&lines(&issuer.chain, &[], &[note(&issuer.signed(40))]), &trust);
    assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_json());
    let named: Vec<_> = report.findings.iter().map(|finding| (finding.code, finding.line, finding.computed.clone())).collect();
    let expected: Vec<_> = (0..16u8)
        .map(|place| {
            let signer = format!("signer{place}.example+{}", hex::encode([place; 4]));
            (Code::SignatureUntrusted, Some(u64::from(place) + 2), Some(signer))
        })
        .collect();
    assert_eq!(named, expected);
}

#[test]
#[ignore = "slow: more than a quarter of a million entries, six times"]
fn an_older_signed_tree_that_cannot_be_compared_proves_nothing() {
    let mut issuer = Issuer::new();
    let entries = RETAINED_LEAVES + 100;
    let header = issuer.chain.header.clone();
    (0..entries).for_each(|_| issuer.chain.append("x", "e", "{}"));
    let leaves = issuer.chain.leaves();
    // Older signed trees, each with a false root if it is given one, and what consistency lines connect.
    let bundle = |older: &[(usize, Option<Digest>)], connected: &[(usize, usize)]| {
        let exported_at = header.created_at;
        let range = 0..entries as u64;
        let manifest = Manifest { chain: header.clone(), range, prev_hash: header.chain_id(), exported_at };
        let (mut writer, first) = BundleWriter::new(&manifest);
        let mut verifier =
            Verifier::new(Trust::new().with_key(&issuer.log.verifier().to_string()).unwrap().with_chain_only(true));
        verifier.push(first.as_bytes());
        for (seq, (hash, text)) in issuer.chain.entries.iter().enumerate() {
            verifier.push(writer.entry(seq as u64, hash, text).as_bytes());
        }
        for (size, root) in older {
            let root = root.unwrap_or_else(|| merkle::root_hash(&leaves[..*size]));
            let older = Checkpoint::new(&header.origin, *size as u64, root).unwrap();
            verifier.push(writer.checkpoint(&older.sign(&issuer.log).unwrap().to_string()).as_bytes());
        }
        for (from, to) in connected {
            let hashes = merkle::consistency_proof(&leaves[..*to], *from).unwrap();
            verifier.push(writer.consistency(*from as u64, *to as u64, &hashes).as_bytes());
        }
        verifier.push(writer.checkpoint(&issuer.signed(entries).to_string()).as_bytes());
        verifier.push(writer.end().as_bytes());
        let report = verifier.finish(Results::NotVerified);
        (report.verdict, report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>())
    };
    assert_eq!(bundle(&[], &[]), (Verdict::Verified, vec![]));
    assert_eq!(bundle(&[(RETAINED_LEAVES, None)], &[]), (Verdict::Verified, vec![]));
    let false_root = Some(Digest([0; 32]));
    assert_eq!(bundle(&[(RETAINED_LEAVES, false_root)], &[]), (Verdict::Mismatch, vec![Code::RootMismatch]));
    let (one, two) = (RETAINED_LEAVES + 20, RETAINED_LEAVES + 50);
    for root in [None, false_root] {
        assert_eq!(bundle(&[(two, root)], &[]), (Verdict::NotProven, vec![Code::CheckpointOutOfReach]));
    }
    // What proofs connect with the newest tree is compared, in whatever order they stand.
    for connected in [[(one, two), (two, entries)], [(two, entries), (one, two)]] {
        assert_eq!(bundle(&[(one, None), (two, None)], &connected), (Verdict::Verified, vec![]));
        let (verdict, found) = bundle(&[(one, false_root), (two, None)], &connected);
        assert!(verdict == Verdict::Mismatch && found.contains(&Code::ConsistencyMismatch), "{found:?}");
    }
}

#[test]
fn a_range_is_proven_by_the_newest_tree_that_a_quorum_has_cosigned() {
    let (issuer, _) = ten();
    let witness = SigningKey::new("w.example", KeyType::Cosignature, [9; 32]).unwrap();
    let policy = format!("log {}\nwitness w {}\nquorum w\n", issuer.log.verifier(), witness.verifier());
    let trust = TrustSpec { policy: Some(policy), chain_only: true, ..TrustSpec::default() };
    let leaves = issuer.chain.leaves();
    let mut shown = issuer.chain.clone();
    shown.entries.truncate(8);
    let mut more = Vec::new();
    for (size, cosigned) in [(8, true), (9, true), (10, false)] {
        let mut signed = issuer.signed(size);
        if cosigned {
            signed.add_signature(cosignature::sign(&signed, &witness, 1).unwrap()).unwrap();
        }
        more.push(note(&signed));
        for seq in [3, 7] {
            more.push(proof("inclusion", seq, size as u64, &merkle::inclusion_proof(&leaves[..size], index(seq)).unwrap()));
        }
    }
    let report = judge(&part(&shown, 3, &[], &more), &trust);
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Verified, 0), "{}", report.to_json());
    let without = judge(&part(&shown, 3, &[], &more[6..]), &trust);
    assert!(without.verdict == Verdict::NotProven && has(&without, Code::QuorumNotMet), "{}", without.to_json());
}
