//! Where everything comes together: bundles in, verdicts out; sealing on the other side.

pub mod attestation;
pub mod bundle;
pub mod chain_state;
pub mod memory;
pub mod report;
pub mod seal;
pub mod segment;
pub mod trust;
pub mod verify;
