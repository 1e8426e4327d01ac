//! Gzip by one rule: exactly one member and nothing after it.
//!
//! `1f 8b 08 00 00000000 00 ff`, deflate data, CRC-32, length: RFC 1952. Optional header fields are skipped and the header's own checksum
//! is held; reserved flags are refused. Programs disagree about a second member or bytes behind the first (some read on, some stop, some
//! fail), so here both are refused.
//!
//! The data are inflated in blocks cut at fixed places of the input, not where chunks happen to end: any chunking gives the same output
//! and the same error, even when the data are damaged.

use crate::values::codes::Code;
use crate::values::error::Error;
use crate::values::saved::{Bytes, Saved, saved, to_bytes};
use crc::{CRC_32_ISO_HDLC, Crc, Table};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_HAS_MORE_INPUT};

/// The two bytes every gzip file begins with; no line of a bundle does.
pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Compressed bytes that are inflated at once.
const INPUT_BLOCK: usize = 16 * 1024;
/// Most that a block can be inflated to: 258 bytes for two bits, and what bits held back from the block before may add.
const MOST_INFLATED: usize = (INPUT_BLOCK + 64) * 1032;
/// The window of RFC 1951 §2, and so the most that is given out at once: what a bomb can occupy.
const WINDOW: usize = 32 * 1024;

const FLAG_HEADER_CRC: u8 = 1 << 1;
const FLAG_EXTRA: u8 = 1 << 2;
const FLAG_NAME: u8 = 1 << 3;
const FLAG_COMMENT: u8 = 1 << 4;
const FLAGS_RESERVED: u8 = 0b1110_0000;

/// Reads one gzip member from chunks.
///
/// It can be saved in the middle of any byte and go on elsewhere; only the version that saved it reads it.
pub struct GzipReader {
    state: State,
    header_sum: Sum,
    inflate: Box<DecompressorOxide>,
    input: Vec<u8>,
    /// The last inflated bytes, in a ring: the next one goes to `place`.
    window: Vec<u8>,
    place: usize,
    sum: Sum,
    table: Box<Crc<u32, Table<16>>>,
}

saved! { struct GzipReader { state, header_sum, inflate, input, window, place, sum } without { table: table() } }

impl Saved for DecompressorOxide {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend(postcard::to_allocvec(self).unwrap_or_default());
    }

    fn restore(from: &mut Bytes<'_>) -> Option<DecompressorOxide> {
        let (state, rest) = postcard::take_from_bytes::<DecompressorOxide>(from.rest()).ok()?;
        let taken = from.take(from.rest().len().checked_sub(rest.len())?)?;
        // Its numbers can be spelled in more ways than one.
        (to_bytes(&state) == taken).then_some(state)
    }
}

/// The table for checksums, made when it is needed: 16 KiB that would be a sixth of the WebAssembly module.
fn table() -> Box<Crc<u32, Table<16>>> {
    Box::new(Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC))
}

/// A CRC-32 that grows, and how many bytes it is of, modulo 2^32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    value: u32,
    amount: u32,
}

saved! { struct Sum { value, amount } }

impl Sum {
    fn add(&mut self, bytes: &[u8], table: &Crc<u32, Table<16>>) {
        // The table starts from a register; a sum is that register's complement, in the order of bits that the algorithm reflects.
        let mut digest = table.digest_with_initial((!self.value).reverse_bits());
        digest.update(bytes);
        self.value = digest.finalize();
        self.amount = self.amount.wrapping_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    }
}

/// What the next byte belongs to.
#[derive(Clone, Copy)]
enum State {
    Fixed { place: u8, flags: u8 },
    ExtraLength { flags: u8, low: Option<u8> },
    Extra { flags: u8, left: u16 },
    Name { flags: u8 },
    Comment { flags: u8 },
    HeaderCrc { low: Option<u8> },
    Data,
    Trailer { place: u8, bytes: [u8; 8] },
    End,
    Failed(Damage),
}

