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
use call_stream_verify::values::limits::LINE_BYTES;
use call_stream_verify::{Error, Trust, Verifier};
use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Most bytes of a share. Shares are merged as they come, so that no more than a few of them are in memory beside the whole.
const SHARE: u64 = 4 * 1024 * 1024;

/// Folds an input, a plain file with `jobs` threads.
///
/// **Errors**: `unreadable`; everything else is in the segment.
/// **Memory**: for each thread a piece of the input, one incomplete line and two shares' segments, beside what the whole keeps.
pub fn fold(path: &Path, trust: &Trust, jobs: NonZeroUsize) -> Result<Segment, Failure> {
    let divisible = if jobs == NonZeroUsize::MIN { None } else { divisible(path)? };
    let Some((file, length)) = divisible else { return stream(path, trust) };
    let progress = Progress::new(Some(length));
    let whole = Shares::new(&file, length, jobs).fold(trust, &progress);
    progress.finish();
    whole.map_err(|failed| match failed {
        Failed::Reading(reason) => Failure::unreadable(path, &reason),
        Failed::Merging(error) => error.into(),
    })
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

fn stream(path: &Path, trust: &Trust) -> Result<Segment, Failure> {
    let progress = Progress::new(input::length(path));
    let mut verifier = Verifier::new(trust.clone());
    let read = input::for_each_chunk(path, |chunk| {
        verifier.push(chunk);
        progress.add(chunk.len());
        true
    });
    progress.finish();
    read.map(|()| verifier.into_segment().0)
}

/// Why shares did not become a whole.
enum Failed {
    Reading(io::Error),
    Merging(Error),
}

/// A file divided into shares of about the same size, which threads fold in turn.
struct Shares<'a> {
    file: &'a File,
    length: u64,
    size: u64,
    jobs: usize,
}

impl<'a> Shares<'a> {
    fn new(file: &'a File, length: u64, jobs: NonZeroUsize) -> Shares<'a> {
        let each = length.div_ceil(u64::try_from(jobs.get()).unwrap_or(u64::MAX));
        Shares { file, length, size: each.clamp(1, SHARE), jobs: jobs.get() }
    }

    /// Folds all shares and merges them in order.
    fn fold(&self, trust: &Trust, progress: &Progress) -> Result<Segment, Failed> {
        thread::scope(|scope| {
            // Thread n folds every jobs-th share from n on. Its channel holds one: no thread runs far ahead of the merging.
            let parts: Vec<Receiver<io::Result<Segment>>> = (0..self.jobs)
                .map(|first| {
                    let (sender, receiver) = sync_channel(1);
                    scope.spawn(move || {
                        for index in (first..self.count()).step_by(self.jobs) {
                            if sender.send(self.fold_share(index, trust, progress)).is_err() {
                                break;
                            }
                        }
                    });
                    receiver
                })
                .collect();
            let mut whole = Segment::new(trust);
            for (_, part) in (0..self.count()).zip(parts.iter().cycle()) {
                let part = part.recv().unwrap_or_else(|_| Err(io::Error::other("a thread failed")));
                whole.merge(part.map_err(Failed::Reading)?).map_err(Failed::Merging)?;
                if whole.is_stopped() {
                    break;
                }
            }
            Ok(whole)
        })
    }

    fn count(&self) -> usize {
        usize::try_from(self.length.div_ceil(self.size)).unwrap_or(usize::MAX)
    }

    fn fold_share(&self, index: usize, trust: &Trust, progress: &Progress) -> io::Result<Segment> {
        let Some(start) = self.start(index)? else { return Ok(Segment::new(trust)) };
        // Without an end the last line is reached, or one that is too long to be read on behind it.
        let end = self.start(index + 1)?.unwrap_or(u64::MAX);
        fold_range(self.file, start..end, trust, progress)
    }

    /// Where the first line of a share begins: the file's first, or the first at or behind the share's own place. `None` if there is no
    /// such line, as far as a line may be long, or behind the last share: whatever follows belongs to the share in front.
    fn start(&self, index: usize) -> io::Result<Option<u64>> {
        match index {
            0 => Ok(Some(0)),
            _ if index >= self.count() => Ok(None),
            _ => line_start(self.file, u64::try_from(index).unwrap_or(u64::MAX).saturating_mul(self.size)),
        }
    }
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

/// The first place at or behind `wanted` where a line begins, looked for as far as a line may be long.
fn line_start(file: &File, wanted: u64) -> io::Result<Option<u64>> {
    // A line begins at `wanted` itself if the byte in front of it is an LF.
    let mut offset = wanted.saturating_sub(1);
    // The longest line that is read and its LF: if there is none up to here, the line ends the judging.
    let most = wanted.saturating_add(u64::try_from(LINE_BYTES).unwrap_or(u64::MAX));
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
                failure = reader.push(piece, &mut |piece| window.push(piece, trust)).err();
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
        failure = reader.finish(&mut |piece| window.push(piece, trust)).err();
    } else if start.len() < MAGIC.len() {
        window.push(&start, trust);
    }
    match failure {
        Some(damage) => Err(Failure::from(Error::from(damage)).in_file(path)),
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
