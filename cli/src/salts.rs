//! The salts file beside a chain, `<CHAIN>.salts`: the salts that `seal --salt` chose, so that the same call gets the same salt again.
//!
//! ```json
//! {"call_id":"0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b","salt":"5f0c…"}
//! ```
//!
//! Whoever has a call's salt can test guesses of what its hashes are of; who destroys it, erases. The file is readable by its owner alone and
//! is on disk before the chain names a hash made with it. The chain's lock covers it.

use crate::chain_file::{Found, next_line};
use crate::durable::{self, Readers};
use crate::key_file;
use crate::output::Failure;
use crate::own_files;
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::{Code, Digest, Error, Uuid};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

/// The salts of a chain's calls.
pub struct Salts {
    path: PathBuf,
    known: HashMap<Uuid, Digest>,
    /// Lines that are not on disk yet.
    fresh: String,
}

impl Salts {
    /// Reads the salts beside a chain; none if there is no such file.
    ///
    /// **Errors**: `unreadable`; `chain-damaged` with the line; `torn-tail`, unless the piece is to be moved away.
    pub fn open(chain: &Path, repair_tail: bool) -> Result<Salts, Failure> {
        let path = own_files::salts(chain);
        let mut salts = Salts { path: path.clone(), known: HashMap::new(), fresh: String::new() };
        let mut options = Readers::Owner.options();
        options.read(true).append(repair_tail);
        let file = match options.open(&path) {
            Ok(file) => file,
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(salts),
            Err(reason) => return Err(Failure::unreadable(&path, &reason)),
        };
        salts.load(&file, repair_tail)?;
        Ok(salts)
    }

    fn load(&mut self, file: &File, repair_tail: bool) -> Result<(), Failure> {
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        let (mut number, mut end) = (1, 0);
        loop {
            match next_line(&self.path, &mut reader, &mut line)? {
                Found::End => return Ok(()),
                Found::Line => {
                    let entry = scan(&line).filter(|(call_id, salt)| self.known.get(call_id).is_none_or(|known| known == salt));
                    let Some((call_id, salt)) = entry else {
                        let error = Error::new(Code::ChainDamaged, "A line of the salts file is not what `seal` writes.");
                        return Err(Failure::from(error.line(number)).in_file(&self.path));
                    };
                    self.known.insert(call_id, salt);
                    number += 1;
                    end += u64::try_from(line.len()).unwrap_or(u64::MAX);
                }
                // Nothing in the chain was made with it: salts are on disk first.
                Found::Torn if repair_tail => {
                    durable::cut_tail(&self.path, file, end, &line)?;
                    return Ok(());
                }
                Found::Torn | Found::TooLong => return Err(durable::torn(&self.path, number, end)),
            }
        }
    }

    /// The salt of a call.
    pub fn get(&self, call_id: Uuid) -> Option<Digest> {
        self.known.get(&call_id).copied()
    }

    /// The salt of a call, chosen now if there is none.
    ///
    /// **Errors**: `internal` if the system gives no random bytes.
    pub fn choose(&mut self, call_id: Uuid) -> Result<Digest, Failure> {
        if let Some(salt) = self.get(call_id) {
            return Ok(salt);
        }
        let salt = Digest(key_file::random()?);
        self.known.insert(call_id, salt);
        self.fresh.push_str(&format!("{{\"call_id\":\"{call_id}\",\"salt\":\"{salt}\"}}\n"));
        Ok(salt)
    }

    /// Brings the new salts to disk.
    ///
    /// **Errors**: `unwritable`.
    pub fn save(&mut self) -> Result<(), Failure> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let path = &self.path;
        let save = || {
            let mut file = Readers::Owner.options().append(true).create(true).open(path)?;
            let end = file.metadata()?.len();
            let written = file.write_all(self.fresh.as_bytes()).and_then(|()| file.sync_all());
            written.inspect_err(|_| drop(file.set_len(end)))?;
            durable::sync_folder(path)
        };
        save().map_err(|reason: io::Error| Failure::unwritable(path, &reason))?;
        self.fresh.clear();
        Ok(())
    }
}

fn scan(line: &[u8]) -> Option<(Uuid, Digest)> {
    let mut scanner = Scanner::new(line).ok()?;
    scanner.literal("{\"call_id\":")?;
    let call_id = scanner.fixed(36).and_then(Uuid::parse_canonical)?;
    scanner.literal(",\"salt\":")?;
    let salt = scanner.fixed(64).and_then(Digest::parse)?;
    scanner.literal("}\n")?;
    scanner.is_at_end().then_some((call_id, salt))
}
