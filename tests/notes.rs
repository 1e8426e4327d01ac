//! Notes, keys, checkpoints, cosignatures and policies against printed examples, foreign checkpoints and written-out rules.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod support;

use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::note::{
    KeyType, Note, NoteSignature, SignatureCheck, SigningKey, VerifierKey, compute_key_id,
};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self, CosignatureCheck};
use call_stream_verify::objects::policy::{Policy, Witness};
use call_stream_verify::values::limits;
use call_stream_verify::{Code, Digest};
use std::collections::BTreeSet;

const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE_NOTE: &str = "\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
";

/// From the documentation of golang.org/x/mod/sumdb/note.
const GO_SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
";

fn signer(name: &str, key_type: KeyType, seed: u8) -> SigningKey {
    SigningKey::new(name, key_type, [seed; 32]).unwrap()
}

fn log(name: &str, seed: u8) -> SigningKey {
    signer(name, KeyType::Ed25519, seed)
}

fn witness(name: &str, seed: u8) -> SigningKey {
    signer(name, KeyType::Cosignature, seed)
}

#[test]
fn the_example_of_the_specification_verifies() {
    let key = VerifierKey::parse(EXAMPLE_KEY).unwrap();
    assert_eq!((key.name(), key.key_id(), key.key_type()), ("example.com/foo", 0x530d_903a, KeyType::Ed25519));
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let note = Note::parse(EXAMPLE_NOTE.as_bytes()).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.check(&key), SignatureCheck::Good);
    assert_eq!(note.to_string(), EXAMPLE_NOTE);
    if let Some(corpora) = support::corpora("notes") {
        let text = support::read_text(corpora.join("C2SP-specs/signed-note.md"));
        assert!(text.contains(EXAMPLE_KEY) && text.contains(EXAMPLE_NOTE));
    }
}

#[test]
fn the_example_of_go_s_package_is_signed_byte_for_byte() {
    let secret = SigningKey::parse(GO_SECRET).unwrap();
    assert_eq!(secret.to_secret_text(), GO_SECRET);
    assert_eq!(secret.verifier().to_string(), GO_KEY);
    let (text, _) = GO_NOTE.split_once("\n\n").unwrap();
    let text = format!("{text}\n");
    let note = Note::new(text.as_str(), vec![secret.sign_note(&text).unwrap()]).unwrap();
    assert_eq!(note.to_string(), GO_NOTE);
    assert_eq!(note.check(&VerifierKey::parse(GO_KEY).unwrap()), SignatureCheck::Good);
}

#[test]
fn every_flipped_bit_of_a_note_is_found() {
    let key = VerifierKey::parse(EXAMPLE_KEY).unwrap();
    let mut ran = 0;
    for place in 0..EXAMPLE_NOTE.len() {
        for bit in 0..8 {
            let mut bytes = EXAMPLE_NOTE.as_bytes().to_vec();
            bytes[place] ^= 1 << bit;
            if let Ok(note) = Note::parse(&bytes) {
                assert_eq!(note.to_string().as_bytes(), bytes);
                assert_ne!(note.check(&key), SignatureCheck::Good, "bit {bit} of byte {place}");
            }
            ran += 1;
        }
    }
    assert_eq!(ran, EXAMPLE_NOTE.len() * 8);
}

#[test]
fn what_is_no_note_is_refused() {
    let line = "— k AAAAAAA=\n";
    let cases = [
        ("empty", String::new()),
        ("text alone", "text\n".into()),
        ("no empty line", format!("text\n{line}")),
        ("no signature", "text\n\n".into()),
        ("no text", format!("\n{line}")),
        ("no newline at the end", "text\n\n— k AAAAAAA=".into()),
        ("an empty line at the end", format!("text\n\n{line}\n")),
        ("CRLF", format!("text\r\n\r\n{}", line.replace('\n', "\r\n"))),
        ("a carriage return in the text", format!("te\rxt\n\n{line}")),
        ("a tab in the text", format!("te\txt\n\n{line}")),
        ("U+0000 in the text", format!("te\0xt\n\n{line}")),
        ("a hyphen for the em dash", format!("text\n\n{}", line.replace('—', "-"))),
        ("an en dash for the em dash", format!("text\n\n{}", line.replace('—', "–"))),
        ("no space behind the em dash", format!("text\n\n{}", line.replace("— ", "—"))),
        ("two spaces behind the em dash", format!("text\n\n{}", line.replace("— ", "—  "))),
        ("a no-break space behind the em dash", format!("text\n\n{}", line.replace("— ", "—\u{a0}"))),
        ("no name", "text\n\n—  AAAAAAA=\n".into()),
        ("a plus in the name", "text\n\n— a+b AAAAAAA=\n".into()),
        ("an ideographic space in the name", "text\n\n— a\u{3000}b AAAAAAA=\n".into()),
        ("no signature behind the name", "text\n\n— k\n".into()),
        ("an empty signature", "text\n\n— k \n".into()),
        ("a key ID alone", "text\n\n— k AAAAAA==\n".into()),
        ("less than a key ID", "text\n\n— k AAAA\n".into()),
        ("two spaces in front of the signature", "text\n\n— k  AAAAAAA=\n".into()),
        ("a space at the end of the line", "text\n\n— k AAAAAAA= \n".into()),
        ("no padding", "text\n\n— k AAAAAAA\n".into()),
        ("unused bits", "text\n\n— k AAAAAAB=\n".into()),
        ("the URL alphabet", "text\n\n— k AAAAA-A=\n".into()),
        ("a second line that is none", format!("text\n\n{line}text\n")),
    ];
    for (what, note) in &cases {
        let code = Note::parse(note.as_bytes()).map_err(|error| error.code());
        assert_eq!(code, Err(Code::BadNote), "{what}");
    }
    assert_eq!(Note::parse(b"te\xffxt\n\n\xe2\x80\x94 k AAAAAAA=\n").unwrap_err().code(), Code::BadNote);
    assert!(Note::parse(format!("text\n\n{line}").as_bytes()).is_ok());
    assert_eq!(cases.len(), 29);
}

