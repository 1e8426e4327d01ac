//! An issuer whose chain, key and exports a test makes by hand, counts, head and envelope of the end line always fitting.
#![allow(dead_code)]

use crate::bundle::{Chain, Rng, TrustSpec, call_record, make, mend_end};
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::{BundleWriter, format_checkpoint_line};
use call_stream_verify::objects::call::Call;
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::objects::event::{Actor, Revocation};
use call_stream_verify::objects::version::{Signatures, VersionRecord};
use call_stream_verify::{Code, Digest, Report, Results, Timestamp, Uuid, verify};

pub const SEED: [u8; 32] = [3; 32];

/// An issuer: a chain, its key, and what was sealed.
pub struct Issuer {
    pub rng: Rng,
    pub chain: Chain,
    pub log: SigningKey,
    pub versions: Vec<(Uuid, u64, Digest)>,
}

impl Issuer {
    pub fn new() -> Issuer {
        let chain = Chain::new(make(11).chain.header);
        let log = SigningKey::new(&chain.header.origin, KeyType::Ed25519, SEED).unwrap();
        Issuer { rng: Rng(11), chain, log, versions: Vec::new() }
    }

    pub fn call(&mut self, call_id: Uuid, salt: Option<[u8; 32]>) -> Call<'static> {
        let secret = format!("s{}", self.rng.next());
        call_record(&mut self.rng, call_id, self.chain.header.tenant_id, &secret, salt)
    }

    pub fn record(&self, call: &Call<'_>) -> VersionRecord<'static> {
        let before = self.versions.iter().filter(|(call_id, ..)| *call_id == call.call_id()).count();
        let before = u64::try_from(before).unwrap();
        VersionRecord {
            call_id: call.call_id(),
            tenant_id: call.tenant_id(),
            version: before + 1,
            supersedes: Some(before).filter(|before| *before > 0),
            digests: call.compute_digests(None),
            finalized_at: Timestamp::new(self.chain.time, 0).unwrap(),
            signatures: Signatures::default(),
        }
    }

    pub fn seal(&mut self, call: &Call<'_>) {
        let record = self.record(call);
        self.versions.push((record.call_id, record.version, record.digests.canonical_payload_hash));
        self.chain.append(&record.call_id.to_string(), "version.created", &record.format());
    }

    pub fn sealed(&mut self) -> Call<'static> {
        let call_id = self.rng.uuid();
        let call = self.call(call_id, None);
        self.seal(&call);
        call
    }

    pub fn revoke(&mut self, entity: Uuid, place: usize) {
        let (_, version, canonical_payload_hash) = self.versions[place];
        let actor = Actor { kind: "user".into(), id: "u".into() };
        let (reason, policy, signatures) = ("r".into(), "p".into(), Signatures::default());
        let revocation = Revocation { version, canonical_payload_hash, reason, policy, actor, signatures };
        self.chain.append(&entity.to_string(), "version.revoked", &revocation.format());
    }

    pub fn signed(&self, size: usize) -> SignedCheckpoint {
        self.chain.checkpoint(size).sign(&self.log).unwrap()
    }

    pub fn trust(&self) -> TrustSpec {
        TrustSpec { policy: Some(self.log.verifier().to_string()), ..TrustSpec::default() }
    }
}

/// The lines of a whole bundle, without checkpoints; `more` stands in front of the end line.
pub fn lines(chain: &Chain, calls: &[&Call<'_>], more: &[String]) -> Vec<Vec<u8>> {
    part(chain, 0, calls, more)
}

pub fn part(chain: &Chain, start: usize, calls: &[&Call<'_>], more: &[String]) -> Vec<Vec<u8>> {
    let end = chain.entries.len();
    let range = u64::try_from(start).unwrap()..u64::try_from(end).unwrap();
    let header = chain.header.clone();
    let exported_at = header.created_at;
    let (mut writer, first) = BundleWriter::new(&Manifest { chain: header, range, prev_hash: chain.before(start), exported_at });
    let mut lines = vec![first];
    for ((hash, text), seq) in chain.entries.iter().zip(0..).skip(start) {
        lines.push(writer.entry(seq, hash, text));
    }
    lines.extend(calls.iter().map(|call| writer.call(call)));
    lines.extend(more.iter().cloned());
    lines.push(writer.end());
    let mut lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
    mend_end(&mut lines);
    lines
}

pub fn judge(lines: &[Vec<u8>], trust: &TrustSpec) -> Report {
    verify(&lines.concat(), trust.trust(), Results::All)
}

pub fn has(report: &Report, code: Code) -> bool {
    report.findings.iter().any(|finding| finding.code == code)
}

pub fn note(signed: &SignedCheckpoint) -> String {
    format_checkpoint_line(&signed.to_string())
}
