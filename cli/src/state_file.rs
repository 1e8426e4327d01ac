//! A file that remembers: what a witness has signed, what a verifier has seen proven. It is locked while it is open and replaced whole.

use crate::durable::{self, Readers};
use crate::input;
use crate::output::Failure;
use crate::own_files;
use call_stream_verify::{Code, Error};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const STATE_BYTES: usize = 16 * 1024 * 1024;

/// An open state file, locked until it is dropped.
pub struct StateFile {
    path: PathBuf,
    _lock: File,
}

/// What is said where a state to open is not there, and where one to begin is.
pub struct Words {
    pub absent: &'static str,
    pub present: &'static str,
}

impl StateFile {
    /// Opens the state and gives its text, or begins one, which is not on disk before it is to remember something.
    ///
    /// **Errors**: `unreadable`, `unwritable`; `bad-state` if it is no text; `bad-option` if a state to begin is there or one to open is not.
    pub fn open(path: &Path, begin: bool, words: &Words) -> Result<(StateFile, Option<String>), Failure> {
        // Under every name of the state the lock is one file.
        let path = &own_files::own_name(path).map_err(|reason| {
            Failure::new(Code::Unreadable, "It is a link that leads nowhere.").in_file(path).because(&reason)
        })?;
        check_begin(path, begin, words)?;
        let lock_path = own_files::lock(path);
        let unwritable = |reason: &io::Error| Failure::unwritable(&lock_path, reason);
        let options = Readers::Usual.options().create(true).append(true).open(&lock_path);
        let lock = options.map_err(|reason| unwritable(&reason))?;
        lock.try_lock().map_err(|reason| match reason {
            TryLockError::WouldBlock => Failure::new(Code::Unwritable, "Another process is using it.").in_file(path),
            TryLockError::Error(reason) => unwritable(&reason),
        })?;
        // Another process may have begun it meanwhile.
        check_begin(path, begin, words)?;
        let text = if begin { None } else { Some(input::read_text(path, STATE_BYTES, Code::BadState)?) };
        Ok((StateFile { path: path.to_owned(), _lock: lock }, text))
    }

    /// Brings a new text to disk in the place of the old one.
    ///
    /// **Errors**: `bad-state` for one that is too long to be opened again, `unwritable`; the old one is then untouched.
    pub fn replace(&self, text: &str) -> Result<(), Failure> {
        if text.len() > STATE_BYTES {
            return Err(Failure::new(Code::BadState, "It would be too long to be opened again.").in_file(&self.path));
        }
        durable::replace(&self.path, text.as_bytes(), Readers::Usual)
    }
}

/// A state is begun where there is none, and only if that is said: one that was lost must not be taken for a new one.
fn check_begin(path: &Path, begin: bool, words: &Words) -> Result<(), Failure> {
    let refuse = |detail| Err(Failure::from(Error::new(Code::BadOption, detail).member("begin")).in_file(path));
    // What cannot be read may hold what was remembered.
    match path.try_exists().map_err(|reason| Failure::unreadable(path, &reason))? {
        false if !begin => refuse(words.absent),
        true if begin => refuse(words.present),
        _ => Ok(()),
    }
}
