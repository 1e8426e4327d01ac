//! `SPEC.md` cannot rot: its examples are read from it, computed again and judged, and its tables are those of the code.
//!
//! A fenced block is named by the word behind its language: ```` ```json payload ````.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panic")]

use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, Note, NoteSignature, SignatureCheck, SigningKey, VerifierKey};
use call_stream_verify::algorithms::{base64, cid};
use call_stream_verify::composition::attestation::{Attestation, Outcome};
use call_stream_verify::composition::bundle::line::{Line, Proof};
use call_stream_verify::composition::memory::Memory;
use call_stream_verify::objects::add_checkpoint::{AddCheckpoint, Refusal};
use call_stream_verify::objects::chain::{Entry, Header};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::fork_evidence::{EvidenceFacts, ForkEvidence};
use call_stream_verify::objects::log_proof::LogProof;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::objects::receipt::Receipt;
use call_stream_verify::values::limits;
use call_stream_verify::{
    Call, Code, Digest, Effect, Level, Report, Results, Trust, Verdict, canonical, json, verify, verify_receipt,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

static SPEC: LazyLock<String> = LazyLock::new(|| document("SPEC.md"));
static BLOCKS: LazyLock<BTreeMap<String, String>> = LazyLock::new(blocks);

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn blocks() -> BTreeMap<String, String> {
    let mut blocks = BTreeMap::new();
    let mut lines = SPEC.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let name = info.split(' ').nth(1).unwrap_or_else(|| panic!("a block without a name: {line}"));
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        assert!(blocks.insert(name.to_owned(), body.join("\n")).is_none(), "two blocks are named {name}");
    }
    blocks
}

fn block(name: &str) -> &'static str {
    BLOCKS.get(name).unwrap_or_else(|| panic!("SPEC.md has no block {name}"))
}

/// A block whose file ends with a newline.
fn file(name: &str) -> String {
    format!("{}\n", block(name))
}

/// The cells of every row of the table below a heading row.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = SPEC.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no table {heading}"));
    let rows = rest.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()).collect()
}

fn seed(first: u8) -> [u8; 32] {
    std::array::from_fn(|place| first + u8::try_from(place).unwrap())
}

fn log_key() -> SigningKey {
    SigningKey::new("callstream.example/audit/7e57d004", KeyType::Ed25519, seed(0)).unwrap()
}

fn witness_key() -> SigningKey {
    SigningKey::new("witness.example/w1", KeyType::Cosignature, seed(0x20)).unwrap()
}

/// Every entry of the document's chain as it stands in a line, in order, with the hash written beside it.
fn entries() -> Vec<(Digest, &'static str)> {
    let lines = ["bundle", "range-bundle"].into_iter().flat_map(|name| block(name).lines());
    let entry = |line: &'static str| match Line::scan(line.as_bytes()) {
        Ok(Line::Entry(entry)) => Some((entry.entry_hash, entry.entry.text)),
        _ => None,
    };
    lines.filter_map(entry).collect()
}

fn leaves() -> Vec<Digest> {
    entries().iter().map(|(hash, _)| merkle::leaf_hash(hash)).collect()
}

fn judge(bundle: &str, policy: &str) -> Report {
    verify(bundle.as_bytes(), Trust::new().with_policy_or_key(policy).unwrap(), Results::All)
}

#[test]
fn calls_normalize_and_hash_as_the_document_shows() {
    for (record, payload, digests) in [("record", "payload", "digests"), ("salted-payload", "salted-payload", "salted-digests")] {
        let normalized = Call::parse(block(record).as_bytes()).unwrap();
        assert_eq!(normalized.call.payload(), block(payload));
        assert_eq!(normalized.describe(None), block(digests));
        let stated: Value = serde_json::from_str(block(digests)).unwrap();
        let hash = Digest::of(block(payload).as_bytes());
        assert_eq!(stated["canonical_payload_hash"], hash.to_string());
        assert_eq!(stated["cid"], cid::cid_of(&hash));
    }
    assert!(SPEC.contains(&format!("Its canonical payload, {} bytes", block("payload").len())));
}

