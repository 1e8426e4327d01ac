//! Cosignatures, policies and quorums against printed examples, written-out rules and every set of witnesses.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "support/signers.rs"]
mod signers;
mod support;

use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::note::{KeyType, Note, NoteSignature, SignatureCheck, SigningKey, compute_key_id};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self, CosignatureCheck};
use call_stream_verify::objects::policy::{Policy, Witness};
use call_stream_verify::values::limits;
use call_stream_verify::{Code, Digest};
use signers::{log, signer, witness};
use std::collections::BTreeSet;

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
    let unsupported = |name: &str, byte: u8| {
        let key = [byte; 57];
        format!("{name}+{:08x}+{}", compute_key_id(name, 9, &key), base64::encode(&[&[9], &key[..]].concat()))
    };
    let (key, mut signed) = checkpoint();
    let a = witness("w.example/a", 2);
    let policy = policy(&[
        format!("log {}", key.verifier()),
        format!("log {}", unsupported("example.com/other-log", 1)),
        format!("witness a {}", a.verifier()),
        format!("witness p {}", unsupported("w.example/p", 2)),
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
    assert_eq!(Policy::from_vkey(&unsupported("o", 1)).unwrap_err().code(), Code::BadKey);
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
