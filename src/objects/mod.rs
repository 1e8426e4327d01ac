//! The objects of the format, each with its text form and its local rules; no verdicts.

pub mod add_checkpoint;
pub mod anchor;
pub mod call;
pub mod chain;
pub mod checkpoint;
pub mod cosignature;
pub mod event;
pub mod fork_evidence;
pub mod log_proof;
pub mod policy;
pub mod receipt;
pub mod version;
