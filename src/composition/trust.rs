//! What the verifier trusts, given apart from the data: keys, policy, expected head and tenant, block headers, minimum level. FORMAT §9.
//!
//! No trust is ever taken from a bundle.

use super::memory::Memory;
use super::report::Level;
use crate::algorithms::bitcoin::Headers;
use crate::algorithms::note::{Note, NoteSignature, SignatureCheck, VerifierKey, key_label};
use crate::objects::policy::Policy;
use crate::objects::version::{KEY_ADDED_DOMAIN, KEY_RETIRED_DOMAIN, REVOCATION_DOMAIN, VERSION_DOMAIN};
use crate::values::codes::Code;
use crate::values::digest::{Digest, Hasher};
use crate::values::error::{Error, Result};
use crate::values::limits::SAFE_INTEGER;
use crate::values::uuid::Uuid;

/// What a verifier brings along. The default trusts nothing and asks for L3.
///
/// ```
/// use call_stream_verify::{Level, Trust};
/// let trust = Trust::new()
///     .with_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").unwrap()
///     .with_minimum_level(Level::L3).unwrap();
/// assert_eq!(trust.minimum_level(), Level::L3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Trust {
    policy: Option<Policy>,
    /// Digest of the policy's text.
    policy_id: Option<Digest>,
    expect: Option<Expect>,
    tenant: Option<Uuid>,
    headers: Headers,
    minimum_level: Option<Level>,
    chain_only: bool,
    /// Positions of the last entries of remembered heads.
    watched: Vec<u64>,
}

/// A head that the verifier knows from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    /// How many entries the chain had.
    pub size: u64,
    /// Hash of the last of them.
    pub head: Digest,
}

/// What a signature is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    Version,
    Revocation,
    KeyAdded,
    KeyRetired,
}

impl Signed {
    /// First line of the text that is signed.
    pub(crate) fn domain(self) -> &'static str {
        match self {
            Signed::Version => VERSION_DOMAIN,
            Signed::Revocation => REVOCATION_DOMAIN,
            Signed::KeyAdded => KEY_ADDED_DOMAIN,
            Signed::KeyRetired => KEY_RETIRED_DOMAIN,
        }
    }
}

/// What a signature line on a record comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignatureFact {
    /// It verifies under this pinned key, `name+hash`; `revokes` says whether that is one that may revoke.
    Good { key: String, revokes: bool },
    /// It names a pinned key and does not verify, or is no signature line at all.
    Bad,
    /// It is by a key that is not pinned: the key's name and ID, `name+hash`.
    Unknown(String),
}

/// The one word of a text, if it can be meant as a key.
fn lone_key(text: &[u8]) -> Option<&str> {
    let word = std::str::from_utf8(text).ok()?.trim();
    (!word.contains(char::is_whitespace) && word.contains('+')).then_some(word)
}

impl Trust {
    /// Trusts nothing.
    #[must_use]
    pub fn new() -> Trust {
        Trust::default()
    }

    /// Adds a policy: C2SP tlog-policy text.
    ///
    /// **Errors**: `bad-policy` with the line; `bad-key` for a secret key, which is no trust.
    pub fn with_policy(mut self, text: impl AsRef<[u8]>) -> Result<Trust> {
        let policy = Policy::parse(text.as_ref());
        self.policy = Some(policy.map_err(|error| match lone_key(text.as_ref()).map(Policy::from_vkey) {
            Some(Ok(_)) => Error::new(Code::BadPolicy, "It is a vkey: give it as a key.").line(1),
            Some(Err(refusal)) => refusal,
            None => error,
        })?);
        self.policy_id = Some(Digest::of(text.as_ref()));
        Ok(self)
    }

    /// Adds the key of a log, one vkey, as a policy of that log without witnesses. White space around it does not matter.
    ///
    /// **Errors**: `bad-key`.
    pub fn with_key(mut self, vkey: &str) -> Result<Trust> {
        let vkey = vkey.trim();
        self.policy = Some(Policy::from_vkey(vkey)?);
        self.policy_id = Some(Digest::of(vkey.as_bytes()));
        Ok(self)
    }

    /// Adds whichever of the two the text is.
    ///
    /// **Errors**: `bad-policy` with the line, `bad-key`.
    pub fn with_policy_or_key(self, text: &str) -> Result<Trust> {
        if !text.is_empty() && !text.contains(char::is_whitespace) && !text.contains('+') {
            return Err(Error::new(
                Code::BadPolicy,
                "It looks like a name. Give the text of a policy, or a vkey: NAME+HASH+KEY.",
            ));
        }
        match lone_key(text.as_bytes()) {
            Some(key) => self.with_key(key),
            None => self.with_policy(text),
        }
    }

    /// Adds an expected head, `SIZE:HEAD` with the head in hex.
    ///
    /// **Errors**: `bad-option`.
    pub fn with_expected_head(mut self, text: &str) -> Result<Trust> {
        let refuse =
            || Error::new(Code::BadOption, "Expected SIZE:HEAD, a number and 64 lower-case hex digits.").member("expect");
        let (size, head) = text.split_once(':').ok_or_else(refuse)?;
        let digits =
            !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
        let size = size.parse().ok().filter(|size| digits && *size <= SAFE_INTEGER).ok_or_else(refuse)?;
        self.expect = Some(Expect { size, head: Digest::parse(head).ok_or_else(refuse)? });
        Ok(self)
    }

