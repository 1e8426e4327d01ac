//! The commands, one a file: arguments and what is done with them.

pub mod agree;
pub mod append;
pub mod canonicalize;
pub mod checkpoint;
pub mod cid;
pub mod compare;
pub mod completions;
pub mod cosign;
pub mod explain;
pub mod export;
pub mod hash;
pub mod keygen;
pub mod man;
pub mod merge;
pub mod prove;
pub mod receipt;
pub mod record;
pub mod revoke;
pub mod seal;
pub mod segment;
pub mod sign;
pub mod verify;
pub mod verify_call;
pub mod verify_evidence;
#[cfg(feature = "witness")]
pub mod witness;
