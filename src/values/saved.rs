//! Values as bytes, for states that one program saves and another goes on with. Each value has one spelling; no other is read.
//!
//! Numbers are varints: seven bits a byte, the lowest first, and no byte more than it takes. Lists say how many items they have, and ordered ones
//! keep their order. What may be absent has 0 or 1 in front of it, and a kind is one byte. Digests and names are their bytes.
//!
//! Everything here is called and not copied into its callers: states are read and written seldom.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What a state is made of.
pub(crate) trait Saved: Sized {
    /// Adds the value's bytes.
    fn save(&self, out: &mut Vec<u8>);

    /// Takes a value; `None` if the bytes are no such value or not in its spelling.
    fn restore(from: &mut Bytes<'_>) -> Option<Self>;

    /// Adds the bytes of many values.
    fn save_all(items: &[Self], out: &mut Vec<u8>) {
        items.iter().for_each(|item| item.save(out));
    }

    /// Takes as many values.
    fn restore_all(len: usize, from: &mut Bytes<'_>) -> Option<Vec<Self>> {
        // Memory grows with what was read, not with what a length promises.
        let mut items = Vec::new();
        for _ in 0..len {
            items.push(Self::restore(from)?);
        }
        Some(items)
    }
}

/// Bytes that values are taken from.
pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// The next bytes.
    #[inline(never)]
    pub fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next bytes, as many as an array has.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// A text as [`save_text`] writes it.
    #[inline(never)]
    pub fn text(&mut self) -> Option<&'a str> {
        let len = self.len()?;
        std::str::from_utf8(self.take(len)?).ok()
    }

    /// All bytes that are left.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    #[inline(never)]
    fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = u8::restore(self)?;
            let bits = u64::from(byte & 0x7f);
            value |= bits << shift;
            if byte < 0x80 {
                // The last byte is 0 only in the number 0, and nothing of it is lost above 64 bits.
                return ((byte > 0 || shift == 0) && value >> shift == bits).then_some(value);
            }
        }
        None
    }

    /// How many items follow, each of which takes a byte at least.
    #[inline(never)]
    fn len(&mut self) -> Option<usize> {
        usize::restore(self).filter(|len| *len <= self.0.len())
    }
}

/// A value's bytes.
pub(crate) fn to_bytes(value: &impl Saved) -> Vec<u8> {
    let mut out = Vec::new();
    value.save(&mut out);
    out
}

/// The value that these bytes are, with none left over.
pub(crate) fn from_bytes<T: Saved>(bytes: &[u8]) -> Option<T> {
    let mut from = Bytes(bytes);
    let value = T::restore(&mut from)?;
    from.0.is_empty().then_some(value)
}

impl Saved for u8 {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<u8> {
        let (first, rest) = from.0.split_first()?;
        from.0 = rest;
        Some(*first)
    }

    fn save_all(items: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(items);
    }

    fn restore_all(len: usize, from: &mut Bytes<'_>) -> Option<Vec<u8>> {
        from.take(len).map(<[u8]>::to_vec)
    }
}

impl Saved for u64 {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        loop {
            let [low, ..] = left.to_le_bytes();
            left >>= 7;
            if left == 0 {
                return low.save(out);
            }
            (low | 0x80).save(out);
        }
    }

    fn restore(from: &mut Bytes<'_>) -> Option<u64> {
        from.number()
    }
}

