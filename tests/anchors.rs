//! OpenTimestamps proofs and block headers: the samples of the reference client, every change and cut of small proofs, Bitcoin's own first
//! blocks, and anchors in bundles.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "support/issuer.rs"]
mod issuer;
mod support;

use bundle::{Rng, TrustSpec};
use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::bitcoin::Headers;
use call_stream_verify::algorithms::opentimestamps::{Attestation, Proof};
use call_stream_verify::composition::report::ClaimState;
use call_stream_verify::objects::anchor::{AnchorFacts, compute_anchored_digest};
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::{Code, Digest, Level, Report, Results, Trust, Verdict, verify};
use issuer::{Issuer, has, judge, lines, note, part};
use support::{corpora, files, read};

const SPEC: &str = include_str!("../SPEC.md");
/// The first three blocks of Bitcoin.
const GENESIS: &str = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
const BLOCK_1: &str = "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";
const BLOCK_2: &str = "010000004860eb18bf1b1620e37e9490fc8a427514416fd75159ab86688e9a8300000000d5fdcc541e25de1c7a5addedf24858b8bb665c9f36ef744ee42c316022c90f9bb0bc6649ffff001d08d2bd61";
/// The one transaction of the first of them.
const COINBASE: &str = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

const MAGIC: &str = "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294";
const BITCOIN: &str = "0588960d73d71901";
const PENDING: &str = "83dfe30d2ef90c8e";

