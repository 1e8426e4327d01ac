//! The one table of codes: every refusal and finding, what it forces, its sentence and its explanation.
//!
//! `SPEC.md`, the TypeScript union and `call-verify explain` are compared with or made from this table. Codes are API: never renamed.

use super::saved::{Bytes, Saved, save_text};

/// What a code does to the run that meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Finding: something was judged and does not hold. Verdict `mismatch`, exit 1.
    Mismatch,
    /// Finding: something could not be judged. Verdict `not_proven`, exit 3.
    NotProven,
    /// Finding: a limit ended the run. Verdict `not_proven`, exit 6.
    Limit,
    /// Finding: a call was withdrawn. Verdict `revoked`, exit 4.
    Revoked,
    /// Finding: worth knowing; forces no verdict.
    Warning,
    /// Refusal: the question itself is malformed. Exit 2.
    Usage,
    /// Refusal: the input cannot be read or taken. Exit 5.
    Refused,
}

impl Effect {
    /// The word for `severity` in a report.
    #[must_use]
    pub fn severity(self) -> &'static str {
        match self {
            Effect::Mismatch => "mismatch",
            Effect::NotProven | Effect::Limit => "not_proven",
            Effect::Revoked => "revoked",
            Effect::Warning => "warning",
            Effect::Usage | Effect::Refused => "refused",
        }
    }
}

impl Saved for Code {
    fn save(&self, out: &mut Vec<u8>) {
        save_text(self.name(), out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<Code> {
        from.text().and_then(Code::parse)
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $effect:ident $sentence:literal $explanation:literal)*) => {
        /// A stable code; its text form is kebab-case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $sentence] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code's text form.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// What the code does to a run.
            #[must_use]
            pub fn effect(self) -> Effect {
                match self { $(Code::$variant => Effect::$effect,)* }
            }

            /// One sentence that says what is wrong.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Code::$variant => $sentence,)* }
            }

            /// Why it matters and what to do about it.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$variant => $explanation,)* }
            }

            /// The code of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    // JSON that is refused wherever it comes from.
    JsonEmpty "json-empty" Refused "There is no JSON text here."
        "The input is empty or only white space. Give one JSON object."
    JsonSyntax "json-syntax" Refused "This is not JSON."
        "The text breaks the grammar of RFC 8259 at the byte named. Comments, trailing commas, single quotes, NaN and the like are not JSON. Mend the text where it is made."
    JsonUtf8 "json-utf8" Refused "The text is not valid UTF-8."
        "Every text is UTF-8. Bytes that are not would be read differently by different programs. Convert the file to UTF-8."
    JsonBom "json-bom" Refused "The text begins with a byte order mark."
        "A byte order mark is not part of JSON and changes the hash. Save the file without it."
    JsonDuplicateMember "json-duplicate-member" Refused "An object names the same member twice."
        "Programs disagree on which of the two counts, so a duplicate could show one value and hash another. Keep one."
    JsonSurrogate "json-surrogate" Refused "A string holds half of a surrogate pair."
        "A lone surrogate is no character and cannot be written as UTF-8. Mend the text where it was cut."
    JsonNul "json-nul" Refused "A string holds the character U+0000."
        "Databases and other readers cut or refuse strings there. Remove it where the text is made."
    JsonNumberRange "json-number-range" Refused "A number is outside the range that every reader keeps."
        "Whole numbers go from -(2^53-1) to 2^53-1, and no number may overflow a 64-bit float: beyond that, readers silently round. Write it as a string."
    JsonNegativeZero "json-negative-zero" Refused "A number is minus zero."
        "Minus zero and zero are equal but can be spelled differently, so it has no canonical form here. Write 0."
    JsonDepth "json-depth" Refused "The JSON is nested too deeply."
        "At most 32 levels of arrays and objects are read. Flatten the data."
    JsonMembers "json-members" Refused "An object has too many members."
        "At most 256 members an object are read. Split the object."

