//! Two hashes at once by the SHA instructions of x86-64 processors.
//!
//! `sha256rnds2` does two rounds and takes several times longer than it occupies its unit; a second hash fills the gaps.
//! This is the one place of the crate with unsafe code: [`compress`] may run only where the processor has the
//! instructions, and [`Pair`] exists only where that was asked. Everything else in here works on values and is safe; no
//! pointer is formed, so that there are no bounds to prove.
#![allow(unsafe_code)]

use super::{Block, INITIAL, ROUNDS, Streams};
use crate::values::digest::Digest;
use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_extract_epi32, _mm_set_epi32, _mm_set_epi64x, _mm_sha256msg1_epu32,
    _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi8, _mm_shuffle_epi32,
};

/// Two states; a value of this type exists only where the processor has the instructions.
pub(super) struct Pair([Words; 2]);

/// A state as the instructions want it: the words F, E, B, A and H, G, D, C.
type Words = [[u32; 4]; 2];

const BEGINNING: Words = {
    let [a, b, c, d, e, f, g, h] = INITIAL;
    [[f, e, b, a], [h, g, d, c]]
};

impl Pair {
    /// `None` where the instructions are missing.
    pub(super) fn new() -> Option<Pair> {
        let available = is_x86_feature_detected!("sha") && is_x86_feature_detected!("avx");
        available.then_some(Pair([BEGINNING; 2]))
    }
}

impl Streams<2> for Pair {
    fn begin(&mut self, lane: usize) {
        if let Some(state) = self.0.get_mut(lane) {
            *state = BEGINNING;
        }
    }

    fn compress(&mut self, runs: [&[Block]; 2]) {
        // SAFETY: `self` exists, so `new` has found the features that `compress` is compiled for.
        unsafe { compress(&mut self.0, runs) }
    }

    fn digest(&self, lane: usize) -> Digest {
        let [[f, e, b, a], [h, g, d, c]] = self.0.get(lane).copied().unwrap_or_default();
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip([a, b, c, d, e, f, g, h]) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        Digest(digest)
    }
}

/// A state in registers.
#[derive(Clone, Copy)]
struct State {
    abef: __m128i,
    cdgh: __m128i,
}

impl State {
    #[inline]
    #[target_feature(enable = "sha,avx")]
    fn load(words: &Words) -> State {
        State { abef: vector(&words[0]), cdgh: vector(&words[1]) }
    }

    #[inline]
    #[target_feature(enable = "sha,avx")]
    fn store(self) -> Words {
        [self.abef, self.cdgh].map(|x| {
            [_mm_extract_epi32::<0>(x), _mm_extract_epi32::<1>(x), _mm_extract_epi32::<2>(x), _mm_extract_epi32::<3>(x)]
                .map(i32::cast_unsigned)
        })
    }

    /// Four rounds, with the words of the message plus their constants.
    #[inline]
    #[target_feature(enable = "sha,avx")]
    fn four_rounds(&mut self, words: __m128i) {
        self.cdgh = _mm_sha256rnds2_epu32(self.cdgh, self.abef, words);
        self.abef = _mm_sha256rnds2_epu32(self.abef, self.cdgh, _mm_shuffle_epi32::<0x0E>(words));
    }

    #[inline]
    #[target_feature(enable = "sha,avx")]
    fn add(self, other: State) -> State {
        State { abef: _mm_add_epi32(self.abef, other.abef), cdgh: _mm_add_epi32(self.cdgh, other.cdgh) }
    }
}

/// The 16 words of a block, four in a vector.
#[inline]
#[target_feature(enable = "sha,avx")]
fn words(block: &Block) -> [__m128i; 4] {
    let swap = _mm_set_epi64x(0x0C0D_0E0F_0809_0A0B, 0x0405_0607_0001_0203);
    let quarters: [[u8; 16]; 4] = std::array::from_fn(|i| {
        let quarter = block.get(i * 16..i * 16 + 16).and_then(|quarter| quarter.first_chunk());
        quarter.copied().unwrap_or_default()
    });
    quarters.map(|quarter| {
        let number = u128::from_le_bytes(quarter);
        let half = |number: u128| i64::from_le_bytes(number.to_le_bytes().first_chunk().copied().unwrap_or_default());
        _mm_shuffle_epi8(_mm_set_epi64x(half(number >> 64), half(number)), swap)
    })
}

/// The next four words of the message schedule; the oldest four go.
#[inline]
#[target_feature(enable = "sha,avx")]
fn extend([a, b, c, d]: [__m128i; 4]) -> __m128i {
    _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8::<4>(d, c)), d)
}

#[inline]
#[target_feature(enable = "sha,avx")]
fn vector(four: &[u32; 4]) -> __m128i {
    let [a, b, c, d] = four.map(u32::cast_signed);
    _mm_set_epi32(d, c, b, a)
}

#[target_feature(enable = "sha,avx")]
fn compress(states: &mut [Words; 2], [left, right]: [&[Block]; 2]) {
    let (rounds, _) = ROUNDS.as_flattened().as_chunks::<4>();
    let (first, rest) = rounds.split_at(4);
    let mut pair = [State::load(&states[0]), State::load(&states[1])];
    for (left, right) in left.iter().zip(right) {
        let [mut x, mut y] = pair;
        let (mut u, mut v) = (words(left), words(right));
        for ((k, u), v) in first.iter().zip(u).zip(v) {
            let k = vector(k);
            x.four_rounds(_mm_add_epi32(u, k));
            y.four_rounds(_mm_add_epi32(v, k));
        }
        for k in rest {
            let k = vector(k);
            let (next_u, next_v) = (extend(u), extend(v));
            x.four_rounds(_mm_add_epi32(next_u, k));
            y.four_rounds(_mm_add_epi32(next_v, k));
            u = [u[1], u[2], u[3], next_u];
            v = [v[1], v[2], v[3], next_v];
        }
        pair = [pair[0].add(x), pair[1].add(y)];
    }
    *states = [pair[0].store(), pair[1].store()];
}
