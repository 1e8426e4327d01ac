//! A witness that answers logs: it judges a request, remembers the checkpoint, and only then gives its cosignature away.
//!
//! C2SP tlog-witness, without the HTTP around it. Whoever holds a [`Witness`] holds the only one of its state: requests are answered one
//! after the other, so that none is judged by what another is about to change.

use crate::output::{Failure, inert};
use crate::witness_state::WitnessState;
use call_stream_verify::algorithms::note::{NoteSignature, SigningKey, VerifierKey};
use call_stream_verify::objects::add_checkpoint::{AddCheckpoint, Refusal, format_response};
use call_stream_verify::objects::checkpoint::SignedCheckpoint;
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Code, Digest, Error};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// A witness at work.
pub struct Witness {
    /// Its logs; what else the policy says is for verifiers.
    pub policy: Policy,
    /// The keys that cosign, at least one.
    pub keys: Vec<SigningKey>,
    /// What it has cosigned.
    pub state: WitnessState,
}

/// What is answered, and what the operator hears of it.
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
    /// For requests that a known log signed, one line: strangers cannot fill a journal.
    pub journal: Option<String>,
}

/// Type of answers in words.
pub const TEXT: &str = "text/plain; charset=utf-8";

impl Answer {
    /// An answer that concerns no log.
    pub fn new(status: u16, body: &str) -> Answer {
        Answer { status, content_type: TEXT, body: format!("{body}\n"), journal: None }
    }

    /// The client hears nothing of files.
    fn failure(failure: &Failure) -> Answer {
        let place = failure.place().map(|place| format!(" ({place})")).unwrap_or_default();
        let journal = Some(format!("{}{place}", failure.message()));
        Answer { journal, ..Answer::new(500, "The witness cannot cosign at the moment.") }
    }

    fn refusal(refusal: &Refusal) -> Answer {
        Answer { status: refusal.status(), content_type: refusal.content_type(), body: refusal.body(), journal: None }
    }
}

/// Checkpoints that are cosigned and not on disk yet, by origin.
type Pending = BTreeMap<String, SignedCheckpoint>;

impl Witness {
    /// Answers the bodies of `add-checkpoint` requests, one after the other, and brings what they change to disk at once: as many as
    /// are waiting cost what one does. No cosignature is given out before that.
    pub fn add_checkpoints<'a>(&mut self, bodies: impl IntoIterator<Item = &'a [u8]>) -> Vec<Answer> {
        let mut pending = Pending::new();
        let mut answers: Vec<Answer> = bodies.into_iter().map(|body| self.judge(body, &mut pending)).collect();
        if !pending.is_empty()
            && let Err(failure) = self.state.remember(pending.values())
        {
            // Refusals, too, may have been judged by what is not remembered.
            answers.iter_mut().filter(|answer| answer.journal.is_some()).for_each(|answer| *answer = Answer::failure(&failure));
        }
        answers
    }

    fn judge(&self, body: &[u8], pending: &mut Pending) -> Answer {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(refusal) => return Answer::refusal(&refusal),
        };
        let checkpoint = request.checkpoint.checkpoint();
        let latest = match pending.get(checkpoint.origin()) {
            Some(signed) => Some((signed.checkpoint().size(), *signed.checkpoint().root())),
            None => self.state.latest(checkpoint.origin()),
        };
        let mut answer = match request.judge(&self.policy, latest) {
            Ok(()) => match self.cosign(&request.checkpoint) {
                Ok((lines, kept)) => {
                    // The same once more changes nothing that has to be remembered.
                    if latest != Some((checkpoint.size(), *checkpoint.root())) {
                        pending.insert(checkpoint.origin().to_owned(), kept);
                    }
                    Answer { status: 200, content_type: TEXT, body: format_response(&lines), journal: None }
                }
                Err(failure) => return Answer::failure(&failure),
            },
            Err(refusal @ (Refusal::UnknownOrigin | Refusal::NotSigned)) => return Answer::refusal(&refusal),
            Err(refusal) => Answer::refusal(&refusal),
        };
        answer.journal = Some(format!("{}, {} entries: {}", inert(checkpoint.origin()), checkpoint.size(), answer.status));
        answer
    }

    /// Cosigns what was found to be consistent: the lines, and the note with those of the log and of the witness.
    fn cosign(&self, signed: &SignedCheckpoint) -> Result<(Vec<NoteSignature>, SignedCheckpoint), Failure> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_secs());
        let time = time.map_err(|_| Error::new(Code::Internal, "The system's clock is wrong."))?;
        let lines = self.keys.iter().map(|key| cosignature::sign(signed, key, time)).collect::<Result<Vec<_>, _>>()?;
        let logs: Vec<&VerifierKey> = self.policy.logs_for_origin(signed.checkpoint().origin()).collect();
        let mut kept = signed.signed_by(&logs)?;
        lines.iter().try_for_each(|line| kept.add_signature(line.clone()))?;
        Ok((lines, kept))
    }

    /// Answers with the note that was cosigned last of the log whose origin has this SHA-256, in lower-case hex.
    pub fn latest_checkpoint(&self, origin_hash: &str) -> Answer {
        let named = |origin: &str| Digest::parse(origin_hash) == Some(Digest::of(origin.as_bytes()));
        match self.state.notes().find(|(origin, _)| named(origin)) {
            Some((_, note)) => Answer { status: 200, content_type: TEXT, body: note.to_owned(), journal: None },
            None => Answer::new(404, "No checkpoint of such a log was cosigned here."),
        }
    }
}
