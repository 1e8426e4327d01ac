//! The ground floor: values with one spelling each. Uses nothing of the rooms above.

pub mod codes;
pub mod digest;
pub mod error;
mod hex;
pub mod json;
pub mod limits;
pub(crate) mod saved;
pub mod time;
pub mod uuid;
