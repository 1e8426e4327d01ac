//! The first findings of a run, in order: a bounded, ordered set, so that any split of the run gives the same ones.

use super::state::{deserialize_findings, serialize_findings};
use crate::composition::report::Finding;
use crate::values::codes::Effect;
use crate::values::limits::FINDINGS;
use std::collections::BTreeSet;

/// At most [`FINDINGS`] findings, the first by place.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Findings {
    #[serde(serialize_with = "serialize_findings", deserialize_with = "deserialize_findings")]
    set: BTreeSet<Finding>,
    more: bool,
    /// Effects of all findings ever added, kept or not: what forces a verdict is never crowded out.
    effects: Effects,
}

/// Which effects the findings of a run have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Effects {
    /// Something does not hold.
    pub mismatch: bool,
    /// Something could not be judged.
    pub not_proven: bool,
    /// A limit ended the judging.
    pub limit: bool,
    /// A call was revoked.
    pub revoked: bool,
}

impl Effects {
    fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Mismatch => self.mismatch = true,
            Effect::Revoked => self.revoked = true,
            Effect::Limit => (self.limit, self.not_proven) = (true, true),
            Effect::Warning => {}
            // A refusal among findings is nothing judged.
            Effect::NotProven | Effect::Usage | Effect::Refused => self.not_proven = true,
        }
    }

    fn append(&mut self, later: Effects) {
        self.mismatch |= later.mismatch;
        self.not_proven |= later.not_proven;
        self.limit |= later.limit;
        self.revoked |= later.revoked;
    }
}

impl Findings {
    /// Adds a finding; equal ones count once.
    pub fn add(&mut self, finding: Finding) {
        self.effects.add(finding.code.effect());
        self.set.insert(finding);
        if self.set.len() > FINDINGS {
            self.set.pop_last();
            self.more = true;
        }
    }

    /// Adds those of a later part whose lines begin behind `lines` lines.
    pub fn append(&mut self, later: Findings, lines: u64) {
        self.more |= later.more;
        self.effects.append(later.effects);
        for mut finding in later.set {
            finding.line = finding.line.map(|line| line + lines);
            self.add(finding);
        }
    }

    /// Whether there were more than are kept.
    #[must_use]
    pub fn more(&self) -> bool {
        self.more
    }

    /// The effects of all findings.
    #[must_use]
    pub fn effects(&self) -> Effects {
        self.effects
    }

    /// The findings in order.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.set.iter()
    }
}
