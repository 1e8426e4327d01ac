//! CAR files: blocks behind their CIDs, one after the other, for tools of the IPFS kind. CARv1, writing alone.
//!
//! ```text
//! varint(length) ‖ {"roots": [CID…], "version": 1}       in DAG-CBOR
//! varint(length) ‖ CID (36 bytes) ‖ payload               for each block
//! ```
//!
//! A block is a canonical payload, its CID that of [`cid_of`](super::cid::cid_of). Every block is a root, so that whoever imports the file keeps
//! them all. The length of a block counts its CID. Source: IPLD CARv1 specification, DAG-CBOR (RFC 8949 in its one canonical form).

use super::cid::cid_bytes;
use super::varint;
use crate::values::digest::Digest;

/// The header of a file with these blocks.
#[must_use]
pub fn format_header(roots: &[Digest]) -> Vec<u8> {
    // A map of two, in the order of their names' lengths.
    let mut header = b"\xa2\x65roots".to_vec();
    let count = u64::try_from(roots.len()).unwrap_or(u64::MAX);
    let big_endian = count.to_be_bytes();
    let [.., e, f, g, h] = big_endian;
    match count {
        0..24 => header.push(0x80 | h),
        24..0x100 => header.extend([0x98, h]),
        0x100..0x1_0000 => header.extend([0x99, g, h]),
        0x1_0000..0x1_0000_0000 => header.extend([0x9a, e, f, g, h]),
        _ => {
            header.push(0x9b);
            header.extend(big_endian);
        }
    }
    for root in roots {
        // Tag 42 over 37 bytes, a zero in front of the CID.
        header.extend([0xd8, 0x2a, 0x58, 0x25, 0x00]);
        header.extend(cid_bytes(root));
    }
    header.extend(b"\x67version\x01");
    let mut out = length_of(header.len());
    out.append(&mut header);
    out
}

/// What stands in front of the bytes of a block.
#[must_use]
pub fn format_block_head(digest: &Digest, length: usize) -> Vec<u8> {
    let cid = cid_bytes(digest);
    let mut out = length_of(length.saturating_add(cid.len()));
    out.extend(cid);
    out
}

fn length_of(bytes: usize) -> Vec<u8> {
    varint::encode(u64::try_from(bytes).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_roots_is_that_of_the_specification_s_form() {
        assert_eq!(format_header(&[]), b"\x11\xa2\x65roots\x80\x67version\x01");
        let one = format_header(&[Digest::of(b"")]);
        assert!(one.starts_with(b"\x3a\xa2\x65roots\x81\xd8\x2a\x58\x25\x00\x01\x55\x12\x20\xe3\xb0"));
        assert_eq!(one.len(), 0x3a + 1);
        for (count, start) in
            [(23, &b"\x97"[..]), (24, b"\x98\x18"), (255, b"\x98\xff"), (256, b"\x99\x01\x00"), (65_536, b"\x9a\x00\x01\x00\x00")]
        {
            let header = format_header(&vec![Digest::of(b""); count]);
            let names = header.windows(5).position(|piece| piece == b"roots").map_or(0, |place| place + 5);
            assert!(header.get(names..).is_some_and(|rest| rest.starts_with(start)), "{count}");
        }
    }
}
