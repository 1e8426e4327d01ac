//! Folding inputs into segments and reports: in one stream, over several threads, or over a range of lines.
//!
//! Threads take ranges of a plain file that begin and end between lines; their segments are merged in order, so that the report has
//! the same bytes for any number of threads (FORMAT §11). What cannot be divided (gzip, pipes) is read in one stream.

use crate::input::{self, CHUNK};
use crate::output::Failure;
use crate::progress::Progress;
use call_stream_verify::algorithms::gzip::{GzipReader, MAGIC};
use call_stream_verify::composition::bundle::reader::LineReader;
use call_stream_verify::composition::segment::Segment;
use call_stream_verify::composition::verify::evaluate;
use call_stream_verify::values::limits::LINE_BYTES;
use call_stream_verify::{Report, Results, Trust, Verifier};
use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;
use std::thread;

/// Shares below this many bytes are not worth a thread.
const SHARE: u64 = 4 * 1024 * 1024;

/// Verifies an input. `jobs` threads share it where it can be divided; if not given, as many as the machine has processors and the
/// input has work for.
///
/// **Errors**: `unreadable`; everything else is in the report.
/// **Memory**: a piece of the input and one incomplete line for each thread, beside what segments keep.
pub fn verify(path: &Path, trust: &Trust, results: Results, jobs: Option<NonZeroUsize>) -> Result<Report, Failure> {
    match divisible(path)? {
        Some((file, length)) => {
            let ranges = line_ranges(&file, length, jobs_for(jobs, length)).map_err(|reason| Failure::unreadable(path, &reason))?;
            match ranges.as_slice() {
                [] | [_] => stream(path, trust, results),
                _ => share(path, &file, length, &ranges, trust, results),
            }
        }
        None => stream(path, trust, results),
    }
}

fn jobs_for(jobs: Option<NonZeroUsize>, length: u64) -> u64 {
    let as_number = |count: NonZeroUsize| u64::try_from(count.get()).unwrap_or(1);
    match jobs {
        Some(jobs) => as_number(jobs),
        None => thread::available_parallelism().map_or(1, as_number).min(length / SHARE).max(1),
    }
}

/// The file and its length, if it is one that can be read anywhere and is not compressed.
fn divisible(path: &Path) -> Result<Option<(File, u64)>, Failure> {
    if input::is_stdin(path) {
        return Ok(None);
    }
    let open = || {
        let metadata = std::fs::metadata(path)?;
        // Opening a pipe takes a reader from its writer: only files are opened twice.
        if !metadata.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let mut start = [0; 2];
        let read = read_at(&file, &mut start, 0)?;
        Ok((read == start.len() && start != MAGIC).then_some((file, metadata.len())))
    };
    open().map_err(|reason| Failure::unreadable(path, &reason))
}

fn stream(path: &Path, trust: &Trust, results: Results) -> Result<Report, Failure> {
    let progress = Progress::new(input::length(path));
    let mut verifier = Verifier::new(trust.clone());
    let read = input::for_each_chunk(path, |chunk| {
        verifier.push(chunk);
        progress.add(chunk.len());
        true
    });
    progress.finish();
    read.map(|()| verifier.finish(results))
}

fn share(path: &Path, file: &File, length: u64, ranges: &[Range<u64>], trust: &Trust, results: Results) -> Result<Report, Failure> {
    let progress = Progress::new(Some(length));
    let parts: Vec<io::Result<Segment>> = thread::scope(|scope| {
        let threads: Vec<_> =
            ranges.iter().map(|range| scope.spawn(|| fold_range(file, range.clone(), trust, &progress))).collect();
        let ended = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread failed")));
        threads.into_iter().map(ended).collect()
    });
    progress.finish();
    let mut whole = Segment::new(trust);
    for part in parts {
        let part = part.map_err(|reason| Failure::unreadable(path, &reason))?;
        whole.merge(part)?;
    }
    Ok(evaluate(&whole, trust, results))
}