impl Saved for i64 {
    fn save(&self, out: &mut Vec<u8>) {
        // Small numbers of either sign become small ones.
        ((self << 1) ^ (self >> 63)).cast_unsigned().save(out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<i64> {
        let number = from.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

macro_rules! narrower {
    ($($number:ty)*) => {$(
        impl Saved for $number {
            fn save(&self, out: &mut Vec<u8>) {
                u64::try_from(*self).unwrap_or(u64::MAX).save(out);
            }

            #[inline(never)]
            fn restore(from: &mut Bytes<'_>) -> Option<$number> {
                from.number()?.try_into().ok()
            }
        }
    )*};
}
narrower! { u16 u32 usize }

impl Saved for bool {
    fn save(&self, out: &mut Vec<u8>) {
        u8::from(*self).save(out);
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<bool> {
        match u8::restore(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<const N: usize> Saved for [u8; N] {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<[u8; N]> {
        from.array()
    }
}

impl<T: Saved, const N: usize> Saved for [Option<T>; N] {
    fn save(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.save(out));
    }

    fn restore(from: &mut Bytes<'_>) -> Option<[Option<T>; N]> {
        let mut items = [const { None }; N];
        for item in &mut items {
            *item = Option::restore(from)?;
        }
        Some(items)
    }
}

/// Adds a text's bytes.
#[inline(never)]
pub(crate) fn save_text(text: &str, out: &mut Vec<u8>) {
    text.len().save(out);
    out.extend_from_slice(text.as_bytes());
}

impl Saved for String {
    fn save(&self, out: &mut Vec<u8>) {
        save_text(self, out);
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<String> {
        from.text().map(str::to_owned)
    }
}

impl Saved for Cow<'static, str> {
    fn save(&self, out: &mut Vec<u8>) {
        save_text(self, out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<Cow<'static, str>> {
        String::restore(from).map(Cow::Owned)
    }
}

impl<T: Saved> Saved for Option<T> {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        self.is_some().save(out);
        if let Some(value) = self {
            value.save(out);
        }
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<Option<T>> {
        if bool::restore(from)? { T::restore(from).map(Some) } else { Some(None) }
    }
}

impl<T: Saved> Saved for Box<T> {
    fn save(&self, out: &mut Vec<u8>) {
        self.as_ref().save(out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<Box<T>> {
        T::restore(from).map(Box::new)
    }
}

impl<T: Saved> Saved for Vec<T> {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        self.len().save(out);
        T::save_all(self, out);
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<Vec<T>> {
        let len = from.len()?;
        T::restore_all(len, from)
    }
}

impl<T: Saved + Ord> Saved for BTreeSet<T> {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        self.len().save(out);
        self.iter().for_each(|item| item.save(out));
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<BTreeSet<T>> {
        let mut set = BTreeSet::new();
        for _ in 0..from.len()? {
            let item = T::restore(from)?;
            if set.last().is_some_and(|last| *last >= item) {
                return None;
            }
            set.insert(item);
        }
        Some(set)
    }
}

impl<K: Saved + Ord, V: Saved> Saved for BTreeMap<K, V> {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        self.len().save(out);
        for (key, value) in self {
            key.save(out);
            value.save(out);
        }
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<BTreeMap<K, V>> {
        let mut map = BTreeMap::new();
        for _ in 0..from.len()? {
            let key = K::restore(from)?;
            if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return None;
            }
            map.insert(key, V::restore(from)?);
        }
        Some(map)
    }
}

/// Makes a struct or an enum part of states: its fields in the order written, behind the number of its kind. Fields behind `without` are made anew.
macro_rules! saved {
    (struct $name:ident { $($field:tt: $bound:ident),* $(,)? } $(without { $($made:ident: $make:expr),* })?) => {
        impl $crate::values::saved::Saved for $name {
            #[inline(never)]
            fn save(&self, out: &mut Vec<u8>) {
                let $name { $($field: $bound,)* $($($made: _,)*)? } = self;
                $($crate::values::saved::Saved::save($bound, out);)*
            }

            #[inline(never)]
            fn restore(from: &mut $crate::values::saved::Bytes<'_>) -> Option<$name> {
                $(let $bound = $crate::values::saved::Saved::restore(from)?;)*
                Some($name { $($field: $bound,)* $($($made: $make,)*)? })
            }
        }
    };
    (struct $name:ident { $($field:ident),* $(,)? } $(without { $($made:ident: $make:expr),* })?) => {
        $crate::values::saved::saved! { struct $name { $($field: $field),* } $(without { $($made: $make),* })? }
    };
    (enum $name:ident { $($kind:literal => $variant:ident $({ $($field:tt: $bound:ident),* })?),* $(,)? }) => {
        impl $crate::values::saved::Saved for $name {
            #[inline(never)]
            fn save(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$variant $({ $($field: $bound),* })? => {
                        <u8 as $crate::values::saved::Saved>::save(&$kind, out);
                        $($($crate::values::saved::Saved::save($bound, out);)*)?
                    })*
                }
            }

            #[inline(never)]
            fn restore(from: &mut $crate::values::saved::Bytes<'_>) -> Option<$name> {
                match <u8 as $crate::values::saved::Saved>::restore(from)? {
                    $($kind => {
                        $($(let $bound = $crate::values::saved::Saved::restore(from)?;)*)?
                        Some($name::$variant $({ $($field: $bound),* })?)
                    })*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use saved;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn returns<T: Saved + PartialEq + std::fmt::Debug>(value: T) {
        assert_eq!(from_bytes(&to_bytes(&value)), Some(value));
    }

    #[test]
    fn numbers_return_and_take_no_byte_more_than_they_must() {
        for shift in 0..64 {
            for number in [(1u64 << shift) - 1, 1 << shift, (1 << shift) + 1] {
                let bits = u64::BITS - number.leading_zeros();
                assert_eq!(to_bytes(&number).len(), usize::try_from(bits.div_ceil(7).max(1)).unwrap());
                returns(number);
                returns(number.cast_signed());
                returns(number.cast_signed().wrapping_neg());
            }
        }
        returns(u64::MAX);
    }

    #[test]
    fn every_other_spelling_of_a_number_is_refused() {
        let most = [0xff; 9];
        for bytes in [
            &[][..],
            &[0x80],
            &[0x80, 0],
            &[0xff, 0],
            &[0x80, 0x80, 0],
            &[&most[..], &[2]].concat(),
            &[&most[..], &[0x81, 0]].concat(),
        ] {
            assert_eq!(from_bytes::<u64>(bytes), None, "{bytes:?}");
        }
        assert_eq!(from_bytes::<u16>(&to_bytes(&65_536u64)), None);
        assert_eq!(from_bytes::<u32>(&to_bytes(&(1u64 << 32))), None);
    }

    #[test]
    fn what_is_neither_there_nor_absent_is_refused() {
        for value in [Some(7u64), None] {
            returns(value);
        }
        for byte in 2..=u8::MAX {
            assert_eq!(from_bytes::<bool>(&[byte]), None, "{byte}");
            assert_eq!(from_bytes::<Option<u64>>(&[byte, 7]), None, "{byte}");
        }
    }

    #[derive(Debug, PartialEq)]
    enum Kind {
        Bare,
        Holding(u64),
    }
    saved! { enum Kind { 0 => Bare, 1 => Holding { 0: number } } }

    #[test]
    fn an_unknown_kind_is_refused() {
        returns(Kind::Bare);
        returns(Kind::Holding(300));
        for kind in 2..=u8::MAX {
            assert_eq!(from_bytes::<Kind>(&[kind, 1]), None, "{kind}");
        }
    }

    #[test]
    fn bytes_left_over_or_missing_are_refused() {
        let value = vec![(String::from("one"), 1u64), (String::from("two"), 2)].into_iter().collect::<BTreeMap<_, _>>();
        let bytes = to_bytes(&value);
        for len in 0..bytes.len() {
            assert_eq!(from_bytes::<BTreeMap<String, u64>>(bytes.get(..len).unwrap()), None, "{len}");
        }
        assert_eq!(from_bytes::<BTreeMap<String, u64>>(&[&bytes[..], &[0]].concat()), None);
        returns(value);
    }

    #[test]
    fn a_length_beyond_the_bytes_is_refused_before_memory_is_taken_for_it() {
        for len in [3, 1 << 31, u64::MAX] {
            let bytes = [to_bytes(&len), vec![0, 0]].concat();
            assert_eq!(from_bytes::<Vec<u8>>(&bytes), None, "{len}");
            assert_eq!(from_bytes::<Vec<u64>>(&bytes), None, "{len}");
            assert_eq!(from_bytes::<String>(&bytes), None, "{len}");
            assert_eq!(from_bytes::<BTreeSet<u64>>(&bytes), None, "{len}");
        }
    }

    #[test]
    fn sets_and_maps_out_of_order_or_with_doubles_are_refused() {
        returns(BTreeSet::from([1u64, 5]));
        returns(BTreeMap::from([(1u64, 9u64), (5, 9)]));
        for [first, second] in [[5, 1], [5, 5]] {
            assert_eq!(from_bytes::<BTreeSet<u64>>(&[2, first, second]), None);
            assert_eq!(from_bytes::<BTreeMap<u64, u64>>(&[2, first, 9, second, 9]), None);
        }
    }

    #[test]
    fn text_that_is_no_utf_8_is_refused() {
        returns(String::from("Zürich"));
        assert_eq!(from_bytes::<String>(&[2, 0xc3, 0x28]), None);
    }
}