    // Call records that are refused.
    BadCall "bad-call" Refused "A call record is a JSON object; this is something else."
        "Give one JSON object per call, with the members of the call record."
    BadMember "bad-member" Refused "A member of the call record has a value that cannot be taken."
        "The member is named. Its rule stands in SPEC.md, section Call record; nothing is repaired in silence, so mend the record at its source."
    MissingMember "missing-member" Refused "The call record lacks a required member."
        "The member is named. Absent and null are the same. Members 1 to 14 of the call record are required."
    UncoveredMember "uncovered-member" Refused "The call record has a member that no hash would cover."
        "Sealing it would suggest that it is protected. Name it with --drop, or remove it from the record."
    NotFinalized "not-finalized" Refused "The call is not final."
        "A call is sealed once its disposition is no in-flight state, its transcript is complete, its metadata are locked and its AI outputs are stable. Wait, or state what is final."
    AlreadySealed "already-sealed" Refused "This data stands already in an earlier version."
        "A payload is sealed once per tenant. Going back to the data of an earlier version needs a record that differs. The data of the latest version are there already, revoked or not, and add nothing."
    SaltMissing "salt-missing" Refused "The call was sealed with a salt, and none is known for it now."
        "Without it, or with another one, the new version would lay open for good what the earlier ones hide. Put the salts file back beside the chain, or give the record its salt. A call whose salt was destroyed stays erased."
    BadEvent "bad-event" Refused "The event cannot be appended."
        "The member is named: entity_id is 1 to 256 characters, event_type dot-separated lower-case words of 64 characters at most, payload a JSON object, timestamp UTC in canonical form. Types of version and key events have rules of their own."
    NoSuchVersion "no-such-version" Refused "The chain has no such version of this call."
        "A revocation or an attempt names a version that stands in the chain. See which there are in a report that lists all calls."
    RedactNeedsSalt "redact-needs-salt" Refused "A call sealed without a salt cannot be redacted."
        "Without a salt every member is under one hash, and leaving one out leaves nothing to compare. Seal with --salt to be able to redact later."
    RecordingUnreadable "recording-unreadable" Refused "The recording of a call cannot be read."
        "Put the file, named like the last part of recording_ref, into the directory given with --recording, or seal without --recording."

    // Questions that are malformed.
    BadOption "bad-option" Usage "An option is missing, or has a value that cannot be used."
        "The option is named; its values stand in the help of the program."
    BadKey "bad-key" Usage "This is not a usable key."
        "A vkey is name+hash+base64, its hash fits its name and key, and the key is a strong Ed25519 point. Ask its owner for it again, over a way you trust."
    BadKeyFile "bad-key-file" Usage "This is not a key file of this program."
        "Give a file made by `call-verify keygen`."
    BadPolicy "bad-policy" Usage "The policy is not well-formed, so nothing can be judged by it."
        "The line is named. A policy is C2SP tlog-policy text: lines `log`, `witness`, `group`, exactly one `quorum`, and perhaps `revoker`."
    BadHeaders "bad-headers" Usage "These are no headers of Bitcoin blocks, so nothing can be confirmed by them."
        "The line or header is named. Give 80 bytes each, or 160 hex digits a line; headers that stand together follow each other, and an empty line stands between those that do not. Take them from a node of your own or from several places that you trust."
    BadAuthority "bad-authority" Usage "These are no certificates of authorities."
        "Give the certificate of an authority that you trust, in PEM (several one after the other) or in DER. A certificate that signs tokens is no authority: it comes with the token."
    BadNote "bad-note" Usage "This is not a signed note."
        "A note is text, an empty line and signature lines, as C2SP signed-note defines them, within 256 KiB and 64 signature lines."
    BadCheckpoint "bad-checkpoint" Usage "This is not a checkpoint."
        "A checkpoint is a signed note of exactly three lines: origin, tree size, root hash in base64."
    BadProof "bad-proof" Refused "This is no proof that a leaf stands in a log."
        "A proof is C2SP tlog-proof@v1 text: its first line, the leaf's index, the hashes of its path, an empty line and the checkpoint."
    BadReceipt "bad-receipt" Refused "This is no receipt, or not in its one canonical spelling."
        "A receipt is one line with call, entry, entry_hash, chain and proof, as `call-verify receipt` writes it; the place where it departs from that is named. Ask for the original file, byte for byte. An export is no receipt: verify it as a bundle."
    BadEvidence "bad-evidence" Refused "This is no evidence of a fork, or not in its one canonical spelling."
        "Evidence is one line with two checkpoints, a root and a consistency proof, as `call-verify compare` writes it. Ask for the original file, byte for byte."
    BadAttestation "bad-attestation" Refused "This is no signed result of a validator, or not in its one canonical spelling."
        "A signed result is one line, a DSSE envelope with an in-toto statement, as `call-verify verify --attest` writes it. Ask for the original file, byte for byte."
    BadAnchor "bad-anchor" Refused "This is no OpenTimestamps proof, or none that can be used here."
        "A proof is a detached file of OpenTimestamps, version 1; the byte where it departs from that is named. It shows something of the digest that it begins with, and of no other. Ask for the original file, or stamp the checkpoint again."
    BadTimestamp "bad-timestamp" Refused "This is no time-stamp token, or none that can be used here."
        "A token is that of RFC 3161 in DER, alone or in the authority's response, over a SHA-256 digest and signed by one. Ask the authority for another one."
    NoCheckpoint "no-checkpoint" Refused "No checkpoint in the export covers the entry of this call."
        "A receipt shows the entry's place in a tree that the log has signed. Make a checkpoint of the chain, export it again, and take the receipt from there."
    NotConsistent "not-consistent" Refused "The tree is not a continuation of what was signed before."
        "Signing it would vouch for two histories. Keep both notes: together they are evidence of a fork."
    BadState "bad-state" Usage "This state cannot be resumed."
        "Give a segment written by this version of the format, whole and unchanged."

