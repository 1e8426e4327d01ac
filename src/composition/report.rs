//! The report: one JSON document, the same bytes on every runtime for the same input and trust. FORMAT §10.
//!
//! ```json
//! {"format":"call-stream-verify/report/1","verdict":"verified","level":"L3","as_of":{"size":2,"head":"f08b…","root_hash":"sYwa…","time":"2026-01-01T02:00:00Z"},…}
//! ```
//!
//! Nothing in it comes from a clock or a host, and no message holds text of a call.

use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::error::message;
use crate::values::saved::saved;
use crate::values::time::Timestamp;
use crate::values::uuid::Uuid;
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// The word that names this version of the report.
pub const REPORT_FORMAT: &str = "call-stream-verify/report/1";

/// The answer for a run or a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Judged, and everything asked for holds.
    Verified,
    /// Judged, and something does not hold.
    Mismatch,
    /// Withdrawn by the issuer.
    Revoked,
    /// Not judged, or not all that was asked for.
    NotProven,
}

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Verified => "verified",
            Verdict::Mismatch => "mismatch",
            Verdict::Revoked => "revoked",
            Verdict::NotProven => "not_proven",
        }
    }

    /// The verdict of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Verdict> {
        [Verdict::Verified, Verdict::Mismatch, Verdict::Revoked, Verdict::NotProven]
            .into_iter()
            .find(|verdict| verdict.name() == name)
    }

    /// The exit code of FORMAT §10, where everything could be read.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Verified => 0,
            Verdict::Mismatch => 1,
            Verdict::NotProven => 3,
            Verdict::Revoked => 4,
        }
    }
}

/// How far the proof reaches; each level holds the ones below. FORMAT §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The export was parsed.
    L0,
    /// Every call matches its version.
    L1,
    /// Versions are bound by an unbroken chain from its beginning to the head.
    L2,
    /// The head is under a checkpoint signed by a pinned key, or is the one expected.
    L3,
    /// A quorum of witnesses has cosigned the checkpoint.
    L4,
    /// An anchor bounds it in time.
    L5,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 6] = [Level::L0, Level::L1, Level::L2, Level::L3, Level::L4, Level::L5];

    /// `L0` to `L5`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::L0 => "L0",
            Level::L1 => "L1",
            Level::L2 => "L2",
            Level::L3 => "L3",
            Level::L4 => "L4",
            Level::L5 => "L5",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that a run found, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// Line of the bundle, from 1; `None` if it is about the run.
    pub line: Option<u64>,
    /// Position of the entry.
    pub seq: Option<u64>,
    /// The call it is about.
    pub call_id: Option<Uuid>,
    /// The member or part it is about.
    pub member: Option<Cow<'static, str>>,
    /// What should stand there.
    pub expected: Option<String>,
    /// What stands there, or was computed.
    pub computed: Option<String>,
    /// Narrows the code's sentence; may be empty.
    pub detail: Cow<'static, str>,
}

saved! { struct Finding { code, line, seq, call_id, member, expected, computed, detail } }

// Findings are made in many places and seldom: what builds them is called, not copied there.
impl Finding {
    /// A finding about the run as a whole.
    #[inline(never)]
    #[must_use]
    pub fn new(code: Code) -> Finding {
        Finding { code, line: None, seq: None, call_id: None, member: None, expected: None, computed: None, detail: "".into() }
    }

    /// Names the line.
    #[inline(never)]
    #[must_use]
    pub fn line(mut self, line: u64) -> Finding {
        self.line = Some(line);
        self
    }

    /// Names the entry's position.
    #[inline(never)]
    #[must_use]
    pub fn seq(mut self, seq: u64) -> Finding {
        self.seq = Some(seq);
        self
    }

    /// Names the call.
    #[inline(never)]
    #[must_use]
    pub fn call(mut self, call_id: Uuid) -> Finding {
        self.call_id = Some(call_id);
        self
    }

    /// Names the member.
    #[must_use]
    pub fn member(self, member: impl Into<Cow<'static, str>>) -> Finding {
        self.part(member.into())
    }

    #[inline(never)]
    fn part(mut self, member: Cow<'static, str>) -> Finding {
        self.member = Some(member);
        self
    }

    /// Gives both values, what should be and what is.
    #[must_use]
    pub fn values(self, expected: impl ToString, computed: impl ToString) -> Finding {
        self.texts(expected.to_string(), computed.to_string())
    }

    #[inline(never)]
    fn texts(mut self, expected: String, computed: String) -> Finding {
        (self.expected, self.computed) = (Some(expected), Some(computed));
        self
    }

    /// Narrows the code's sentence.
    #[inline(never)]
    #[must_use]
    pub fn detail(mut self, detail: &'static str) -> Finding {
        self.detail = detail.into();
        self
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        message(self.code, &self.detail)
    }

    fn key(&self) -> impl Ord + '_ {
        let place = (self.line.unwrap_or(u64::MAX), self.seq, self.code, self.call_id);
        (place, &self.member, &self.expected, &self.computed, &self.detail)
    }
}

