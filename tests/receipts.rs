//! Receipts: one call under a signed tree, judged by the rules of ranges, and every change of one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;

use bundle::TrustSpec;
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::algorithms::{base64, merkle};
use call_stream_verify::composition::report::ClaimState;
use call_stream_verify::objects::chain::Entry;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::objects::version::VersionRecord;
use call_stream_verify::{Call, Code, Digest, Error, Level, Report, Trust, Uuid, Verdict, verify_receipt};
use issuer::{Issuer, has, judge, note, part};

/// The receipt of entry `index` under a checkpoint, with whatever call.
fn receipt(issuer: &Issuer, index: usize, call: &Call<'_>, signed: SignedCheckpoint) -> String {
    let (entry_hash, text) = &issuer.chain.entries[index];
    let size = usize::try_from(signed.checkpoint().size()).unwrap();
    let hashes = merkle::inclusion_proof(&issuer.chain.leaves()[..size], index).unwrap_or_default();
    let proof = LogProof { extra: None, index: index as u64, hashes, checkpoint: signed };
    let entry = Entry::scan(&mut Scanner::of(text)).unwrap();
    Receipt { call: call.clone(), entry, entry_hash: *entry_hash, chain: issuer.chain.header.clone(), proof }.to_string()
}

fn judged(text: &str, trust: &TrustSpec) -> Report {
    let report = verify_receipt(text.as_bytes(), &trust.trust(), None).unwrap();
    assert!(report.findings.iter().all(|finding| finding.line.is_none()), "{}", report.to_json());
    assert_eq!(report.results.len(), 1, "{}", report.to_json());
    report
}

fn codes(report: &Report) -> Vec<Code> {
    report.findings.iter().map(|finding| finding.code).collect()
}

fn claim(report: &Report, name: &str) -> (ClaimState, String) {
    let claim = report.claims.0.iter().find(|claim| claim.name == name).unwrap_or_else(|| panic!("no claim {name}"));
    (claim.state, claim.why.to_string())
}

/// A chain that seals a call with every entry.
fn sealing(count: usize) -> (Issuer, Vec<Call<'static>>) {
    let mut issuer = Issuer::new();
    let calls = (0..count).map(|_| issuer.sealed()).collect();
    (issuer, calls)
}

/// A chain in which other events stand in front of and behind one sealed call.
fn among_others(index: usize, size: usize) -> (Issuer, Call<'static>) {
    let mut issuer = Issuer::new();
    let mut call = None;
    for seq in 0..size {
        if seq == index { call = Some(issuer.sealed()) } else { issuer.chain.append("x", "model.invoked", "{}") }
    }
    (issuer, call.unwrap())
}

#[test]
fn a_receipt_of_every_entry_in_every_tree_up_to_64_verifies() {
    let (issuer, calls) = sealing(64);
    let mut count = 0;
    for size in 1..=64 {
        let signed = issuer.signed(size);
        for (index, call) in calls.iter().enumerate().take(size) {
            let report = judged(&receipt(&issuer, index, call, signed.clone()), &issuer.trust());
            assert_eq!((report.verdict, report.level), (Verdict::Verified, Some(Level::L3)), "{}", report.to_json());
            assert_eq!((report.as_of.size, report.as_of.head), (Some(index as u64 + 1), Some(issuer.chain.entries[index].0)));
            count += 1;
        }
    }
    assert_eq!(count, 2080);
}

