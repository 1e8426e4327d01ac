//! Gzip: one member and nothing after it, and the same result for any chunking, also of damaged files.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use call_stream_verify::algorithms::gzip::{GzipReader, MAGIC};
use call_stream_verify::{Code, Error};
use flate2::Compression;
use std::io::Write as _;

const TEXT: &[u8] = b"{\"type\":\"manifest\"}\n{\"type\":\"manifest\"}\n{\"type\":\"manifest\"}\n{\"type\":\"end\"}\n";

/// `TEXT` by Python's `gzip.compress(…, mtime=0)`, by its `GzipFile("export.ndjson", …, mtime=1700000000)`, and by `gzip -n -1`.
const FOREIGN: [&str; 3] = [
    "1f8b0800000000000203ab562aa92c4855b252ca4dcccb4c4b2d2e51aae5aa26552c352f05c80500fce6e8214b000000",
    "1f8b080800f1536502ff6578706f72742e6e646a736f6e00ab562aa92c4855b252ca4dcccb4c4b2d2e51aae5aa26552c352f05c80500fce6e8214b000000",
    "1f8b0800000000000403ab562aa92c4855b252ca4dcccb4c4b2d2e51aae5aa26552c352f05a80d00fce6e8214b000000",
];

/// Everything given out, and how it ended; pieces are never larger than 32 KiB.
fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, std::result::Result<(), Code>) {
    let mut output = Vec::new();
    let mut out = |piece: &[u8]| {
        assert!(!piece.is_empty() && piece.len() <= 32_768);
        output.extend_from_slice(piece);
    };
    let mut reader = GzipReader::new();
    let mut first = None;
    for chunk in chunks {
        // A reader that has failed goes on failing in the same way.
        let result = reader.push(chunk, &mut out);
        assert!(first.is_none() || first == result.err());
        first = first.or(result.err());
    }
    let last = reader.finish(&mut out);
    assert!(first.is_none() || first == last.err());
    (output, last.map_err(|damage| Error::from(damage).code()))
}

fn compress(data: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that do not compress well, the same every time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0] & 0x3f
    })
    .take(length)
    .collect()
}

/// A member with every optional header field, written out by RFC 1952 §2.3.
fn with_all_fields(flags: u8) -> Vec<u8> {
    let plain = compress(TEXT, Compression::default());
    let mut header = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3];
    if flags & 4 != 0 {
        header.extend([5, 0, b'A', b'p', 1, 0, 9]);
    }
    if flags & 8 != 0 {
        header.extend(b"export.ndjson\0");
    }
    if flags & 16 != 0 {
        header.extend(b"a comment\0");
    }
    if flags & 2 != 0 {
        let mut crc = flate2::Crc::new();
        crc.update(&header);
        header.extend(&crc.sum().to_le_bytes()[..2]);
    }
    header.extend(&plain[10..]);
    header
}

#[test]
fn members_of_other_programs_are_read() {
    for member in FOREIGN {
        let member = hex::decode(member).unwrap();
        assert!(member.starts_with(&MAGIC));
        assert_eq!(read([member.as_slice()]), (TEXT.to_vec(), Ok(())));
    }
}

#[test]
fn every_combination_of_header_fields_is_skipped_and_reserved_flags_are_refused() {
    for flags in 0..=255 {
        let member = with_all_fields(flags);
        let expected = if flags & 0xe0 == 0 { (TEXT.to_vec(), Ok(())) } else { (vec![], Err(Code::GzipDamaged)) };
        assert_eq!(read([member.as_slice()]), expected, "flags {flags:#x}");
        assert_eq!(read(member.chunks(1)), expected, "flags {flags:#x}, byte by byte");
    }
    let mut empty_extra = vec![0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 0, 0];
    empty_extra.extend(&compress(TEXT, Compression::default())[10..]);
    assert_eq!(read([empty_extra.as_slice()]), (TEXT.to_vec(), Ok(())));
}

#[test]
fn a_header_checksum_that_does_not_hold_is_damage() {
    let member = with_all_fields(2);
    for place in [4, 9, 10, 11] {
        let mut damaged = member.clone();
        damaged[place] ^= 1;
        assert_eq!(read([damaged.as_slice()]), (vec![], Err(Code::GzipDamaged)), "byte {place}");
    }
}

