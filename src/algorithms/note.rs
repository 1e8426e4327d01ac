//! Signed notes: a text and the signatures of those who stand by it.
//!
//! ```text
//! This is an example message.
//!
//! — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
//! ```
//!
//! The text ends with a newline; the last empty line of the note parts it from the signature lines: em dash, space, key name, space, base64
//! of the big-endian key ID and the signature. The key that made this one is written as a *vkey*, key name + hex key ID + base64 of a type
//! byte and the public key:
//!
//! ```text
//! example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
//! ```
//!
//! C2SP signed-note v1.0.0. What is parsed formats back to the same bytes. Type 0x01 (Ed25519 over the text) is verified here; type 0x04
//! and 0x06 sign other messages, see `objects/cosignature`; other types are kept and never verified. Nothing here decides what a signature means.

use super::base64;
use super::ed25519::{PublicKey, SecretKey};
use super::ml_dsa;
use crate::values::codes::Code;
use crate::values::digest::Hasher;
use crate::values::error::{Error, Result};
use crate::values::limits;
use std::fmt;

/// Type byte of an Ed25519 key that signs the text.
pub const TYPE_ED25519: u8 = 0x01;
/// Type byte of an Ed25519 key that cosigns checkpoints with a time.
pub const TYPE_COSIGNATURE: u8 = 0x04;
/// Type byte of an ML-DSA-44 key that cosigns checkpoints with a time.
pub const TYPE_ML_DSA_COSIGNATURE: u8 = 0x06;

pub(crate) const SIGNATURE_START: &str = "— ";
const SECRET_START: &str = "PRIVATE+KEY+";

/// A signed note: a text and at least one signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line: who claims to have signed, and the signature. Nothing is verified by having one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

/// What the signature lines of one key come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureCheck {
    /// There are lines of this key, and every one verifies.
    Good,
    /// A line names this key and does not verify.
    Bad,
    /// No line names this key, or the key does not sign texts.
    Absent,
}

