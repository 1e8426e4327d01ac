//! A verifier with a memory: what continues it is remembered, what does not is refused, and what is not proven never moves it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests fail by panic")]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;

use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::composition::bundle::line::Proof;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::composition::memory::{Memory, ProvenHead};
use call_stream_verify::composition::verify::evaluate_since;
use call_stream_verify::objects::call::Call;
use call_stream_verify::{Code, Level, Report, Results, Trust, Verdict, Verifier};
use issuer::{Issuer, has, lines, note, part};

/// An issuer with this many sealed calls; histories of different `seed` part from the entry of that number on.
fn issuer(entries: usize, fork_at: usize) -> (Issuer, Vec<Call<'static>>) {
    let mut issuer = Issuer::new();
    let mut calls = Vec::new();
    for place in 0..entries {
        if place == fork_at {
            issuer.chain.append("x", "fork.begun", "{}");
        }
        calls.push(issuer.sealed());
    }
    (issuer, calls)
}

/// The whole chain with its calls under a checkpoint of all of it.
fn whole((issuer, calls): &(Issuer, Vec<Call<'static>>)) -> Vec<u8> {
    let calls: Vec<&Call<'_>> = calls.iter().collect();
    let more = [note(&issuer.signed(issuer.chain.entries.len()))];
    lines(&issuer.chain, &calls, &more).concat()
}

/// Entries from `start` on, with proofs of both ends under the checkpoint of all.
fn range((issuer, calls): &(Issuer, Vec<Call<'static>>), start: usize, more: &[String]) -> Vec<u8> {
    let size = issuer.chain.entries.len();
    let leaves = issuer.chain.leaves();
    let inclusion = |seq: usize| {
        let hashes = merkle::inclusion_proof(&leaves, seq).unwrap();
        inclusion_line(u64::try_from(seq).unwrap(), u64::try_from(size).unwrap(), &hashes)
    };
    let mut lines = vec![note(&issuer.signed(size)), inclusion(start), inclusion(size - 1)];
    lines.extend(more.iter().cloned());
    let calls: Vec<&Call<'_>> = calls.iter().skip(start).collect();
    part(&issuer.chain, start, &calls, &lines).concat()
}

fn writer() -> BundleWriter {
    let header = Issuer::new().chain.header;
    let exported_at = header.created_at;
    BundleWriter::new(&call_stream_verify::composition::bundle::line::Manifest {
        prev_hash: header.chain_id(),
        chain: header,
        range: 0..0,
        exported_at,
    })
    .0
}

fn inclusion_line(seq: u64, size: u64, hashes: &[call_stream_verify::Digest]) -> String {
    writer().inclusion(seq, size, hashes)
}

fn consistency_line(proof: &Proof) -> String {
    writer().consistency(proof.from, proof.to, &proof.hashes)
}

fn judge_under(bytes: &[u8], trust: Trust, memory: &Memory) -> (Report, Option<ProvenHead>) {
    let mut verifier = Verifier::new(trust.with_memory(memory));
    verifier.push(bytes);
    let (segment, trust) = verifier.into_segment();
    evaluate_since(&segment, &trust, memory, Results::NotVerified)
}

fn trust() -> Trust {
    Issuer::new().trust().trust()
}

fn judge(bytes: &[u8], memory: &Memory) -> (Report, Option<ProvenHead>) {
    judge_under(bytes, trust(), memory)
}

/// The memory of a verifier who has seen this.
fn memory_of(bytes: &[u8]) -> Memory {
    let mut memory = Memory::default();
    let (report, proven) = judge(bytes, &memory);
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.findings);
    assert!(memory.remember(&proven.unwrap()));
    memory
}

#[track_caller]
fn refused(bytes: &[u8], memory: &Memory, verdict: Verdict, code: Code) {
    let (report, proven) = judge(bytes, memory);
    assert_eq!((report.verdict, proven), (verdict, None), "{:?}", report.findings);
    assert!(has(&report, code), "{code:?}: {:?}", report.findings);
}

const NEVER: usize = usize::MAX;

#[test]
fn what_continues_the_memory_is_verified_and_remembered_whatever_the_sizes() {
    for before in 1..9 {
        let memory = memory_of(&whole(&issuer(before, NEVER)));
        for after in before..10 {
            let (report, proven) = judge(&whole(&issuer(after, NEVER)), &memory);
            assert_eq!(report.verdict, Verdict::Verified, "{before} {after}: {:?}", report.findings);
            let mut later = memory.clone();
            assert_eq!(later.remember(&proven.unwrap()), after > before);
            assert!(later.sizes().eq([u64::try_from(after).unwrap()]));
        }
    }
}

#[test]
fn a_shorter_chain_and_another_history_are_refused_and_never_remembered() {
    let memory = memory_of(&whole(&issuer(6, NEVER)));
    for entries in 1..6 {
        refused(&whole(&issuer(entries, NEVER)), &memory, Verdict::Mismatch, Code::HistoryRolledBack);
    }
    for entries in 6..10 {
        for fork_at in 0..6 {
            refused(&whole(&issuer(entries, fork_at)), &memory, Verdict::Mismatch, Code::HistoryForked);
        }
        // What differs behind the memory continues it.
        let (report, _) = judge(&whole(&issuer(entries, 6)), &memory);
        assert_eq!(report.verdict, Verdict::Verified);
    }
}

#[test]
fn a_range_continues_the_memory_where_it_begins_holds_it_or_is_connected_with_it() {
    let memory = memory_of(&whole(&issuer(6, NEVER)));
    let long = issuer(11, NEVER);
    let fork = issuer(11, 2);
    for start in 1..=6 {
        let (report, proven) = judge(&range(&long, start, &[]), &memory);
        assert_eq!((report.verdict, report.level), (Verdict::Verified, Some(Level::L3)), "{start}: {:?}", report.findings);
        assert_eq!(proven.unwrap().head().size, 11);
        refused(&range(&fork, start, &[]), &memory, Verdict::Mismatch, Code::HistoryForked);
    }
    for start in 7..11 {
        refused(&range(&long, start, &[]), &memory, Verdict::NotProven, Code::HistoryNotCompared);
        let proof = |(issuer, _): &(Issuer, Vec<Call<'static>>)| {
            let leaves = issuer.chain.leaves();
            let to = u64::try_from(leaves.len()).unwrap();
            consistency_line(&Proof { from: 6, to, hashes: merkle::consistency_proof(&leaves, 6).unwrap() })
        };
        let (report, proven) = judge(&range(&long, start, &[proof(&long)]), &memory);
        assert_eq!(report.verdict, Verdict::Verified, "{start}: {:?}", report.findings);
        assert_eq!(proven.unwrap().head().size, 11);
        // Neither a proof of another history nor the old checkpoint alone connects.
        refused(&range(&long, start, &[proof(&fork)]), &memory, Verdict::NotProven, Code::HistoryNotCompared);
        refused(&range(&fork, start, &[proof(&fork)]), &memory, Verdict::NotProven, Code::HistoryNotCompared);
        let old = note(&issuer(6, NEVER).0.signed(6));
        refused(&range(&fork, start, &[old]), &memory, Verdict::NotProven, Code::HistoryNotCompared);
        let other = note(&issuer(6, 2).0.signed(6));
        refused(&range(&long, start, &[other]), &memory, Verdict::Mismatch, Code::HistoryForked);
    }
    refused(&range(&issuer(5, NEVER), 2, &[]), &memory, Verdict::Mismatch, Code::HistoryRolledBack);
}

#[test]
fn what_is_not_proven_never_moves_the_memory() {
    let memory = memory_of(&whole(&issuer(6, NEVER)));
    let long = issuer(9, NEVER);
    let bytes = whole(&long);
    // Without a key nothing is recalled and nothing proven; at L2 a verdict needs no signed head.
    for trust in [Trust::new(), Trust::new().with_minimum_level(Level::L2).unwrap()] {
        assert_eq!(judge_under(&bytes, trust, &memory).1, None);
    }
    // Cut off anywhere.
    for end in (0..bytes.len()).step_by(211) {
        let (report, proven) = judge(&bytes[..end], &memory);
        assert_eq!((report.verdict == Verdict::Verified, proven), (false, None), "cut at {end}");
    }
    // Entries behind the checkpoint.
    let calls: Vec<&Call<'_>> = long.1.iter().collect();
    let tail = lines(&long.0.chain, &calls, &[note(&long.0.signed(8))]).concat();
    refused(&tail, &memory, Verdict::NotProven, Code::UnanchoredTail);
    // A call that differs.
    let text = String::from_utf8(bytes).unwrap();
    let place = text.find("\"duration\":").unwrap() + "\"duration\":".len();
    let tampered = format!("{}1{}", &text[..place], &text[place..]);
    refused(tampered.as_bytes(), &memory, Verdict::Mismatch, Code::CallMismatch);
}

#[test]
fn a_revoked_call_is_no_reason_to_forget_the_head() {
    let mut pair = issuer(4, NEVER);
    let call_id = pair.1[0].call_id();
    pair.0.revoke(call_id, 0);
    let (report, proven) = judge(&whole(&pair), &Memory::default());
    assert_eq!((report.verdict, proven.unwrap().head().size), (Verdict::Revoked, 5));
}

#[test]
fn what_another_key_signed_is_another_memory() {
    let memory = memory_of(&whole(&issuer(6, 2)));
    let mut other = issuer(4, NEVER);
    other.0.log = SigningKey::new(&other.0.chain.header.origin, KeyType::Ed25519, [8; 32]).unwrap();
    let vkey = other.0.log.verifier().to_string();
    let bytes = whole(&other);
    let (report, proven) = judge_under(&bytes, Trust::new().with_key(&vkey).unwrap(), &memory);
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.findings);
    let mut both = memory.clone();
    assert!(both.remember(&proven.unwrap()) && both.sizes().count() == 2);
    assert_eq!(Memory::parse(both.to_string().as_bytes()).unwrap(), both);
    // Whoever trusts both keys holds both to one history.
    let policy = format!("log {}\nlog {vkey}\nquorum none\n", Issuer::new().log.verifier());
    let (report, proven) = judge_under(&bytes, Trust::new().with_policy(policy).unwrap(), &memory);
    assert!(has(&report, Code::HistoryRolledBack) && proven.is_none(), "{:?}", report.findings);
}

#[test]
fn a_memory_is_read_in_its_one_spelling_or_refused() {
    let text = memory_of(&whole(&issuer(6, NEVER))).to_string();
    assert_eq!(Memory::parse(text.as_bytes()).unwrap().to_string(), text);
    assert_eq!(Memory::parse(Memory::default().to_string().as_bytes()).unwrap(), Memory::default());
    for end in 0..text.len() {
        assert_eq!(Memory::parse(&text.as_bytes()[..end]).unwrap_err().code(), Code::BadState, "cut at {end}");
    }
    let log = &text[text.find("[{").unwrap() + 1..text.len() - 3];
    for (from, to) in [
        ("\"size\":6", "\"size\":06"),
        ("\"size\":6", "\"size\":0"),
        ("\"size\":6", "\"size\": 6"),
        ("memory/1", "memory/2"),
        ("\"head\":\"", "\"head\":\"g"),
        ("]}", ",]}"),
        ("}]}\n", "}]}\n\n"),
        ("}]}\n", &format!("}},{log}]}}\n")),
        ("\"origin\":\"", "\"origin\":\"x"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert_eq!(Memory::parse(changed.as_bytes()).unwrap_err().code(), Code::BadState, "{to}");
    }
}
