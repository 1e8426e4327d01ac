//! Honest bundles, made from a seed: every kind of line, call, event and trust that the format has.
//!
//! The seed decides everything; a failing test prints it, and `make(seed)` gives the same bundle again.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs
)]

use call_stream_verify::algorithms::canonical;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, SigningKey};
use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::json::Value;
use call_stream_verify::objects::call::{Call, Member};
use call_stream_verify::objects::chain::{Header, format_entry};
use call_stream_verify::objects::checkpoint::Checkpoint;
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::event::{Actor, Attempt, Revocation};
use call_stream_verify::objects::version::{REVOCATION_DOMAIN, Signatures, VERSION_DOMAIN, VersionRecord};
use call_stream_verify::{Digest, Level, Timestamp, Trust, Uuid, Verdict};

/// SplitMix64: small, and the same everywhere.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.iter_mut().for_each(|byte| *byte = self.next() as u8);
        bytes
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub fn uuid(&mut self) -> Uuid {
        Uuid(self.bytes())
    }
}

/// What a verifier of the bundle brings along, apart from it.
#[derive(Clone, Debug, Default)]
pub struct TrustSpec {
    pub policy: Option<String>,
    pub expect: Option<(u64, Digest)>,
    pub tenant: Option<Uuid>,
    pub minimum_level: Option<Level>,
    pub chain_only: bool,
}

impl TrustSpec {
    pub fn trust(&self) -> Trust {
        let mut trust = Trust::new().with_chain_only(self.chain_only);
        if let Some(policy) = &self.policy {
            trust = trust.with_policy_or_key(policy).unwrap();
        }
        if let Some((size, head)) = &self.expect {
            trust = trust.with_expected_head(&format!("{size}:{head}")).unwrap();
        }
        if let Some(tenant) = &self.tenant {
            trust = trust.with_tenant(&tenant.to_string()).unwrap();
        }
        if let Some(level) = self.minimum_level {
            trust = trust.with_minimum_level(level).unwrap();
        }
        trust
    }
}

/// A bundle, who may trust it, and what a verifier must say.
#[derive(Clone, Debug)]
pub struct Made {
    pub seed: u64,
    pub lines: Vec<String>,
    pub trust: TrustSpec,
    pub verdict: Verdict,
    /// Texts of payloads that no report, finding or error may print.
    pub secrets: Vec<String>,
    pub log: SigningKey,
    pub origin: String,
    /// What the line writer took, for tests that build other bundles from the same chain.
    pub chain: Chain,
}

impl Made {
    pub fn bytes(&self) -> Vec<u8> {
        self.lines.concat().into_bytes()
    }
}

/// The entries of a chain.
#[derive(Clone, Debug)]
pub struct Chain {
    pub header: Header,
    pub entries: Vec<(Digest, String)>,
    pub time: i64,
}

impl Chain {
    pub fn new(header: Header) -> Chain {
        let time = header.created_at.seconds();
        Chain { header, entries: Vec::new(), time }
    }

    pub fn head(&self) -> Digest {
        self.entries.last().map_or_else(|| self.header.chain_id(), |(hash, _)| *hash)
    }

    pub fn before(&self, seq: usize) -> Digest {
        if seq == 0 { self.header.chain_id() } else { self.entries[seq - 1].0 }
    }

    pub fn append(&mut self, entity: &str, event_type: &str, payload: &str) {
        self.time += 60;
        let time = Timestamp::new(self.time, 0).unwrap();
        let text = format_entry(entity, event_type, payload, &self.head(), time).unwrap();
        self.entries.push((Digest::of(text.as_bytes()), text));
    }

    pub fn leaves(&self) -> Vec<Digest> {
        self.entries.iter().map(|(hash, _)| merkle::leaf_hash(hash)).collect()
    }

    pub fn checkpoint(&self, size: usize) -> Checkpoint {
        let root = merkle::root_hash(&self.leaves()[..size]);
        Checkpoint::new(&self.header.origin, size as u64, root).unwrap()
    }
}

