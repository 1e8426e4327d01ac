//! The objects of the format, each with its text form and its local rules; no verdicts.

pub mod checkpoint;
pub mod cosignature;
pub mod policy;
