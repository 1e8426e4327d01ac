//! The first findings of a run, in order: a bounded, ordered set, so that any split of the run gives the same ones.

use crate::composition::report::Finding;
use crate::values::codes::{Code, Effect};
use crate::values::limits::FINDINGS;
use crate::values::saved::saved;
use std::collections::BTreeSet;

/// At most [`FINDINGS`] findings, the first by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    set: BTreeSet<Finding>,
    more: bool,
    /// Codes of all findings ever added, kept or not: what forces a verdict is never crowded out.
    codes: BTreeSet<Code>,
}

saved! { struct Findings { set, more, codes } }

/// Which effects the findings of a run have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
}

impl Findings {
    /// Adds a finding; equal ones count once.
    #[inline(never)]
    pub fn add(&mut self, finding: Finding) {
        self.codes.insert(finding.code);
        self.set.insert(finding);
        if self.set.len() > FINDINGS {
            self.set.pop_last();
            self.more = true;
        }
    }

    /// Adds those of a later part whose lines begin behind `lines` lines.
    pub fn append(&mut self, later: Findings, lines: u64) {
        self.more |= later.more;
        self.codes.extend(&later.codes);
        for mut finding in later.set {
            finding.line = finding.line.map(|line| line + lines);
            self.add(finding);
        }
    }

    /// Takes back the findings with other codes than these, where another one says it better.
    pub(crate) fn keep(&mut self, keeps: impl Fn(Code) -> bool) {
        self.set.retain(|finding| keeps(finding.code));
        self.codes.retain(|code| keeps(*code));
        self.more = false;
    }

    /// Whether there were more than are kept.
    #[must_use]
    pub fn more(&self) -> bool {
        self.more
    }

    /// The effects of all findings.
    #[must_use]
    pub fn effects(&self) -> Effects {
        let mut effects = Effects::default();
        self.codes.iter().for_each(|code| effects.add(code.effect()));
        effects
    }

    /// Whether there was a finding with this code, kept or not.
    #[must_use]
    pub fn has(&self, code: Code) -> bool {
        self.codes.contains(&code)
    }

    /// The findings in order.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.set.iter()
    }
}