const WORDS: [&str; 24] = [
    "hello",
    "reservation",
    "mañana",
    "予約",
    "اهلا",
    "👩‍👩‍👧",
    "\"quoted\"",
    "back\\slash",
    "tab\t",
    "line\nbreak",
    "\r",
    "\u{7}",
    "\u{7f}",
    "\u{2028}",
    "</script>",
    "\u{1f}",
    "naïve",
    "e\u{301}",
    "\u{feff}",
    "\u{10ffff}",
    "\u{e000}",
    "+1 305",
    "null",
    "{}",
];

pub fn phrase(rng: &mut Rng, least: usize) -> String {
    let count = least + rng.below(6);
    (0..count).map(|_| *rng.pick(&WORDS)).collect::<Vec<_>>().join(" ")
}

/// Any JSON value that the format takes, the odd ones often.
pub fn odd_value(rng: &mut Rng, depth: usize) -> Value {
    match rng.below(if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => Value::Bool(rng.one_in(2)),
        2 | 3 => Value::Number(odd_number(rng)),
        4 => Value::String(phrase(rng, 0)),
        5 => Value::Array((0..rng.below(4)).map(|_| odd_value(rng, depth - 1)).collect()),
        _ => odd_object(rng, depth),
    }
}

pub fn odd_number(rng: &mut Rng) -> f64 {
    let number = match rng.below(6) {
        0 => rng.below(100) as f64,
        1 => *rng.pick(&[
            9_007_199_254_740_991.0,
            -9_007_199_254_740_991.0,
            1e21,
            1e-7,
            5e-324,
            1.797_693_134_862_315_7e308,
            0.1,
            -0.5,
            1e-6,
            123_456_789.125,
        ]),
        2 => rng.next() as i32 as f64 / 8.0,
        _ => f64::from_bits(rng.next()),
    };
    let whole = number.abs() > 9_007_199_254_740_991.0 && number.abs() < 1e21;
    if !number.is_finite() || whole || number == 0.0 { 0.0 } else { number }
}

pub fn odd_object(rng: &mut Rng, depth: usize) -> Value {
    let names = [
        "",
        " ",
        "a",
        "b",
        "é",
        "😀",
        "\u{e000}",
        "\u{fb33}",
        "\n",
        "\"",
        "\\",
        "a\u{0}b",
        "__proto__",
        "1",
        "10",
        "2",
        "type",
        "\u{80}",
        "seq",
    ];
    let mut members: Vec<(String, Value)> = Vec::new();
    for _ in 0..rng.below(6) {
        let name = rng.pick(&names).replace('\0', "");
        if members.iter().all(|(other, _)| *other != name) {
            members.push((name, odd_value(rng, depth.saturating_sub(1))));
        }
    }
    Value::Object(members)
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    canonical::write_string(&mut out, text);
    out
}

/// A call record of one state of a call. Its transcript holds a secret of its own, so no two states are alike.
pub fn call_record(rng: &mut Rng, call_id: Uuid, tenant_id: Uuid, secret: &str, salt: Option<[u8; 32]>) -> Call<'static> {
    let caller = match rng.below(4) {
        0 => format!("+1305{:07}", rng.below(10_000_000)),
        1 => format!("sip:{secret}@hotel.example"),
        2 => "anonymous".to_owned(),
        _ => format!("client:{} {secret}", phrase(rng, 1)),
    };
    let duration = [0u64, 1, 105, 86_400, 9_007_199_254_740_991][rng.below(5)];
    let mut record = format!(
        "{{\"transcript\":{},\"call_id\":\"{call_id}\",\"tenant_id\":\"{tenant_id}\",\"timestamp\":\"2026-0{}-1{}T0{}:1{}:{}0{}\",\"caller\":{},\
         \"direction\":\"{}\",\"duration\":{duration},\"disposition\":\"{}\",\"answered\":{},\"transferred\":{},\"abandoned\":{},\"ai_agent\":{},\
         \"sentiment\":\"{}\",\"purpose\":{}",
        quoted(&format!("{}{secret}{}", phrase(rng, 0), phrase(rng, 0))),
        1 + rng.below(9),
        rng.below(9),
        rng.below(9),
        rng.below(9),
        rng.below(5),
        rng.pick(&["Z", ".5Z", ".123456Z", "+02:00", "-11:30"]),
        quoted(&caller),
        rng.pick(&["inbound", "Outbound"]),
        rng.pick(&["completed", "voicemail", "No-Answer", "busy", "x"]),
        rng.one_in(2),
        rng.one_in(2),
        rng.one_in(2),
        quoted(&phrase(rng, 1)),
        rng.pick(&["neutral", "Positive", "negative_1"]),
        quoted(&format!("{} {secret}", phrase(rng, 1))),
    );
    if rng.one_in(2) {
        record.push_str(&format!(",\"recording_ref\":{}", quoted(&format!("https://rec.example/{call_id}/{secret}.wav"))));
    }
    if let Some(salt) = salt {
        record.push_str(&format!(",\"salt\":\"{}\"", hex::encode(salt)));
    }
    record.push('}');
    let normalized = Call::parse(record.as_bytes()).unwrap_or_else(|error| panic!("{error}: {record}"));
    assert!(normalized.uncovered.is_empty());
    normalized.call
}

