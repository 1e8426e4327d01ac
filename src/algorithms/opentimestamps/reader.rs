//! Reads a proof once, from its first byte to its last, and counts what it asks for before it is done.

use super::message::{self, Message};
use super::{ATTESTATION, Attestation, BITCOIN, BRANCH, MAGIC, Node, Operation, PENDING, Proof, VERSION, bad};
use crate::algorithms::varint;
use crate::values::error;
use crate::values::limits::{ANCHOR_DEPTH, ANCHOR_MESSAGE_BYTES, ANCHOR_WORK, SAFE_INTEGER};

/// Most bytes of an attestation behind its tag.
const PAYLOAD_BYTES: usize = 8192;
/// Longest address of a calendar.
const URI_BYTES: usize = 1000;

/// In which order the branches of a proof may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// In that of [`Proof::encode`]. What departs from it is refused at once: to sort it would cost more than to read it.
    Rising,
    Any,
}

struct Reader<'a> {
    order: Order,
    bytes: &'a [u8],
    offset: usize,
    /// Bytes of the messages so far.
    work: usize,
}

/// What is wrong, and at which byte.
struct Refusal(&'static str, usize);

type Result<T> = std::result::Result<T, Refusal>;

/// Reads a proof.
pub(super) fn read(order: Order, bytes: &[u8]) -> error::Result<Proof> {
    read_whole(order, bytes).map_err(|Refusal(detail, offset)| bad(detail).offset(offset))
}

fn read_whole(order: Order, bytes: &[u8]) -> Result<Proof> {
    let mut reader = Reader { order, bytes, offset: 0, work: 0 };
    if reader.take(MAGIC.len()).ok() != Some(MAGIC) {
        return Err(Refusal("It does not begin like one.", 0));
    }
    if reader.byte()? != VERSION {
        return Err(reader.refuse_last("It is of another version of the format."));
    }
    let hash = reader.byte()?;
    let length = match hash {
        message::SHA1 | message::RIPEMD160 => 20,
        message::SHA256 | message::KECCAK256 => 32,
        _ => return Err(reader.refuse_last("It is about a digest of no kind that there is.")),
    };
    let digest = reader.take(length)?.to_vec();
    let root = reader.node(&Message::first(hash, &digest), 1)?;
    match reader.bytes.len() == reader.offset {
        true => Ok(Proof { hash, digest, root, work: reader.work }),
        false => Err(reader.refuse("There are bytes behind its end.")),
    }
}

impl<'a> Reader<'a> {
    fn refuse(&self, detail: &'static str) -> Refusal {
        Refusal(detail, self.offset)
    }

    /// Refuses the byte that was read last.
    fn refuse_last(&self, detail: &'static str) -> Refusal {
        Refusal(detail, self.offset.saturating_sub(1))
    }

    #[inline(never)]
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let taken = rest.get(..length).ok_or_else(|| self.refuse("It is cut off."))?;
        self.offset += length;
        Ok(taken)
    }

    #[inline(never)]
    fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().ok_or_else(|| self.refuse("It is cut off."))
    }

    fn number(&mut self) -> Result<u64> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let (number, length) =
            varint::decode(rest).ok_or_else(|| self.refuse("A number is cut off, too large or longer than it need be."))?;
        self.offset += length;
        Ok(number)
    }

    /// Bytes behind their length.
    fn bytes(&mut self, least: usize, most: usize) -> Result<&'a [u8]> {
        let start = self.offset;
        let length = usize::try_from(self.number()?).ok().filter(|length| (least..=most).contains(length));
        let length = length.ok_or(Refusal("Something is longer or shorter than it may be.", start))?;
        self.take(length)
    }

    fn node(&mut self, message: &Message, depth: usize) -> Result<Node> {
        if depth > ANCHOR_DEPTH {
            return Err(self.refuse("It has more than 256 messages, one behind the other."));
        }
        let mut node = Node::default();
        loop {
            let start = self.offset;
            let first = self.byte()?;
            let is_branch = first == BRANCH;
            let tag = if is_branch { self.byte()? } else { first };
            self.work += message.len();
            if self.work > ANCHOR_WORK {
                return Err(self.refuse("Its messages are more than 256 KiB together."));
            }
            let is_last = if tag == ATTESTATION {
                let attestation = self.attestation(message)?;
                node.add_attestation(attestation).map(|is_last| is_last && node.next.is_empty())
            } else {
                let operation = self.operation(tag)?;
                let next = message.after(&operation).map_err(|detail| Refusal(detail, start))?;
                let next = self.node(&next, depth + 1)?;
                node.add_operation(operation, next)
            };
            match is_last {
                None => return Err(Refusal("It says something twice.", start)),
                Some(false) if self.order == Order::Rising => return Err(Refusal("Its branches are not in order.", start)),
                Some(_) => {}
            }
            if !is_branch {
                return Ok(node);
            }
        }
    }

    fn operation(&mut self, tag: u8) -> Result<Operation> {
        let argument = match tag {
            message::APPEND | message::PREPEND => self.bytes(1, ANCHOR_MESSAGE_BYTES)?.to_vec(),
            _ => Vec::new(),
        };
        Ok(Operation { tag, argument })
    }

    fn attestation(&mut self, message: &Message) -> Result<Attestation> {
        let mut tag = [0; 8];
        tag.copy_from_slice(self.take(8)?);
        let start = self.offset;
        let payload = self.bytes(0, PAYLOAD_BYTES)?;
        if tag != PENDING && tag != BITCOIN {
            return Ok(Attestation::Other(tag, payload.to_vec()));
        }
        let mut inner = Reader { order: self.order, bytes: payload, offset: 0, work: 0 };
        let attestation = if tag == PENDING { inner.pending() } else { inner.bitcoin(message) };
        let attestation = attestation.map_err(|Refusal(detail, _)| Refusal(detail, start))?;
        match inner.offset == payload.len() {
            true => Ok(attestation),
            false => Err(Refusal("An attestation has bytes behind its end.", start)),
        }
    }

    fn pending(&mut self) -> Result<Attestation> {
        let uri = self.bytes(0, URI_BYTES)?;
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._/:".contains(byte);
        match std::str::from_utf8(uri) {
            Ok(text) if uri.iter().all(is_plain) => Ok(Attestation::Pending(text.to_owned())),
            _ => Err(self.refuse("The address of a calendar has other characters than letters, digits and -._/: in it.")),
        }
    }

    fn bitcoin(&mut self, message: &Message) -> Result<Attestation> {
        let height = self.number()?;
        if height > SAFE_INTEGER {
            return Err(self.refuse("The height of a block is beyond 2^53-1."));
        }
        if message.len() != 32 {
            return Err(self.refuse("What stands for the Merkle root of a block is not 32 bytes long."));
        }
        Ok(Attestation::Bitcoin(height))
    }
}