fn block(name: &str) -> &'static str {
    let (_, rest) = SPEC.split_once(&format!("\n```{name}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

fn anchor() -> Vec<u8> {
    hex::decode(block("hex anchor")).unwrap()
}

fn headers(lines: &[&str]) -> Headers {
    Headers::parse(lines.join("\n").as_bytes()).unwrap()
}

/// A proof over this SHA-256 digest with this tree, in hex.
fn proof(digest: &str, tree: &str) -> Vec<u8> {
    hex::decode(format!("{MAGIC}0108{digest}{tree}")).unwrap()
}

/// The same over a digest that does not matter.
fn of_tree(tree: &str) -> Vec<u8> {
    proof(&"11".repeat(32), tree)
}

fn pending(uri: &str) -> String {
    let length = uri.len();
    format!("00{PENDING}{:02x}{length:02x}{}", length + 1, hex::encode(uri))
}

#[track_caller]
fn refused(bytes: &[u8], detail: &str) {
    let error = Proof::decode(bytes).expect_err(&hex::encode(bytes));
    assert!(error.code() == Code::BadAnchor && error.detail().contains(detail), "{error}");
}

#[test]
fn the_document_s_anchor_is_over_its_checkpoint_and_confirmed_by_its_header_alone() {
    let proof = Proof::decode(&anchor()).unwrap();
    let signed = SignedCheckpoint::parse(format!("{}\n", block("text checkpoint")).as_bytes()).unwrap();
    assert_eq!(proof.digest(), Some(compute_anchored_digest(signed.checkpoint())));
    let text = block("text checkpoint").split_inclusive('\n').take(3).collect::<String>();
    assert_eq!(proof.digest(), Some(Digest::of(text.as_bytes())));

    let own = headers(&[GENESIS, BLOCK_1, BLOCK_2, block("hex block-header")]);
    let AnchorFacts::Confirmed { header, followed_by: 0, height: 3 } = AnchorFacts::of_proof(&proof, &own) else { panic!() };
    assert_eq!((header.difficulty(), header.time().unwrap().to_string().as_str()), (1, "2026-10-01T11:00:00Z"));
    assert_eq!(AnchorFacts::of_proof(&proof, &headers(&[GENESIS, BLOCK_1])), AnchorFacts::CommitsTo(3));
    assert_eq!(AnchorFacts::of_proof(&proof, &Headers::default()), AnchorFacts::CommitsTo(3));
}

#[test]
fn bitcoin_s_first_block_confirms_what_its_transaction_says() {
    let digest = Digest::of(&hex::decode(COINBASE).unwrap());
    let proof = Proof::decode(&proof(&digest.to_string(), &format!("0800{BITCOIN}0100"))).unwrap();
    for (lines, following) in [(&[GENESIS][..], 0), (&[GENESIS, BLOCK_1, BLOCK_2], 2)] {
        let headers = headers(lines);
        let AnchorFacts::Confirmed { header, followed_by, height: 0 } = AnchorFacts::of_proof(&proof, &headers) else { panic!() };
        assert_eq!(followed_by, following);
        assert_eq!(header.name(), "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
        assert_eq!(header.time().unwrap().to_string(), "2009-01-03T18:15:05Z");
    }
    assert_eq!(AnchorFacts::of_proof(&proof, &headers(&[BLOCK_1])), AnchorFacts::CommitsTo(0));
}

#[test]
fn headers_are_linked_whole_and_worked_for() {
    let bytes = |lines: &[&str]| hex::decode(lines.concat()).unwrap();
    let refuse = |text: &[u8], line: Option<u64>, detail: &str| {
        let error = Headers::parse(text).expect_err(detail);
        assert_eq!((error.code(), error.line_number()), (Code::BadHeaders, line), "{error}");
        assert!(error.detail().contains(detail), "{error}");
    };
    let linked = headers(&[GENESIS, BLOCK_1, BLOCK_2]);
    assert_eq!(Headers::parse(&bytes(&[GENESIS, BLOCK_1, BLOCK_2])).unwrap(), linked);
    assert_eq!(Headers::parse(format!("{GENESIS}\n{BLOCK_1}\n{BLOCK_2}\n").as_bytes()).unwrap(), linked);
    let apart = format!("{GENESIS}\n\n{BLOCK_2}\n");
    assert!(Headers::parse(apart.as_bytes()).is_ok());

    refuse(format!("{GENESIS}\n{BLOCK_2}").as_bytes(), Some(2), "does not follow");
    refuse(format!("{BLOCK_1}\n{GENESIS}").as_bytes(), Some(2), "does not follow");
    refuse(format!("{GENESIS}\n{GENESIS}").as_bytes(), Some(2), "does not follow");
    refuse(&bytes(&[GENESIS, BLOCK_2]), Some(2), "does not follow");
    refuse(&bytes(&[GENESIS])[..79], None, "80 bytes");
    refuse(&[bytes(&[GENESIS]), vec![0]].concat(), None, "80 bytes");
    for text in ["", "\n", "\n\n", &format!("{GENESIS}\n\n"), &format!("{GENESIS}\n\n\n{BLOCK_2}"), &GENESIS[..158], "00"] {
        assert_eq!(Headers::parse(text.as_bytes()).unwrap_err().code(), Code::BadHeaders, "{text:?}");
    }
    // Every bit of a header is under its work.
    let header = bytes(&[BLOCK_1]);
    for bit in 0..640 {
        let mut changed = header.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Headers::parse(&changed).unwrap_err().code(), Code::BadHeaders, "bit {bit}");
    }
    // An easier target, which every hash meets; a negative one; none; one beyond 256 bits.
    for bits in ["ffff7f20", "ffff001e", "ffff801d", "0000001d", "ffff00ff", "ffff0000", "ffffff1d"] {
        let easy = format!("{}{bits}{}", &BLOCK_1[..144], &BLOCK_1[152..]);
        refuse(&bytes(&[&easy]), Some(1), "");
    }
    refuse(&vec![b'0'; 4 << 20 | 1], None, "4 MiB");
}

#[test]
fn difficulty_is_that_of_the_target() {
    // Block 100,800 had difficulty 1,378, the one of November 2014 that the developer reference prints 39,603,666,252.
    let reference = "02000000b6ff0b1b1680a2862a30ca44d346d9e8910d334beb48ca0c00000000000000009d10aa52ee949386ca9385695f04ede270dda20810decd12bc9b048aaab3147124d95a5430c31b18fe9f0864";
    let headers = Headers::parse(reference.as_bytes()).unwrap();
    let (header, 0) = headers.find(&hex::decode(&reference[72..136]).unwrap()).unwrap() else { panic!() };
    assert_eq!(header.difficulty(), 39_603_666_252);
    assert_eq!(header.time().unwrap().to_string(), "2014-11-06T02:12:52Z");
}

#[test]
fn the_samples_of_the_reference_client_are_read_and_written_back_and_its_invalid_ones_refused() {
    let Some(corpora) = corpora("anchors") else { return };
    let folder = corpora.join("opentimestamps-client/examples");
    let (mut valid, mut invalid) = (0, 0);
    let mut kinds = [0; 4];
    for path in files(&folder).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "ots")) {
        let bytes = read(&path);
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.parent().unwrap().ends_with("invalid") {
            let detail = match name {
                "exceeds-max-msg-length.ots" => "more than 4,096 bytes",
                "invalid-file-digest-type.ots" => "no kind that there is",
                _ => "another version",
            };
            refused(&bytes, detail);
            assert!(Proof::decode_any_order(&bytes).is_err());
            invalid += 1;
            continue;
        }
        let proof = Proof::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(proof.encode(), bytes, "{name}");
        let original = path.with_extension("");
        if let (Some(digest), true) = (proof.digest(), original.exists()) {
            assert_eq!(digest, Digest::of(&read(original)), "{name}");
        }
        let place = match AnchorFacts::of_proof(&proof, &Headers::default()) {
            AnchorFacts::Confirmed { .. } => panic!("{name} is confirmed by nothing"),
            AnchorFacts::CommitsTo(_) => 0,
            AnchorFacts::Pending => 1,
            // Over a SHA-1 digest, or by nobody who is known.
            AnchorFacts::NotJudged if proof.digest().is_none() => 2,
            AnchorFacts::NotJudged => 3,
        };
        kinds[place] += 1;
        for end in 0..bytes.len() {
            assert!(Proof::decode_any_order(&bytes[..end]).is_err(), "{name} cut to {end} bytes");
        }
        valid += 1;
    }
    assert_eq!((valid, invalid), (14, 3));
    assert_eq!(kinds, [5, 6, 2, 1]);
    println!("opentimestamps-client | we read theirs | {valid} read and written back, {invalid} refused");
}