struct Sealed {
    call: Call<'static>,
    versions: Vec<(Digest, usize, bool)>,
}

/// How large the bundles are that [`make`] makes.
const CALLS: usize = 6;

/// Makes the bundle of a seed.
pub fn make(seed: u64) -> Made {
    let mut rng = Rng(seed);
    let tenant_id = rng.uuid();
    let origin = format!("callstream.example/audit/{:08x}", rng.next() as u32);
    let log = SigningKey::new(&origin, KeyType::Ed25519, rng.bytes()).unwrap();
    let created_at = Timestamp::new(1_767_225_600 + rng.below(1000) as i64, rng.below(1_000_000) as u32).unwrap();
    let mut chain = Chain::new(Header { tenant_id, origin: origin.clone(), created_at });
    let mut secrets = Vec::new();
    let mut calls: Vec<Sealed> = Vec::new();

    let steps = 1 + rng.below(4 * CALLS);
    for _ in 0..steps {
        match rng.below(8) {
            0..=3 => seal(&mut rng, &mut chain, &mut calls, &mut secrets, tenant_id, &log),
            4 => revoke(&mut rng, &mut chain, &mut calls, &mut secrets, &log),
            5 => record(&mut rng, &mut chain, &calls),
            _ => foreign(&mut rng, &mut chain, &mut secrets),
        }
    }
    if calls.is_empty() {
        seal(&mut rng, &mut chain, &mut calls, &mut secrets, tenant_id, &log);
    }
    let mut made =
        Made { seed, lines: Vec::new(), trust: TrustSpec::default(), verdict: Verdict::Verified, secrets, log, origin, chain };
    export(&mut rng, &mut made, &calls);
    made
}

fn secret(rng: &mut Rng, secrets: &mut Vec<String>) -> String {
    let secret = format!("Xsecret{:016x}", rng.next());
    secrets.push(secret.clone());
    secret
}

fn signed(rng: &mut Rng, log: &SigningKey, domain: &str, record: &str) -> Option<Signatures<'static>> {
    if !rng.one_in(3) {
        return None;
    }
    let signature = log.sign_note(&format!("{domain}\n{record}\n")).unwrap();
    let mut lines = vec![signature.to_string()];
    if rng.one_in(3) {
        let stranger = SigningKey::new("stranger.example", KeyType::Ed25519, rng.bytes()).unwrap();
        lines.push(stranger.sign_note("something\n").unwrap().to_string());
    }
    Some(Signatures::new(lines))
}

fn seal(rng: &mut Rng, chain: &mut Chain, calls: &mut Vec<Sealed>, secrets: &mut Vec<String>, tenant_id: Uuid, log: &SigningKey) {
    let again = !calls.is_empty() && (calls.len() >= CALLS || rng.one_in(3));
    let place = if again { rng.below(calls.len()) } else { calls.len() };
    let call_id = if again { calls[place].call.call_id() } else { rng.uuid() };
    let mut salt = None;
    if rng.one_in(2) {
        let bytes: [u8; 32] = rng.bytes();
        secrets.push(hex::encode(bytes));
        salt = Some(bytes);
    }
    let text = secret(rng, secrets);
    let call = call_record(rng, call_id, tenant_id, &text, salt);
    let recording = rng.one_in(3).then(|| Digest::of(text.as_bytes()));
    let number = if again { calls[place].versions.len() as u64 + 1 } else { 1 };
    let mut record = VersionRecord {
        call_id,
        tenant_id,
        version: number,
        supersedes: (number > 1).then(|| number - 1),
        digests: call.compute_digests(recording),
        finalized_at: Timestamp::new(chain.time, 120_000).unwrap(),
        signatures: Signatures::default(),
    };
    if let Some(signatures) = signed(rng, log, VERSION_DOMAIN, &record.format()) {
        record.signatures = signatures;
    }
    let version = (record.digests.canonical_payload_hash, chain.entries.len(), false);
    chain.append(&call_id.to_string(), "version.created", &record.format());
    if again {
        calls[place].call = call;
        calls[place].versions.push(version);
    } else {
        calls.push(Sealed { call, versions: vec![version] });
    }
}

