//! RIPEMD-160, which stands in the oldest OpenTimestamps proofs: small rather than fast, as the crates' unrolled rounds would weigh on what a
//! browser loads.
//!
//! Two lines of 80 steps over the same words of a block, each in five rounds with a function, a constant and an order of the words of its own.
//! **Source**: H. Dobbertin, A. Bosselaers, B. Preneel, RIPEMD-160: a strengthened version of RIPEMD, 1996.

const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// One of the two lines.
struct Line {
    /// The constants of the rounds.
    constants: [u32; 5],
    /// Which word of the block each step takes.
    words: [u8; 80],
    /// By how many bits each step rotates.
    shifts: [u8; 80],
}

const LEFT: Line = Line {
    constants: [0, 0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xa953_fd4e],
    words: [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8, 3, 10, 14, 4,
        9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2, 4, 0, 5, 9, 7, 12, 2, 10,
        14, 1, 3, 8, 11, 6, 15, 13,
    ],
    shifts: [
        11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12, 11, 13,
        6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12, 9, 15, 5, 11, 6,
        8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
    ],
};

const RIGHT: Line = Line {
    constants: [0x50a2_8be6, 0x5c4d_d124, 0x6d70_3ef3, 0x7a6d_76e9, 0],
    words: [
        5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2, 15, 5, 1, 3,
        7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14, 12, 15, 10, 4, 1, 5, 8, 7,
        6, 2, 13, 14, 0, 3, 9, 11,
    ],
    shifts: [
        8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11, 9, 7, 15,
        11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8, 8, 5, 12, 9, 12, 5,
        14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
    ],
};

/// The digest of some bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> [u8; 20] {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64) + if padded.len() % 64 > 56 { 64 } else { 0 }, 0);
    let bits = u64::try_from(bytes.len()).unwrap_or_default().wrapping_mul(8).to_le_bytes();
    if let Some(last) = padded.last_chunk_mut::<8>() {
        *last = bits;
    }
    let mut state = START;
    for block in padded.as_chunks::<64>().0 {
        let (words, _) = block.as_chunks::<4>();
        let [a, b, c, d, e] = run(&LEFT, state, words, 0);
        let [f, g, h, i, j] = run(&RIGHT, state, words, 4);
        let [s, t, u, v, w] = state;
        let sum = |one: u32, two: u32, three: u32| one.wrapping_add(two).wrapping_add(three);
        state = [sum(t, c, i), sum(u, d, j), sum(v, e, f), sum(w, a, g), sum(s, b, h)];
    }
    let mut out = [0; 20];
    for (place, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *place = word.to_le_bytes();
    }
    out
}

/// Runs a line over a block; `first` is the function that its first round takes, 0 or 4: the right line takes them the other way round.
#[inline(never)]
fn run(line: &Line, state: [u32; 5], block: &[[u8; 4]], first: usize) -> [u32; 5] {
    let [mut a, mut b, mut c, mut d, mut e] = state;
    for (step, (word, shift)) in line.words.iter().zip(line.shifts).enumerate() {
        let round = step / 16;
        let mixed = match first.abs_diff(round) {
            0 => b ^ c ^ d,
            1 => (b & c) | (!b & d),
            2 => (b | !c) ^ d,
            3 => (b & d) | (c & !d),
            _ => b ^ (c | !d),
        };
        let word = block.get(usize::from(*word)).copied().map_or(0, u32::from_le_bytes);
        let constant = line.constants.get(round).copied().unwrap_or_default();
        let sum = a.wrapping_add(mixed).wrapping_add(word).wrapping_add(constant);
        let next = sum.rotate_left(shift.into()).wrapping_add(e);
        (a, e, d, c, b) = (e, d, c.rotate_left(10), b, next);
    }
    [a, b, c, d, e]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of the paper.
    #[test]
    fn the_paper_s_examples_have_the_paper_s_digests() {
        let digits = "1234567890".repeat(8);
        let million = "a".repeat(1_000_000);
        for (text, expected) in [
            ("", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
            ("a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe"),
            ("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
            ("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
            ("abcdefghijklmnopqrstuvwxyz", "f71c27109c692c1b56bbdceb5b9d2865b3708dbc"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "12a053384a9c0c88e405a06c27dcf49ada62eb2b"),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "b0e20b6e3116640286ed3a87a5713079b21f5189"),
            (&digits, "9b752e45573d4b39f4dbd3323cab82bf63326bfb"),
            (&million, "52783243c1697bdbe16d37f97f68f08325dc1528"),
        ] {
            assert_eq!(hex::encode(digest(text.as_bytes())), expected);
        }
    }
}