impl Note {
    /// Parses a note.
    ///
    /// **Errors**: `note-too-large` beyond 256 KiB or 64 signature lines, otherwise `bad-note`.
    /// **Source**: C2SP signed-note, Format.
    pub fn parse(bytes: &[u8]) -> Result<Note> {
        if bytes.len() > limits::NOTE_BYTES {
            return Err(Error::new(Code::NoteTooLarge, ""));
        }
        let note = std::str::from_utf8(bytes).map_err(|_| bad_note("It is not valid UTF-8."))?;
        let gap = note.rfind("\n\n").ok_or_else(|| bad_note("No empty line parts text and signatures."))?;
        let (text, rest) = note.split_at_checked(gap + 1).ok_or_else(|| bad_note(""))?;
        let lines = rest.strip_prefix('\n').unwrap_or_default();
        let lines = lines.strip_suffix('\n').ok_or_else(|| bad_note("It does not end with a signature line and a newline."))?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() >= limits::NOTE_SIGNATURES {
                return Err(Error::new(Code::NoteTooLarge, ""));
            }
            let line = line
                .strip_prefix(SIGNATURE_START)
                .ok_or_else(|| bad_note("A signature line does not begin with an em dash and a space."))?;
            signatures.push(NoteSignature::parse(line)?);
        }
        check_text(text)?;
        Ok(Note { text: text.to_owned(), signatures })
    }

    /// A note from its parts, under the same rules as a parsed one.
    ///
    /// **Errors**: `bad-note` if the text does not end with a newline, holds another control character, or there is no signature;
    /// `note-too-large`.
    pub fn new(text: impl Into<String>, signatures: Vec<NoteSignature>) -> Result<Note> {
        let text = text.into();
        check_text(&text)?;
        if signatures.is_empty() {
            return Err(bad_note("It has no signature line."));
        }
        let note = Note { text, signatures };
        note.check_size()?;
        Ok(note)
    }

    /// The text that was signed, with its final newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line at the end.
    ///
    /// **Errors**: `note-too-large`; the note is then as before.
    pub fn add_signature(&mut self, signature: NoteSignature) -> Result<()> {
        self.signatures.push(signature);
        self.check_size().inspect_err(|_| drop(self.signatures.pop()))
    }

    /// Says what the lines of a type 0x01 key come to. A good and a bad line of the same key are bad; the same line twice is one.
    ///
    /// **Cost**: one Ed25519 verification a line that names the key, equal ones once.
    #[must_use]
    pub fn check(&self, key: &VerifierKey) -> SignatureCheck {
        match (key.key_type(), key.public()) {
            (KeyType::Ed25519, Some(public)) => {
                let text = self.text.as_bytes();
                self.check_lines(key, |bytes| bytes.try_into().is_ok_and(|signature| public.verify(text, signature)))
            }
            _ => SignatureCheck::Absent,
        }
    }

    /// Folds the lines that name `key`, each judged by `verify`; stops at the first bad one.
    pub(crate) fn check_lines(&self, key: &VerifierKey, mut verify: impl FnMut(&[u8]) -> bool) -> SignatureCheck {
        let mut good: Vec<&[u8]> = Vec::new();
        for signature in self.signatures.iter().filter(|signature| signature.names(key)) {
            // Whoever has seen one line can repeat it.
            if good.contains(&signature.bytes.as_slice()) {
                continue;
            }
            if !verify(&signature.bytes) {
                return SignatureCheck::Bad;
            }
            good.push(&signature.bytes);
        }
        if good.is_empty() { SignatureCheck::Absent } else { SignatureCheck::Good }
    }

    fn check_size(&self) -> Result<()> {
        let line = |signature: &NoteSignature| SIGNATURE_START.len() + signature.to_string().len() + 1;
        let bytes = self.text.len() + 1 + self.signatures.iter().map(line).sum::<usize>();
        if self.signatures.len() > limits::NOTE_SIGNATURES || bytes > limits::NOTE_BYTES {
            return Err(Error::new(Code::NoteTooLarge, ""));
        }
        Ok(())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{SIGNATURE_START}{signature}"))
    }
}

impl NoteSignature {
    /// Parses a signature line without its em dash and space: `example.com/foo Uw2QOkn8…`.
    ///
    /// **Errors**: `bad-note`.
    pub fn parse(line: &str) -> Result<NoteSignature> {
        let (name, signature) = line.split_once(' ').ok_or_else(|| bad_note("A signature line has no signature."))?;
        check_name(name).map_err(bad_note)?;
        let signature = base64::decode(signature).ok_or_else(|| bad_note("A signature is not canonical base64."))?;
        match signature.split_first_chunk::<4>() {
            Some((key_id, bytes)) if !bytes.is_empty() => {
                Ok(NoteSignature { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), bytes: bytes.to_vec() })
            }
            _ => Err(bad_note("A signature is too short.")),
        }
    }

    pub(crate) fn by(key: &VerifierKey, bytes: Vec<u8>) -> NoteSignature {
        NoteSignature { name: key.name.clone(), key_id: key.key_id, bytes }
    }

    /// The key name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key ID.
    #[must_use]
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The signature behind the key ID.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Says whether the line names this key: both key name and key ID.
    #[must_use]
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.key_id == key.key_id && self.name == key.name
    }
}

/// The line without its em dash and space.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        write!(f, "{} {}", self.name, base64::encode(&bytes))
    }
}

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// 0x01: the text of a note, with Ed25519.
    Ed25519,
    /// 0x04: a checkpoint and a time, with Ed25519.
    Cosignature,
    /// 0x06: a checkpoint and a time, with ML-DSA-44.
    MlDsaCosignature,
    /// Any other type byte: such a key is kept by name, and no signature of it is verified or counted.
    Unsupported(u8),
}

