//! UUIDs: names of calls and tenants, `0d9c2b1e-6f3a-4c55-9b0e-7a1d2e3f4a5b`. Only this spelling is read; RFC 9562 §4.

use super::saved::saved;
use std::fmt;

/// A UUID of any version; its text form is lower case, 8-4-4-4-12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// Parses 8-4-4-4-12 hex digits of either case. Braces, URNs and bare digits are `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Uuid> {
        Uuid::parse_canonical(&text.to_ascii_lowercase())
    }

    /// Parses the canonical spelling only: lower case.
    #[must_use]
    pub fn parse_canonical(text: &str) -> Option<Uuid> {
        let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
        let mut digits = [0; 32];
        let mut taken = 0;
        for range in [0..8, 9..13, 14..18, 19..23, 24..36] {
            let hyphen = range.end;
            let part = text.get(range)?;
            digits.get_mut(taken..taken + part.len())?.copy_from_slice(part);
            taken += part.len();
            if text.get(hyphen).is_some_and(|byte| *byte != b'-') {
                return None;
            }
        }
        super::hex::decode(&digits).map(Uuid)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

impl serde::Serialize for Uuid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

saved! { struct Uuid { 0: bytes } }