#[test]
fn samples_lead_to_the_merkle_roots_of_the_blocks_that_they_name() {
    let Some(corpora) = corpora("anchors") else { return };
    // As python-opentimestamps computes them. The second is no block's: the sample is a bad stamp.
    for (name, height, root) in [
        ("hello-world.txt.ots", 358_391, "007ee445d23ad061af4a36b809501fab1ac4f2d7e7a739817dd0cbb7ec661b8a"),
        ("bad-stamp.txt.ots", 358_391, "921f81b9147c9aebe712d7805d810cf0f762479967e4c26008178277b89db41b"),
        ("empty.ots", 129_405, "715b7e36276a66d842e56dd102c9d9eddfe4d9f2dfa908ae31157ac2c2fd29db"),
        ("gdp2q25-2nd.pdf.ots", 912_095, "ae390025e12b85acb0cf0472c8e42ad40f78a9c6c1d832198e98294199316193"),
        ("different-blockchains.txt.ots", 455_605, "9ae69a8ba5bb6eadb6feaa4c9b58495819623a9bb616a5eebab10ff02c19192a"),
    ] {
        let proof = Proof::decode(&read(corpora.join("opentimestamps-client/examples").join(name))).unwrap();
        let found = proof.attested().into_iter().find_map(|attested| match attested.attestation {
            Attestation::Bitcoin(height) => Some((*height, hex::encode(attested.message.unwrap()))),
            _ => None,
        });
        assert_eq!(found, Some((height, root.to_owned())), "{name}");
    }
}

#[test]
fn every_flipped_byte_and_every_cut_of_a_proof_is_refused_or_no_longer_confirmed() {
    let bytes = anchor();
    let headers = headers(&[block("hex block-header")]);
    let digest = Proof::decode(&bytes).unwrap().digest();
    let original = Proof::decode(&bytes).unwrap();
    let confirmed = |proof: &Proof| {
        proof.digest() == digest && matches!(AnchorFacts::of_proof(proof, &headers), AnchorFacts::Confirmed { .. })
    };
    assert!(confirmed(&original));
    let (mut refused, mut unconfirmed, mut same) = (0, 0, 0);
    for place in 0..bytes.len() {
        for value in 0..=255 {
            let mut changed = bytes.clone();
            if changed[place] == value {
                continue;
            }
            changed[place] = value;
            let Ok(proof) = Proof::decode(&changed) else {
                refused += 1;
                continue;
            };
            assert_eq!(proof.encode(), changed);
            if !confirmed(&proof) {
                unconfirmed += 1;
                continue;
            }
            // What confirms it is another: the calendar beside it has another address or is no calendar, or the block is said to have another
            // height. The path to the Merkle root is the same.
            let uri = bytes.windows(8).position(|piece| piece == hex::decode(PENDING).unwrap()).unwrap();
            let last = bytes.len() - 1;
            assert!((uri..uri + 8 + 2 + 24).contains(&place) || place == last, "byte {place} = {value:02x}");
            same += 1;
        }
        assert!(Proof::decode(&bytes[..place]).is_err());
    }
    for more in 0..=255 {
        assert!(Proof::decode(&[&bytes[..], &[more]].concat()).is_err());
    }
    assert_eq!(refused + unconfirmed + same, bytes.len() * 255);
    println!(
        "changes of one byte: {refused} refused, {unconfirmed} not confirmed, {same} of a calendar's name or a block's height"
    );
}

