//! Claims: what a reader could believe after a run, and whether the run establishes it. Everything it does not stands here by name.

use super::Run;
use crate::composition::report::{CallCounts, Claim, ClaimState, Claims};
use crate::values::codes::Code;

impl Run<'_> {
    pub(super) fn has(&self, codes: &[Code]) -> bool {
        codes.iter().any(|code| self.findings.has(*code))
    }

    /// The claims, in a fixed order.
    pub(super) fn claims(&self, counts: &CallCounts) -> Claims {
        use ClaimState::{Failed, NotChecked, Proven};
        let mut claims = Claims::default();
        let mut claim = |name, state, why: &str| claims.0.push(Claim { name, state, why: why.to_owned().into() });

        let receipt = self.receipt.is_some();
        match (self.whole, self.has(&[Code::CountMismatch, Code::EnvelopeMismatch, Code::HeadMismatch])) {
            (true, false) if receipt => {
                claim("export_complete", NotChecked, "A receipt is of one call: it is no export of a chain.")
            }
            (true, false) => {
                claim("export_complete", Proven, "Every line is canonical, and counts and digests of the end line hold.")
            }
            (_, true) => claim("export_complete", Failed, "Lines do not add up to the end line."),
            (false, false) => claim("export_complete", NotChecked, "The export could not be read to its end."),
        }
        match () {
            () if counts.mismatch > 0 => claim("calls_match", Failed, "A call is not what was sealed."),
            () if counts.total == 0 => claim("calls_match", NotChecked, "No call is presented."),
            () if counts.not_proven > 0 => claim("calls_match", NotChecked, "Not every call presented could be compared."),
            () if receipt => claim("calls_match", Proven, "The call is what this version of it seals."),
            () => claim("calls_match", Proven, "Every call presented is what its latest version seals, or is revoked."),
        }
        match (self.all_entries && !receipt, counts.not_presented) {
            (true, 0) if counts.total > 0 => {
                claim("all_calls_presented", Proven, "Every call that these entries seal is presented.")
            }
            _ => claim("all_calls_presented", NotChecked, "Calls may be sealed in this chain that are not presented."),
        }
        match (!self.chain_is_broken(), self.segment.entries() > 0 && self.all_entries && !receipt, self.start() == 0) {
            (true, true, true) => {
                claim("chain_unbroken", Proven, "Every entry links to the one in front, from the chain's header to the head.")
            }
            (true, true, false) if self.range_proven.is_some() => {
                claim(
                    "chain_unbroken",
                    Proven,
                    "Every entry of the range links to the one in front, and both ends are proven; what lies before was not shown.",
                );
            }
            (true, ..) => claim("chain_unbroken", NotChecked, "Not every entry from the chain's beginning was read."),
            (false, ..) => claim("chain_unbroken", Failed, "Entries, links, positions or records do not hold."),
        }
        match (self.has(&[Code::ChainIdMismatch]), self.start() == 0 && self.segment.entries() > 0) {
            (true, _) => claim("chain_header", Failed, "The first entry does not link to this header."),
            (false, true) if !self.chain_is_broken() => {
                claim("chain_header", Proven, "The first entry links to the header: tenant, origin and time of creation.");
            }
            _ => claim(
                "chain_header",
                NotChecked,
                "Only entry 0 binds the header, and it was not shown or the chain does not hold.",
            ),
        }
        let broken = [
            Code::RootMismatch,
            Code::CheckpointBeyondChain,
            Code::CheckpointBadSignature,
            Code::OriginMismatch,
            Code::ConsistencyMismatch,
            Code::InclusionMismatch,
        ];
        // The signed tree that covers the head.
        let covering = self.trees.get(&self.range_proven.unwrap_or(self.size));
        let covering = covering.filter(|tree| tree.compared && self.anchored == Some(self.size) && !self.has(&broken));
        match (self.has(&broken), covering) {
            (true, _) => claim("checkpoint_signed", Failed, "A checkpoint or proof does not fit these entries."),
            (false, Some(tree)) => {
                let signers = tree.signers.join(" and ");
                let why = match self.range_proven {
                    Some(size) if receipt => {
                        format!("The entry is under a checkpoint of {size} entries signed by {signers}, which you trust.")
                    }
                    _ => format!("The head is under a checkpoint signed by {signers}, which you trust."),
                };
                claim("checkpoint_signed", Proven, &why);
            }
            _ => claim("checkpoint_signed", NotChecked, "No checkpoint by a key you trust covers the head."),
        }
        match (self.trust.expect(), self.has(&[Code::ExpectedHeadMismatch])) {
            (_, true) => claim("expected_head", Failed, "The chain does not have the head you expect."),
            (Some(expect), false)
                if self.anchored >= Some(expect.size)
                    && !self.has(&[Code::ExpectedHeadNotCompared])
                    && self.manifest.is_some() =>
            {
                claim("expected_head", Proven, "The chain has the head you expect.");
            }
            (Some(_), false) => claim("expected_head", NotChecked, "The head you expect could not be compared."),
            (None, false) => claim("expected_head", NotChecked, "You named no expected head."),
        }
        let quorum = self.trust.policy().is_some_and(|policy| !policy.quorum_is_none());
        match () {
            () if self.has(&[Code::CosignatureBad]) => claim("witness_quorum", Failed, "A cosignature does not verify."),
            () if quorum && self.quorum_met && self.covers_head() => {
                claim("witness_quorum", Proven, "A quorum of your witnesses has cosigned the checkpoint.")
            }
            () if quorum => claim("witness_quorum", NotChecked, "Too few of your witnesses have cosigned."),
            () => claim(
                "witness_quorum",
                NotChecked,
                "You asked for no witnesses: the signer could show others a different history.",
            ),
        }
        let signatures = self.segment.signatures();
        match () {
            () if signatures.bad > 0 => claim("version_signatures", Failed, "A version or revocation carries a bad signature."),
            () if self.has(&[Code::RevocationUnauthorized]) => {
                claim("version_signatures", Failed, "A revocation is not signed by a key that may revoke.")
            }
            () if !self.segment.misused_keys().is_empty() => {
                claim("version_signatures", Failed, "A key you trust signs where the chain says that it must not.")
            }
            () if signatures.good > 0 && signatures.unsigned == 0 && self.whole && self.all_entries => {
                claim("version_signatures", Proven, "Every version and revocation shown is signed by a key you trust.")
            }
            () if signatures.good == 0 && signatures.unsigned == 0 => {
                claim("version_signatures", NotChecked, "No version or revocation was read.");
            }
            () if !self.whole || !self.all_entries => {
                claim("version_signatures", NotChecked, "Not every version and revocation was read.");
            }
            () if covering.is_some() => claim(
                "version_signatures",
                NotChecked,
                "Not every version and revocation is signed by a key you trust; the checkpoint is what binds them.",
            ),
            () => claim("version_signatures", NotChecked, "Not every version and revocation is signed by a key you trust."),
        }
        match (self.has(&[Code::AnchorMismatch]), self.bound_of_head(), self.bounds.iter().max()) {
            (true, ..) => claim("bounded_in_time", Failed, "An anchor is not about the tree that it names."),
            (false, Some(bound), _) => {
                let why = format!(
                    "An anchor leads from the head to a block header that you gave; whether that stands in the best chain of Bitcoin is for you to know: {bound}."
                );
                claim("bounded_in_time", Proven, &why);
            }
            (false, None, Some((size, bound))) => {
                let facts = format!("size={size}, {bound}");
                let why = format!("No confirmed anchor covers the head, only one the first entries: {facts}.");
                claim("bounded_in_time", NotChecked, &why);
            }
            (false, None, None) => {
                claim("bounded_in_time", NotChecked, "No anchor was checked: times are the issuer's claims.");
            }
        }
        let unseen = if receipt {
            "Entries after this one were not shown, also where the checkpoint covers them: a later version or a revocation of the call cannot be seen."
        } else {
            "Whatever was appended after the last entry shown cannot be known."
        };
        match self.later {
            Some(size) => {
                let facts = format!("size={size}");
                let why = format!(
                    "Entries behind this one were read, under a head that you trust; what they revoke or seal anew is in the verdict: {facts}."
                );
                claim("later_revocations", Proven, &why);
            }
            None => claim("later_revocations", NotChecked, unseen),
        }
        claim("recordings", NotChecked, "No recording's bytes were compared.");
        if let Some(withheld) = &self.withheld {
            let why = match Vec::from_iter(withheld.iter().copied()).join(", ") {
                names if names.is_empty() => "What redacted calls withhold was not seen.".to_owned(),
                names => format!("Redacted calls withhold members, which were not seen: {names}."),
            };
            claim("withheld_members", NotChecked, &why);
        }
        if let Some(names @ [_, ..]) = self.receipt {
            let why = format!("No hash covers these members of the record: {}.", listed(names));
            claim("uncovered_members", NotChecked, &why);
        }
        claim("content_true", NotChecked, "Sealing shows that data did not change, not that it was true when it was sealed.");
        claims
    }

    fn chain_is_broken(&self) -> bool {
        self.has(&[
            Code::EntryHashMismatch,
            Code::LinkBroken,
            Code::SeqOutOfPlace,
            Code::ChainIdMismatch,
            Code::HeadMismatch,
            Code::ForeignTenant,
            Code::VersionBadRecord,
            Code::VersionMisnumbered,
            Code::VersionNotUnique,
            Code::RevocationBadRecord,
            Code::RevokesNothing,
            Code::RootMismatch,
        ])
    }
}

/// Names of members that come from a record: those that are like names, and how many others there are.
fn listed(names: &[String]) -> String {
    let is_name =
        |name: &String| name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let mut listed: Vec<String> = names.iter().filter(|name| is_name(name)).cloned().collect();
    let others = names.len() - listed.len();
    if others > 0 {
        listed.push(format!("{others} with unusual names"));
    }
    listed.join(", ")
}
