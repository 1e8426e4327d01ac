//! Notes, keys, checkpoints and what witnesses are sent and answer, from any bytes: no panic, what is taken formats back to itself, and a note is taken exactly where the
//! rules of C2SP signed-note, written out once more in `is_note`, take it.
#![no_main]

use call_stream_verify::algorithms::base64;
use call_stream_verify::algorithms::note::{Note, NoteSignature, SigningKey, VerifierKey};
use call_stream_verify::objects::add_checkpoint::{AddCheckpoint, format_response, parse_response};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::values::limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let note = Note::parse(data);
    assert_eq!(note.is_ok(), is_note(data));
    if let Ok(note) = note {
        assert_eq!(note.to_string().as_bytes(), data);
        assert_eq!(Note::new(note.text(), note.signatures().to_vec()).as_ref(), Ok(&note));
        for signature in note.signatures() {
            assert_eq!(NoteSignature::parse(&signature.to_string()).as_ref(), Ok(signature));
        }
        if let Ok(signed) = SignedCheckpoint::parse(data) {
            assert_eq!(signed.to_string().as_bytes(), data);
            assert_eq!(signed.checkpoint().to_string(), note.text());
        }
    }
    if let Ok(request) = AddCheckpoint::parse(data) {
        assert_eq!(request.to_string().as_bytes(), data);
    }
    if let Ok(lines) = parse_response(data) {
        assert_eq!(format_response(&lines).as_bytes(), data);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(key) = SigningKey::parse(text) {
        assert_eq!(key.to_secret_text(), text);
    }
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Some(bytes) = base64::decode(text) {
        assert_eq!(base64::encode(&bytes), text);
    }
});

/// The rules, with no regard to cost.
fn is_note(data: &[u8]) -> bool {
    let Ok(note) = std::str::from_utf8(data) else { return false };
    let lines: Vec<&str> = note.split('\n').collect();
    // The piece behind the last newline is empty, and so is the last empty line in front of it.
    let [head @ .., ""] = lines.as_slice() else { return false };
    let Some(gap) = head.iter().rposition(|line| line.is_empty()) else { return false };
    let signatures = &head[gap + 1..];
    note.len() <= limits::NOTE_BYTES
        && gap > 0
        && (1..=limits::NOTE_SIGNATURES).contains(&signatures.len())
        && note.chars().all(|c| c >= ' ' || c == '\n')
        && signatures.iter().all(|line| {
            let Some((name, signature)) = line.strip_prefix("— ").and_then(|line| line.split_once(' ')) else { return false };
            !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace()) && is_base64_of_five(signature)
        })
}

fn is_base64_of_five(text: &str) -> bool {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let padding = text.len() - body.len();
    let last = body.chars().next_back().and_then(|digit| DIGITS.find(digit)).unwrap_or(0);
    text.len().is_multiple_of(4)
        && body.chars().all(|digit| DIGITS.contains(digit))
        && last & [0, 0b11, 0b1111][padding] == 0
        && text.len() / 4 * 3 - padding >= 5
}
