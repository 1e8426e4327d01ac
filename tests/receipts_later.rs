//! A receipt with the entries behind it: whether one of them revokes the call, or seals it anew.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    reason = "tests fail by panic"
)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;

use bundle::TrustSpec;
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::composition::report::ClaimState;
use call_stream_verify::objects::call::Call;
use call_stream_verify::objects::chain::Entry;
use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::{Code, Level, Report, Trust, Verdict, Verifier, verify_receipt, verify_receipt_with_later};
use issuer::{Issuer, has, note, part};

fn receipt(issuer: &Issuer, index: usize, size: usize, call: &Call<'_>) -> String {
    let (entry_hash, text) = &issuer.chain.entries[index];
    let hashes = merkle::inclusion_proof(&issuer.chain.leaves()[..size], index).unwrap();
    let proof = LogProof { extra: None, index: index as u64, hashes, checkpoint: issuer.signed(size) };
    let entry = Entry::scan(&mut Scanner::of(text)).unwrap();
    Receipt { call: call.clone(), entry, entry_hash: *entry_hash, chain: issuer.chain.header.clone(), proof }.to_string()
}

/// The entries from `start` on under a checkpoint of all, with proofs of both ends where they are a range.
fn entries(issuer: &Issuer, start: usize, calls: &[&Call<'_>]) -> Vec<u8> {
    let size = issuer.chain.entries.len();
    let leaves = issuer.chain.leaves();
    let header = issuer.chain.header.clone();
    let exported_at = header.created_at;
    let manifest = Manifest { prev_hash: header.chain_id(), chain: header, range: 0..0, exported_at };
    let mut writer = BundleWriter::new(&manifest).0;
    let mut inclusion = |seq: usize| writer.inclusion(seq as u64, size as u64, &merkle::inclusion_proof(&leaves, seq).unwrap());
    let mut more = vec![note(&issuer.signed(size))];
    if start > 0 {
        more.extend([inclusion(start), inclusion(size - 1)]);
    }
    part(&issuer.chain, start, calls, &more).concat()
}

fn with_later(receipt: &str, later: &[u8], trust: Trust) -> Report {
    let mut verifier = Verifier::new(trust);
    verifier.push(later);
    let (later, trust) = verifier.into_segment();
    verify_receipt_with_later(receipt.as_bytes(), &trust, None, &later).unwrap()
}

fn state(report: &Report) -> ClaimState {
    report.claims.0.iter().find(|claim| claim.name == "later_revocations").unwrap().state
}

/// Three calls, and the receipt of the one in the middle under the checkpoint of then.
fn begun() -> (Issuer, Call<'static>, String) {
    let mut issuer = Issuer::new();
    issuer.sealed();
    let call = issuer.sealed();
    issuer.sealed();
    let receipt = receipt(&issuer, 1, 3, &call);
    (issuer, call, receipt)
}

#[test]
fn entries_that_do_not_touch_the_call_prove_that_it_was_not_revoked_by_then() {
    let (mut issuer, call, receipt) = begun();
    let others: Vec<Call<'_>> = (0..5).map(|_| issuer.sealed()).collect();
    issuer.revoke(others[0].call_id(), 3);
    let trust = || issuer.trust().trust();
    assert_eq!(state(&verify_receipt(receipt.as_bytes(), &trust(), None).unwrap()), ClaimState::NotChecked);
    // Behind the entry, at it, in front of it, and from the chain's beginning; with the call or without.
    for start in [2, 1, 0] {
        for calls in [&[][..], &[&others[1]], &[&others[0], &others[1]]] {
            let report = with_later(&receipt, &entries(&issuer, start, calls), trust());
            assert_eq!(
                (report.verdict, state(&report)),
                (Verdict::Verified, ClaimState::Proven),
                "from {start}: {}",
                report.to_json()
            );
            assert_eq!(report.as_of.size, Some(2), "it is the same receipt");
            assert!(report.to_json().contains("size=9"), "{}", report.to_json());
        }
    }
    let _ = call;
}

#[test]
fn a_later_revocation_revokes_the_call() {
    let (mut issuer, call, receipt) = begun();
    issuer.revoke(call.call_id(), 1);
    issuer.sealed();
    for start in [2, 1, 0] {
        let report = with_later(&receipt, &entries(&issuer, start, &[]), issuer.trust().trust());
        assert_eq!((report.verdict, report.calls.revoked), (Verdict::Revoked, 1), "from {start}: {}", report.to_json());
    }
}

#[test]
fn the_call_of_a_version_that_was_sealed_anew_is_not_what_was_sealed_last() {
    for is_revoked in [false, true] {
        let (mut issuer, call, receipt) = begun();
        let changed = issuer.call(call.call_id(), None);
        issuer.seal(&changed);
        if is_revoked {
            let place = issuer.versions.len() - 1;
            issuer.revoke(call.call_id(), place);
        }
        for start in [2, 1, 0] {
            let later = entries(&issuer, start, &[]);
            let report = with_later(&receipt, &later, issuer.trust().trust());
            let expected = if is_revoked { Verdict::Revoked } else { Verdict::Mismatch };
            assert_eq!((report.verdict, report.results[0].version), (expected, Some(2)), "from {start}: {}", report.to_json());
        }
    }
    // An older version that is revoked is not the receipt's.
    let mut issuer = Issuer::new();
    let first = issuer.sealed();
    let second = issuer.call(first.call_id(), None);
    issuer.seal(&second);
    let receipt = receipt(&issuer, 1, 2, &second);
    issuer.revoke(first.call_id(), 0);
    for start in [2, 1, 0] {
        let report = with_later(&receipt, &entries(&issuer, start, &[]), issuer.trust().trust());
        assert_eq!(
            (report.verdict, state(&report)),
            (Verdict::Verified, ClaimState::Proven),
            "from {start}: {}",
            report.to_json()
        );
    }
}

#[test]
fn what_does_not_continue_the_receipt_proves_nothing() {
    let (mut issuer, _, text) = begun();
    (0..4).for_each(|_| drop(issuer.sealed()));
    let whole = entries(&issuer, 2, &[]);
    let trust = || issuer.trust().trust();
    let not_proven = |later: &[u8], trust: Trust, what: &str| {
        let report = with_later(&text, later, trust);
        assert!(has(&report, Code::LaterNotProven), "{what}: {}", report.to_json());
        assert!(what != "cut off" || report.to_json().contains("\"computed\":\"cut-off\""), "{}", report.to_json());
        assert_eq!((report.verdict, state(&report)), (Verdict::NotProven, ClaimState::NotChecked), "{what}");
    };
    not_proven(&entries(&issuer, 3, &[]), trust(), "an entry is missing");
    not_proven(b"", trust(), "nothing");
    not_proven(&whole[..whole.len() - 1], trust(), "cut off");
    not_proven(&part(&issuer.chain, 2, &[], &[]).concat(), trust(), "a range without proof");
    not_proven(text.as_bytes(), trust(), "the receipt itself");
    // Entries up to the receipt's own show nothing of what follows.
    let mut short = Issuer::new();
    short.sealed();
    short.sealed();
    not_proven(&entries(&short, 0, &[]), trust(), "no entry behind it");
    // Another history of the same log.
    let mut fork = Issuer::new();
    fork.chain.append("x", "fork.begun", "{}");
    (0..6).for_each(|_| drop(fork.sealed()));
    not_proven(&entries(&fork, 2, &[]), trust(), "a fork");
    not_proven(&entries(&fork, 0, &[]), trust(), "a fork from its beginning");
    // Without a trusted head whoever made the entries could have left the revocation out.
    let unbound = part(&issuer.chain, 0, &[], &[]).concat();
    let report = with_later(&text, &unbound, TrustSpec { minimum_level: Some(Level::L2), ..issuer.trust() }.trust());
    assert!(has(&report, Code::LaterNotProven), "{}", report.to_json());
}

#[test]
fn a_receipt_that_does_not_hold_is_not_mended_by_later_entries() {
    let (mut issuer, _, text) = begun();
    let other = issuer.sealed();
    let later = entries(&issuer, 2, &[]);
    let wrong = receipt(&issuer, 1, 3, &other);
    assert_eq!(with_later(&wrong, &later, issuer.trust().trust()).verdict, Verdict::NotProven, "the call is sealed, but later");
    // Nor is a call that is what was sealed last, and not what this receipt is of.
    let (mut issuer, call, _) = begun();
    let changed = issuer.call(call.call_id(), None);
    issuer.seal(&changed);
    let changed = receipt(&issuer, 1, 3, &changed);
    let later = entries(&issuer, 2, &[]);
    assert_eq!(with_later(&changed, &later, issuer.trust().trust()).verdict, Verdict::Mismatch);
    let report = with_later(&text, &later, Trust::new());
    assert_eq!(report.verdict, Verdict::NotProven);
}
