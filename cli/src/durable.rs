//! Files that outlive a crash: new ones appear whole or not at all, and a name is on disk before it is relied on.

use crate::output::Failure;
use call_stream_verify::{Code, Error};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whom the system's defaults allow.
    Usual,
    /// Its owner alone.
    Owner,
}

impl Readers {
    /// Options that give a new file these readers.
    pub fn options(self) -> OpenOptions {
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, self.mode());
        options
    }

    #[cfg(unix)]
    fn mode(self) -> u32 {
        match self {
            Readers::Usual => 0o666,
            Readers::Owner => 0o600,
        }
    }
}

/// The path with something behind its last part.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// The directory that holds the file.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes sure that new and renamed names in the file's directory are on disk.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    // Only where a directory can be opened; elsewhere the system keeps names by itself.
    if cfg!(unix) { File::open(folder(path))?.sync_all() } else { Ok(()) }
}

/// Creates a file that must not be there yet, writes it and brings it to disk.
///
/// **Errors**: those of the system; `AlreadyExists` if it is there.
pub fn create(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut file = readers.options().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    // A piece of a file that could not be written would only be in the way.
    written.inspect_err(|_| drop(fs::remove_file(path)))?;
    sync_folder(path)
}

/// The names under which replacements were begun.
static PIECES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn pieces() -> MutexGuard<'static, Vec<PathBuf>> {
    PIECES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process, and removes what is not whole yet; what is has its own name.
pub fn exit_without_pieces(code: i32) -> ! {
    // Held until the end, so that nothing is begun meanwhile.
    let pieces = pieces();
    pieces.iter().for_each(|piece| drop(fs::remove_file(piece)));
    std::process::exit(code)
}

/// A file that takes the place of another, or a new one, when it is whole; until then its owner alone may read it. What is no file, a
/// device or a pipe, is written to as it is.
pub struct Replacement {
    path: PathBuf,
    target: Target,
}

enum Target {
    /// With the permissions that it gets in the end.
    File(NamedTempFile, Option<Permissions>),
    Device(File),
}

impl Replacement {
    /// Begins the file beside the one that it will replace.
    ///
    /// **Errors**: `unwritable`.
    pub fn begin(path: &Path, readers: Readers) -> Result<Replacement, Failure> {
        let unwritable = |reason| Failure::unwritable(path, &reason);
        if path.is_dir() {
            return Err(Failure::new(Code::Unwritable, "It is a directory.").in_file(path));
        }
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let device = OpenOptions::new().write(true).open(path).map_err(unwritable)?;
            return Ok(Replacement { path: path.to_owned(), target: Target::Device(device) });
        }
        // Through a link, what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let permissions = permissions(folder(&path), readers).map_err(unwritable)?;
        // No interruption comes between the two. Nobody but its owner may read what the builder makes.
        let mut pieces = pieces();
        let file = builder().tempfile_in(folder(&path)).map_err(unwritable)?;
        pieces.push(file.path().to_owned());
        Ok(Replacement { path, target: Target::File(file, permissions) })
    }

    /// Brings it to disk and gives it its name.
    ///
    /// **Errors**: `unwritable`; what stood there is untouched.
    pub fn finish(self) -> Result<(), Failure> {
        let path = self.path;
        let refuse = |reason: &io::Error| Failure::unwritable(&path, reason);
        let Target::File(file, permissions) = self.target else { return Ok(()) };
        let permitted = permissions.map_or(Ok(()), |permissions| file.as_file().set_permissions(permissions));
        permitted.and_then(|()| file.as_file().sync_all()).map_err(|reason| refuse(&reason))?;
        file.persist(&path).map_err(|error| refuse(&error.error))?;
        sync_folder(&path).map_err(|reason| refuse(&reason))
    }

    /// The refusal for a write to it that failed.
    pub fn failure(&self, reason: &io::Error) -> Failure {
        Failure::unwritable(&self.path, reason)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::File(file, _) => file.write(bytes),
            Target::Device(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::File(file, _) => file.flush(),
            Target::Device(device) => device.flush(),
        }
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".call-verify-");
    builder
}

/// What a new file with these readers is permitted by the system's defaults, seen in an empty one that is gone at once; `None` for the
/// owner alone.
#[cfg(unix)]
fn permissions(folder: &Path, readers: Readers) -> io::Result<Option<Permissions>> {
    if readers == Readers::Owner {
        return Ok(None);
    }
    let usual = std::os::unix::fs::PermissionsExt::from_mode(readers.mode());
    let mut pieces = pieces();
    let file = builder().permissions(usual).tempfile_in(folder)?;
    pieces.push(file.path().to_owned());
    Ok(Some(file.as_file().metadata()?.permissions()))
}

#[cfg(not(unix))]
fn permissions(_folder: &Path, _readers: Readers) -> io::Result<Option<Permissions>> {
    Ok(None)
}

/// Writes a whole file in the place of another.
///
/// **Errors**: `unwritable`; what stood there is untouched.
pub fn replace(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    let mut file = Replacement::begin(path, readers)?;
    file.write_all(bytes).map_err(|reason| file.failure(&reason))?;
    file.finish()
}

/// Moves what stands behind `offset` into a file of its own, and only then cuts it off.
///
/// **Errors**: `unwritable`; the file is then as it was.
pub fn cut_tail(path: &Path, file: &File, offset: u64, tail: &[u8]) -> Result<PathBuf, Failure> {
    // Another piece may have been torn off at the same place before.
    let names = (1_u64..).map(|number| match number {
        1 => beside(path, &format!(".torn-{offset}")),
        _ => beside(path, &format!(".torn-{offset}-{number}")),
    });
    let mut kept = PathBuf::new();
    for name in names {
        kept = name;
        match fs::read(&kept) {
            // An earlier repair was interrupted between its two steps.
            Ok(bytes) if bytes == tail => {
                sync_folder(&kept).map_err(|reason| Failure::unwritable(&kept, &reason))?;
                break;
            }
            Ok(_) => {}
            Err(_) => {
                create(&kept, tail, Readers::Owner).map_err(|reason| Failure::unwritable(&kept, &reason))?;
                break;
            }
        }
    }
    file.set_len(offset).and_then(|()| file.sync_all()).map_err(|reason| Failure::unwritable(path, &reason))?;
    Ok(kept)
}

/// A torn tail, as a refusal.
pub fn torn(path: &Path, line: u64, offset: u64) -> Failure {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    Failure::from(Error::new(Code::TornTail, "").line(line).offset(offset)).in_file(path)
}
