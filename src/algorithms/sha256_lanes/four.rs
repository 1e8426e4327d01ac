//! Four hashes at once, one in each 32-bit lane of WebAssembly's 128-bit vectors.
//!
//! Natively this module is compiled for its tests alone, over plain arrays.

use super::{Block, INITIAL, ROUNDS, Streams};
use crate::values::digest::Digest;

/// Four 32-bit numbers, one for each message.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use core::arch::wasm32::{
        i8x16_shuffle, i32x4_add, i32x4_shuffle, u32x4, u32x4_extract_lane, u32x4_replace_lane, u32x4_shl, u32x4_shr, u64x2,
        v128, v128_and, v128_or, v128_xor,
    };

    #[derive(Clone, Copy)]
    pub struct Lanes(v128);

    impl Lanes {
        /// The same number in every lane.
        pub const fn splat(value: u32) -> Lanes {
            Lanes(u32x4(value, value, value, value))
        }

        /// Four big-endian numbers.
        pub fn from_be_bytes(bytes: [u8; 16]) -> Lanes {
            let [low, high] =
                [0, 8].map(|from| u64::from_le_bytes(std::array::from_fn(|i| bytes.get(from + i).copied().unwrap_or_default())));
            let number = u64x2(low, high);
            Lanes(i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(number, number))
        }

        /// Rows become columns.
        pub fn transpose([a, b, c, d]: [Lanes; 4]) -> [Lanes; 4] {
            let (ab, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
            let (cd, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
            [
                i32x4_shuffle::<0, 1, 4, 5>(ab, cd),
                i32x4_shuffle::<2, 3, 6, 7>(ab, cd),
                i32x4_shuffle::<0, 1, 4, 5>(ab_high, cd_high),
                i32x4_shuffle::<2, 3, 6, 7>(ab_high, cd_high),
            ]
            .map(Lanes)
        }

        /// The number in a lane from 0 to 3.
        pub fn get(self, lane: usize) -> u32 {
            match lane {
                0 => u32x4_extract_lane::<0>(self.0),
                1 => u32x4_extract_lane::<1>(self.0),
                2 => u32x4_extract_lane::<2>(self.0),
                _ => u32x4_extract_lane::<3>(self.0),
            }
        }

        /// The same with another number in a lane from 0 to 3.
        pub fn with(self, lane: usize, value: u32) -> Lanes {
            Lanes(match lane {
                0 => u32x4_replace_lane::<0>(self.0, value),
                1 => u32x4_replace_lane::<1>(self.0, value),
                2 => u32x4_replace_lane::<2>(self.0, value),
                _ => u32x4_replace_lane::<3>(self.0, value),
            })
        }

        pub fn add(self, other: Lanes) -> Lanes {
            Lanes(i32x4_add(self.0, other.0))
        }

        pub fn and(self, other: Lanes) -> Lanes {
            Lanes(v128_and(self.0, other.0))
        }

        pub fn xor(self, other: Lanes) -> Lanes {
            Lanes(v128_xor(self.0, other.0))
        }

        pub fn shift(self, bits: u32) -> Lanes {
            Lanes(u32x4_shr(self.0, bits))
        }

        pub fn rotate(self, bits: u32) -> Lanes {
            Lanes(v128_or(u32x4_shr(self.0, bits), u32x4_shl(self.0, 32 - bits)))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    #[derive(Clone, Copy)]
    pub struct Lanes([u32; 4]);

    impl Lanes {
        pub const fn splat(value: u32) -> Lanes {
            Lanes([value; 4])
        }

        pub fn get(self, lane: usize) -> u32 {
            self.0.get(lane).copied().unwrap_or_default()
        }

        pub fn with(mut self, lane: usize, value: u32) -> Lanes {
            if let Some(place) = self.0.get_mut(lane) {
                *place = value;
            }
            self
        }

        pub fn from_be_bytes(bytes: [u8; 16]) -> Lanes {
            let number = u128::from_be_bytes(bytes);
            Lanes([96, 64, 32, 0].map(|shift| u32::try_from(number >> shift & 0xFFFF_FFFF).unwrap_or_default()))
        }

        pub fn transpose(rows: [Lanes; 4]) -> [Lanes; 4] {
            std::array::from_fn(|column| Lanes(rows.map(|row| row.0.get(column).copied().unwrap_or_default())))
        }

        fn zip(self, other: Lanes, join: impl Fn(u32, u32) -> u32) -> Lanes {
            let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
            Lanes([join(a, e), join(b, f), join(c, g), join(d, h)])
        }

        pub fn add(self, other: Lanes) -> Lanes {
            self.zip(other, u32::wrapping_add)
        }

        pub fn and(self, other: Lanes) -> Lanes {
            self.zip(other, |a, b| a & b)
        }

        pub fn xor(self, other: Lanes) -> Lanes {
            self.zip(other, |a, b| a ^ b)
        }

        pub fn shift(self, bits: u32) -> Lanes {
            Lanes(self.0.map(|value| value >> bits))
        }

        pub fn rotate(self, bits: u32) -> Lanes {
            Lanes(self.0.map(|value| value.rotate_right(bits)))
        }
    }
}

use lanes::Lanes;

/// Four states, word by word.
pub(super) struct Four([Lanes; 8]);

impl Four {
    pub(super) fn new() -> Four {
        Four(INITIAL.map(Lanes::splat))
    }
}

impl Streams<4> for Four {
    fn begin(&mut self, lane: usize) {
        for (word, initial) in self.0.iter_mut().zip(INITIAL) {
            *word = word.with(lane, initial);
        }
    }

    fn compress(&mut self, [a, b, c, d]: [&[Block]; 4]) {
        for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
            compress(&mut self.0, words([a, b, c, d]));
        }
    }

    fn digest(&self, lane: usize) -> Digest {
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(&self.0) {
            bytes.copy_from_slice(&word.get(lane).to_be_bytes());
        }
        Digest(digest)
    }
}

/// The 16 words of four blocks.
fn words(blocks: [&Block; 4]) -> [Lanes; 16] {
    let mut words = [Lanes::splat(0); 16];
    for (quarter, words) in words.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let rows = blocks.map(|block| {
            let bytes = block.get(quarter * 16..).and_then(|bytes| bytes.first_chunk()).copied();
            Lanes::from_be_bytes(bytes.unwrap_or_default())
        });
        *words = Lanes::transpose(rows);
    }
    words
}

#[inline(never)]
fn compress(state: &mut [Lanes; 8], mut words: [Lanes; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    let mut bc = b.xor(c);
    /// The first 16 words are those of the block.
    macro_rules! given {
        ($i:literal) => {
            words[$i]
        };
    }
    /// Later words come from those before; each takes the place of the one 16 before it.
    macro_rules! extended {
        ($i:literal) => {{
            let (w15, w2) = (words[($i + 1) % 16], words[($i + 14) % 16]);
            let s0 = w15.rotate(7).xor(w15.rotate(18)).xor(w15.shift(3));
            let s1 = w2.rotate(17).xor(w2.rotate(19)).xor(w2.shift(10));
            words[$i] = words[$i].add(s0).add(words[($i + 9) % 16]).add(s1);
            words[$i]
        }};
    }
    macro_rules! round {
        ($constants:ident, $words:ident, $i:literal, $a:ident, $b:ident, $c:ident, $d:ident, $e:ident, $f:ident, $g:ident, $h:ident) => {
            let word = $words!($i);
            let s1 = $e.rotate(6).xor($e.rotate(11)).xor($e.rotate(25));
            let choice = $g.xor($e.and($f.xor($g)));
            // What waits longest, `s1` of the round before, is added last.
            let t1 = $h.add(word.add($constants[$i])).add(choice).add(s1);
            let s0 = $a.rotate(2).xor($a.rotate(13)).xor($a.rotate(22));
            // The majority of a, b and c, with what the round before computed of b and c.
            let ab = $a.xor($b);
            let majority = $b.xor(ab.and(bc));
            bc = ab;
            $d = $d.add(t1);
            $h = t1.add(s0.add(majority));
        };
    }
    // Written out, with the eight names moving on instead of their values: only so do they stay in registers.
    macro_rules! sixteen_rounds {
        ($constants:ident, $words:ident) => {
            round!($constants, $words, 0, a, b, c, d, e, f, g, h);
            round!($constants, $words, 1, h, a, b, c, d, e, f, g);
            round!($constants, $words, 2, g, h, a, b, c, d, e, f);
            round!($constants, $words, 3, f, g, h, a, b, c, d, e);
            round!($constants, $words, 4, e, f, g, h, a, b, c, d);
            round!($constants, $words, 5, d, e, f, g, h, a, b, c);
            round!($constants, $words, 6, c, d, e, f, g, h, a, b);
            round!($constants, $words, 7, b, c, d, e, f, g, h, a);
            round!($constants, $words, 8, a, b, c, d, e, f, g, h);
            round!($constants, $words, 9, h, a, b, c, d, e, f, g);
            round!($constants, $words, 10, g, h, a, b, c, d, e, f);
            round!($constants, $words, 11, f, g, h, a, b, c, d, e);
            round!($constants, $words, 12, e, f, g, h, a, b, c, d);
            round!($constants, $words, 13, d, e, f, g, h, a, b, c);
            round!($constants, $words, 14, c, d, e, f, g, h, a, b);
            round!($constants, $words, 15, b, c, d, e, f, g, h, a);
        };
    }
    let [first, rest @ ..] = &SPLAT;
    sixteen_rounds!(first, given);
    for constants in rest {
        sixteen_rounds!(constants, extended);
    }
    for (word, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.add(value);
    }
}

/// The constants of the rounds in every lane: broadcasting them in each round would cost a thirtieth of the time.
// Evaluated by the compiler, which refuses an index that is too large.
#[allow(clippy::indexing_slicing)]
static SPLAT: [[Lanes; 16]; 4] = {
    let mut splat = [[Lanes::splat(0); 16]; 4];
    let mut round = 0;
    while round < 64 {
        splat[round / 16][round % 16] = Lanes::splat(ROUNDS[round / 16][round % 16]);
        round += 1;
    }
    splat
};
