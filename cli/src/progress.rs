//! How far a run has come, on stderr, where that is a terminal and nowhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// Redraws a second: more would cost time and be seen by nobody.
const REDRAWS: u8 = 10;

/// Bytes read of an input; may be shared by threads.
#[derive(Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar for an input of that many bytes, or a spinner where nobody knows how many come.
    pub fn new(bytes: Option<u64>) -> Progress {
        let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr_with_hz(REDRAWS));
        let template = match bytes {
            Some(_) => "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            None => "{spinner} {bytes}, {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(bar)
    }

    /// Counts bytes.
    pub fn add(&self, bytes: usize) {
        self.0.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Takes the bar away before a result is printed.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