impl PartialOrd for Finding {
    fn partial_cmp(&self, other: &Finding) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Finding {
    fn cmp(&self, other: &Finding) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code.name())?;
        map.serialize_entry("severity", self.code.effect().severity())?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("call_id", &self.call_id)?;
        map.serialize_entry("member", &self.member)?;
        map.serialize_entry("expected", &self.expected)?;
        map.serialize_entry("computed", &self.computed)?;
        map.serialize_entry("message", &self.message())?;
        map.end()
    }
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// It was checked and holds.
    Proven,
    /// It was checked and does not hold.
    Failed,
    /// It was not checked, and nothing may be concluded.
    NotChecked,
}

/// Something a reader could believe after the run, and whether the run establishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The claim's name.
    pub name: &'static str,
    /// What became of it.
    pub state: ClaimState,
    /// Why, in one sentence.
    pub why: Cow<'static, str>,
}

/// Claims in a fixed order, written as one object keyed by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims(pub Vec<Claim>);

impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct State<'a> {
            state: ClaimState,
            why: &'a str,
        }
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for claim in &self.0 {
            map.serialize_entry(claim.name, &State { state: claim.state, why: &claim.why })?;
        }
        map.end()
    }
}

/// What the verdict is as of: a verdict is never about what came later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AsOf {
    /// Entries from the chain's beginning.
    pub size: Option<u64>,
    /// Hash of the last entry.
    pub head: Option<Digest>,
    /// RFC 6962 root over the entries, in hex; `None` where the export does not begin at entry 0.
    pub root_hash: Option<Digest>,
    /// Time of the last entry, by the issuer's clock.
    pub time: Option<Timestamp>,
}

/// Which chain it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainFacts {
    /// Digest of the header.
    pub chain_id: Digest,
    /// Whose chain.
    pub tenant_id: Uuid,
    /// The origin line.
    pub origin: String,
    /// Which entries.
    pub range: RangeFacts,
}

/// A half-open range of entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RangeFacts {
    /// The first entry.
    pub start: u64,
    /// The one behind the last.
    pub end: u64,
}

/// How many calls came to which result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallCounts {
    /// Calls presented.
    pub total: u64,
    /// Those that match their latest version.
    pub verified: u64,
    /// Those that do not.
    pub mismatch: u64,
    /// Those whose latest version was revoked.
    pub revoked: u64,
    /// Those that could not be judged.
    pub not_proven: u64,
    /// Calls that the chain seals and the export does not present.
    pub not_presented: u64,
}

/// The result for one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallResult {
    /// The call.
    pub call_id: Uuid,
    /// Its result.
    pub result: Verdict,
    /// Its latest version.
    pub version: Option<u64>,
    /// The payload hash that was sealed.
    pub expected: Option<Digest>,
    /// The payload hash of the call as presented; `None` for a redacted call.
    pub computed: Option<Digest>,
    /// Its parts: components or members.
    pub components: Vec<ComponentResult>,
}

/// The result for one part of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComponentResult {
    /// `metadata`, `transcript`, `recording`, or a member.
    pub name: &'static str,
    /// What became of it.
    pub result: ComponentState,
    /// What was sealed.
    pub expected: Option<Digest>,
    /// What was computed.
    pub computed: Option<Digest>,
}

/// What became of one part of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentState {
    /// It is what was sealed.
    Match,
    /// It is not.
    Mismatch,
    /// It is not shown.
    Withheld,
    /// It is not part of an export.
    NotChecked,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// [`REPORT_FORMAT`].
    pub format: &'static str,
    /// The answer.
    pub verdict: Verdict,
    /// The level reached; `None` if not even L0.
    pub level: Option<Level>,
    /// The level asked for.
    pub minimum_level: Level,
    /// What the answer is as of.
    pub as_of: AsOf,
    /// The chain, if there is a manifest.
    pub chain: Option<ChainFacts>,
    /// Counts of calls.
    pub calls: CallCounts,
    /// Recorded attempts in the chain.
    pub attempts: u64,
    /// Results by call, in order of their lines.
    pub results: Vec<CallResult>,
    /// Findings in order of their lines, the first 1,000.
    pub findings: Vec<Finding>,
    /// Whether there were more findings than are listed.
    pub more_findings: bool,
    /// What the run establishes, and what not.
    pub claims: Claims,
    /// Why the input could not be read, for the exit code.
    #[serde(skip)]
    pub unread: Option<Unread>,
}

impl Report {
    /// The report's JSON text, without a newline at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A struct of strings, numbers and lists always serializes; an empty text would be no report at all.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The exit code of FORMAT §10.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match (self.verdict, self.unread) {
            (Verdict::NotProven, Some(Unread::NotABundle)) => 5,
            (Verdict::NotProven, Some(Unread::Limit)) => 6,
            (verdict, _) => verdict.exit_code(),
        }
    }
}

/// Why a run that proves nothing could not even be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no bundle.
    NotABundle,
    /// A limit was exceeded.
    Limit,
}
