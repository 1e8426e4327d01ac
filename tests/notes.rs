//! Notes, keys and checkpoints against printed examples, foreign checkpoints and written-out rules.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "support/signers.rs"]
mod signers;
mod support;

use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::note::{
    KeyType, Note, NoteSignature, SignatureCheck, SigningKey, VerifierKey, compute_key_id,
};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self};
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::values::limits;
use call_stream_verify::{Code, Digest};
use signers::{log, witness};

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
    assert_eq!(SigningKey::new("k", KeyType::Unsupported(9), [1; 32]).unwrap_err().code(), Code::BadKey);
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