    /// Adds an expected tenant.
    ///
    /// **Errors**: `bad-option`.
    pub fn with_tenant(mut self, text: &str) -> Result<Trust> {
        let tenant = Uuid::parse(text).ok_or_else(|| Error::new(Code::BadOption, "Expected a UUID.").member("tenant"))?;
        self.tenant = Some(tenant);
        Ok(self)
    }

    /// Adds headers of Bitcoin blocks, which confirm anchors: 80 bytes each, or 160 hex digits a line, where an empty line stands between
    /// headers that do not follow each other. Where they come from is for the verifier to judge.
    ///
    /// **Errors**: `bad-headers` with the line or header.
    pub fn with_headers(mut self, headers: &[u8]) -> Result<Trust> {
        self.headers = Headers::parse(headers)?;
        Ok(self)
    }

    /// Sets the least level that a `verified` must reach, from L2 on: below it nothing holds the versions together.
    ///
    /// **Errors**: `bad-option`.
    pub fn with_minimum_level(mut self, level: Level) -> Result<Trust> {
        if level < Level::L2 {
            return Err(Error::new(Code::BadOption, "Expected L2, L3, L4 or L5.").member("minimum_level"));
        }
        self.minimum_level = Some(level);
        Ok(self)
    }

    /// Asks for the chain alone: a bundle without calls may then be verified.
    #[must_use]
    pub fn with_chain_only(mut self, chain_only: bool) -> Trust {
        self.chain_only = chain_only;
        self
    }

    /// Asks for the hashes that [`Memory`] is compared with; the comparison itself is `evaluate_since`.
    #[must_use]
    pub fn with_memory(mut self, memory: &Memory) -> Trust {
        self.watched = memory.sizes().filter_map(|size| size.checked_sub(1)).collect();
        self
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// The expected head.
    #[must_use]
    pub fn expect(&self) -> Option<Expect> {
        self.expect
    }

    /// The expected tenant.
    #[must_use]
    pub fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    /// The headers of blocks.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Whether only the chain was asked for.
    #[must_use]
    pub fn chain_only(&self) -> bool {
        self.chain_only
    }

    /// The least level that a `verified` must reach: L3 unless said otherwise, and L4 at least where the policy has a quorum.
    #[must_use]
    pub fn minimum_level(&self) -> Level {
        let asked = self.minimum_level.unwrap_or(Level::L3);
        let quorum = self.policy.as_ref().is_some_and(|policy| !policy.quorum_is_none());
        if quorum { asked.max(Level::L4) } else { asked }
    }

    /// Names what of the trust decides in the fold: segments merge only under the same.
    #[must_use]
    pub(crate) fn id(&self) -> Digest {
        let mut hasher = Hasher::new();
        hasher.update(self.policy_id.unwrap_or(Digest::of(b"")).as_bytes());
        if let Some(expect) = self.expect {
            hasher.update(format!("{}:{}", expect.size, expect.head).as_bytes());
        }
        hasher.finish()
    }

    /// Position of the entry whose hash is the expected head.
    pub(crate) fn expected_seq(&self) -> Option<u64> {
        self.expect.and_then(|expect| expect.size.checked_sub(1))
    }

    /// Positions of the entries whose hashes a memory is compared with.
    pub(crate) fn watched(&self) -> &[u64] {
        &self.watched
    }

    /// Whether revocations must be signed by keys of their own.
    pub(crate) fn has_revokers(&self) -> bool {
        self.policy.as_ref().is_some_and(|policy| !policy.revokers().is_empty())
    }

    /// How a key is named, if it is that of a log that is trusted.
    pub(crate) fn label_of(&self, key: &VerifierKey) -> Option<String> {
        let logs = self.policy.as_ref().map(Policy::logs).unwrap_or_default();
        logs.contains(key).then(|| key_label(key.name(), key.key_id()))
    }

    /// Looks at a signature line over a record's text. Logs sign all records; keys that revoke sign revocations and nothing else.
    pub(crate) fn check_signature(&self, signed: Signed, text: &str, line: &str) -> SignatureFact {
        let Ok(signature) = NoteSignature::parse(line) else { return SignatureFact::Bad };
        let (logs, revokers) = self.policy.as_ref().map(|policy| (policy.logs(), policy.revokers())).unwrap_or_default();
        let revokers = if signed == Signed::Revocation { revokers } else { &[] };
        let revokes = revokers.iter().find(|key| signature.names(key));
        let Some(key) = revokes.or_else(|| logs.iter().find(|key| signature.names(key))) else {
            // Names come from the data; one that no vkey could have is not worth repeating.
            let name = Some(signature.name()).filter(|name| name.len() <= 256).unwrap_or_default();
            return SignatureFact::Unknown(key_label(name, signature.key_id()));
        };
        match Note::new(text, vec![signature]).map(|note| note.check(key)) {
            Ok(SignatureCheck::Good) => {
                SignatureFact::Good { key: key_label(key.name(), key.key_id()), revokes: revokes.is_some() }
            }
            // A key of a type that signs no texts says nothing either way.
            Ok(SignatureCheck::Absent) => SignatureFact::Unknown(key_label(key.name(), key.key_id())),
            Ok(SignatureCheck::Bad) | Err(_) => SignatureFact::Bad,
        }
    }
}
