//! Names that lead to the same file: what stands beside a file is found under every name of it, and no output replaces an input.

use crate::durable::{beside, folder};
use crate::input;
use crate::output::Failure;
use call_stream_verify::{Code, Error};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file's own name: that of what a link leads to, otherwise the name as it is.
///
/// **Errors**: those of the system for a link that leads nowhere.
pub fn own_name(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

/// The salts file of a chain.
pub fn salts(chain: &Path) -> PathBuf {
    beside_own(chain, ".salts")
}

/// The lock of a witness's state, which is a file of its own because the state is replaced whole.
pub fn lock(state: &Path) -> PathBuf {
    beside_own(state, ".lock")
}

fn beside_own(path: &Path, suffix: &str) -> PathBuf {
    beside(&own_name(path).unwrap_or_else(|_| path.to_owned()), suffix)
}

/// A chain and what stands beside it.
pub fn of_chain(chain: &Path) -> [PathBuf; 2] {
    [chain.to_owned(), salts(chain)]
}

/// A witness's state and what stands beside it.
pub fn of_state(state: &Path) -> [PathBuf; 2] {
    [state.to_owned(), lock(state)]
}

/// Refuses an output that would take the place of a file that the command reads or keeps, under whatever name, even if that is yet to
/// be written. Devices and pipes are nobody's own.
///
/// **Errors**: `bad-option`.
pub fn refuse_output(output: Option<&Path>, own: impl IntoIterator<Item = PathBuf>) -> Result<(), Failure> {
    let Some(output) = output else { return Ok(()) };
    if fs::metadata(output).is_ok_and(|metadata| !metadata.is_file()) {
        return Ok(());
    }
    if own.into_iter().any(|own| is_same(output, &own)) {
        let error = Error::new(Code::BadOption, "The output would take the place of a file that this command reads or keeps.");
        return Err(Failure::from(error.member("output")).in_file(output));
    }
    Ok(())
}

fn is_same(output: &Path, own: &Path) -> bool {
    // Standard input may be a file as well.
    let own = if input::is_stdin(own) { Path::new("/dev/stdin") } else { own };
    let resolved = resolve(own);
    resolved.is_some() && resolved == resolve(output) || is_same_inode(output, own)
}

/// The path without links; of a file that is yet to be written that of its directory.
fn resolve(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().or_else(|| Some(fs::canonicalize(folder(path)).ok()?.join(path.file_name()?)))
}

/// Whether both are one file on disk: a file may have several names without any link.
#[cfg(unix)]
fn is_same_inode(first: &Path, second: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let inode = |path| fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    inode(first).is_some_and(|first| Some(first) == inode(second))
}

#[cfg(not(unix))]
fn is_same_inode(_first: &Path, _second: &Path) -> bool {
    false
}