#[test]
fn a_proof_has_one_spelling() {
    let [a, b] = [pending("https://a.example"), pending("https://b.example")];
    let steps = format!("f0010108{a}");
    let other = format!("f0010208{a}");
    for good in [a.clone(), format!("ff{a}{b}"), format!("ff{a}{steps}"), format!("ff{a}ff{steps}{other}")] {
        let bytes = of_tree(&good);
        assert_eq!(Proof::decode(&bytes).unwrap().encode(), bytes);
    }
    // The same in another order, which is brought into this one where it is taken in.
    for (wrong, right) in [
        (format!("ff{b}{a}"), format!("ff{a}{b}")),
        (format!("ff{steps}{a}"), format!("ff{a}{steps}")),
        (format!("ff{other}{steps}"), format!("ff{steps}{other}")),
    ] {
        let bytes = of_tree(&wrong);
        refused(&bytes, "not in order");
        assert_eq!(Proof::decode_any_order(&bytes).unwrap().encode(), of_tree(&right));
    }
    refused(&of_tree(&format!("ff{a}{a}")), "twice");
    refused(&of_tree(&format!("ff{steps}{steps}")), "twice");
    refused(&of_tree(&format!("ff{steps}f0010108{b}")), "twice");
    // Heights in order of the numbers, not of their bytes.
    let block = |height: &str| format!("00{BITCOIN}{:02x}{height}", height.len() / 2);
    assert!(Proof::decode(&of_tree(&format!("ff{}{}", block("02"), block("8001")))).is_ok());
    refused(&of_tree(&format!("ff{}{}", block("8001"), block("02"))), "not in order");
}

/// Some things said of a message, in no order.
fn some_branches(rng: &mut Rng, depth: usize) -> String {
    let count = 1 + rng.below(3);
    let branches = (0..count).map(|place| {
        let mark = if place + 1 < count { "ff" } else { "" };
        let branch = match rng.below(if depth < 3 { 5 } else { 2 }) {
            0 => pending(["https://a.example", "https://b.example"][rng.below(2)]),
            1 => format!("00000102030405060{}00", rng.below(4)),
            2 => format!("08{}", some_branches(rng, depth + 1)),
            3 => format!("f0010{}{}", rng.below(4), some_branches(rng, depth + 1)),
            _ => format!("f1020{}00{}", rng.below(2), some_branches(rng, depth + 1)),
        };
        format!("{mark}{branch}")
    });
    branches.collect()
}

#[test]
fn what_is_read_as_in_order_is_exactly_what_would_be_written() {
    let mut rng = Rng(7);
    let (mut in_order, mut in_another) = (0, 0);
    for _ in 0..4000 {
        let bytes = of_tree(&some_branches(&mut rng, 0));
        let strict = Proof::decode(&bytes);
        match Proof::decode_any_order(&bytes) {
            Ok(proof) if proof.encode() == bytes => {
                assert_eq!(strict.unwrap(), proof);
                in_order += 1;
            }
            Ok(proof) => {
                assert!(strict.unwrap_err().detail().contains("not in order"));
                assert_eq!(Proof::decode(&proof.encode()).unwrap(), proof);
                in_another += 1;
            }
            Err(_) => assert!(strict.is_err()),
        }
    }
    assert!(in_order > 200 && in_another > 200, "{in_order}, {in_another}");
}

