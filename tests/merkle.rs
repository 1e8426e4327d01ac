//! The Merkle tree against foreign proofs, a real log, and RFC 6962 written down word for word.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod support;

use call_stream_verify::Digest;
use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::merkle::{
    CompactRange, consistency_proof, inclusion_proof, leaf_hash_of, node_hash, root_hash, verify_consistency, verify_inclusion,
};
use call_stream_verify::objects::checkpoint::{Checkpoint, CheckpointFacts, SignedCheckpoint};
use call_stream_verify::objects::policy::Policy;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// RFC 6962 §2.1 as it stands there: data, recursion, no shortcuts.
mod rfc6962 {
    use super::Digest;

    fn sha256(prefix: u8, parts: &[&[u8]]) -> Digest {
        let mut bytes = vec![prefix];
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        Digest::of(&bytes)
    }

    /// The largest power of two smaller than n.
    fn k(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    pub fn mth(d: &[Vec<u8>]) -> Digest {
        match d {
            [] => Digest::of(b""),
            [d0] => sha256(0, &[d0]),
            _ => sha256(1, &[mth(&d[..k(d.len())]).as_bytes(), mth(&d[k(d.len())..]).as_bytes()]),
        }
    }

    pub fn path(m: usize, d: &[Vec<u8>]) -> Vec<Digest> {
        let n = d.len();
        if n == 1 {
            return vec![];
        }
        let k = k(n);
        let (mut path, last) = if m < k { (path(m, &d[..k]), mth(&d[k..])) } else { (path(m - k, &d[k..]), mth(&d[..k])) };
        path.push(last);
        path
    }

    pub fn proof(m: usize, d: &[Vec<u8>]) -> Vec<Digest> {
        subproof(m, d, true)
    }

    fn subproof(m: usize, d: &[Vec<u8>], b: bool) -> Vec<Digest> {
        let n = d.len();
        if m == n {
            return if b { vec![] } else { vec![mth(d)] };
        }
        let k = k(n);
        let (mut proof, last) =
            if m <= k { (subproof(m, &d[..k], b), mth(&d[k..])) } else { (subproof(m - k, &d[k..], false), mth(&d[..k])) };
        proof.push(last);
        proof
    }
}

fn size(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

/// Every way to spoil a proof by one step: a flipped bit in each hash, a hash dropped, doubled, added at either end, or two swapped.
fn mangled(proof: &[Digest]) -> Vec<Vec<Digest>> {
    let mut all = Vec::new();
    for place in 0..proof.len() {
        let mut flipped = proof.to_vec();
        flipped[place].0[place % 32] ^= 0x10;
        let mut dropped = proof.to_vec();
        dropped.remove(place);
        let mut doubled = proof.to_vec();
        doubled.insert(place, proof[place]);
        all.extend([flipped, dropped, doubled]);
        if place > 0 && proof[place] != proof[place - 1] {
            let mut swapped = proof.to_vec();
            swapped.swap(place, place - 1);
            all.push(swapped);
        }
    }
    let mut longer = proof.to_vec();
    longer.push(Digest([0; 32]));
    all.push(longer);
    all
}

#[test]
fn every_tree_up_to_40_leaves_is_that_of_the_rfc() {
    let data: Vec<Vec<u8>> = (0..40u8).map(|index| vec![index; usize::from(index % 5)]).collect();
    let leaves: Vec<Digest> = data.iter().map(|data| leaf_hash_of(data)).collect();
    let (mut good, mut bad) = (0, 0);
    for n in 0..=data.len() {
        let (data, leaves) = (&data[..n], &leaves[..n]);
        let root = rfc6962::mth(data);
        assert_eq!(root_hash(leaves), root);
        assert_eq!(inclusion_proof(leaves, n), None);
        assert_eq!(consistency_proof(leaves, 0), None);
        assert_eq!(consistency_proof(leaves, n + 1), None);
        for m in 0..n {
            let proof = inclusion_proof(leaves, m).unwrap();
            assert_eq!(proof, rfc6962::path(m, data));
            assert!(verify_inclusion(size(m), size(n), &leaves[m], &root, &proof));
            for other in (0..=n + 1).filter(|other| *other != m) {
                assert!(!verify_inclusion(size(other), size(n), &leaves[m], &root, &proof), "leaf {m} of {n} at {other}");
                bad += 1;
            }
            for proof in mangled(&proof) {
                assert!(!verify_inclusion(size(m), size(n), &leaves[m], &root, &proof), "leaf {m} of {n}");
                bad += 1;
            }
            good += 1;
        }
        for m in 1..=n {
            let proof = consistency_proof(leaves, m).unwrap();
            assert_eq!(proof, rfc6962::proof(m, data));
            let first = rfc6962::mth(&data[..m]);
            assert!(verify_consistency(size(m), size(n), &first, &root, &proof));
            if m < n {
                assert!(!verify_consistency(size(n), size(m), &root, &first, &proof), "{m} and {n} swapped");
            }
            let mut other = first;
            other.0[31] ^= 1;
            assert!(!verify_consistency(size(m), size(n), &other, &root, &proof), "{m} to {n}");
            assert!(!verify_consistency(size(m), size(n), &first, &other, &proof), "{m} to {n}");
            for proof in mangled(&proof) {
                assert!(!verify_consistency(size(m), size(n), &first, &root, &proof), "{m} to {n}");
                bad += 1;
            }
            good += 1;
        }
        assert!(!verify_consistency(0, size(n), &Digest::of(b""), &root, &[]), "nothing to {n}");
    }
    assert_eq!(good, 2 * (40 * 41 / 2));
    assert!(bad > 30_000, "{bad}");
}

#[test]
fn sizes_at_the_end_of_64_bits_are_no_trouble() {
    let zero = Digest([0; 32]);
    for proof in [vec![], vec![zero; 63], vec![zero; 64]] {
        for size in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) + 1] {
            for index in [0, 1, size - 1, size, size / 2] {
                assert!(!verify_inclusion(index, size, &zero, &zero, &proof));
                assert!(!verify_consistency(index, size, &zero, &Digest([1; 32]), &proof));
            }
        }
    }
}

