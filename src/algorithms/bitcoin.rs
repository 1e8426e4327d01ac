//! Headers of Bitcoin blocks: what binds the Merkle root of a block to its time and to the work that was spent on it.
//!
//! ```text
//! 01000000                                                          version
//! 6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000  hash of the header in front
//! 982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e  Merkle root of the block
//! 61bc6649 ffff001d 01e36299                                        time, target (nBits), nonce
//! ```
//!
//! 80 bytes, numbers with the lowest byte first. The hash is SHA-256 twice; read as a number with the lowest byte first it is no larger than the
//! target. A header shows that the work which it names was spent on it, and nothing else: neither its height nor that it stands in the best
//! chain. Whoever supplies headers has to know where they come from.

use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::{Error, Result};
use crate::values::limits::HEADERS_BYTES;
use crate::values::time::Timestamp;
use std::collections::BTreeMap;

const HEADER_BYTES: usize = 80;
/// The easiest target that Bitcoin ever had: difficulty 1.
const EASIEST: u32 = 0x1d00_ffff;

/// A header whose work is that which it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    prev_hash: [u8; 32],
    merkle_root: [u8; 32],
    time: u32,
    bits: u32,
    hash: Digest,
}

impl Header {
    /// Decodes a header and checks its work.
    ///
    /// **Errors**: `bad-headers`.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Header> {
        let number = |at: usize| {
            let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            u32::from_le_bytes(bytes.unwrap_or_default())
        };
        let value = |at: usize| bytes.get(at..at + 32).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
        let hash = Digest::of(Digest::of(bytes).as_bytes());
        let bits = number(72);
        let target = target(bits).filter(|target| Some(*target) <= self::target(EASIEST));
        let target = target.ok_or_else(|| bad("A header names a target that no block of Bitcoin can have."))?;
        if reversed(&hash) > target {
            return Err(bad("The work that a header names was not spent on it."));
        }
        Ok(Header { prev_hash: value(4), merkle_root: value(36), time: number(68), bits, hash })
    }

    /// The block's name, as other programs write it: its hash with the last byte first, in hex.
    #[must_use]
    pub fn name(&self) -> String {
        hex::encode(reversed(&self.hash))
    }

    /// The time that its maker wrote. The network took it if it was at most two hours ahead, and later than the median of the eleven before.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        Timestamp::new(i64::from(self.time), 0)
    }

    /// How many times as hard as the easiest it was to make, rounded down; that one takes some 2^32 hashes.
    #[must_use]
    pub fn difficulty(&self) -> u64 {
        let [exponent, ..] = self.bits.to_be_bytes();
        let shift = 8 * (0x1d - u32::from(exponent).min(0x1d));
        // What does not fit was never spent on any block.
        let easiest = if shift <= 104 { 0xffff_u128 << shift } else { u128::MAX };
        u64::try_from(easiest / u128::from(self.bits & 0x7f_ffff).max(1)).unwrap_or(u64::MAX)
    }
}

/// The target that a compact number names, highest byte first; `None` if it is zero, negative or has no bytes of its own.
fn target(bits: u32) -> Option<[u8; 32]> {
    let [exponent, mantissa @ ..] = bits.to_be_bytes();
    let is_positive = mantissa != [0; 3] && bits & 0x80_0000 == 0;
    let start = 32_usize.checked_sub(exponent.into()).filter(|_| is_positive)?;
    let mut target = [0; 32];
    target.get_mut(start..start + 3)?.copy_from_slice(&mantissa);
    Some(target)
}

fn reversed(hash: &Digest) -> [u8; 32] {
    let mut bytes = *hash.as_bytes();
    bytes.reverse();
    bytes
}

/// Headers that a verifier supplies, in runs of blocks that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    runs: Vec<Vec<Header>>,
    /// Where the first header with a Merkle root stands: its run, and its place there.
    places: BTreeMap<[u8; 32], (usize, usize)>,
}

impl Headers {
    /// Reads headers: 80 bytes each, one run; or text, each 160 hex digits on a line, where an empty line stands between two runs.
    ///
    /// **Errors**: `bad-headers` with the line, of bytes with the header's number.
    pub fn parse(bytes: &[u8]) -> Result<Headers> {
        if bytes.len() > HEADERS_BYTES {
            return Err(bad("They are more than 4 MiB."));
        }
        let is_text = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'\n');
        let mut headers = Headers::default();
        let mut run = Vec::new();
        if is_text {
            let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
                if line.is_empty() && !run.is_empty() {
                    headers.push(std::mem::take(&mut run));
                    continue;
                }
                let mut header = [0; HEADER_BYTES];
                hex::decode_to_slice(line, &mut header).map_err(|_| bad("Expected 160 hex digits.").line(number))?;
                add(&mut run, &header).map_err(|error| error.line(number))?;
            }
        } else {
            let (whole, rest) = bytes.as_chunks::<HEADER_BYTES>();
            if !rest.is_empty() {
                return Err(bad("A header is 80 bytes long."));
            }
            for (number, header) in (1..).zip(whole) {
                add(&mut run, header).map_err(|error| error.line(number))?;
            }
        }
        if run.is_empty() {
            return Err(bad("There is none behind the last line."));
        }
        headers.push(run);
        Ok(headers)
    }

    /// The header with this Merkle root, and how many follow it.
    #[must_use]
    pub fn find(&self, merkle_root: &[u8]) -> Option<(&Header, usize)> {
        let (run, place) = self.places.get(merkle_root)?;
        let run = self.runs.get(*run)?;
        Some((run.get(*place)?, run.len() - place - 1))
    }

    fn push(&mut self, run: Vec<Header>) {
        for (place, header) in run.iter().enumerate() {
            self.places.entry(header.merkle_root).or_insert((self.runs.len(), place));
        }
        self.runs.push(run);
    }
}

fn add(run: &mut Vec<Header>, bytes: &[u8; HEADER_BYTES]) -> Result<()> {
    let header = Header::decode(bytes)?;
    if run.last().is_some_and(|last| last.hash.as_bytes() != &header.prev_hash) {
        return Err(bad("A header does not follow the one in front of it."));
    }
    run.push(header);
    Ok(())
}

#[inline(never)]
fn bad(detail: &'static str) -> Error {
    Error::new(Code::BadHeaders, detail)
}
