//! Strict hex without branches: every entry holds five digests, and this is the hottest parser of all.
//!
//! Writing hex is the `hex` crate's; its reader takes upper case as well.

/// Reads `DIGITS` lower-case digits into `BYTES` = `DIGITS` / 2 bytes; `None` for anything else.
///
/// Each digit's value is guessed, the guess written as a digit again, and compared: whatever is not the digit of a value
/// differs. The loops have no branches, so that compilers do many digits at once.
pub(crate) fn decode<const DIGITS: usize, const BYTES: usize>(text: &[u8; DIGITS]) -> Option<[u8; BYTES]> {
    let mut values = [0; DIGITS];
    let mut difference = 0;
    for (digit, value) in text.iter().zip(&mut values) {
        *value = (digit & 0x0F) + 9 * (digit >> 6);
        let written = *value + b'0' + if *value > 9 { b'a' - b'0' - 10 } else { 0 };
        difference |= written ^ digit | *value & 0xF0;
    }
    let mut bytes = [0; BYTES];
    for (pair, byte) in values.chunks_exact(2).zip(&mut bytes) {
        if let [high, low] = pair {
            *byte = high << 4 | low;
        }
    }
    (difference == 0 && DIGITS == 2 * BYTES).then_some(bytes)
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
