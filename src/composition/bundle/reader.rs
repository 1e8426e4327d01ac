//! Reads a bundle from chunks of any size: plain lines, or one gzip member of them with nothing after it.
//!
//! What it holds is one incomplete line at most, beside what the [`Segment`] keeps.

use crate::algorithms::gzip::{Damage, GzipReader, MAGIC};
use crate::composition::report::{Finding, Report};
use crate::composition::segment::{Segment, state};
use crate::composition::trust::Trust;
use crate::composition::verify::{Results, evaluate};
use crate::values::codes::Code;
use crate::values::error::{Error, Result};
use crate::values::limits::LINE_BYTES;
use crate::values::saved::saved;

const VERIFIER_FORMAT: &str = concat!("call-stream-verify/verifier/", env!("CARGO_PKG_VERSION"), "/2");

/// Splits bytes into lines and folds them into a segment.
pub struct LineReader {
    segment: Segment,
    partial: Vec<u8>,
}

saved! { struct LineReader { segment, partial } }

impl LineReader {
    /// A reader at the beginning of a segment.
    #[must_use]
    pub fn new(segment: Segment) -> LineReader {
        LineReader { segment, partial: Vec::new() }
    }

    /// The segment as far as it is folded.
    #[must_use]
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut chunk: &[u8], trust: &Trust) {
        while !self.segment.is_stopped() {
            if self.partial.is_empty() {
                let (lines, rest) = split_lines(chunk);
                if !lines.is_empty() {
                    self.segment.push_lines(&lines, trust);
                    chunk = rest;
                    continue;
                }
            }
            let Some((line, rest)) = split_line(chunk) else {
                self.partial.extend_from_slice(chunk);
                if self.partial.len() > LINE_BYTES {
                    self.partial = Vec::new();
                    self.segment.stop_in_line(Code::LineTooLong);
                }
                return;
            };
            self.partial.extend_from_slice(line);
            self.segment.push_line(&self.partial, trust);
            self.partial.clear();
            // One line of 16 MiB shall not hold 16 MiB until the end.
            self.partial.shrink_to(64 * 1024);
            chunk = rest;
        }
    }

    /// Ends the input; a line without LF is cut off.
    #[must_use]
    pub fn finish(mut self) -> Segment {
        if !self.partial.is_empty() {
            self.segment.stop_in_line(Code::CutOff);
        }
        self.segment
    }
}

fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (line, rest) = bytes.split_at_checked(memchr::memchr(b'\n', bytes)?)?;
    Some((line, rest.get(1..)?))
}

/// Whole lines from the beginning, as many as are hashed side by side, and the rest.
fn split_lines(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    // Enough to keep every lane busy, and little enough to stay in a cache and bound what a batch decodes.
    const BATCH_LINES: usize = 256;
    const BATCH_BYTES: usize = 1024 * 256;
    let mut lines = Vec::with_capacity(BATCH_LINES);
    let mut left = bytes;
    while lines.len() < BATCH_LINES
        && bytes.len() - left.len() < BATCH_BYTES
        && let Some((line, rest)) = split_line(left)
    {
        lines.push(line);
        left = rest;
    }
    (lines, left)
}

/// The verifier: bytes of a bundle in, in chunks of any size, a report out.
///
/// The chunks decide nothing: any division of the same bytes gives the same report.
///
/// ```
/// use call_stream_verify::{Results, Trust, Verdict, Verifier};
/// let mut verifier = Verifier::new(Trust::new());
/// verifier.push(b"{\"type\":\"mani");
/// let report = verifier.finish(Results::NotVerified);
/// assert_eq!(report.verdict, Verdict::NotProven);
/// ```
pub struct Verifier {
    trust: Trust,
    run: Run,
}

/// All that a run knows beside its trust.
struct Run {
    lines: LineReader,
    input: Input,
    bytes: u64,
    inflated: u64,
}

saved! { struct Run { lines, input, bytes, inflated } }

enum Input {
    /// Fewer than two bytes came: not known yet whether it is gzip.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<GzipReader>),
    Failed(Damage),
}

