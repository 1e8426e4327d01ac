//! The reader, the writer and the scanner of JSON from any bytes: what is taken, `serde_json` takes too and canonicalizes to the same bytes, and
//! the scanner takes exactly those texts that are their own canonical form.
#![no_main]

use call_stream_verify::canonical::{self, Scanner};
use call_stream_verify::json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let canonical = json::parse(data).ok().and_then(|value| {
        let other: serde_json::Value = serde_json::from_slice(data).expect("what is taken is JSON");
        let canonical = canonical::format(&value).ok()?;
        assert_eq!(canonical, serde_json_canonicalizer::to_vec(&other).expect("JSON has a canonical form"));
        // Formatted and read again it is the same value, and its own canonical form.
        let again = json::parse(&canonical).expect("what is written is taken");
        assert_eq!(canonical::format(&again).as_deref(), Ok(canonical.as_slice()));
        Some(canonical)
    });
    let scanned = Scanner::new(data).is_ok_and(|mut scanner| scanner.value(0).is_some() && scanner.is_at_end());
    assert_eq!(scanned, canonical.as_deref() == Some(data));
});
