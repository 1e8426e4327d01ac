//! What the verifier trusts, given apart from the data: keys, policy, expected head and tenant, minimum level. FORMAT §9.
//!
//! No trust is ever taken from a bundle.

use super::report::Level;
use crate::algorithms::note::{Note, NoteSignature, SignatureCheck};
use crate::objects::policy::Policy;
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
///     .with_policy("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").unwrap()
///     .with_minimum_level(Level::L3);
/// assert_eq!(trust.minimum_level(), Level::L3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Trust {
    policy: Option<Policy>,
    policy_text: String,
    expect: Option<Expect>,
    tenant: Option<Uuid>,
    minimum_level: Option<Level>,
    chain_only: bool,
}

/// A head that the verifier knows from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    /// How many entries the chain had.
    pub size: u64,
    /// Hash of the last of them.
    pub head: Digest,
}

/// What a signature line on a record comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFact {
    /// It verifies under a pinned key.
    Good,
    /// It names a pinned key and does not verify, or is no signature line at all.
    Bad,
    /// It is by a key that is not pinned.
    Unknown,
}

impl Trust {
    /// Trusts nothing.
    #[must_use]
    pub fn new() -> Trust {
        Trust::default()
    }

    /// Adds a policy (C2SP tlog-policy text), or a single vkey as a policy of one log without witnesses.
    ///
    /// **Errors**: `bad-policy` with the line, `bad-key`.
    pub fn with_policy(mut self, text: &str) -> Result<Trust> {
        let line = text.trim();
        let is_vkey = !line.contains(char::is_whitespace) && line.contains('+');
        self.policy = Some(if is_vkey { Policy::from_vkey(line)? } else { Policy::parse(text.as_bytes())? });
        self.policy_text = text.to_owned();
        Ok(self)
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

    /// Sets the least level that a `verified` must reach.
    #[must_use]
    pub fn with_minimum_level(mut self, level: Level) -> Trust {
        self.minimum_level = Some(level);
        self
    }

    /// Asks for the chain alone: a bundle without calls may then be verified.
    #[must_use]
    pub fn with_chain_only(mut self, chain_only: bool) -> Trust {
        self.chain_only = chain_only;
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
        hasher.update(Digest::of(self.policy_text.as_bytes()).as_bytes());
        if let Some(expect) = self.expect {
            hasher.update(format!("{}:{}", expect.size, expect.head).as_bytes());
        }
        hasher.finish()
    }

    /// Position of the entry whose hash is the expected head.
    pub(crate) fn expected_seq(&self) -> Option<u64> {
        self.expect.and_then(|expect| expect.size.checked_sub(1))
    }

    /// Looks at a signature line over a record's text.
    pub(crate) fn check_signature(&self, text: &str, line: &str) -> SignatureFact {
        let Ok(signature) = NoteSignature::parse(line) else { return SignatureFact::Bad };
        let logs = self.policy.as_ref().map(Policy::logs).unwrap_or_default();
        let Some(key) = logs.iter().find(|key| signature.names(key)) else { return SignatureFact::Unknown };
        match Note::new(text, vec![signature]).map(|note| note.check(key)) {
            Ok(SignatureCheck::Good) => SignatureFact::Good,
            // A key of a type that signs no texts says nothing either way.
            Ok(SignatureCheck::Absent) => SignatureFact::Unknown,
            Ok(SignatureCheck::Bad) | Err(_) => SignatureFact::Bad,
        }
    }
}