#[test]
fn component_hashes_follow_from_the_text_alone() {
    let payload: Value = serde_json::from_str(block("payload")).unwrap();
    let digests: Value = serde_json::from_str(block("digests")).unwrap();
    let transcript = payload["transcript"].as_str().unwrap();
    assert_eq!(digests["component_hashes"]["transcript"], Digest::of(transcript.as_bytes()).to_string());
    let (metadata, _) = block("payload").split_once(",\"transcript\":").unwrap();
    assert_eq!(digests["component_hashes"]["metadata"], Digest::of(format!("{metadata}}}").as_bytes()).to_string());
}

#[test]
fn commitments_follow_from_the_rule_for_field_salts() {
    let payload: Value = serde_json::from_str(block("salted-payload")).unwrap();
    let digests: Value = serde_json::from_str(block("salted-digests")).unwrap();
    let salt = Digest::parse(payload["salt"].as_str().unwrap()).unwrap();
    let redacted = block("bundle").lines().find(|line| line.starts_with("{\"type\":\"redacted\"")).unwrap();
    let redacted: Value = serde_json::from_str(redacted).unwrap();
    let commitments = digests["field_commitments"].as_object().unwrap();
    assert_eq!(commitments.len(), payload.as_object().unwrap().len() - 1);
    for (name, commitment) in commitments {
        let field_salt = Digest::hmac(salt.as_bytes(), format!("call/1:{name}").as_bytes());
        let value = json::parse(payload[name].to_string().as_bytes()).unwrap();
        let value = canonical::format(&value).unwrap();
        assert_eq!(*commitment, Digest::hmac(field_salt.as_bytes(), &value).to_string(), "{name}");
        match redacted["salts"].get(name) {
            Some(shown) => assert_eq!(*shown, field_salt.to_string(), "{name}"),
            None => assert!(redacted["call"].get(name).is_none(), "{name} is withheld"),
        }
    }
}

#[test]
fn the_chain_links_from_its_header_and_holds_the_records_shown() {
    let chain_id = Digest::of(block("header").as_bytes());
    assert_eq!(block("chain-file-header"), format!("{{\"type\":\"header\",\"chain\":{}}}", block("header")));
    assert!(SPEC.contains(&format!("`chain_id` = SHA-256(header) = `{chain_id}`")));
    let entries = entries();
    assert_eq!(entries.len(), 6);
    assert_eq!(entries[0].1, block("entry"));
    assert!(SPEC.contains(&format!("`entry_hash` = SHA-256(entry) = `{}`", entries[0].0)));
    let mut before = chain_id;
    for (stated, text) in &entries {
        assert_eq!(Digest::of(text.as_bytes()), *stated);
        assert!(text.contains(&format!("\"prev_hash\":\"{before}\"")));
        before = *stated;
    }
    for (seq, record) in [(0, "version-record"), (2, "attempt"), (3, "version-record-2"), (4, "revocation")] {
        assert!(entries[seq].1.contains(&format!("\"payload\":{},\"prev_hash\"", block(record))), "{record}");
    }
}

#[test]
fn leaves_roots_and_the_consistency_proof_are_those_of_the_entries() {
    let leaves = leaves();
    let rows = table("| seq | `entry_hash` | leaf hash |");
    assert_eq!(rows.len(), leaves.len());
    for ((row, leaf), (hash, _)) in rows.iter().zip(&leaves).zip(entries()) {
        assert_eq!(row[1..], [hash.to_string(), leaf.to_string()]);
    }
    for row in table("| size | root in hex | root in base64 |") {
        let root = merkle::root_hash(&leaves[..row[0].parse::<usize>().unwrap()]);
        assert_eq!(row[1..], [root.to_string(), base64::encode(root.as_bytes())]);
    }
    let Ok(Line::Consistency(Proof { from, to, hashes })) = Line::scan(block("consistency").as_bytes()) else {
        panic!("no proof")
    };
    let root = |size| merkle::root_hash(&leaves[..size]);
    assert_eq!((from, to), (2, 6));
    assert!(merkle::verify_consistency(2, 6, &root(2), &root(6), &hashes));
}