fn fold_range(file: &File, range: Range<u64>, trust: &Trust, progress: &Progress) -> io::Result<Segment> {
    let mut lines = LineReader::new(Segment::new(trust));
    let mut buffer = vec![0; CHUNK];
    let mut offset = range.start;
    while offset < range.end && !lines.segment().is_stopped() {
        let left = usize::try_from(range.end - offset).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let read = read_at(file, buffer.get_mut(..room).unwrap_or_default(), offset)?;
        if read == 0 {
            break;
        }
        lines.push(buffer.get(..read).unwrap_or_default(), trust);
        progress.add(read);
        offset = offset.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
    Ok(lines.finish())
}

/// Divides a file into ranges that begin at 0 or behind an LF. The last one has no end, as the file may still grow.
fn line_ranges(file: &File, length: u64, jobs: u64) -> io::Result<Vec<Range<u64>>> {
    let mut starts = vec![0];
    for job in 1..jobs {
        let wanted = u64::try_from(u128::from(length) * u128::from(job) / u128::from(jobs)).unwrap_or(length);
        match line_start(file, wanted)? {
            Some(start) if start < length && starts.last().is_none_or(|last| *last < start) => starts.push(start),
            // Within one long line or behind the last: the range in front takes it all.
            _ => {}
        }
    }
    let ends: Vec<u64> = starts.iter().skip(1).copied().chain([u64::MAX]).collect();
    Ok(starts.into_iter().zip(ends).map(|(start, end)| start..end).collect())
}

/// The first place at or behind `wanted` where a line begins, looked for as far as a line may be long.
fn line_start(file: &File, wanted: u64) -> io::Result<Option<u64>> {
    // A line begins at `wanted` itself if the byte in front of it is an LF.
    let mut offset = wanted.saturating_sub(1);
    let most = offset.saturating_add(u64::try_from(LINE_BYTES).unwrap_or(u64::MAX));
    let mut buffer = vec![0; 64 * 1024];
    while offset < most {
        let read = read_at(file, &mut buffer, offset)?;
        let piece = buffer.get(..read).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        let place = memchr::memchr(b'\n', piece).map_or(read, |place| place + 1);
        offset = offset.saturating_add(u64::try_from(place).unwrap_or(u64::MAX));
        if place < read || piece.last() == Some(&b'\n') {
            return Ok(Some(offset));
        }
    }
    Ok(None)
}

/// Reads at a place without moving anything that threads share.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(file, buffer, offset);
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset);
        match read {
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Folds the lines `lines` of an input, counted from 0 and half-open; without an end, up to the last.
///
/// **Errors**: `unreadable`, `gzip-damaged`, `gzip-trailing`: a compressed input is read to its end, whichever lines are wanted.
pub fn fold_lines(path: &Path, lines: &LineRange, trust: &Trust) -> Result<Segment, Failure> {
    let progress = Progress::new(input::length(path));
    let mut window = Window { skip: lines.start, left: lines.count(), reader: LineReader::new(Segment::new(trust)) };
    let mut start = Vec::new();
    let mut gzip: Option<GzipReader> = None;
    let mut failure = None;
    let read = input::for_each_chunk(path, |chunk| {
        progress.add(chunk.len());
        let joined: Vec<u8>;
        let mut piece = chunk;
        if start.len() < MAGIC.len() {
            start.extend_from_slice(chunk);
            if start.len() < MAGIC.len() {
                return true;
            }
            joined = start.clone();
            piece = &joined;
            gzip = piece.starts_with(&MAGIC).then(GzipReader::new);
            start.truncate(MAGIC.len());
        }
        match &mut gzip {
            Some(reader) => {
                let taken = reader.push(piece, &mut |piece| {
                    window.push(piece, trust);
                    Ok(())
                });
                failure = taken.err();
                failure.is_none()
            }
            None => {
                window.push(piece, trust);
                window.left != Some(0)
            }
        }
    });
    progress.finish();
    read?;
    if let (Some(reader), None) = (gzip, &failure) {
        let taken = reader.finish(&mut |piece| {
            window.push(piece, trust);
            Ok(())
        });
        failure = taken.err();
    } else if start.len() < MAGIC.len() {
        window.push(&start, trust);
    }
    match failure {
        Some(error) => Err(Failure::from(error).in_file(path)),
        None => Ok(window.reader.finish()),
    }
}

/// Which lines: half-open, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRange {
    start: u64,
    end: Option<u64>,
}

impl LineRange {
    /// Parses `A..B`, or `A..` for all lines from A on.
    pub fn parse(text: &str) -> Option<LineRange> {
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
        let (start, end) = text.split_once("..")?;
        let start = number(start)?;
        let end = if end.is_empty() { None } else { Some(number(end)?) };
        end.is_none_or(|end| start <= end).then_some(LineRange { start, end })
    }

    fn count(&self) -> Option<u64> {
        self.end.map(|end| end.saturating_sub(self.start))
    }
}

/// Passes some lines of a stream on to a reader.
struct Window {
    skip: u64,
    left: Option<u64>,
    reader: LineReader,
}

impl Window {
    fn push(&mut self, mut piece: &[u8], trust: &Trust) {
        while self.skip > 0 {
            let Some(end) = memchr::memchr(b'\n', piece) else { return };
            self.skip -= 1;
            piece = piece.get(end + 1..).unwrap_or_default();
        }
        let Some(left) = &mut self.left else { return self.reader.push(piece, trust) };
        let mut end = 0;
        while *left > 0 {
            let rest = piece.get(end..).unwrap_or_default();
            match memchr::memchr(b'\n', rest) {
                Some(place) => (end, *left) = (end + place + 1, *left - 1),
                None => {
                    end = piece.len();
                    break;
                }
            }
        }
        self.reader.push(piece.get(..end).unwrap_or_default(), trust);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_two_numbers_in_order() {
        assert_eq!(LineRange::parse("0..10"), Some(LineRange { start: 0, end: Some(10) }));
        assert_eq!(LineRange::parse("3.."), Some(LineRange { start: 3, end: None }));
        for text in ["", "..", "..3", "3", "4..3", "-1..3", "+1..3", "1..3 ", "1...3", "99999999999999999999.."] {
            assert_eq!(LineRange::parse(text), None, "{text}");
        }
    }
}