    // Files and chains that cannot be used.
    Unreadable "unreadable" Refused "The file cannot be read."
        "Check that it exists, is a file and may be read."
    Unwritable "unwritable" Refused "The file cannot be written."
        "Check the permissions and the free space. What was acknowledged before is on disk; run the command again."
    NotAChain "not-a-chain" Refused "The file is not a chain file."
        "A chain file begins with its header line. Give one made by `call-verify seal`, or name --tenant and --origin to begin one."
    TornTail "torn-tail" Refused "The chain file ends in the middle of a line: a write was interrupted."
        "Nothing that was acknowledged is in that piece. Look at it, then run again with --repair-tail: it moves the piece to a file of its own beside the chain."
    ChainDamaged "chain-damaged" Refused "The chain file does not hold together."
        "An entry does not fit its hash or its neighbour, or a line is not canonical. Nothing is appended to a broken chain. Restore the file from its backup and compare heads."
    ChainLocked "chain-locked" Refused "Another process is using this chain."
        "One process writes at a time, and while nobody reads: wait until it has finished and run the command again."
    NotABundle "not-a-bundle" NotProven "This is not a bundle."
        "An export begins with a manifest line of the format call-stream-verify/1. Nothing was judged."
    Internal "internal" Refused "The verifier failed inside."
        "This is a defect of the program, not of the data, and nothing was judged. Please report it with the version and, if you may, the input."

