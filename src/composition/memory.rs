//! What a verifier remembers of logs: for each origin and key the newest head that it has seen proven.
//!
//! ```json
//! {"format":"call-stream-verify/memory/1","logs":[{"head":"0ff1…","key":"log.example+47358b69+AQOh…","origin":"log.example","root_hash":"8b1a…","size":2}]}
//! ```
//!
//! One line and its LF, in canonical JSON, by origin and key. With it a verifier notices what no export alone can show: that a log has
//! fewer entries than it had, or others. Where it is kept, and that it survives, is for whoever has files.

use crate::algorithms::canonical::{self, Scanner};
use crate::algorithms::note::VerifierKey;
use crate::objects::version::scan_digest;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::SAFE_INTEGER;
use std::collections::BTreeMap;
use std::fmt;

/// How a memory begins.
const BEGINNING: &str = "{\"format\":\"call-stream-verify/memory/1\",\"logs\":[";

/// A head that was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries there were, at least one.
    pub size: u64,
    /// Hash of the last of them.
    pub head: Digest,
    /// Root of the tree over them.
    pub root_hash: Digest,
}

/// The head that a run proves, and who signed it. Made by the judging of a run alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenHead {
    pub(super) origin: String,
    /// Vkeys of the trusted log keys that signed its checkpoint.
    pub(super) keys: Vec<String>,
    pub(super) head: Head,
}

impl ProvenHead {
    /// The head.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }
}

/// What a verifier remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// By origin and vkey.
    logs: BTreeMap<(String, String), Head>,
}

impl Memory {
    /// Reads a memory.
    ///
    /// **Errors**: `bad-state` for whatever is not the text that [`Memory`] prints.
    pub fn parse(text: &[u8]) -> Result<Memory> {
        let refuse = || Error::new(Code::BadState, "It is no memory of a verifier, or was changed.");
        let memory = Scanner::new(text).ok().and_then(|mut scanner| scan(&mut scanner)).ok_or_else(refuse)?;
        // The order, and that nothing stands there twice.
        if memory.to_string().as_bytes() == text { Ok(memory) } else { Err(refuse()) }
    }

    /// The sizes of all heads: at these the entries of a chain are compared.
    pub fn sizes(&self) -> impl Iterator<Item = u64> + '_ {
        self.logs.values().map(|head| head.size)
    }

    /// The heads of an origin under these keys.
    pub fn recall<'a>(&self, origin: &str, keys: impl Iterator<Item = &'a VerifierKey>) -> Vec<Head> {
        keys.filter_map(|key| self.logs.get(&(origin.to_owned(), key.to_string()))).copied().collect()
    }

    /// Remembers a head that was proven, unless a larger one is remembered already.
    ///
    /// **Returns**: whether anything is remembered that was not before.
    pub fn remember(&mut self, proven: &ProvenHead) -> bool {
        let mut is_new = false;
        for key in &proven.keys {
            let head = self.logs.entry((proven.origin.clone(), key.clone())).or_insert_with(|| {
                is_new = true;
                proven.head
            });
            if head.size < proven.head.size {
                *head = proven.head;
                is_new = true;
            }
        }
        is_new
    }
}

fn scan(scanner: &mut Scanner<'_>) -> Option<Memory> {
    scanner.literal(BEGINNING)?;
    let mut logs = BTreeMap::new();
    while scanner.literal("]}\n").is_none() {
        if !logs.is_empty() {
            scanner.literal(",")?;
        }
        let head = scan_digest(scanner, "{\"head\":")?;
        scanner.literal(",\"key\":")?;
        let key = VerifierKey::parse(&canonical::unescape(scanner.string()?)).ok()?;
        scanner.literal(",\"origin\":")?;
        let origin = canonical::unescape(scanner.string()?).into_owned();
        let root_hash = scan_digest(scanner, ",\"root_hash\":")?;
        scanner.literal(",\"size\":")?;
        let size = scanner.integer().filter(|size| (1..=SAFE_INTEGER).contains(size) && key.name() == origin)?;
        scanner.literal("}")?;
        logs.insert((origin, key.to_string()), Head { size, head, root_hash });
    }
    scanner.is_at_end().then_some(Memory { logs })
}

/// The text, with its LF.
impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BEGINNING)?;
        for (place, ((origin, key), Head { size, head, root_hash })) in self.logs.iter().enumerate() {
            let (quoted_key, quoted_origin) = (canonical::quoted(key), canonical::quoted(origin));
            let comma = if place == 0 { "" } else { "," };
            write!(
                f,
                "{comma}{{\"head\":\"{head}\",\"key\":{quoted_key},\"origin\":{quoted_origin},\"root_hash\":\"{root_hash}\",\"size\":{size}}}"
            )?;
        }
        f.write_str("]}\n")
    }
}
