//! A witness that answers logs: it judges a request, remembers the checkpoint, and only then gives its cosignature away.
//!
//! C2SP tlog-witness, without the HTTP around it. Whoever holds a [`Witness`] holds the only one of its state: requests are answered one
//! after the other, so that none is judged by what another is about to change.

use crate::output::{Failure, inert};
use crate::witness_state::WitnessState;
use call_stream_verify::algorithms::note::{NoteSignature, SigningKey, VerifierKey};
use call_stream_verify::objects::add_checkpoint::{AddCheckpoint, Refusal, format_response};
use call_stream_verify::objects::cosignature;
use call_stream_verify::objects::policy::Policy;
use call_stream_verify::{Code, Digest, Error};
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

    fn refusal(refusal: &Refusal) -> Answer {
        Answer { status: refusal.status(), content_type: refusal.content_type(), body: refusal.body(), journal: None }
    }
}

impl Witness {
    /// Answers the body of an `add-checkpoint` request.
    pub fn add_checkpoint(&mut self, body: &[u8]) -> Answer {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(refusal) => return Answer::refusal(&refusal),
        };
        let checkpoint = request.checkpoint.checkpoint();
        let mut answer = match request.judge(&self.policy, self.state.latest(checkpoint.origin())) {
            Ok(()) => match self.cosign(&request) {
                Ok(lines) => Answer { status: 200, content_type: TEXT, body: format_response(&lines), journal: None },
                Err(failure) => {
                    // The client hears nothing of files.
                    let mut answer = Answer::new(500, "The witness cannot cosign at the moment.");
                    let place = failure.place().map(|place| format!(" ({place})")).unwrap_or_default();
                    answer.journal = Some(format!("{}{place}", failure.message()));
                    return answer;
                }
            },
            Err(refusal @ (Refusal::UnknownOrigin | Refusal::NotSigned)) => return Answer::refusal(&refusal),
            Err(refusal) => Answer::refusal(&refusal),
        };
        answer.journal = Some(format!("{}, {} entries: {}", inert(checkpoint.origin()), checkpoint.size(), answer.status));
        answer
    }

    /// Cosigns what was found to be consistent. It is on disk before the lines are given back.
    fn cosign(&mut self, request: &AddCheckpoint) -> Result<Vec<NoteSignature>, Failure> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_secs());
        let time = time.map_err(|_| Error::new(Code::Internal, "The system's clock is wrong."))?;
        let signed = &request.checkpoint;
        let sign = |key| cosignature::sign(signed, key, time);
        let lines = self.keys.iter().map(sign).collect::<Result<Vec<_>, _>>()?;
        let checkpoint = signed.checkpoint();
        // The same once more changes nothing that has to be remembered.
        if self.state.latest(checkpoint.origin()) != Some((checkpoint.size(), *checkpoint.root())) {
            let logs: Vec<&VerifierKey> = self.policy.logs_for_origin(checkpoint.origin()).collect();
            let mut kept = signed.signed_by(&logs)?;
            lines.iter().try_for_each(|line| kept.add_signature(line.clone()))?;
            self.state.remember(&kept)?;
        }
        Ok(lines)
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