#[test]
fn lengths_numbers_and_addresses_are_held_to_their_limits() {
    let a = pending("https://a.example");
    let reject = |tree: &str, detail: &str| refused(&of_tree(tree), detail);
    reject("", "cut off");
    reject("ff", "cut off");
    reject(&format!("ff{a}"), "cut off");
    reject(&format!("{a}00"), "behind its end");
    reject(&format!("ffff{a}"), "no version of the format knows");
    reject(&format!("f4{a}"), "no version of the format knows");
    reject(&format!("f000{a}"), "longer or shorter");
    reject(&format!("f0810001{a}"), "longer than it need be");
    reject(&format!("f0ffffffffffffffffff01{a}"), "too large");
    reject(&format!("f08120{}08{a}", "00".repeat(4097)), "longer or shorter");
    reject(&format!("f08120{}08{a}", "00".repeat(4096)), "longer or shorter");
    reject(&format!("f08020{}08{a}", "00".repeat(4096)), "more than 4,096 bytes");
    assert!(Proof::decode(&of_tree(&format!("f0e01f{}08{a}", "00".repeat(4064)))).is_ok());
    reject(&format!("{}{a}", "f3".repeat(8)), "more than 4,096 bytes");
    assert!(Proof::decode(&of_tree(&format!("{}{a}", "f3".repeat(7)))).is_ok());
    // Attestations.
    reject(&format!("00{BITCOIN}028000"), "longer than it need be");
    reject(&format!("00{BITCOIN}020100"), "behind its end");
    reject(&format!("00{BITCOIN}00"), "cut off");
    reject(&format!("00{BITCOIN}088080808080808010"), "beyond 2^53-1");
    reject(&format!("f0010000{BITCOIN}0101"), "not 32 bytes");
    reject(&format!("0200{BITCOIN}0101"), "not 32 bytes");
    reject(&format!("0300{BITCOIN}0101"), "not 32 bytes");
    reject(&format!("00{PENDING}00"), "cut off");
    reject(&format!("00{PENDING}03016100"), "behind its end");
    for uri in ["https://a.example/?x", "a b", "a\n", "a%00", "https://é"] {
        reject(&pending(uri), "other characters");
    }
    for uri in ["", "https://a.example:8080/x_y-z", &"a".repeat(126)] {
        assert!(Proof::decode(&of_tree(&pending(uri))).is_ok(), "{uri}");
    }
    let long = |length: usize| {
        let bytes = |number: usize| format!("{:02x}{:02x}", number & 0x7f | 0x80, number >> 7);
        format!("00{PENDING}{}{}{}", bytes(length + 2), bytes(length), "61".repeat(length))
    };
    assert!(Proof::decode(&of_tree(&long(1000))).is_ok());
    reject(&long(1001), "longer or shorter");
    let other =
        |length: usize| format!("000102030405060708{:02x}{:02x}{}", length & 0x7f | 0x80, length >> 7, "00".repeat(length));
    assert!(Proof::decode(&of_tree(&other(8192))).is_ok());
    reject(&other(8193), "longer or shorter");
    assert_eq!(Proof::decode(&vec![0; 65_537]).unwrap_err().code(), Code::ProofTooLarge);
}

#[test]
fn depth_and_work_are_bounded_whatever_a_proof_asks_for() {
    let a = pending("https://a.example");
    assert!(Proof::decode(&of_tree(&format!("{}{a}", "08".repeat(255)))).is_ok());
    refused(&of_tree(&format!("{}{a}", "08".repeat(256))), "256 messages");
    refused(&of_tree(&"08".repeat(60_000)), "256 messages");
    // 4,064 more bytes, and from there 255 times the same message.
    let long = format!("f0e01f{}", "00".repeat(4064));
    refused(&of_tree(&format!("{long}{}{a}", "f2".repeat(100))), "256 KiB");
    let branches: String = (0..64_u8).map(|n| format!("ff0001020304050607{n:02x}00")).collect();
    refused(&of_tree(&format!("{long}{branches}{a}")), "256 KiB");
}

