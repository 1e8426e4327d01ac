//! Requests to a witness and its answers: the document's example, the order of its checks, and every change of a proof or line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

mod support;

use call_stream_verify::algorithms::note::{KeyType, Note, NoteSignature, SignatureCheck, SigningKey};
use call_stream_verify::algorithms::{base64, merkle};
use call_stream_verify::objects::add_checkpoint::{AddCheckpoint, REQUEST_BYTES, Refusal, format_response, parse_response};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self, CosignatureCheck};
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::values::limits::{NOTE_BYTES, PROOF_HASHES};
use call_stream_verify::{Code, Digest};
use support::{corpora, read_text};

const ORIGIN: &str = "log.example";
const LEAVES: usize = 20;

fn key(seed: u8) -> SigningKey {
    SigningKey::new(ORIGIN, KeyType::Ed25519, [seed; 32]).unwrap()
}

fn witness() -> SigningKey {
    SigningKey::new("witness.example/w", KeyType::Cosignature, [7; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::from_vkey(&key(4).verifier().to_string()).unwrap()
}

fn leaves(seed: u8) -> Vec<Digest> {
    (0..LEAVES).map(|place| merkle::leaf_hash_of(&[seed, place as u8])).collect()
}

fn checkpoint(leaves: &[Digest]) -> SignedCheckpoint {
    Checkpoint::new(ORIGIN, leaves.len() as u64, merkle::root_hash(leaves)).unwrap().sign(&key(4)).unwrap()
}

fn request(leaves: &[Digest], old: usize, new: usize) -> AddCheckpoint {
    let leaves = &leaves[..new];
    let proof = if old == 0 { Vec::new() } else { merkle::consistency_proof(leaves, old).unwrap_or_default() };
    AddCheckpoint { old_size: old as u64, proof, checkpoint: checkpoint(leaves) }
}

fn latest(leaves: &[Digest], size: usize) -> Option<(u64, Digest)> {
    Some((size as u64, merkle::root_hash(&leaves[..size])))
}

#[test]
fn the_documents_examples_are_read_and_format_back() {
    let Some(corpora) = corpora("witness_requests") else { return };
    let document = read_text(corpora.join("C2SP-specs/tlog-witness.md"));
    let block = |first: &str| {
        let start = document.find(&format!("\n\n    {first}")).unwrap() + 2;
        let lines = document[start..].lines().take_while(|line| line.is_empty() || line.starts_with("    "));
        let text: String = lines.map(|line| format!("{}\n", line.get(4..).unwrap_or_default())).collect();
        format!("{}\n", text.trim_end())
    };
    let body = block("old 20852014");
    let request = AddCheckpoint::parse(body.as_bytes()).unwrap();
    assert_eq!(request.to_string(), body);
    assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
    assert_eq!(request.checkpoint.checkpoint().size(), 20_852_163);
    assert_eq!(request.checkpoint.note().signatures().len(), 2);
    let body = block("— witness.example/w1 CMp+");
    let lines = parse_response(body.as_bytes()).unwrap();
    assert_eq!(format_response(&lines), body);
    assert_eq!(
        lines.iter().map(NoteSignature::name).collect::<Vec<_>>(),
        ["witness.example/w1", "witness.example/w1", "witness.example/w2"]
    );
}

#[test]
fn every_growth_with_its_proof_is_granted_and_no_other_size_before() {
    let leaves = leaves(1);
    let mut counts = [0; 5];
    for held in 0..=LEAVES {
        for old in 0..=LEAVES {
            for new in 0..=LEAVES {
                let request = request(&leaves, old, new);
                assert_eq!(AddCheckpoint::parse(request.to_string().as_bytes()).as_ref(), Ok(&request));
                let states = if held == 0 { vec![None, latest(&leaves, 0)] } else { vec![latest(&leaves, held)] };
                for state in states {
                    let (place, expected) = match () {
                        () if old > new => (0, Err(Refusal::GoesBack)),
                        () if old != held => (1, Err(Refusal::Conflict { size: held as u64 })),
                        () => (2, Ok(())),
                    };
                    assert_eq!(request.judge(&policy(), state), expected, "{held} {old} {new}");
                    counts[place] += 1;
                }
            }
        }
    }
    assert!(counts[0] > 4000 && counts[1] > 4000 && counts[2] > 200, "{counts:?}");
}

#[test]
fn every_change_of_a_proof_or_a_root_is_refused() {
    let (ours, theirs) = (leaves(1), leaves(2));
    let mut refused = 0;
    for old in 0..=LEAVES {
        for new in old..=LEAVES {
            let good = request(&ours, old, new);
            let mut bad = Vec::new();
            let mut with = |proof: Vec<Digest>| bad.push(AddCheckpoint { proof, ..good.clone() });
            for place in 0..good.proof.len() {
                let mut proof = good.proof.clone();
                proof[place].0[31] ^= 1;
                with(proof);
                let mut proof = good.proof.clone();
                proof.remove(place);
                with(proof);
                if place > 0 {
                    let mut proof = good.proof.clone();
                    proof.swap(place - 1, place);
                    with(proof);
                }
            }
            for place in 0..=good.proof.len() {
                let mut proof = good.proof.clone();
                proof.insert(place, ours[0]);
                with(proof);
            }
            if new > 0 && old > 0 {
                // A fork of the same size, with the proof of either history.
                let fork = request(&theirs, old, new);
                bad.push(AddCheckpoint { proof: good.proof.clone(), ..fork.clone() });
                bad.push(fork);
            }
            for request in bad {
                assert_eq!(request.judge(&policy(), latest(&ours, old)), Err(Refusal::NotConsistent), "{old} {new}");
                refused += 1;
            }
        }
    }
    assert!(refused > 2000, "{refused}");
}

#[test]
fn an_empty_tree_has_one_root() {
    let empty = |root| AddCheckpoint {
        old_size: 0,
        proof: Vec::new(),
        checkpoint: Checkpoint::new(ORIGIN, 0, root).unwrap().sign(&key(4)).unwrap(),
    };
    for state in [None, Some((0, Digest::of(b"")))] {
        assert_eq!(empty(Digest::of(b"")).judge(&policy(), state), Ok(()));
        assert_eq!(empty(Digest::of(b"x")).judge(&policy(), state), Err(Refusal::NotConsistent));
    }
    // That the size differs is said first.
    assert_eq!(empty(Digest::of(b"x")).judge(&policy(), latest(&leaves(1), 3)), Err(Refusal::Conflict { size: 3 }));
}

/// What is wrong with a request, from what the document looks at first: each hides all that follow it.
#[test]
fn the_checks_have_the_order_of_the_document() {
    let ours = leaves(1);
    let state = latest(&ours, 5);
    let stranger = SigningKey::new("log.example/other", KeyType::Ed25519, [4; 32]).unwrap();
    let signed = |origin: &str, size: usize, key: &SigningKey| {
        Checkpoint::new(origin, size as u64, Digest::of(b"fork")).unwrap().sign(key).unwrap()
    };
    let with = |checkpoint: SignedCheckpoint, old_size: u64| AddCheckpoint { old_size, proof: vec![ours[0]], checkpoint };
    let steps = [
        (with(signed("log.example/other", 3, &stranger), 4), Refusal::UnknownOrigin, 404),
        (with(signed(ORIGIN, 3, &key(5)), 4), Refusal::NotSigned, 403),
        (with(signed(ORIGIN, 3, &key(4)), 4), Refusal::GoesBack, 400),
        (with(signed(ORIGIN, 7, &key(4)), 4), Refusal::Conflict { size: 5 }, 409),
        (with(signed(ORIGIN, 7, &key(4)), 5), Refusal::NotConsistent, 422),
    ];
    for (request, refusal, status) in steps {
        assert_eq!(request.judge(&policy(), state), Err(refusal.clone()));
        assert_eq!(refusal.status(), status);
        let is_size = status == 409;
        assert_eq!(refusal.content_type(), if is_size { "text/x.tlog.size" } else { "text/plain; charset=utf-8" });
        let body = refusal.body();
        assert!(body.ends_with('\n') && body.trim_end().lines().count() == 1 && (!is_size || body == "5\n"), "{body}");
    }
    assert_eq!(request(&ours, 5, 7).judge(&policy(), state), Ok(()));
}

#[test]
fn a_line_of_a_trusted_key_must_verify_and_lines_of_others_are_passed_over() {
    let leaves = leaves(1);
    let good = checkpoint(&leaves[..4]);
    let note = |lines: Vec<NoteSignature>| {
        let note = Note::new(good.note().text(), lines).unwrap();
        let checkpoint = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
        AddCheckpoint { old_size: 0, proof: Vec::new(), checkpoint }.judge(&policy(), None)
    };
    let line = good.note().signatures()[0].clone();
    let bad = key(4).sign_note("another text\n").unwrap();
    let stranger = key(5).sign_note("another text\n").unwrap();
    let own = cosignature::sign(&good, &witness(), 1).unwrap();
    assert_eq!(note(vec![line.clone()]), Ok(()));
    assert_eq!(note(vec![stranger.clone(), own.clone(), line.clone()]), Ok(()));
    assert_eq!(note(vec![stranger]), Err(Refusal::NotSigned));
    assert_eq!(note(vec![own]), Err(Refusal::NotSigned));
    assert_eq!(note(vec![bad.clone()]), Err(Refusal::NotSigned));
    assert_eq!(note(vec![line.clone(), bad.clone()]), Err(Refusal::NotSigned));
    assert_eq!(note(vec![bad, line.clone()]), Err(Refusal::NotSigned));

    // Two keys of one origin: either will do, and none may be bad.
    let two = format!("log {}\nlog {}\nquorum none\n", key(4).verifier(), key(6).verifier());
    let two = Policy::parse(two.as_bytes()).unwrap();
    let second = Checkpoint::parse(good.note().text()).unwrap().sign(&key(6)).unwrap();
    let judge = |checkpoint: &SignedCheckpoint| {
        AddCheckpoint { old_size: 0, proof: Vec::new(), checkpoint: checkpoint.clone() }.judge(&two, None)
    };
    assert_eq!(judge(&second), Ok(()));
    let mut both = second;
    both.add_signature(line).unwrap();
    assert_eq!(judge(&both), Ok(()));
    both.add_signature(key(6).sign_note("another text\n").unwrap()).unwrap();
    assert_eq!(judge(&both), Err(Refusal::NotSigned));
}

#[test]
fn what_is_read_formats_back_or_is_refused() {
    let leaves = leaves(1);
    let text = request(&leaves, 3, 7).to_string();
    let refused = |text: &str| matches!(AddCheckpoint::parse(text.as_bytes()), Err(Refusal::Malformed(_)));
    let bad = [
        String::new(),
        "\n".to_owned(),
        "old 3".to_owned(),
        "old 3\n".to_owned(),
        "old 3\n\n".to_owned(),
        text.replacen("old 3", "old 03", 1),
        text.replacen("old 3", "old +3", 1),
        text.replacen("old 3", "old -3", 1),
        text.replacen("old 3", "old  3", 1),
        text.replacen("old 3", "old 3 ", 1),
        text.replacen("old 3", "old", 1),
        text.replacen("old 3", "old ", 1),
        text.replacen("old 3", "Old 3", 1),
        text.replacen("old 3", "size 3", 1),
        text.replacen("old 3", "old 9007199254740992", 1),
        text.replacen("old 3", "old 18446744073709551616", 1),
        text.replacen("old 3\n", "", 1),
        text.replacen("old 3\n", "old 3\nold 3\n", 1),
        text.replacen("old 3\n", "\nold 3\n", 1),
        text.replacen("=\n", "\n", 1),
        text.replacen("=\n", "= \n", 1),
        text.replacen("=\n", "=\r\n", 1),
        text.replacen("\n\n", "\n", 1),
        text.replacen("\n\n", "\n\n\n", 1),
        text.replacen("\n7\n", "\n07\n", 1),
        text.replacen("\n7\n", "\n7\nan extension\n", 1),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{text}x"),
        format!(" {text}"),
    ];
    for text in &bad {
        assert!(refused(text), "{text:?}");
        assert_ne!(text, &request(&leaves, 3, 7).to_string());
    }
    for end in 0..text.len() {
        assert!(AddCheckpoint::parse(&text.as_bytes()[..end]).is_err(), "cut at {end}");
    }
    // Any byte that is another: refused, or another request that formats back.
    for place in 0..text.len() {
        for byte in [0, b'\n', b' ', b'A', 0xff] {
            let mut bytes = text.clone().into_bytes();
            if std::mem::replace(&mut bytes[place], byte) == byte {
                continue;
            }
            if let Ok(request) = AddCheckpoint::parse(&bytes) {
                assert_eq!(request.to_string().as_bytes(), bytes);
                assert!(request.judge(&policy(), latest(&leaves, 3)).is_err(), "{place} {byte}");
            }
        }
    }
    assert!(AddCheckpoint::parse(b"\xff").is_err());
}

#[test]
fn sixty_three_hashes_and_the_largest_note_are_read_and_not_one_more() {
    let leaves = leaves(1);
    let hash = format!("{}\n", base64::encode(leaves[0].as_bytes()));
    let with = |hashes: usize| format!("old 3\n{}\n{}", hash.repeat(hashes), checkpoint(&leaves[..7]));
    assert_eq!(AddCheckpoint::parse(with(PROOF_HASHES).as_bytes()).unwrap().proof.len(), 63);
    assert!(AddCheckpoint::parse(with(PROOF_HASHES + 1).as_bytes()).is_err());
    let filled = |bytes: usize| {
        let head = format!("old 9007199254740991\n{}\n", hash.repeat(PROOF_HASHES));
        let good = checkpoint(&leaves[..7]).to_string();
        let room = bytes - good.len() - "— k \n".len();
        // Base64 comes in fours: a name makes up for the rest.
        let name = "k".repeat(1 + room % 4);
        format!("{head}{good}— {name} {}\n", "A".repeat(room / 4 * 4))
    };
    let largest = filled(NOTE_BYTES);
    assert_eq!(largest.len(), REQUEST_BYTES);
    assert!(AddCheckpoint::parse(largest.as_bytes()).is_ok());
    assert!(AddCheckpoint::parse(filled(NOTE_BYTES + 1).as_bytes()).is_err());
}

#[test]
fn an_answer_makes_the_note_one_that_verifies_or_is_refused() {
    let leaves = leaves(1);
    let mut note = checkpoint(&leaves[..7]);
    let body = format_response(&[cosignature::sign(&note, &witness(), 1_700_000_000).unwrap()]);
    for line in parse_response(body.as_bytes()).unwrap() {
        note.add_signature(line).unwrap();
    }
    assert_eq!(cosignature::check(&note, witness().verifier()), CosignatureCheck::Good { time: 1_700_000_000 });
    // Behind the note, the body is the same note.
    assert_eq!(format!("{}{body}", checkpoint(&leaves[..7])), note.to_string());
    let kept = note.signed_by(&[witness().verifier()]).unwrap();
    assert_eq!((kept.note().signatures().len(), kept.checkpoint()), (1, note.checkpoint()));
    assert_eq!(kept.note().check(key(4).verifier()), SignatureCheck::Absent);
    assert_eq!(note.signed_by(&[key(9).verifier()]).unwrap_err().code(), Code::BadNote);

    for text in ["", "\n", body.trim_end(), &body[3..], &body.replacen('—', "-", 1), &format!("{body}\n"), &format!("{body}x\n")]
    {
        assert_eq!(parse_response(text.as_bytes()).unwrap_err().code(), Code::BadNote, "{text:?}");
    }
    assert_eq!(parse_response(body.repeat(64).as_bytes()).unwrap().len(), 64);
    assert_eq!(parse_response(body.repeat(65).as_bytes()).unwrap_err().code(), Code::NoteTooLarge);
    assert_eq!(parse_response(&vec![b'a'; NOTE_BYTES + 1]).unwrap_err().code(), Code::NoteTooLarge);
    assert_eq!(parse_response(b"\xff\n").unwrap_err().code(), Code::BadNote);
}
