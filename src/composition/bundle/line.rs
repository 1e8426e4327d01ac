//! Lines of a bundle: one JSON object each, members in the order shown, no white space. FORMAT §8.
//!
//! ```json
//! {"type":"manifest","format":"call-stream-verify/1","chain":{…},"range":{"start":0,"end":2},"prev_hash":"c995…","exported_at":"2026-11-01T00:00:00Z"}
//! {"type":"entry","seq":0,"entry_hash":"31f3…","entry":{…}}
//! {"type":"call","call":{…}}
//! {"type":"redacted","call":{…},"salts":{…}}
//! {"type":"checkpoint","note":"callstream.example/audit/f8c570d5\n2\nsYwa…\n\n— callstream.example/audit/f8c570d5 ZclgtI…\n"}
//! {"type":"anchor","kind":"opentimestamps","size":2,"proof":"AE9w…"}
//! {"type":"consistency","from":2,"to":4,"hashes":["sYwa…"]}
//! {"type":"inclusion","seq":0,"size":2,"hashes":["sYwa…"]}
//! {"type":"end","entries":2,"calls":2,"head":"f08b…","envelope":"2e9a…"}
//! ```

use crate::algorithms::base64;
use crate::algorithms::canonical::{self, Scanner};
use crate::objects::call::{Call, RedactedCall};
use crate::objects::chain::{Entry, Header};
use crate::objects::version::scan_digest;
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::limits::{ANCHOR_BYTES, PROOF_HASHES};
use crate::values::time::Timestamp;
use std::ops::Range;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
// A line lives for one step of the fold: a box would cost an allocation a line and save nothing.
#[allow(clippy::large_enum_variant)]
pub enum Line<'a> {
    /// The first line: which chain, and which part of it.
    Manifest(Manifest),
    /// An entry of the chain.
    Entry(EntryLine<'a>),
    /// The present state of a call.
    Call(Call<'a>),
    /// Some members of a call.
    Redacted(RedactedCall),
    /// A signed note; its text is not looked at here.
    Checkpoint(String),
    /// An OpenTimestamps proof over a checkpoint of that size.
    Anchor {
        /// Tree size of the checkpoint.
        size: u64,
        /// The proof's bytes.
        proof: Vec<u8>,
    },
    /// A proof that the tree of `to` leaves continues that of `from`.
    Consistency(Proof),
    /// A proof that leaf `from` is in the tree of `to` leaves.
    Inclusion(Proof),
    /// The last line.
    End(End),
}

/// The first line of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The chain's header.
    pub chain: Header,
    /// The entries of the bundle, half-open.
    pub range: Range<u64>,
    /// The hash in front of the first of them.
    pub prev_hash: Digest,
    /// When the export was made, by the exporter's clock.
    pub exported_at: Timestamp,
}

/// An entry with its position and hash as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryLine<'a> {
    /// The position, from 0.
    pub seq: u64,
    /// The hash that is written beside the entry.
    pub entry_hash: Digest,
    /// The entry.
    pub entry: Entry<'a>,
}

/// A Merkle proof: `from` and `to` are tree sizes, or a leaf's index and a tree size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The smaller size, or the index.
    pub from: u64,
    /// The size of the tree that is proven to.
    pub to: u64,
    /// The hashes.
    pub hashes: Vec<Digest>,
}

/// The last line of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// How many entry lines there are.
    pub entries: u64,
    /// How many call and redacted lines there are.
    pub calls: u64,
    /// Hash of the last entry; `prev_hash` of the manifest if there is none.
    pub head: Digest,
    /// Digest of all manifest, checkpoint, anchor and proof lines with their LFs.
    pub envelope: Digest,
}

/// Where a line departs from its canonical spelling, or is more than may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCanonical {
    /// `not-canonical`, or the limit that it exceeds.
    pub code: Code,
    /// The member, where one can be named.
    pub member: Option<&'static str>,
    /// The byte of the line, counted from 0.
    pub offset: usize,
}

impl<'a> Line<'a> {
    /// Reads a line without its LF.
    ///
    /// **Errors**: the place at which it departs from the canonical spelling of every type of line.
    pub fn scan(bytes: &'a [u8]) -> Result<Line<'a>, NotCanonical> {
        let mut scanner = Scanner::new(bytes).map_err(|offset| NotCanonical { offset, ..None.into() })?;
        let mut line = scan_line(&mut scanner);
        // Lines are looked at in place from here on: they are large, and moving them would take a tenth of the time.
        if let Err(place) = &mut line {
            place.offset = scanner.offset();
        }
        line
    }

    /// Whether the `envelope` of the end line covers lines of this type.
    #[must_use]
    pub fn is_envelope(&self) -> bool {
        !matches!(self, Line::Entry(_) | Line::Call(_) | Line::Redacted(_) | Line::End(_))
    }
}

impl From<Option<&'static str>> for NotCanonical {
    /// At the place where the scanner stands, which [`Line::scan`] knows.
    fn from(member: Option<&'static str>) -> NotCanonical {
        NotCanonical { code: Code::NotCanonical, member, offset: 0 }
    }
}