#[test]
fn a_receipt_says_of_a_call_what_a_range_of_its_entry_says() {
    for (index, size) in [(1, 2), (4, 5), (7, 8), (11, 12)] {
        let (issuer, call) = among_others(index, size);
        let signed = issuer.signed(size);
        let hashes = merkle::inclusion_proof(&issuer.chain.leaves(), index).unwrap();
        let hashes: Vec<String> = hashes.iter().map(|hash| format!("\"{}\"", base64::encode(&hash.0))).collect();
        let proof = format!("{{\"type\":\"inclusion\",\"seq\":{index},\"size\":{size},\"hashes\":[{}]}}\n", hashes.join(","));
        for trust in [issuer.trust(), TrustSpec { tenant: Some(Uuid([1; 16])), ..issuer.trust() }] {
            let range = judge(&part(&issuer.chain, index, &[&call], &[note(&signed), proof.clone()]), &trust);
            let alone = judged(&receipt(&issuer, index, &call, signed.clone()), &trust);
            assert_eq!((alone.verdict, alone.level, codes(&alone)), (range.verdict, range.level, codes(&range)));
            assert_eq!((&alone.as_of, &alone.chain, &alone.calls), (&range.as_of, &range.chain, &range.calls));
            assert_eq!(alone.results, range.results);
        }
    }
}

/// What a receipt is after one byte of it was changed. Only this may be changed without notice: the time of creation in a header that
/// entry 0 does not bind, and signature lines by keys that nobody knows.
#[test]
fn every_changed_byte_is_refused_or_not_verified() {
    let stranger = SigningKey::new("stranger.example", KeyType::Ed25519, [8; 32]).unwrap();
    let mut judged_count = 0;
    for (index, size) in [(0, 1), (0, 5), (2, 5), (4, 5), (6, 8)] {
        let (issuer, call) = among_others(index, size);
        let mut signed = issuer.signed(size);
        let line = stranger.sign_note(&issuer.chain.checkpoint(size).to_string()).unwrap();
        signed.add_signature(line.clone()).unwrap();
        let text = receipt(&issuer, index, &call, signed);
        let trust = issuer.trust().trust();
        let verdict = |bytes: &[u8]| verify_receipt(bytes, &trust, None).map(|report| report.verdict);
        assert_eq!(verdict(text.as_bytes()), Ok(Verdict::Verified));
        let span = |part: &str| {
            let start = text.find(part).unwrap_or_else(|| panic!("{part} is not there"));
            start..start + part.len()
        };
        let created = span(&format!("\"created_at\":\"{}\"", issuer.chain.header.created_at));
        let unknown = span(&line.to_string().replace('\n', ""));
        for place in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                judged_count += 1;
                if verdict(&bytes) == Ok(Verdict::Verified) {
                    let free = unknown.contains(&place) || index > 0 && created.contains(&place);
                    assert!(
                        free,
                        "entry {index} of {size}: bit {bit} of byte {place}, {:?}",
                        &text[place.saturating_sub(20)..=place]
                    );
                }
            }
        }
    }
    assert!(judged_count > 50_000, "{judged_count} changes");
}

#[test]
fn every_cut_and_every_doubled_byte_is_refused() {
    let (issuer, call) = among_others(2, 5);
    let text = receipt(&issuer, 2, &call, issuer.signed(5)).into_bytes();
    for place in 0..text.len() {
        let doubled = [&text[..=place], &text[place..]].concat();
        for bytes in [&text[..place], doubled.as_slice()] {
            let report = verify_receipt(bytes, &issuer.trust().trust(), None);
            assert!(report.as_ref().map(|report| report.verdict) != Ok(Verdict::Verified), "byte {place}");
        }
    }
}

#[test]
fn a_changed_proof_is_a_mismatch() {
    let mut changes = 0;
    for (index, size) in [(0, 2), (0, 7), (3, 7), (6, 7), (12, 33)] {
        let (issuer, call) = among_others(index, size);
        let text = receipt(&issuer, index, &call, issuer.signed(size));
        let change = |change: &dyn Fn(&mut LogProof)| {
            let mut receipt = Receipt::parse(text.as_bytes()).unwrap();
            change(&mut receipt.proof);
            judged(&receipt.to_string(), &issuer.trust())
        };
        let count = Receipt::parse(text.as_bytes()).unwrap().proof.hashes.len();
        let mut reports = Vec::new();
        for place in 0..count {
            reports.push(change(&|proof| proof.hashes[place].0[7] ^= 1));
            reports.push(change(&|proof| _ = proof.hashes.remove(place)));
            reports.push(change(&|proof| proof.hashes.push(Digest([0; 32]))));
            reports.extend((place + 1..count).map(|other| change(&|proof| proof.hashes.swap(place, other))));
        }
        reports.push(change(&|proof| proof.index += 1));
        reports.push(change(&|proof| proof.index = 9_007_199_254_740_990));
        for report in &reports {
            assert_eq!(report.verdict, Verdict::Mismatch, "{}", report.to_json());
            assert!(has(report, Code::InclusionMismatch), "{}", report.to_json());
            changes += 1;
        }
    }
    assert!(changes > 60, "{changes} changes");
}

