//! What stands on the first line: only a bundle begins with a manifest, and what else it may be is worth saying.

use super::hashes::Scanned;
use crate::composition::bundle::line::Line;

/// What a run of lines begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Begins {
    /// There is no whole line.
    Nothing,
    /// A manifest.
    Manifest,
    /// The header of a chain file.
    ChainFile,
    /// What looks like the record of a call.
    Record,
    /// Anything else.
    Other,
}

impl Begins {
    pub(super) fn of(bytes: &[u8], line: Option<&Scanned<'_>>) -> Begins {
        match line {
            Some(Ok(Line::Manifest(_))) => Begins::Manifest,
            _ if bytes.starts_with(b"{\"type\":\"header\"") => Begins::ChainFile,
            Some(Err(_)) if bytes.starts_with(b"{") && !bytes.starts_with(b"{\"type\"") => Begins::Record,
            _ => Begins::Other,
        }
    }

    /// What to say of it where a bundle was expected.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Begins::ChainFile => "It is a chain file: `call-verify export` makes a bundle of it.",
            Begins::Record => "It looks like call records: seal them, and export the chain.",
            Begins::Nothing => "It holds no whole line.",
            Begins::Manifest | Begins::Other => "",
        }
    }
}