fn scan_line<'a>(scanner: &mut Scanner<'a>) -> Result<Line<'a>, NotCanonical> {
    scanner.literal("{\"type\":\"").ok_or(Some("type"))?;
    let line = if scanner.literal("entry\",").is_some() {
        Line::Entry(scan_entry(scanner)?)
    } else if scanner.literal("call\",\"call\":").is_some() {
        Line::Call(Call::scan(scanner).map_err(|member| member.map(|member| member.name()))?)
    } else if scanner.literal("redacted\",\"call\":").is_some() {
        Line::Redacted(RedactedCall::scan(scanner).map_err(|member| member.map(|member| member.name()))?)
    } else if scanner.literal("manifest\",").is_some() {
        Line::Manifest(scan_manifest(scanner)?)
    } else if scanner.literal("checkpoint\",\"note\":").is_some() {
        let note = scanner.string().ok_or(Some("note"))?;
        Line::Checkpoint(canonical::unescape(note).into_owned())
    } else if scanner.literal("anchor\",\"kind\":\"opentimestamps\",\"size\":").is_some() {
        let size = scanner.integer().ok_or(Some("size"))?;
        scanner.literal(",\"proof\":").ok_or(Some("proof"))?;
        let proof = scanner.string().and_then(base64::decode).ok_or(Some("proof"))?;
        if proof.len() > ANCHOR_BYTES {
            return Err(too_large("proof"));
        }
        Line::Anchor { size, proof }
    } else if scanner.literal("consistency\",\"from\":").is_some() {
        Line::Consistency(scan_proof(scanner, ",\"to\":")?)
    } else if scanner.literal("inclusion\",\"seq\":").is_some() {
        Line::Inclusion(scan_proof(scanner, ",\"size\":")?)
    } else if scanner.literal("end\",\"entries\":").is_some() {
        Line::End(scan_end(scanner)?)
    } else {
        return Err(Some("type").into());
    };
    scanner.literal("}").filter(|()| scanner.is_at_end()).ok_or(None)?;
    Ok(line)
}

#[inline(always)]
fn scan_entry<'a>(scanner: &mut Scanner<'a>) -> Result<EntryLine<'a>, Option<&'static str>> {
    scanner.literal("\"seq\":").ok_or(Some("seq"))?;
    let seq = scanner.integer().ok_or(Some("seq"))?;
    let entry_hash = scan_digest(scanner, ",\"entry_hash\":").ok_or(Some("entry_hash"))?;
    scanner.literal(",\"entry\":").ok_or(Some("entry"))?;
    let entry = Entry::scan(scanner).ok_or(Some("entry"))?;
    Ok(EntryLine { seq, entry_hash, entry })
}

fn scan_manifest(scanner: &mut Scanner<'_>) -> Result<Manifest, Option<&'static str>> {
    scanner.literal("\"format\":\"call-stream-verify/1\",").ok_or(Some("format"))?;
    scanner.literal("\"chain\":").ok_or(Some("chain"))?;
    let chain = Header::scan(scanner).ok_or(Some("chain"))?;
    scanner.literal(",\"range\":{\"start\":").ok_or(Some("range"))?;
    let start = scanner.integer().ok_or(Some("range"))?;
    scanner.literal(",\"end\":").ok_or(Some("range"))?;
    let end = scanner.integer().filter(|end| *end >= start).ok_or(Some("range"))?;
    scanner.literal("}").ok_or(Some("range"))?;
    let prev_hash = scan_digest(scanner, ",\"prev_hash\":").ok_or(Some("prev_hash"))?;
    scanner.literal(",\"exported_at\":").ok_or(Some("exported_at"))?;
    let exported_at = scanner.string().and_then(Timestamp::parse_canonical).ok_or(Some("exported_at"))?;
    Ok(Manifest { chain, range: start..end, prev_hash, exported_at })
}

fn too_large(member: &'static str) -> NotCanonical {
    NotCanonical { code: Code::ProofTooLarge, ..Some(member).into() }
}

fn scan_proof(scanner: &mut Scanner<'_>, second: &str) -> Result<Proof, NotCanonical> {
    let from = scanner.integer().ok_or(None)?;
    scanner.literal(second).ok_or(None)?;
    let to = scanner.integer().ok_or(None)?;
    scanner.literal(",\"hashes\":[").ok_or(Some("hashes"))?;
    let mut hashes = Vec::new();
    if scanner.literal("]").is_none() {
        loop {
            let hash = scanner.string().and_then(base64::decode_digest).ok_or(Some("hashes"))?;
            hashes.push(hash);
            if scanner.literal("]").is_some() {
                break;
            }
            scanner.literal(",").ok_or(Some("hashes"))?;
            if hashes.len() == PROOF_HASHES {
                return Err(too_large("hashes"));
            }
        }
    }
    Ok(Proof { from, to, hashes })
}

fn scan_end(scanner: &mut Scanner<'_>) -> Result<End, Option<&'static str>> {
    let entries = scanner.integer().ok_or(Some("entries"))?;
    scanner.literal(",\"calls\":").ok_or(Some("calls"))?;
    let calls = scanner.integer().ok_or(Some("calls"))?;
    let head = scan_digest(scanner, ",\"head\":").ok_or(Some("head"))?;
    let envelope = scan_digest(scanner, ",\"envelope\":").ok_or(Some("envelope"))?;
    Ok(End { entries, calls, head, envelope })
}
