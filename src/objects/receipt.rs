//! Receipts: one call, the entry that seals it, and the proof that this entry stands in a signed log. FORMAT §7.
//!
//! ```json
//! {"type":"receipt","call":{…},"entry":{…},"entry_hash":"31f3…","chain":{…},"proof":"c2sp.org/tlog-proof@v1\nindex 3\n…"}
//! ```
//!
//! One line and its LF, members in this order, in the spelling of the lines of a bundle: `call` is the canonical payload, `entry` and
//! `chain` are JCS, `proof` is the text of a [`LogProof`] whose leaf is the entry. Nothing is judged here.

use super::call::Call;
use super::chain::{Entry, Header};
use super::log_proof::LogProof;
use super::version::scan_digest;
use crate::algorithms::canonical::{self, Scanner};
use crate::values::codes::{Code, Effect};
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::LINE_BYTES;
use std::fmt;

/// What a receipt says, as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt<'a> {
    /// The call.
    pub call: Call<'a>,
    /// The entry that is to seal it.
    pub entry: Entry<'a>,
    /// The hash that is written beside the entry.
    pub entry_hash: Digest,
    /// The header of the chain. Only entry 0 binds it.
    pub chain: Header,
    /// The entry's place in the log.
    pub proof: LogProof,
}

impl<'a> Receipt<'a> {
    /// Reads a receipt: one line and its LF.
    ///
    /// **Errors**: `bad-receipt` with the member at which the text departs from the canonical spelling; `line-too-long`, `proof-too-large`,
    /// `note-too-large`.
    pub fn parse(bytes: &'a [u8]) -> Result<Receipt<'a>> {
        if bytes.len() > LINE_BYTES + 1 {
            return Err(Error::new(Code::LineTooLong, ""));
        }
        let Some(line) = bytes.strip_suffix(b"\n") else {
            return Err(Error::new(Code::BadReceipt, "It does not end with a newline, as if it were cut off."));
        };
        let mut scanner = Scanner::new(line).map_err(|offset| Error::new(Code::BadReceipt, "").offset(offset))?;
        scan(&mut scanner).map_err(|error| error.offset(scanner.offset()))
    }
}

fn scan<'a>(scanner: &mut Scanner<'a>) -> Result<Receipt<'a>> {
    let refuse = |member: &'static str| Error::new(Code::BadReceipt, "").member(member);
    scanner.literal("{\"type\":\"receipt\"").ok_or_else(|| refuse("type"))?;
    scanner.literal(",\"call\":").ok_or_else(|| refuse("call"))?;
    let call = Call::scan(scanner).map_err(|member| refuse(member.map_or("call", |member| member.name())))?;
    scanner.literal(",\"entry\":").ok_or_else(|| refuse("entry"))?;
    let entry = Entry::scan(scanner).ok_or_else(|| refuse("entry"))?;
    let entry_hash = scan_digest(scanner, ",\"entry_hash\":").ok_or_else(|| refuse("entry_hash"))?;
    scanner.literal(",\"chain\":").ok_or_else(|| refuse("chain"))?;
    let chain = Header::scan(scanner).ok_or_else(|| refuse("chain"))?;
    scanner.literal(",\"proof\":").ok_or_else(|| refuse("proof"))?;
    let proof = scanner.string().ok_or_else(|| refuse("proof"))?;
    scanner.literal("}").filter(|()| scanner.is_at_end()).ok_or_else(|| Error::new(Code::BadReceipt, ""))?;
    let proof = LogProof::parse(&canonical::unescape(proof)).map_err(|error| {
        let code = if error.code().effect() == Effect::Limit { error.code() } else { Code::BadReceipt };
        Error::new(code, error.detail()).member("proof")
    })?;
    Ok(Receipt { call, entry, entry_hash, chain, proof })
}

/// The line with its LF, byte for byte.
impl fmt::Display for Receipt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proof = canonical::quoted(&self.proof.to_string());
        writeln!(
            f,
            "{{\"type\":\"receipt\",\"call\":{},\"entry\":{},\"entry_hash\":\"{}\",\"chain\":{},\"proof\":{proof}}}",
            self.call.payload(),
            self.entry.text,
            self.entry_hash,
            self.chain.format(),
        )
    }
}