#[test]
fn without_trust_nothing_is_proven_and_what_contradicts_itself_is_still_a_mismatch() {
    let (issuer, call) = among_others(2, 5);
    let nothing = TrustSpec::default();
    let honest = judged(&receipt(&issuer, 2, &call, issuer.signed(5)), &nothing);
    assert_eq!((honest.verdict, honest.level), (Verdict::NotProven, Some(Level::L1)));
    assert!(has(&honest, Code::NoTrustedCheckpoint) && has(&honest, Code::CheckpointUntrusted), "{}", honest.to_json());
    assert!(!has(&honest, Code::RangeWithoutProof));
    let mut changed = Issuer::new();
    let changed = changed.call(call.call_id(), None);
    for trust in [nothing.clone(), issuer.trust()] {
        let report = judged(&receipt(&issuer, 2, &changed, issuer.signed(5)), &trust);
        assert_eq!(report.verdict, Verdict::Mismatch);
        assert!(has(&report, Code::CallMismatch), "{}", report.to_json());
        let text = receipt(&issuer, 2, &call, issuer.signed(5));
        let (hash, _) = &issuer.chain.entries[2];
        let report = judged(&text.replacen(&hash.to_string(), &Digest([7; 32]).to_string(), 1), &trust);
        assert_eq!((report.verdict, has(&report, Code::EntryHashMismatch)), (Verdict::Mismatch, true));
    }
    let expected = TrustSpec { expect: Some((4, issuer.chain.entries[2].0)), ..nothing.clone() };
    for trust in [nothing.clone(), expected, issuer.trust()] {
        let text = receipt(&issuer, 2, &call, issuer.signed(5)).replacen("index 2", "index 3", 1);
        let report = judged(&text, &trust);
        assert_eq!((report.verdict, has(&report, Code::InclusionMismatch)), (Verdict::Mismatch, true), "{}", report.to_json());
    }
    let low = TrustSpec { minimum_level: Some(Level::L2), ..nothing };
    assert_eq!(judged(&receipt(&issuer, 2, &call, issuer.signed(5)), &low).verdict, Verdict::NotProven);
    let mallory = SigningKey::new(&issuer.chain.header.origin, KeyType::Ed25519, [66; 32]).unwrap();
    let forged = issuer.chain.checkpoint(5).sign(&mallory).unwrap();
    assert_eq!(judged(&receipt(&issuer, 2, &call, forged), &issuer.trust()).verdict, Verdict::NotProven);
}

#[test]
fn what_a_receipt_cannot_show_is_never_claimed() {
    for (index, size) in [(0, 1), (0, 9), (3, 9), (8, 9)] {
        let (issuer, call) = among_others(index, size);
        let report = judged(&receipt(&issuer, index, &call, issuer.signed(size)), &issuer.trust());
        assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_json());
        assert!(report.findings.is_empty(), "{}", report.to_json());
        for name in
            ["export_complete", "all_calls_presented", "chain_unbroken", "expected_head", "witness_quorum", "content_true"]
        {
            assert_eq!(claim(&report, name).0, ClaimState::NotChecked, "{name}");
        }
        let (state, why) = claim(&report, "later_revocations");
        assert_eq!(state, ClaimState::NotChecked);
        assert!(why.contains("also where the checkpoint covers them"), "{why}");
        let (state, why) = claim(&report, "checkpoint_signed");
        assert_eq!(state, ClaimState::Proven);
        assert!(why.contains(&format!("a checkpoint of {size} entries")), "{why}");
        let header = if index == 0 { ClaimState::Proven } else { ClaimState::NotChecked };
        assert_eq!(claim(&report, "chain_header").0, header);
    }
}

