//! Gzip by one rule: exactly one member and nothing after it.
//!
//! `1f 8b 08 00 00000000 00 ff`, deflate data, CRC-32, length: RFC 1952. Optional header fields are skipped and the header's own checksum
//! is held; reserved flags are refused. Programs disagree about a second member or bytes behind the first (some read on, some stop, some
//! fail), so here both are refused.
//!
//! The data are inflated in blocks cut at fixed places of the input, not where chunks happen to end: any chunking gives the same output
//! and the same error, even when the data are damaged.

use crate::values::codes::Code;
use crate::values::error::{Error, Result};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// The two bytes every gzip file begins with; no line of a bundle does.
pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Compressed bytes that are inflated at once.
const INPUT_BLOCK: usize = 16 * 1024;
/// Most inflated bytes given out at once: what a bomb can occupy.
const OUTPUT_PIECE: usize = 64 * 1024;

const FLAG_HEADER_CRC: u8 = 1 << 1;
const FLAG_EXTRA: u8 = 1 << 2;
const FLAG_NAME: u8 = 1 << 3;
const FLAG_COMMENT: u8 = 1 << 4;
const FLAGS_RESERVED: u8 = 0b1110_0000;

/// Reads one gzip member from chunks.
pub struct GzipReader {
    state: State,
    header_crc: Crc,
    inflate: Decompress,
    input: Vec<u8>,
    output: Box<[u8]>,
    crc: Crc,
}

/// What the next byte belongs to.
enum State {
    Fixed { place: u8, flags: u8 },
    ExtraLength { flags: u8, low: Option<u8> },
    Extra { flags: u8, left: u16 },
    Name { flags: u8 },
    Comment { flags: u8 },
    HeaderCrc { low: Option<u8> },
    Data,
    Trailer { place: usize, bytes: [u8; 8] },
    End,
    Failed(Error),
}

impl Default for GzipReader {
    fn default() -> GzipReader {
        GzipReader::new()
    }
}

impl GzipReader {
    /// A reader at the first byte.
    #[must_use]
    pub fn new() -> GzipReader {
        GzipReader {
            state: State::Fixed { place: 0, flags: 0 },
            header_crc: Crc::new(),
            inflate: Decompress::new(false),
            input: Vec::with_capacity(INPUT_BLOCK),
            output: vec![0; OUTPUT_PIECE].into_boxed_slice(),
            crc: Crc::new(),
        }
    }

    /// Takes the next bytes and gives out what is inflated, in pieces of at most 64 KiB; up to 16 KiB of input are held back.
    ///
    /// **Errors**: `gzip-damaged`, `gzip-trailing`, and what `out` returns; the reader gives the same error from then on.
    pub fn push(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        let result = self.take(chunk, out);
        self.hold(result)
    }

    /// Ends the input and gives out what is left.
    ///
    /// **Errors**: as `push`, and `gzip-damaged` if the file is cut off.
    pub fn finish(mut self, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if matches!(self.state, State::Data) {
            let result = self.inflate_block(out);
            self.hold(result)?;
        }
        match self.state {
            State::End => Ok(()),
            State::Failed(error) => Err(error),
            _ => Err(damaged("It is cut off.")),
        }
    }