#[test]
fn nothing_is_concluded_from_messages_that_are_not_computed() {
    // The Merkle root of the genesis block, written behind a hash that is not computed and cut to itself by nothing.
    let headers = headers(&[GENESIS]);
    for tag in ["02", "67"] {
        let tail = if tag == "67" { String::new() } else { "08".to_owned() };
        let proof = Proof::decode(&of_tree(&format!("{tag}{tail}00{BITCOIN}0100"))).unwrap();
        assert_eq!(AnchorFacts::of_proof(&proof, &headers), AnchorFacts::NotJudged);
        assert_eq!(proof.attested()[0].message, None);
    }
    // A file's digest that is the root itself, by a kind of hash that is not computed.
    let root = &GENESIS[72..136];
    let bytes = hex::decode(format!("{MAGIC}0167{root}00{BITCOIN}0100")).unwrap();
    let proof = Proof::decode(&bytes).unwrap();
    assert_eq!((proof.digest(), AnchorFacts::of_proof(&proof, &headers)), (None, AnchorFacts::NotJudged));
    // By SHA-256 it would be confirmed: the digest was there.
    let bytes = hex::decode(format!("{MAGIC}0108{root}00{BITCOIN}0100")).unwrap();
    assert!(matches!(AnchorFacts::of_proof(&Proof::decode(&bytes).unwrap(), &headers), AnchorFacts::Confirmed { .. }));
}

#[test]
fn two_proofs_of_one_digest_merge_to_what_both_show_whatever_their_order() {
    let decode = |tree: &str| Proof::decode(&of_tree(tree)).unwrap();
    let [a, b] = [pending("https://a.example"), pending("https://b.example")];
    let block = format!("00{BITCOIN}0105");
    let first = decode(&format!("f0010108{a}"));
    let second = decode(&format!("f0010108ff{b}08{block}"));
    let third = decode(&format!("f1010208{a}"));
    let both = decode(&format!("f0010108ff{a}ff{b}08{block}"));
    assert_eq!(first.clone().merge(second.clone()).unwrap(), both);
    assert_eq!(second.clone().merge(first.clone()).unwrap(), both);
    assert_eq!(both.clone().merge(both.clone()).unwrap(), both);
    let all = decode(&format!("fff0010108ff{a}ff{b}08{block}f1010208{a}"));
    assert_eq!(third.clone().merge(both).unwrap(), all);
    assert_eq!(first.clone().merge(third).unwrap().merge(second).unwrap(), all);
    let other = Proof::decode(&proof(&"22".repeat(32), &a)).unwrap();
    assert_eq!(first.merge(other).unwrap_err().code(), Code::BadAnchor);
    // Two that are within the limit each and not together.
    let wide = |from: u32| {
        let branch = |n: u32| format!("fff004{}{}", hex::encode(n.to_be_bytes()), pending(&"a".repeat(100)));
        decode(&format!("{}f004ffffffff{a}", (from..from + 300).map(branch).collect::<String>()))
    };
    assert!(wide(0).merge(wide(200)).is_ok());
    assert_eq!(wide(0).merge(wide(300)).unwrap_err().code(), Code::ProofTooLarge);
}

/// The document's bundle with these lines in front of its end line.
fn bundle_with(more: &[String]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = block("ndjson bundle").lines().map(|line| format!("{line}\n").into_bytes()).collect();
    let end = lines.pop().unwrap();
    lines.extend(more.iter().map(|line| line.clone().into_bytes()));
    lines.push(end);
    bundle::mend_end(&mut lines);
    lines.concat()
}

fn line(size: u64, proof: &[u8]) -> String {
    format!("{{\"type\":\"anchor\",\"kind\":\"opentimestamps\",\"size\":{size},\"proof\":\"{}\"}}\n", base64::encode(proof))
}

fn report(bundle: &[u8], headers: &str, level: Option<Level>) -> Report {
    let mut trust = Trust::new().with_policy(format!("{}\n", block("text policy"))).unwrap();
    if !headers.is_empty() {
        trust = trust.with_headers(headers.as_bytes()).unwrap();
    }
    if let Some(level) = level {
        trust = trust.with_minimum_level(level).unwrap();
    }
    verify(bundle, trust, Results::NotVerified)
}

fn bounded(report: &Report) -> (ClaimState, &str) {
    let claim = report.claims.0.iter().find(|claim| claim.name == "bounded_in_time").unwrap();
    (claim.state, &claim.why)
}