#[test]
fn a_version_that_was_replaced_or_revoked_later_is_verified_as_of_its_entry_and_no_more() {
    let mut issuer = Issuer::new();
    let first = issuer.sealed();
    let second = issuer.call(first.call_id(), None);
    issuer.seal(&second);
    issuer.revoke(first.call_id(), 1);
    for (index, call, version) in [(0, &first, 1), (1, &second, 2)] {
        let report = judged(&receipt(&issuer, index, call, issuer.signed(3)), &issuer.trust());
        assert_eq!((report.verdict, report.results[0].version), (Verdict::Verified, Some(version)));
        assert_eq!(report.as_of.size, Some(index as u64 + 1));
        assert_eq!(claim(&report, "later_revocations").0, ClaimState::NotChecked);
    }
    // The entries of other versions do not seal this one.
    assert_eq!(judged(&receipt(&issuer, 1, &first, issuer.signed(3)), &issuer.trust()).verdict, Verdict::Mismatch);
    let revocation = judged(&receipt(&issuer, 2, &second, issuer.signed(3)), &issuer.trust());
    assert_eq!((revocation.verdict, codes(&revocation)), (Verdict::NotProven, vec![Code::CallIncomparable]));
}

#[test]
fn an_entry_that_seals_no_version_of_the_call_proves_nothing_of_it() {
    let (mut issuer, call) = among_others(1, 3);
    let other = issuer.sealed();
    for (index, shown) in [(0, &call), (2, &call), (3, &call), (1, &other)] {
        let report = judged(&receipt(&issuer, index, shown, issuer.signed(4)), &issuer.trust());
        assert_eq!((report.verdict, codes(&report)), (Verdict::NotProven, vec![Code::CallIncomparable]), "{}", report.to_json());
        assert_eq!(report.results[0].result, Verdict::NotProven);
    }
    // A record that breaks its rules seals nothing either: the first entry of a chain is no second version.
    let mut issuer = Issuer::new();
    let call_id = issuer.rng.uuid();
    let call = issuer.call(call_id, None);
    let record = VersionRecord { version: 2, supersedes: Some(1), ..issuer.record(&call) };
    issuer.chain.append(&call_id.to_string(), "version.created", &record.format());
    let report = judged(&receipt(&issuer, 0, &call, issuer.signed(1)), &issuer.trust());
    assert_eq!((report.verdict, has(&report, Code::VersionMisnumbered)), (Verdict::Mismatch, true));
}

#[test]
fn a_record_is_judged_in_place_of_the_call() {
    let mut issuer = Issuer::new();
    let call_id = issuer.rng.uuid();
    let plain = issuer.call(call_id, None);
    issuer.seal(&plain);
    let salted_id = issuer.rng.uuid();
    let salted = issuer.call(salted_id, Some([9; 32]));
    issuer.seal(&salted);
    let trust = issuer.trust().trust();
    for (index, call) in [(0, &plain), (1, &salted)] {
        let text = receipt(&issuer, index, call, issuer.signed(2));
        let judge = |record: &str| verify_receipt(text.as_bytes(), &trust, Some(record.as_bytes()));
        // Any spelling, and without the salt, which databases need not keep.
        let spread = call.payload().replacen("{\"call_id\":", "{ \"call_id\" : ", 1);
        let bare = match call.payload().split_once(",\"salt\":") {
            Some((bare, _)) => format!("{bare},\"salt\":null}}"),
            None => call.payload().to_owned(),
        };
        for record in [call.payload(), &spread, &bare] {
            let report = judge(record).unwrap();
            assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_json());
            assert_eq!(report, verify_receipt(text.as_bytes(), &trust, None).unwrap());
        }
        let changed = bare.replacen("\"answered\":true", "\"answered\":false", 1);
        let changed = if changed == bare { bare.replacen("\"answered\":false", "\"answered\":true", 1) } else { changed };
        assert_eq!(judge(&changed).unwrap().verdict, Verdict::Mismatch);
        let dropped = bare.replacen("{", "{\"agent_note\":\"said in confidence\",\"a b\":1,", 1);
        let report = judge(&dropped).unwrap();
        assert_eq!(report.verdict, Verdict::Verified);
        let (state, why) = claim(&report, "uncovered_members");
        assert_eq!(state, ClaimState::NotChecked);
        assert!(why.contains("agent_note, 1 with unusual names") && !report.to_json().contains("confidence"), "{why}");
        let refusals = [("", "json-empty"), ("[]", "bad-call"), ("{}", "missing-member"), ("{", "json-syntax")];
        for (record, code) in refusals {
            assert_eq!(judge(record).unwrap_err().code().name(), code);
        }
        let bad = bare.replacen("\"direction\":\"", "\"direction\":\"sideways ", 1);
        assert_eq!(judge(&bad).unwrap_err().member_name(), Some("direction"));
    }
    let text = receipt(&issuer, 0, &plain, issuer.signed(2));
    let other = verify_receipt(text.as_bytes(), &trust, Some(salted.payload().as_bytes())).unwrap();
    assert_eq!(other.verdict, Verdict::NotProven, "{}", other.to_json());
}