    fn hold(&mut self, result: Result<()>) -> Result<()> {
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
        }
        result
    }

    fn take(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut chunk = chunk;
        while !chunk.is_empty() {
            if matches!(self.state, State::Data) {
                let room = INPUT_BLOCK.saturating_sub(self.input.len()).min(chunk.len());
                let Some((now, later)) = chunk.split_at_checked(room) else { break };
                self.input.extend_from_slice(now);
                chunk = later;
                if self.input.len() >= INPUT_BLOCK {
                    self.inflate_block(out)?;
                }
            } else if let Some((byte, rest)) = chunk.split_first() {
                self.framing_byte(*byte)?;
                chunk = rest;
            }
        }
        Ok(())
    }

    /// Inflates the block held; what stands behind the deflate data in it is framing again.
    fn inflate_block(&mut self, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let block = std::mem::take(&mut self.input);
        let mut rest = block.as_slice();
        loop {
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(rest, &mut self.output, FlushDecompress::None);
            let read = usize::try_from(self.inflate.total_in() - read).unwrap_or(usize::MAX);
            let written = usize::try_from(self.inflate.total_out() - written).unwrap_or(usize::MAX);
            if let Some(piece) = self.output.get(..written).filter(|piece| !piece.is_empty()) {
                self.crc.update(piece);
                out(piece)?;
            }
            rest = rest.get(read..).unwrap_or_default();
            match status {
                Err(_) => return Err(damaged("Its compressed data are broken.")),
                Ok(Status::StreamEnd) => break,
                Ok(_) if read == 0 && written == 0 && rest.is_empty() => {
                    self.input = block;
                    self.input.clear();
                    return Ok(());
                }
                Ok(_) if read == 0 && written == 0 => return Err(damaged("Its compressed data are broken.")),
                Ok(_) => {}
            }
        }
        self.state = State::Trailer { place: 0, bytes: [0; 8] };
        rest.iter().try_for_each(|byte| self.framing_byte(*byte))
    }

    fn framing_byte(&mut self, byte: u8) -> Result<()> {
        if !matches!(self.state, State::HeaderCrc { .. } | State::Trailer { .. }) {
            self.header_crc.update(&[byte]);
        }
        let state = std::mem::replace(&mut self.state, State::End);
        self.state = match state {
            State::Fixed { place: 9, flags } => after(flags, 0),
            State::Fixed { place, flags } => {
                let fits = match place {
                    0 | 1 => MAGIC.get(usize::from(place)) == Some(&byte),
                    2 => byte == 8,
                    3 => byte & FLAGS_RESERVED == 0,
                    _ => true,
                };
                if !fits {
                    return Err(damaged("Its header is not that of a gzip file, or uses flags that are not defined."));
                }
                State::Fixed { place: place + 1, flags: if place == 3 { byte } else { flags } }
            }
            State::ExtraLength { flags, low: None } => State::ExtraLength { flags, low: Some(byte) },
            State::ExtraLength { flags, low: Some(low) } => match u16::from_le_bytes([low, byte]) {
                0 => after(flags, FLAG_EXTRA),
                left => State::Extra { flags, left },
            },
            State::Extra { flags, left: 0 | 1 } => after(flags, FLAG_EXTRA),
            State::Extra { flags, left } => State::Extra { flags, left: left - 1 },
            State::Name { flags } if byte == 0 => after(flags, FLAG_NAME),
            State::Comment { flags } if byte == 0 => after(flags, FLAG_COMMENT),
            State::HeaderCrc { low: None } => State::HeaderCrc { low: Some(byte) },
            State::HeaderCrc { low: Some(low) } => {
                if !self.header_crc.sum().to_le_bytes().starts_with(&[low, byte]) {
                    return Err(damaged("The checksum of its header does not hold."));
                }
                State::Data
            }
            State::Trailer { place, mut bytes } => {
                if let Some(slot) = bytes.get_mut(place) {
                    *slot = byte;
                }
                if place < 7 { State::Trailer { place: place + 1, bytes } } else { self.check_trailer(bytes)? }
            }
            State::End => return Err(Error::new(Code::GzipTrailing, "")),
            State::Failed(error) => return Err(error),
            waiting @ (State::Name { .. } | State::Comment { .. } | State::Data) => waiting,
        };
        Ok(())
    }

    fn check_trailer(&self, bytes: [u8; 8]) -> Result<State> {
        let [c0, c1, c2, c3, l0, l1, l2, l3] = bytes;
        if u32::from_le_bytes([c0, c1, c2, c3]) != self.crc.sum() {
            return Err(damaged("Its checksum does not hold."));
        }
        // RFC 1952 §2.3.1: the length modulo 2^32, as the counter of the checksum is.
        if u32::from_le_bytes([l0, l1, l2, l3]) != self.crc.amount() {
            return Err(damaged("Its length does not hold."));
        }
        Ok(State::End)
    }
}

/// The header field that follows the one of flag `done` (0: the fixed part): they stand in the order of RFC 1952 §2.3.
fn after(flags: u8, done: u8) -> State {
    if done < FLAG_EXTRA && flags & FLAG_EXTRA != 0 {
        State::ExtraLength { flags, low: None }
    } else if done < FLAG_NAME && flags & FLAG_NAME != 0 {
        State::Name { flags }
    } else if done < FLAG_COMMENT && flags & FLAG_COMMENT != 0 {
        State::Comment { flags }
    } else if flags & FLAG_HEADER_CRC != 0 {
        State::HeaderCrc { low: None }
    } else {
        State::Data
    }
}

fn damaged(detail: &'static str) -> Error {
    Error::new(Code::GzipDamaged, detail)
}