#[test]
fn keys_come_from_the_published_seeds_and_their_signatures_verify() {
    assert_eq!(log_key().verifier().to_string(), block("log-vkey"));
    assert_eq!(log_key().to_secret_text(), block("key-file"));
    assert_eq!(witness_key().verifier().to_string(), block("witness-vkey"));
    let signed = SignedCheckpoint::parse(file("checkpoint").as_bytes()).unwrap();
    let policy = Policy::parse(file("policy").as_bytes()).unwrap();
    let CheckpointFacts::Trusted(verified) = policy.verify(&signed) else { panic!("the checkpoint is not trusted") };
    assert!(verified.quorum_met());
    assert_eq!(*verified.checkpoint().root(), merkle::root_hash(&leaves()[..2]));
    let time = verified.cosigners()[0].time;
    assert_eq!(cosignature::message(time, signed.note().text()), file("cosigned-text"));
    let state: Value = serde_json::from_str(block("witness-state")).unwrap();
    let origin = &state["logs"][verified.checkpoint().origin()];
    assert_eq!(origin["size"], verified.checkpoint().size());
    assert_eq!(origin["root_hash"], base64::encode(verified.checkpoint().root().as_bytes()));
    assert_eq!(origin["note"], file("checkpoint"));
}

/// What the document's second witness signs, and the digests of its key, vkey and signature.
fn second_witness() -> (Vec<u8>, [String; 3]) {
    let key = SigningKey::new("witness.example/w2", KeyType::MlDsaCosignature, seed(0x40)).unwrap();
    let signed = SignedCheckpoint::parse(file("checkpoint").as_bytes()).unwrap();
    let time = 1_790_848_805;
    let message = cosignature::ml_dsa_message(key.verifier().name(), time, signed.checkpoint()).unwrap();
    let cosignature = cosignature::sign(&signed, &key, time).unwrap();
    let (stated, signature) = cosignature.bytes().split_at(8);
    assert_eq!(stated, time.to_be_bytes());
    assert!(key.verifier().ml_dsa().unwrap().verify(&message, signature));
    let vkey = key.verifier().to_string();
    let parts = [key.verifier().key_bytes(), vkey.as_bytes(), signature];
    (message, parts.map(|bytes| Digest::of(bytes).to_string()))
}

#[test]
fn the_second_witness_signs_the_bytes_shown() {
    let (message, digests) = second_witness();
    assert_eq!(hex::encode(&message), block("ml-dsa-message").replace('\n', ""));
    let rows = table("| of that witness | SHA-256 |");
    assert_eq!(rows.iter().map(|row| row[1]).collect::<Vec<_>>(), digests);
}

#[test]
fn the_request_to_the_witness_is_granted_and_its_statuses_are_those_of_the_table() {
    let body = block("add-checkpoint");
    let request = AddCheckpoint::parse(format!("{body}\n").as_bytes()).unwrap();
    let policy = Policy::parse(file("policy").as_bytes()).unwrap();
    assert_eq!(request.judge(&policy, None), Ok(()));
    let signed = SignedCheckpoint::parse(file("checkpoint").as_bytes()).unwrap();
    assert_eq!(request.checkpoint, signed.signed_by(&[log_key().verifier()]).unwrap());
    let malformed = AddCheckpoint::parse(b"old\n").unwrap_err();
    let refusals = [malformed, Refusal::UnknownOrigin, Refusal::NotSigned, Refusal::GoesBack, Refusal::Conflict { size: 2 }];
    let statuses = refusals.iter().chain([&Refusal::NotConsistent]).map(|refusal| refusal.status().to_string());
    let rows = table("| status | when |");
    assert_eq!(
        rows.iter().map(|row| row[0].to_owned()).collect::<Vec<_>>(),
        statuses.chain(["200".to_owned()]).collect::<Vec<_>>()
    );
}

