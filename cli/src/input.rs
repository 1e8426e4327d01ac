//! Where bytes come from: a named file, or standard input for `-` or no name. Every reading is bounded.

use crate::output::Failure;
use call_stream_verify::values::limits::LINE_BYTES;
use call_stream_verify::{Code, Error};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Whether the name stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a person calls the input.
pub fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.to_string_lossy().into_owned() }
}

/// Opens an input.
///
/// **Errors**: `unreadable`.
pub fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path).map_err(|reason| Failure::unreadable(path, &reason))?;
    Ok(Box::new(file))
}

/// Reads an input whole; one byte more than `limit` is read at most.
///
/// **Errors**: `unreadable`.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    open(path)?.take(most).read_to_end(&mut bytes).map_err(|reason| Failure::unreadable(path, &reason))?;
    Ok(bytes)
}

/// Reads one call record, of the length of a line at most.
///
/// **Errors**: `unreadable`, `line-too-long`.
pub fn read_record(path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let path = path.unwrap_or(Path::new("-"));
    let bytes = read(path, LINE_BYTES)?;
    if bytes.len() > LINE_BYTES {
        return Err(Failure::new(Code::LineTooLong, "").in_file(path));
    }
    Ok(bytes)
}

/// Reads a small file; too long is refused with `code`.
pub fn read_small(path: &Path, limit: usize, code: Code) -> Result<Vec<u8>, Failure> {
    let bytes = read(path, limit)?;
    if bytes.len() > limit {
        return Err(Failure::new(code, "The file is too large to be one.").in_file(path));
    }
    Ok(bytes)
}

/// Reads a small text file; too long or not UTF-8 is refused with `code`.
pub fn read_text(path: &Path, limit: usize, code: Code) -> Result<String, Failure> {
    String::from_utf8(read_small(path, limit, code)?).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Failure::from(Error::new(code, "The file is not valid UTF-8.").offset(offset)).in_file(path)
    })
}

/// Bytes that are read at once.
pub const CHUNK: usize = 256 * 1024;

/// How long a file is; `None` for what is no file.
pub fn length(path: &Path) -> Option<u64> {
    let metadata = std::fs::metadata(path).ok().filter(|_| !is_stdin(path))?;
    metadata.is_file().then_some(metadata.len())
}

/// Reads an input in pieces, until its end or until `take` wants no more.
///
/// **Errors**: `unreadable`.
pub fn for_each_chunk(path: &Path, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Failure> {
    let mut source = open(path)?;
    let mut buffer = vec![0; CHUNK];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                if !take(buffer.get(..count).unwrap_or_default()) {
                    return Ok(());
                }
            }
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
            Err(reason) => return Err(Failure::unreadable(path, &reason)),
        }
    }
}
