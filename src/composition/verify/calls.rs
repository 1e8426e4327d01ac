//! Each presented call against its latest version: rebuilt, hashed and compared, part by part where parts are known.

use super::{Results, Run};
use crate::composition::report::{CallCounts, CallResult, ComponentResult, ComponentState, Finding, Verdict};
use crate::composition::segment::calls::{Comparison, Presented, Sealed};
use crate::objects::call::{CallDigests, Commitments, Components, Field};
use crate::values::codes::Code;
use crate::values::digest::Digest;

impl Run<'_> {
    pub(super) fn check_calls(&mut self, listed: Results) -> (CallCounts, Vec<CallResult>) {
        let segment = self.segment;
        if self.manifest.is_none() {
            // No bundle: nothing is judged.
            return (CallCounts::default(), Vec::new());
        }
        let mut counts = CallCounts { not_presented: segment.calls().not_presented(), ..CallCounts::default() };
        let mut results = Vec::new();
        for comparison in segment.calls().comparisons() {
            let result = self.check_call(&comparison);
            counts.total += 1;
            *match result.result {
                Verdict::Verified => &mut counts.verified,
                Verdict::Mismatch => &mut counts.mismatch,
                Verdict::Revoked => &mut counts.revoked,
                Verdict::NotProven => &mut counts.not_proven,
            } += 1;
            if listed == Results::All || result.result != Verdict::Verified {
                results.push(result);
            }
        }
        if self.whole && segment.calls_shown() == 0 && !self.trust.chain_only() {
            self.findings.add(Finding::new(Code::NoCalls));
        }
        (counts, results)
    }

    fn check_call(&mut self, comparison: &Comparison) -> CallResult {
        let Comparison { call_id, line, presented, latest } = comparison;
        if matches!(presented, Presented::Redacted(_)) {
            self.withheld.get_or_insert_default();
        }
        let mut result = CallResult {
            call_id: *call_id,
            result: Verdict::NotProven,
            version: latest.as_ref().map(|sealed| sealed.number),
            expected: latest.as_ref().map(|sealed| sealed.digests.canonical_payload_hash),
            computed: match presented {
                Presented::Full(digests) => Some(digests.canonical_payload_hash),
                _ => None,
            },
            components: Vec::new(),
        };
        let place = |code| Finding::new(code).line(*line).call(*call_id);
        if *presented == Presented::Twice {
            return result;
        }
        let reason = if !self.all_entries {
            Some("Entries are missing from this export.")
        } else if self.receipt.is_some() {
            // Whether a later entry replaces or revokes this version is a claim of the report, and not for a receipt to show.
            latest.is_none().then_some("The entry of this receipt seals no version of it.")
        } else if self.trees.keys().next_back().is_some_and(|size| *size > self.size) {
            Some("Later entries are not part of this export.")
        } else if self.start() > 0 && (latest.is_none() || self.range_proven.is_none()) {
            Some("Its entry may lie outside this range, or the range is not proven.")
        } else {
            None
        };
        if let Some(reason) = reason {
            self.findings.add(place(Code::CallIncomparable).detail(reason));
            return result;
        }
        let Some(sealed) = latest else {
            self.findings.add(place(Code::CallNotSealed));
            return result;
        };
        let place = |code| place(code).seq(sealed.seq);
        let (outcome, components) = match presented {
            Presented::Full(digests) => compare_full(digests, &sealed.digests),
            Presented::Redacted(disclosed) => match &sealed.digests.components {
                Components::Commitments(commitments) => compare_redacted(disclosed, commitments),
                Components::Hashes { .. } => {
                    if !sealed.revoked {
                        self.findings.add(place(Code::WithoutCommitments));
                        return result;
                    }
                    (true, Vec::new())
                }
            },
            Presented::Twice => return result,
        };
        if let Some(withheld) = &mut self.withheld {
            let parts = components.iter().filter(|component| component.result == ComponentState::Withheld);
            withheld.extend(parts.map(|component| component.name));
        }
        result.components = components;
        result.result = match (sealed.revoked, outcome) {
            (true, same) => {
                self.findings.add(place(Code::CallRevoked));
                if !same {
                    self.findings.add(place(Code::RevokedDiffers));
                }
                Verdict::Revoked
            }
            (false, true) => Verdict::Verified,
            (false, false) => {
                self.add_mismatch(&result, sealed, presented, *line);
                Verdict::Mismatch
            }
        };
        result
    }

    fn add_mismatch(&mut self, result: &CallResult, sealed: &Sealed, presented: &Presented, line: u64) {
        let place = |code| Finding::new(code).line(line).seq(sealed.seq).call(result.call_id);
        let differing: Vec<&ComponentResult> =
            result.components.iter().filter(|component| component.result == ComponentState::Mismatch).collect();
        let values = |finding: Finding, expected: Option<Digest>, computed: Option<Digest>| Finding {
            expected: expected.map(|digest| digest.to_string()),
            computed: computed.map(|digest| digest.to_string()),
            ..finding
        };
        if let Presented::Redacted(_) = presented {
            for component in differing {
                let finding = place(Code::CommitmentMismatch).member(component.name);
                self.findings.add(values(finding, component.expected, component.computed));
            }
            return;
        }
        let names: Vec<&str> = differing.iter().map(|component| component.name).collect();
        let mut finding = place(Code::CallMismatch);
        let detail = match (names.as_slice(), &sealed.digests.components) {
            ([], _) => "Only the payload hash is known, so it cannot be said which member differs.",
            (_, Components::Commitments(_)) => "The members that differ are named.",
            (["transcript"], _) => "Its transcript differs.",
            (["metadata"], _) => "Its metadata differ; they are under one hash, so it cannot be said which member.",
            _ => {
                "Its transcript and its metadata differ; the metadata are under one hash, so it cannot be said which member of them."
            }
        };
        finding = finding.detail(detail);
        if !names.is_empty() {
            finding.member = Some(names.join(", ").into());
        }
        self.findings.add(values(finding, result.expected, result.computed));
    }
}