    // What cannot be judged.
    NotCanonical "not-canonical" NotProven "A line is not in its one canonical spelling; it and what follows were not judged."
        "Every line of an export has exactly one spelling, so that what is shown is what was hashed. Something re-wrote the file: ask for the original export, byte for byte."
    CutOff "cut-off" NotProven "The export ends before its end line."
        "It was cut off on its way, or its writing was interrupted. Ask for it again and compare sizes."
    TrailingBytes "trailing-bytes" NotProven "There are bytes behind the end line."
        "Nothing may follow the end line; what does is covered by no hash. Ask for the original export."
    GzipDamaged "gzip-damaged" NotProven "The gzip file is damaged or cut off."
        "Its checksum, length or compressed data do not hold. Ask for the file again."
    GzipTrailing "gzip-trailing" NotProven "There are bytes behind the gzip member."
        "One member and nothing after it is read: programs disagree about what follows. Ask for the original export."
    LineTooLong "line-too-long" Limit "A line is longer than 16 MiB."
        "No line of an export is that long. The run ended there."
    TooManyLines "too-many-lines" Limit "The export has more lines than can be counted."
        "At most 4,294,967,295 lines are judged in a run. Ask for the export in ranges."
    EnvelopeTooLarge "envelope-too-large" Limit "Checkpoints and proofs take more than 32 MiB."
        "They are kept until the end of the run. Ask for an export with fewer of them."
    NoteTooLarge "note-too-large" Limit "A note exceeds 256 KiB or 64 signature lines."
        "Notes that large are not read. Ask for the checkpoint with fewer signatures."
    ProofTooLarge "proof-too-large" Limit "A Merkle proof has more than 63 hashes, or an anchor more than 64 KiB."
        "No tree needs more, and no proof that large is read. The run ended there."
    NothingToVerify "nothing-to-verify" NotProven "The export holds no entry, so there is nothing to verify."
        "An empty chain proves nothing about any call."
    NoCalls "no-calls" NotProven "The export holds no call, and not only the chain was asked for."
        "Without call lines no call can be compared with its version. Ask for an export with calls, or ask for the chain alone."
    CallNotSealed "call-not-sealed" NotProven "The chain holds no version of this call."
        "It was never sealed, or its version lies outside this export. Ask the sender for the entry that seals it."
    CallTwice "call-twice" NotProven "The same call is presented more than once."
        "It is not said which of them is to be judged. Ask for an export with one line per call."
    CallIncomparable "call-incomparable" NotProven "The call cannot be compared with its version."
        "The reason is named: the entries of the export are incomplete, or end before the checkpoint, so that a later version or revocation could be missing."
    WithoutCommitments "without-commitments" NotProven "A redacted call was sealed without commitments, so its members cannot be checked one by one."
        "Only calls sealed with a salt can be shown in part. Ask for the full call."
    RangeWithoutProof "range-without-proof" NotProven "The export does not begin at the first entry and does not prove its place in the chain."
        "Ask for the whole chain, or for a range with inclusion proofs of its first and last entry under a checkpoint you trust."
    TenantNotProven "tenant-not-proven" NotProven "No entry of this range names the tenant you expect."
        "The chain's header names it, but only the first entry of a chain binds its header. Ask for the whole chain, or for a range that holds a version record."
    NoTrustedCheckpoint "no-trusted-checkpoint" NotProven "No checkpoint signed by a key you trust covers this chain."
        "Whoever made the export could have recomputed the whole chain. If you gave a key, no checkpoint in the export is signed by it. If not, get the issuer's key over a way you trust and give it to the verifier as a vkey or in a policy, or give an expected head."
    CheckpointOutOfReach "checkpoint-out-of-reach" NotProven "An older trusted checkpoint could not be compared with the entries that it covers."
        "It may contradict them. Older checkpoints are compared within the first 262,144 entries, where they stand directly behind their last entry, or by a consistency proof. Ask for an export that has it in one of these places."
    CheckpointMalformed "checkpoint-malformed" NotProven "A checkpoint line holds no checkpoint."
        "Its note is no signed note, or its text is not origin, size and root. Ask for the original export."
    AnchorMalformed "anchor-malformed" NotProven "An anchor line holds no OpenTimestamps proof over a SHA-256 digest."
        "The proof is cut off, damaged, or not in its one spelling. Ask for the original export."
    UnanchoredTail "unanchored-tail" NotProven "Entries follow behind the newest trusted checkpoint or expected head."
        "Nobody you trust has vouched for them yet. Ask for an export with a newer checkpoint."
    QuorumNotMet "quorum-not-met" NotProven "Too few of the policy's witnesses have cosigned."
        "The policy asks for a quorum of witnesses. Ask for a checkpoint with more cosignatures; the same key counts once."
    LevelNotReached "level-not-reached" NotProven "The level asked for was not reached."
        "The claims of the report say which step is missing."
    ExpectedHeadNotCompared "expected-head-not-compared" NotProven "The expected head lies outside the entries of the export."
        "It could not be compared. Ask for the whole chain, or give a newer expected head."
    HistoryNotCompared "history-not-compared" NotProven "The chain could not be compared with the head that you have verified before."
        "The remembered head lies outside the range shown, and no consistency proof connects it with the checkpoint. Ask for a range that begins where your memory ends, or for the whole chain."
    TileMissing "tile-missing" NotProven "A file of the log is missing."
        "The file is named. Without it the tree cannot be computed, or a part of it is not shown. Fetch it, or ask whether the log prunes old entries."
    TileMalformed "tile-malformed" NotProven "A tile is not as long as its name says."
        "The file is named. A tile of hashes has 32 bytes for each, an entry bundle as many entries as its name says, each behind its length. Fetch it again."
    LaterNotProven "later-not-proven" NotProven "The entries given along with a receipt prove nothing about its call."
        "The reason is named. Give an export of the same chain that is verified by itself and begins at the receipt's entry, in front of it or right behind it."