#[test]
fn limits_of_a_note_are_met_exactly() {
    let line = "— k AAAAAAA=\n";
    let lines = |count: usize| format!("text\n\n{}", line.repeat(count));
    for count in [16, limits::NOTE_SIGNATURES] {
        assert_eq!(Note::parse(lines(count).as_bytes()).unwrap().signatures().len(), count);
    }
    assert_eq!(Note::parse(lines(limits::NOTE_SIGNATURES + 1).as_bytes()).unwrap_err().code(), Code::NoteTooLarge);
    let of_length = |length: usize| format!("{}\n\n{line}", "x".repeat(length - line.len() - 2));
    assert!(Note::parse(of_length(limits::NOTE_BYTES).as_bytes()).is_ok());
    assert_eq!(Note::parse(of_length(limits::NOTE_BYTES + 1).as_bytes()).unwrap_err().code(), Code::NoteTooLarge);

    let signature = NoteSignature::parse("k AAAAAAA=").unwrap();
    let text = |length: usize| format!("{}\n", "x".repeat(length - line.len() - 2));
    assert!(Note::new(text(limits::NOTE_BYTES), vec![signature.clone()]).is_ok());
    assert_eq!(Note::new(text(limits::NOTE_BYTES + 1), vec![signature.clone()]).unwrap_err().code(), Code::NoteTooLarge);
    assert_eq!(Note::new("no newline", vec![signature]).unwrap_err().code(), Code::BadNote);
    assert_eq!(Note::new("text\n", vec![]).unwrap_err().code(), Code::BadNote);
}

#[test]
fn a_vkey_has_one_spelling() {
    let ml_dsa = |length: usize| {
        let key = vec![7; length];
        format!("w+{:08x}+{}", compute_key_id("w", 6, &key), base64::encode(&[&[6], key.as_slice()].concat()))
    };
    let vkey = |name: &str, key_type: u8, key: &[u8]| {
        format!("{name}+{:08x}+{}", compute_key_id(name, key_type, key), base64::encode(&[&[key_type], key].concat()))
    };
    let point = *VerifierKey::parse(EXAMPLE_KEY).unwrap().public().unwrap().as_bytes();
    let mut small_order = [0; 32];
    small_order[0] = 1;
    let mut not_canonical = [0xff; 32];
    (not_canonical[0], not_canonical[31]) = (0xf0, 0x7f);

    let mut ran = 0;
    for good in [EXAMPLE_KEY.to_owned(), vkey("w", 4, &point), ml_dsa(1312), "w+00000000+Av8=".into(), "w+00000000+/wE=".into()] {
        assert_eq!(VerifierKey::parse(&good).unwrap().to_string(), good);
        ran += 1;
    }
    for bad in [
        String::new(),
        "example.com/foo".into(),
        "example.com/foo+530d903a".into(),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("530d903a", "530d903"),
        EXAMPLE_KEY.replace("530d903a", "0530d903a"),
        EXAMPLE_KEY.replace("530d903a", "+530d903"),
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("foo", "fop"),
        EXAMPLE_KEY.replace("example.com/foo", ""),
        EXAMPLE_KEY.replace("example.com/foo", "example com"),
        format!("{EXAMPLE_KEY}\n"),
        format!(" {EXAMPLE_KEY}"),
        format!("{EXAMPLE_KEY}="),
        EXAMPLE_KEY.replace("3U2k", "3U2"),
        vkey("w", 1, &point[..31]),
        vkey("w", 1, &[point.as_slice(), &[0]].concat()),
        vkey("w", 4, &point[..31]),
        vkey("w", 1, &small_order),
        vkey("w", 4, &small_order),
        vkey("w", 1, &[0; 32]),
        vkey("w", 1, &not_canonical),
        vkey("a b", 1, &point),
        vkey("a\u{2003}b", 1, &point),
        vkey("a\nb", 1, &point),
        vkey("", 1, &point),
        ml_dsa(1311),
        ml_dsa(1312).replacen('w', "v", 1),
        "w+00000000+".into(),
        "w+00000000+BA==".into(),
        "w+00000000+/w==".into(),
    ] {
        assert_eq!(VerifierKey::parse(&bad).map_err(|error| error.code()), Err(Code::BadKey), "{bad:?}");
        ran += 1;
    }
    assert_eq!(ran, 36);
}

