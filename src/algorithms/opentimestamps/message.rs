//! Messages and what the operations of a proof make of them.

use super::Operation;
use crate::algorithms::ripemd160;
use crate::values::digest::Digest;
use crate::values::limits::ANCHOR_MESSAGE_BYTES;

pub(super) const SHA1: u8 = 0x02;
pub(super) const RIPEMD160: u8 = 0x03;
pub(super) const SHA256: u8 = 0x08;
pub(super) const KECCAK256: u8 = 0x67;
pub(super) const APPEND: u8 = 0xf0;
pub(super) const PREPEND: u8 = 0xf1;
pub(super) const REVERSE: u8 = 0xf2;
pub(super) const HEXLIFY: u8 = 0xf3;

/// A message: its bytes, or how many there are behind an operation that is not computed here.
pub(super) enum Message {
    Known(Vec<u8>),
    Unknown(usize),
}

impl Message {
    /// The message that a file's digest is. Two files may share one that is no SHA-256 value: nothing is concluded from it.
    pub fn first(hash: u8, digest: &[u8]) -> Message {
        if hash == SHA256 { Message::Known(digest.to_vec()) } else { Message::Unknown(digest.len()) }
    }

    pub fn len(&self) -> usize {
        match self {
            Message::Known(bytes) => bytes.len(),
            Message::Unknown(length) => *length,
        }
    }

    pub fn known(&self) -> Option<&[u8]> {
        match self {
            Message::Known(bytes) => Some(bytes),
            Message::Unknown(_) => None,
        }
    }

    /// The message that an operation makes of this one.
    ///
    /// **Errors**: what is wrong, in words.
    pub fn after(&self, operation: &Operation) -> Result<Message, &'static str> {
        let Operation { tag, argument } = operation;
        let length = match *tag {
            SHA1 | RIPEMD160 => 20,
            SHA256 | KECCAK256 => 32,
            APPEND | PREPEND => self.len().saturating_add(argument.len()),
            REVERSE => self.len(),
            HEXLIFY => self.len().saturating_mul(2),
            _ => return Err("It has an operation that no version of the format knows."),
        };
        if length > ANCHOR_MESSAGE_BYTES {
            return Err("It has a message of more than 4,096 bytes.");
        }
        let Message::Known(bytes) = self else { return Ok(Message::Unknown(length)) };
        Ok(match *tag {
            SHA256 => Message::Known(Digest::of(bytes).as_bytes().to_vec()),
            RIPEMD160 => Message::Known(ripemd160::digest(bytes).to_vec()),
            APPEND => Message::Known([bytes.as_slice(), argument].concat()),
            PREPEND => Message::Known([argument, bytes.as_slice()].concat()),
            REVERSE => Message::Known(bytes.iter().rev().copied().collect()),
            HEXLIFY => Message::Known(hex::encode(bytes).into_bytes()),
            _ => Message::Unknown(length),
        })
    }
}
