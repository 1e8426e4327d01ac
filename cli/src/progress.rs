//! How far a run has come, on stderr, where that is a terminal.
