//! Strict hex without branches: every entry holds five digests, and this is the hottest parser of all.
//!
//! Writing hex is the `hex` crate's; its reader takes upper case as well.

/// Reads `DIGITS` lower-case digits into `BYTES` = `DIGITS` / 2 bytes; `None` for anything else.
///
/// What lies above `9` is read as a letter and must then be worth 10 or more. The loops have no branches, so that compilers do many
/// digits at once.
pub(crate) fn decode<const DIGITS: usize, const BYTES: usize>(text: &[u8; DIGITS]) -> Option<[u8; BYTES]> {
    let mut values = [0; DIGITS];
    let mut refused = 0;
    for (digit, value) in text.iter().zip(&mut values) {
        let letter = *digit > b'9';
        let zero = if letter { b'a' - 10 } else { b'0' };
        *value = digit.wrapping_sub(zero);
        refused |= u8::from(*value > 15) | u8::from(letter) & u8::from(*value < 10);
    }
    let mut bytes = [0; BYTES];
    for (pair, byte) in values.as_chunks().0.iter().zip(&mut bytes) {
        // One number of 16 bits for both digits: vectors have no shifts of 8.
        let pair = u16::from_le_bytes(*pair);
        let [both, _] = (pair << 4 | pair >> 8).to_le_bytes();
        *byte = both;
    }
    (refused == 0 && DIGITS == 2 * BYTES).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_is_read_as_its_digit_or_refused() {
        for place in 0..16 {
            for byte in 0..=255u8 {
                let mut text = *b"0123456789abcdef";
                if let Some(digit) = text.get_mut(place) {
                    *digit = byte;
                }
                let decoded = decode::<16, 8>(&text).map(|bytes| bytes.to_vec());
                let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                assert_eq!(decoded, hex::decode(text).ok().filter(|_| is_digit), "byte {byte} at {place}");
            }
        }
    }
}