fn revoke(rng: &mut Rng, chain: &mut Chain, calls: &mut [Sealed], secrets: &mut Vec<String>, log: &SigningKey) {
    if calls.is_empty() {
        return;
    }
    let place = rng.below(calls.len());
    let call = &mut calls[place];
    let number = rng.below(call.versions.len());
    let actor = Actor { kind: (*rng.pick(&["user", "system"])).into(), id: "u-17".into() };
    let mut revocation = Revocation {
        version: number as u64 + 1,
        canonical_payload_hash: call.versions[number].0,
        reason: secret(rng, secrets).into(),
        policy: "retention/2".into(),
        actor,
        signatures: Signatures::default(),
    };
    if let Some(signatures) = signed(rng, log, REVOCATION_DOMAIN, &revocation.format()) {
        revocation.signatures = signatures;
    }
    call.versions[number].2 = true;
    let call_id = call.call.call_id().to_string();
    chain.append(&call_id, "version.revoked", &revocation.format());
}

fn record(rng: &mut Rng, chain: &mut Chain, calls: &[Sealed]) {
    let (entity, hash, version) = match calls {
        [] => (rng.uuid(), Digest(rng.bytes()), 1),
        _ => {
            let call = rng.pick(calls);
            (call.call.call_id(), call.versions[0].0, call.versions.len() as u64)
        }
    };
    let attempt = Attempt {
        version,
        method: "recompute".into(),
        expected_hash: hash,
        computed_hash: hash,
        result: (*rng.pick(&["verified", "mismatch", "revoked"])).into(),
        actor: Actor { kind: (*rng.pick(&["user", "system", "validator"])).into(), id: "nightly \u{1f}".into() },
    };
    chain.append(&entity.to_string(), "verification.recorded", &attempt.format());
}

fn foreign(rng: &mut Rng, chain: &mut Chain, secrets: &mut Vec<String>) {
    let mut payload = odd_object(rng, 4);
    if let Value::Object(members) = &mut payload {
        members.push(("t".to_owned(), Value::String(secret(rng, secrets))));
    }
    let payload = String::from_utf8(canonical::format(&payload).unwrap()).unwrap();
    let entity = format!("{} ", phrase(rng, 1));
    let event_type = *rng.pick(&[
        "model.invoked",
        "key.added",
        "key.retired",
        "x",
        "a.b-c.d_9",
        "version.exported",
        "verification.recorded.not",
    ]);
    chain.append(&entity, event_type, &payload);
}

