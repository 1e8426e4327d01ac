//! The Merkle tree, as RFC 6962 §2.1 writes it.
use super::lines::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1][..], left, right].concat())
}

pub(super) fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

pub(super) fn tree_hash(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [data] => sha256(&[&[0][..], data].concat()),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&tree_hash(left), &tree_hash(right))
        }
    }
}

/// The root that the path of leaf `m` of `n` leads to.
pub(super) fn root_by_path(m: usize, n: usize, data: &Hash, path: &[Hash]) -> Option<Hash> {
    if n == 1 {
        return path.is_empty().then(|| sha256(&[&[0][..], data].concat()));
    }
    let (top, rest) = path.split_last()?;
    let k = split(n);
    if m < k {
        Some(node(&root_by_path(m, k, data, rest)?, top))
    } else {
        Some(node(top, &root_by_path(m - k, n - k, data, rest)?))
    }
}

/// The roots of `m` and of `n` leaves that a consistency proof leads to; `known` is the old root.
pub(super) fn roots_by_proof(m: usize, n: usize, known: Option<&Hash>, proof: &[Hash]) -> Option<(Hash, Hash)> {
    if m == n {
        return match (known, proof) {
            (Some(root), []) => Some((*root, *root)),
            (None, [root]) => Some((*root, *root)),
            _ => None,
        };
    }
    let (top, rest) = proof.split_last()?;
    let k = split(n);
    if m <= k {
        let (old, new) = roots_by_proof(m, k, known, rest)?;
        Some((old, node(&new, top)))
    } else {
        let (old, new) = roots_by_proof(m - k, n - k, None, rest)?;
        Some((node(top, &old), node(top, &new)))
    }
}

pub(super) fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|hash| STANDARD.decode(hash.as_str().unwrap()).unwrap().try_into().unwrap()).collect()
}