#[test]
fn a_key_file_has_one_spelling() {
    for key in [log("example.com/log", 1), witness("w", 2)] {
        let text = key.to_secret_text();
        let parsed = SigningKey::parse(&text).unwrap();
        assert_eq!(parsed.verifier(), key.verifier());
        assert_eq!(parsed.to_secret_text(), text);
    }
    for bad in [
        "",
        GO_KEY,
        "PRIVATE+KEY+",
        "private+key+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumannx+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+BIEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+BoEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKA==",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n",
    ] {
        assert_eq!(SigningKey::parse(bad).map(drop).map_err(|error| error.code()), Err(Code::BadKeyFile), "{bad:?}");
    }
    for name in ["", "a b", "a+b", "a\nb"] {
        assert_eq!(SigningKey::new(name, KeyType::Ed25519, [1; 32]).unwrap_err().code(), Code::BadKey);
    }
    assert_eq!(SigningKey::new("k", KeyType::Unsupported(6), [1; 32]).unwrap_err().code(), Code::BadKey);
}

#[test]
fn a_witness_key_signs_no_notes_and_a_log_key_cosigns_nothing() {
    let (log, witness) = (log("example.com/log", 1), witness("w", 2));
    assert_eq!(witness.sign_note("text\n").unwrap_err().code(), Code::BadKey);
    let checkpoint = Checkpoint::new("example.com/log", 0, Digest::of(b"")).unwrap();
    let signed = checkpoint.sign(&log).unwrap();
    assert_eq!(cosignature::sign(&signed, &log, 1).unwrap_err().code(), Code::BadKey);
    assert_eq!(cosignature::sign(&signed, &witness, 1 << 63).unwrap_err().code(), Code::BadOption);
    assert!(cosignature::sign(&signed, &witness, (1 << 63) - 1).is_ok());
    let other = Checkpoint::new("example.com/other", 0, Digest::of(b"")).unwrap();
    assert_eq!(other.sign(&log).unwrap_err().code(), Code::BadKey);
}

#[test]
fn strict_encodings_of_base64_and_sizes_are_as_listed() {
    let Some(corpora) = support::corpora("notes") else { return };
    let cases = support::read_json(corpora.join("derived/strict-encodings.json"));
    let (mut digests, mut sizes) = (0, 0);
    for case in cases["cases"].as_array().unwrap() {
        let (text, accept) = (case["text"].as_str().unwrap(), case["accept"].as_bool().unwrap());
        match case["kind"].as_str().unwrap() {
            "base64-32" => {
                assert_eq!(base64::decode_digest(text).is_some(), accept, "{text:?}");
                assert_eq!(base64::decode(text).is_some_and(|bytes| bytes.len() == 32), accept, "{text:?}");
                digests += 1;
            }
            "decimal-count" => {
                let checkpoint = format!("o\n{text}\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
                assert_eq!(Checkpoint::parse(&checkpoint).is_ok(), accept, "{text:?}");
                sizes += 1;
            }
            _ => {}
        }
    }
    assert_eq!((digests, sizes), (8, 13));
}

#[test]
fn a_checkpoint_is_exactly_three_lines() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let good = format!("example.com/log\n0\n{root}\n");
    let checkpoint = Checkpoint::parse(&good).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size(), *checkpoint.root()), ("example.com/log", 0, Digest::of(b"")));
    assert_eq!(checkpoint.to_string(), good);
    for bad in [
        String::new(),
        "\n\n\n".into(),
        format!("o\n0\n{root}"),
        format!("o\n0\n{root}\n\n"),
        format!("o\n0\n{root}\nextension\n"),
        format!("\no\n0\n{root}\n"),
        format!("o\n\n{root}\n"),
        format!("o\n0 \n{root}\n"),
        format!("o\n0\n {root}\n"),
        format!("o\r\n0\r\n{root}\r\n"),
        format!("o\n0\n{}\n", root.trim_end_matches('=')),
        "o\n0\nAAAA\n".into(),
    ] {
        assert_eq!(Checkpoint::parse(&bad).map_err(|error| error.code()), Err(Code::BadCheckpoint), "{bad:?}");
    }
    assert_eq!(Checkpoint::new("", 0, Digest::of(b"")).unwrap_err().code(), Code::BadCheckpoint);
    assert_eq!(Checkpoint::new("a\nb", 0, Digest::of(b"")).unwrap_err().code(), Code::BadCheckpoint);
    assert_eq!(Checkpoint::new("o", 1 << 53, Digest::of(b"")).unwrap_err().code(), Code::BadCheckpoint);
}

