//! Algorithms over bytes and digests; they know no calls, chains or bundles.

pub mod base64;
pub mod bitcoin;
pub mod canonical;
pub mod car;
pub mod cid;
pub mod ed25519;
pub mod gzip;
pub mod merkle;
pub mod ml_dsa;
pub mod note;
pub mod opentimestamps;
pub mod ripemd160;
pub mod sha256_lanes;
pub mod tiles;
pub mod varint;
