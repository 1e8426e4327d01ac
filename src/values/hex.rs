//! Strict hex, eight digits at a time: every entry holds five digests, and this is the hottest parser of all.
//!
//! Writing hex is the `hex` crate's; its reader takes upper case as well.

/// Reads lower-case digits, two a byte, in multiples of eight; `None` for anything else.
pub(crate) fn decode(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    if text.len() != 2 * bytes.len() || !text.len().is_multiple_of(8) {
        return None;
    }
    for (digits, four) in text.chunks_exact(8).zip(bytes.chunks_exact_mut(4)) {
        let mut eight = [0; 8];
        eight.copy_from_slice(digits);
        four.copy_from_slice(&decode_eight(u64::from_be_bytes(eight))?.to_be_bytes());
    }
    Some(())
}

/// Eight digits in one word. Each byte's value is guessed, the guess written as a digit again, and compared: so whatever
/// is not the digit of a value is refused, and no lane can disturb its neighbor.
fn decode_eight(digits: u64) -> Option<u32> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let letters = (digits >> 6) & ONES;
    let values = (digits & (ONES * 0x0F)) + letters * 9;
    let above_nine = ((values + ONES * 6) >> 4) & ONES;
    let written = values + ONES * u64::from(b'0') + above_nine * u64::from(b'a' - b'0' - 10);
    if written != digits || values & (ONES * 0xF0) != 0 {
        return None;
    }
    // Two values a byte, then neighbors together.
    let bytes = (values >> 4 | values) & 0x00FF_00FF_00FF_00FF;
    let pairs = (bytes >> 8 | bytes) & 0x0000_FFFF_0000_FFFF;
    u32::try_from((pairs >> 16 | pairs) & 0xFFFF_FFFF).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_is_read_as_its_digit_or_refused() {
        for place in 0..8 {
            for byte in 0..=255u8 {
                let mut text = *b"01234567";
                if let Some(digit) = text.get_mut(place) {
                    *digit = byte;
                }
                let mut bytes = [0; 4];
                let decoded = decode(&text, &mut bytes).map(|()| bytes.to_vec());
                let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                assert_eq!(decoded, hex::decode(text).ok().filter(|_| is_digit), "byte {byte} at {place}");
            }
        }
    }
}