#[test]
fn checkpoints_of_transparency_dev_formats_are_all_refused() {
    let Some(corpora) = support::corpora("notes") else { return };
    let cases = support::read_json(corpora.join("transparency-dev-formats/checkpoint-unmarshal.json"));
    let mut taken_there = Vec::new();
    let cases = cases["cases"].as_array().unwrap();
    for case in cases {
        let text = case["text"].as_str().unwrap();
        assert!(Checkpoint::parse(text).is_err(), "{text:?}");
        if case["wantErr"] == false {
            taken_there.push(case["desc"].as_str().unwrap());
        }
    }
    assert_eq!(cases.len(), 11);
    // That library takes roots of any length and extension lines.
    assert_eq!(
        taken_there,
        ["valid one", "valid with trailing data", "valid with multiple trailing data lines", "valid with trailing newlines"]
    );
}

/// What the policy of a Sigstore case's own trusted log says about its checkpoint.
fn sigstore(case: &std::path::Path) -> Result<CheckpointFacts, Code> {
    let bundle = support::read_json(case.join("bundle.sigstore.json"));
    let entry = &bundle["verificationMaterial"]["tlogEntries"][0];
    let note = entry["inclusionProof"]["checkpoint"]["envelope"].as_str().unwrap();
    let trusted = support::read_json(case.join("trusted_root.json"));
    let log = trusted["tlogs"].as_array().unwrap().iter().find(|log| log["publicKey"]["keyDetails"] == "PKIX_ED25519").unwrap();
    let spki = base64::decode(log["publicKey"]["rawBytes"].as_str().unwrap()).unwrap();
    // SubjectPublicKeyInfo of Ed25519: the key is its last 32 bytes (RFC 8410).
    let key = &spki[spki.len() - 32..];
    let origin = log["baseUrl"].as_str().unwrap().trim_start_matches("https://");
    let id = compute_key_id(origin, 1, key);
    assert!(base64::decode(log["logId"]["keyId"].as_str().unwrap()).unwrap().starts_with(&id.to_be_bytes()));
    let vkey = format!("{origin}+{id:08x}+{}", base64::encode(&[&[1], key].concat()));
    let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| error.code())?;
    assert_eq!(signed.to_string(), note);
    Ok(Policy::from_vkey(&vkey).unwrap().verify(&signed))
}

#[test]
fn sigstore_s_five_good_checkpoints_are_trusted_and_its_five_bad_ones_are_not() {
    let Some(corpora) = support::corpora("notes") else { return };
    let folder = corpora.join("sigstore-conformance/test/assets/bundle-verify");
    let mut good = 0;
    for case in ["cosigned", "multiple-cosigs", "origin-not-first", "two-sigs-cosigned", "two-sigs-from-origin"] {
        let facts = sigstore(&folder.join(format!("rekor2-checkpoint-{case}")));
        let Ok(CheckpointFacts::Trusted(verified)) = facts else { panic!("{case}: {facts:?}") };
        assert_eq!((verified.checkpoint().size(), verified.logs().len(), verified.cosigners().len()), (736, 1, 0));
        good += 1;
    }
    let mut bad = 0;
    for (case, expected) in [
        ("missing-log-signature", Err(Code::BadNote)),
        ("missing-origin", Err(Code::BadCheckpoint)),
        ("missing-root-hash", Err(Code::BadCheckpoint)),
        ("missing-size", Err(Code::BadCheckpoint)),
        ("no-matching-signature", Ok(CheckpointFacts::Untrusted)),
    ] {
        assert_eq!(sigstore(&folder.join(format!("rekor2-checkpoint-{case}_fail"))), expected, "{case}");
        bad += 1;
    }
    assert_eq!((good, bad), (5, 5));
}

#[test]
fn the_cosigned_example_of_the_specification_is_read() {
    let Some(corpora) = support::corpora("notes") else { return };
    let text = support::read_text(corpora.join("C2SP-specs/tlog-cosignature.md"));
    let example = text.split("```").nth(1).unwrap().trim_start_matches('\n');
    let signed = SignedCheckpoint::parse(example.as_bytes()).unwrap();
    assert_eq!(signed.to_string(), example);
    assert_eq!((signed.checkpoint().origin(), signed.checkpoint().size()), ("example.com/behind-the-sofa", 20_852_163));
    // Its keys are not printed there, so only the shapes can be compared: the time in the line is the one of the message.
    let line = &signed.note().signatures()[1];
    assert_eq!((line.name(), line.bytes().len()), ("witness.example.com/w1", 72));
    let message = cosignature::message(u64::from_be_bytes(line.bytes()[..8].try_into().unwrap()), signed.note().text());
    assert!(message.lines().all(|line| text.contains(&format!("    {line}\n"))), "{message}");
}

/// A checkpoint of `example.com/log` with the log's signature.
fn checkpoint() -> (SigningKey, SignedCheckpoint) {
    let key = log("example.com/log", 1);
    let signed = Checkpoint::new("example.com/log", 7, Digest::of(b"seven")).unwrap().sign(&key).unwrap();
    (key, signed)
}

fn policy(lines: &[String]) -> Policy {
    Policy::parse(format!("{}\n", lines.join("\n")).as_bytes()).unwrap()
}