    // What was judged and does not hold.
    EntryHashMismatch "entry-hash-mismatch" Mismatch "An entry does not have the hash that is written beside it."
        "The entry or its hash was changed after it was written. Ask the sender for the entry from the original chain."
    LinkBroken "link-broken" Mismatch "An entry does not link to the one in front of it."
        "An entry was changed, removed, inserted or moved. Ask the sender for the original chain from that place on."
    SeqOutOfPlace "seq-out-of-place" Mismatch "An entry does not stand at its position."
        "Entries are missing, doubled or out of order. Ask the sender for the original chain."
    ChainIdMismatch "chain-id-mismatch" Mismatch "The chain does not begin with the digest of its header."
        "The entries belong to a chain with another header: another tenant, origin or time of creation."
    HeadMismatch "head-mismatch" Mismatch "The head on the end line is not the hash of the last entry."
        "The end line or the last entry was changed."
    CountMismatch "count-mismatch" Mismatch "The lines do not add up to what the manifest or the end line counts."
        "Lines were removed or added after the export was made."
    EnvelopeMismatch "envelope-mismatch" Mismatch "Manifest, checkpoints or proofs are not those that the end line covers."
        "One of those lines was changed, removed or added after the export was made."
    RootMismatch "root-mismatch" Mismatch "A signed checkpoint has another root than these entries."
        "The signer vouched for a different history: entries were changed, or the signer signed two histories. Keep this export and the checkpoint: they are evidence."
    TileMismatch "tile-mismatch" Mismatch "A tile differs from the tree that the log's other files make."
        "The file is named, and the first entry that differs where entries do. It was changed or damaged after it was written, or the log contradicts itself."
    CheckpointBeyondChain "checkpoint-beyond-chain" Mismatch "A signed checkpoint covers more entries than the export shows."
        "The end of the chain was cut away. Ask for the entries that are missing."
    CheckpointBadSignature "checkpoint-bad-signature" Mismatch "A checkpoint carries a bad signature under a key you trust."
        "The checkpoint was changed after it was signed, or the signature was made up."
    CosignatureBad "cosignature-bad" Mismatch "A checkpoint carries a bad cosignature under the key of a witness you trust."
        "The checkpoint or the cosignature was changed after it was made, or made up."
    OriginMismatch "origin-mismatch" Mismatch "A checkpoint signed by a key you trust is of another log."
        "Its origin line is not the chain's origin. It vouches for nothing here."
    SignatureBad "signature-bad" Mismatch "A version, revocation or key event carries a bad signature under a key you trust."
        "Its record was changed after it was signed, or the signature was made up."
    KeyNotValid "key-not-valid" Mismatch "A key you trust signs where the chain says that it must not."
        "The chain says from which entry on the key signs, or behind which no more: see its events key.added and key.retired. The signature was made with a retired key, or too early. Ask the issuer."
    RevocationUnauthorized "revocation-unauthorized" Mismatch "A revocation is not signed by a key that may revoke."
        "Your policy names the keys that revoke. Ask the issuer who withdrew the call, and whether it is revoked."
    InclusionMismatch "inclusion-mismatch" Mismatch "An inclusion proof does not lead to the root of the tree that it names."
        "The entry is not at that place of the tree, or the proof was changed."
    ConsistencyMismatch "consistency-mismatch" Mismatch "A consistency proof does not connect the trees that it names."
        "The newer tree is not a continuation of the older one, or the proof was changed. Two signed checkpoints that no proof connects are evidence of a fork."
    AnchorMismatch "anchor-mismatch" Mismatch "An anchor is not about the tree that it names."
        "Its proof begins with the digest of something else than the checkpoint of that size. The anchor is another log's, or the log was rewritten since it was anchored."
    ExpectedHeadMismatch "expected-head-mismatch" Mismatch "The chain does not have the head you expect."
        "The chain was rolled back, cut or rewritten since you saw that head, or it is another chain."
    HistoryForked "history-forked" Mismatch "The chain is another history than the one you have verified before."
        "Your memory holds a head that the same key signed, and the entries shown do not lead to it. Keep both exports and compare them: two notes signed by one key that contradict each other are evidence of a fork."
    HistoryRolledBack "history-rolled-back" Mismatch "The chain has fewer entries than you have verified before."
        "Your memory holds a larger head that the same key signed. It is an old export, or entries were taken back. Ask for a new one."
    TenantMismatch "tenant-mismatch" Mismatch "The chain is not of the tenant you expect."
        "Ask for the export of the right tenant."
    ForeignTenant "foreign-tenant" Mismatch "A record belongs to another tenant than the chain."
        "A chain holds one tenant only. Where it stands in an export, ask the sender how it came there; where it was to be sealed, use that tenant's chain."
    VersionBadRecord "version-bad-record" Mismatch "A version record breaks its format."
        "The member is named. A version record has the members of SPEC.md, section Version record, and no others."
    VersionMisnumbered "version-misnumbered" Mismatch "Versions of a call are not numbered 1, 2, 3 and so on."
        "A version is missing, doubled or made up."
    VersionNotUnique "version-not-unique" Mismatch "The same payload was sealed twice."
        "A payload is sealed once per tenant: an earlier state was brought back or a record was copied."
    RevocationBadRecord "revocation-bad-record" Mismatch "A revocation breaks its format."
        "The member is named. See SPEC.md, section Events."
    RevokesNothing "revokes-nothing" Mismatch "A revocation names a version that does not exist."
        "No version of that call, number and hash stands in front of it. An entry was removed or made up."
    CallMismatch "call-mismatch" Mismatch "The call is not what was sealed."
        "Its record was changed after sealing. Compare the component or member named with the sender's original; where only one hash is known it cannot be said which member differs."
    CommitmentMismatch "commitment-mismatch" Mismatch "A disclosed member is not what was sealed."
        "Its value or its field salt was changed after sealing."

