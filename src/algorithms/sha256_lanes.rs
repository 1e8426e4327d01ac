//! SHA-256 of four messages at once, for WebAssembly, which has no SHA instructions but 128-bit vectors. FIPS 180-4 §6.2.
//!
//! Entries of a chain do not wait for each other: each carries its `prev_hash`. So four of them go through the rounds side
//! by side, one in each 32-bit lane. Natively the `sha2` crate uses the processor's own instructions and is faster; there
//! this module is compiled for its tests alone, which compare it with that crate.

use crate::values::digest::Digest;

/// Four 32-bit numbers, one for each message.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use core::arch::wasm32::{i32x4_add, u32x4, u32x4_extract_lane, u32x4_shl, u32x4_shr, v128, v128_and, v128_or, v128_xor};

    #[derive(Clone, Copy)]
    pub struct Lanes(v128);

    impl Lanes {
        pub fn new([a, b, c, d]: [u32; 4]) -> Lanes {
            Lanes(u32x4(a, b, c, d))
        }

        pub fn values(self) -> [u32; 4] {
            [
                u32x4_extract_lane::<0>(self.0),
                u32x4_extract_lane::<1>(self.0),
                u32x4_extract_lane::<2>(self.0),
                u32x4_extract_lane::<3>(self.0),
            ]
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
        pub fn new(values: [u32; 4]) -> Lanes {
            Lanes(values)
        }

        pub fn values(self) -> [u32; 4] {
            self.0
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

/// Computes SHA-256 of four messages.
///
/// **Cost**: that of the longest one, four times over where the others are much shorter; then each is hashed on its own.
#[must_use]
pub fn digest_four(messages: [&[u8]; 4]) -> [Digest; 4] {
    let blocks = messages.map(|message| (message.len() + 8) / 64 + 1);
    let longest = blocks.into_iter().max().unwrap_or_default();
    let shortest = blocks.into_iter().min().unwrap_or_default();
    if longest > 2 * shortest {
        return messages.map(Digest::of);
    }
    let tails = messages.map(Tail::new);
    let mut state = INITIAL.map(|word| Lanes::new([word; 4]));
    let mut digests = [Digest([0; 32]); 4];
    for place in 0..longest {
        let mut block = [[0; 4]; 16];
        for (lane, (message, tail)) in messages.iter().zip(&tails).enumerate() {
            let bytes = message.get(place * 64..place * 64 + 64).unwrap_or_else(|| tail.block(place));
            for (word, bytes) in block.iter_mut().zip(bytes.chunks_exact(4)) {
                if let (Some(value), [a, b, c, d]) = (word.get_mut(lane), bytes) {
                    *value = u32::from_be_bytes([*a, *b, *c, *d]);
                }
            }
        }
        compress(&mut state, block.map(Lanes::new));
        for (lane, (digest, count)) in digests.iter_mut().zip(blocks).enumerate() {
            if count == place + 1 {
                *digest = read(&state, lane);
            }
        }
    }
    digests
}

/// The last one or two blocks of a message, padded.
struct Tail {
    first: usize,
    bytes: [u8; 128],
}

impl Tail {
    fn new(message: &[u8]) -> Tail {
        let first = message.len() / 64;
        let rest = message.get(first * 64..).unwrap_or_default();
        let mut bytes = [0; 128];
        let end = if rest.len() < 56 { 64 } else { 128 };
        let bits = u64::try_from(message.len()).unwrap_or_default() * 8;
        let padding = [0x80].iter().chain(std::iter::repeat_n(&0, end - rest.len() - 9));
        let length = bits.to_be_bytes();
        for (to, from) in bytes.iter_mut().zip(rest.iter().chain(padding).chain(&length)) {
            *to = *from;
        }
        Tail { first, bytes }
    }

    fn block(&self, place: usize) -> &[u8] {
        let start = place.saturating_sub(self.first) * 64;
        self.bytes.get(start..start + 64).unwrap_or(&[0; 64])
    }
}

fn read(state: &[Lanes; 8], lane: usize) -> Digest {
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.values().get(lane).copied().unwrap_or_default().to_be_bytes());
    }
    Digest(digest)
}

/// Runs its body for the words 0 to 15, with each number as a literal: only so do 16 words stay in registers.
macro_rules! for_each_word {
    ($body:ident) => {
        $body!(0);
        $body!(1);
        $body!(2);
        $body!(3);
        $body!(4);
        $body!(5);
        $body!(6);
        $body!(7);
        $body!(8);
        $body!(9);
        $body!(10);
        $body!(11);
        $body!(12);
        $body!(13);
        $body!(14);
        $body!(15);
    };
}

fn compress(state: &mut [Lanes; 8], mut words: [Lanes; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (pass, constants) in ROUNDS.iter().enumerate() {
        macro_rules! extend {
            ($i:literal) => {
                let (w15, w2) = (words[($i + 1) % 16], words[($i + 14) % 16]);
                let s0 = w15.rotate(7).xor(w15.rotate(18)).xor(w15.shift(3));
                let s1 = w2.rotate(17).xor(w2.rotate(19)).xor(w2.shift(10));
                words[$i] = words[$i].add(s0).add(words[($i + 9) % 16]).add(s1);
            };
        }
        macro_rules! round {
            ($i:literal) => {
                let s1 = e.rotate(6).xor(e.rotate(11)).xor(e.rotate(25));
                let choice = g.xor(e.and(f.xor(g)));
                let t1 = h.add(s1).add(choice).add(Lanes::new([constants[$i]; 4])).add(words[$i]);
                let s0 = a.rotate(2).xor(a.rotate(13)).xor(a.rotate(22));
                let t2 = s0.add(a.and(b).xor(c.and(a.xor(b))));
                (h, g, f, e) = (g, f, e, d.add(t1));
                (d, c, b, a) = (c, b, a, t1.add(t2));
            };
        }
        if pass > 0 {
            for_each_word!(extend);
        }
        for_each_word!(round);
    }
    for (word, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.add(value);
    }
}

const INITIAL: [u32; 8] = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

#[rustfmt::skip]
const ROUNDS: [[u32; 16]; 4] = [
    [0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
     0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174],
    [0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
     0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967],
    [0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
     0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070],
    [0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
     0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_lanes_agree_with_the_crate_for_every_length_and_mixture() {
        let bytes: Vec<u8> = (0..400u32).map(|i| u8::try_from(i * 7 % 251).unwrap_or_default()).collect();
        let message = |length: usize, from: usize| bytes.get(from..from + length).unwrap_or_default();
        for length in 0..=300 {
            for other in [length, length / 2, (length + 65) % 300, 0] {
                let messages = [message(length, 0), message(other, 3), message(length, 7), message((length + other) / 2, 11)];
                assert_eq!(digest_four(messages), messages.map(Digest::of), "{length} and {other} bytes");
            }
        }
    }
}