#[test]
fn the_memory_is_that_of_a_verifier_who_has_seen_the_checkpoint() {
    let memory = Memory::parse(file("memory").as_bytes()).unwrap();
    assert_eq!(memory.to_string(), file("memory"));
    let signed = SignedCheckpoint::parse(file("checkpoint").as_bytes()).unwrap();
    let [head] = memory.recall(signed.checkpoint().origin(), [log_key().verifier()].into_iter())[..] else { panic!("no head") };
    assert_eq!((head.size, head.root_hash), (signed.checkpoint().size(), *signed.checkpoint().root()));
    assert_eq!(head.head, entries()[1].0);
}

#[test]
fn the_signed_result_is_that_of_the_receipts_report() {
    let outcome = Outcome::of_report(block("receipt-report")).unwrap();
    let signed = Attestation::sign(outcome, &log_key()).unwrap();
    assert_eq!(signed.to_string(), file("signed-result"));
    assert!(Attestation::parse(file("signed-result").as_bytes()).unwrap().is_signed_by(log_key().verifier()));
}

#[test]
fn the_evidence_shows_that_the_documents_log_has_forked() {
    let leaves = leaves();
    // The same log without its second entry.
    let smaller = Checkpoint::new(log_key().verifier().name(), 2, merkle::root_hash(&[leaves[0], leaves[2]])).unwrap();
    let (_, note) = block("tlog-proof").split_once("\n\n").unwrap();
    let evidence = ForkEvidence {
        smaller: smaller.sign(&log_key()).unwrap(),
        larger: SignedCheckpoint::parse(format!("{note}\n").as_bytes()).unwrap(),
        root_hash: merkle::root_hash(&leaves[..2]),
        hashes: merkle::consistency_proof(&leaves, 2).unwrap(),
    };
    assert_eq!(evidence.to_string(), file("fork-evidence"));
    let evidence = ForkEvidence::parse(file("fork-evidence").as_bytes()).unwrap();
    let policy = Policy::from_vkey(block("log-vkey")).unwrap();
    assert!(matches!(evidence.verify(&policy), EvidenceFacts::Fork { .. }));
}

#[test]
fn the_second_version_is_signed_over_the_text_shown() {
    let record: Value = serde_json::from_str(block("version-record-2")).unwrap();
    let line = record["signatures"][0].as_str().unwrap();
    let note = Note::new(file("signed-version-text"), vec![NoteSignature::parse(line).unwrap()]).unwrap();
    let key = VerifierKey::parse(block("log-vkey")).unwrap();
    assert_eq!(note.check(&key), SignatureCheck::Good);
    let signatures = format!(",\"signatures\":{}", record["signatures"]);
    let text = format!("call-stream-verify/version/1\n{}\n", block("version-record-2").replace(&signatures, ""));
    assert_eq!(text, file("signed-version-text"));
}

#[test]
fn the_bundle_gives_the_report_shown() {
    let report = judge(&file("bundle"), &file("policy"));
    assert_eq!(report.to_json(), block("report"));
    assert_eq!((report.verdict, report.level, report.exit_code()), (Verdict::Verified, Some(Level::L4), 0));
}

#[test]
fn the_range_bundle_is_verified_under_the_logs_key() {
    let report = judge(&file("range-bundle"), block("log-vkey"));
    assert_eq!((report.verdict, report.level), (Verdict::Verified, Some(Level::L3)), "{:?}", report.findings);
}

/// The receipt of the call that the range presents, as of the range's checkpoint.
fn receipt() -> String {
    let (mut call, mut checkpoint) = (None, None);
    for line in block("range-bundle").lines() {
        match Line::scan(line.as_bytes()) {
            Ok(Line::Call(shown)) => call = Some(shown),
            Ok(Line::Checkpoint(note)) => checkpoint = Some(SignedCheckpoint::parse(note.as_bytes()).unwrap()),
            _ => {}
        }
    }
    let (entry_hash, text) = entries()[3];
    let hashes = merkle::inclusion_proof(&leaves(), 3).unwrap();
    let proof = LogProof { extra: None, index: 3, hashes, checkpoint: checkpoint.unwrap() };
    let entry = Entry::scan(&mut Scanner::of(text)).unwrap();
    let chain = Header::scan(&mut Scanner::of(block("header"))).unwrap();
    Receipt { call: call.unwrap(), entry, entry_hash, chain, proof }.to_string()
}