fn export(rng: &mut Rng, made: &mut Made, calls: &[Sealed]) {
    let chain = made.chain.clone();
    let size = chain.entries.len();
    let kind = rng.below(8);
    let start = if kind >= 6 { rng.below(size) } else { 0 };
    let chain_only = rng.one_in(8);
    // A range that ends early can show its place, but not that nothing later revokes a call.
    let end = if start > 0 && kind == 7 && chain_only { start + 1 + rng.below(size - start) } else { size };
    made.trust.chain_only = chain_only;
    let witnesses: Vec<SigningKey> =
        (0..3).map(|n| SigningKey::new(&format!("w{n}.example/witness"), KeyType::Cosignature, rng.bytes()).unwrap()).collect();
    let log_key = made.log.verifier().to_string();
    let mut witnessed = false;
    match kind {
        0 => made.trust.minimum_level = Some(Level::L2),
        1 => made.trust.expect = Some((end as u64, chain.head())),
        2 | 7 => {
            let list: String = witnesses.iter().enumerate().map(|(n, w)| format!("witness w{n} {}\n", w.verifier())).collect();
            made.trust.policy = Some(format!("# policy\nlog {log_key}\n{list}group q 2 w0 w1 w2\nquorum q\n"));
            witnessed = true;
        }
        3 => made.trust.policy = Some(format!("log {log_key}\nquorum none\n")),
        _ => made.trust.policy = Some(log_key),
    }
    if kind == 4 {
        made.trust.expect = Some((end as u64, chain.head()));
        made.trust.tenant = Some(chain.header.tenant_id);
    }

    let manifest = Manifest {
        chain: chain.header.clone(),
        range: start as u64..end as u64,
        prev_hash: chain.before(start),
        exported_at: Timestamp::new(1_800_000_000, 0).unwrap(),
    };
    let (mut writer, first) = BundleWriter::new(&manifest);
    made.lines.push(first);

    let mut checkpoints: Vec<(usize, String)> = Vec::new();
    let mut sizes = vec![size];
    if start == 0 && rng.one_in(2) {
        sizes.push(1 + rng.below(size));
    }
    sizes.dedup();
    for (place, size) in sizes.iter().enumerate() {
        let mut signed = chain.checkpoint(*size).sign(&made.log).unwrap();
        if witnessed && (place == 0 || rng.one_in(2)) {
            let least = rng.below(2);
            for witness in &witnesses[least..] {
                signed.add_signature(cosignature::sign(&signed, witness, 1_800_000_000).unwrap()).unwrap();
            }
        }
        checkpoints.push((*size, signed.to_string()));
    }
    let leaves = chain.leaves();
    let shown: Vec<&Sealed> = calls
        .iter()
        .filter(|call| {
            let seq = call.versions.last().unwrap().1;
            seq >= start && end == size && !(rng.one_in(6) && chain_only)
        })
        .collect();
    let shown = if end == size && shown.is_empty() { Vec::new() } else { shown };
    if shown.is_empty() {
        made.trust.chain_only = true;
    }
    let mut waiting: Vec<&Sealed> = shown;
    let mut seq = start;
    // Calls stand anywhere behind the manifest, checkpoints too.
    while seq < end || !waiting.is_empty() || !checkpoints.is_empty() {
        match rng.below(6) {
            0 if !waiting.is_empty() => {
                let call = waiting.swap_remove(rng.below(waiting.len()));
                if call.versions.last().unwrap().2 {
                    made.verdict = Verdict::Revoked;
                }
                if call.call.salt().is_some() && rng.one_in(2) {
                    let withheld: Vec<Member> = Member::ALL.into_iter().filter(|_| rng.one_in(2)).collect();
                    made.lines.push(writer.redacted(&call.call, &withheld).unwrap());
                } else {
                    made.lines.push(writer.call(&call.call));
                }
            }
            1 if !checkpoints.is_empty() && (rng.one_in(4) || seq == end) => {
                let (size, note) = checkpoints.remove(0);
                made.lines.push(writer.checkpoint(&note));
                if start > 0 || rng.one_in(3) {
                    made.lines.push(writer.inclusion(
                        start as u64,
                        size as u64,
                        &merkle::inclusion_proof(&leaves[..size], start.min(size - 1)).unwrap(),
                    ));
                    if start >= size {
                        made.lines.pop();
                        unreachable!("sizes behind the start only");
                    }
                    let last = end.min(size) - 1;
                    made.lines.push(writer.inclusion(
                        last as u64,
                        size as u64,
                        &merkle::inclusion_proof(&leaves[..size], last).unwrap(),
                    ));
                }
            }
            2 if start == 0 && sizes.len() > 1 && rng.one_in(3) => {
                let proof = merkle::consistency_proof(&leaves[..sizes[0]], sizes[1]).unwrap_or_default();
                if sizes[1] < sizes[0] {
                    made.lines.push(writer.consistency(sizes[1] as u64, sizes[0] as u64, &proof));
                }
            }
            _ if seq < end => {
                let (hash, text) = &chain.entries[seq];
                made.lines.push(writer.entry(seq as u64, hash, text));
                seq += 1;
            }
            _ => {}
        }
    }
    made.lines.push(writer.end());
}