#[test]
fn an_anchor_in_a_bundle_raises_the_level_only_with_its_header() {
    let anchored = bundle_with(&[line(2, &anchor())]);
    let header = block("hex block-header");
    let with = report(&anchored, header, Some(Level::L5));
    assert_eq!((with.verdict, with.level), (Verdict::Verified, Some(Level::L5)), "{}", with.to_json());
    let (state, why) = bounded(&with);
    assert!(
        state == ClaimState::Proven
            && why.ends_with(": time=2026-10-01T11:00:00Z, stated_height=3, difficulty=1, followed_by=0."),
        "{why}"
    );
    assert!(why.contains("best chain"), "{why}");

    for headers in ["", GENESIS] {
        let without = report(&anchored, headers, None);
        assert_eq!((without.verdict, without.level), (Verdict::Verified, Some(Level::L4)));
        assert_eq!(bounded(&without).0, ClaimState::NotChecked);
        let finding = &without.findings[0];
        assert_eq!((finding.code, finding.computed.as_deref()), (Code::AnchorNotChecked, Some("block 3")));
        let asked = report(&anchored, headers, Some(Level::L5));
        assert!(asked.verdict == Verdict::NotProven && has(&asked, Code::LevelNotReached), "{}", asked.to_json());
    }
    // Without an anchor, headers say nothing.
    let none = report(&bundle_with(&[]), header, Some(Level::L5));
    assert_eq!((none.verdict, bounded(&none).0), (Verdict::NotProven, ClaimState::NotChecked));
}

#[test]
fn what_is_no_anchor_of_the_tree_is_named_and_bounds_nothing() {
    let header = block("hex block-header");
    let codes = |more: &[String]| {
        let report = report(&bundle_with(more), header, None);
        assert_ne!(bounded(&report).0, ClaimState::Proven);
        assert!(report.level < Some(Level::L5));
        (report.verdict, report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>())
    };
    let calendar = pending("https://a.example");
    let own = Proof::decode(&anchor()).unwrap().digest().unwrap().to_string();
    // A tree that is not there, and one that is another.
    assert_eq!(codes(&[line(3, &anchor())]), (Verdict::Verified, vec![Code::AnchorNotChecked]));
    assert_eq!(codes(&[line(1, &anchor())]), (Verdict::Mismatch, vec![Code::AnchorMismatch]));
    assert_eq!(codes(&[line(2, &of_tree(&calendar))]), (Verdict::Mismatch, vec![Code::AnchorMismatch]));
    assert_eq!(codes(&[line(2, &proof(&own, &calendar))]), (Verdict::Verified, vec![Code::AnchorNotChecked]));
    assert_eq!(codes(&[line(2, &proof(&own, "000102030405060708020102"))]), (Verdict::Verified, vec![Code::AnchorNotChecked]));
    assert_eq!(codes(&[line(2, &anchor()[..100])]), (Verdict::NotProven, vec![Code::AnchorMalformed]));
    assert_eq!(codes(&[line(2, b"")]), (Verdict::NotProven, vec![Code::AnchorMalformed]));
    let sha1 = hex::decode(format!("{MAGIC}0102{}{calendar}", "11".repeat(20))).unwrap();
    assert_eq!(codes(&[line(2, &sha1)]), (Verdict::NotProven, vec![Code::AnchorMalformed]));
    let unordered = proof(&own, &format!("ff{}{calendar}", pending("https://b.example")));
    assert_eq!(codes(&[line(2, &unordered)]), (Verdict::NotProven, vec![Code::AnchorMalformed]));
    // A good one beside a bad one.
    assert_eq!(codes(&[line(2, &anchor()), line(1, &anchor())]), (Verdict::Mismatch, vec![Code::AnchorMismatch]));
}

#[test]
fn many_costly_anchors_take_no_more_work_than_a_run_has() {
    let own = Proof::decode(&anchor()).unwrap().digest().unwrap().to_string();
    // In hex until it is 4,096 bytes long, and then reversed again and again, each time hashed the slow way.
    let costly = |steps: usize| {
        let step = format!("ff03{}f2", pending("https://a.example"));
        line(2, &proof(&own, &format!("{}{}{}", "f3".repeat(7), step.repeat(steps), pending("https://a.example"))))
    };
    let good = line(2, &anchor());
    let count = |report: &Report, word: &str| report.findings.iter().filter(|finding| finding.detail.contains(word)).count();
    let header = block("hex block-header");
    for (first, level) in [(true, Level::L5), (false, Level::L4)] {
        let mut more = vec![costly(30); 300];
        more.insert(if first { 0 } else { 300 }, good.clone());
        let report = report(&bundle_with(&more), header, None);
        assert_eq!((report.verdict, report.level), (Verdict::Verified, Some(level)));
        let unread = count(&report, "took all the work");
        assert!((20..60).contains(&unread) && unread + count(&report, "pending") == 300 + usize::from(!first), "{unread}");
    }
    // What cannot be read took no less.
    let report = report(&bundle_with(&[vec![costly(40); 300], vec![good]].concat()), header, None);
    assert_eq!((report.verdict, count(&report, "took all the work")), (Verdict::NotProven, 45));
    // What honest proofs ask for is a small part of it.
    assert!(Proof::decode(&anchor()).unwrap().work() < 1024);
}