#[test]
fn an_expected_head_counts_where_the_entry_is_that_head() {
    let (issuer, call) = among_others(3, 6);
    let text = receipt(&issuer, 3, &call, issuer.signed(6));
    let expecting = |size: usize, head: Digest| TrustSpec { expect: Some((size as u64, head)), ..TrustSpec::default() };
    let head = judged(&text, &expecting(4, issuer.chain.entries[3].0));
    assert_eq!((head.verdict, head.level), (Verdict::Verified, Some(Level::L3)), "{}", head.to_json());
    assert_eq!(claim(&head, "checkpoint_signed").0, ClaimState::NotChecked);
    let before = judged(&text, &expecting(3, issuer.chain.entries[2].0));
    assert_eq!((before.verdict, has(&before, Code::UnanchoredTail)), (Verdict::NotProven, true));
    // The entries behind it are there, but not shown: that is no contradiction.
    let behind = judged(&text, &expecting(6, issuer.chain.entries[5].0));
    assert_eq!((behind.verdict, has(&behind, Code::ExpectedHeadNotCompared)), (Verdict::NotProven, true));
    for size in [3, 4] {
        let wrong = judged(&text, &expecting(size, Digest([1; 32])));
        assert_eq!((wrong.verdict, has(&wrong, Code::ExpectedHeadMismatch)), (Verdict::Mismatch, true), "{size}");
    }
    let (first, call) = among_others(0, 2);
    let text = receipt(&first, 0, &call, first.signed(2));
    assert_eq!(judged(&text, &expecting(1, first.chain.entries[0].0)).verdict, Verdict::Verified);
}

#[test]
fn tenant_origin_and_quorum_are_asked_for_as_everywhere() {
    let (issuer, call) = among_others(3, 6);
    let mut signed = issuer.signed(6);
    let text = receipt(&issuer, 3, &call, signed.clone());
    let of = |tenant| TrustSpec { tenant: Some(tenant), ..issuer.trust() };
    assert_eq!(judged(&text, &of(issuer.chain.header.tenant_id)).verdict, Verdict::Verified);
    assert!(has(&judged(&text, &of(Uuid([5; 16]))), Code::TenantMismatch));
    let mut moved = Receipt::parse(text.as_bytes()).unwrap();
    moved.chain.tenant_id = Uuid([5; 16]);
    assert!(has(&judged(&moved.to_string(), &issuer.trust()), Code::ForeignTenant));
    moved = Receipt::parse(text.as_bytes()).unwrap();
    moved.chain.origin = "other.example/log".to_owned();
    assert!(has(&judged(&moved.to_string(), &issuer.trust()), Code::OriginMismatch));

    let witness = SigningKey::new("w.example", KeyType::Cosignature, [9; 32]).unwrap();
    let policy = format!("log {}\nwitness w {}\nquorum w\n", issuer.log.verifier(), witness.verifier());
    let witnessed = TrustSpec { policy: Some(policy), ..TrustSpec::default() };
    let alone = judged(&text, &witnessed);
    assert_eq!((alone.verdict, has(&alone, Code::QuorumNotMet)), (Verdict::NotProven, true));
    signed.add_signature(cosignature::sign(&signed, &witness, 1).unwrap()).unwrap();
    let cosigned = judged(&receipt(&issuer, 3, &call, signed), &witnessed);
    assert_eq!((cosigned.verdict, cosigned.level), (Verdict::Verified, Some(Level::L4)), "{}", cosigned.to_json());
    let highest = TrustSpec { minimum_level: Some(Level::L5), ..issuer.trust() };
    assert_eq!(judged(&text, &highest).verdict, Verdict::NotProven);
}

