//! Options that several commands of the sealing side share: the chain to write, the time, the actor, the key.

use crate::chain_file::{ChainFile, Opening};
use crate::key_file;
use crate::output::Failure;
use call_stream_verify::algorithms::note::SigningKey;
use call_stream_verify::objects::call::Member;
use call_stream_verify::objects::chain::{Header, is_origin};
use call_stream_verify::objects::event::Actor;
use call_stream_verify::{Code, Error, Timestamp, Uuid};
use std::borrow::Cow;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// What to say where a chain must be there and is not.
pub const NO_CHAIN: &str = "There is no such chain; `call-verify seal` begins one.";

/// The chain that is appended to.
#[derive(Debug, clap::Args)]
pub struct ChainArgs {
    /// Chain file
    #[arg(long, value_name = "FILE")]
    pub chain: PathBuf,
    /// If the chain file ends in the middle of a line, move that piece to a file of its own and go on
    #[arg(long)]
    pub repair_tail: bool,
}

impl ChainArgs {
    /// Opens the chain, which must exist.
    ///
    /// **Errors**: those of [`ChainFile::write`].
    pub fn open(&self) -> Result<ChainFile, Failure> {
        ChainFile::write(&self.chain, Opening { repair_tail: self.repair_tail, create: None, absent: NO_CHAIN })
    }

    /// Opens the chain, or begins it where these options name all it takes.
    ///
    /// **Errors**: those of [`ChainFile::write`]; `bad-option` if the chain is another tenant's or of another origin.
    pub fn open_or_begin(&self, begin: &BeginArgs, at: Timestamp) -> Result<ChainFile, Failure> {
        let refuse =
            |detail, member: &str| Failure::from(Error::new(Code::BadOption, detail).member(member)).in_file(&self.chain);
        let create = match (begin.tenant, &begin.origin) {
            (Some(tenant_id), Some(origin)) => Some(Header { tenant_id, origin: origin.clone(), created_at: at }),
            _ => None,
        };
        let absent = match (begin.tenant, &begin.origin) {
            (Some(_), None) => "There is no such chain yet; to begin one, --origin is missing.",
            (None, Some(_)) => "There is no such chain yet; to begin one, --tenant is missing.",
            _ => "There is no such chain yet; name --tenant and --origin to begin one.",
        };
        let chain = ChainFile::write(&self.chain, Opening { repair_tail: self.repair_tail, create, absent })?;
        let header = chain.state().header();
        if begin.tenant.is_some_and(|tenant| tenant != header.tenant_id) {
            return Err(refuse("The chain is another tenant's.", "tenant"));
        }
        if begin.origin.as_ref().is_some_and(|origin| *origin != header.origin) {
            return Err(refuse("The chain has another origin.", "origin"));
        }
        Ok(chain)
    }
}

/// What a new chain is begun with.
#[derive(Debug, clap::Args)]
pub struct BeginArgs {
    /// To begin a chain: the tenant whose it is
    #[arg(long, value_name = "UUID", value_parser = uuid)]
    tenant: Option<Uuid>,
    /// To begin a chain: its origin, which names it for ever, like a URL without its scheme; the key that signs checkpoints has this name
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    origin: Option<String>,
}

/// When it happens.
#[derive(Debug, clap::Args)]
pub struct TimeArgs {
    /// Time to state, RFC 3339; the system's clock, in whole seconds, unless given
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
}

impl TimeArgs {
    /// The time given, or what the clock shows.
    ///
    /// **Errors**: `internal` if the clock shows a time outside the years 1970 to 9999.
    pub fn time(&self) -> Result<Timestamp, Failure> {
        let now = || {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
            Timestamp::new(i64::try_from(seconds).ok()?, 0)
        };
        self.at.or_else(now).ok_or_else(|| Failure::new(Code::Internal, "The system's clock is wrong."))
    }
}

/// Who signs.
#[derive(Debug, clap::Args)]
pub struct SignerArgs {
    /// Sign the record or event with this key
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
}

impl SignerArgs {
    /// Reads the key, if one is named.
    ///
    /// **Errors**: `unreadable`, `bad-key-file`, `bad-key`.
    pub fn read(&self) -> Result<Option<SigningKey>, Failure> {
        self.sign.as_deref().map(key_file::read_signer).transpose()
    }
}

/// Reads `TYPE:ID`, with one of these types.
///
/// **Errors**: `bad-option`.
pub fn actor<'a>(text: &'a str, kinds: &[&str]) -> Result<Actor<'a>, Failure> {
    let refuse = || Error::new(Code::BadOption, "Expected TYPE:ID; see --help for the types.").member("actor");
    let (kind, id) = text.split_once(':').filter(|(kind, id)| kinds.contains(kind) && !id.is_empty()).ok_or_else(refuse)?;
    Ok(Actor { kind: Cow::Borrowed(kind), id: Cow::Borrowed(id) })
}

/// Reads a UUID of either case.
pub fn uuid(text: &str) -> Result<Uuid, &'static str> {
    Uuid::parse(text).ok_or("expected a UUID, 8-4-4-4-12 hex digits")
}

/// Reads the name of a member of a call record.
pub fn member(text: &str) -> Result<Member, &'static str> {
    Member::parse(text).ok_or("there is no such member of a call record")
}

fn origin(text: &str) -> Result<String, &'static str> {
    let expected = "expected 1 to 256 visible ASCII characters without `+`, and no scheme";
    is_origin(text).then(|| text.to_owned()).ok_or(expected)
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse(text).ok_or("expected a time such as 2026-10-01T08:00:00Z")
}