saved! {
    enum Input {
        0 => Unknown { 0: start },
        1 => Plain,
        2 => Gzip { 0: reader },
        3 => Failed { 0: damage },
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Bytes of input taken.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Entries among them.
    pub entries: u64,
    /// Call lines among them.
    pub calls: u64,
}

impl Verifier {
    /// A verifier with this trust.
    #[must_use]
    pub fn new(trust: Trust) -> Verifier {
        let lines = LineReader::new(Segment::new(&trust));
        Verifier { trust, run: Run { lines, input: Input::Unknown(Vec::new()), bytes: 0, inflated: 0 } }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        self.run.bytes = self.run.bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        let Input::Unknown(start) = &mut self.run.input else { return self.take(chunk) };
        let missing = MAGIC.len().saturating_sub(start.len());
        let (head, rest) = chunk.split_at_checked(missing).unwrap_or((chunk, &[]));
        start.extend_from_slice(head);
        if start.len() < MAGIC.len() {
            return;
        }
        let start = std::mem::take(start);
        self.run.input = if start == MAGIC { Input::Gzip(Box::default()) } else { Input::Plain };
        self.take(&start);
        self.take(rest);
    }

    fn take(&mut self, chunk: &[u8]) {
        let Run { lines, input, inflated, .. } = &mut self.run;
        match input {
            Input::Plain => lines.push(chunk, &self.trust),
            Input::Gzip(reader) => {
                let result = reader.push(chunk, &mut |piece| {
                    *inflated = inflated.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                    lines.push(piece, &self.trust);
                });
                if let Err(damage) = result {
                    *input = Input::Failed(damage);
                }
            }
            Input::Unknown(_) | Input::Failed(_) => {}
        }
    }

    /// What this verifier trusts; whoever folds lines for it needs the same.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Takes lines that were folded elsewhere, with how many bytes they are; they begin where the last push or append ended.
    ///
    /// **Errors**: `bad-state`, and nothing taken, if they were folded under another trust, or the input is compressed or stands within a
    /// line.
    pub fn append(&mut self, part: Segment, bytes: u64) -> Result<()> {
        let refuse = |detail| Err(Error::new(Code::BadState, detail));
        match &self.run.input {
            Input::Unknown(start) if start.is_empty() => {}
            Input::Plain if self.run.lines.partial.is_empty() => {}
            Input::Unknown(_) | Input::Plain => return refuse("A line is not complete yet."),
            Input::Gzip(_) | Input::Failed(_) => return refuse("A compressed input is folded in one run."),
        }
        self.run.lines.segment.merge(part)?;
        self.run.input = Input::Plain;
        self.run.bytes = self.run.bytes.saturating_add(bytes);
        Ok(())
    }

    /// How far the run has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let segment = self.run.lines.segment();
        Progress { bytes: self.run.bytes, lines: segment.lines(), entries: segment.entries(), calls: segment.calls_shown() }
    }

    /// Bytes of plain text so far: what the work is in proportion to.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.run.bytes.max(self.run.inflated)
    }

    /// The run as text, to go on elsewhere: see [`Segment::save`]. An incomplete line and, for gzip, a window of 32 KiB are part of it.
    #[must_use]
    pub fn save(&self) -> String {
        state::encode(VERIFIER_FORMAT, &self.run)
    }

    /// Goes on with a run that was saved under this trust.
    ///
    /// Keys and expected head must be the same; tenant, minimum level and what else is asked only at the end may differ.
    ///
    /// **Errors**: `bad-state`.
    pub fn resume(text: &str, trust: Trust) -> Result<Verifier> {
        let mut run: Run = state::decode(VERIFIER_FORMAT, text)?;
        run.lines.segment.admit(&trust)?;
        let sound = run.lines.partial.len() <= LINE_BYTES
            && match &run.input {
                Input::Unknown(start) => start.len() < MAGIC.len(),
                Input::Gzip(reader) => reader.is_sound(),
                Input::Plain | Input::Failed(_) => true,
            };
        if sound { Ok(Verifier { trust, run }) } else { Err(Error::new(Code::BadState, "Its parts do not fit each other.")) }
    }

    /// Ends the input and gives the report.
    #[must_use]
    pub fn finish(self, results: Results) -> Report {
        let (segment, trust) = self.into_segment();
        evaluate(&segment, &trust, results)
    }

    /// Ends the input and gives what was folded, to be judged, and the trust it was folded under.
    #[must_use]
    pub fn into_segment(self) -> (Segment, Trust) {
        let Verifier { trust, run: Run { mut lines, input, .. } } = self;
        let damage = match input {
            Input::Unknown(start) => {
                lines.push(&start, &trust);
                None
            }
            Input::Plain => None,
            Input::Gzip(reader) => reader.finish(&mut |piece| lines.push(piece, &trust)).err(),
            Input::Failed(damage) => Some(damage),
        };
        let mut segment = match damage {
            None | Some(Damage::Trailing) => lines.finish(),
            // How much comes out in front of the damage is the decompressor's affair: nothing of it is judged.
            Some(_) => Segment::new(&trust),
        };
        if let Some(error) = damage.map(Error::from) {
            segment.find(Finding::new(error.code()).detail(error.detail()));
        }
        (segment, trust)
    }
}

/// Verifies a whole bundle that is in memory.
///
/// **Cost**: one pass; native about a microsecond per entry of 600 bytes. Memory: about 200 bytes a call beside 64 MiB at most.
#[must_use]
pub fn verify(bytes: &[u8], trust: Trust, results: Results) -> Report {
    let mut verifier = Verifier::new(trust);
    verifier.push(bytes);
    verifier.finish(results)
}
