//! SHA-256 of many messages side by side. FIPS 180-4 §6.2.
//!
//! Entries of a chain do not wait for each other: each carries its `prev_hash`. One message alone leaves a processor idle,
//! since each round needs the one before. So as many messages as there are lanes go through the rounds together, and a lane
//! that ends takes the next message:
//!
//! ```text
//! lane 0  aaaaaaaaaadddddddd…       message a has 10 blocks, b 3, c 6, d 8
//! lane 1  bbbcccccceeeeeeeee…
//! ```
//!
//! There are four lanes in WebAssembly, which has no SHA instructions but 128-bit vectors (`four`), and two on x86-64
//! processors with SHA instructions (`pair`). Elsewhere the `sha2` crate hashes one by one. The tests compare all of
//! them with that crate.

#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod four;
#[cfg(target_arch = "x86_64")]
mod pair;

use crate::values::digest::Digest;

/// The 64 bytes that one compression takes.
type Block = [u8; 64];

/// States of hashes that go through the rounds together.
trait Streams<const LANES: usize> {
    /// Starts a new hash in a lane.
    fn begin(&mut self, lane: usize);
    /// Takes blocks in every lane, as many as the shortest run has.
    fn compress(&mut self, runs: [&[Block]; LANES]);
    /// The state of a lane.
    fn digest(&self, lane: usize) -> Digest;
}

/// Computes SHA-256 of each message.
///
/// **Cost**: per message that of one alone at most, about half of it with lanes. Memory: the digests.
#[must_use]
pub fn digest_all<M: AsRef<[u8]>>(messages: &[M]) -> Vec<Digest> {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return digest_in_lanes(four::Four::new(), messages);
    #[cfg(target_arch = "x86_64")]
    if let Some(pair) = pair::Pair::new() {
        return digest_in_lanes(pair, messages);
    }
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    messages.iter().map(|message| Digest::of(message.as_ref())).collect()
}

/// A message on its way through a lane.
struct Lane<'a> {
    /// Its place among the messages; `None` once there is no further one.
    place: Option<usize>,
    /// Whole blocks of it that are left.
    body: &'a [Block],
    /// The last one or two blocks, with what FIPS 180-4 §5.1.1 pads; `ahead` of them are left.
    tail: [Block; 2],
    ahead: usize,
}

impl<'a> Lane<'a> {
    fn new() -> Lane<'a> {
        Lane { place: None, body: &[], tail: [[0; 64]; 2], ahead: 0 }
    }

    fn load(&mut self, next: Option<(usize, &'a [u8])>) {
        self.place = next.map(|(place, _)| place);
        let Some((_, message)) = next else { return };
        let (body, rest) = message.as_chunks();
        self.body = body;
        self.ahead = if rest.len() < 56 { 1 } else { 2 };
        // One block is the second of the two, so that the length always stands at the end.
        let bytes = self.tail.as_flattened_mut();
        if let Some((start, padding)) =
            bytes.get_mut(128 - self.ahead * 64..).and_then(|tail| tail.split_at_mut_checked(rest.len()))
            && let Some((zeros, length)) = padding.split_last_chunk_mut()
        {
            start.copy_from_slice(rest);
            zeros.fill(0);
            if let Some(first) = zeros.first_mut() {
                *first = 0x80;
            }
            *length = (u64::try_from(message.len()).unwrap_or_default() * 8).to_be_bytes();
        }
    }

    /// The blocks that lie together and come next; none at the end.
    fn run(&self) -> &[Block] {
        if self.body.is_empty() { self.tail.get(2 - self.ahead..).unwrap_or_default() } else { self.body }
    }

    fn advance(&mut self, blocks: usize) {
        match self.body.get(blocks..) {
            Some(left) if !self.body.is_empty() => self.body = left,
            _ => self.ahead -= blocks,
        }
    }
}

fn digest_in_lanes<const LANES: usize>(mut streams: impl Streams<LANES>, messages: &[impl AsRef<[u8]>]) -> Vec<Digest> {
    let mut digests = vec![Digest([0; 32]); messages.len()];
    let mut waiting = messages.iter().map(AsRef::as_ref).enumerate();
    let mut lanes: [Lane<'_>; LANES] = std::array::from_fn(|_| Lane::new());
    for (number, lane) in lanes.iter_mut().enumerate() {
        lane.load(waiting.next());
        streams.begin(number);
    }
    // A lane without a message repeats what another does; nobody reads it.
    while let Some(spare) = lanes.iter().find(|lane| lane.place.is_some()).map(Lane::run) {
        let runs = lanes.each_ref().map(|lane| if lane.place.is_some() { lane.run() } else { spare });
        let blocks = runs.iter().map(|run| run.len()).min().unwrap_or_default();
        streams.compress(runs);
        for (number, lane) in lanes.iter_mut().enumerate() {
            let Some(place) = lane.place else { continue };
            lane.advance(blocks);
            if lane.run().is_empty() {
                if let Some(digest) = digests.get_mut(place) {
                    *digest = streams.digest(number);
                }
                lane.load(waiting.next());
                streams.begin(number);
            }
        }
    }
    digests
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

    /// Messages of every length up to some blocks, in an order that mixes short and long ones.
    fn messages() -> Vec<Vec<u8>> {
        let bytes = |length: u32| (0..length).map(|i| u8::try_from((i * 7 + length) % 251).unwrap_or_default()).collect();
        (0..400).map(|number| bytes(number * 163 % 400)).collect()
    }

    #[track_caller]
    fn agree(digest_all: impl Fn(&[&[u8]]) -> Vec<Digest>) {
        let messages = messages();
        let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        for count in (0..=9).chain([messages.len()]) {
            for from in [0, 1, 2, 3] {
                let some = messages.get(from..from + count).unwrap_or(&messages);
                let expected: Vec<Digest> = some.iter().copied().map(Digest::of).collect();
                assert_eq!(digest_all(some), expected, "{count} messages from {from}");
            }
        }
    }

    #[test]
    fn lanes_of_this_machine_agree_with_the_crate_for_every_length_and_number_of_messages() {
        agree(|messages| digest_all(messages));
    }

    #[test]
    fn four_lanes_agree_with_the_crate_for_every_length_and_number_of_messages() {
        agree(|messages| digest_in_lanes(four::Four::new(), messages));
    }
}