#[test]
fn any_partition_of_a_log_merges_to_the_same_range() {
    let leaves: Vec<Digest> = (0..11u8).map(|index| leaf_hash_of(&[index])).collect();
    let mut whole = CompactRange::default();
    leaves.iter().for_each(|leaf| whole.append(*leaf));
    // Every bit of `cuts` says whether a part ends behind that leaf.
    for cuts in 0..1u32 << 10 {
        let mut merged = CompactRange::empty(7);
        let mut part = CompactRange::empty(0);
        for (place, leaf) in leaves.iter().enumerate() {
            part.append(*leaf);
            if cuts >> place & 1 == 1 {
                merged.merge(&part).unwrap();
                part = CompactRange::empty(part.end());
            }
        }
        merged.merge(&part).unwrap();
        merged.merge(&CompactRange::empty(3)).unwrap();
        assert_eq!(merged, whole);
        assert_eq!(merged.root(), Some(root_hash(&leaves)));
    }
}

/// A case of transparency-dev's: its path below the corpus, its JSON, what it wants.
fn cases(corpora: &Path, folder: &str) -> Vec<(String, Value, bool)> {
    let root = corpora.join("transparency-dev-merkle/testdata");
    let read = |path: PathBuf| {
        let case = support::read_json(&path);
        let wanted = !case["wantErr"].as_bool().unwrap();
        (path.strip_prefix(&root).unwrap().display().to_string(), case, wanted)
    };
    support::files(&root.join(folder)).into_iter().map(read).collect()
}

fn number(case: &Value, member: &str) -> u64 {
    case[member].as_u64().unwrap()
}

/// The proof, or `None` if one of its hashes is no digest.
fn proof(case: &Value) -> Option<Vec<Digest>> {
    case["proof"].as_array().map_or(Some(Vec::new()), |hashes| hashes.iter().map(support::digest).collect())
}