/// Compares a call presented in full with what was sealed.
fn compare_full(shown: &CallDigests, sealed: &CallDigests) -> (bool, Vec<ComponentResult>) {
    let components = match (&shown.components, &sealed.components) {
        (
            Components::Hashes { metadata: shown_metadata, transcript: shown_transcript, .. },
            Components::Hashes { metadata, transcript, recording },
        ) => {
            let mut components = vec![
                component("metadata", Some(*metadata), Some(*shown_metadata)),
                component("transcript", Some(*transcript), Some(*shown_transcript)),
            ];
            components.extend(recording.map(unseen_recording));
            components
        }
        (Components::Commitments(shown), Components::Commitments(sealed)) => {
            let field_result = |field: Field| match (field, sealed.get(field), shown.get(field)) {
                (_, None, None) => None,
                (Field::Recording, expected, None) => expected.map(unseen_recording),
                (_, expected, computed) => Some(component(field.name(), expected, computed)),
            };
            Field::ALL.into_iter().filter_map(field_result).collect()
        }
        // One has a salt and the other none: nothing but the payload hashes can be compared.
        _ => Vec::new(),
    };
    let same_kind = !components.is_empty();
    let parts = components.iter().all(|component| component.result != ComponentState::Mismatch);
    (same_kind && parts && shown.canonical_payload_hash == sealed.canonical_payload_hash, components)
}

/// Compares the members that a redacted call discloses; what it withholds is named.
fn compare_redacted(disclosed: &Commitments, sealed: &Commitments) -> (bool, Vec<ComponentResult>) {
    let field_result = |field: Field| match (sealed.get(field), disclosed.get(field)) {
        (None, None) => None,
        (Some(expected), None) => {
            let result = if field == Field::Recording { ComponentState::NotChecked } else { ComponentState::Withheld };
            Some(ComponentResult { name: field.name(), result, expected: Some(expected), computed: None })
        }
        (expected, computed) => Some(component(field.name(), expected, computed)),
    };
    let components: Vec<ComponentResult> = Field::ALL.into_iter().filter_map(field_result).collect();
    let holds = components.iter().all(|component| component.result != ComponentState::Mismatch);
    (holds, components)
}

fn component(name: &'static str, expected: Option<Digest>, computed: Option<Digest>) -> ComponentResult {
    let result = if expected == computed { ComponentState::Match } else { ComponentState::Mismatch };
    ComponentResult { name, result, expected, computed }
}

fn unseen_recording(expected: Digest) -> ComponentResult {
    ComponentResult { name: "recording", result: ComponentState::NotChecked, expected: Some(expected), computed: None }
}