impl KeyType {
    fn of(byte: u8) -> KeyType {
        match byte {
            TYPE_ED25519 => KeyType::Ed25519,
            TYPE_COSIGNATURE => KeyType::Cosignature,
            TYPE_ML_DSA_COSIGNATURE => KeyType::MlDsaCosignature,
            other => KeyType::Unsupported(other),
        }
    }

    /// The type byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            KeyType::Ed25519 => TYPE_ED25519,
            KeyType::Cosignature => TYPE_COSIGNATURE,
            KeyType::MlDsaCosignature => TYPE_ML_DSA_COSIGNATURE,
            KeyType::Unsupported(other) => other,
        }
    }

    /// Whether it is a witness's.
    #[must_use]
    pub fn cosigns(self) -> bool {
        matches!(self, KeyType::Cosignature | KeyType::MlDsaCosignature)
    }
}

/// A key that verifies: name, key ID, type and public key. Its text form is the vkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key_id: u32,
    key: Key,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Ed25519(PublicKey),
    Cosignature(PublicKey),
    MlDsaCosignature(ml_dsa::PublicKey),
    /// Type byte and public key as they stand in the vkey.
    Unsupported(u8, Vec<u8>),
}

impl VerifierKey {
    /// Parses a vkey.
    ///
    /// **Errors**: `bad-key` for a secret key, another shape or spelling, a key ID that does not fit, a public key that is no canonical point or of
    /// small order. A key of an unsupported type is taken; its key ID is not looked at, as such types define their own.
    /// **Source**: C2SP signed-note, Verifier keys.
    pub fn parse(vkey: &str) -> Result<VerifierKey> {
        let bad = |detail| Error::new(Code::BadKey, detail);
        if vkey.starts_with(SECRET_START) {
            return Err(bad("This is the secret key. Do not hand it around; give the vkey."));
        }
        let (name, key_id, bytes) = split_key(vkey).map_err(bad)?;
        let (type_byte, material) = bytes.split_first().ok_or_else(|| bad("It holds no public key."))?;
        let key = match KeyType::of(*type_byte) {
            KeyType::Ed25519 => Key::Ed25519(parse_point(material)?),
            KeyType::Cosignature => Key::Cosignature(parse_point(material)?),
            KeyType::MlDsaCosignature => {
                let key = ml_dsa::PublicKey::parse(material);
                Key::MlDsaCosignature(key.ok_or_else(|| bad("An ML-DSA-44 public key has 1312 bytes."))?)
            }
            KeyType::Unsupported(_) if material.is_empty() => return Err(bad("It holds no public key.")),
            KeyType::Unsupported(other) => Key::Unsupported(other, material.to_vec()),
        };
        if !matches!(key, Key::Unsupported(..)) && key_id != compute_key_id(name, *type_byte, material) {
            return Err(bad("Its key ID does not fit its name and public key."));
        }
        Ok(VerifierKey { name: name.to_owned(), key_id, key })
    }

    /// The key name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key ID.
    #[must_use]
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// What the key signs.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        match &self.key {
            Key::Ed25519(_) => KeyType::Ed25519,
            Key::Cosignature(_) => KeyType::Cosignature,
            Key::MlDsaCosignature(_) => KeyType::MlDsaCosignature,
            Key::Unsupported(other, _) => KeyType::Unsupported(*other),
        }
    }

    /// The public key, if it is one of Ed25519.
    #[must_use]
    pub fn public(&self) -> Option<&PublicKey> {
        match &self.key {
            Key::Ed25519(public) | Key::Cosignature(public) => Some(public),
            Key::MlDsaCosignature(_) | Key::Unsupported(..) => None,
        }
    }

    /// The public key, if it is one of ML-DSA-44.
    #[must_use]
    pub fn ml_dsa(&self) -> Option<&ml_dsa::PublicKey> {
        match &self.key {
            Key::MlDsaCosignature(public) => Some(public),
            _ => None,
        }
    }

    /// The public key's bytes without the type byte: two keys of equal bytes are duplicates, whatever their names and types.
    #[must_use]
    pub fn key_bytes(&self) -> &[u8] {
        match &self.key {
            Key::Ed25519(public) | Key::Cosignature(public) => public.as_bytes(),
            Key::MlDsaCosignature(public) => public.as_bytes(),
            Key::Unsupported(_, bytes) => bytes,
        }
    }
}

