//! What later entries say of one call.

use super::Segment;
use super::calls::Pending;
use super::findings::Findings;
use crate::values::uuid::Uuid;

impl Segment {
    /// Takes what `later`, entries of the same chain, says of a call behind the entry at `seq`: versions and revocations. Whether
    /// those entries hold was judged before.
    pub(crate) fn take_later(&mut self, call_id: Uuid, seq: u64, later: &Segment) {
        let mut judged = Findings::default();
        let mut revocations: Vec<Pending> = Vec::new();
        for version in later.calls.versions_of(call_id) {
            let digests = version.digests();
            let hash = digests.canonical_payload_hash;
            if version.is_revoked() {
                revocations.push(Pending { call_id, number: version.number, hash, line: version.line(), seq: version.seq });
            }
            if version.seq > seq {
                self.calls.seal(call_id, version.number, digests, version.line(), version.seq, &mut judged);
            }
        }
        revocations.extend(later.calls.unresolved().iter().filter(|revocation| revocation.call_id == call_id).cloned());
        for revocation in revocations {
            // What it names may lie in front of the one entry that is shown.
            if self.calls.version(call_id, revocation.number).is_some_and(|(hash, _)| hash == revocation.hash) {
                self.calls.revoke(revocation, &mut judged);
            }
        }
    }
}