saved! {
    enum State {
        0 => Fixed { place: place, flags: flags },
        1 => ExtraLength { flags: flags, low: low },
        2 => Extra { flags: flags, left: left },
        3 => Name { flags: flags },
        4 => Comment { flags: flags },
        5 => HeaderCrc { low: low },
        6 => Data,
        7 => Trailer { place: place, bytes: bytes },
        8 => End,
        9 => Failed { 0: damage },
    }
}

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It ends too early.
    CutOff,
    /// Its header is none, or says what nobody has defined.
    Header,
    /// The header's own checksum is wrong.
    HeaderChecksum,
    /// What is compressed is no deflate data.
    Data,
    /// The checksum is wrong.
    Checksum,
    /// The length is wrong.
    Length,
    /// Something follows the first member.
    Trailing,
}

saved! {
    enum Damage {
        0 => CutOff,
        1 => Header,
        2 => HeaderChecksum,
        3 => Data,
        4 => Checksum,
        5 => Length,
        6 => Trailing,
    }
}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Error {
        let detail = match damage {
            Damage::CutOff => "It is cut off.",
            Damage::Header => "Its header is not that of a gzip file, or uses flags that are not defined.",
            Damage::HeaderChecksum => "The checksum of its header does not hold.",
            Damage::Data => "Its compressed data are broken.",
            Damage::Checksum => "Its checksum does not hold.",
            Damage::Length => "Its length does not hold.",
            Damage::Trailing => return Error::new(Code::GzipTrailing, ""),
        };
        Error::new(Code::GzipDamaged, detail)
    }
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
            header_sum: Sum::default(),
            inflate: Box::default(),
            input: Vec::with_capacity(INPUT_BLOCK),
            window: vec![0; WINDOW],
            place: 0,
            sum: Sum::default(),
            table: table(),
        }
    }

    /// Takes the next bytes and gives out what is inflated, in pieces of at most 32 KiB; up to 16 KiB of input are held back.
    ///
    /// **Errors**: what is wrong with the file; the reader gives the same from then on.
    pub fn push(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        if let State::Failed(damage) = self.state {
            return Err(damage);
        }
        let result = self.take(chunk, out);
        self.hold(result)
    }

    /// Ends the input and gives out what is left.
    ///
    /// **Errors**: as `push`, and if the file is cut off.
    pub fn finish(mut self, out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        if matches!(self.state, State::Data) {
            let result = self.inflate_block(out);
            self.hold(result)?;
        }
        match self.state {
            State::End => Ok(()),
            State::Failed(damage) => Err(damage),
            _ => Err(Damage::CutOff),
        }
    }

    /// Whether a reader that was saved elsewhere can go on.
    #[must_use]
    pub(crate) fn is_sound(&self) -> bool {
        self.window.len() == WINDOW && self.place < WINDOW && self.input.len() < INPUT_BLOCK
    }

    fn hold(&mut self, result: Result<(), Damage>) -> Result<(), Damage> {
        if let Err(damage) = result {
            self.state = State::Failed(damage);
        }
        result
    }

    fn take(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
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
    fn inflate_block(&mut self, out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        let block = std::mem::take(&mut self.input);
        let mut rest = block.as_slice();
        let mut inflated = 0;
        loop {
            let (status, read, written) =
                decompress(&mut self.inflate, rest, &mut self.window, self.place, TINFL_FLAG_HAS_MORE_INPUT);
            if let Some(piece) = self.window.get(self.place..self.place + written).filter(|piece| !piece.is_empty()) {
                self.sum.add(piece, &self.table);
                out(piece);
            }
            self.place = (self.place + written) % WINDOW;
            inflated += written;
            rest = rest.get(read..).unwrap_or_default();
            match status {
                TINFLStatus::Done => break,
                // No deflate data give more; a state that was changed could, without end.
                TINFLStatus::HasMoreOutput if inflated <= MOST_INFLATED => {}
                TINFLStatus::NeedsMoreInput if rest.is_empty() => {
                    self.input = block;
                    self.input.clear();
                    return Ok(());
                }
                _ => return Err(Damage::Data),
            }
        }
        self.state = State::Trailer { place: 0, bytes: [0; 8] };
        rest.iter().try_for_each(|byte| self.framing_byte(*byte))
    }

    fn framing_byte(&mut self, byte: u8) -> Result<(), Damage> {
        if !matches!(self.state, State::HeaderCrc { .. } | State::Trailer { .. }) {
            self.header_sum.add(&[byte], &self.table);
        }
        self.state = match self.state {
            State::Fixed { place: 9, flags } => after(flags, 0),
            State::Fixed { place, flags } => {
                let fits = match place {
                    0 | 1 => MAGIC.get(usize::from(place)) == Some(&byte),
                    2 => byte == 8,
                    3 => byte & FLAGS_RESERVED == 0,
                    _ => true,
                };
                if !fits {
                    return Err(Damage::Header);
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
                if !self.header_sum.value.to_le_bytes().starts_with(&[low, byte]) {
                    return Err(Damage::HeaderChecksum);
                }
                State::Data
            }
            State::Trailer { place, mut bytes } => {
                if let Some(slot) = bytes.get_mut(usize::from(place)) {
                    *slot = byte;
                }
                if place < 7 { State::Trailer { place: place + 1, bytes } } else { self.check_trailer(bytes)? }
            }
            State::End => return Err(Damage::Trailing),
            State::Failed(damage) => return Err(damage),
            waiting @ (State::Name { .. } | State::Comment { .. } | State::Data) => waiting,
        };
        Ok(())
    }

    fn check_trailer(&self, bytes: [u8; 8]) -> Result<State, Damage> {
        let [c0, c1, c2, c3, l0, l1, l2, l3] = bytes;
        if u32::from_le_bytes([c0, c1, c2, c3]) != self.sum.value {
            return Err(Damage::Checksum);
        }
        // RFC 1952 §2.3.1: the length modulo 2^32, as the counter of the checksum is.
        if u32::from_le_bytes([l0, l1, l2, l3]) != self.sum.amount {
            return Err(Damage::Length);
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::values::saved::from_bytes;

    #[test]
    fn a_saved_reader_has_one_spelling() {
        // A header with a name, then a stored block that is not whole yet.
        let mut reader = GzipReader::new();
        let start = [&[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0xff][..], b"name\0", &[1, 5, 0, 0xfa, 0xff, b'h', b'e']].concat();
        reader.push(&start, &mut |_| {}).unwrap();
        let bytes = to_bytes(&reader);
        let mut accepted = 0;
        for place in (0..200).chain((200..bytes.len()).step_by(499)) {
            for changed in [0, 1, 0x7f, 0x80, 0xff] {
                let mut other = bytes.clone();
                other[place] = changed;
                if let Some(restored) = from_bytes::<GzipReader>(&other) {
                    assert_eq!(to_bytes(&restored), other, "{changed} at {place}");
                    accepted += 1;
                }
            }
        }
        assert!(accepted > 0);
        assert!(from_bytes::<GzipReader>(&bytes[..bytes.len() - 1]).is_none());
        // A number of the decompressor with a byte more than it takes.
        let inflate = to_bytes(reader.inflate.as_ref());
        assert!(from_bytes::<DecompressorOxide>(&inflate).is_some());
        let (place, byte) = inflate.iter().enumerate().skip(1).find(|(_, byte)| **byte < 0x80).unwrap();
        let longer = [&inflate[..place], &[byte | 0x80, 0], &inflate[place + 1..]].concat();
        assert!(postcard::from_bytes::<DecompressorOxide>(&longer).is_ok());
        assert!(from_bytes::<DecompressorOxide>(&longer).is_none());
    }
}