#[test]
fn a_cosignature_is_bound_to_its_time_and_its_checkpoint() {
    let (_, mut signed) = checkpoint();
    let key = witness("w.example/1", 2);
    assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Absent);
    let signature = cosignature::sign(&signed, &key, 1_679_315_147).unwrap();
    signed.add_signature(signature.clone()).unwrap();
    assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Good { time: 1_679_315_147 });
    // Its key is not one that signs texts, whatever the line holds.
    assert_eq!(signed.note().check(key.verifier()), SignatureCheck::Absent);

    let parsed = SignedCheckpoint::parse(signed.to_string().as_bytes()).unwrap();
    assert_eq!(parsed, signed);
    signed.add_signature(cosignature::sign(&parsed, &key, 1_000_000_000).unwrap()).unwrap();
    assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Good { time: 1_000_000_000 }, "the earliest");

    for place in 4..76 {
        let (_, mut signed) = checkpoint();
        let (name, bytes) = signature.to_string().split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let mut bytes = base64::decode(&bytes).unwrap();
        assert_eq!(bytes.len(), 76);
        bytes[place] ^= 1;
        signed.add_signature(NoteSignature::parse(&format!("{name} {}", base64::encode(&bytes))).unwrap()).unwrap();
        assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Bad, "byte {place}");
    }
    let other = Checkpoint::new("example.com/log", 8, Digest::of(b"eight")).unwrap();
    let mut other = other.sign(&log("example.com/log", 1)).unwrap();
    other.add_signature(signature).unwrap();
    assert_eq!(cosignature::check(&other, key.verifier()), CosignatureCheck::Bad);
}

#[test]
fn a_time_beyond_63_bits_is_a_bad_cosignature() {
    let (_, mut signed) = checkpoint();
    let key = witness("w", 2);
    let id = key.verifier().key_id();
    let time = 1_u64 << 63;
    let message = cosignature::message(time, signed.note().text());
    // The same seed as an ordinary note key signs the message itself: the signature is right, the time is not.
    let signature = signer("w", KeyType::Ed25519, 2).sign_note(&message).unwrap();
    let bytes = [&id.to_be_bytes()[..], &time.to_be_bytes(), signature.bytes()].concat();
    signed.add_signature(NoteSignature::parse(&format!("w {}", base64::encode(&bytes))).unwrap()).unwrap();
    assert_eq!(cosignature::check(&signed, key.verifier()), CosignatureCheck::Bad);
}

#[test]
fn a_policy_tells_trusted_untrusted_and_bad_apart() {
    let (key, signed) = checkpoint();
    let (w1, w2) = (witness("w.example/1", 2), witness("w.example/2", 3));
    let policy = policy(&[
        format!("log {}", key.verifier()),
        format!("log {}", log("example.com/second", 9).verifier()),
        format!("witness w1 {}", w1.verifier()),
        format!("witness w2 {}", w2.verifier()),
        "group q all w1 w2".into(),
        "quorum q".into(),
    ]);
    let trusted = |signed: &SignedCheckpoint| match policy.verify(signed) {
        CheckpointFacts::Trusted(verified) => verified,
        other => panic!("{other:?}"),
    };
    assert_eq!(trusted(&signed).logs(), [key.verifier().clone()]);
    assert!(!trusted(&signed).quorum_met());

    let mut cosigned = signed.clone();
    cosigned.add_signature(cosignature::sign(&signed, &w1, 100).unwrap()).unwrap();
    cosigned.add_signature(cosignature::sign(&signed, &w1, 100).unwrap()).unwrap();
    assert_eq!(trusted(&cosigned).cosigners().len(), 1, "the same witness twice is one");
    assert!(!trusted(&cosigned).quorum_met());
    cosigned.add_signature(cosignature::sign(&signed, &w2, 200).unwrap()).unwrap();
    assert!(trusted(&cosigned).quorum_met());
    let times: Vec<u64> = trusted(&cosigned).cosigners().iter().map(|cosigner| cosigner.time).collect();
    assert_eq!(times, [100, 200]);

    let with = |base: &SignedCheckpoint, signature: NoteSignature| {
        let mut signed = base.clone();
        signed.add_signature(signature).unwrap();
        signed
    };
    // Unknown keys are ignored, also those that share a name or, as here, nothing but their place.
    assert_eq!(trusted(&with(&cosigned, log("example.com/log", 77).sign_note("other\n").unwrap())), trusted(&cosigned));
    assert_eq!(trusted(&with(&cosigned, NoteSignature::parse("stranger AAAAAAA=").unwrap())), trusted(&cosigned));
    // A bad line of a listed key spoils the note, also where a good line of it stands.
    let bad_log = with(&cosigned, key.sign_note("other\n").unwrap());
    assert_eq!(policy.verify(&bad_log), CheckpointFacts::BadLogSignature(key.verifier().clone()));
    let other = Checkpoint::new("example.com/log", 1, Digest::of(b"")).unwrap().sign(&key).unwrap();
    let bad_cosignature = with(&cosigned, cosignature::sign(&other, &w2, 200).unwrap());
    assert_eq!(policy.verify(&bad_cosignature), CheckpointFacts::BadCosignature(w2.verifier().clone()));
    assert_eq!(
        policy.verify(&with(&bad_cosignature, key.sign_note("other\n").unwrap())),
        CheckpointFacts::BadLogSignature(key.verifier().clone())
    );

    // Cosignatures alone are no trust, and a log speaks for its own origin only.
    let text = signed.checkpoint().to_string();
    let unsigned = |signature: NoteSignature| {
        SignedCheckpoint::parse(Note::new(text.as_str(), vec![signature]).unwrap().to_string().as_bytes()).unwrap()
    };
    assert_eq!(policy.verify(&unsigned(cosignature::sign(&signed, &w1, 100).unwrap())), CheckpointFacts::Untrusted);
    assert_eq!(policy.verify(&unsigned(log("example.com/second", 9).sign_note(&text).unwrap())), CheckpointFacts::Untrusted);
    assert_eq!(policy.verify(&unsigned(log("example.com/log", 77).sign_note(&text).unwrap())), CheckpointFacts::Untrusted);
}