/// The vkey.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.key_type().byte()];
        bytes.extend_from_slice(self.key_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.key_id, base64::encode(&bytes))
    }
}

/// A key that signs. Its text form is that of Go's `sumdb/note`: `PRIVATE+KEY+name+key ID+base64(type ‖ seed)`.
#[derive(Clone, Debug)]
pub struct SigningKey {
    verifier: VerifierKey,
    secret: Secret,
}

#[derive(Clone, Debug)]
enum Secret {
    Ed25519(SecretKey),
    MlDsa(ml_dsa::SecretKey),
}

impl SigningKey {
    /// A key with this name, made from 32 random bytes.
    ///
    /// **Errors**: `bad-key` if the name is empty or holds a space, plus or control character, or the type is not supported.
    pub fn new(name: &str, key_type: KeyType, seed: [u8; 32]) -> Result<SigningKey> {
        if key_type != KeyType::MlDsaCosignature {
            return SigningKey::new_ed25519(name, key_type, seed);
        }
        let secret = ml_dsa::SecretKey::from_seed(seed);
        SigningKey::of(name, Key::MlDsaCosignature(secret.public()), Secret::MlDsa(secret))
    }

    /// As [`SigningKey::new`], for the types of Ed25519. What calls no other needs no other in its program.
    ///
    /// **Errors**: as [`SigningKey::new`].
    pub fn new_ed25519(name: &str, key_type: KeyType, seed: [u8; 32]) -> Result<SigningKey> {
        let secret = SecretKey::from_seed(seed);
        let key = match key_type {
            KeyType::Ed25519 => Key::Ed25519(secret.public()),
            KeyType::Cosignature => Key::Cosignature(secret.public()),
            _ => return Err(Error::new(Code::BadKey, "Keys of this type cannot be made.")),
        };
        SigningKey::of(name, key, Secret::Ed25519(secret))
    }

    fn of(name: &str, key: Key, secret: Secret) -> Result<SigningKey> {
        check_name(name).map_err(|detail| Error::new(Code::BadKey, detail))?;
        let mut verifier = VerifierKey { name: name.to_owned(), key_id: 0, key };
        verifier.key_id = compute_key_id(name, verifier.key_type().byte(), verifier.key_bytes());
        Ok(SigningKey { verifier, secret })
    }

    /// Parses the text form, without a newline.
    ///
    /// **Errors**: `bad-key-file`.
    /// **Source**: golang.org/x/mod/sumdb/note, `NewSigner`.
    pub fn parse(text: &str) -> Result<SigningKey> {
        SigningKey::parse_as(text, SigningKey::new)
    }

    /// As [`SigningKey::parse`], for the types of Ed25519.
    ///
    /// **Errors**: as [`SigningKey::parse`]; keys of other types are refused too.
    pub fn parse_ed25519(text: &str) -> Result<SigningKey> {
        SigningKey::parse_as(text, SigningKey::new_ed25519)
    }

    fn parse_as(text: &str, make: impl FnOnce(&str, KeyType, [u8; 32]) -> Result<SigningKey>) -> Result<SigningKey> {
        let bad = |detail| Error::new(Code::BadKeyFile, detail);
        let key = text.strip_prefix(SECRET_START).ok_or_else(|| bad("It does not begin with PRIVATE+KEY+."))?;
        let (name, key_id, bytes) = split_key(key).map_err(bad)?;
        let (type_byte, seed) = bytes.split_first().ok_or_else(|| bad("It holds no key."))?;
        let seed = <[u8; 32]>::try_from(seed).map_err(|_| bad("A seed has 32 bytes."))?;
        let key = make(name, KeyType::of(*type_byte), seed).map_err(|error| bad(error.detail()))?;
        if key.verifier.key_id != key_id {
            return Err(bad("Its key ID does not fit its name and key."));
        }
        Ok(key)
    }