#[test]
fn the_receipt_is_of_the_documents_chain_and_is_verified_under_the_logs_key() {
    assert_eq!(file("receipt"), receipt());
    let parsed = Receipt::parse(receipt().as_bytes()).unwrap().proof.to_string();
    assert_eq!(file("tlog-proof"), parsed);
    let trust = Trust::new().with_key(block("log-vkey")).unwrap();
    let report = verify_receipt(file("receipt").as_bytes(), &trust, None).unwrap();
    assert_eq!(report.to_json(), block("receipt-report"));
    assert_eq!((report.verdict, report.level, report.as_of.size), (Verdict::Verified, Some(Level::L3), Some(4)));
    let changed = file("receipt").replace("\"duration\":105", "\"duration\":106");
    assert_eq!(verify_receipt(changed.as_bytes(), &trust, None).unwrap().findings[0].code, Code::CallMismatch);
}

#[test]
fn the_examples_without_one_line_or_with_another_value_are_not_verified() {
    for (name, policy) in [("bundle", file("policy")), ("range-bundle", block("log-vkey").to_owned())] {
        let lines: Vec<&str> = block(name).lines().collect();
        for left_out in 0..lines.len() {
            let kept = lines.iter().enumerate().filter(|(place, _)| *place != left_out);
            let bundle: String = kept.map(|(_, line)| format!("{line}\n")).collect();
            assert_ne!(judge(&bundle, &policy).verdict, Verdict::Verified, "{name} without line {}", left_out + 1);
        }
        let report = judge(&file(name).replace("\"duration\":105", "\"duration\":106"), &policy);
        assert_eq!(report.verdict, Verdict::Mismatch);
        assert_eq!(report.findings[0].code, Code::CallMismatch);
        assert_eq!(report.findings[0].member.as_deref(), Some("metadata"));
    }
    let report = judge(&file("bundle").replace("\"duration\":47", "\"duration\":48"), &file("policy"));
    assert_eq!(report.findings[0].code, Code::CommitmentMismatch);
    assert_eq!(report.findings[0].member.as_deref(), Some("duration"));
}

#[test]
fn every_digest_in_the_document_was_computed_here() {
    let mut known = BTreeSet::from([Digest::of(block("header").as_bytes()).to_string()]);
    known.extend(second_witness().1);
    for (hash, _) in entries() {
        known.extend([hash.to_string(), merkle::leaf_hash(&hash).to_string()]);
    }
    let leaves = leaves();
    known.extend((1..=leaves.len()).map(|size| merkle::root_hash(&leaves[..size]).to_string()));
    let second = block("range-bundle").lines().find_map(|line| match Line::scan(line.as_bytes()) {
        Ok(Line::Call(call)) => Some(call.payload().to_owned()),
        _ => None,
    });
    for payload in [block("payload"), block("salted-payload"), &second.unwrap()] {
        let digests = Call::parse(payload.as_bytes()).unwrap().describe(None);
        known.extend(hex_words(&digests).map(str::to_owned));
    }
    let salted: Value = serde_json::from_str(block("salted-payload")).unwrap();
    let salt = Digest::parse(salted["salt"].as_str().unwrap()).unwrap();
    known.insert(salt.to_string());
    for name in salted.as_object().unwrap().keys() {
        known.insert(Digest::hmac(salt.as_bytes(), format!("call/1:{name}").as_bytes()).to_string());
    }
    for name in ["bundle", "range-bundle"] {
        let lines = block(name).lines().filter(|line| Line::scan(line.as_bytes()).unwrap().is_envelope());
        let envelope: String = lines.map(|line| format!("{line}\n")).collect();
        known.insert(Digest::of(envelope.as_bytes()).to_string());
    }
    let unknown: Vec<&str> = hex_words(&SPEC).filter(|word| !known.contains(*word)).collect();
    assert!(unknown.is_empty(), "not computed: {unknown:?}");
    assert!(hex_words(&SPEC).count() > 100);
}

