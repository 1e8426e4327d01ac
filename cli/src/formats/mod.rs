//! How reports are written.
