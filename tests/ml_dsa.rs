//! ML-DSA-44 against Wycheproof's vectors, and cosignatures made with it: every byte of key, signature and message counts.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "support/signers.rs"]
mod signers;
mod support;

use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::ml_dsa::{PUBLIC_KEY_BYTES, PublicKey, SIGNATURE_BYTES, SecretKey};
use call_stream_verify::algorithms::note::{KeyType, NoteSignature, SigningKey, VerifierKey};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self, CosignatureCheck};
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Code, Digest};
use signers::{log, signer, witness};

const TIME: u64 = 1_790_000_000;

fn pq_witness(name: &str, seed: u8) -> SigningKey {
    signer(name, KeyType::MlDsaCosignature, seed)
}

fn checkpoint() -> SignedCheckpoint {
    Checkpoint::new("example.com/log", 7, Digest::of(b"seven")).unwrap().sign(&log("example.com/log", 1)).unwrap()
}

#[test]
fn wycheproofs_signatures_are_judged_as_it_says() {
    let Some(corpora) = support::corpora("ml_dsa") else { return };
    let vectors = support::read_json(corpora.join("wycheproof/testvectors_v1/mldsa_44_verify_test.json"));
    let (mut valid, mut invalid, mut other_context) = (0, 0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = PublicKey::parse(&support::hex(&group["publicKey"]));
        for test in group["tests"].as_array().unwrap() {
            let accepted = key.as_ref().is_some_and(|key| key.verify(&support::hex(&test["msg"]), &support::hex(&test["sig"])));
            // A cosignature has no context; a signature made with one is none.
            let with_context = test["ctx"].as_str().is_some_and(|context| !context.is_empty());
            assert_eq!(accepted, test["result"] == "valid" && !with_context, "{}: {}", test["tcId"], test["comment"]);
            match (accepted, with_context) {
                (true, _) => valid += 1,
                (false, true) => other_context += 1,
                (false, false) => invalid += 1,
            }
        }
    }
    assert_eq!(valid + invalid + other_context, 180);
    assert!(valid > 70 && invalid > 90 && other_context > 2, "{valid} {invalid} {other_context}");
    println!("Wycheproof ML-DSA-44 | we verify theirs | {valid} valid, {invalid} invalid, {other_context} of another context");
}

#[test]
fn every_byte_of_a_signature_a_key_and_a_message_counts() {
    let secret = SecretKey::from_seed([3; 32]);
    assert_eq!(secret.seed(), [3; 32]);
    let public = secret.public();
    let (message, signature) = (b"a message".as_slice(), secret.sign(b"a message").unwrap());
    assert_eq!((public.as_bytes().len(), signature.len()), (PUBLIC_KEY_BYTES, SIGNATURE_BYTES));
    assert_eq!(secret.sign(message).unwrap(), signature, "the same message has the same signature");
    assert!(public.verify(message, &signature));
    for place in 0..signature.len() {
        let mut bad = signature.clone();
        bad[place] ^= 1;
        assert!(!public.verify(message, &bad), "byte {place} of the signature");
    }
    for place in (0..PUBLIC_KEY_BYTES).step_by(7) {
        let mut bad = public.as_bytes().to_vec();
        bad[place] ^= 0x80;
        assert!(!PublicKey::parse(&bad).unwrap().verify(message, &signature), "byte {place} of the key");
    }
    for place in 0..message.len() {
        let mut bad = message.to_vec();
        bad[place] ^= 1;
        assert!(!public.verify(&bad, &signature), "byte {place} of the message");
    }
    for bad in [&signature[1..], &signature[..SIGNATURE_BYTES - 1], &[signature.as_slice(), &[0]].concat(), &[]] {
        assert!(!public.verify(message, bad), "{} bytes", bad.len());
    }
    for length in [0, PUBLIC_KEY_BYTES - 1, PUBLIC_KEY_BYTES + 1] {
        assert!(PublicKey::parse(&vec![1; length]).is_none());
    }
    assert_eq!(format!("{secret:?}"), "SecretKey(…)");
}