fn includes(case: &Value, index: u64, size: u64) -> bool {
    match (support::digest(&case["leafHash"]), support::digest(&case["root"]), proof(case)) {
        (Some(leaf), Some(root), Some(proof)) => verify_inclusion(index, size, &leaf, &root, &proof),
        _ => false,
    }
}

fn is_consistent(case: &Value, size1: u64, size2: u64) -> bool {
    match (support::digest(&case["root1"]), support::digest(&case["root2"]), proof(case)) {
        (Some(root1), Some(root2), Some(proof)) => verify_consistency(size1, size2, &root1, &root2, &proof),
        _ => false,
    }
}

#[test]
fn transparency_dev_agrees_on_518_proofs_but_for_those_named() {
    let Some(corpora) = support::corpora("merkle") else { return };
    let mut differing = Vec::new();
    let mut judge = |name: &str, ours: bool, wanted: bool| {
        if ours != wanted {
            differing.push(name.to_owned());
        }
    };

    let inclusion = cases(&corpora, "inclusion");
    assert_eq!(inclusion.len(), 98);
    for (name, case, wanted) in &inclusion {
        judge(name, includes(case, number(case, "leafIdx"), number(case, "treeSize")), *wanted);
    }

    let consistency = cases(&corpora, "consistency");
    assert_eq!(consistency.len(), 98);
    let mut from_nothing = Vec::new();
    for (name, case, wanted) in &consistency {
        let (size1, size2) = (number(case, "size1"), number(case, "size2"));
        judge(name, is_consistent(case, size1, size2), *wanted);
        if size1 == 0 {
            from_nothing.push(name.trim_start_matches("consistency/"));
        }
    }
    // Every tree continues the empty one: c2sp.org/tlog-witness takes the empty proof, this library and ours refuse.
    assert_eq!(
        from_nothing,
        [
            "1/size1-sub-@1.json",
            "3/size1-XOR-@2.json",
            "additional/consistency-check-on-empty-tree-size1-is-zero-is-useless.json",
            "additional/roots-do-not-match-and-sizes-are-zero.json",
            "additional/size1-is-zero-and-does-not-equal-size2.json",
            "additional/size1-is-zero-and-size2-is-not-zero.json",
            "additional/sizes-are-equal-zero-and-proof-is-empty.json",
            "additional/sizes-are-equal-zero-but-roots-are-not.json",
            "additional/sizes-match-but-proof-is-not-empty-and-sizes-are-zero.json",
        ]
    );

    // A subtree [start, end) is a tree of its own: its inclusion proofs are ours with the index counted from start.
    let subtrees = cases(&corpora, "subtreeinclusion");
    assert_eq!(subtrees.len(), 204);
    for (name, case, wanted) in &subtrees {
        let (index, start, end) = (number(case, "leafIdx"), number(case, "start"), number(case, "end"));
        let size = end.saturating_sub(start);
        let aligned = size.checked_next_power_of_two().is_some_and(|alignment| start.is_multiple_of(alignment));
        judge(name, aligned && index.checked_sub(start).is_some_and(|index| includes(case, index, size)), *wanted);
    }

    // One that begins at 0 is a prefix; others are out of scope.
    let subtrees = cases(&corpora, "subtreeconsistency");
    assert_eq!(subtrees.len(), 118);
    let (prefixes, others): (Vec<_>, Vec<_>) = subtrees.iter().partition(|(_, case, _)| number(case, "start") == 0);
    assert_eq!((prefixes.len(), others.len()), (102, 16));
    for (name, case, wanted) in prefixes {
        judge(name, is_consistent(case, number(case, "end"), number(case, "size")), *wanted);
    }

    assert_eq!(
        differing,
        [
            // Their roots are 12 bytes, which no digest is.
            "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
            "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
            // Size 0, once more.
            "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-proof-is-empty.json",
            "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
        ]
    );
}

