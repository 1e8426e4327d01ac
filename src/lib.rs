//! Seal recorded calls and verify their exports. (Crate documentation follows.)
#![forbid(unsafe_code)]

pub mod algorithms;
pub mod composition;
pub mod objects;
pub mod values;

#[cfg(all(feature = "bindings", target_arch = "wasm32", target_os = "unknown"))]
pub mod bindings;

pub use composition::bundle::reader::{Progress, Verifier, verify};
pub use composition::report::{Level, Report, Verdict};
pub use composition::trust::Trust;
pub use composition::verify::Results;
pub use values::codes::{Code, Effect};
pub use values::digest::Digest;
pub use values::error::{Error, Result};
pub use algorithms::canonical;
pub use algorithms::cid::cid_of;
pub use values::json;
pub use values::time::Timestamp;
pub use values::uuid::Uuid;