#[test]
fn the_message_is_that_of_the_document() {
    let message = cosignature::ml_dsa_message("w.example/1", 0x0102, checkpoint().checkpoint()).unwrap();
    let root = Digest::of(b"seven");
    let expected = [
        b"subtree/v1\n\0\x0bw.example/1".as_slice(),
        &[0, 0, 0, 0, 0, 0, 1, 2],
        b"\x0fexample.com/log",
        &[0; 8],
        &[0, 0, 0, 0, 0, 0, 0, 7],
        root.as_bytes(),
    ];
    assert_eq!(message, expected.concat());
    // One byte holds a length: 255 is the longest.
    let of = |witness: usize, origin: usize| {
        let checkpoint = Checkpoint::new(&"o".repeat(origin), 7, root).unwrap();
        cosignature::ml_dsa_message(&"w".repeat(witness), TIME, &checkpoint).is_some()
    };
    assert_eq!([of(255, 255), of(256, 1), of(1, 256)], [true, false, false]);
    let key = pq_witness("w", 2);
    let long = "o".repeat(256);
    let mut signed = Checkpoint::new(&long, 7, root).unwrap().sign(&log(&long, 1)).unwrap();
    assert_eq!(cosignature::sign(&signed, &key, TIME).unwrap_err().code(), Code::BadKey);
    let line = format!("w {}", base64::encode(&[&key.verifier().key_id().to_be_bytes()[..], &[0; 2428]].concat()));
    signed.add_signature(NoteSignature::parse(&line).unwrap()).unwrap();
    assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Bad);
}

#[test]
fn a_cosignature_is_bound_to_its_witness_its_time_and_its_tree() {
    let signed = checkpoint();
    let key = pq_witness("w.example/1", 2);
    assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Absent);
    let signature = cosignature::sign(&signed, &key, TIME).unwrap();
    assert_eq!(signature.bytes().len(), 8 + SIGNATURE_BYTES);
    let with = |base: &SignedCheckpoint, line: &NoteSignature| {
        let mut signed = base.clone();
        signed.add_signature(line.clone()).unwrap();
        signed
    };
    let cosigned = with(&signed, &signature);
    assert_eq!(cosignature::check(&cosigned, key.verifier()), CosignatureCheck::Good { time: TIME });
    let earlier = with(&cosigned, &cosignature::sign(&signed, &key, 1000).unwrap());
    assert_eq!(cosignature::check(&earlier, key.verifier()), CosignatureCheck::Good { time: 1000 }, "the earliest");
    assert_eq!(SignedCheckpoint::parse(cosigned.to_string().as_bytes()).unwrap(), cosigned);

    let line = |id: u32, bytes: &[u8]| {
        let bytes = [&id.to_be_bytes()[..], bytes].concat();
        NoteSignature::parse(&format!("w.example/1 {}", base64::encode(&bytes))).unwrap()
    };
    let id = key.verifier().key_id();
    for place in (0..signature.bytes().len()).step_by(11).chain(0..9) {
        let mut bytes = signature.bytes().to_vec();
        bytes[place] ^= 1;
        let bad = with(&signed, &line(id, &bytes));
        assert_eq!(cosignature::check(&bad, key.verifier()), CosignatureCheck::Bad, "byte {place}");
        // Beside a good one, too.
        assert_eq!(cosignature::check(&with(&cosigned, &line(id, &bytes)), key.verifier()), CosignatureCheck::Bad);
    }
    for (size, root) in [(8, b"seven".as_slice()), (7, b"eight")] {
        let other = Checkpoint::new("example.com/log", size, Digest::of(root)).unwrap().sign(&log("example.com/log", 1)).unwrap();
        assert_eq!(cosignature::check(&with(&other, &signature), key.verifier()), CosignatureCheck::Bad);
    }
    // The same key under another name signs something else.
    let renamed = pq_witness("w.example/2", 2);
    let bytes = cosignature::sign(&signed, &renamed, TIME).unwrap().bytes().to_vec();
    assert_eq!(cosignature::check(&with(&signed, &line(id, &bytes)), key.verifier()), CosignatureCheck::Bad);
}

#[test]
fn a_line_without_a_time_verifies_and_does_not_count() {
    let signed = checkpoint();
    let key = pq_witness("w.example/1", 2);
    assert_eq!(cosignature::sign(&signed, &key, 0).unwrap_err().code(), Code::BadOption);
    assert_eq!(cosignature::sign(&signed, &key, 1 << 63).unwrap_err().code(), Code::BadOption);
    let line = |time: u64| {
        let message = cosignature::ml_dsa_message("w.example/1", time, signed.checkpoint()).unwrap();
        let signature = SecretKey::from_seed([2; 32]).sign(&message).unwrap();
        let bytes = [&key.verifier().key_id().to_be_bytes()[..], &time.to_be_bytes(), &signature].concat();
        NoteSignature::parse(&format!("w.example/1 {}", base64::encode(&bytes))).unwrap()
    };
    let check = |lines: &[NoteSignature]| {
        let mut signed = signed.clone();
        lines.iter().for_each(|line| signed.add_signature(line.clone()).unwrap());
        cosignature::check(&signed, key.verifier())
    };
    assert_eq!(line(TIME), cosignature::sign(&signed, &key, TIME).unwrap());
    assert_eq!(check(&[line(0)]), CosignatureCheck::Absent);
    assert_eq!(check(&[line(0), line(TIME)]), CosignatureCheck::Good { time: TIME });
    assert_eq!(check(&[line(1 << 63)]), CosignatureCheck::Bad);
    let mut bad = line(0).bytes().to_vec();
    bad[100] ^= 1;
    let bad = [&key.verifier().key_id().to_be_bytes()[..], &bad].concat();
    assert_eq!(check(&[NoteSignature::parse(&format!("w.example/1 {}", base64::encode(&bad))).unwrap()]), CosignatureCheck::Bad);
}