#[test]
fn both_keys_of_a_log_that_changes_keys_are_named() {
    let (old, mut signed) = checkpoint();
    let new = log("example.com/log", 5);
    let policy = policy(&[format!("log {}", new.verifier()), format!("log {}", old.verifier()), "quorum none".into()]);
    assert_eq!(policy.logs_for_origin("example.com/log").count(), 2);
    assert_eq!(policy.logs_for_origin("example.com/lo").count(), 0);
    signed.add_signature(new.sign_note(signed.note().text()).unwrap()).unwrap();
    let CheckpointFacts::Trusted(verified) = policy.verify(&signed) else { panic!("not trusted") };
    assert_eq!(verified.logs(), [new.verifier().clone(), old.verifier().clone()]);
    assert!(verified.quorum_met() && policy.quorum_is_none());
}

#[test]
fn a_log_is_no_witness_of_itself() {
    let (key, mut signed) = checkpoint();
    let same_key = witness("w", 1);
    for lines in [
        [format!("log {}", key.verifier()), format!("witness w {}", same_key.verifier()), "quorum w".into()],
        [format!("witness w {}", same_key.verifier()), "quorum w".into(), format!("log {}", key.verifier())],
    ] {
        let policy = policy(&lines);
        signed.add_signature(cosignature::sign(&signed, &same_key, 1).unwrap()).unwrap();
        let CheckpointFacts::Trusted(verified) = policy.verify(&signed) else { panic!("not trusted") };
        assert!(verified.cosigners().is_empty() && !verified.quorum_met());
        assert!(!policy.is_met(|_| true));
    }
}

#[test]
fn the_example_policy_of_the_specification_is_read() {
    let Some(corpora) = support::corpora("notes") else { return };
    let text = support::read_text(corpora.join("C2SP-specs/tlog-policy.md"));
    let example = text.split("```").nth(1).unwrap().trim_start_matches('\n');
    let mut lines = Vec::new();
    for line in example.lines() {
        let seed = u8::try_from(lines.len()).unwrap() + 10;
        let key = match line.split(' ').next() {
            Some("log") => log("example.com/log", seed),
            _ => witness("w.example/w", seed),
        };
        lines.push(line.replace("<vkey>", &key.verifier().to_string()));
    }
    let policy = policy(&lines);
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 6));
    assert!(!policy.quorum_is_none());
    assert!(policy.intersecting(), "two of three meet in one");
    let met = |names: &[&str]| policy.is_met(|witness| names.iter().any(|name| name.as_bytes() == witness.name()));
    assert!(met(&["X1", "X3", "Y2"]));
    assert!(met(&["X1", "X2", "X3", "Y1", "Y2", "Y3"]));
    assert!(!met(&["X1", "Y1", "Y2", "Y3"]));
    assert!(!met(&["X1", "X2", "X3"]));
    assert!(!met(&[]));
}

