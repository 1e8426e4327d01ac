//! A log of tiles, judged: that its files are one tree, and this the one that a trusted key has signed.
//!
//! Files are asked for by name, in order; whoever calls has them. Tiles hold hashes: what was sealed, and whether the log was always the
//! same, is not to be seen in them, and the claims say so.

use crate::algorithms::merkle::{self, CompactRange};
use crate::algorithms::note::key_label;
use crate::algorithms::tiles::{Kind, Tile, decode_entries, decode_hashes, tiles_of};
use crate::composition::report::{Claim, ClaimState, Claims, Finding, Level, Verdict};
use crate::composition::segment::findings::Findings;
use crate::composition::trust::Trust;
use crate::objects::checkpoint::{CheckpointFacts, SignedCheckpoint, VerifiedCheckpoint};
use crate::values::codes::Code;
use crate::values::digest::Digest;
use crate::values::limits::NOTE_BYTES;
use serde::Serialize;

/// The `format` of such a report.
pub const TILES_REPORT_FORMAT: &str = "call-stream-verify/tiles-report/1";

/// The largest file of a log: an entry bundle of the longest entries.
pub const TILE_BYTES: usize = 256 * (2 + 0xFFFF);

/// What is said of a log of tiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TilesReport {
    /// [`TILES_REPORT_FORMAT`].
    pub format: &'static str,
    /// The answer; never `revoked`.
    pub verdict: Verdict,
    /// L3 for a signed tree, L4 if a quorum has cosigned it.
    pub level: Option<Level>,
    /// The level asked for.
    pub minimum_level: Level,
    /// The log, as its checkpoint names it.
    pub origin: Option<String>,
    /// Entries under the checkpoint.
    pub size: Option<u64>,
    /// The root that the checkpoint states.
    pub root_hash: Option<Digest>,
    /// What is wrong; `member` is the file, `seq` the entry.
    pub findings: Vec<Finding>,
    /// Whether there were more findings than are listed.
    pub more_findings: bool,
    /// What the run establishes, and what not.
    pub claims: Claims,
}

impl TilesReport {
    /// The report's JSON text, without a newline at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Judges a log. `read` gives the bytes of the file of that name, `None` if it is not there; of a file that is longer than
/// [`TILE_BYTES`] one byte more is enough. Reading ends at the first tile of leaves that is missing.
///
/// **Errors**: those of `read` alone.
/// **Cost**: every file once; three hashes an entry, and 32 bytes of memory a tile of leaves.
pub fn verify_tiles<E>(trust: &Trust, read: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>) -> Result<TilesReport, E> {
    let mut run = Run { trust, read, findings: Findings::default(), complete: false };
    let signed = run.checkpoint()?;
    let verified = signed.as_ref().and_then(|signed| run.trusted(signed));
    if let Some(verified) = &verified {
        let tree = verified.checkpoint();
        if tree.size() == 0 {
            run.find(Finding::new(Code::NothingToVerify));
        } else {
            run.tree(tree.size(), tree.root())?;
        }
    }
    Ok(run.report(signed.as_ref(), verified.as_ref()))
}

struct Run<'a, R> {
    trust: &'a Trust,
    read: R,
    findings: Findings,
    /// Every file of the tree was read and judged.
    complete: bool,
}