    /// The text form: a secret.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let VerifierKey { name, key_id, .. } = &self.verifier;
        let mut bytes = vec![self.verifier.key_type().byte()];
        match &self.secret {
            Secret::Ed25519(secret) => bytes.extend_from_slice(secret.seed()),
            Secret::MlDsa(secret) => bytes.extend_from_slice(&secret.seed()),
        }
        format!("{SECRET_START}{name}+{key_id:08x}+{}", base64::encode(&bytes))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a note's text with a type 0x01 key.
    ///
    /// **Errors**: `bad-note` if it is no text of a note; `bad-key` if the key cosigns checkpoints instead.
    pub fn sign_note(&self, text: &str) -> Result<NoteSignature> {
        check_text(text)?;
        Ok(NoteSignature::by(&self.verifier, self.signer()?.sign(text.as_bytes()).to_vec()))
    }

    /// The secret of a type 0x01 key.
    ///
    /// **Errors**: `bad-key` if the key cosigns checkpoints instead.
    pub(crate) fn signer(&self) -> Result<&SecretKey> {
        match (&self.secret, self.verifier.key_type()) {
            (Secret::Ed25519(secret), KeyType::Ed25519) => Ok(secret),
            _ => Err(Error::new(Code::BadKey, "It is a witness key: it cosigns checkpoints and signs nothing else.")),
        }
    }

    /// Signs what a witness signs, which depends on the type; `None` for a key of type 0x01.
    pub(crate) fn cosign(&self, ed25519: impl FnOnce() -> Vec<u8>, ml_dsa: impl FnOnce() -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        match &self.secret {
            Secret::Ed25519(secret) if self.verifier.key_type().cosigns() => Some(secret.sign(&ed25519()).to_vec()),
            Secret::Ed25519(_) => None,
            Secret::MlDsa(secret) => secret.sign(&ml_dsa()?),
        }
    }
}

/// Computes a key ID: the first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key).
///
/// **Source**: C2SP signed-note, Signatures.
#[must_use]
pub fn compute_key_id(name: &str, type_byte: u8, key: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    for part in [name.as_bytes(), b"\n", &[type_byte], key] {
        hasher.update(part);
    }
    let [a, b, c, d, ..] = hasher.finish().0;
    u32::from_be_bytes([a, b, c, d])
}

fn bad_note(detail: &'static str) -> Error {
    Error::new(Code::BadNote, detail)
}

/// How a key is named where its bytes would be too long: the beginning of its vkey, `name+hash`.
pub(crate) fn key_label(name: &str, key_id: u32) -> String {
    format!("{name}+{key_id:08x}")
}

fn check_text(text: &str) -> Result<()> {
    if !text.ends_with('\n') {
        return Err(bad_note("Its text does not end with a newline."));
    }
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(bad_note("It holds a control character."));
    }
    Ok(())
}

/// Says what is wrong with a key name.
fn check_name(name: &str) -> std::result::Result<(), &'static str> {
    match name {
        "" => Err("The key name is empty."),
        _ if name.contains(is_space) => Err("The key name holds a space."),
        _ if name.contains('+') => Err("The key name holds a plus sign."),
        // A note can't hold them, so no signature could ever name such a key.
        _ if name.contains(|c| c < ' ') => Err("The key name holds a control character."),
        _ => Ok(()),
    }
}

/// Unicode's White_Space, which Go's `unicode.IsSpace` is too. Written out: a newer table must not change what was accepted.
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{9}'..='\u{D}' | ' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}'
            | '\u{205F}' | '\u{3000}'
    )
}