#[test]
fn keys_have_one_text_form_and_cosign_alone() {
    let key = pq_witness("w.example/1", 2);
    let vkey = key.verifier().to_string();
    let parsed = VerifierKey::parse(&vkey).unwrap();
    assert_eq!((&parsed, parsed.key_type(), parsed.key_bytes().len()), (key.verifier(), KeyType::MlDsaCosignature, 1312));
    assert!(parsed.public().is_none() && parsed.ml_dsa().is_some() && parsed.key_type().cosigns());
    let again = SigningKey::parse(&key.to_secret_text()).unwrap();
    assert_eq!((again.verifier(), again.to_secret_text()), (key.verifier(), key.to_secret_text()));
    assert_eq!(key.sign_note("text\n").unwrap_err().code(), Code::BadKey);
    assert_eq!(SigningKey::parse_ed25519(&key.to_secret_text()).unwrap_err().code(), Code::BadKeyFile);
    assert_eq!(SigningKey::new_ed25519("w", KeyType::MlDsaCosignature, [2; 32]).unwrap_err().code(), Code::BadKey);
    for key in [log("example.com/log", 1), witness("w", 2)] {
        assert_eq!(SigningKey::parse_ed25519(&key.to_secret_text()).unwrap().verifier(), key.verifier());
    }
    // A seed for one type is another key for another: nothing of the one is valid for the other.
    let ed25519 = witness("w.example/1", 2);
    assert_ne!(ed25519.verifier().key_id(), key.verifier().key_id());
    let text = key.to_secret_text().replacen(&format!("{:08x}", key.verifier().key_id()), "00000000", 1);
    assert_eq!(SigningKey::parse(&text).unwrap_err().code(), Code::BadKeyFile);
}

#[test]
fn witnesses_of_both_kinds_make_up_a_quorum_by_distinct_keys() {
    let signed = checkpoint();
    let (a, b, c) = (witness("w.example/a", 2), pq_witness("w.example/b", 3), pq_witness("w.example/c", 4));
    let text = |lines: &str| {
        format!(
            "log {}\nwitness a {}\nwitness b {}\nwitness c {}\n{lines}",
            log("example.com/log", 1).verifier(),
            a.verifier(),
            b.verifier(),
            c.verifier()
        )
    };
    let policy = Policy::parse(text("group g 2 a b c\nquorum g\n").as_bytes()).unwrap();
    assert!(policy.witnesses().iter().all(|witness| witness.counts()) && policy.intersecting());
    assert!(!Policy::parse(text("group g 1 a b c\nquorum g\n").as_bytes()).unwrap().intersecting());
    let all = [&a, &b, &c];
    for set in 0..8_usize {
        let mut note = signed.clone();
        let chosen: Vec<&SigningKey> = (0..3).filter(|place| set >> place & 1 == 1).map(|place| all[place]).collect();
        for key in &chosen {
            // A line twice is one witness.
            for time in [TIME, TIME + 1] {
                note.add_signature(cosignature::sign(&signed, key, time).unwrap()).unwrap();
            }
        }
        let CheckpointFacts::Trusted(verified) = policy.verify(&note) else { panic!("{set}") };
        assert_eq!(
            verified.cosigners().iter().map(|cosigner| &cosigner.key).collect::<Vec<_>>(),
            chosen.iter().map(|key| key.verifier()).collect::<Vec<_>>()
        );
        assert_eq!(verified.quorum_met(), chosen.len() >= 2, "{set}");
    }
    let other = Checkpoint::new("example.com/log", 8, Digest::of(b"eight")).unwrap().sign(&log("example.com/log", 1)).unwrap();
    let mut bad = signed;
    bad.add_signature(cosignature::sign(&other, &b, TIME).unwrap()).unwrap();
    assert_eq!(policy.verify(&bad), CheckpointFacts::BadCosignature(b.verifier().clone()));

    let refused = |lines: &str| Policy::parse(lines.as_bytes()).unwrap_err().detail();
    assert_eq!(refused(&format!("log {}\nquorum none\n", b.verifier())), "The key is a witness's (type 0x04 or 0x06).");
    let twice = format!("witness x {}\nwitness y {}\nquorum none\n", b.verifier(), pq_witness("another.example", 3).verifier());
    assert_eq!(refused(&twice), "A witness with this public key stands above.");
    assert_eq!(Policy::from_vkey(&b.verifier().to_string()).unwrap_err().code(), Code::BadKey);
}