impl<E, R: FnMut(&str) -> Result<Option<Vec<u8>>, E>> Run<'_, R> {
    fn find(&mut self, finding: Finding) {
        self.findings.add(finding);
    }

    fn checkpoint(&mut self) -> Result<Option<SignedCheckpoint>, E> {
        const NAME: &str = "checkpoint";
        let Some(bytes) = (self.read)(NAME)? else {
            self.find(Finding::new(Code::TileMissing).member(NAME));
            return Ok(None);
        };
        if bytes.len() > NOTE_BYTES {
            self.find(Finding::new(Code::NoteTooLarge).member(NAME));
            return Ok(None);
        }
        let parsed = SignedCheckpoint::parse(&bytes);
        if let Err(error) = &parsed {
            let code = if error.code() == Code::NoteTooLarge { Code::NoteTooLarge } else { Code::CheckpointMalformed };
            self.find(Finding::new(code).member(NAME).detail(error.detail()));
        }
        Ok(parsed.ok())
    }

    fn trusted(&mut self, signed: &SignedCheckpoint) -> Option<VerifiedCheckpoint> {
        let facts = self.trust.policy().map_or(CheckpointFacts::Untrusted, |policy| policy.verify(signed));
        match facts {
            CheckpointFacts::Trusted(verified) => {
                if self.trust.minimum_level() >= Level::L4 && !(verified.quorum_met() && self.asks_for_quorum()) {
                    self.find(Finding::new(Code::QuorumNotMet));
                }
                return Some(verified);
            }
            CheckpointFacts::Untrusted => {
                let detail = if self.trust.policy().is_none() { "You gave no key or policy." } else { "" };
                self.find(Finding::new(Code::NoTrustedCheckpoint).member("checkpoint").detail(detail));
            }
            CheckpointFacts::BadLogSignature(key) => {
                self.find(Finding::new(Code::CheckpointBadSignature).member(key.name().to_owned()));
            }
            CheckpointFacts::BadCosignature(key) => self.find(Finding::new(Code::CosignatureBad).member(key.name().to_owned())),
        }
        None
    }

    fn asks_for_quorum(&self) -> bool {
        self.trust.policy().is_some_and(|policy| !policy.quorum_is_none())
    }

    /// Reads a tile, or the whole one of which it is the beginning, as a log may have dropped partial ones; which of the two it is.
    fn tile(&mut self, tile: Tile) -> Result<Option<(Tile, Vec<u8>)>, E> {
        if let Some(bytes) = (self.read)(&tile.to_string())? {
            return Ok(Some((tile, bytes)));
        }
        let whole = tile.whole();
        match whole == tile {
            true => Ok(None),
            false => Ok((self.read)(&whole.to_string())?.map(|bytes| (whole, bytes))),
        }
    }

    /// The hashes of a tile. Missing or not as long as it must be, it gets a finding.
    fn hashes(&mut self, tile: Tile) -> Result<Option<Vec<Digest>>, E> {
        let name = tile.to_string();
        let Some((found, bytes)) = self.tile(tile)? else {
            self.find(Finding::new(Code::TileMissing).member(name));
            return Ok(None);
        };
        let mut hashes = decode_hashes(&bytes, found.width);
        if hashes.is_none() {
            self.find(Finding::new(Code::TileMalformed).member(found.to_string()));
        }
        if let Some(hashes) = &mut hashes {
            hashes.truncate(usize::from(tile.width));
        }
        Ok(hashes)
    }

    /// Holds the files of a tree against its root and each other.
    fn tree(&mut self, size: u64, root: &Digest) -> Result<(), E> {
        let mut whole = CompactRange::default();
        let mut above = Vec::new();
        let mut complete = true;
        for tile in tiles_of(Kind::Hashes(0), size) {
            // Without a tile of leaves the root is not to be known, and what a log of any size may lack is not looked for.
            let Some(leaves) = self.hashes(tile)? else { return Ok(()) };
            complete &= self.entries(tile, &leaves)?;
            let mut range = CompactRange::empty(whole.end());
            let is_whole = leaves.len() == 256;
            range.append_all(leaves);
            if let ([hash], true) = (range.hashes(), is_whole) {
                above.push(*hash);
            }
            if whole.merge(&range).is_err() {
                return Ok(());
            }
        }
        let computed = whole.root().unwrap_or_else(|| merkle::root_hash(&[]));
        if computed != *root {
            self.find(Finding::new(Code::RootMismatch).member("checkpoint").values(root, computed));
        }
        let mut level = 1;
        while !above.is_empty() && level < 8 {
            for (tile, computed) in tiles_of(Kind::Hashes(level), size).zip(above.chunks(256)) {
                let Some(stated) = self.hashes(tile)? else {
                    complete = false;
                    continue;
                };
                if let Some((stated, computed)) = stated.iter().zip(computed).find(|(stated, computed)| stated != computed) {
                    self.find(Finding::new(Code::TileMismatch).member(tile.to_string()).values(stated, computed));
                }
            }
            above = crate::algorithms::tiles::level_above(&above);
            level += 1;
        }
        self.complete = complete;
        Ok(())
    }

    /// Holds an entry bundle against the leaves; whether it was there.
    fn entries(&mut self, leaves_tile: Tile, leaves: &[Digest]) -> Result<bool, E> {
        let tile = Tile { kind: Kind::Entries, ..leaves_tile };
        let Some((found, bytes)) = self.tile(tile)? else {
            self.find(Finding::new(Code::TileMissing).member(tile.to_string()));
            return Ok(false);
        };
        let Some(entries) = decode_entries(&bytes, found.width) else {
            self.find(Finding::new(Code::TileMalformed).member(found.to_string()));
            return Ok(false);
        };
        let computed = entries.iter().map(|entry| merkle::leaf_hash_of(entry));
        let differing = (tile.index * 256..).zip(leaves.iter().zip(computed)).find(|(_, (stated, computed))| *stated != computed);
        if let Some((seq, (stated, computed))) = differing {
            self.find(Finding::new(Code::TileMismatch).member(found.to_string()).seq(seq).values(stated, computed));
        }
        Ok(true)
    }

    fn report(mut self, signed: Option<&SignedCheckpoint>, verified: Option<&VerifiedCheckpoint>) -> TilesReport {
        let effects = self.findings.effects();
        let holds = verified.is_some() && self.complete && !effects.mismatch;
        let quorum_met = self.asks_for_quorum() && verified.is_some_and(VerifiedCheckpoint::quorum_met);
        let level = holds.then_some(if quorum_met { Level::L4 } else { Level::L3 });
        let minimum_level = self.trust.minimum_level();
        let short = level.is_none_or(|level| level < minimum_level);
        if short && !effects.mismatch && !effects.not_proven {
            self.find(Finding::new(Code::LevelNotReached).values(minimum_level, level.map_or("none", Level::name)));
        }
        let verdict = match () {
            () if effects.mismatch => Verdict::Mismatch,
            () if effects.not_proven || short => Verdict::NotProven,
            () => Verdict::Verified,
        };
        let claims = self.claims(verified, holds, quorum_met);
        let tree = signed.map(SignedCheckpoint::checkpoint);
        TilesReport {
            format: TILES_REPORT_FORMAT,
            verdict,
            level,
            minimum_level,
            origin: tree.map(|tree| tree.origin().to_owned()),
            size: tree.map(|tree| tree.size()),
            root_hash: tree.map(|tree| *tree.root()),
            more_findings: self.findings.more(),
            findings: self.findings.iter().cloned().collect(),
            claims,
        }
    }

    fn claims(&self, verified: Option<&VerifiedCheckpoint>, holds: bool, quorum_met: bool) -> Claims {
        use ClaimState::{Failed, NotChecked, Proven};
        let mut claims = Claims::default();
        let mut claim = |name, state, why: &str| claims.0.push(Claim { name, state, why: why.to_owned().into() });
        let has = |codes: &[Code]| codes.iter().any(|code| self.findings.has(*code));
        match verified {
            Some(verified) => {
                let signers: Vec<String> = verified.logs().iter().map(|key| key_label(key.name(), key.key_id())).collect();
                claim(
                    "checkpoint_signed",
                    Proven,
                    &format!("The checkpoint is signed by {}, which you trust.", signers.join(" and ")),
                );
            }
            None if has(&[Code::CheckpointBadSignature]) => {
                claim("checkpoint_signed", Failed, "The checkpoint carries a bad signature under a key you trust.");
            }
            None => claim("checkpoint_signed", NotChecked, "No checkpoint by a key you trust was read."),
        }
        match () {
            () if has(&[Code::CosignatureBad]) => claim("witness_quorum", Failed, "A cosignature does not verify."),
            () if quorum_met => claim("witness_quorum", Proven, "A quorum of your witnesses has cosigned the checkpoint."),
            () if self.asks_for_quorum() => claim("witness_quorum", NotChecked, "Too few of your witnesses have cosigned."),
            () => claim(
                "witness_quorum",
                NotChecked,
                "You asked for no witnesses: the signer could show others a different history.",
            ),
        }
        match () {
            () if has(&[Code::RootMismatch, Code::TileMismatch]) => {
                claim("tree_holds", Failed, "Files differ from the signed tree.")
            }
            () if holds => claim("tree_holds", Proven, "Every entry and every tile is that of the signed tree."),
            () => claim("tree_holds", NotChecked, "Not every file of the tree could be judged."),
        }
        claim("append_only", NotChecked, "What this log showed before was not compared.");
        claim("content_true", NotChecked, "Entries are hashes here: what they stand for was not seen.");
        claims
    }
}
