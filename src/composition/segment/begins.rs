//! What stands on the first line: only a bundle begins with a manifest, and what else it may be is worth saying.

use super::hashes::Scanned;
use crate::composition::bundle::line::Line;
use crate::values::saved::saved;

/// What a run of lines begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// There is no whole line.
    Nothing,
    /// A manifest.
    Manifest,
    /// The header of a chain file.
    ChainFile,
    /// What looks like the record of a call.
    Record,
    /// A receipt, which is verified in another way.
    Receipt,
    /// JSON that was laid out anew over several lines.
    Indented,
    /// A manifest before a carriage return.
    CarriageReturn,
    /// A byte order mark, or text of two bytes a character.
    OtherEncoding,
    /// A ZIP archive.
    Archive,
    /// Anything else.
    Other,
    /// Evidence of a fork, which is verified in another way.
    Evidence,
    /// A validator's signed result.
    SignedResult,
}

saved! {
    enum Begins {
        0 => Nothing,
        1 => Manifest,
        2 => ChainFile,
        3 => Record,
        4 => Receipt,
        5 => Indented,
        6 => CarriageReturn,
        7 => OtherEncoding,
        8 => Archive,
        9 => Other,
        10 => Evidence,
        11 => SignedResult,
    }
}

impl Begins {
    pub(super) fn of(bytes: &[u8], line: Option<&Scanned<'_>>) -> Begins {
        match (line, bytes) {
            (Some(Ok(Line::Manifest(_))), _) => Begins::Manifest,
            (_, [0xef, 0xbb, 0xbf, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) => Begins::OtherEncoding,
            (_, [b'P', b'K', 3, 4, ..]) => Begins::Archive,
            (_, [b'{' | b'['] | [b'{' | b'[', b'\r']) => Begins::Indented,
            (_, [b'{', .., b'\r']) if bytes.starts_with(b"{\"type\":\"manifest\"") => Begins::CarriageReturn,
            _ if bytes.starts_with(b"{\"type\":\"header\"") => Begins::ChainFile,
            _ if bytes.starts_with(b"{\"type\":\"receipt\"") => Begins::Receipt,
            _ if bytes.starts_with(b"{\"format\":\"call-stream-verify/fork/") => Begins::Evidence,
            _ if bytes.starts_with(b"{\"payload\":\"") => Begins::SignedResult,
            // A report, a memory or another file of these programs.
            _ if bytes.starts_with(b"{\"format\":\"call-stream-verify/") => Begins::Other,
            (Some(Err(_)), _) if bytes.starts_with(b"{") && !bytes.starts_with(b"{\"type\"") => Begins::Record,
            _ => Begins::Other,
        }
    }

    /// What to say of it where a bundle was expected.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Begins::ChainFile => "It is a chain file: `call-verify export` makes a bundle of it.",
            Begins::Record => "It looks like call records: seal them, and export the chain.",
            Begins::Receipt => "It is a receipt of one call: `call-verify verify-call --receipt` verifies it.",
            Begins::Evidence => "It is evidence of a fork: `call-verify verify-evidence` verifies it.",
            Begins::SignedResult => "It is a validator's signed result: `call-verify agree` reads it.",
            Begins::Indented => {
                "It was laid out anew, which changes the bytes that were sealed: ask for the file as it was exported."
            }
            Begins::CarriageReturn => {
                "Its lines end in CR LF, as some mail and copy programs make them: ask for the file as it was exported."
            }
            Begins::OtherEncoding => {
                "It was saved in another encoding or with a byte order mark: ask for the file as it was exported."
            }
            Begins::Archive => "It is a ZIP archive: unpack it.",
            Begins::Nothing => "It holds no whole line.",
            Begins::Manifest | Begins::Other => "",
        }
    }
}