#[test]
fn a_tessera_log_has_the_roots_it_signed_and_continues_itself() {
    let Some(corpora) = support::corpora("merkle") else { return };
    let folder = corpora.join("tessera-log/testdata/log");
    let policy = Policy::from_vkey(support::read_text(corpora.join("tessera-log/vkey")).trim()).unwrap();

    let mut leaves = Vec::new();
    let bundle = support::read(folder.join("tile/entries/000.p/15"));
    let mut rest = bundle.as_slice();
    while let Some((length, data)) = rest.split_first_chunk::<2>() {
        let (data, tail) = data.split_at(usize::from(u16::from_be_bytes(*length)));
        leaves.push(leaf_hash_of(data));
        rest = tail;
    }
    assert_eq!(leaves.len(), 15);
    let tile: Vec<u8> = leaves.iter().flat_map(|leaf| leaf.0).collect();
    assert_eq!(tile, support::read(folder.join("tile/0/000.p/15")));

    let mut signed = Vec::new();
    let mut range = CompactRange::default();
    for n in 0..=15 {
        let bytes = support::read(folder.join(format!("checkpoint.{n}")));
        let checkpoint = SignedCheckpoint::parse(&bytes).unwrap();
        assert_eq!(checkpoint.to_string().as_bytes(), bytes);
        let CheckpointFacts::Trusted(verified) = policy.verify(&checkpoint) else { panic!("checkpoint.{n}") };
        assert_eq!(verified.checkpoint().size(), size(n));
        assert_eq!(Some(*verified.checkpoint().root()), range.root());
        signed.push(verified);
        if let Some(leaf) = leaves.get(n) {
            range.append(*leaf);
        }
    }
    assert_eq!(signed.len(), 16);
    let latest = SignedCheckpoint::parse(&support::read(folder.join("checkpoint"))).unwrap();
    assert!(matches!(policy.verify(&latest), CheckpointFacts::Trusted(_)));

    let mut proofs = 0;
    for n in 1..=15 {
        for m in 1..=n {
            let proof = consistency_proof(&leaves[..n], m).unwrap();
            assert!(verify_consistency(size(m), size(n), signed[m].checkpoint().root(), signed[n].checkpoint().root(), &proof));
            let proof = inclusion_proof(&leaves[..n], m - 1).unwrap();
            assert!(verify_inclusion(size(m - 1), size(n), &leaves[m - 1], signed[n].checkpoint().root(), &proof));
            proofs += 1;
        }
    }
    assert_eq!(proofs, 120);
}

#[test]
fn an_oak_proof_holds_with_its_log_and_its_witness() {
    let Some(corpora) = support::corpora("merkle") else { return };
    let keys = support::read_text(corpora.join("oak-tlog-proof/keys.txt"));
    let key = |kind: &str| keys.lines().find_map(|line| line.strip_prefix(kind)).unwrap().trim().to_owned();
    let policy = format!("log {}\nwitness w {}\nquorum w\n", key("log "), key("witness "));
    let policy = Policy::parse(policy.as_bytes()).unwrap();

    let text = support::read_text(corpora.join("oak-tlog-proof/test.tlog-proof"));
    let (head, note) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).unwrap().parse().unwrap();
    let proof: Vec<Digest> = lines.map(|line| base64::decode_digest(line).unwrap()).collect();

    let signed = SignedCheckpoint::parse(note.as_bytes()).unwrap();
    let CheckpointFacts::Trusted(verified) = policy.verify(&signed) else { panic!("not trusted") };
    assert_eq!(verified.logs(), policy.logs());
    assert_eq!(verified.cosigners().iter().map(|cosigner| cosigner.time).collect::<Vec<_>>(), [1_771_605_822]);
    assert!(verified.quorum_met());
    let checkpoint: &Checkpoint = verified.checkpoint();
    let leaf = leaf_hash_of(b"test entry data");
    assert_eq!((index, checkpoint.size(), proof.len()), (3, 4, 2));
    assert!(verify_inclusion(index, checkpoint.size(), &leaf, checkpoint.root(), &proof));
    assert_eq!(node_hash(&proof[1], &node_hash(&proof[0], &leaf)), *checkpoint.root());
}
