//! Ranges and checkpoints that contradict each other: what a dishonest log could try.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "support/bundle.rs"]
mod bundle;

use bundle::{Chain, Rng, TrustSpec, call_record, make};
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::composition::report::ClaimState;
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::version::{Signatures, VersionRecord};
use call_stream_verify::{Digest, Report, Results, Timestamp, Verdict, verify};

struct Setting {
    chain: Chain,
    log: SigningKey,
    witness: SigningKey,
    trust: TrustSpec,
    lines: Vec<String>,
}

const START: usize = 3;

/// A chain of 8 entries whose last four seal a call each; the export begins behind the first three.
fn setting() -> Setting {
    let mut rng = Rng(7);
    let made = make(7);
    let mut chain = Chain::new(made.chain.header.clone());
    let tenant_id = chain.header.tenant_id;
    let mut calls = Vec::new();
    for place in 0..8 {
        if place < 4 {
            chain.append("x", "model.invoked", "{}");
            continue;
        }
        let call_id = rng.uuid();
        let call = call_record(&mut rng, call_id, tenant_id, &place.to_string(), None);
        let record = VersionRecord {
            call_id,
            tenant_id,
            version: 1,
            supersedes: None,
            digests: call.compute_digests(None),
            finalized_at: Timestamp::new(chain.time, 0).unwrap(),
            signatures: Signatures::default(),
        };
        chain.append(&call_id.to_string(), "version.created", &record.format());
        calls.push(call);
    }
    let witness = SigningKey::new("w.example", KeyType::Cosignature, [9; 32]).unwrap();
    let policy = format!("log {}\nwitness w {}\nquorum w\n", made.log.verifier(), witness.verifier());
    let manifest = Manifest {
        chain: chain.header.clone(),
        range: START as u64..8,
        prev_hash: chain.before(START),
        exported_at: chain.header.created_at,
    };
    let (mut writer, first) = BundleWriter::new(&manifest);
    let mut lines = vec![first];
    for (seq, (hash, text)) in chain.entries.iter().enumerate().skip(START) {
        lines.push(writer.entry(seq as u64, hash, text));
    }
    lines.extend(calls.iter().map(|call| writer.call(call)));
    let trust = TrustSpec { policy: Some(policy), ..TrustSpec::default() };
    Setting { chain, log: made.log, witness, trust, lines }
}

fn checkpoint_line(note: &str) -> String {
    call_stream_verify::composition::bundle::writer::format_checkpoint_line(note)
}

impl Setting {
    fn note(&self, checkpoint: &Checkpoint, cosigned: bool) -> String {
        let mut signed = checkpoint.sign(&self.log).unwrap();
        if cosigned {
            signed.add_signature(cosignature::sign(&signed, &self.witness, 1).unwrap()).unwrap();
        }
        checkpoint_line(&signed.to_string())
    }

    fn proofs(&self) -> Vec<String> {
        let leaves = self.chain.leaves();
        let manifest = Manifest {
            chain: self.chain.header.clone(),
            range: 0..0,
            prev_hash: Digest([0; 32]),
            exported_at: self.chain.header.created_at,
        };
        let (mut writer, _) = BundleWriter::new(&manifest);
        let mut proof = |seq: usize| writer.inclusion(seq as u64, 8, &merkle::inclusion_proof(&leaves, seq).unwrap());
        vec![proof(START), proof(7)]
    }

    fn judge(&self, envelope: Vec<String>) -> Report {
        let mut lines: Vec<Vec<u8>> = self.lines.iter().cloned().chain(envelope).map(String::into_bytes).collect();
        lines.push(b"{\"type\":\"end\"}\n".to_vec());
        bundle::mend_end(&mut lines);
        verify(&lines.concat(), self.trust.trust(), Results::All)
    }
}

fn claim(report: &Report, name: &str) -> ClaimState {
    report.claims.0.iter().find(|claim| claim.name == name).unwrap().state
}

fn other_history(size: u64, origin: &str) -> Checkpoint {
    Checkpoint::new(origin, size, Digest([5; 32])).unwrap()
}

#[test]
fn a_range_under_a_witnessed_checkpoint_verifies() {
    let setting = setting();
    let mut envelope = setting.proofs();
    envelope.push(setting.note(&setting.chain.checkpoint(8), true));
    let report = setting.judge(envelope);
    assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_json());
    assert_eq!(claim(&report, "witness_quorum"), ClaimState::Proven);
}

#[test]
fn witnesses_of_another_history_do_not_vouch_for_a_range() {
    // The log signs two trees of 8 leaves: the range is in the one, the witness cosigned the other.
    let setting = setting();
    let shown = setting.note(&setting.chain.checkpoint(8), false);
    let witnessed = setting.note(&other_history(8, &setting.chain.header.origin), true);
    for order in [[shown.clone(), witnessed.clone()], [witnessed, shown]] {
        let mut envelope = setting.proofs();
        envelope.extend(order);
        let report = setting.judge(envelope);
        assert_eq!(report.verdict, Verdict::Mismatch, "{}", report.to_json());
        assert_ne!(claim(&report, "witness_quorum"), ClaimState::Proven, "{}", report.to_json());
    }
}

#[test]
fn two_signed_histories_of_one_size_are_a_mismatch_in_a_range() {
    let mut setting = setting();
    setting.trust.policy = Some(setting.log.verifier().to_string());
    let mut envelope = setting.proofs();
    envelope.push(setting.note(&setting.chain.checkpoint(8), false));
    envelope.push(setting.note(&other_history(8, &setting.chain.header.origin), false));
    let report = setting.judge(envelope);
    assert_eq!(report.verdict, Verdict::Mismatch, "{}", report.to_json());
}

#[test]
fn a_checkpoint_that_no_proof_connects_is_not_claimed_to_cover_a_range() {
    let mut setting = setting();
    setting.trust.policy = Some(setting.log.verifier().to_string());
    setting.trust.expect = Some((8, setting.chain.head()));
    let unconnected = setting.note(&other_history(8, &setting.chain.header.origin), false);
    let report = setting.judge(vec![unconnected]);
    assert_eq!(claim(&report, "expected_head"), ClaimState::Proven, "{}", report.to_json());
    assert_eq!(claim(&report, "checkpoint_signed"), ClaimState::NotChecked, "{}", report.to_json());
}

#[test]
fn a_range_with_one_proof_of_two_is_not_proven() {
    let setting = setting();
    for place in 0..2 {
        let mut envelope = vec![setting.proofs().remove(place)];
        envelope.push(setting.note(&setting.chain.checkpoint(8), true));
        let report = setting.judge(envelope);
        assert_eq!(report.verdict, Verdict::NotProven, "{}", report.to_json());
    }
}