#[test]
fn what_is_no_policy_is_refused_with_its_line() {
    let l = log("example.com/log", 1).verifier().to_string();
    let same_key = log("example.com/other", 1).verifier().to_string();
    let (a, b) = (witness("w.example/a", 2).verifier().to_string(), witness("w.example/b", 3).verifier().to_string());
    let same_witness_key = witness("w.example/c", 2).verifier().to_string();
    let head = format!("log {l}\nwitness a {a}\nwitness b {b}\n");
    let cases = [
        (1, String::new()),
        (1, "\n".into()),
        (3, head.clone()),
        (4, format!("{head}quorum a")),
        (5, format!("{head}quorum a\nquorum a\n")),
        (5, format!("{head}quorum none\nquorum none\n")),
        (4, format!("{head}quorum c\n")),
        (4, format!("{head}quorum\n")),
        (4, format!("{head}quorum a b\n")),
        (4, format!("{head}quorum none none\n")),
        (4, format!("{head}Quorum a\n")),
        (4, format!("{head}trust a\n")),
        (4, format!("{head}quorum a\r\n")),
        (4, format!("{head}quorum\u{b}a\n")),
        (4, format!("{head}quorum a\0\n")),
        (4, format!("{head}quorum a\u{7f}\n")),
        (1, format!("# a\u{7f}\n{head}quorum a\n")),
        (1, format!("\u{feff}log {l}\nquorum none\n")),
        (4, format!("{head}group\nquorum a\n")),
        (4, format!("{head}group g\nquorum a\n")),
        (4, format!("{head}group g all\nquorum a\n")),
        (4, format!("{head}group g any\nquorum a\n")),
        (4, format!("{head}group g 0 a b\nquorum g\n")),
        (4, format!("{head}group g 3 a b\nquorum g\n")),
        (4, format!("{head}group g 01 a b\nquorum g\n")),
        (4, format!("{head}group g +1 a b\nquorum g\n")),
        (4, format!("{head}group g -1 a b\nquorum g\n")),
        (4, format!("{head}group g ALL a b\nquorum g\n")),
        (4, format!("{head}group g 99999999999999999999 a b\nquorum g\n")),
        (4, format!("{head}group g a b\nquorum g\n")),
        (4, format!("{head}group g all a c\nquorum g\n")),
        (4, format!("{head}group g all g\nquorum g\n")),
        (4, format!("{head}group g all a none\nquorum g\n")),
        (4, format!("{head}group g any a a\nquorum g\n")),
        (5, format!("{head}group g any a\ngroup h any a b\nquorum h\n")),
        (4, format!("{head}group a any b\nquorum a\n")),
        (4, format!("{head}group none any b\nquorum none\n")),
        (5, format!("{head}group g any h\ngroup h any a\nquorum g\n").replacen("group g any h\n", "\ngroup g any h\n", 1)),
        (4, format!("{head}quorum g\ngroup g any a\n")),
        (4, format!("{head}log {l}\nquorum a\n")),
        (4, format!("{head}log {same_key}\nquorum a\n")),
        (4, format!("{head}log {a}\nquorum a\n")),
        (4, format!("{head}log\nquorum a\n")),
        (4, format!("{head}log {same_key}x\nquorum a\n")),
        (4, format!("{head}log {l} url url\nquorum a\n")),
        (4, format!("{head}witness c\nquorum a\n")),
        (4, format!("{head}witness c {same_witness_key}\nquorum a\n")),
        (4, format!("{head}witness c {a}\nquorum a\n")),
        (4, format!("{head}witness c {}\nquorum a\n", log("w", 8).verifier())),
        (4, format!("{head}witness a {}\nquorum a\n", witness("w", 8).verifier())),
        (4, format!("{head}witness none {}\nquorum a\n", witness("w", 8).verifier())),
        (4, format!("{head}witness c {} url url\nquorum a\n", witness("w", 8).verifier())),
        (4, format!("{head}witness {}\nquorum a\n", witness("w", 8).verifier())),
    ];
    for (line, text) in &cases {
        let error = Policy::parse(text.as_bytes()).map(drop).unwrap_err();
        assert_eq!((error.code(), error.line_number()), (Code::BadPolicy, Some(*line)), "{text:?}: {error}");
    }
    assert_eq!(cases.len(), 53);
    assert!(Policy::parse(format!("{head}quorum a\n").as_bytes()).is_ok());
}

#[test]
fn space_comments_urls_order_and_octets_are_free() {
    let l = log("example.com/log", 1).verifier().to_string();
    let a = witness("w.example/a", 2).verifier().to_string();
    let text = [
        b"# \xff not UTF-8\n\n \t\n\t# indented\n".as_slice(),
        format!("  witness\t\tK\u{212a}  {a} \t https://w.example/ \n").as_bytes(),
        b"group \xfe any ",
        "K\u{212a}".as_bytes(),
        b"\nquorum \xfe\n",
        format!("log {l} #not-a-comment\n").as_bytes(),
    ]
    .concat();
    let policy = Policy::parse(&text).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 1));
    assert_eq!(policy.witnesses()[0].name(), "K\u{212a}".as_bytes());
    assert!(policy.is_met(|_| true) && !policy.is_met(|_| false));
    let none = Policy::parse(b"quorum none\n").unwrap();
    assert!(none.logs().is_empty() && none.quorum_is_none() && none.is_met(|_| false) && none.intersecting());
}

#[test]
fn keys_of_unsupported_types_are_listed_and_never_count() {
    let ml_dsa = |name: &str, byte: u8| {
        let key = [byte; 1312];
        format!("{name}+{:08x}+{}", compute_key_id(name, 6, &key), base64::encode(&[&[6], &key[..]].concat()))
    };
    let (key, mut signed) = checkpoint();
    let a = witness("w.example/a", 2);
    let policy = policy(&[
        format!("log {}", key.verifier()),
        format!("log {}", ml_dsa("example.com/pq-log", 1)),
        format!("witness a {}", a.verifier()),
        format!("witness p {}", ml_dsa("w.example/p", 2)),
        "group g 1 a p".into(),
        "quorum g".into(),
    ]);
    assert_eq!(policy.witnesses().iter().map(Witness::counts).collect::<Vec<_>>(), [true, false]);
    assert!(policy.intersecting(), "only one of them can ever be met");
    let id = policy.witnesses()[1].key().key_id();
    let line = format!("w.example/p {}", base64::encode(&[&id.to_be_bytes()[..], &[0; 2428]].concat()));
    signed.add_signature(NoteSignature::parse(&line).unwrap()).unwrap();
    let CheckpointFacts::Trusted(verified) = policy.verify(&signed) else { panic!("not trusted") };
    assert!(verified.cosigners().is_empty() && !verified.quorum_met());
    assert_eq!(Policy::from_vkey(&ml_dsa("o", 1)).unwrap_err().code(), Code::BadKey);
    assert_eq!(Policy::from_vkey(&a.verifier().to_string()).unwrap_err().code(), Code::BadKey);
    assert_eq!(Policy::from_vkey("o").unwrap_err().code(), Code::BadKey);
}

