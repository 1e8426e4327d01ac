//! The export: its lines, how they are read from chunks of bytes, and how they are written. FORMAT §8.

pub mod line;
pub mod reader;
pub mod writer;