/// Splits `name+hex key ID+base64` into name, key ID and bytes.
fn split_key(text: &str) -> std::result::Result<(&str, u32, Vec<u8>), &'static str> {
    let (name, rest) = text.split_once('+').ok_or("It is not name+key ID+base64.")?;
    let (key_id, bytes) = rest.split_once('+').ok_or("It is not name+key ID+base64.")?;
    check_name(name)?;
    let lower_hex = key_id.len() == 8 && key_id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let key_id = u32::from_str_radix(key_id, 16).ok().filter(|_| lower_hex).ok_or("A key ID is 8 lower-case hex digits.")?;
    let bytes = base64::decode(bytes).ok_or("The key is not canonical base64.")?;
    Ok((name, key_id, bytes))
}

fn parse_point(bytes: &[u8]) -> Result<PublicKey> {
    let bytes = <&[u8; 32]>::try_from(bytes).map_err(|_| Error::new(Code::BadKey, "An Ed25519 public key has 32 bytes."))?;
    PublicKey::parse(bytes).ok_or_else(|| Error::new(Code::BadKey, "Its public key is no canonical point or of small order."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_key_name_may_hold_anything_but_spaces_plus_and_controls() {
        for name in ["example.com/foo", "é", "—", "a\u{200B}b", "a\u{7F}b", "a\u{180E}b"] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
        for name in ["", " ", "a b", "a+b", "a\u{A0}b", "a\u{3000}", "\u{2028}a", "a\u{85}b", "a\u{1}b", "a\nb", "a\tb"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_list_of_spaces_is_the_one_of_this_compiler_s_unicode() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_space(c), c.is_whitespace(), "{c:?}");
        }
    }

    #[test]
    fn a_bad_line_outweighs_a_good_one_and_a_doubled_line_is_one() {
        let key = SigningKey::new("example.com/k", KeyType::Ed25519, [1; 32]).unwrap();
        let good = key.sign_note("text\n").unwrap();
        let bad = key.sign_note("other\n").unwrap();
        let note = |signatures| Note::new("text\n", signatures).unwrap().check(key.verifier());
        assert_eq!(note(vec![good.clone()]), SignatureCheck::Good);
        assert_eq!(note(vec![good.clone(), good.clone()]), SignatureCheck::Good);
        assert_eq!(note(vec![good.clone(), bad.clone()]), SignatureCheck::Bad);
        assert_eq!(note(vec![bad.clone(), good.clone()]), SignatureCheck::Bad);
        let mut short = good.clone();
        short.bytes.pop();
        assert_eq!(note(vec![short]), SignatureCheck::Bad);
        let mut stranger = bad;
        stranger.key_id ^= 1;
        assert_eq!(note(vec![stranger]), SignatureCheck::Absent);
    }

    #[test]
    fn the_last_empty_line_parts_text_and_signatures() {
        let key = SigningKey::new("k", KeyType::Ed25519, [1; 32]).unwrap();
        for text in ["\n", "\n\n", "a\n\n", "a\n\n\nb\n", "— k AAAAAAA=\n", "x\n\n— k AAAAAAA=\n"] {
            let note = Note::new(text, vec![key.sign_note(text).unwrap()]).unwrap();
            let parsed = Note::parse(note.to_string().as_bytes()).unwrap();
            assert_eq!(parsed, note);
            assert_eq!(parsed.text(), text);
        }
    }

    #[test]
    fn a_signature_too_many_leaves_the_note_as_it_was() {
        let key = SigningKey::new("k", KeyType::Ed25519, [1; 32]).unwrap();
        let signature = key.sign_note("a\n").unwrap();
        let mut note = Note::new("a\n", vec![signature.clone(); limits::NOTE_SIGNATURES]).unwrap();
        let before = note.clone();
        assert_eq!(note.add_signature(signature).unwrap_err().code(), Code::NoteTooLarge);
        assert_eq!(note, before);
    }
}