#[test]
fn an_anchor_of_a_smaller_tree_bounds_its_entries_and_not_the_head() {
    // The anchor of the document's first two entries, in a bundle of all six.
    let [first, second] = ["ndjson bundle", "ndjson range-bundle"].map(|name| block(name).lines().collect::<Vec<_>>());
    let is = |kind: &'static str| move |line: &&&str| line.starts_with(&format!("{{\"type\":\"{kind}\""));
    let entries = first.iter().filter(is("entry")).chain(second.iter().filter(is("entry")));
    let manifest = first[0].replace("\"end\":2", "\"end\":6");
    let lines = [manifest.as_str()].into_iter().chain(entries.copied());
    let signed = second.iter().filter(is("checkpoint")).chain(second.iter().filter(is("call"))).copied();
    let mut lines: Vec<Vec<u8>> = lines.chain(signed).map(|line| format!("{line}\n").into_bytes()).collect();
    lines.push(line(2, &anchor()).into_bytes());
    lines.push(format!("{}\n", second.last().unwrap()).into_bytes());
    bundle::mend_end(&mut lines);
    let key = Trust::new().with_key(block("text log-vkey")).unwrap();
    let trust = key.with_headers(block("hex block-header").as_bytes()).unwrap();
    let report = verify(&lines.concat(), trust, Results::NotVerified);
    assert_eq!((report.verdict, report.level), (Verdict::Verified, Some(Level::L3)), "{}", report.to_json());
    let (state, why) = bounded(&report);
    assert!(state == ClaimState::NotChecked && why.contains(": size=2, time=2026-10-01T11:00:00Z, "), "{why}");
}

#[test]
fn a_range_is_bounded_by_an_anchor_of_the_tree_under_which_it_is_proven() {
    let mut issuer = Issuer::new();
    let calls: Vec<_> = (0..6).map(|_| issuer.sealed()).collect();
    let signed = issuer.signed(6);
    let leaves = issuer.chain.leaves();
    let inclusion = |seq: u64| {
        let hashes = call_stream_verify::algorithms::merkle::inclusion_proof(&leaves, seq as usize).unwrap();
        let hashes: Vec<String> = hashes.iter().map(|hash| format!("\"{}\"", base64::encode(hash.as_bytes()))).collect();
        format!("{{\"type\":\"inclusion\",\"seq\":{seq},\"size\":6,\"hashes\":[{}]}}\n", hashes.join(","))
    };
    let digest = compute_anchored_digest(signed.checkpoint()).to_string();
    let pending = line(6, &proof(&digest, &pending("https://a.example")));
    let foreign = line(6, &anchor());
    let judge_with = |more: &[String]| judge(&part(&issuer.chain, 3, &[&calls[4]], more), &issuer.trust());
    let proven = [note(&signed), inclusion(3), inclusion(5)];
    let report = judge_with(&[&proven[..], std::slice::from_ref(&pending)].concat());
    assert_eq!((report.verdict, report.findings[0].code), (Verdict::Verified, Code::AnchorNotChecked), "{}", report.to_json());
    assert!(report.findings[0].detail.contains("pending"));
    let report = judge_with(&[&proven[..], &[foreign]].concat());
    assert_eq!((report.verdict, report.findings[0].code), (Verdict::Mismatch, Code::AnchorMismatch));
    // Without its proofs the checkpoint's tree is not that of these entries.
    let report = judge_with(&[note(&signed), pending.clone()]);
    assert!(report.verdict == Verdict::NotProven && has(&report, Code::AnchorNotChecked), "{}", report.to_json());
    // A whole chain needs no checkpoint for it, but one to be trusted.
    let whole = judge(&lines(&issuer.chain, &[&calls[4]], &[pending]), &TrustSpec::default());
    assert!(whole.findings.iter().any(|finding| finding.detail.contains("pending")), "{}", whole.to_json());
}