/// Another bundle of the same lines with one or more of them changed, moved, doubled, removed or put in.
pub fn mutate(rng: &mut Rng, made: &Made, other: &Made) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = made.lines.iter().map(|line| line.clone().into_bytes()).collect();
    for _ in 0..1 + rng.below(3) {
        let place = rng.below(lines.len());
        let with = rng.below(lines.len());
        match rng.below(14) {
            0 | 1 => {
                let line = &mut lines[place];
                let at = rng.below(line.len());
                line[at] ^= 1 << rng.below(8);
            }
            2 => {
                let line = &mut lines[place];
                let at = rng.below(line.len());
                line[at] = *rng.pick(b"0123456789abcdef\"{}[],:. \n\\");
            }
            3 => {
                let line = lines[place].clone();
                lines.insert(with, line);
            }
            4 => lines.swap(place, with),
            5 => drop(lines.remove(place)),
            6 => lines.insert(place, lines[0].clone()),
            7 => lines.insert(place, lines[lines.len() - 1].clone()),
            8 => {
                let line = rng.pick(&other.lines).clone().into_bytes();
                lines.insert(place, line);
            }
            9 => lines.insert(place, rng.pick(&[&b"\n"[..], b"{}\n", b"garbage\n", b"\xff\xfe\n", b" \n", b"null\n"]).to_vec()),
            10 => lines[place] = reseal(rng, &lines[place]),
            11 => lines[place] = renumber(rng, &lines[place]),
            12 => lines.truncate(place + 1),
            _ => {
                let line = &mut lines[place];
                let at = rng.below(line.len());
                if rng.one_in(2) {
                    line.insert(at, rng.next() as u8)
                } else {
                    let _ = line.remove(at);
                }
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    if rng.one_in(3) && !lines.is_empty() {
        mend_end(&mut lines);
    }
    lines.concat()
}

/// Changes a digit inside an entry and gives the entry the hash of its new text: what a careful forger does.
fn reseal(rng: &mut Rng, line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line).into_owned();
    let Some((before, entry)) = text.split_once(",\"entry\":") else { return line.to_vec() };
    let mut entry = entry.trim_end_matches('\n').trim_end_matches('}').to_owned() + "}";
    let digits: Vec<usize> = entry.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at).collect();
    if !digits.is_empty() {
        let at = *rng.pick(&digits);
        let digit = *rng.pick(&["1", "2", "3", "0"]);
        entry.replace_range(at..=at, digit);
    }
    let Some((start, _)) = before.split_once("\"entry_hash\":") else { return line.to_vec() };
    format!("{start}\"entry_hash\":\"{}\",\"entry\":{entry}}}\n", Digest::of(entry.as_bytes())).into_bytes()
}

/// Gives an entry, proof or end line another number.
fn renumber(rng: &mut Rng, line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line).into_owned();
    for name in ["\"seq\":", "\"entries\":", "\"calls\":", "\"start\":", "\"size\":", "\"from\":"] {
        if let Some((before, after)) = text.split_once(name) {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            return format!("{before}{name}{}{rest}", rng.below(12)).into_bytes();
        }
    }
    line.to_vec()
}

/// Makes counts, head and envelope of the end line fit again.
pub fn mend_end(lines: &mut [Vec<u8>]) {
    let starts = |line: &[u8], kind: &str| line.starts_with(format!("{{\"type\":\"{kind}\"").as_bytes());
    let (last, rest) = lines.split_last_mut().unwrap();
    if !starts(last, "end") {
        return;
    }
    let entries = rest.iter().filter(|line| starts(line, "entry"));
    let head = entries.clone().next_back().and_then(|line| {
        let text = std::str::from_utf8(line).ok()?;
        let (_, entry) = text.split_once(",\"entry\":")?;
        Some(Digest::of(entry.trim_end_matches('\n').strip_suffix('}')?.as_bytes()))
    });
    let entries = entries.count();
    let calls = rest.iter().filter(|line| starts(line, "call") || starts(line, "redacted")).count();
    let envelope: Vec<u8> = rest
        .iter()
        .filter(|line| ["manifest", "checkpoint", "anchor", "consistency", "inclusion"].iter().any(|kind| starts(line, kind)))
        .flatten()
        .copied()
        .collect();
    let head = head.unwrap_or(Digest([0; 32]));
    *last = format!(
        "{{\"type\":\"end\",\"entries\":{entries},\"calls\":{calls},\"head\":\"{head}\",\"envelope\":\"{}\"}}\n",
        Digest::of(&envelope)
    )
    .into_bytes();
}