/// Words of 64 hex digits.
fn hex_words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.len() == 64 && word.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[test]
fn the_table_of_codes_is_that_of_the_code() {
    let exit = |code: Code| match code.effect() {
        Effect::Mismatch => "1",
        Effect::Usage => "2",
        _ if code == Code::NotABundle => "5",
        Effect::NotProven => "3",
        Effect::Revoked => "4",
        Effect::Refused => "5",
        Effect::Limit => "6",
        Effect::Warning => "–",
    };
    let rows = table("| code | severity | exit | sentence |");
    let expected: Vec<[&str; 4]> =
        Code::ALL.iter().map(|code| [code.name(), code.effect().severity(), exit(*code), code.sentence()]).collect();
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row[..], expected[..]);
    }
    assert_eq!(rows.len(), expected.len());
}

#[test]
fn the_table_of_limits_is_that_of_the_code() {
    let skew = u64::try_from(limits::CLOCK_SKEW_SECONDS).unwrap();
    let sizes = [limits::LINE_BYTES, limits::JSON_DEPTH, limits::JSON_MEMBERS].map(|limit| u64::try_from(limit).unwrap());
    let more = [
        limits::NOTE_BYTES,
        limits::NOTE_SIGNATURES,
        limits::PROOF_HASHES,
        limits::ANCHOR_BYTES,
        limits::ANCHOR_MESSAGE_BYTES,
        limits::ANCHOR_DEPTH,
        limits::ANCHOR_WORK,
        limits::ANCHORS_WORK,
        limits::HEADERS_BYTES,
        limits::POLICY_BYTES,
        limits::POLICY_ITEMS,
        limits::ENVELOPE_BYTES,
        limits::FINDINGS,
    ];
    let more = more.map(|limit| u64::try_from(limit).unwrap());
    let retained = u64::try_from(limits::RETAINED_LEAVES).unwrap();
    let signers = u64::try_from(limits::UNTRUSTED_SIGNERS).unwrap();
    let expected = [&sizes[..], &[limits::SAFE_INTEGER], &more[..], &[limits::LINES, retained, signers, skew]].concat();
    let stated: Vec<u64> = table("| what | at most |").iter().map(|row| row[1].replace(',', "").parse().unwrap()).collect();
    assert_eq!(stated, expected);
}

#[test]
fn the_table_of_claims_is_that_of_reports() {
    let report = judge(&file("bundle"), &file("policy"));
    let stated: Vec<&str> = table("| claim | `proven` means |").iter().map(|row| row[0]).collect();
    let without = |name: &str| stated.iter().copied().filter(|stated| *stated != name).collect::<Vec<_>>();
    let names = |report: &Report| report.claims.0.iter().map(|claim| claim.name).collect::<Vec<_>>();
    assert_eq!(without("uncovered_members"), names(&report));
    let record = block("record").replacen('{', "{\"note\":1,", 1);
    let report = verify_receipt(file("receipt").as_bytes(), &Trust::new(), Some(record.as_bytes())).unwrap();
    assert_eq!(without("withheld_members"), names(&report));
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let mut followed = 0;
    for name in ["SPEC.md", "README.md", "SECURITY.md", "CHANGELOG.md"] {
        let text = document(name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { name } else { path };
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(target).exists(), "{name}: {link}");
            assert!(anchor.is_empty() || headings(&document(target)).contains(anchor), "{name}: {link}");
            followed += 1;
        }
    }
    assert!(followed > 20);
}

/// The anchors of a document's headings.
fn headings(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| {
        let kept = heading.to_lowercase();
        kept.chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    headings.map(anchor).collect()
}