#[test]
fn limits_of_a_policy_are_met_exactly() {
    let witnesses = |count: usize| {
        let mut text = String::from("quorum none\n");
        for index in 0..count {
            let mut seed = [0; 32];
            seed[..8].copy_from_slice(&u64::try_from(index).unwrap().to_le_bytes());
            let key = SigningKey::new("w", KeyType::Cosignature, seed).unwrap();
            text += &format!("witness {index} {}\n", key.verifier());
        }
        text
    };
    assert_eq!(Policy::parse(witnesses(limits::POLICY_ITEMS).as_bytes()).unwrap().witnesses().len(), limits::POLICY_ITEMS);
    let error = Policy::parse(witnesses(limits::POLICY_ITEMS + 1).as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.line_number()), (Code::BadPolicy, Some(258)));

    // A chain of groups as deep as there may be is no recursion.
    let mut text = witnesses(1).replace("quorum none\n", "");
    for index in 0..limits::POLICY_ITEMS {
        let below = if index == 0 { "0".into() } else { format!("g{}", index - 1) };
        text += &format!("group g{index} all {below}\n");
    }
    let full = format!("{text}quorum g255\n");
    assert!(Policy::parse(full.as_bytes()).unwrap().is_met(|_| true));
    assert!(Policy::parse(format!("{text}group more all g255\nquorum more\n").as_bytes()).is_err());

    let comment = |length: usize| format!("quorum none\n#{}\n", "x".repeat(length - 14));
    assert!(Policy::parse(comment(limits::POLICY_BYTES).as_bytes()).is_ok());
    assert!(Policy::parse(comment(limits::POLICY_BYTES + 1).as_bytes()).is_err());
}

/// A quorum as a tree, judged by recursion.
enum Tree {
    Leaf(usize),
    Group(usize, Vec<Tree>),
}

impl Tree {
    fn met(&self, set: u32) -> bool {
        match self {
            Tree::Leaf(index) => set >> index & 1 == 1,
            Tree::Group(k, members) => members.iter().filter(|member| member.met(set)).count() >= *k,
        }
    }
}

#[test]
fn quorums_and_their_intersection_agree_with_trying_every_set() {
    let keys: Vec<SigningKey> = (0..8).map(|index| witness("w", 40 + index)).collect();
    let logs = log("example.com/log", 47);
    let mut state = 1_u32;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap() % limit
    };
    let mut seen = [0; 2];
    for _ in 0..400 {
        let leaves = 1 + below(8);
        let mut text: String = (0..leaves).map(|index| format!("witness {index} {}\n", keys[index].verifier())).collect();
        // The eighth witness, where there is one, has the key of the log: it never counts.
        text += &format!("log {}\n", logs.verifier());
        let counting = (1_u32 << leaves.min(7)) - 1;
        let mut trees: Vec<(String, Tree)> = (0..leaves).map(|index| (index.to_string(), Tree::Leaf(index))).collect();
        let mut groups = 0;
        while trees.len() > 1 || groups == 0 {
            let count = 1 + below(trees.len());
            let (names, members): (Vec<String>, Vec<Tree>) = (0..count).map(|_| trees.swap_remove(below(trees.len()))).unzip();
            let k = 1 + below(count);
            text += &format!("group g{groups} {k} {}\n", names.join(" "));
            trees.push((format!("g{groups}"), Tree::Group(k, members)));
            groups += 1;
        }
        let (name, tree) = trees.pop().unwrap();
        text += &format!("quorum {name}\n");
        let policy = Policy::parse(text.as_bytes()).unwrap();

        let number = |witness: &Witness| std::str::from_utf8(witness.name()).unwrap().parse::<u32>().unwrap();
        let sets: Vec<u32> = (0..1 << leaves).filter(|set| tree.met(set & counting)).map(|set| set & counting).collect();
        for set in 0..1_u32 << leaves {
            assert_eq!(policy.is_met(|witness| set >> number(witness) & 1 == 1), tree.met(set & counting), "{text}{set:b}");
        }
        let sets: BTreeSet<u32> = sets.into_iter().collect();
        let disjoint = sets.iter().any(|one| sets.iter().any(|other| one & other == 0));
        assert_eq!(policy.intersecting(), !disjoint, "{text}");
        seen[usize::from(disjoint)] += 1;
    }
    assert!(seen[0] > 50 && seen[1] > 50, "{seen:?}");
}
