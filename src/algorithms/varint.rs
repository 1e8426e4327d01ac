//! Numbers as unsigned LEB128: seven bits a byte, the lowest first, every byte but the last marked by its highest bit.
//!
//! `300` is `ac 02`. A number has one spelling: a last byte of zero behind another one is refused.

/// The bytes of a number.
#[must_use]
pub fn encode(number: u64) -> Vec<u8> {
    let mut rest = number;
    let mut out = Vec::new();
    loop {
        let digit = u8::try_from(rest & 0x7f).unwrap_or_default();
        rest >>= 7;
        if rest == 0 {
            out.push(digit);
            return out;
        }
        out.push(digit | 0x80);
    }
}

/// The number at the beginning of `bytes`, and how many of them it takes; `None` for another spelling and beyond 2^63 − 1.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(u64, usize)> {
    // Nine groups of seven bits.
    let mut number = 0;
    for (place, byte) in bytes.iter().copied().enumerate().take(9) {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return (byte != 0 || place == 0).then_some((number, place + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_leb128() {
        for (number, bytes) in [
            (0, vec![0]),
            (1, vec![1]),
            (127, vec![0x7f]),
            (128, vec![0x80, 1]),
            (300, vec![0xac, 2]),
            (16_384, vec![0x80, 0x80, 1]),
            (u64::MAX >> 1, vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        ] {
            assert_eq!(encode(number), bytes);
            assert_eq!(decode(&bytes), Some((number, bytes.len())));
        }
    }

    #[test]
    fn a_number_has_one_spelling_and_ends() {
        for bytes in [&[][..], &[0x80], &[0x80, 0], &[0xac, 0x82], &[0xff, 0x80, 0], &[0xff; 9], &[0xff; 12]] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
        assert_eq!(decode(&[5, 0, 0]), Some((5, 1)));
    }
}