#[test]
fn any_chunking_gives_the_same_bytes() {
    for (data, level) in [
        (TEXT.to_vec(), Compression::best()),
        (Vec::new(), Compression::default()),
        (noise(300_000), Compression::fast()),
        (noise(100_000), Compression::none()),
        (vec![b' '; 1_000_000], Compression::best()),
    ] {
        let member = compress(&data, level);
        for length in [1, 2, 3, 7, 18, 1000, 16_383, 16_384, 16_385, 65_536, member.len()] {
            assert_eq!(read(member.chunks(length)), (data.clone(), Ok(())), "chunks of {length}");
        }
        let empty: &[u8] = &[];
        let (a, b) = member.split_at(member.len() / 2);
        assert_eq!(read([empty, a, empty, b, empty]), (data, Ok(())));
    }
}

#[test]
fn a_member_cut_at_any_byte_is_damaged_and_so_is_no_member() {
    assert_eq!(read([]), (vec![], Err(Code::GzipDamaged)));
    for member in [with_all_fields(0x1e), compress(&noise(3000), Compression::default())] {
        for end in 0..member.len() {
            let whole = read([&member[..end]]);
            assert_eq!(whole.1, Err(Code::GzipDamaged), "cut at {end}");
            assert_eq!(read(member[..end].chunks(1)), whole);
            assert_eq!(read(member[..end].chunks(5)), whole);
        }
    }
}

#[test]
fn nothing_may_follow_the_member() {
    let member = compress(TEXT, Compression::default());
    for tail in [&member[..], b"\0", b"\n", &[0x1f], &[0; 512], &[0x1f, 0x8b, 8, 0]] {
        let file = [&member, tail].concat();
        for length in [1, 3, member.len(), file.len()] {
            assert_eq!(read(file.chunks(length)), (TEXT.to_vec(), Err(Code::GzipTrailing)), "{} bytes behind", tail.len());
        }
    }
}

#[test]
fn every_flipped_bit_is_found_or_changes_nothing_and_chunks_do_not_matter() {
    let data = noise(40_000);
    for (data, step) in [(TEXT, 1), (&data, 1009)] {
        let member = compress(data, Compression::default());
        let mut harmless = Vec::new();
        for bit in (0..member.len() * 8).step_by(step) {
            let mut flipped = member.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let whole = read([flipped.as_slice()]);
            for length in [1, 4096, 20_000] {
                assert_eq!(read(flipped.chunks(length)), whole, "bit {bit} in chunks of {length}");
            }
            match whole.1 {
                Ok(()) => {
                    assert_eq!(whole.0, data, "bit {bit}");
                    harmless.push(bit / 8);
                }
                Err(code) => assert_eq!(code, Code::GzipDamaged, "bit {bit}"),
            }
        }
        harmless.dedup();
        // What says nothing about the data: the flag for text, the time, level and system of the compressor (bytes 3 to 9), and the bits
        // that fill the last byte of the deflate data.
        let filling = member.len() - 9;
        assert!(harmless.iter().all(|byte| (3..10).contains(byte) || *byte == filling), "{harmless:?}");
    }
}

#[test]
fn a_checksum_or_length_that_does_not_hold_is_damage_even_with_bytes_behind() {
    let member = compress(TEXT, Compression::default());
    for back in 1..=8 {
        let mut damaged = member.clone();
        let place = damaged.len() - back;
        damaged[place] ^= 0x80;
        assert_eq!(read([damaged.as_slice()]), (TEXT.to_vec(), Err(Code::GzipDamaged)));
        damaged.push(0);
        assert_eq!(read([damaged.as_slice()]), (TEXT.to_vec(), Err(Code::GzipDamaged)));
    }
}

#[test]
fn a_bomb_is_given_out_in_pieces() {
    let member = compress(&vec![0; 50_000_000], Compression::best());
    assert!(member.len() < 60_000);
    let mut length = 0;
    let mut out = |piece: &[u8]| {
        assert!(piece.len() <= 32_768);
        length += piece.len();
    };
    let mut reader = GzipReader::new();
    reader.push(&member, &mut out).unwrap();
    reader.finish(&mut out).unwrap();
    assert_eq!(length, 50_000_000);
}