    // What was withdrawn.
    CallRevoked "call-revoked" Revoked "The latest version of the call was revoked."
        "The issuer withdrew it; the reason stands in the revocation. It must not be relied on."

    // Worth knowing.
    TimeBackwards "time-backwards" Warning "An entry is dated more than five minutes before the one in front of it."
        "Times are the issuer's claims; the order is proven by the chain. Ask about the clock if the time matters."
    AlreadyRevoked "already-revoked" Warning "A version is revoked a second time."
        "Once is enough; the first revocation counts."
    RevokedDiffers "revoked-differs" Warning "The revoked call is not what its last version sealed."
        "That can be rightful, for instance after an erasure; the call is revoked in either case."
    CheckpointUntrusted "checkpoint-untrusted" Warning "A checkpoint carries no signature by a key you trust."
        "It counts for nothing: the key that signed it is named beside the key you trust, if you gave one. Is yours the right one, and is this the right export? Keys found in an export are never trusted."
    CheckpointNotCompared "checkpoint-not-compared" Warning "A trusted checkpoint could not be compared with the entries of this range."
        "A range is compared with a checkpoint by inclusion proofs of its first and last entry. The checkpoint under which the range is proven decides."
    ProofNotChecked "proof-not-checked" Warning "A Merkle proof could not be checked."
        "This export holds neither the entries nor the signed checkpoints that it connects. Nothing rests on it."
    SignatureUntrusted "signature-untrusted" Warning "Versions or revocations are signed by a key that you do not trust."
        "The key is named where it signs first. Its signatures count for nothing: keys found in an export are never trusted."
    QuorumNotIntersecting "quorum-not-intersecting" Warning "Two disjoint sets of witnesses could each meet the quorum."
        "A dishonest log could show different histories to each set. Raise the threshold above half."
    AttemptBadRecord "attempt-bad-record" Warning "A recorded verification attempt breaks its format."
        "It is hashed and linked like the rest but can't be counted as an attempt."
    AnchorNotChecked "anchor-not-checked" Warning "An anchor bounds nothing in time: what it rests on was not checked."
        "The reason is named: it is pending, the header of its block was not given, or its tree is not known here. Let a calendar complete it, or give headers from a place you trust."
}
