//! Notes and trees against Go's `golang.org/x/mod/sumdb`, where Go and that package are installed (Debian: `golang-go`,
//! `golang-golang-x-mod-dev`). It is a second opinion beside the printed examples, so it is skipped elsewhere, by name.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use call_stream_verify::Digest;
use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::merkle::{consistency_proof, inclusion_proof, leaf_hash_of, root_hash};
use call_stream_verify::algorithms::note::{KeyType, Note, SignatureCheck, SigningKey};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self, CosignatureCheck};
use std::process::Command;

const LEAVES: u8 = 70;

#[test]
fn go_s_sumdb_opens_our_notes_and_cosignatures_signs_the_same_and_proves_the_same() {
    let key = SigningKey::new("example.com/log", KeyType::Ed25519, [42; 32]).unwrap();
    let text = "a text\n\nwith an empty line\n";
    let note = Note::new(text, vec![key.sign_note(text).unwrap()]).unwrap();

    let witness_seed = [43; 32];
    let witness = SigningKey::new("witness.example/w", KeyType::Cosignature, witness_seed).unwrap();
    let checkpoint = Checkpoint::new("example.com/log", 3, Digest::of(b"root")).unwrap();
    let mut cosigned = checkpoint.sign(&key).unwrap();
    cosigned.add_signature(cosignature::sign(&cosigned, &witness, 1_700_000_000).unwrap()).unwrap();

    let go = Command::new("go")
        .args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/go_sumdb/main.go")])
        .args([key.to_secret_text(), key.verifier().to_string(), note.to_string(), LEAVES.to_string()])
        .args([cosigned.to_string(), hex::encode(witness_seed), witness.verifier().name().to_owned()])
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .env("GOFLAGS", "")
        .output();
    let output = match go {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        Ok(output) if !String::from_utf8_lossy(&output.stderr).contains("cannot find package") => {
            panic!("{}", String::from_utf8_lossy(&output.stderr))
        }
        _ => {
            println!("skipped: go_sumdb: no Go with golang.org/x/mod/sumdb");
            return;
        }
    };

    let leaves: Vec<Digest> = (0..LEAVES).map(|index| leaf_hash_of(&[index])).collect();
    let mut ran = 0;
    for line in output.lines() {
        let mut items = line.split(' ');
        let kind = items.next().unwrap();
        if kind == "note" {
            let signed = base64::decode(items.next().unwrap()).unwrap();
            assert_eq!(signed, note.to_string().as_bytes());
            ran += 1;
            continue;
        }
        if kind == "cosigned" {
            let theirs = SignedCheckpoint::parse(&base64::decode(items.next().unwrap()).unwrap()).unwrap();
            assert_eq!(theirs.checkpoint(), &checkpoint);
            assert_eq!(theirs.note().check(key.verifier()), SignatureCheck::Good);
            let check = cosignature::check(&theirs, witness.verifier());
            assert_eq!(check, CosignatureCheck::Good { time: 1_790_000_000 });
            ran += 1;
            continue;
        }
        let (size, place): (usize, usize) = (items.next().unwrap().parse().unwrap(), items.next().unwrap().parse().unwrap());
        let theirs: Vec<Digest> = items.map(|hash| base64::decode_digest(hash).unwrap()).collect();
        let leaves = &leaves[..size];
        let ours = match kind {
            "root" => vec![root_hash(leaves)],
            "record" => inclusion_proof(leaves, place).unwrap(),
            "tree" => consistency_proof(leaves, place).unwrap(),
            other => panic!("{other}"),
        };
        assert_eq!(ours, theirs, "{kind} {size} {place}");
        ran += 1;
    }
    assert_eq!(ran, 2 + 70 + 2 * (70 * 71 / 2));
    println!("Go sumdb/note | both ways | 2 notes, 1 cosignature each way");
    println!("Go sumdb/tlog | it computes what we do | {} roots and proofs", ran - 2);
}