#[test]
fn what_is_no_receipt_is_refused_with_its_place() {
    let (issuer, call) = among_others(1, 3);
    let text = receipt(&issuer, 1, &call, issuer.signed(3));
    assert_eq!(Receipt::parse(text.as_bytes()).unwrap().to_string(), text);
    let refused = |text: &str| -> Error { verify_receipt(text.as_bytes(), &Trust::new(), None).unwrap_err() };
    let (_, unnamed) = text.split_once("\"entry_hash\"").unwrap();
    let cases = [
        (String::new(), None),
        (text.trim_end().to_owned(), None),
        (format!("{text}\n"), None),
        (format!("{text}{text}"), None),
        (format!(" {text}"), Some("type")),
        (text.replacen("receipt", "manifest", 1), Some("type")),
        (text.replacen("\"call\":", "\"Call\":", 1), Some("call")),
        (text.replacen("\"direction\":\"", "\"direction\": \"", 1), Some("direction")),
        (text.replacen("\"entry\":{", "\"entry\":{\"x\":1,", 1), Some("entry")),
        (text.replacen("\"entry_hash\":\"", "\"entry_hash\":\"0", 1), Some("entry_hash")),
        (format!("{}\"x\":1,\"entry_hash\"{unnamed}", text.split_once("\"entry_hash\"").unwrap().0), Some("entry_hash")),
        (text.replacen("\"chain\":{", "\"chain\":{ ", 1), Some("chain")),
        (text.replacen("tlog-proof@v1", "tlog-proof@v2", 1), Some("proof")),
        (text.replacen("index 1", "index 01", 1), Some("proof")),
        (text.replacen("\\n3\\n", "\\n03\\n", 1), Some("proof")),
        (text.replacen("\"proof\":\"c2sp", "\"proof\":\"\\u0063\\u0032sp", 1), Some("proof")),
        (text.replacen("}\n", ",\"more\":1}\n", 1), None),
    ];
    for (text, member) in &cases {
        let error = refused(text);
        assert_eq!((error.code(), error.member_name()), (Code::BadReceipt, *member), "{text}");
    }
    assert_eq!(refused(&format!("{}\n", " ".repeat(16 * 1024 * 1024 + 1))).code(), Code::LineTooLong);
    let mut large = Receipt::parse(text.as_bytes()).unwrap();
    large.proof.hashes = vec![Digest([0; 32]); 64];
    assert_eq!(refused(&large.to_string()).code(), Code::ProofTooLarge);
}

#[test]
fn data_beside_the_proof_are_kept_and_count_for_nothing() {
    let (issuer, call) = among_others(1, 3);
    let text = receipt(&issuer, 1, &call, issuer.signed(3));
    let mut with_extra = Receipt::parse(text.as_bytes()).unwrap();
    with_extra.proof.extra = Some(b"see our terms".to_vec());
    let with_extra = with_extra.to_string();
    assert_eq!(Receipt::parse(with_extra.as_bytes()).unwrap().to_string(), with_extra);
    assert_eq!(judged(&with_extra, &issuer.trust()), judged(&text, &issuer.trust()));
}
